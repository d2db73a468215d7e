"""The command ``twin``. Without arguments it opens the terminal UI; with them it is the command line.

The way to the first painted screen is short on purpose: no Typer, no settings, no client before it.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    code = _run(sys.argv[1:])
    if "twin.engine.in_process" in sys.modules:
        from twin.leaving import leave

        leave(code)
    return code


def _run(arguments: list[str]) -> int:
    if not arguments:
        return open_terminal_ui()
    from twin.cli import run

    return run(arguments)


def open_terminal_ui(home: str | None = None, *, in_process: bool = False, plain: bool = False) -> int:
    """Open the terminal UI, or say what to type where there is no terminal. Returns the exit code.

    ``plain``, ``TWIN_PLAIN=1`` or a terminal that can only write lines (``TERM=dumb``): a conversation in lines.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if plain or os.environ.get("TWIN_PLAIN", "0") not in ("", "0") or (terminal and os.environ.get("TERM") == "dumb"):
        from twin.cli.plain import open_conversation

        return open_conversation(home, in_process=in_process)
    if not terminal:
        print(NO_TERMINAL)  # noqa: T201
        return 0
    import gc

    gc.disable()  # until the first paint: what is imported is here to stay
    from tui.app import run
    from twin.paths import Home

    return run(Home.locate(home), in_process=in_process)


NO_TERMINAL = """\
The terminal UI needs a terminal, and there is none here. The same twin on the command line:

    twin chat                          talk to it (or: twin chat --once "I drink oat flat whites")
    twin ask "what coffee do I like?"  ask what it knows about you
    twin dictate FILE                  turn a recording into text
    twin correct last "what I said"    say what you really said
    twin know                          see what it knows
    twin --help                        everything else"""


if __name__ == "__main__":
    sys.exit(main())
