"""What a question asks for."""

from __future__ import annotations

import pytest

from memory.recall.questions import Expected, has_expected, same_subject, understand
from twin.domain import Polarity
from twin.sentences import asked_to_forget, asked_to_remember, is_question, only_asks, split_sentences


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("What is my sister's name?", "sister.name"),
        ("what's my mum called", "mother.name"),
        ("Do you know my name?", "self.name"),
        ("Do you remember what my sister's name is?", "sister.name"),
        ("Can you tell me where my brother lives?", "brother.home"),
        ("who is my dentist?", "dentist.name"),
        ("where do I live", "self.home"),
        ("where did I live before?", "self.home"),
        ("how old am I?", "self.age"),
        ("what do I do for a living?", "self.job"),
        ("what is my favorite color?", "favourite.colour"),
        ("which book do I like best?", "favourite.book"),
        ("do I like jazz?", "preference.jazz"),
        ("which languages do I speak?", "speaks.*"),
        ("do I speak Greek?", "speaks.greek"),
        ("what's my wifi network?", "self.wifi network"),
        ("what is my cat's vet number?", "cat.vet number"),
        ("What do you know about my sister?", "sister.*"),
        ("what do I like?", "preference.*"),
        ("Is there anything I hate?", "preference.*"),
        ("am I allergic to anything?", "allergy.*"),
        ("What are my allergies?", "allergy.*"),
        ("am I allergic to nuts?", "allergy.nuts"),
        ("So, remind me: what's my shoe size?", "self.shoe size"),
    ],
)
def test_the_slot_that_would_answer(text: str, slot: str) -> None:
    assert understand(text).slots[:1] == (slot,)


@pytest.mark.parametrize("text", ["what coffee do I like?", "when does my lease end?", "what's the weather?", "", "?"])
def test_no_slot_would_answer(text: str) -> None:
    assert understand(text).slots == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what coffee do I like?", ("coffee",)),
        ("What does my sister do?", ("sister", "job")),
        ("how old am I?", ("age",)),
        ("Where did I meet Ingrid?", ("meet", "ingrid")),
        ("what is it?", ()),
    ],
)
def test_the_words_that_matter(text: str, words: tuple[str, ...]) -> None:
    assert understand(text).words == words


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("what music do I like?", Polarity.LIKES),
        ("what music don't I like?", Polarity.DISLIKES),
        ("which food do I hate?", Polarity.DISLIKES),
        ("do I like jazz?", Polarity.NEUTRAL),
        ("what does Magnus look like?", Polarity.NEUTRAL),
        ("what is it like in Rome?", Polarity.NEUTRAL),
    ],
)
def test_the_polarity_that_is_asked_for(text: str, polarity: Polarity) -> None:
    assert understand(text).polarity is polarity


@pytest.mark.parametrize(
    ("text", "expected", "fitting", "unfitting"),
    [
        ("how many bikes do I own?", Expected.NUMBER, "I own three bikes", "I own bikes"),
        ("when is the concert?", Expected.TIME, "The concert is on Friday", "I like the concert"),
        ("where are my keys?", Expected.PLACE, "my keys are in the bowl", "I lost my keys"),
        ("what colour is my bike?", Expected.COLOUR, "my bike is green", "my bike is new"),
        ("who gave me the bike?", Expected.PERSON, "I got the bike from Anna", "I got the bike"),
        ("who did I go to Rome with?", Expected.PERSON, "I went to Rome with Anna", "I went to Rome"),
    ],
)
def test_what_an_answer_has_in_it(text: str, expected: Expected, fitting: str, unfitting: str) -> None:
    question = understand(text)
    assert question.expected is expected
    assert has_expected(question, fitting)
    assert not has_expected(question, unfitting)


@pytest.mark.parametrize(
    ("text", "statement", "verdict"),
    [
        ("what is my job?", "I work as a nurse", 1),
        ("what is my job?", "Carys works as a nurse", -1),
        ("what is my job?", "my sister works as a nurse", -1),
        ("what is my sister's job?", "My sister works as a nurse", 1),
        ("what is my sister's job?", "I visited my sister at work", 0),
        ("what does Magnus do?", "Magnus is a chef", 1),
        ("what does Magnus do?", "my brother is called Magnus", 0),
        ("what does Magnus do?", "I am a chef", -1),
        ("what is the weather like?", "I am a chef", 0),
    ],
)
def test_of_whom_it_is(text: str, statement: str, verdict: int) -> None:
    assert same_subject(understand(text).subject, statement) == verdict


def test_a_question_about_the_past_is_told_apart() -> None:
    assert understand("where did I live before?").about_the_past
    assert not understand("where do I live?").about_the_past


# --- sentences ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "What coffee do I like?", "what coffee do i like", "so, where do I live", "tell me where I live",
        "I wonder what my sister's name is", "is it raining", "can't you see", "whats my name", "how old am I",
        "Could you tell me if I like jazz",
    ],
)  # fmt: skip
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "I live in Berlin.", "When I was young I lived in Rome", "What I like is jazz", "What a day!", "How nice!",
        "do remember it", "tell me a story", "Whatever.",
    ],
)  # fmt: skip
def test_no_questions(text: str) -> None:
    assert not is_question(text)


def test_sentences_are_split_where_they_end() -> None:
    text = "I live in St. Ives. My boss is Dr. No! Really?\nIt costs 3.50 at J. Smith's… ok"
    assert split_sentences(text) == (
        "I live in St. Ives.",
        "My boss is Dr. No!",
        "Really?",
        "It costs 3.50 at J. Smith's…",
        "ok",
    )


def test_only_questions_tell_nothing() -> None:
    assert only_asks("Where do I live? And what do I like?")
    assert not only_asks("I live in Berlin. Where is that?")
    assert not only_asks("")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("remember that my locker is 12", "my locker is 12"),
        ("Please remember: the wifi is Foxglove", "the wifi is Foxglove"),
        ("don't forget I'm allergic to nuts", "I'm allergic to nuts"),
        ("note that I moved", "I moved"),
        ("do you remember where I live?", None),
        ("Remember that day in Rome?", None),
        ("I remember that day", None),
        ("remember when we met", None),
    ],
)
def test_what_is_asked_to_be_remembered(text: str, what: str | None) -> None:
    assert asked_to_remember(text) == what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("forget what I said about my sister", "my sister"),
        ("Please forget that I like jazz.", "I like jazz"),
        ("can you forget everything I told you about Anna", "Anna"),
        ("delete m12", "m12"),
        ("forget my address", "my address"),
        ("Forget it.", None),
        ("don't forget to buy milk", None),
        ("I forget things", None),
        ("remove the comma", None),
    ],
)
def test_what_is_asked_to_be_forgotten(text: str, what: str | None) -> None:
    assert asked_to_forget(text) == what
