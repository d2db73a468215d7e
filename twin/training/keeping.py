"""Keeping the encoder states of what was just recognised, while the recogniser still has them at hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from twin.domain import Utterance
from twin.errors import TwinError
from twin.ports import Forgotten, Transcriber
from twin.speech.recordings import Recordings
from twin.training.states import StatesCache

_MOST_SECONDS = 30.0
"""The recogniser's window: nothing longer is learned from."""


@dataclass(frozen=True, slots=True)
class StatesKeeper:
    """``recogniser`` gives it if it is loaded; ``voiced`` says of an adapter whether its encoder is another than the
    base's, whose states alone are kept. Works in a thread of its own; what fails is computed when needed."""

    states: Callable[[], StatesCache]
    recordings: Recordings
    recogniser: Callable[[], Transcriber | None]
    voiced: Callable[[str], bool] = lambda adapter_id: False
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "encoder-states"))

    def keep_soon(self, utterance: Utterance) -> None:
        if utterance.id and not utterance.private and 0 < utterance.seconds <= _MOST_SECONDS:
            with suppress(RuntimeError):  # the twin closes
                self._worker.submit(self._keep, utterance.audio_sha256)

    def forget(self, gone: Forgotten) -> None:
        """A hook of forgetting."""
        self.states().forget(gone.recordings)

    def close(self) -> None:
        self._worker.shutdown(cancel_futures=True)

    def _keep(self, audio_sha256: str) -> None:
        with suppress(TwinError):
            states, recogniser = self.states(), self.recogniser()
            if recogniser is None or states.has(audio_sha256):
                return
            with self.recordings.open(audio_sha256) as sound:
                found = recogniser.encoder_states(sound)
            if found is None or (found.adapter_id is not None and self.voiced(found.adapter_id)):
                return
            if self.recordings.path(audio_sha256).is_file():  # it may have been forgotten
                states.keep(audio_sha256, found.states, found.seconds)
