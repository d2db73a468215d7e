"""``voice`` mode's encoder: what its top layers work on, computed once a recording and kept beside its states.

The features that the encoder is given are made in the first step of a training, with the recogniser's own code; the
layers below those that are trained run in the second, in torch, for the recogniser gives out its last layer alone.
Kept in float16, about 1 MB an utterance for Whisper base, and always read from there, so that a training that goes on
computes with the same numbers.
"""

from __future__ import annotations

import torch

from twin.training.batches import TrainingExample
from twin.training.states import FEATURES, StatesCache
from twin.training.tokens import WhisperTokens
from twin.training.whisper import BelowTop, WhisperNet, positions_of

_SPEECH, _BIAS, _TAIL = "speech", "bias", "tail"


def compute(net: WhisperNet, states: StatesCache, name: str, layers: int) -> None:
    """Have what ``layers`` top layers work on in the cache, if the recording's features are there."""
    part = _part(layers)
    if states.has(name, part) or (kept := states.read_part(name, FEATURES)) is None:
        return
    tensors, seconds = kept
    below = net.below_top(torch.from_numpy(tensors[FEATURES]), positions_of(seconds), layers)
    named = {_SPEECH: below.speech, _BIAS: below.bias}
    named |= {f"{_TAIL}.{number}": tail for number, tail in enumerate(below.tails)}
    states.keep_part(name, part, {key: value[0].float().cpu().numpy() for key, value in named.items()}, seconds)


def read(
    states: StatesCache, name: str, layers: int, id: str, text: str, tokens: WhisperTokens
) -> TrainingExample | None:
    """An example to train on; nothing if nobody speaks in it."""
    kept = states.read_part(name, _part(layers))
    if kept is None:
        return None
    tensors = {key: torch.from_numpy(value)[None] for key, value in kept[0].items()}
    tails = tuple(tensors[f"{_TAIL}.{number}"] for number in range(layers + 1))
    below = BelowTop(tensors[_SPEECH], tails, tensors[_BIAS])
    return TrainingExample(id, below, tokens.encode(text), positions_of(kept[1]))


def _part(layers: int) -> str:
    return f"below-{layers}"
