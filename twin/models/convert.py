"""Whisper weights between CTranslate2, which recognises, and transformers, which trains.

One direction reads ``model.bin`` and writes a transformers folder, everything from the packaged files: shapes give
the architecture, ``config.json`` the suppressed tokens, languages and alignment heads, ``tokenizer.json`` the
special tokens. CTranslate2 fuses q, k and v (k has no bias; it stores zeros) and ties ``proj_out`` to the
embeddings. The other direction is CTranslate2's own converter. Going there and back gives the same bits.

Importing this module is cheap; calling it imports transformers (and torch on the way back).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import WeightsError
from twin.models.cache import WeightsCache, place_folder
from twin.models.ct2 import Ct2File, read_ct2
from twin.models.resolve import LocalWeights

Tensors = dict[str, NDArray[Any]]

_LAYER_NORM = {"gamma": "weight", "beta": "bias"}
_SAMPLE_RATE_HZ = 16_000
_TIMESTAMP_SECONDS = 0.02
_LATEST_FIRST_TIMESTAMP = 50
"""A transcript's first timestamp is at most 1 s, as in OpenAI's decoding options."""


def transformers_folder(weights: LocalWeights, cache: WeightsCache) -> Path:
    """The transformers form of a CTranslate2 Whisper, made once and kept in ``cache``.

    The folder loads with ``WhisperForConditionalGeneration``, ``WhisperTokenizer`` and ``WhisperFeatureExtractor``.
    Tensors keep their type (float16 for the packaged weights). Raises :class:`WeightsError`.
    """
    return cache.build(
        f"{weights.name}-{weights.sha256[:12]}-transformers", lambda folder: to_transformers(weights.path, folder)
    )


def to_transformers(source: Path, target: Path) -> None:
    """Write the CTranslate2 Whisper in ``source`` into the empty folder ``target``. Raises :class:`WeightsError`."""
    from safetensors.numpy import save_file
    from transformers import GenerationConfig, WhisperConfig

    model = read_ct2(source / "model.bin")
    if model.spec != "WhisperSpec":
        raise WeightsError(f"{source} holds no Whisper model but a {model.spec}.")
    if any(name.endswith("_scale") for name in model.variables):
        raise WeightsError(
            f"{source} is quantised, and quantised weights cannot be trained.", hint="Use its float16 form."
        )
    tokens = _special_tokens(source)
    settings = json.loads((source / "config.json").read_text())

    save_file(dict(_tensors(model)), target / "model.safetensors", metadata={"format": "pt"})
    WhisperConfig(**_architecture(model, tokens)).save_pretrained(target)
    GenerationConfig(**_generation(settings, tokens)).save_pretrained(target)  # type: ignore[no-untyped-call]
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    _write_json(target / "tokenizer_config.json", _tokenizer(tokens))
    _write_json(target / "preprocessor_config.json", _features(model))


def to_ctranslate2(source: Path, target: Path, *, quantization: str = "float16") -> Path:
    """Convert a transformers Whisper folder into the CTranslate2 folder ``target``, which must not exist.

    ``quantization`` is the type of the stored weights. Takes about a second for base. Raises :class:`WeightsError`.
    """
    from ctranslate2.converters import TransformersConverter
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # stderr is for our own progress

    def fill(folder: Path) -> None:
        converter = TransformersConverter(
            str(source), copy_files=["tokenizer.json", "preprocessor_config.json"], low_cpu_mem_usage=True
        )
        converter.convert(str(folder), quantization=quantization, force=True)

    return place_folder(target, fill)


# --- tensors ---------------------------------------------------------------------------------------------------


def _tensors(model: Ct2File) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every tensor under its name in transformers. Raises :class:`WeightsError` if one has no place there."""
    for name, value in model.variables.items():
        if value.ndim == 0:
            continue  # options of the spec, such as the number of heads
        side, *path = name.split("/")
        match path:
            case ["embeddings", "weight"]:
                yield f"model.{side}.embed_tokens.weight", value
            case ["position_encodings", "encodings"]:
                yield f"model.{side}.embed_positions.weight", value
            case ["conv1" | "conv2" as convolution, parameter]:
                yield f"model.{side}.{convolution}.{parameter}", value
            case ["layer_norm", parameter]:
                yield f"model.{side}.layer_norm.{_LAYER_NORM[parameter]}", value
            case [layer, block, part, parameter]:
                prefix = f"model.{side}.layers.{layer.removeprefix('layer_')}"
                for suffix, tensor in _block(block, part, parameter, value):
                    yield f"{prefix}.{suffix}", tensor
            case _:
                raise WeightsError(f"{name} has no place in a Whisper model.")


