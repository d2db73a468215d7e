"""From recordings to what is trained on: encoder states, from the cache where they are, and tokens of what was said.

:func:`prepare`, the first step of a training, encodes what is missing, with CTranslate2; the other functions read. For
``voice`` mode it makes the encoder's features alone; :func:`encode` goes on with them in the second step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
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
from twin.training.states import FEATURES, StatesCache

if TYPE_CHECKING:
    from twin.speech.engine import WhisperTranscriber
    from twin.training.batches import TrainingExample
    from twin.training.tokens import WhisperTokens
    from twin.training.whisper import WhisperNet

_SPOKEN_VERSION = 1
_ALWAYS = (Purpose.REPLAY, Purpose.GENERAL, Purpose.SHORT)


def prepare(plan: Plan, reporter: Reporter) -> None:
    """Have the states of all that is to be learned and replayed in the caches, and the product's sentences spoken."""

    voice = plan.recipe.trained_encoder_layers > 0
    with reporter.stage("prepare", "Reading what there is to learn …"):
        for purpose in _ALWAYS:
            spoken(plan, purpose)
        if voice:
            transcriber = _encoder(plan)
            for states, key, audio in _sounds(plan, (Purpose.REPLAY,)):
                _keep_features(states, key, audio, transcriber)
        else:
            _keep_states(plan, _sounds(plan, _ALWAYS), reporter)


def prepare_spoken(plan: Plan, purpose: Purpose, reporter: Reporter) -> None:
    """Have the states of those of the product's own sentences in the cache."""
    _keep_states(plan, _spoken_sounds(plan, (purpose,)), reporter)


def _encoder(plan: Plan) -> Callable[[], WhisperTranscriber]:
    """The base's recogniser, loaded when it is first asked for."""

    @cache
    def transcriber() -> WhisperTranscriber:
        from twin.speech.engine import WhisperTranscriber

        base = LocalWeights(Path(plan.base).name, Role.RECOGNISER, Path(plan.base), "")
        return WhisperTranscriber(
            base, language=plan.language, beam_size=1, compute_type=plan.compute_type, threads=plan.threads
        )

    return transcriber


def _keep_states(plan: Plan, sounds: Iterable[_Sound], reporter: Reporter) -> None:
    transcriber = _encoder(plan)
    for states, key, audio in sounds:
        if not states.has(key) and (found := transcriber().encoder_states(audio())) is not None:
            states.keep(key, found.states, found.seconds)
            reporter.advance(ENCODING)


def _keep_features(
    states: StatesCache, key: str, audio: Callable[[], Audio], transcriber: Callable[[], WhisperTranscriber]
) -> None:
    if not states.has(key, FEATURES) and (found := transcriber().features(audio())) is not None:
        features, seconds = found
        states.keep_part(key, FEATURES, {FEATURES: features}, seconds)


def encode(plan: Plan, net: WhisperNet, reporter: Reporter) -> None:
    """For ``voice`` mode: have what the encoder's top layers work on in the caches."""
    from twin.training.below import compute

    with reporter.stage("encode", "Listening to what there is to learn …"):
        for states, key, _ in _sounds(plan, (Purpose.REPLAY,)):
            compute(net, states, key, plan.recipe.trained_encoder_layers)
            reporter.advance(ENCODING)


def read_clips(plan: Plan, clips: Sequence[Clip], tokens: WhisperTokens) -> list[TrainingExample]:
    """In their order; without those in which nobody speaks, or somebody speaks for longer than a window."""
    states = _own_states(plan)
    read = (_example(plan, states, clip.audio_sha256, clip.id, clip.text, tokens) for clip in clips)
    return [example for example in read if example is not None]


def read_replay(plan: Plan, tokens: WhisperTokens) -> list[TrainingExample]:
    """The product's own sentences."""
    states = spoken_states(plan)
    read = (_example(plan, states, one.id, one.id, one.text, tokens) for one in spoken(plan, Purpose.REPLAY))
    return [example for example in read if example is not None]


_Sound = tuple[StatesCache, str, Callable[[], Audio]]
"""The cache that it belongs to, its name there, and how it sounds."""


def _sounds(plan: Plan, purposes: Sequence[Purpose]) -> Iterator[_Sound]:
    """What is learned and replayed, and the product's own sentences."""
    own = _own_states(plan)
    for clip in (*plan.learn, *plan.replay):
        yield own, clip.audio_sha256, partial(decode, Path(clip.audio))
    yield from _spoken_sounds(plan, purposes)


def _spoken_sounds(plan: Plan, purposes: Sequence[Purpose]) -> Iterator[_Sound]:
    ours = spoken_states(plan)
    for recording in (recording for purpose in purposes for recording in spoken(plan, purpose)):
        yield ours, recording.id, partial(_audio_of, recording)


def _audio_of(recording: Recording) -> Audio:
    return recording.audio


def _own_states(plan: Plan) -> StatesCache:
    return StatesCache(Path(plan.states), plan.base_sha256)


def spoken(plan: Plan, purpose: Purpose) -> tuple[Recording, ...]:
    """The product's own sentences, as many as ``plan`` uses."""
    return spoken_set(purpose, WeightsCache(Path(plan.cache)), plan.spoken.get(purpose))


def spoken_states(plan: Plan) -> StatesCache:
    """Of the product's own sentences: public, so made once for all twins on the machine."""
    return StatesCache(Path(plan.cache) / f"spoken-states-{_SPOKEN_VERSION}", plan.base_sha256)


def _example(
    plan: Plan, states: StatesCache, key: str, id: str, text: str, tokens: WhisperTokens
) -> TrainingExample | None:
    import torch

    from twin.training import below
    from twin.training.batches import TrainingExample
    from twin.training.whisper import positions_of, thinned

    if layers := plan.recipe.trained_encoder_layers:
        return below.read(states, key, layers, id, text, tokens)
    kept = states.read(key)
    if kept is None:
        return None
    end = positions_of(kept.seconds)
    return TrainingExample(id, thinned(torch.from_numpy(kept.states), end), tokens.encode(text), end)
