"""Sentences made from memories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.answers import ABSTENTION, acknowledgement, answer_from, day, quoted
from twin.domain import Memory, MemoryKind, Polarity, Recalled, RecallMode, Recollection

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def memory(text: str, slot: str = "", value: str = "", **more: object) -> Memory:
    plain = Memory(
        id="m1",
        kind=MemoryKind.FACT,
        text=text,
        source_ids=("t1",),
        learned_at=SAID,
        true_from=SAID,
        slot=slot,
        value=value,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def found(*items: tuple[Memory, float], query: str = "?", mode: RecallMode = RecallMode.FULL) -> Recollection:
    recalled = tuple(
        Recalled(known, score, {"slot": 1.0} if known.slot else {"coverage": 1.0}, known.text, SAID)
        for known, score in items
    )
    return Recollection(query, recalled, confidence=recalled[0].score if recalled else 0.0, mode=mode)


def test_what_fills_another_slot_than_was_asked_for_is_only_quoted() -> None:
    known = memory("My sister is called Anna", "sister.name", "Anna")
    near = Recollection("where does Anna live?", (Recalled(known, 0.6, {"subject": 2.8}, known.text, SAID),), 0.6,
                        RecallMode.FULL)  # fmt: skip
    assert answer_from(near, UTC).text == "You told me on 4 March 2026: “My sister is called Anna.”"


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (memory("My sister is called Anna", "sister.name", "Anna"),
         "Your sister is called Anna (you told me on 4 March 2026)."),
        (memory("Hi, I'm Tom", "self.name", "Tom"), "You are called Tom (you told me on 4 March 2026)."),
        (memory("I live in Berlin", "self.home", "Berlin"), "You live in Berlin (you told me on 4 March 2026)."),
        (memory("my wifi is called Fox", "self.wifi", "Fox"), "Your wifi is Fox (you told me on 4 March 2026)."),
        (memory("My dog's vet is Dr. Who", "dog.vet", "Dr. Who"),
         "Your dog's vet is Dr. Who (you told me on 4 March 2026)."),
        (memory("I work as a nurse", "self.job", "nurse"), "You told me on 4 March 2026: “I work as a nurse.”"),
        (memory("I'm 42", "self.age", "42"), "You told me on 4 March 2026: “I'm 42.”"),
        (memory("I speak Greek", "speaks.greek", "Greek"), "You told me on 4 March 2026: “I speak Greek.”"),
        (memory("I fixed the bike!", kind=MemoryKind.EPISODE), "You told me on 4 March 2026: “I fixed the bike!”"),
        (memory("My favourite film is Alien", "favourite.film", "Alien", kind=MemoryKind.PREFERENCE),
         "Your favourite film is Alien (you told me on 4 March 2026)."),
        (memory("i drink oat flat whites", "preference.oat flat whites", "oat flat whites",
                kind=MemoryKind.PREFERENCE), "You told me on 4 March 2026: “I drink oat flat whites.”"),
    ],
)  # fmt: skip
def test_one_memory_is_one_sentence_with_its_date(known: Memory, sentence: str) -> None:
    answer = answer_from(found((known, 0.97)), UTC)
    assert answer.text == sentence
    assert not answer.abstained
    (source,) = answer.sources
    assert (source.memory_id, source.source_id, source.quote, source.said_at) == ("m1", "t1", known.text, SAID)
    assert source.score_parts == ({"slot": 1.0} if known.slot else {"coverage": 1.0})


def test_several_that_are_as_good_are_listed_once_each() -> None:
    answer = answer_from(
        found(
            (memory("I like techno", id="m1"), 0.97),
            (memory("I love basil", id="m2"), 0.95),
            (memory("i love basil.", id="m3"), 0.95),
            (memory("I own a boat", id="m4"), 0.6),
        ),
        UTC,
    )
    assert answer.text.splitlines() == [
        "You told me:",
        "- 4 March 2026: “I like techno.”",
        "- 4 March 2026: “I love basil.”",
    ]
    assert [source.memory_id for source in answer.sources] == ["m1", "m2"]


@pytest.mark.parametrize(
    ("question", "polarity", "begins"),
    [
        ("do I like jazz?", Polarity.LIKES, "Yes. You told me"),
        ("Do I like jazz?", Polarity.DISLIKES, "No. You told me"),
        ("do I really hate jazz?", Polarity.DISLIKES, "Yes. You told me"),
        ("do I avoid jazz?", Polarity.LIKES, "No. You told me"),
        ("what music do I like?", Polarity.LIKES, "You told me"),
    ],
)
def test_a_question_whether_has_a_yes_or_no(question: str, polarity: Polarity, begins: str) -> None:
    jazz = memory("I feel about jazz", "preference.jazz", "jazz", kind=MemoryKind.PREFERENCE, polarity=polarity)
    assert answer_from(found((jazz, 0.97), query=question), UTC).text.startswith(begins)


def test_what_was_so_is_not_given_as_what_is() -> None:
    past = memory("I live in Berlin", "self.home", "Berlin", true_until=SAID + timedelta(days=30), superseded_by="m2")
    text = answer_from(found((past, 0.97)), UTC).text
    assert text == "You told me on 4 March 2026: “I live in Berlin.” That was so until 3 April 2026."
    unsure = answer_from(found((past, 0.48)), UTC)
    assert unsure.abstained


def test_what_was_so_gives_way_to_what_is() -> None:
    past = memory("I live in Berlin", "self.home", "Berlin", true_until=SAID + timedelta(days=30), superseded_by="m2")
    now = memory("I live in Rome", "self.home", "Rome", id="m2")
    assert "Berlin" not in answer_from(found((past, 0.97), (now, 0.96), query="where do I live?"), UTC).text
    assert "Berlin" in answer_from(found((past, 0.97), (now, 0.96), query="where did I live before?"), UTC).text


def test_what_never_held_is_no_answer() -> None:
    wrong = memory("My birthday is 9 June", "self.birthday", "9 June", true_until=SAID, superseded_by="m2")
    assert answer_from(found((wrong, 0.97)), UTC).abstained


def test_what_holds_no_longer_is_told_in_the_persons_words() -> None:
    ended = memory("I no longer live in Bonn", "self.home")
    assert answer_from(found((ended, 0.97)), UTC).text == "You told me on 4 March 2026: “I no longer live in Bonn.”"


def test_who_said_it_is_said() -> None:
    theirs = memory("I own a boat", id="t3")
    mine = memory("I own a bike", id="t4")
    alone = answer_from(found((theirs, 0.97)), UTC, said_by={"t3": "Mira said"})
    assert alone.text == "Mira said on 4 March 2026: “I own a boat.”"
    both = answer_from(found((theirs, 0.97), (mine, 0.96)), UTC, said_by={"t3": "Mira said"})
    assert both.text.splitlines()[1:] == [
        "- Mira said, 4 March 2026: “I own a boat.”",
        "- You told me, 4 March 2026: “I own a bike.”",
    ]


def test_without_an_answer_it_says_so() -> None:
    for nothing in (found(), found((memory("I own a boat"), 0.49))):
        answer = answer_from(nothing, UTC)
        assert answer.abstained
        assert answer.text.startswith(ABSTENTION)
        assert answer.sources == ()
    lexical = answer_from(found(mode=RecallMode.LEXICAL), UTC, aside="The embedder is not installed.")
    assert "by words alone" in lexical.text
    assert "The embedder is not installed." in lexical.text


def test_the_date_is_where_the_person_is() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert (day(late, UTC), day(late, BERLIN)) == ("4 March 2026", "5 March 2026")


@pytest.mark.parametrize(("text", "quotation"), [("it is so", "“It is so.”"), ("Is it?", "“Is it?”")])
def test_a_quotation_ends_like_a_sentence(text: str, quotation: str) -> None:
    assert quoted(text) == quotation


@pytest.mark.parametrize(
    ("text", "said_back"),
    [
        ("I drink oat flat whites", "Noted: you drink oat flat whites."),
        ("My sister Anna lives with me.", "Noted: your sister Anna lives with you."),
        ("I'm a nurse and I've a dog of my own", "Noted: you're a nurse and you've a dog of your own."),
        ("I was born in Rome", "Noted: you were born in Rome."),
        ("we moved to Oslo and it suits us", "Noted: you moved to Oslo and it suits you."),
    ],
)
def test_what_was_told_is_said_back_in_the_second_person(text: str, said_back: str) -> None:
    assert acknowledgement([memory(text)], said_at=SAID, timezone=UTC) == said_back


def test_acknowledgements() -> None:
    anna = memory("Anna is my sister", "sister.name", "Anna")
    boat = memory("I own a boat", id="m2")
    assert acknowledgement([anna, boat], said_at=SAID, timezone=UTC) == "Noted: Anna is your sister; you own a boat."
    assert acknowledgement([boat], said_at=SAID, timezone=UTC, outright=True) == "I will remember: you own a boat."
    style = memory("Always answer in bullet points", "style.format", "x", kind=MemoryKind.STYLE)
    assert acknowledgement([style], said_at=SAID, timezone=UTC) == "From now on: always answer in bullet points."
    later = SAID + timedelta(days=9)
    assert (
        acknowledgement([boat], said_at=later, timezone=UTC)
        == "I know: you told me on 4 March 2026 that you own a boat."
    )


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("Zosia is seven", MemoryKind.EPISODE, "Noted: Zosia is seven."),
        ("TTL means time to live", MemoryKind.VOCABULARY, "Noted: TTL means time to live."),
        ('My mother said "I love my job"', MemoryKind.EPISODE, 'Noted: your mother said "I love my job".'),
        ("Never call me madam", MemoryKind.STYLE, "From now on: never call you madam."),
    ],
)
def test_what_is_said_back_keeps_names_and_quotations(text: str, kind: MemoryKind, told: str) -> None:
    assert acknowledgement([memory(text, kind=kind)], said_at=SAID, timezone=UTC) == told


def test_several_people_are_quoted() -> None:
    known = memory("I have two kids, Jo and Al", "children.name", "Jo")
    assert answer_from(found((known, 0.97)), UTC).text == "You told me on 4 March 2026: “I have two kids, Jo and Al.”"


def test_what_was_only_supposed_is_no_answer() -> None:
    supposed = memory("If I were rich I'd live in Paris.", kind=MemoryKind.EPISODE)
    assert answer_from(found((supposed, 0.9), query="where do I live?"), UTC).abstained
    assert not answer_from(found((supposed, 0.9), query="where would I live?"), UTC).abstained
    real = memory("I live in Bonn", "self.home", "Bonn")
    answer = answer_from(found((supposed, 0.9), (replace(real, id="m2"), 0.8), query="where do I live?"), UTC)
    assert answer.text == "You live in Bonn (you told me on 4 March 2026)."
