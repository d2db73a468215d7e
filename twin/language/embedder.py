"""Sentence embeddings: all-MiniLM-L6-v2, or any folder that sentence-transformers can load.

A BERT encoder with mean pooling, as the default is, runs on CTranslate2 (see :mod:`twin.language.bert`) and is ready in
a third of a second; any other kind is left to sentence-transformers itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import ModelError
from twin.language.bert import is_plain_bert, load_encoder
from twin.ports import Embedder

_BATCH = 32
"""Texts in one pass: enough for the cores to be busy, few enough to stay in their caches."""


def load_embedder(folder: Path, *, name: str, threads: int) -> Embedder:
    """Load the sentence-transformers model in ``folder``, by the faster way where there is one.

    Nothing is fetched. Raises :class:`ModelError`.
    """
    from safetensors import SafetensorError

    try:
        if _is_mean_of_bert(folder):
            return BertEmbedder(folder, name=name, threads=threads)
        return SentenceTransformersEmbedder(folder, name=name, threads=threads)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"The embedding weights in {folder} cannot be used ({error}).",
            hint="Run `twin doctor`, or choose other weights with the setting `embedder`.",
        ) from error


class BertEmbedder:
    """Mean of the last hidden states of a BERT encoder, at length 1. Safe from any thread.

    ``arithmetic`` is CTranslate2's compute type.
    """

    def __init__(self, folder: Path, *, name: str, threads: int, arithmetic: str = "int8") -> None:
        from tokenizers import Tokenizer

        config = _read(folder / "config.json")
        self.model = name
        self.dimensions: int = config["hidden_size"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_read(folder / "sentence_bert_config.json")["max_seq_length"])
        self._tokenizer.no_padding()
        ids = self._tokenizer.get_vocab()
        vocabulary = sorted(ids, key=ids.__getitem__)
        self._threads = threads
        self._encoder: Any = load_encoder(folder, config, vocabulary, threads=threads, arithmetic=arithmetic)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        embeddings = np.empty((len(texts), self.dimensions), dtype=np.float32)
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        by_length = sorted(range(len(texts)), key=lambda i: len(tokens[i]))  # little padding in a batch

        def embed_batch(batch: list[int]) -> None:
            states = np.asarray(self._encoder.forward_batch([tokens[i] for i in batch]).last_hidden_state)
            for i, state in zip(batch, states, strict=True):
                mean = state[: len(tokens[i])].mean(axis=0)
                embeddings[i] = mean / np.linalg.norm(mean)

        batches = [by_length[start : start + _BATCH] for start in range(0, len(by_length), _BATCH)]
        if len(batches) == 1:
            embed_batch(batches[0])
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(embed_batch, batches))
        return embeddings


class SentenceTransformersEmbedder:
    """Whatever sentence-transformers makes of a folder, at length 1. Its import takes seconds."""

    def __init__(self, folder: Path, *, name: str, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        self._transformer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.model = name
        self.dimensions = len(self._transformer.encode("", show_progress_bar=False))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        embeddings: NDArray[np.float32] = self._transformer.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        ).astype(np.float32)
        return embeddings.reshape(len(texts), self.dimensions)


def _is_mean_of_bert(folder: Path) -> bool:
    modules = [module["type"].rsplit(".", 1)[-1] for module in _read(folder / "modules.json")]
    if modules not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    pooling = _read(folder / "1_Pooling" / "config.json")
    chosen = [mode for mode, used in pooling.items() if mode.startswith("pooling_mode") and used]
    needed = ("config.json", "sentence_bert_config.json", "tokenizer.json", "model.safetensors")
    return (
        chosen in (["pooling_mode_mean_tokens"], ["pooling_mode"])
        and pooling.get("pooling_mode", "mean") == "mean"
        and all((folder / name).is_file() for name in needed)
        and is_plain_bert(_read(folder / "config.json"))
    )


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
