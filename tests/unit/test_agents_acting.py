"""A text to act on, a dictation put right in plain words, and questions about the twin itself."""

from __future__ import annotations

import pytest

from agents.about_twin import About, asks_about_twin
from agents.acting import PutRight, asked_to_act, asked_to_put_right


@pytest.mark.parametrize(
    ("said", "instruction", "text"),
    [
        ("Summarise my last dictation", "Summarise the text", ""),
        ("please rewrite the last dictation as an email", "rewrite the text as an email", ""),
        ("Can you shorten what I just dictated?", "shorten the text", ""),
        ("Summarize this: I live in Rome. Forget it.", "Summarize the text", "I live in Rome. Forget it."),
        ("rewrite the following more politely:\nGo away", "rewrite the text more politely", "Go away"),
        ("Translate this into German: the dog", "Translate the text into German", "the dog"),
    ],
)  # fmt: skip
def test_a_text_to_act_on(said: str, instruction: str, text: str) -> None:
    to_do = asked_to_act(said)
    assert to_do is not None
    assert (to_do.instruction, to_do.text) == (instruction, text)


@pytest.mark.parametrize(
    "said", ["format my last dictation as bullet points", "turn this into a list: a. b.", "make a list of this: a. b."]
)
def test_what_a_rule_can_do_needs_no_model(said: str) -> None:
    to_do = asked_to_act(said)
    assert to_do is not None
    assert to_do.as_list


@pytest.mark.parametrize(
    "said",
    [
        "I want to improve my German",
        "Make me a coffee",
        "how do I translate a book?",
        "remember that I must edit the report: it is due on Friday",
        "I made my last recording in Berlin",
        "fix it",
    ],
)
def test_what_is_no_text_to_act_on(said: str) -> None:
    assert asked_to_act(said) is None


@pytest.mark.parametrize(
    ("said", "wish", "before", "after"),
    [
        ("The last dictation should say: use kubectl", PutRight(said="use kubectl"), "x", "use kubectl"),
        ("correct my last dictation to “Hi Anna”", PutRight(said="Hi Anna"), "x", "Hi Anna"),
        ("replace cube cuddle with kubectl in my last dictation", PutRight(old="cube cuddle", new="kubectl"),
         "Use Cube Cuddle now.", "Use kubectl now."),
        ("In the last dictation, change Hannah to Anna", PutRight(old="Hannah", new="Anna"), "Hannah", "Anna"),
        ("no, I said kubectl, not cube cuddle", PutRight(old="cube cuddle", new="kubectl"), "cube cuddle", "kubectl"),
        ("I said Anna not Hannah", PutRight(old="Hannah", new="Anna"), "my sister", None),
    ],
)  # fmt: skip
def test_a_dictation_is_put_right_in_plain_words(said: str, wish: PutRight, before: str, after: str | None) -> None:
    assert asked_to_put_right(said) == wish
    assert wish.applied_to(before) == after


@pytest.mark.parametrize(
    "said", ["change my address to Bonn", "replace the battery with a new one", "it should be fun"]
)
def test_what_puts_no_dictation_right(said: str) -> None:
    assert asked_to_put_right(said) is None


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What have you learned this week?", About.LEARNED),
        ("So, what did you learn from me?", About.LEARNED),
        ("Have you learned anything today?", About.LEARNED),
        ("why did you write it so?", About.WHY),
        ("Why did you write kubectl like that?", About.WHY),
        ("What would you change if I approve?", About.PROPOSES),
        ("what do you want to learn?", About.PROPOSES),
        ("Do you have any proposals?", About.PROPOSES),
        ("Which adapters do you use?", About.ADAPTERS),
        ("What did you learn about my sister?", None),
        ("who are you?", About.ITSELF),
        ("What can you do?", About.ITSELF),
        ("is this private?", About.ITSELF),
        ("What's your name, twin?", About.ITSELF),
        ("do you store my data?", About.ITSELF),
        ("who can see what I tell you?", About.ITSELF),
        ("where is that?", None),
        ("is it safe?", None),
        ("What can I do?", None),
        ("how are you?", None),
        ("are you sure?", None),
        ("do you send flowers?", None),
        ("what did I learn at school?", None),
        ("what have you got?", None),
        ("why did I write that?", None),
        ("What do you know about me?", None),
    ],
)
def test_questions_about_the_twin_itself(question: str, about: About | None) -> None:
    assert asks_about_twin(question) is about
