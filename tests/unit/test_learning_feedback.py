"""Noticing: which words were misheard, which reworded, which only written differently."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.domain import EditKind, Judgement, Word, WordEdit
from twin.learning.feedback import notice


def heard(text: str, unsure: str = "") -> list[Word]:
    """Words as a recogniser gives them; ``unsure`` ones at .3, the others at .9."""
    return [
        Word(word, i / 4, (i + 1) / 4, 0.3 if word in unsure.split() else 0.9) for i, word in enumerate(text.split())
    ]


def applied(words: Sequence[Word], edits: Sequence[WordEdit]) -> list[str]:
    """The heard words with every edit carried out."""
    result = [word.word for word in words]
    for edit in reversed(edits):
        assert tuple(result[edit.heard_from : edit.heard_to]) == edit.heard
        result[edit.heard_from : edit.heard_to] = edit.said
    return result


def told(text: str, said: str) -> list[str]:
    """What was noticed, one line an edit."""
    return [
        f"{' '.join(edit.heard) or '-'} > {' '.join(edit.said) or '-'}: {edit.judgement}"
        for edit in notice(heard(text), said)
    ]


@pytest.mark.parametrize(
    ("text", "said", "edits"),
    [
        # a term that the recogniser does not know: several words against one, and the name as a whole
        ("I use open rider daily.", "I use OpenRouter daily.", ["open rider > OpenRouter: sound-alike"]),
        ("Clyde code is good", "Claude Code is good", ["Clyde code > Claude Code: sound-alike"]),
        ("run cube cuddle get pods", "run kubectl get pods", ["cube cuddle > kubectl: sound-alike"]),
        ("the post gray sequel base", "the PostgreSQL base", ["post gray sequel > PostgreSQL: sound-alike"]),
        ("get hub actions failed", "GitHub Actions failed", ["get hub actions > GitHub Actions: sound-alike"]),
        ("the a p i key", "the API key", ["a p i > API: sound-alike"]),
        ("a k eights cluster", "a k8s cluster", ["k eights > k8s: sound-alike"]),
        ("ask chat gbt four", "ask ChatGPT-4", ["chat gbt four > ChatGPT-4: sound-alike"]),
        # two mishearings side by side are two matters
        (
            "use system dee, engine x",
            "use systemd, nginx",
            ["system dee, > systemd,: sound-alike", "engine x > nginx: sound-alike"],
        ),
        # ordinary words
        ("the beam grows", "the bean grows", ["beam > bean: sound-alike"]),
        ("their here", "they're here", ["their > they're: sound-alike"]),
        ("it came apart here", "it came a part here", ["apart > a part: sound-alike"]),
        # rewordings, of one word and of a stretch
        ("a big house", "a large house", ["big > large: rewording"]),
        ("take a quick look at it", "get an overview of it", ["take a quick look at > get an overview of: rewording"]),
        ("we meet at ten", "we meet on Monday at ten", ["- > on Monday: rewording"]),
        ("well um I think so", "well I think so", ["um > -: rewording"]),
        # a mishearing beside a rewording
        (
            "open rider is very nice",
            "OpenRouter is lovely",
            ["open rider > OpenRouter: sound-alike", "very nice > lovely: rewording"],
        ),
        # only written differently
        (
            "hello world how are",
            "Hello, world! How are",
            ["hello > Hello,: formatting", "world > world!: formatting", "how > How: formatting"],
        ),
        ("I paid twenty five dollars today", "I paid $25 today", ["twenty five dollars > $25: formatting"]),
        ("page 4", "page four", ["4 > four: formatting"]),
        ("a well known one", "a well-known one", ["well known > well-known: formatting"]),
        ("a fine colour", "a fine color", ["colour > color: formatting"]),
        ("do not go", "don't go", ["do not > don't: formatting"]),
        ("yes - no", "yes no", ["- > -: formatting"]),
        # other scripts
        ("Привет мир", "Привет, мир", ["Привет > Привет,: formatting"]),
        ("я вижу лес", "я вижу вес", ["лес > вес: sound-alike"]),
        ("我 喜欢 苹果", "我喜欢香蕉", ["苹果 > 香蕉: rewording"]),
        # nothing heard, nothing said
        ("", "one two", ["- > one two: rewording"]),
        ("thank you", "", ["thank you > -: rewording"]),
    ],
)  # fmt: skip
def test_what_is_noticed(text: str, said: str, edits: list[str]) -> None:
    assert told(text, said) == edits


@pytest.mark.parametrize("said", ["The cat sat.", "  The  cat\n sat. "])
def test_the_same_text_is_no_edit(said: str) -> None:
    assert notice(heard("The cat sat."), said) == ()


def test_an_edit_says_where_how_sure_and_how_alike() -> None:
    (edit,) = notice(heard("please open rider now", unsure="rider"), "please OpenRouter now")
    assert (edit.kind, edit.heard_from, edit.heard_to) == (EditKind.SUBSTITUTE, 1, 3)
    assert edit.probability == 0.3
    assert 0.8 < edit.similarity < 1
    (added,) = notice(heard("please now"), "please do it now")
    assert (added.kind, added.heard_from, added.heard_to, added.probability) == (EditKind.INSERT, 1, 1, None)
    assert notice(heard("please do now"), "please now")[0].kind is EditKind.DELETE


def test_a_whole_dictation_that_was_rewritten_is_no_hundred_mishearings() -> None:
    old = (
        "a long walk by the sea made everybody hungry and rather silent in the end of that bright and windy afternoon "
        * 3
    )
    new = (
        "quarterly figures will follow once auditors have signed off whatever numbers finance can still find tomorrow "
        * 3
    )
    edits = notice(heard(old), new)
    assert applied(heard(old), edits) == new.split()
    assert sum(edit.judgement is Judgement.SOUND_ALIKE for edit in edits) <= 3


def test_an_hour_of_speech_with_many_corrections() -> None:
    """Long texts are aligned too: here 9,000 words, of which every tenth was put right."""
    chance = random.Random(1)
    vocabulary = ("river", "stone", "market", "window", "paper", "engine", "garden", "summer", "table", "letter")
    said = [chance.choice(vocabulary) for _ in range(9_000)]
    misheard = [f"{word[:-1]}x" if position % 10 == 0 else word for position, word in enumerate(said)]
    edits = notice(heard(" ".join(misheard)), " ".join(said))
    assert applied(heard(" ".join(misheard)), edits) == said
    assert len(edits) == 900


ALPHABET = st.sampled_from(
    (
        "the",
        "The",
        "cat",
        "cat,",
        "open",
        "rider",
        "OpenRouter",
        "code",
        "Code",
        "twenty",
        "five",
        "25",
        "-",
        "лес",
        "k8s",
    )
)
TEXTS = st.lists(ALPHABET, max_size=14).map(" ".join) | st.text(st.characters(max_codepoint=0x52F), max_size=40)


@given(TEXTS, TEXTS)
def test_carrying_out_the_edits_gives_what_was_said(text: str, said: str) -> None:
    words = heard(text)
    edits = notice(words, said)
    assert applied(words, edits) == said.split()
    assert [edit.heard_from for edit in edits] == sorted(edit.heard_from for edit in edits)
    assert all(edit.heard != edit.said for edit in edits)


@given(TEXTS)
def test_what_is_confirmed_shows_nothing(text: str) -> None:
    assert notice(heard(text), text) == ()


@given(st.lists(st.text("你好世界เรา", min_size=1, max_size=3), max_size=6), st.text("你好世界 เรา.", max_size=12))
def test_in_scripts_without_spaces_too(words: list[str], said: str) -> None:
    listened = [Word(word, 0.0, 0.1, 0.9) for word in words]
    edits = notice(listened, said)
    assert len(edits) <= 1
    assert "".join(applied(listened, edits)) == "".join(said.split())


def test_another_text_in_its_place_shows_no_mishearing() -> None:
    heard = "the path behind the house curves gently down to the air past the old tree"
    words = [Word(word, 0.0, 0.1, 0.9) for word in heard.split()]
    assert {edit.judgement for edit in notice(words, "hello there")} <= {Judgement.REWORDING}


def test_what_was_misheard_throughout_still_sounds_alike() -> None:
    heard = "wee deploy the keep cuddle clutter on fry day mourning"
    words = [Word(word, 0.0, 0.1, 0.4) for word in heard.split()]
    edits = notice(words, "We deployed the kubectl cluster on Friday morning")
    assert Judgement.SOUND_ALIKE in {edit.judgement for edit in edits}
