"""The embedder, on its real weights: the fast way gives what sentence-transformers gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from twin.errors import ModelError
from twin.language.embedder import BertEmbedder, SentenceTransformersEmbedder, load_embedder
from twin.ports import Embedder

pytestmark = pytest.mark.weights

TEXTS = [
    "I drink oat flat whites",
    "what coffee do I like?",
    "",
    "Ein Satz auf Deutsch, mit Umlauten: schön!",
    "word " * 600,
    *(f"sentence number {number} about bicycles" for number in range(40)),
]


def test_embeddings_are_normalised_whatever_their_number(minilm: Embedder) -> None:
    assert isinstance(minilm, BertEmbedder)
    embeddings = minilm.embed(TEXTS)
    assert embeddings.shape == (len(TEXTS), minilm.dimensions) == (len(TEXTS), 384)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1.0, atol=1e-5)
    assert minilm.embed([]).shape == (0, 384)
    np.testing.assert_allclose(minilm.embed(TEXTS[:1])[0], embeddings[0], atol=2e-2)


def test_it_is_the_same_model_as_under_sentence_transformers(minilm_folder: Path, minilm: Embedder) -> None:
    reference = SentenceTransformersEmbedder(minilm_folder, name="reference", threads=2)
    expected = reference.embed(TEXTS)
    exact = BertEmbedder(minilm_folder, name="exact", threads=2, arithmetic="float32")
    np.testing.assert_allclose(exact.embed(TEXTS), expected, atol=2e-6)
    cosines = (minilm.embed(TEXTS) * expected).sum(axis=1)
    assert cosines.min() > 0.98
    assert reference.dimensions == minilm.dimensions
    assert reference.embed([]).shape == (0, 384)


def test_the_fast_way_loads_no_torch(minilm_folder: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from twin.language.embedder import load_embedder
load_embedder(Path({str(minilm_folder)!r}), name="m", threads=1).embed(["hello"])
print([name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_another_kind_of_model_is_left_to_sentence_transformers(
    minilm_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in minilm_folder.rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(minilm_folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(file)
    pooling = tmp_path / "1_Pooling" / "config.json"
    content = json.loads(pooling.read_text()) | {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    pooling.unlink()
    pooling.write_text(json.dumps(content))
    chosen: list[str] = []
    monkeypatch.setattr(
        "twin.language.embedder.SentenceTransformersEmbedder", lambda folder, **_: chosen.append(folder.name)
    )
    load_embedder(tmp_path, name="m", threads=1)
    assert chosen == [tmp_path.name]


def test_missing_and_broken_weights_are_a_sentence(minilm_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be used"):
        load_embedder(tmp_path, name="m", threads=1)
    for name in ("modules.json", "config.json", "sentence_bert_config.json", "tokenizer.json", "1_Pooling/config.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((minilm_folder / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    with pytest.raises(ModelError, match="cannot be used"):
        load_embedder(tmp_path, name="m", threads=1)
