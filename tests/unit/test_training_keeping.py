"""Encoder states are kept while the recogniser has them at hand, if they are the base's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.domain import AudioSource, Utterance
from twin.ports import EncoderStates
from twin.speech.recordings import Recordings
from twin.training.keeping import StatesKeeper
from twin.training.states import StatesCache


@dataclass
class Recogniser:
    adapter_id: str | None

    def encoder_states(self, sound: object) -> EncoderStates:
        return EncoderStates(np.ones((4, 2), np.float32), 0.5, self.adapter_id)


def utterance(sha256: str) -> Utterance:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Utterance("u1", "one", (), 0.5, "en", sha256, AudioSource.FILE, "one.wav", "fake", "cli-1", at)


@pytest.mark.parametrize(("adapter_id", "kept"), [(None, True), ("a1", True), ("a2", False)])
def test_those_of_an_encoder_that_was_trained_are_not_kept(tmp_path: Path, adapter_id: str | None, kept: bool) -> None:
    (tmp_path / "audio").mkdir()
    recordings, states = Recordings(tmp_path / "audio"), StatesCache(tmp_path / "states", "e" * 64)
    with recordings.hold([np.zeros(8000, np.int16)]) as held:
        pass
    recogniser: Any = Recogniser(adapter_id)
    keeper = StatesKeeper(lambda: states, recordings, lambda: recogniser, voiced=lambda known: known == "a2")
    keeper.keep_soon(utterance(held.sha256))
    keeper._worker.shutdown(wait=True)
    assert states.has(held.sha256) is kept
