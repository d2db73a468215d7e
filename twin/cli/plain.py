"""``twin --plain``: the twin in lines, for screen readers and for terminals that can only write.

A line is said to the twin; one that begins with a stroke is a command, and every command of ``twin`` is one: ``/rules
list`` is ``twin rules list``. :data:`VERBS` has the words that the terminal UI uses for them. Nothing is drawn,
coloured or moved (:func:`twin.cli.render.plainly`).
"""

from __future__ import annotations

import re
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from twin.cli import knowledge, render
from twin.cli.memory import forgotten_if_agreed
from twin.cli.options import Globals, Session
from twin.cli.talk import converse
from twin.client import TwinClient, connect
from twin.errors import NotUnderstoodError
from twin.paths import Home
from twin.requests import Alternatives, Correct, Forget

_HINT = "/help lists the commands."
_ID = re.compile(r"[a-z]\d+|last")
_LEFT_OUT = frozenset({"chat", "bench"})
"""Commands of ``twin`` that are none here: this is the conversation, and a bench wants the machine to itself."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command of the conversation, and the command line that it stands for.

    What follows is words; with ``text`` it is one text, after so many ``words`` by themselves, and given to ``option``
    if that is named. ``of_one`` is the command line where an ID follows and nothing else.
    """

    usage: str
    help: str
    command: tuple[str, ...]
    of_one: tuple[str, ...] = ()
    text: bool = False
    words: int = 0
    option: str = ""

    @property
    def name(self) -> str:
        return self.usage.split()[0]

    def command_line(self, argument: str) -> list[str]:
        """As it is typed on the command line. What is quoted, and options, which begin with a hyphen, are as there.

        Raises :class:`NotUnderstoodError` for a quotation that does not end.
        """
        if self.of_one and _ID.fullmatch(argument):
            return [*self.of_one, argument]
        parts = argument.split(maxsplit=self.words)
        text = parts[-1] if self.text and len(parts) > self.words else ""
        if not text or text.startswith(("-", '"', "'")):
            return [*self.command, *split(argument)]
        return [*self.command, *parts[: self.words], *([self.option] if self.option else []), text]


VERBS: tuple[Verb, ...] = (
    Verb("dictate PATH", "write down what a recording says", ("dictate",), text=True),
    Verb("listen", "push to talk: Enter ends (--hands-free: a pause ends an utterance)", ("dictate", "--mic")),
    Verb(
        "correct [ID] [TEXT]",
        "say what you really said, in the latest dictation or that one",
        ("correct",),
        text=True,
        words=1,
    ),
    Verb("again ID", "recognise a recording again", ("dictate", "--again")),
    Verb("undo ID [N]", "take back what a rule rewrote", ("rules", "undo")),
    Verb("remember TEXT", "tell the twin something to keep", ("remember",), text=True),
    Verb("ask QUESTION", "ask about yourself; the question is not remembered", ("ask",), text=True),
    Verb("knows [WORDS]", "what the twin knows", ("know",), text=True, option="--about"),
    Verb("know [WORDS]", "the same", ("know",), text=True, option="--about"),
    Verb("forget ID…", "hear what would go, then let it go for good", ("forget",)),
    Verb("proposals [ID]", "what it wishes to learn, or one with its evidence", ("proposals",), ("proposals", "show")),
    Verb("approve ID", "approve a proposal (--now: train at once)", ("proposals", "approve")),
    Verb("reject ID [REASON]", "reject a proposal", ("proposals", "reject"), text=True, option="--reason", words=1),
    Verb("later ID", "put a proposal off", ("proposals", "later")),
    Verb("learn", "train what you approved; Ctrl-C cancels", ("learn",)),
    Verb("learning", "what there is to learn from, and what is missing", ("why",)),
    Verb("versions [ID]", "what was learned by training", ("adapters",), ("adapters", "show")),
    Verb("use ID", "put a version in use", ("adapters", "use")),
    Verb("rollback", "go back a version", ("adapters", "rollback")),
    Verb("why [ID]", "how the last answer came about; of an ID, why it was learned", ("why",)),
    Verb("microphone", "list the microphones", ("devices",)),
    Verb("settings", "every setting and its value", ("settings",)),
    Verb("doctor", "have everything looked at", ("doctor",)),
)
_BY_NAME = {verb.name: verb for verb in VERBS}

