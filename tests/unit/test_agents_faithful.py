"""What a small model made of a text: given only if it is that text, by its words."""

from __future__ import annotations

import pytest

from agents.faithful import is_faithful, is_summary, main_sentences

TEXT = "Give me the report now, you are late again. Anna needs 3 copies by Friday."


@pytest.mark.parametrize(
    ("instruction", "result", "faithful"),
    [
        ("rewrite the text politely", "Could you please give me the report? Anna would need 3 copies by Friday.", True),
        (
            "rewrite the text politely",
            "Could you please give me the report? Anna would need 4 copies by Friday.",
            False,
        ),
        (
            "rewrite the text politely",
            "Could you please give me the report? Anna would need 3 copies by Monday.",
            False,
        ),
        ("rewrite the text politely", "I've been asked to answer a request about delivering it quickly.", False),
        ("Summarise the text", "Anna needs the report by Friday.", True),
        ("Summarise the text", "Anna is furious because nobody ever listens.", False),
        ("Summarise the text", TEXT, False),
        ("translate the text into German", "Gib mir den Bericht, Anna braucht 3 Kopien am Friday.", False),
        ("rewrite the text politely", "", False),
    ],
)
def test_only_the_texts_own_words_pass(instruction: str, result: str, faithful: bool) -> None:
    assert is_faithful(instruction, TEXT, result) is faithful


def test_a_summary_of_the_texts_own_sentences() -> None:
    long = (
        "The boat leaves at noon. It rains. The boat to Riga needs a new sail. Bring bread. Ask Tom about the sail. Go."
    )
    assert main_sentences(long) == "The boat leaves at noon. The boat to Riga needs a new sail."
    assert main_sentences("One only.") == "One only."
    assert is_summary("sum up the text")
    assert not is_summary("rewrite the text")
