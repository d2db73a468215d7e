"""Write the generated documents: `make docs`. A test checks that they are up to date."""

from __future__ import annotations

import ast
import os
from pathlib import Path

DOCS = Path(__file__).resolve().parent


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


BEGIN, END = "<!-- tree: begin (make docs) -->", "<!-- tree: end -->"
LATER = {
    "twin/learning/buffer.py": "3 buffer: admission, deduplication, replay reservoir",
    "twin/learning/proposal.py": "5 propose: evidence by shadow replay",
    "twin/learning/gate.py": "8 prove: paired bootstrap on held-back data",
    "twin/training/": "7 train, 9 register: worker, LoRA, replay, EWC, registry",
    "agents/learning.py": "6 approve: LangGraph interrupt",
}
"""Rooms that the design has and that stand empty on purpose."""


def tree() -> str:
    """One line a module: the first line of its docstring."""
    lines = ["```"]
    for package in ("twin", "agents", "memory", "tui"):
        folder = None
        for path in sorted((DOCS.parent / package).rglob("*.py"), key=lambda path: (len(path.parts), path)):
            summary = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
            if not summary:
                continue
            place = path.relative_to(DOCS.parent).parent.as_posix()
            if place != folder:
                folder = place
                lines.append(f"{folder}/")
            lines.append(f"  {path.name:<18} {summary}")
    lines += ["", "(later)"]
    lines += [f"  {path:<28} {what}" for path, what in LATER.items() if not (DOCS.parent / path).is_file()]
    return "\n".join([*lines, "```"])


def design_document() -> str:
    before, _, rest = (DOCS / "design.md").read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n{tree()}\n{END}{rest.partition(END)[2]}"


DOCUMENTS = {"settings.md": settings_document, "commands.md": commands_document, "design.md": design_document}


if __name__ == "__main__":
    for name, document in DOCUMENTS.items():
        (DOCS / name).write_text(document())