def _block(block: str, part: str, parameter: str, value: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    if part == "layer_norm":
        norm = {
            "self_attention": "self_attn_layer_norm",
            "attention": "encoder_attn_layer_norm",
            "ffn": "final_layer_norm",
        }
        yield f"{norm[block]}.{_LAYER_NORM[parameter]}", value
        return
    if block == "ffn":
        yield f"{'fc1' if part == 'linear_0' else 'fc2'}.{parameter}", value
        return
    attention, projections = {
        ("self_attention", "linear_0"): ("self_attn", ("q_proj", "k_proj", "v_proj")),
        ("self_attention", "linear_1"): ("self_attn", ("out_proj",)),
        ("attention", "linear_0"): ("encoder_attn", ("q_proj",)),
        ("attention", "linear_1"): ("encoder_attn", ("k_proj", "v_proj")),
        ("attention", "linear_2"): ("encoder_attn", ("out_proj",)),
    }[block, part]
    for projection, tensor in zip(projections, np.split(value, len(projections)), strict=True):
        if projection == "k_proj" and parameter == "bias":
            if np.any(tensor):
                raise WeightsError("This model has biases for its keys, which no Whisper has.")
            continue
        yield f"{attention}.{projection}.{parameter}", tensor


# --- configuration ---------------------------------------------------------------------------------------------


def _special_tokens(source: Path) -> dict[str, int]:
    tokenizer = json.loads((source / "tokenizer.json").read_text())
    return {token["content"]: token["id"] for token in tokenizer["added_tokens"]}


def _architecture(model: Ct2File, tokens: dict[str, int]) -> dict[str, Any]:
    variables = model.variables
    width, mel_bins, _ = variables["encoder/conv1/weight"].shape
    end = tokens["<|endoftext|>"]

    def layers(side: str) -> int:
        return len({name.split("/")[1] for name in variables if name.startswith(f"{side}/layer_") and "ffn" in name})

    return {
        "architectures": ["WhisperForConditionalGeneration"],
        "dtype": str(variables["encoder/conv1/weight"].dtype),
        "d_model": width,
        "num_mel_bins": mel_bins,
        "vocab_size": len(variables["decoder/embeddings/weight"]),
        "max_source_positions": len(variables["encoder/position_encodings/encodings"]),
        "max_target_positions": len(variables["decoder/position_encodings/encodings"]),
        "encoder_layers": layers("encoder"),
        "decoder_layers": layers("decoder"),
        "encoder_attention_heads": int(variables["encoder/num_heads"]),
        "decoder_attention_heads": int(variables["decoder/num_heads"]),
        "encoder_ffn_dim": len(variables["encoder/layer_0/ffn/linear_0/weight"]),
        "decoder_ffn_dim": len(variables["decoder/layer_0/ffn/linear_0/weight"]),
        "tie_word_embeddings": "decoder/projection/weight" in model.aliases,
        "decoder_start_token_id": tokens["<|startoftranscript|>"],
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
    }


def _generation(settings: dict[str, Any], tokens: dict[str, int]) -> dict[str, Any]:
    end = tokens["<|endoftext|>"]
    names = {token_id: name for name, token_id in tokens.items()}
    return {
        "alignment_heads": settings["alignment_heads"],
        "suppress_tokens": settings["suppress_ids"],
        "begin_suppress_tokens": settings["suppress_ids_begin"],
        "is_multilingual": "<|zh|>" in tokens and tokens["<|startoftranscript|>"] == end + 1,
        "decoder_start_token_id": tokens["<|startoftranscript|>"],
        "no_timestamps_token_id": tokens["<|notimestamps|>"],
        "prev_sot_token_id": tokens["<|startofprev|>"],
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "max_initial_timestamp_index": _LATEST_FIRST_TIMESTAMP,
        "max_length": 448,
        "return_timestamps": False,
        "lang_to_id": {names[token_id]: token_id for token_id in settings["lang_ids"]},
        "task_to_id": {task: tokens[f"<|{task}|>"] for task in ("transcribe", "translate")},
    }


def _tokenizer(tokens: dict[str, int]) -> dict[str, Any]:
    end = "<|endoftext|>"
    return {
        "tokenizer_class": "WhisperTokenizer",
        "bos_token": end,
        "eos_token": end,
        "pad_token": end,
        "unk_token": end,
        "model_max_length": 1024,
    }


def _features(model: Ct2File) -> dict[str, Any]:
    positions = len(model.variables["encoder/position_encodings/encodings"])
    return {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": model.variables["encoder/conv1/weight"].shape[1],
        "sampling_rate": _SAMPLE_RATE_HZ,
        "hop_length": 160,
        "n_fft": 400,
        "chunk_length": int(positions * _TIMESTAMP_SECONDS),
        "padding_value": 0.0,
        "return_attention_mask": False,
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
