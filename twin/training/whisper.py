"""Whisper in plain torch: the parts that a training step needs, and no more.

The keys and values of the cross-attention are computed once an utterance and never trained, so that a step runs the
decoder alone; in ``voice`` mode the encoder's top layers, too (:class:`BelowTop`). Architecture: Radford et al. 2022,
"Robust Speech Recognition via Large-Scale Weak Supervision", https://arxiv.org/abs/2212.04356.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import torch
from torch import Tensor
from torch.nn import functional

_EPSILON = 1e-5
_EXACT_AFTER_SPEECH = 50
"""Encoder positions, 20 ms each."""
_STANDING_OUT = 50
_SILENCE_STRIDE = 8


class Update(Protocol):
    """A low-rank update of some matrices of the network."""

    def apply(self, name: str, x: Tensor) -> Tensor | None:
        """What the update of the matrix ``name`` adds to its output for ``x``; nothing if it has none."""
        ...


class Source(Protocol):
    """What the decoder listens to: a batch of windows of 30 s."""

    def under(self, net: WhisperNet, update: Update | None) -> CrossMemory:
        """With ``update`` in the encoder."""
        ...

    def rows(self, chosen: Tensor) -> Self: ...


@dataclass(frozen=True, slots=True)
class Thinned:
    """The encoder's output for a window without most of its silence: ``states``, ``(kept, width)``, each of which
    ``stands_for`` so many positions, ``(kept,)``."""

    states: Tensor
    stands_for: Tensor


@dataclass(frozen=True, slots=True)
class CrossMemory:
    """What the cross-attention looks at: keys and values by decoder layer, two tensors of shape ``(batch, heads,
    positions, width / heads)`` each, and ``bias``, ``(batch, 1, 1, positions)``, which is added to the scores."""

    layers: tuple[tuple[Tensor, Tensor], ...]
    bias: Tensor

    @property
    def size_bytes(self) -> int:
        return sum(part.numel() * part.element_size() for pair in self.layers for part in pair)

    def under(self, net: WhisperNet, update: Update | None) -> CrossMemory:
        """It is the frozen encoder's, whatever is trained."""
        return self

    def rows(self, chosen: Tensor) -> Self:
        return type(self)(tuple((keys[chosen], values[chosen]) for keys, values in self.layers), self.bias[chosen])


@dataclass(frozen=True, slots=True)
class BelowTop:
    """What the encoder's top layers work on, where they are trained: its states before the first of them.

    ``speech`` are those of the speech and the second after it, ``(batch, positions, width)``. The rest, silence, is
    attended to and never computed anew: ``tails`` are its states before each top layer and, last, its final ones,
    ``(batch, kept, width)`` each. Leaving it out instead makes the recogniser forget. ``bias``, ``(batch, positions +
    kept)``, is added to the scores of both.
    """

    speech: Tensor
    tails: tuple[Tensor, ...]
    bias: Tensor

    def under(self, net: WhisperNet, update: Update | None) -> CrossMemory:
        return net.encode_top(self, update)

    def rows(self, chosen: Tensor) -> Self:
        return type(self)(self.speech[chosen], tuple(tail[chosen] for tail in self.tails), self.bias[chosen])

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        tails = tuple(tail.to(device, dtype) for tail in self.tails)
        return type(self)(self.speech.to(device, dtype), tails, self.bias.to(device, dtype))


def joined(memories: Sequence[CrossMemory]) -> CrossMemory:
    """Of several windows as one batch; what a shorter one lacks is not looked at."""
    layers = tuple(
        (_beside([keys for keys, _ in layer]), _beside([values for _, values in layer]))
        for layer in zip(*(memory.layers for memory in memories), strict=True)
    )
    return CrossMemory(layers, _beside([memory.bias.mT for memory in memories], -torch.inf).mT)


def joined_below(below: Sequence[BelowTop]) -> BelowTop:
    """Of several windows as one batch; what a shorter one lacks is not looked at."""
    tails = tuple(_beside(tails) for tails in zip(*(one.tails for one in below), strict=True))
    of_speech = [one.bias[:, : one.speech.shape[1], None] for one in below]
    of_tails = [one.bias[:, one.speech.shape[1] :, None] for one in below]
    bias = torch.cat([_beside(of_speech, -torch.inf), _beside(of_tails, -torch.inf)], 1)
    return BelowTop(_beside([one.speech for one in below]), tails, bias[..., 0])


