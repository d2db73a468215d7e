"""Whisper in plain torch, from a CTranslate2 file: the parts that a training step needs, and no more.

The keys and values of the cross-attention are computed once an utterance and never trained, so that a step runs the
decoder alone. Architecture: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision",
https://arxiv.org/abs/2212.04356.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from twin.errors import WeightsError
from twin.models.ct2 import Ct2File, read_ct2

_EPSILON = 1e-5
_EXACT_AFTER_SPEECH = 50
"""Encoder positions, 20 ms each."""
_STANDING_OUT = 50
_SILENCE_STRIDE = 8


@dataclass(frozen=True, slots=True)
class CrossMemory:
    """What the cross-attention looks at: keys and values by decoder layer, two tensors of shape ``(batch, heads,
    positions, width / heads)`` each, and ``bias``, ``(batch, 1, 1, positions)``, which is added to the scores."""

    layers: tuple[tuple[Tensor, Tensor], ...]
    bias: Tensor

    @property
    def size_bytes(self) -> int:
        return sum(part.numel() * part.element_size() for pair in self.layers for part in pair)

    def rows(self, chosen: Tensor) -> CrossMemory:
        return CrossMemory(tuple((keys[chosen], values[chosen]) for keys, values in self.layers), self.bias[chosen])


def joined(memories: Sequence[CrossMemory]) -> CrossMemory:
    """Of several windows as one batch; what a shorter one lacks is not looked at."""
    longest = max(memory.bias.shape[-1] for memory in memories)

    def padded(tensor: Tensor, dimension: int, value: float) -> Tensor:
        lacking = longest - tensor.shape[dimension]
        padding = (0, lacking) if dimension == -1 else (0, 0, 0, lacking)
        return functional.pad(tensor, padding, value=value) if lacking else tensor

    layers = tuple(
        (
            torch.cat([padded(keys, -2, 0.0) for keys, _ in layer]),
            torch.cat([padded(values, -2, 0.0) for _, values in layer]),
        )
        for layer in zip(*(memory.layers for memory in memories), strict=True)
    )
    return CrossMemory(layers, torch.cat([padded(memory.bias, -1, -torch.inf) for memory in memories]))


class Update(Protocol):
    """A low-rank update of some matrices of the network."""

    def apply(self, name: str, x: Tensor) -> Tensor | None:
        """What the update of the matrix ``name`` adds to its output for ``x``; nothing if it has none."""
        ...


@dataclass(frozen=True, slots=True)
class WhisperNet:
    """The frozen weights, under short names: ``enc.LAYER.self.q``, ``dec.LAYER.cross.o``, ``dec.LAYER.fc1`` …

    Matrices are ``[out, in]``; the bias of ``NAME`` is ``NAME.b``.
    """

    weights: dict[str, Tensor]
    heads: int
    encoder_layers: int
    decoder_layers: int

    @property
    def width(self) -> int:
        return int(self.weights["emb"].shape[1])

    @property
    def positions(self) -> int:
        """Encoder positions in a window of 30 s: 1,500."""
        return int(self.weights["enc.pos"].shape[0])

    @property
    def dtype(self) -> torch.dtype:
        return self.weights["emb"].dtype

    # --- forward ------------------------------------------------------------------------------------------------

    def cross_memory(self, states: Tensor, end: int) -> CrossMemory:
        """Of the encoder's output ``states``, shape ``(positions, width)``, in which speech ends at position ``end``.

        Silence is most of a window and much the same everywhere: of what comes after speech, the positions that stand
        out are kept, on which attention rests, and of the others one in eight, with the attention that its neighbours
        would get. That is 570 of 1,500 positions for 6 s of speech, and moves the loss by .008 nats a token; without
        those that stand out it is .24.
        """
        places, stands_for = _thinned(states, min(len(states), end + _EXACT_AFTER_SPEECH))
        chosen = states[places][None].to(self.dtype)
        layers = tuple(
            (
                self._split(self._linear(chosen, f"dec.{layer}.cross.k", None)),
                self._split(self._linear(chosen, f"dec.{layer}.cross.v", None)),
            )
            for layer in range(self.decoder_layers)
        )
        return CrossMemory(layers, stands_for.log()[None, None, None, :].to(self.dtype))

    def decode(self, tokens: Tensor, memory: CrossMemory, update: Update | None = None) -> Tensor:
        """Hidden states of shape ``(batch, tokens, width)``, normalised; tokens are of shape ``(batch, tokens)``."""
        x = functional.embedding(tokens, self.weights["emb"]) + self.weights["dec.pos"][: tokens.shape[1]]
        for layer in range(self.decoder_layers):
            prefix = f"dec.{layer}"
            h = self._norm(x, f"{prefix}.self.ln")
            q, k, v = (self._split(self._linear(h, f"{prefix}.self.{part}", update)) for part in "qkv")
            attended = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self._linear(self._joined(attended), f"{prefix}.self.o", update)
            q = self._split(self._linear(self._norm(x, f"{prefix}.cross.ln"), f"{prefix}.cross.q", update))
            attended = _attended(q, *memory.layers[layer], memory.bias)
            x = x + self._linear(self._joined(attended), f"{prefix}.cross.o", update)
            x = x + self._feed_forward(x, prefix, update)
        return self._norm(x, "dec.ln")

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of every token, in float32."""
        return functional.linear(hidden, self.weights["emb"]).float()

    def encode_upper(
        self, states: Tensor, first: int, window: int, tails: dict[int, Tensor], update: Update | None
    ) -> Tensor:
        """Run the encoder's layers from ``first`` on the first ``window`` positions of ``states``.

        The rest, silence, is attended to but not recomputed: ``tails[i]`` are its states before layer ``i``, and
        ``tails[encoder_layers]`` its final ones. Leaving it out instead makes the recogniser forget.
        """
        x = states[:, :window]
        for layer in range(first, self.encoder_layers):
            prefix = f"enc.{layer}"
            h = self._norm(x, f"{prefix}.self.ln")
            q, k, v = (self._split(self._linear(h, f"{prefix}.self.{part}", update)) for part in "qkv")
            with torch.no_grad():
                tail = self._norm(tails[layer], f"{prefix}.self.ln")
                tail_k, tail_v = (self._split(self._linear(tail, f"{prefix}.self.{part}", None)) for part in "kv")
            attended = functional.scaled_dot_product_attention(q, torch.cat([k, tail_k], 2), torch.cat([v, tail_v], 2))
            x = x + self._linear(self._joined(attended), f"{prefix}.self.o", update)
            x = x + self._feed_forward(x, prefix, update)
        return torch.cat([self._norm(x, "enc.ln"), tails[self.encoder_layers]], 1)

    def _feed_forward(self, x: Tensor, prefix: str, update: Update | None) -> Tensor:
        h = functional.gelu(self._linear(self._norm(x, f"{prefix}.ffn.ln"), f"{prefix}.fc1", update))
        return self._linear(h, f"{prefix}.fc2", update)

    def _linear(self, x: Tensor, name: str, update: Update | None) -> Tensor:
        y = functional.linear(x, self.weights[name], self.weights[f"{name}.b"])
        added = None if update is None else update.apply(name, x)
        return y if added is None else y + added

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (self.width,), self.weights[name], self.weights[f"{name}.b"], _EPSILON)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], -1, self.heads, self.width // self.heads).transpose(1, 2)

    @staticmethod
    def _joined(x: Tensor) -> Tensor:
        return x.transpose(1, 2).flatten(2)


