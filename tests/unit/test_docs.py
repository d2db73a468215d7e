"""The generated documents say what the code says."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "design.md"])
def test_generated_documents_are_up_to_date(name: str) -> None:
    code = f"import runpy; print(runpy.run_path('generate.py')['DOCUMENTS'][{name!r}](), end='')"
    run = subprocess.run([sys.executable, "-c", code], cwd=DOCS, capture_output=True, text=True, env=_environment())
    assert run.returncode == 0, run.stderr
    assert run.stdout == (DOCS / name).read_text(), "run: make docs"


def test_every_module_says_what_it_is_for() -> None:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    tree = generate.tree()
    for package in ("twin", "agents", "memory", "tui"):
        for path in (DOCS.parent / package).rglob("*.py"):
            if path.stat().st_size:
                assert f"  {path.name} " in tree, f"{path} has no docstring"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
