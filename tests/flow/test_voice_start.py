"""A twin that begins with a voice dataset and a guided reading: real sound, real recogniser, the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.cli import run
from twin.domain import AudioSource
from twin.paths import Home

pytestmark = pytest.mark.weights

TEXTS = {
    "one": "THE FERRY WAITS FOR NOBODY NOT EVEN FOR THE MAYOR",
    "two": "SHE LEFT HER UMBRELLA IN THE LIBRARY AGAIN",
    "three": "THEY PLANTED FOUR APPLE TREES BEHIND THE BARN",
}

Twin = Callable[..., dict[str, Any]]


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Twin:
    monkeypatch.setenv("TWIN_PRELOAD", "0")

    def type_in(*arguments: str) -> dict[str, Any]:
        assert run(("--in-process", *arguments, "--json")) == 0, capsys.readouterr().err
        document = json.loads(capsys.readouterr().out)
        assert isinstance(document, dict)
        return document

    return type_in


def test_a_dataset_and_a_reading_become_examples(
    twin: Twin, voice: Any, tmp_path: Path, home: Home, clock: HeldClock
) -> None:
    dataset = tmp_path / "dataset"
    (dataset / "wavs").mkdir(parents=True)
    for name, text in TEXTS.items():
        voice.save(text.capitalize() + ".", str(dataset / "wavs" / f"{name}.wav"), seed=1)
    (dataset / "metadata.csv").write_text("".join(f"{name}|{text}|{text}\n" for name, text in TEXTS.items()))

    brought = twin("import", "voice", str(dataset))
    assert (brought["imported"], brought["refused"], brought["restored"]) == (3, [], True)

    (tmp_path / "read").mkdir()
    sentence = twin("read", "--list")["sentences"][0]
    voice.save(sentence, str(tmp_path / "read/1.wav"), seed=1)
    read = twin("read", "--file-per-sentence", str(tmp_path / "read"))
    assert (read["read"], read["not_taken"]) == (1, [])
    assert "4 examples to learn from" in read["summary"]

    ledger = SqliteLedger(home.ledger, clock)
    taught = [(utterance.source, correction.said) for utterance, correction in ledger.taught()]
    ledger.close()
    assert [source for source, _ in taught] == [AudioSource.IMPORT] * 3 + [AudioSource.READING]
    assert all(said[0].isupper() and not said.isupper() and said[-1] in ".?!" for _, said in taught)
    assert list(home.states.rglob("*")), "what an adapter learns from was not kept"