def _thinned(states: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """The positions to keep, those before ``window`` among them, and for how many each stands."""
    silence = states[window:].float()
    distance = (silence - silence.mean(0)).norm(dim=1)
    out = distance.topk(min(_STANDING_OUT, len(silence))).indices.sort().values + window
    alike = torch.ones(len(states), dtype=torch.bool)
    alike[:window] = False
    alike[out] = False
    others = torch.nonzero(alike)[:, 0]
    taken = others[::_SILENCE_STRIDE]
    stands_for = torch.ones(window + len(out) + len(taken))
    stands_for[window + len(out) :] = len(others) / max(1, len(taken))
    return torch.cat([torch.arange(window), out, taken]), stands_for


def _attended(q: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    """Attention to what is frozen: spelled out, because the fused one would work out gradients of keys and values."""
    scores = (q * q.shape[-1] ** -0.5) @ keys.transpose(-1, -2) + bias
    return torch.softmax(scores, -1) @ values


def load_whisper(path: Path, dtype: torch.dtype = torch.float32, *, encoder: bool = True) -> WhisperNet:
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
        _named(model, dtype, ("enc", "dec") if encoder else ("dec",)),
        heads=int(model.variables["encoder/num_heads"]),
        encoder_layers=_layers(model, "encoder"),
        decoder_layers=_layers(model, "decoder"),
    )


def _layers(model: Ct2File, side: str) -> int:
    return len({name.split("/")[1] for name in model.variables if name.startswith(f"{side}/layer_") and "ffn" in name})


class _Tensors:
    """Variables of the file as tensors, each made when it is asked for."""

    def __init__(self, model: Ct2File, dtype: torch.dtype) -> None:
        self._model, self._dtype = model, dtype

    def __getitem__(self, name: str) -> Tensor:
        return torch.from_numpy(self._model.variables[name].copy()).to(self._dtype)


def _named(model: Ct2File, dtype: torch.dtype, sides: Sequence[str]) -> dict[str, Tensor]:
    tensors = _Tensors(model, dtype)
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


def training_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively, else float32."""
    native: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    flags = _cpu_flags()
    return torch.bfloat16 if native and (flags & {"avx512_bf16", "amx_bf16", "bf16"}) else torch.float32


def _cpu_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    return next((set(line.split()) for line in lines if line.startswith(("flags", "Features"))), set())


def positions_of(seconds: float) -> int:
    """Encoder positions (20 ms each) that ``seconds`` of audio take."""
    return max(1, math.ceil(seconds * 50))
