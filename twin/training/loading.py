"""Whisper's weights from a CTranslate2 file, for training: as they stand there, under short names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from twin.errors import WeightsError
from twin.models.ct2 import Ct2File, read_ct2
from twin.training.device import CPU
from twin.training.whisper import WhisperNet


def load_whisper(
    path: Path, dtype: torch.dtype = torch.float32, *, encoder: bool = True, device: torch.device = CPU
) -> WhisperNet:
    """Read ``path/model.bin``, without its encoder if that is not needed. Raises :class:`WeightsError` for another or a
    quantised model."""
    model = read_ct2(path / "model.bin")
    if model.spec != "WhisperSpec":
        raise WeightsError(f"{path} holds no Whisper model but a {model.spec}.")
    if any(name.endswith("_scale") for name in model.variables):
        raise WeightsError(
            f"{path} is quantised, and quantised weights cannot be trained.", hint="Use its float16 form."
        )
    return WhisperNet(
        _named(model, _Tensors(model, dtype, device), ("enc", "dec") if encoder else ("dec",)),
        heads=int(model.variables["encoder/num_heads"]),
        encoder_layers=_layers(model, "encoder"),
        decoder_layers=_layers(model, "decoder"),
    )


def _layers(model: Ct2File, side: str) -> int:
    return len({name.split("/")[1] for name in model.variables if name.startswith(f"{side}/layer_") and "ffn" in name})


class _Tensors:
    """Variables of the file as tensors, each made when it is asked for."""

    def __init__(self, model: Ct2File, dtype: torch.dtype, device: torch.device) -> None:
        self._model, self._dtype, self._device = model, dtype, device

    def __getitem__(self, name: str) -> Tensor:
        return torch.from_numpy(self._model.variables[name].copy()).to(self._device, self._dtype)


def _named(model: Ct2File, tensors: _Tensors, sides: Sequence[str]) -> dict[str, Tensor]:
    named = {
        "emb": tensors["decoder/embeddings/weight"],
        "dec.pos": tensors["decoder/position_encodings/encodings"],
        "enc.pos": tensors["encoder/position_encodings/encodings"],
    }

    def norm(name: str, source: str) -> None:
        named[name], named[f"{name}.b"] = tensors[f"{source}/gamma"], tensors[f"{source}/beta"]

    def linear(names: tuple[str, ...], source: str) -> None:
        weights, biases = (tensors[f"{source}/{part}"].chunk(len(names)) for part in ("weight", "bias"))
        for name, weight, bias in zip(names, weights, biases, strict=True):
            named[name], named[f"{name}.b"] = weight.contiguous(), bias.contiguous()

    for conv in ("conv1", "conv2") if "enc" in sides else ():
        named[f"enc.{conv}"] = tensors[f"encoder/{conv}/weight"]
        named[f"enc.{conv}.b"] = tensors[f"encoder/{conv}/bias"]
    for short in sides:
        side = {"enc": "encoder", "dec": "decoder"}[short]
        norm(f"{short}.ln", f"{side}/layer_norm")
        for layer in range(_layers(model, side)):
            prefix, source = f"{short}.{layer}", f"{side}/layer_{layer}"
            norm(f"{prefix}.self.ln", f"{source}/self_attention/layer_norm")
            linear(tuple(f"{prefix}.self.{part}" for part in "qkv"), f"{source}/self_attention/linear_0")
            linear((f"{prefix}.self.o",), f"{source}/self_attention/linear_1")
            if short == "dec":
                norm(f"{prefix}.cross.ln", f"{source}/attention/layer_norm")
                linear((f"{prefix}.cross.q",), f"{source}/attention/linear_0")
                linear(tuple(f"{prefix}.cross.{part}" for part in "kv"), f"{source}/attention/linear_1")
                linear((f"{prefix}.cross.o",), f"{source}/attention/linear_2")
            norm(f"{prefix}.ffn.ln", f"{source}/ffn/layer_norm")
            linear((f"{prefix}.fc1",), f"{source}/ffn/linear_0")
            linear((f"{prefix}.fc2",), f"{source}/ffn/linear_1")
    return named
