"""Options that every command shares, and how a command reaches the twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer

from twin import __version__
from twin.client import TwinClient, connect
from twin.errors import CancelledByPersonError
from twin.events import Event, Progress, Started
from twin.paths import Home
from twin.requests import Cancel, Request

R = TypeVar("R")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"twin {__version__}")
        raise typer.Exit


HomeOption = Annotated[
    str | None,
    typer.Option(
        "--home", metavar="DIR", help="The folder that holds this twin (default: TWIN_HOME, else your data folder)."
    ),
]
InProcessOption = Annotated[
    bool, typer.Option("--in-process", help="Do the work in this process; start no engine, leave none behind.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
PlainOption = Annotated[
    bool,
    typer.Option("--plain", help="Lines and nothing else, for screen readers; without a command a conversation."),
]
VersionOption = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
]


@dataclass(frozen=True, slots=True)
class Globals:
    """Options given before the command."""

    home: str | None = None
    in_process: bool = False
    client: TwinClient | None = None
    """Of a conversation in which the command was typed; it outlasts the command."""


@dataclass(slots=True)
class Session:
    """One command's connection to the twin."""

    client: TwinClient
    json: bool
    within: bool = False
    """The command was typed in a conversation, which reads on from standard input when it is done."""

    def call(self, request: Request[R], on_event: Callable[[Event], None] | None = None) -> R:
        """Ask, showing progress on stderr; Ctrl-C cancels the request at the engine too."""
        from twin.cli.render import Spinner

        job_id = ""
        with Spinner(enabled=not self.json) as spinner:

            def see(event: Event) -> None:
                nonlocal job_id
                if isinstance(event, Started):
                    job_id = event.job_id
                elif isinstance(event, Progress):
                    spinner.show(event.message, event.fraction)
                else:
                    spinner.hide()
                if on_event is not None:
                    on_event(event)

            try:
                return self.client.call(request, see)
            except KeyboardInterrupt:
                if job_id:
                    self.client.call(Cancel(job_id))
                raise CancelledByPersonError("Cancelled.") from None


def client_of(context: typer.Context) -> TwinClient | None:
    """The client of the conversation in which the command was typed."""
    before: Globals | None = context.obj
    return None if before is None else before.client


def locate_home(context: typer.Context, home: str | None) -> Home:
    """The home that a command is for: its own option, else the one before it, else the usual place."""
    before: Globals = context.obj or Globals()
    return Home.locate(home or before.home)


@contextmanager
def session(context: typer.Context, home: str | None, in_process: bool, json: bool) -> Iterator[Session]:
    """Connect to the twin for one command; options of the command win over those before it."""
    before: Globals = context.obj or Globals()
    if before.client is not None:
        yield Session(before.client, json, within=True)
        return
    client = connect(locate_home(context, home), in_process=in_process or before.in_process)
    try:
        yield Session(client=client, json=json)
    finally:
        client.close()
