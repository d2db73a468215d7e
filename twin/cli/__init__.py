"""The command line: thin commands that build a request, ask the client, and print the result."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from twin.cli import (
    adapters,
    learn,
    memory,
    models,
    options,
    proposals,
    review,
    speech,
    system,
    talk,
    vocabulary,
    voice,
    why,
)

app = typer.Typer(
    name="twin",
    help=(
        "A private digital twin that lives in your terminal: it listens, remembers, notices what it gets wrong, and "
        "proposes how to learn.\n\nWithout a command it opens the terminal UI."
    ),
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        'A day with it:  `twin dictate memo.m4a`  ·  `twin correct last "what I really said"`  ·  '
        '`twin remember "I drink oat flat whites"`  ·  `twin ask "what coffee do I like?"`'
    ),
)


@app.callback(invoke_without_command=True)
def twin(
    context: typer.Context,
    home: options.HomeOption = None,
    in_process: options.InProcessOption = False,
    plain: options.PlainOption = False,
    version: options.VersionOption = False,
) -> None:
    """Options that stand before a command hold for it."""
    context.obj = options.Globals(home, in_process, options.client_of(context))
    if context.invoked_subcommand is None:
        from twin.__main__ import open_terminal_ui

        raise typer.Exit(open_terminal_ui(home, in_process=in_process, plain=plain))
    if plain:
        from twin.cli.render import plainly

        context.with_resource(plainly())


for module in (talk, memory, review, vocabulary, speech, voice, why, proposals, learn, adapters, models, system):
    module.register(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command. Returns the exit code: 0 done, 1 a ``TwinError``, 2 usage, 130 interrupted."""
    from twin.cli.render import show_error
    from twin.errors import CancelledByPersonError, TwinError

    try:
        result = app(list(arguments), standalone_mode=False)
    except CancelledByPersonError as cancelled:
        sys.stderr.write(f"{cancelled}\n")
        return 130
    except TwinError as error:
        show_error(error)
        return 1
    except typer.Exit as leave:
        return int(leave.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:  # `twin know | head`
        sys.stderr.close()
        return 0
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show()  # a click usage error
        return int(error.exit_code)
    return result if isinstance(result, int) else 0
