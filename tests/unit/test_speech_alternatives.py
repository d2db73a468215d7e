"""Which words are doubted, and what is offered in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twin.domain import (
    AppliedRule,
    AudioSource,
    Correction,
    Edited,
    Hearing,
    Hint,
    Term,
    Utterance,
    Word,
)
from twin.learning.feedback import notice
from twin.requests import Doubt
from twin.sounds import key_of, letters
from twin.speech.alternatives import Criteria, doubts_in

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def words(text: str, **probabilities: float) -> tuple[Word, ...]:
    return tuple(
        Word(word, at / 4, (at + 1) / 4, probabilities.get(letters(word), 0.98)) for at, word in enumerate(text.split())
    )


def heard(text: str, **probabilities: float) -> Utterance:
    return Utterance(
        id="u1", heard=text, words=words(text, **probabilities), seconds=3.0, language="en", audio_sha256="0" * 64,
        source=AudioSource.MICROPHONE, origin="headset", model="whisper-base", session_id="ui-1", created_at=NOW,
    )  # fmt: skip


def term(text: str, *aliases: str) -> Term:
    return Term(text, "m1", aliases, sounds=tuple(key_of(letters(one)) for one in (text, *aliases) if one.isascii()))


def correction(was: str, said: str) -> Correction:
    return Correction("c1", "u9", said, notice(words(was), said), NOW)


def hearing(text: str) -> Hearing:
    return Hearing("u1", text, words(text), "en", "whisper-tiny", None, (), (), NOW)


def offered(doubts: tuple[Doubt, ...], word: str) -> list[tuple[str, int, int]]:
    doubt = next(doubt for doubt in doubts if letters(doubt.word) == word)
    return [(one.text, one.first, one.last) for one in doubt.alternatives]


def test_the_least_certain_words_come_first() -> None:
    doubts = doubts_in(heard("we open the rider at noon – now", open=0.6, rider=0.2, noon=0.6))
    assert [(doubt.position, doubt.word, doubt.probability) for doubt in doubts] == [
        (3, "rider", 0.2), (1, "open", 0.6), (5, "noon", 0.6),
    ]  # fmt: skip


def test_a_term_is_offered_for_all_the_words_that_it_was_heard_as_with_their_marks() -> None:
    terms = [term("kubectl"), term("OpenRouter"), term("Clyde Bank"), term("Łódź")]
    doubts = doubts_in(heard("use open rider, please", open=0.4, rider=0.5), terms=terms)
    assert offered(doubts, "open") == offered(doubts, "rider") == [("OpenRouter,", 1, 3)]


def test_what_sounds_just_like_a_term_is_doubted_however_sure_the_recogniser_was() -> None:
    terms = [term("kubectl", "cube control"), term("OpenRouter"), term("noon")]
    doubts = doubts_in(heard("use cube control before noon, or OpenRouter"), terms=terms)
    assert [doubt.word for doubt in doubts] == ["cube", "control"]
    assert offered(doubts, "cube") == [("kubectl", 1, 3)]
    assert doubts_in(heard("use cube control"), terms=terms, criteria=Criteria(looked_through=2)) == ()


def test_the_words_beside_a_term_are_left_alone() -> None:
    terms = [term("kubectl", "cube control")]
    doubts = doubts_in(heard("run the cube control now", run=0.3, the=0.2, cube=0.4, now=0.5), terms=terms)
    assert {doubt.word: [one.text for one in doubt.alternatives] for doubt in doubts} == {
        "run": [], "the": [], "cube": ["kubectl"], "control": ["kubectl"], "now": [],
    }  # fmt: skip


def test_a_term_is_found_by_the_way_it_was_misheard() -> None:
    doubts = doubts_in(heard("with coop control now", coop=0.4), terms=[term("kubectl", "cube control")])
    assert offered(doubts, "coop") == [("kubectl", 1, 3)]


def test_a_term_that_stands_there_already_is_not_offered() -> None:
    doubts = doubts_in(heard("use OpenRouter.", openrouter=0.4), terms=[term("OpenRouter")])
    assert offered(doubts, "openrouter") == []
    assert offered(doubts_in(heard("use openrouter.", openrouter=0.4), terms=[term("OpenRouter")]), "openrouter") == [
        ("OpenRouter.", 1, 2)
    ]


def test_what_was_put_right_before_is_doubted_however_sure_the_recogniser_was() -> None:
    before = [correction("see Hannah there", "see Hana there"), correction("Hannah came", "Hana came")]
    before.append(correction("go to Hannah's", "go to Johanna's"))
    doubts = doubts_in(heard("ask Hannah, then go"), corrections=before)
    assert [doubt.word for doubt in doubts] == ["Hannah,"]
    assert [(one.text, one.reason) for one in doubts[0].alternatives] == [
        ("Hana,", "you put it right so 2 times"),
        ("Johanna,", "you put it right so before"),
    ]


def test_a_rewording_is_no_alternative() -> None:
    assert doubts_in(heard("a good day"), corrections=[correction("a good day", "a splendid day")]) == ()


def test_other_hearings_are_offered_where_they_differ() -> None:
    doubts = doubts_in(heard("the hub wakes long before", hub=0.9), hearings=[hearing("the harbour wakes long before")])
    assert [doubt.word for doubt in doubts] == ["hub"]
    assert offered(doubts, "hub") == [("harbour", 1, 2)]


def test_what_was_heard_before_a_rule_or_a_hint_is_offered() -> None:
    hint = Hint("Anna", 0.8, (), "Hannah", "m3")
    rule = AppliedRule("w3", "OpenRouter", words("open rider"), 1, 2)
    said = replace(heard("ask open rider or Anna."), hints=(hint,), rules_applied=(rule,))
    text = "ask OpenRouter or Anna."
    doubts = doubts_in(replace(said, edited=Edited(text, words(text))))
    assert offered(doubts, "openrouter") == [("open rider", 1, 2)]
    assert offered(doubts, "anna") == [("Hannah.", 3, 4)]


def test_what_the_person_said_it_was_is_not_doubted() -> None:
    assert doubts_in(replace(heard("open rider", open=0.1), corrected="OpenRouter")) == ()


def test_there_are_never_too_many() -> None:
    said = heard(" ".join(f"word{number}" for number in range(99)), **{f"word{n}": 0.5 for n in range(99)})
    terms = [term(f"wort{number}") for number in range(300)]
    criteria = Criteria(most_doubts=7, most_alternatives=2)
    doubts = doubts_in(said, terms=terms, criteria=criteria)
    assert len(doubts) == 7
    assert all(len(doubt.alternatives) <= 2 for doubt in doubts)


@pytest.mark.parametrize("text", ["", "…", "– –"])
def test_what_has_no_words_has_no_doubts(text: str) -> None:
    assert doubts_in(replace(heard(text), words=tuple(Word(one, 0, 1, 0.1) for one in text.split()))) == ()
