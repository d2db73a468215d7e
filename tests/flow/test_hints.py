"""A term of the vocabulary that the recogniser does not know: told to it, heard, and shown; or written by a rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memory.lexicon.glossary import Glossary
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.cli import run
from twin.domain import Hint, MemoryKind, Speaker, Transcript, Word
from twin.ports import SAMPLE_RATE_HZ, Audio, NewMemory
from twin.speech.engine import WhisperTranscriber
from twin.speech.hinter import Hinter
from twin.speech.sound import InMemory
from twin.speech.voice import Span, Voiced

SENTENCE = "We keep the old keys in Zarvox, and nobody else has any."


@pytest.fixture
def hinter(ledger: SqliteLedger, clock: HeldClock) -> Hinter:
    for term, domain in (("Kubernetes", "platform"), ("Claude Code", "platform"), ("troponin", "medicine")):
        ledger.add_memory(
            NewMemory(
                MemoryKind.VOCABULARY, term, (), clock.now(), slot=f"term.{term.lower()}", value=term, domain=domain
            )
        )
    return Hinter(Glossary(ledger.database, is_common=lambda word: word.islower()), ledger, clock)


def heard(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, i / 2, i / 2 + 0.4, 0.4) for i, word in enumerate(text.split()))


def test_what_was_said_before_in_the_session_is_the_context(
    hinter: Hinter, ledger: SqliteLedger, clock: HeldClock
) -> None:
    words = heard("we looked at Cubanites")
    ledger.add_utterance(
        Transcript("Kubernetes it is", heard("Kubernetes it is"), "en", 3.0),
        audio_sha256="ab" * 32, source="file", origin="a", model="m", session_id="cli-1",
    )  # fmt: skip
    clock.at += timedelta(seconds=5)
    ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="Claude Code runs it")
    ledger.add_turn(session_id="cli-1", speaker=Speaker.TWIN, text="troponin")
    assert hinter.texts_before("cli-1") == ("Kubernetes it is", "Claude Code runs it")
    assert hinter.domain_of(hinter.texts_before("cli-1")) == "platform"
    (here,) = hinter.hinting("cli-1")(words)
    (elsewhere,) = hinter.hinting("cli-2")(words)
    assert here.term == elsewhere.term == "Kubernetes"
    assert here.score > elsewhere.score
    assert "you spoke of it just before" in here.reasons
    assert "belongs to platform" in here.reasons


def test_the_windows_before_are_context_too_but_not_the_same_window_again(hinter: Hinter) -> None:
    hinting = hinter.hinting("cli-1")
    (first,) = hinting(heard("we looked at Cubanites"))
    (again,) = hinting(heard("we looked at Cubanites now"))
    assert first.score == again.score
    hinting(heard("then Kubernetes was there"))
    (later,) = hinting(heard("and so to Cubanites once more"))
    assert later.score > first.score


def test_it_can_be_switched_off(ledger: SqliteLedger, hinter: Hinter, clock: HeldClock) -> None:
    off = Hinter(Glossary(ledger.database), ledger, clock, enabled=False)
    assert off.hinting("cli-1")(heard("we looked at Cubanites")) == ()


# --- the real recogniser --------------------------------------------------------------------------------------


@pytest.mark.weights
def test_a_term_settles_while_it_is_said(transcriber: WhisperTranscriber, say: Callable[[str], Audio]) -> None:
    audio = say(f"{SENTENCE} We should buy a new lock for the garden door before the winter comes.")

    def hinting(words: Sequence[Word]) -> tuple[Hint, ...]:
        wrong = [word.word for word in words if word.word[:1] in "ZSzs"]
        return (Hint("Zarvox", 0.9, ("sounds like it",), wrong[0].strip(".,"), "m1"),) if wrong else ()

    following, settled = transcriber.follow(hinting=hinting), ""
    for stop in range(int(0.6 * SAMPLE_RATE_HZ), len(audio), int(0.6 * SAMPLE_RATE_HZ)):
        following.glance(Voiced(InMemory(audio[:stop]), (Span(0, stop),)), lambda: False)
        assert following.settled.startswith(settled)
        settled = following.settled
    transcript = following.finish(Voiced(InMemory(audio), (Span(0, len(audio)),)), lambda: False)
    assert "Zarvox" in settled
    assert transcript.text.startswith(settled)
    assert [hint.term for hint in transcript.hints] == ["Zarvox"]


@pytest.mark.weights
def test_as_it_is_typed(
    voice: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWIN_PRELOAD", "0")
    recording = tmp_path / "said.wav"
    voice.save(SENTENCE, str(recording), seed=1)

    def typed(*arguments: str) -> tuple[str, str]:
        assert run(["--in-process", *arguments]) == 0
        shown = capsys.readouterr()
        return shown.out, shown.err

    before = json.loads(typed("dictate", str(recording), "--json")[0])
    assert "Zarvox" not in before["text"]
    misheard = next(word["word"].strip(".,") for word in before["words"] if word["word"][:1] in "ZSzs")

    typed("vocabulary", "rule", "add", misheard, "Zarvox")
    out, notes = typed("dictate", str(recording))
    assert "Zarvox" in out
    assert f"“{misheard}" in notes
    assert "twin rules undo u2 1" in notes
    taken_back = json.loads(typed("rules", "undo", "u2", "1", "--json")[0])
    assert (taken_back["text"], taken_back["rules_applied"]) == (before["text"], [])

    typed("vocabulary", "add", "Zarvox")
    after = json.loads(typed("dictate", str(recording), "--json")[0])
    assert "Zarvox" in after["text"]
    (hint,) = after["hints"]
    assert (hint["term"], hint["heard"], bool(hint["reasons"])) == ("Zarvox", misheard, True)
    assert after["rules_applied"] == []
    assert "listened for Zarvox" in typed("dictate", str(recording))[1]
