"""The client side is light: it must answer `--help` and paint before any model library could be imported."""

from __future__ import annotations

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