def _beside(tensors: Sequence[Tensor], value: float = 0.0) -> Tensor:
    """One batch of what is as long, along the last dimension but one, as the longest: the others are filled up."""
    longest = max(tensor.shape[-2] for tensor in tensors)
    lacking = [longest - one.shape[-2] for one in tensors]
    return torch.cat(
        [
            functional.pad(one, (0, 0, 0, more), value=value) if more else one
            for one, more in zip(tensors, lacking, strict=True)
        ]
    )


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

    @property
    def device(self) -> torch.device:
        return self.weights["emb"].device

    # --- forward ------------------------------------------------------------------------------------------------

    def cross_memory(self, heard: Thinned) -> CrossMemory:
        """Of the encoder's output for one window."""
        return self._memory(heard.states[None].to(self.device, self.dtype), self._bias(heard.stands_for))

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

    def below_top(self, features: Tensor, end: int, layers: int) -> BelowTop:
        """Run the encoder, without gradients, on log-mel ``features`` ``(mels, frames)`` of a window in which speech
        ends at position ``end``, and keep what its ``layers`` top ones are trained on; of silence as in
        :func:`thinned`."""
        with torch.no_grad():
            frames = 2 * self.positions
            x = functional.pad(features.to(self.device, self.dtype), (0, frames - features.shape[1]))[None]
            for name, stride in (("enc.conv1", 1), ("enc.conv2", 2)):
                weight, bias = self.weights[name], self.weights[f"{name}.b"]
                x = functional.gelu(functional.conv1d(x, weight, bias, stride=stride, padding=1))
            x = x.mT + self.weights["enc.pos"]
            states = []
            for layer in range(self.encoder_layers):
                if layer >= self.encoder_layers - layers:
                    states.append(x)
                x = self._encoder_layer(x, layer)
            states.append(self._norm(x, "enc.ln"))
            window = min(self.positions, end + _EXACT_AFTER_SPEECH)
            places, stands_for = _places(states[-1][0].cpu(), window)
            tails = tuple(state[:, places[window:].to(self.device)] for state in states)
            return BelowTop(states[0][:, :window], tails, self._bias(stands_for))

    def encode_top(self, below: BelowTop, update: Update | None) -> CrossMemory:
        """Run the encoder's top layers, with gradients to ``update``."""
        first = self.encoder_layers - len(below.tails) + 1
        x = below.speech
        for place, layer in enumerate(range(first, self.encoder_layers)):
            x = self._encoder_layer(x, layer, below.tails[place], below.bias[:, None, None], update)
        return self._memory(torch.cat([self._norm(x, "enc.ln"), below.tails[-1]], 1), below.bias)

    def _encoder_layer(
        self,
        x: Tensor,
        layer: int,
        tail: Tensor | None = None,
        bias: Tensor | None = None,
        update: Update | None = None,
    ) -> Tensor:
        """``x`` attends to itself and to a frozen ``tail``."""
        prefix = f"enc.{layer}"
        h = self._norm(x, f"{prefix}.self.ln")
        q, k, v = (self._split(self._linear(h, f"{prefix}.self.{part}", update)) for part in "qkv")
        if tail is not None:
            with torch.no_grad():
                frozen = self._norm(tail, f"{prefix}.self.ln")
                tail_k, tail_v = (self._split(self._linear(frozen, f"{prefix}.self.{part}", None)) for part in "kv")
            k, v = torch.cat([k, tail_k], 2), torch.cat([v, tail_v], 2)
        attended = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x + self._linear(self._joined(attended), f"{prefix}.self.o", update)
        return x + self._feed_forward(x, prefix, update)

    def _memory(self, states: Tensor, bias: Tensor) -> CrossMemory:
        """The frozen projections of the encoder's final ``states``, ``(batch, positions, width)``."""
        layers = tuple(
            (
                self._split(self._linear(states, f"dec.{layer}.cross.k", None)),
                self._split(self._linear(states, f"dec.{layer}.cross.v", None)),
            )
            for layer in range(self.decoder_layers)
        )
        return CrossMemory(layers, bias[:, None, None])

    def _bias(self, stands_for: Tensor) -> Tensor:
        return stands_for.log()[None].to(self.device, self.dtype)

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


def thinned(states: Tensor, end: int) -> Thinned:
    """Of the encoder's output ``states``, shape ``(positions, width)``, in which speech ends at position ``end``.

    Silence is most of a window and much the same everywhere: of what comes after speech, the positions that stand out
    are kept, on which attention rests, and of the others one in eight, with the attention that its neighbours would
    get. That is 570 of 1,500 positions for 6 s of speech, and moves the loss by .008 nats a token; without those that
    stand out it is .24.
    """
    places, stands_for = _places(states, min(len(states), end + _EXACT_AFTER_SPEECH))
    return Thinned(states[places], stands_for)


def _places(states: Tensor, window: int) -> tuple[Tensor, Tensor]:
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
    """Attention to what is frozen, as a rule: spelled out, because the fused one would work out gradients of keys and
    values all the same."""
    scores = (q * q.shape[-1] ** -0.5) @ keys.transpose(-1, -2) + bias
    return torch.softmax(scores, -1) @ values


def positions_of(seconds: float) -> int:
    """Encoder positions (20 ms each) that ``seconds`` of audio take."""
    return max(1, math.ceil(seconds * 50))
