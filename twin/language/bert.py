"""A BERT encoder on CTranslate2, straight from its safetensors, without torch.

CTranslate2 runs the encoder of a sentence-transformers model as torch does: in float32 no element of an embedding
differs by more than 3e-7; in int8, which is used because it is three times as fast, the cosine with the exact embedding
is .996. And it is ready in a third of a second, where importing torch, transformers and sentence-transformers takes
five to eight and some 400 MB. Its own converter needs torch, so the model file (a list of named tensors; version 6 of
the format) is put together here, in memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FORMAT_VERSION = 6
_TYPES = (np.dtype("float32"), np.dtype("int8"), np.dtype("int16"))
"""Their position is the number that the format gives them."""
_GELU, _TANH = np.int8(3), np.int8(5)
_ADD = np.int8(1)


def is_plain_bert(config: Mapping[str, Any]) -> bool:
    """Whether ``config`` (of transformers) is of an encoder that :func:`model_file` can lay out."""
    return (
        config.get("architectures") == ["BertModel"]
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


def load_encoder(
    folder: Path, config: Mapping[str, Any], vocabulary: list[str], *, threads: int, arithmetic: str
) -> Any:
    """A ``ctranslate2.Encoder`` of the BERT weights in ``folder``; ``vocabulary`` holds its tokens in order.

    ``threads`` batches are computed side by side, each on one core: cores that wait for each other within a batch
    lose more than they win as soon as anything else runs.
    """
    import ctranslate2
    from safetensors.numpy import load_file

    files = {
        "model.bin": model_file(load_file(folder / "model.safetensors"), config),
        "config.json": json.dumps(
            {
                "bos_token": "<s>",
                "eos_token": "</s>",
                "unk_token": "[UNK]",
                "layer_norm_epsilon": config["layer_norm_eps"],
                "multi_query_attention": False,
            }
        ).encode(),
        "vocabulary.json": json.dumps(vocabulary).encode(),
    }
    return ctranslate2.Encoder(
        folder.name, device="cpu", compute_type=arithmetic, inter_threads=threads, intra_threads=1, files=files
    )


def model_file(tensors: Mapping[str, NDArray[np.float32]], config: Mapping[str, Any]) -> bytes:
    """The bytes of CTranslate2's ``model.bin`` for BERT ``tensors`` named as transformers names them."""
    variables = dict(_variables(tensors, int(config["num_hidden_layers"]), int(config["num_attention_heads"])))
    parts = [
        struct.pack("I", _FORMAT_VERSION),
        _string("TransformerEncoderSpec"),
        struct.pack("II", 1, len(variables)),
    ]
    for name, value in sorted(variables.items()):
        parts += [
            _string(name),
            struct.pack("B", value.ndim),
            struct.pack(f"{value.ndim}I", *value.shape),
            struct.pack("B", _TYPES.index(value.dtype)),
            struct.pack("I", value.nbytes),
            value.tobytes(),
        ]
    parts.append(struct.pack("I", 0))  # no aliases
    return b"".join(parts)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("H", len(encoded) + 1) + encoded + b"\0"


def _variables(
    tensors: Mapping[str, NDArray[np.float32]], layers: int, heads: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "encoder/activation", np.asarray(_GELU)
    yield "encoder/embeddings_merge", np.asarray(_ADD)
    yield "encoder/multi_query_attention", np.asarray(np.int8(0))
    yield "encoder/num_heads", np.asarray(np.int16(heads))
    yield "encoder/pre_norm", np.asarray(np.int8(0))
    yield "encoder/scale_embeddings", np.asarray(np.int8(0))
    yield "encoder/embeddings_0/weight", tensors["embeddings.word_embeddings.weight"]
    yield "encoder/embeddings_1/weight", tensors["embeddings.token_type_embeddings.weight"]
    yield "encoder/position_encodings/encodings", tensors["embeddings.position_embeddings.weight"]
    yield "encoder/layernorm_embedding/gamma", tensors["embeddings.LayerNorm.weight"]
    yield "encoder/layernorm_embedding/beta", tensors["embeddings.LayerNorm.bias"]
    yield "pooler_activation", np.asarray(_TANH)
    for part in ("weight", "bias"):
        yield f"pooler_dense/{part}", tensors[f"pooler.dense.{part}"]
    for number in range(layers):
        ours, theirs = f"encoder/layer_{number}", f"encoder.layer.{number}"
        for part in ("weight", "bias"):
            fused = [tensors[f"{theirs}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            yield f"{ours}/self_attention/linear_0/{part}", np.concatenate(fused)
            yield f"{ours}/self_attention/linear_1/{part}", tensors[f"{theirs}.attention.output.dense.{part}"]
            yield f"{ours}/ffn/linear_0/{part}", tensors[f"{theirs}.intermediate.dense.{part}"]
            yield f"{ours}/ffn/linear_1/{part}", tensors[f"{theirs}.output.dense.{part}"]
        for ours_norm, theirs_norm in (("self_attention", "attention.output"), ("ffn", "output")):
            yield f"{ours}/{ours_norm}/layer_norm/gamma", tensors[f"{theirs}.{theirs_norm}.LayerNorm.weight"]
            yield f"{ours}/{ours_norm}/layer_norm/beta", tensors[f"{theirs}.{theirs_norm}.LayerNorm.bias"]
