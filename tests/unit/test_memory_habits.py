"""Habits: what the person says again and again, told apart from what everybody says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from zoneinfo import ZoneInfo

import pytest

from memory.lexicon.fillers import fillers_in
from memory.lexicon.habits import habits_of, read_habits
from memory.lexicon.said import Said
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import Expression, Habits, Speaker
from twin.errors import CancelledByPersonError
from twin.events import Event, Progress
from twin.ports import Job
from twin.requests import Edit, Forget

START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
JOB = Job(emit=lambda event: None)


def said(*texts: str, every: timedelta = timedelta(days=1), dictated: bool = False) -> list[Said]:
    letter = "u" if dictated else "t"
    return [Said(f"{letter}{n}", text, START + every * n, verified=True) for n, text in enumerate(texts)]


def habits(texts: list[Said]) -> Habits:
    return habits_of(texts, partial=False, zone=UTC)


def counts(expressions: tuple[Expression, ...]) -> dict[str, int]:
    return {expression.text: expression.count for expression in expressions}


SMALL_TALK = (
    "I want to go to the shop and get some bread for us.",
    "Do you know what time the train to the city leaves?",
    "There is a lot of work to be done at the end of this week.",
    "I have to write a letter to my landlord about the heating.",
    "We went to see a film and it was quite long.",
    "I am going to call my brother in the evening.",
    "It would be nice to go for a walk in the park.",
    "She said that she would come by on her way home.",
)


def test_a_favourite_phrase_comes_with_its_evidence() -> None:
    texts = said(
        *SMALL_TALK,
        "By and large the garden is fine.",
        "The soup was good, by and large.",
        "By and large I agree with her.",
        "It rained, but by and large we enjoyed it.",
    )
    (phrase,) = habits(texts).phrases
    assert (phrase.text, phrase.count) == ("by and large", 4)
    assert [sighting.source_id for sighting in phrase.sightings] == ["t11", "t10", "t9"]
    assert phrase.sightings[0].said_at == texts[11].said_at
    assert phrase.rate == pytest.approx(1000 * 4 / habits(texts).words, abs=0.01)


def test_what_everybody_says_is_nobodys_phrase() -> None:
    assert habits(said(*SMALL_TALK * 5)).turns == 40
    repeated = said(*("I want to go there. I don't know. There is a lot of it. Do you know what I need?",) * 8)
    assert habits(repeated).phrases == ()


def test_the_longer_phrase_is_shown_and_not_its_parts_as_well() -> None:
    texts = said(*(f"{text} For what it's worth, I would take the blue one." for text in SMALL_TALK))
    phrases = counts(habits(texts).phrases)
    assert any("for what it's worth" in phrase for phrase in phrases)
    assert not any(phrase in other for phrase in phrases for other in phrases if phrase != other)


def test_what_was_said_on_one_day_alone_is_no_habit() -> None:
    texts = (
        *SMALL_TALK,
        *("By and large it works.", "By and large it is fine.", "By and large I agree.", "So by and large yes."),
    )
    assert habits(said(*texts, every=timedelta(minutes=1))).phrases == ()
    assert counts(habits(said(*texts)).phrases) == {"by and large": 4}


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("Um, it was, uh, basically done", ["um", "uh", "basically"]),
        ("Ummm, hmm, erm", ["um", "hmm", "er"]),
        ("It was, you know, late", ["you know"]),
        ("Do you know him? As you know, you know what I mean", []),
        ("I mean, it was sort of late, kind of", ["I mean", "sort of", "kind of"]),
        ("What sort of music is that kind of song? I mean it, that is what I mean", []),
        ("It was, like, huge. I like it, it looks like rain", ["like"]),
        ("Well, yes. All is well, thanks. The well, it is deep", ["well"]),
        ("We could meet or something. Or something else", ["or something"]),
        ("It’s late, right? Turn right? Right", ["right?"]),
        ("summary, humming, germ, drum-um", []),
    ],
)
def test_fillers_are_told_from_the_same_words_with_a_meaning(text: str, fillers: list[str]) -> None:
    assert list(fillers_in(text)) == fillers


def test_fillers_are_counted_where_they_come_often_enough() -> None:
    found = habits(said("Basically it works, um.", "It is basically done.", "So, basically, yes.")).fillers
    assert counts(found) == {"basically": 3}
    assert len(found[0].sightings) == 3


def test_lengths_are_in_words_and_apart_for_turns_and_dictations() -> None:
    found = habits(said("one", "one two three", "a b c d e f g h i") + said("hello there", dictated=True))
    assert found.turn_words is not None
    assert found.dictation_words is not None
    assert (found.turn_words.median, found.turn_words.low, found.turn_words.high, found.turn_words.count) == (
        3,
        2,
        6,
        3,
    )
    assert (found.dictation_words.median, found.dictation_words.count) == (2, 1)
    assert (found.turns, found.dictations, found.words) == (3, 1, 15)


def test_hours_and_weekdays_are_local() -> None:
    late = [Said("t1", "good evening", datetime(2026, 3, 4, 23, 30, tzinfo=UTC), verified=True)]
    utc, berlin = (habits_of(late, partial=False, zone=zone) for zone in (UTC, ZoneInfo("Europe/Berlin")))
    assert (utc.hours.index(1), utc.weekdays.index(1)) == (23, 2)
    assert (berlin.hours.index(1), berlin.weekdays.index(1)) == (0, 3)


def test_a_months_topics_are_what_sets_it_apart() -> None:
    march = said(*("The garden needs seeds and the garden needs water.", "My project has a deadline.") * 4)
    may = [
        Said(f"t{n + 50}", text, START + timedelta(days=60 + n), verified=True)
        for n, text in enumerate(("The violin lesson was long.", "My project has a deadline.") * 4)
    ]
    months = {month.month: [topic.text for topic in month.topics] for month in habits(march + may).months}
    assert months["2026-03"][0] == "garden"
    assert months["2026-05"][0] in ("violin", "lesson")
    assert months["2026-05"].index("violin") < months["2026-05"].index("project")


def test_nothing_said_shows_no_habits() -> None:
    empty = habits([])
    assert (empty.words, empty.since, empty.turn_words, empty.phrases, sum(empty.hours)) == (0, None, None, (), 0)


# --- from the ledger --------------------------------------------------------------------------------------------


def test_only_the_persons_own_words_count_and_what_is_forgotten_or_private_does_not(
    memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock
) -> None:
    def say(text: str, speaker: Speaker = Speaker.PERSON) -> str:
        clock.advance(days=1)
        return ledger.add_turn(session_id="cli-1", speaker=speaker, text=text).id

    ids = [say(f"By and large, {word} is fine.") for word in ("one", "two", "three", "four", "five", "six")]
    for text in SMALL_TALK:
        say(text)
        say("Basically I am a twin, more or less.", Speaker.TWIN)
        say("Basically somebody else, more or less.", Speaker.OTHER)
    found = read_habits(ledger.database, zone=UTC, job=JOB)
    assert (counts(found.phrases), counts(found.fillers), found.turns) == ({"by and large": 6}, {}, 14)
    memory.curator.edit(Edit(ids[0], private=True))
    assert counts(read_habits(ledger.database, zone=UTC, job=JOB).phrases) == {"by and large": 5}
    memory.curator.forget(Forget(ids=(ids[1],)), JOB)
    found = read_habits(ledger.database, zone=UTC, job=JOB)
    assert (counts(found.phrases), found.turns) == ({"by and large": 4}, 12)
    assert not {ids[0], ids[1]} & {sighting.source_id for phrase in found.phrases for sighting in phrase.sightings}


def test_what_was_pasted_and_what_is_secret_is_no_habit(ledger: SqliteLedger, clock: HeldClock) -> None:
    for _ in range(4):
        clock.advance(days=1)
        ledger.add_turn(
            session_id="cli-1", speaker=Speaker.PERSON,
            text="Summarise this:\nThe quarterly zeppelin report basically went missing.",
        )  # fmt: skip
        ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="My password is hunter2zeppelin, remember it")
    found = read_habits(ledger.database, zone=UTC, job=JOB)
    shown = [*counts(found.phrases), *counts(found.fillers), *(t.text for m in found.months for t in m.topics)]
    assert not [text for text in shown if "zeppelin" in text or "secret" in text or text == "basically"]


def test_it_reports_and_can_be_cancelled(ledger: SqliteLedger) -> None:
    ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="Hello there")
    events: list[Event] = []
    read_habits(ledger.database, zone=UTC, job=Job(emit=events.append))
    assert isinstance(events[0], Progress)
    cancelled = Flag()
    cancelled.set()
    with pytest.raises(CancelledByPersonError):
        read_habits(ledger.database, zone=UTC, job=Job(emit=events.append, cancelled=cancelled))
