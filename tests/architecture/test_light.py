"""The client side is light: it must answer `--help` and paint before any model library could be imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "sentence_transformers", "chromadb", "langgraph", "faster_whisper", "ctranslate2",
         "xllamacpp", "onnxruntime", "av", "peft", "numpy", "scipy", "sklearn"}  # fmt: skip
# numpy is no model library, but a client has no use for it either.


@pytest.mark.parametrize(
    "code",
    [
        "import twin.client, twin.engine.remote",
        "import tui.app",
        "from twin.cli import run; run(['--help'])",
        "from twin.cli import run; run(['engine', 'status'])",
    ],
)
def test_clients_load_no_model_library(code: str) -> None:
    listing = f"{code}\nimport sys; print(sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert run.stderr.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["proposals", "adapters"])
def test_listing_what_is_learned_needs_no_graph(command: str) -> None:
    listing = f"from twin.cli import run; import sys; assert run(['{command}', '--in-process']) == 0"
    code = f"{listing}\nassert 'langgraph' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "TWIN_PRELOAD": "0"})
