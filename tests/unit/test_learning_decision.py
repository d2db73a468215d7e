"""Deciding: which rung, why, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from twin.domain import Rung, Word
from twin.learning.decision import (
    DraftDecision,
    Evidence,
    Thresholds,
    VocabularyDraft,
    decide,
    folded,
    terms_put_right,
)
from twin.learning.feedback import notice


def decided(
    text: str, said: str, earlier: Mapping[str, int] | None = None, thresholds: Thresholds | None = None
) -> tuple[DraftDecision, ...]:
    heard = text.split()
    edits = notice([Word(word, 0.0, 0.1, 0.9) for word in heard], said)
    evidence = Evidence(heard, earlier or {}, is_common=lambda word: word not in {"bradycardia", "troponin"})
    return decide(edits, evidence, thresholds or Thresholds())


@pytest.mark.parametrize(
    ("text", "said", "term", "alias"),
    [
        ("I use open rider daily.", "I use OpenRouter daily.", "OpenRouter", "open rider"),
        ("Open rider is good", "OpenRouter is good", "OpenRouter", "open rider"),
        ("and Clyde code, too", "and Claude Code, too", "Claude Code", "clyde code"),
        ("run cube cuddle now", "run kubectl now", "kubectl", "cube cuddle"),
        ("open rider's prices", "OpenRouter's prices", "OpenRouter", "open rider"),
        ("a k eights cluster", "a k8s cluster", "k8s", "k eights"),
        ("write it in see plus plus.", "write it in C++.", "C++", "see plus plus"),
        ("the view js page", "the Vue.js page", "Vue.js", "view js"),
        ("I met shawn there", "I met Sean there", "Sean", "shawn"),
        ("signs of braducardia since", "signs of bradycardia since", "bradycardia", "braducardia"),
        ("a tropical-tropinin test", "a tropical-troponin test", "tropical-troponin", "tropical-tropinin"),
        ("call the “open rider” thing", "call the “OpenRouter” thing", "OpenRouter", "open rider"),
    ],
)
def test_a_misheard_term_becomes_a_hint_at_once(text: str, said: str, term: str, alias: str) -> None:
    (decision,) = decided(text, said)
    assert (decision.rung, decision.subject, decision.missing) == (Rung.HINT, term, "")
    assert decision.vocabulary == VocabularyDraft(term, (alias,))
    assert f"“{alias}” sounds like “{term}”." in decision.reasons


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the beam grows", "the bean grows"),
        ("It ends. Beam it", "It ends. Bean it"),  # a capital that begins a sentence says nothing
        ("the rest I'm sure", "the vest I'm sure"),
        ("a web site here", "a website here"),
        ("a well-known wail", "a well-known whale"),
    ],
)
def test_an_ordinary_word_waits_until_it_was_misheard_often(text: str, said: str) -> None:
    (decision,) = decided(text, said)
    assert decision.rung is Rung.WAIT
    assert decision.vocabulary is None
    assert decision.missing == "put right once; 2 more corrections would make a hint of it"
    earlier = {folded(decision.subject): 2}
    (decision,) = decided(text, said, earlier)
    assert decision.rung is Rung.HINT
    assert decision.vocabulary is not None


def test_thresholds_are_arguments() -> None:
    (decision,) = decided("the beam grows", "the bean grows", thresholds=Thresholds(word_corrections=1))
    assert decision.rung is Rung.HINT
    (decision,) = decided("use open rider", "use OpenRouter", thresholds=Thresholds(term_corrections=2))
    assert (decision.rung, decision.missing) == (Rung.WAIT, "put right once; 1 more correction would make a hint of it")


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("a big house", "a large house", "do not sound alike"),
        ("we meet at ten", "we meet on Monday at ten", "Nothing was heard in its place"),
        ("well um I think", "well I think", "It was taken out"),
    ],
)
def test_a_rewording_teaches_the_recogniser_nothing(text: str, said: str, why: str) -> None:
    (decision,) = decided(text, said)
    assert decision.rung is Rung.NOTHING
    assert why in decision.reasons[0]
    assert " → " in decision.subject


def test_punctuation_and_case_are_one_matter_of_no_consequence() -> None:
    (decision,) = decided("hello world how are twenty five", "Hello, world! How are 25")
    assert decision.rung is Rung.NOTHING
    assert decision.vocabulary is None


def test_a_name_that_is_only_written_differently_waits_for_a_second_time() -> None:
    (decision,) = decided("the github page", "the GitHub page")
    assert (decision.rung, decision.subject) == (Rung.WAIT, "GitHub")
    (decision,) = decided("the github page", "the GitHub page", {"github": 1})
    assert (decision.rung, decision.vocabulary) == (Rung.HINT, VocabularyDraft("GitHub", ()))


def test_a_term_misheard_in_two_ways_is_one_decision() -> None:
    (decision,) = decided("open rider or open writer", "OpenRouter or OpenRouter")
    assert decision.vocabulary == VocabularyDraft("OpenRouter", ("open rider", "open writer"))


def test_each_matter_has_its_decision_and_none_has_none() -> None:
    rungs = [decision.rung for decision in decided("open rider has a big beam", "OpenRouter has a large bean")]
    assert rungs == [Rung.HINT, Rung.NOTHING, Rung.WAIT]
    assert decided("as it stood", "as it stood") == ()


def test_what_is_too_long_is_no_term() -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"
    (decision,) = decided("the donau dampf schifffahrts gesellschafts", f"the {long[:44]}")
    assert decision.rung is Rung.NOTHING


def test_what_counts_as_put_right() -> None:
    edits = notice(
        [Word(word, 0.0, 0.1, 0.9) for word in ["a", "big", "open", "rider", "and", "github"]],
        "a large OpenRouter and GitHub",
    )
    assert terms_put_right(edits) == {"openrouter", "github"}