HELP = "\n".join(
    (
        *(f"/{verb.usage}: {verb.help}." for verb in VERBS),
        "/help: this.",
        "/quit: leave (Ctrl-D too).",
        "Where it says “twin rules list”, type /rules list: every command works so, with its options.",
        "Anything else is said to the twin. Ctrl-C stops a reply.",
    )
)


def open_conversation(home: str | None, *, in_process: bool) -> int:
    """Converse in lines until there are no more or the person leaves. Returns the exit code."""
    located = Home.locate(home)
    with render.plainly():
        client = connect(located, in_process=in_process)
        try:
            _Conversation(client, located).go_on()
        finally:
            client.close()
    return 0


class _Conversation:
    def __init__(self, client: TwinClient, home: Home) -> None:
        self._client = client
        self._home = home
        self._twin = Session(client, json=False, within=True)

    def go_on(self) -> None:
        if sys.stdin.isatty():
            render.note("Talk to me, a line at a time. /help lists the commands, /quit leaves.")
        converse(self._twin, f"cli-{int(time.time())}", obey=self._obey, help=HELP)

    def _obey(self, line: str) -> None:
        name, _, argument = line.removeprefix("/").partition(" ")
        name, argument = name.lower(), argument.strip()
        words = argument.split()
        verb = _BY_NAME.get(name)
        if verb is None:
            self._carry_out([name, *split(argument)])
        elif name == "correct" and (not words or _ID.fullmatch(argument)):
            self._correct(argument or "last")
        elif name == "correct" and not _ID.fullmatch(words[0]):
            self._carry_out(verb.command_line(f"last {argument}"))
        elif name == "forget" and words and not any(word.startswith("-") for word in words):
            self._forget(tuple(words))
        else:
            self._carry_out(verb.command_line(argument))

    def _carry_out(self, arguments: Sequence[str]) -> None:
        """Run a command line in this conversation. Raises what it raises, and :class:`NotUnderstoodError`."""
        from twin.cli import app

        group = typer.main.get_group(_without_boxes(app))
        if arguments[0] in _LEFT_OUT or arguments[0] not in group.commands:
            raise NotUnderstoodError(f"There is no command /{arguments[0]}.", hint=_HINT)
        try:
            group.main(
                list(arguments),
                prog_name="twin",
                standalone_mode=False,
                obj=Globals(str(self._home.root), client=self._client),
            )
        except typer.Abort:
            render.note("Nothing was done.")
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            raise NotUnderstoodError(error.format_message(), hint=_HINT) from error  # of usage

    def _correct(self, id: str) -> None:
        """Read out what was heard and what is doubtful in it, and ask for what was said."""
        found = self._twin.call(Alternatives(id))
        render.show_doubts(found)
        said = input("What you really said (= it was right, nothing: leave it): ").strip()
        if not said:
            render.note("It stays as it is.")
            return
        text = found.utterance.text if said == "=" else said
        render.show_correction(self._twin.call(Correct(found.utterance.id, text)))

    def _forget(self, ids: tuple[str, ...]) -> None:
        report = forgotten_if_agreed(self._twin, Forget(ids))
        if report is None:
            render.note("Nothing is gone.")
        else:
            knowledge.show_forgotten(report)


def split(argument: str) -> list[str]:
    """The words of ``argument``; several in quotation marks are one. Raises :class:`NotUnderstoodError`."""
    try:
        return shlex.split(argument)
    except ValueError as error:
        raise NotUnderstoodError(
            "A quotation in this line does not end.", hint="Put a backslash before an apostrophe."
        ) from error


def _without_boxes(app: typer.Typer) -> typer.Typer:
    """The same commands, whose ``--help`` is lines."""
    plain = typer.Typer(add_completion=False, rich_markup_mode=None)
    plain.registered_callback = app.registered_callback
    plain.registered_commands = app.registered_commands
    plain.registered_groups = app.registered_groups
    return plain
