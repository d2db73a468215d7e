"""Rewrite rules from two corrections to a take-back, and what goes when their source is forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.cli import run
from twin.domain import Edited, RewriteRule, RuleStatus, Scope, SignalKind, Transcript, Utterance, Word
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.correction import correct
from twin.learning.rules import RuleBook
from twin.ports import Job
from twin.requests import AddRule, Correct, DecideRule, ListRules, TakeBack, UndoEditing
from twin.speech.rewriting import Rewriter, undo_editing, without_rule
from twin.speech.sound import as_sound

QUIET = Job(emit=lambda event: None)
SILENCE = as_sound(np.zeros(16_000, np.float32))


class Desk:
    """Dictates, corrects, forgets."""

    def __init__(self, ledger: SqliteLedger, memory: TwinMemory) -> None:
        self.ledger, self.memory = ledger, memory
        self.rules = RuleBook(ledger, without_rule)
        self.rewriter = Rewriter(ledger, lambda transcript, sound, utterance=None: transcript)

    def dictate(self, text: str, probability: float = 0.5) -> Utterance:
        words = tuple(Word(word, i / 4, (i + 1) / 4, probability) for i, word in enumerate(text.split()))
        recorded = self.ledger.add_recording(
            audio_sha256="ab" * 32, seconds=3.0, source="microphone", origin="mic", session_id="cli-1"
        )
        transcript = self.rewriter.edit(Transcript(" ".join(text.split()), words, "en", 3.0), SILENCE)
        return self.ledger.add_hearing(recorded.id, transcript, model="whisper-base")

    def correct(self, utterance: Utterance, said: str) -> tuple[RewriteRule, ...]:
        report = correct(Correct(utterance.id, said), self.ledger, self.memory)
        return self.rules.learn_from(self.ledger.utterance(utterance.id), report.correction)

    def signals(self, kind: SignalKind) -> list[str]:
        rows = self.ledger.database.rows("SELECT subject_id FROM signals WHERE kind = ?", (kind,))
        return [row["subject_id"] for row in rows]


@pytest.fixture
def desk(ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> Desk:
    return Desk(ledger, memory)


@pytest.fixture
def chroma_url() -> str:
    return ""


def learned(desk: Desk) -> RewriteRule:
    """The rule that two corrections propose, approved."""
    assert desk.correct(desk.dictate("I use open rider daily"), "I use OpenRouter daily") == ()
    (rule,) = desk.correct(desk.dictate("try open rider now"), "try OpenRouter now")
    assert (rule.status, rule.heard, rule.term) == (RuleStatus.PROPOSED, "open rider", "OpenRouter")
    assert desk.dictate("an open rider").text == "an open rider"
    return desk.rules.decide(DecideRule(rule.id, approve=True), QUIET)


def test_a_rule_is_proposed_approved_fires_and_is_taken_back(desk: Desk) -> None:
    rule = learned(desk)
    assert rule.status is RuleStatus.ACTIVE
    utterance = desk.dictate("ask open rider, then open rider.")
    assert (utterance.heard, utterance.text) == ("ask open rider, then open rider.", "ask OpenRouter, then OpenRouter.")
    assert [(one.rule_id, one.first, one.last) for one in utterance.rules_applied] == [(rule.id, 1, 2), (rule.id, 3, 4)]
    assert desk.dictate("an open rider", probability=0.99).text == "an open rider"

    once = desk.rules.take_back(TakeBack(utterance.id, 1), QUIET)
    assert once.text == "ask open rider, then OpenRouter."
    assert [word.word for word in once.shown_words] == once.text.split()
    assert desk.signals(SignalKind.TAKE_BACK) == [utterance.id]
    assert desk.ledger.rule(rule.id).status is RuleStatus.ACTIVE

    twice = desk.rules.take_back(TakeBack(utterance.id, 1), QUIET)
    assert (twice.text, twice.rules_applied) == (utterance.heard, ())
    suspended = desk.ledger.rule(rule.id)
    assert (suspended.status, suspended.take_backs) == (RuleStatus.WITHDRAWN, 2)
    assert "2 times" in suspended.reason
    assert desk.dictate("ask open rider").text == "ask open rider"
    with pytest.raises(NotFoundError):
        desk.rules.take_back(TakeBack(utterance.id, 1), QUIET)


def test_a_correction_that_puts_back_what_was_heard_counts_as_a_take_back(desk: Desk) -> None:
    rule = learned(desk)
    for _ in range(2):
        desk.correct(desk.dictate("an open rider came"), "an open rider came")
    assert desk.ledger.rule(rule.id).status is RuleStatus.WITHDRAWN
    with pytest.raises(NotUnderstoodError):
        desk.rules.decide(DecideRule(rule.id, approve=True), QUIET)


def test_what_is_rejected_is_not_proposed_again(desk: Desk) -> None:
    rule = desk.rules.decide(DecideRule(learned(desk).id, approve=False), QUIET)
    assert rule.status is RuleStatus.WITHDRAWN
    assert desk.correct(desk.dictate("with open rider"), "with OpenRouter") == ()
    assert desk.dictate("ask open rider").text == "ask open rider"


def test_a_rule_that_would_rewrite_what_was_really_said_is_refused(desk: Desk) -> None:
    utterance = desk.dictate("an open rider came", probability=0.2)
    desk.correct(utterance, "an open rider came")
    with pytest.raises(NotUnderstoodError, match=utterance.id):
        desk.rules.add(AddRule("open rider", "OpenRouter"), QUIET)
    for heard, term in (("", "x"), ("open rider", " "), ("OpenRouter", "openrouter")):
        with pytest.raises(NotUnderstoodError):
            desk.rules.add(AddRule(heard, term), QUIET)


def test_forgetting_a_source_takes_the_rule_with_it(desk: Desk) -> None:
    rule = learned(desk)
    source = rule.source_ids[0]
    preview = desk.memory.forget(source, preview=True)
    assert [(one.id, one.text) for one in preview.going if one.kind == "rule"] == [(rule.id, "open rider → OpenRouter")]
    desk.memory.forget(source)
    assert desk.rules.list(ListRules(), QUIET).rules == ()
    with pytest.raises(NotFoundError, match="forgotten"):
        desk.ledger.rule(rule.id)
    assert desk.dictate("ask open rider").text == "ask open rider"


def test_line_breaks_stay_where_a_rule_fires(desk: Desk, ledger: SqliteLedger) -> None:
    ledger.add_rule("open rider", "OpenRouter", Scope(), status=RuleStatus.ACTIVE, origin="person", source_ids=())
    utterance = desk.dictate("first open rider second")
    assert utterance.edited is not None
    broken = utterance.edited.__class__("first\n\nopen rider\nsecond", utterance.words)
    transcript = Transcript(utterance.heard, utterance.words, "en", 3.0, edited=broken)
    edited = desk.rewriter.edit(transcript, SILENCE).edited
    assert edited is not None
    assert edited.text == "first\n\nOpenRouter\nsecond"


def test_what_a_later_take_back_cuts_off_is_listed_no_more(desk: Desk) -> None:
    learned(desk)
    utterance = desk.dictate("ask them for open rider")
    assert utterance.edited is not None
    cut = utterance.edited.__class__("ask them", utterance.edited.words[:2])
    assert desk.ledger.add_edited(utterance.id, cut).rules_applied == ()


def test_spoken_editing_is_undone_and_the_rules_still_hold(desk: Desk) -> None:
    rule = learned(desk)
    words = tuple(Word(word, 0.0, 0.1, 0.5) for word in ["open", "rider", "comma", "now"])
    recorded = desk.ledger.add_recording(
        audio_sha256="cd" * 32, seconds=3.0, source="microphone", origin="mic", session_id="cli-1"
    )
    meant = Edited("open rider,\nnow", (words[0], replace(words[1], word="rider,"), words[3]))
    edited = Rewriter(desk.ledger, lambda transcript, sound, utterance=None: replace(transcript, edited=meant)).edit(
        Transcript("open rider comma now", words, "en", 3.0), SILENCE
    )
    utterance = desk.ledger.add_hearing(recorded.id, edited, model="whisper-base")
    assert utterance.text == "OpenRouter,\nnow"

    undone = undo_editing(UndoEditing("last"), desk.ledger)
    assert (undone.heard, undone.text) == ("open rider comma now", "OpenRouter comma now")
    assert [(one.rule_id, one.first, one.last) for one in undone.rules_applied] == [(rule.id, 0, 1)]
    assert [word.word for word in undone.shown_words] == undone.text.split()
    with pytest.raises(NotUnderstoodError, match="Nothing was said to edit"):
        undo_editing(UndoEditing(utterance.id), desk.ledger)
    assert desk.rules.take_back(TakeBack(utterance.id), QUIET).text == utterance.heard


def test_what_was_taken_back_stays_so_when_spoken_editing_is_undone(desk: Desk) -> None:
    learned(desk)
    said = ["open", "rider", "comma", "then", "open", "rider", "scratch", "that", "open", "rider"]
    words = tuple(Word(word, float(at), at + 0.5, 0.5) for at, word in enumerate(said))
    recorded = desk.ledger.add_recording(
        audio_sha256="cd" * 32, seconds=9.0, source="microphone", origin="mic", session_id="cli-1"
    )
    kept = (words[0], replace(words[1], word="rider,"), words[8], words[9])
    transcript = Transcript(" ".join(said), words, "en", 9.0, edited=Edited("open rider, open rider", kept))
    edited = Rewriter(desk.ledger, lambda heard, sound, utterance=None: heard).edit(transcript, SILENCE)
    utterance = desk.ledger.add_hearing(recorded.id, edited, model="whisper-base")
    assert utterance.text == "OpenRouter, OpenRouter"
    assert desk.rules.take_back(TakeBack(utterance.id, 1), QUIET).text == "open rider, OpenRouter"

    undone = undo_editing(UndoEditing(utterance.id), desk.ledger)
    assert undone.text == "open rider comma then OpenRouter scratch that OpenRouter"


def test_without_rules_an_utterance_stands_as_it_was_heard_again(desk: Desk) -> None:
    utterance = desk.dictate("thank you comma Anna")
    desk.ledger.add_edited(utterance.id, Edited("thank you, Anna", ()))
    undone = undo_editing(UndoEditing(utterance.id), desk.ledger)
    assert (undone.text, undone.edited, undone.rules_applied) == (utterance.heard, None, ())
    desk.correct(undone, "thank you, Anna")
    with pytest.raises(NotUnderstoodError, match="really was"):
        undo_editing(UndoEditing(utterance.id), desk.ledger)


# --- as it is typed -------------------------------------------------------------------------------------------

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.setenv("TWIN_PRELOAD", "0")

    def type_in(*arguments: str) -> tuple[int, str, str]:
        code = run(["--in-process", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return type_in


def test_a_rule_is_stated_listed_and_withdrawn(typed: Typed) -> None:
    assert "no rules" in typed("rules", "list")[1]
    code, out, _ = typed("vocabulary", "rule", "add", "open rider", "OpenRouter", "--json")
    assert code == 0
    added: Any = json.loads(out)
    assert (added["status"], added["origin"], added["scope"]["below"]) == ("active", "person", 0.6)
    assert "less than 60%" in typed("rules", "list")[1]
    assert "withdrawn: you rejected it" in typed("rules", "reject", added["id"])[1]
    assert "(active)" in typed("rules", "approve", added["id"])[1]
    code, _, error = typed("rules", "undo", "u1")
    assert (code, len(error.strip().splitlines())) == (1, 1)


def test_the_doubtful_words_are_listed_with_what_they_may_have_been(typed: Typed, desk: Desk) -> None:
    utterance = desk.dictate("ask open rider", probability=0.4)
    assert typed("vocabulary", "add", "OpenRouter")[0] == 0
    code, out, _ = typed("correct", "--uncertain", "--json")
    assert code == 0
    document: Any = json.loads(out)
    assert (document["utterance_id"], document["text"]) == (utterance.id, "ask open rider")
    assert [doubt["word"] for doubt in document["doubts"]] == ["ask", "open", "rider"]
    (alternative,) = document["doubts"][1]["alternatives"]
    assert alternative == {"text": "OpenRouter", "first": 1, "last": 3, "reason": "a term of yours"}
    out = typed("correct", utterance.id, "--uncertain")[1]
    assert "OpenRouter  a term of yours, for “open rider”" in out
    assert typed("correct", utterance.id, "ask OpenRouter")[0] == 0
    assert "You have said what it really was." in typed("correct", "--uncertain")[2]
    for wrong in (("correct",), ("correct", "last", "text", "--uncertain")):
        assert typed(*wrong)[0] == 2
