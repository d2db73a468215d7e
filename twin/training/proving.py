"""What base, adapter in use and candidate hear, in the person's held-back recordings and in ordinary speech.

Everything is decoded as the product decodes, without hints; where the encoder is the base's, its states are taken from
the cache. A window that the decoder leaves open is read on from where it ended, as in a dictation: with a single
decoding the base would lose the words after it, and the adapter would be credited with their repair.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from threading import Event, local
from typing import TypeVar

import numpy as np

from twin.learning.gate import Score
from twin.learning.scoring import word_errors
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights
from twin.paths import atomic_write
from twin.ports import Audio
from twin.speech.engine import WhisperTranscriber
from twin.training.examples import spoken_states
from twin.training.general import Recording
from twin.training.plan import Plan
from twin.training.states import StatesCache

_LOOP_WORDS = 6
"""A clip of a word or two in which so many more are heard is one that the decoder loops on."""


class Hearer:
    """One recogniser on one thread, to be asked what it hears. ``own_encoder`` says that the cached states are not its
    own."""

    def __init__(self, plan: Plan, weights: Path, *, own_encoder: bool = False) -> None:
        own = StatesCache(Path(plan.states), plan.base_sha256)
        self._states = () if own_encoder else (own, spoken_states(plan))
        self._transcriber = WhisperTranscriber(
            LocalWeights(weights.name, Role.RECOGNISER, weights, ""),
            language=plan.language,
            beam_size=plan.beam_size,
            compute_type=plan.compute_type,
            threads=1,
        )

    def hear(self, audio: Audio, name: str) -> str:
        """``name`` is that of its encoder states: a recording's hash, or an id of the product's own."""
        known = next((kept for states in self._states if (kept := states.read(name)) is not None), None)
        computed = None if known is None else known.states.astype(np.float32)
        heard = self._transcriber.transcribe(audio, on_word=lambda word: None, cancelled=Event(), states=computed)
        return heard.text


K = TypeVar("K")


def hear_all(
    make: Callable[[], Hearer], clips: Mapping[K, Callable[[Hearer], str]], threads: int
) -> Iterator[tuple[K, str]]:
    """What is heard in each of ``clips``, as it comes. One recogniser a thread: two of them are twice as fast
    as one on two threads, and hear the same. None is made if there are no clips."""
    of_thread = local()

    def one(key: K, clip: Callable[[Hearer], str]) -> tuple[K, str]:
        if not hasattr(of_thread, "hearer"):
            of_thread.hearer = make()
        return key, clip(of_thread.hearer)

    if workers := min(threads, len(clips)):
        with ThreadPoolExecutor(workers) as pool:
            for done in as_completed([pool.submit(one, key, clip) for key, clip in clips.items()]):
                yield done.result()


def hear_general(
    make: Callable[[], Hearer], recordings: Sequence[Recording], threads: int, *, kept: Path | None
) -> dict[str, str]:
    """What is heard in recordings that come with the product, by id; the base's is ``kept`` for the next time."""
    if kept is not None:
        with suppress(OSError, ValueError):
            known = json.loads(kept.read_text(encoding="utf-8"))
            if set(known) == {recording.id for recording in recordings}:
                return dict(known)
    heard = dict(hear_all(make, in_recordings(recordings), threads))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(kept) as file:
            file.write(json.dumps(heard).encode())
    return heard


def in_recordings(recordings: Iterable[Recording]) -> dict[str, Callable[[Hearer], str]]:
    return {one.id: lambda hearer, one=one: hearer.hear(one.audio, one.id) for one in recordings}  # type: ignore[misc]


def general_scores(
    recordings: Iterable[Recording], base: Mapping[str, str], candidate: Mapping[str, str]
) -> tuple[Score, ...]:
    scores = []
    for recording in recordings:
        before, after = (word_errors(recording.text, heard[recording.id]) for heard in (base, candidate))
        scores.append(Score(recording.id, before.words, before.errors, after.errors))
    return tuple(scores)


def loops(recordings: Iterable[Recording], heard: Mapping[str, str]) -> tuple[str, ...]:
    """The short clips in which far more is heard than was said."""
    return tuple(
        recording.id
        for recording in recordings
        if len(heard[recording.id].split()) > 2 * len(recording.text.split()) + _LOOP_WORDS
    )
