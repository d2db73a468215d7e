"""Which way a turn is answered."""

from __future__ import annotations

import pytest

from agents.routing import AboutPerson, asks_about_person, asks_of_the_world, choose_route
from twin.domain import SECRET_PLACEHOLDER, Route


def route(text: str, *, learned: bool = False, confidence: float = 0.0) -> Route:
    return choose_route(text, asking=False, outright=False, learned=learned, confidence=confidence).route


@pytest.mark.parametrize(
    "text",
    [
        "what coffee do I like?",
        "What is my sister's name?",
        "where do I live",
        "when is my birthday",
        "do I like jazz?",
        "am I allergic to anything?",
        "do you know my name?",
        "Do you remember where I parked?",
        "what do you know about me?",
        "What do you remember about my sister?",
        "tell me about myself",
        "can you tell me what my job is?",
        "who did I meet on Friday?",
        "What did I tell you about Anna?",
        "I forgot what my locker number is",
    ],
)
def test_questions_about_the_person(text: str) -> None:
    assert asks_about_person(text) is AboutPerson.SURELY
    assert route(text) is Route.ABOUT_PERSON


@pytest.mark.parametrize(
    "text",
    [
        "What is the capital of France?",
        "how do I cook rice?",
        "what should I cook tonight?",
        "why do I sneeze in the sun?",
        "what does Magnus do?",
        "can I eat nuts?",
    ],
)
def test_questions_that_may_be_about_the_person_go_by_what_memory_has(text: str) -> None:
    assert asks_about_person(text) is AboutPerson.PERHAPS
    assert route(text, confidence=0.2) is Route.OPEN
    assert route(text, confidence=0.9) is Route.ABOUT_PERSON


@pytest.mark.parametrize(
    "text",
    ["who are you?", "how are you?", "what's your name?", "are you alive?", "What do you think of my idea?",
     "could you help me?", "can you tell me a joke?", "have you seen my keys?"],
)  # fmt: skip
def test_questions_about_the_twin_are_open_talk(text: str) -> None:
    assert asks_about_person(text) is AboutPerson.NO
    assert route(text, confidence=0.99) is Route.OPEN


@pytest.mark.parametrize(
    ("text", "learned", "expected"),
    [
        ("I drink oat flat whites", True, Route.TOLD),
        ("I see.", False, Route.OPEN),
        ("Write me a poem about the sea", False, Route.OPEN),
        ("I live in Berlin. Where is that?", True, Route.OPEN),
        ("I live in Berlin. Where do I work?", True, Route.ABOUT_PERSON),
        ("Remember that my locker is 12", True, Route.REMEMBER),
        ("don't forget I'm allergic to nuts", True, Route.REMEMBER),
        ("forget what I said about Anna", False, Route.FORGET),
        ("Please forget m12", False, Route.FORGET),
        ("can you forget that I like jazz?", False, Route.FORGET),
        (f"my password is {SECRET_PLACEHOLDER}", False, Route.TOLD),
    ],
)
def test_what_is_told_and_wished(text: str, learned: bool, expected: Route) -> None:
    assert route(text, learned=learned) is expected


def test_how_it_came_decides_before_what_it_says() -> None:
    statement = "I like jazz"
    asked = choose_route(statement, asking=True, outright=False, learned=False, confidence=0.0)
    kept = choose_route("where do I live?", asking=False, outright=True, learned=True, confidence=0.9)
    assert (asked.route, kept.route) == (Route.ABOUT_PERSON, Route.REMEMBER)


def test_a_wish_to_forget_names_its_topic() -> None:
    assert (
        choose_route("forget what I said about Anna", asking=False, outright=False, learned=False, confidence=0.9).topic
        == "Anna"
    )


@pytest.mark.parametrize("text", ["what coffee do I like?", "I drink tea", "hello", "forget it", "", "forget m1"])
def test_every_way_has_a_reason(text: str) -> None:
    routing = choose_route(text, asking=False, outright=False, learned=False, confidence=0.3)
    assert all(routing.reasons)
    assert routing.reasons


def test_a_question_of_time_that_memory_can_answer_is_about_the_person() -> None:
    def routed(of_time: bool) -> Route:
        text = "When did that change?"
        return choose_route(text, asking=False, outright=False, learned=False, confidence=0.0, of_time=of_time).route

    assert (routed(True), routed(False)) == (Route.ABOUT_PERSON, Route.OPEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I hate my boss", Route.TOLD),
        ("remember that I hate my boss", Route.TOLD),
        ("", Route.TOLD),
        ("where do I live?", Route.ABOUT_PERSON),
        ("Write a poem about the sea", Route.OPEN),
        ("forget m1", Route.FORGET),
    ],
)
def test_what_is_off_the_record_is_answered_and_not_remembered(text: str, expected: Route) -> None:
    routing = choose_route(text, asking=False, outright=False, learned=False, confidence=0.0, private=True)
    assert routing.route is expected


@pytest.mark.parametrize(
    "text",
    [
        "What is the capital of France?", "who wrote Hamlet", "How many legs does a spider have?",
        "Hi! Is Pluto a planet?", "how do magnets work?", "explain photosynthesis", "Tell me about rivers",
    ],
)  # fmt: skip
def test_questions_of_the_world(text: str) -> None:
    assert asks_of_the_world(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tell me a joke", "How do I get over a bad day?", "what should I cook?", "What do you think?", "I see.",
        "how are things", "Write a poem about Paris", "Would it be wise?", "is that so?", "what's up with that",
        "I own a boat. Can you tell me a story?", "",
    ],
)  # fmt: skip
def test_what_asks_for_no_fact(text: str) -> None:
    assert not asks_of_the_world(text)
