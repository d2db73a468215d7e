"""The seed adapter's training data: invented by code, always the same, with nothing of what it is measured on."""

from __future__ import annotations

from random import Random

from twin.grounding.notes import ABSTENTION, lines
from twin.training.seed.asking import Asked
from twin.training.seed.choices import judged
from twin.training.seed.examples import example, held_back
from twin.training.seed.facts import KEPT_FRAMES, TRAINED_FRAMES
from twin.training.seed.frames import FRAMES, kept_ways


def test_the_same_seed_invents_the_same_people() -> None:
    assert [example(Random(5)) for _ in range(3)] == [example(Random(5)) for _ in range(3)]
    assert held_back(1, 9) == held_back(1, 9)
    assert held_back(1, 9) != held_back(2, 9)


def test_answers_stand_in_the_notes() -> None:
    chance = Random(3)
    made = [example(chance) for _ in range(400)]
    told = [one for one in made if one.kind in ("plain", "changed", "past")]
    missing = [one for one in told if one.answer.casefold() not in lines(one.notes).casefold()]
    assert len(told) > 200
    assert not missing, missing[0]
    assert {one.answer for one in made if one.kind == "absent"} == {ABSTENTION}


def test_of_a_value_that_changed_the_newest_is_asked_for() -> None:
    chance = Random(4)
    for one in (example(chance) for _ in range(300)):
        if one.kind == "changed":
            told = [note.text.casefold() for note in one.notes]
            old = one.notes[next(at for at, text in enumerate(told) if one.stale.casefold() in text)]
            new = [note for note in one.notes if one.answer.casefold() in note.text.casefold()][-1]
            assert old.said_on is not None
            assert new.said_on is not None
            assert old.said_on <= new.said_on
            assert one.answer != one.stale


def test_a_third_of_what_is_measured_is_kept_out_of_training() -> None:
    assert {frame.name for frame in KEPT_FRAMES}.isdisjoint(frame.name for frame in TRAINED_FRAMES)
    people = held_back(1, 90)
    assert sum(one.kept_out for one in people) >= 25
    unseen = [way.partition("{")[0].strip() for frame in KEPT_FRAMES for ways in frame.asks.values() for way in ways]
    asked = [Asked().about(way).casefold() for way in unseen if "{" not in way and len(way.split()) > 4]
    chance = Random(6)
    trained = {example(chance).question.casefold() for _ in range(400)}
    assert asked
    assert not trained & set(asked)


def test_every_relation_that_training_uses_has_ways_to_ask() -> None:
    for frame in FRAMES:
        assert frame.tells
        assert frame.asks, frame.name
        for ways in frame.asks.values():
            assert len(ways) - len(kept_ways(ways)) >= 1


def test_questions_agree_with_whom_they_are_about() -> None:
    way = "How long has <S> been at <S's> job, and <is S> fond of <their> boss?"
    assert Asked().about(way) == "How long have I been at my job, and am I fond of my boss?"
    assert Asked("Ana", "her").about(way) == "How long has Ana been at Ana's job, and is Ana fond of her boss?"


def test_suggestions_suit_as_often_as_not() -> None:
    chance = Random(8)
    made = [judged(chance) for _ in range(600)]
    assert 0.4 < sum(one.suits for one in made) / len(made) < 0.65
