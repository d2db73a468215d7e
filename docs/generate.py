"""Write the generated documents: `make docs`. A test checks that they are up to date."""

from __future__ import annotations

import os
from pathlib import Path

DOCS = Path(__file__).parent


def settings_document() -> str:
    from twin.settings import Settings

    lines = [
        "# Settings",
        "",
        "Set in `config.toml` in the home folder, or in the environment as `TWIN_NAME`. `twin settings` shows the",
        "current values. Generated from `twin/settings.py` by `make docs`.",
        "",
        "| setting | default | what it does |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        if name != "home":
            lines.append(f"| `{name}` | `{field.default!r}` | {field.description} |")
    return "\n".join(lines) + "\n"


def commands_document() -> str:
    """Every command's help, as `--help` prints it at 100 columns."""
    os.environ.update(TERMINAL_WIDTH="100", COLUMNS="100", NO_COLOR="1", TERM="dumb")
    from click.testing import CliRunner
    from typer.main import get_command

    from twin.cli import app

    command = get_command(app)
    runner = CliRunner()
    lines = ["# Commands", "", "Generated from `--help` by `make docs`.", ""]
    names = sorted(command.commands)  # type: ignore[attr-defined]
    for words in ([], *([name] for name in names)):
        text = runner.invoke(command, [*words, "--help"], prog_name="twin").output
        body = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
        lines += [f"## {' '.join(['twin', *words])}", "", "```", body, "```", ""]
    return "\n".join(lines)


DOCUMENTS = {"settings.md": settings_document, "commands.md": commands_document}


if __name__ == "__main__":
    for name, document in DOCUMENTS.items():
        (DOCS / name).write_text(document())
