"""What growth is measured on: talk that is the same for the same seed, and vectors like those of real texts."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeEmbedder
from twin.benchmarks import growing
from twin.benchmarks.growing import MixingEmbedder
from twin.benchmarks.growth import Growth
from twin.benchmarks.invented import InventedTalk, invented_word
from twin.benchmarks.report import Report
from twin.benchmarks.stores import CachingEmbedder


def texts(seed: int, count: int) -> list[str]:
    return [turn.text for turn in islice(InventedTalk(seed).turns(), count)]


def test_the_same_seed_says_the_same() -> None:
    assert texts(1, 200) == texts(1, 200)
    assert texts(1, 200) != texts(2, 200)


def test_turns_are_as_long_as_people_s_and_the_vocabulary_keeps_growing() -> None:
    said = texts(1, 8000)
    assert 15 < np.mean([len(text.split()) for text in said]) < 45
    halves = [{word for text in half for word in text.split()} for half in (said[:4000], said[4000:])]
    assert len(halves[1] - halves[0]) > 500
    assert len(set(said)) > 7500


def test_time_goes_on_and_two_people_talk() -> None:
    turns = list(islice(InventedTalk(1).turns(), 100))
    assert turns == sorted(turns, key=lambda turn: turn.said_at)
    assert len({turn.session_id for turn in turns}) == 5
    assert len({turn.speaker for turn in turns}) == 2
    assert len({turn.key for turn in turns}) == 100


def test_words_can_be_said_and_differ() -> None:
    words = [invented_word(number) for number in range(3000)]
    assert len(set(words)) > 2950
    assert all(word.isalpha() for word in words)


def test_mixtures_are_like_what_they_are_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_REALLY_EMBEDDED", 100)
    embedder, real = MixingEmbedder(FakeEmbedder()), FakeEmbedder()
    first = texts(1, 100)
    assert np.allclose(embedder.embed(first), real.embed(first))
    mixed = embedder.embed(["anything"] * 50)
    assert mixed.dtype == np.float32
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    nearest = (mixed @ real.embed(first).T).max(axis=1)
    assert nearest.min() > 0.7
    assert len(np.unique(mixed, axis=0)) == 50


def test_a_size_that_could_not_be_filled_is_absent_and_said_to_be(tmp_path: Path) -> None:
    report = Report("memory", settings={})
    command = [sys.executable, "-c", "raise SystemExit('no room on the disk')"]
    with (
        (tmp_path / "log").open("w+") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        Growth(tmp_path, (1000,), process, log).measure(report)
    assert report.metrics == {}
    assert report.notes == ["Growth to 1000 could not be measured: no room on the disk"]


def test_each_text_is_embedded_once() -> None:
    fake = FakeEmbedder()
    caching = CachingEmbedder(fake)
    assert np.array_equal(caching.embed(["a", "b", "a"]), FakeEmbedder().embed(["a", "b", "a"]))
    caching.embed(["b", "c"])
    assert fake.embedded == ["a", "b", "c"]
    assert caching.embed([]).shape == (0, fake.dimensions)
