"""From recordings to what is trained on: encoder states, from the cache where they are, and tokens of what was said.

:func:`prepare`, the first step of a training, encodes what is missing, with CTranslate2; the other functions read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights
from twin.ports import Audio
from twin.speech.audio import decode
from twin.training.general import Purpose, Recording, spoken_set
from twin.training.plan import Clip, Plan
from twin.training.progress import ENCODING, Reporter
from twin.training.states import KeptStates, StatesCache

if TYPE_CHECKING:
    from twin.speech.engine import WhisperTranscriber
    from twin.training.batches import TrainingExample
    from twin.training.tokens import WhisperTokens

_SPOKEN_VERSION = 1


def prepare(plan: Plan, reporter: Reporter) -> None:
    """Have the states of all that is to be learned and replayed in the caches, and the product's sentences spoken."""

    @cache
    def transcriber() -> WhisperTranscriber:
        from twin.speech.engine import WhisperTranscriber

        base = LocalWeights(Path(plan.base).name, Role.RECOGNISER, Path(plan.base), "")
        return WhisperTranscriber(
            base, language=plan.language, beam_size=1, compute_type=plan.compute_type, threads=plan.threads
        )

    def keep(states: StatesCache, key: str, audio: Callable[[], Audio]) -> None:
        if not states.has(key) and (found := transcriber().encoder_states(audio())) is not None:
            states.keep(key, found.states, found.seconds)
            reporter.advance(ENCODING)

    with reporter.stage("prepare", "Reading what there is to learn …"):
        own = _own_states(plan)
        for clip in (*plan.learn, *plan.replay):
            keep(own, clip.audio_sha256, lambda clip=clip: decode(Path(clip.audio)))  # type: ignore[misc]
        for recording in (recording for purpose in Purpose for recording in spoken(plan, purpose)):
            keep(spoken_states(plan), recording.id, lambda recording=recording: recording.audio)  # type: ignore[misc]


def read_clips(plan: Plan, clips: Sequence[Clip], tokens: WhisperTokens) -> list[TrainingExample]:
    """In their order; without those in which nobody speaks, or somebody speaks for longer than a window."""
    states = _own_states(plan)
    return [
        _example(clip.id, clip.text, kept, tokens)
        for clip in clips
        if (kept := states.read(clip.audio_sha256)) is not None
    ]


def read_replay(plan: Plan, tokens: WhisperTokens) -> list[TrainingExample]:
    """The product's own sentences."""
    states = spoken_states(plan)
    return [
        _example(recording.id, recording.text, kept, tokens)
        for recording in spoken(plan, Purpose.REPLAY)
        if (kept := states.read(recording.id)) is not None
    ]


def _own_states(plan: Plan) -> StatesCache:
    return StatesCache(Path(plan.states), plan.base_sha256)


def spoken(plan: Plan, purpose: Purpose) -> tuple[Recording, ...]:
    """The product's own sentences, as many as ``plan`` uses."""
    return spoken_set(purpose, WeightsCache(Path(plan.cache)), plan.spoken.get(purpose))


def spoken_states(plan: Plan) -> StatesCache:
    """Of the product's own sentences: public, so made once for all twins on the machine."""
    return StatesCache(Path(plan.cache) / f"spoken-states-{_SPOKEN_VERSION}", plan.base_sha256)


def _example(id: str, text: str, kept: KeptStates, tokens: WhisperTokens) -> TrainingExample:
    import torch

    from twin.training.batches import TrainingExample
    from twin.training.whisper import positions_of

    return TrainingExample(id, torch.from_numpy(kept.states), tokens.encode(text), positions_of(kept.seconds))
