"""Hints: the term that was said where something else was heard, and nothing where nothing sounds like one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from memory.lexicon.hints import HintIndex, TermSounds
from memory.lexicon.phonetics import SoundIndex
from twin.domain import Hint, HintContext, Term, Word
from twin.sounds import similarity

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TERMS = (
    "OpenRouter",
    "Claude Code",
    "Code",
    "Kubernetes",
    "PostgreSQL",
    "AWS",
    "Jaeger",
    "autoscaling",
    "Vue.js",
    "Bauhaus",
    "Inuit",
    "Charcuterie",
    "Dvořák",
)
COMMON = frozenset(
    """i we the a in of to and is on it was use used put red open rider clyde code for our cuber my about before lunch
    character by his auto scaling yesterday notes are second folder cloud provider what view so read""".split()  # noqa: SIM905
)

MISHEARD = """open rider  Clyde code  cuber netties  post gray sequel  elastic such  levitheeric sign  he mopped us his
graph anna  red is  riddies  auto scaling  cubernetes  code"""


def words(*heard: tuple[str, float] | str) -> list[Word]:
    """Words with their probabilities; those in a plain string are as good as certain."""
    flat = [(word, 0.99) for one in heard if isinstance(one, str) for word in one.split()]
    if not all(isinstance(one, str) for one in heard):
        flat = []
        for one in heard:
            flat += [(word, 0.99) for word in one.split()] if isinstance(one, str) else [one]
    return [Word(word, at, at + 1, probability) for at, (word, probability) in enumerate(flat)]


def hints(
    hypothesis: Sequence[Word], terms: Sequence[Term] | None = None, context: HintContext | None = None
) -> tuple[Hint, ...]:
    known = terms or [Term(text, f"m{number}") for number, text in enumerate(TERMS, 1)]
    sounds = TermSounds([(term.text, term.aliases) for term in known])
    index = HintIndex(known, sounds, is_common=lambda word: word.casefold() in COMMON)
    return index.hints_for(context or HintContext(NOW), hypothesis)


@pytest.mark.parametrize(
    ("hypothesis", "term", "heard"),
    [
        (words("we use", ("open", 0.6), ("rider", 0.41), "for it"), "OpenRouter", "open rider"),
        (words("we use", ("Clyde", 0.35), "code for it"), "Claude Code", "Clyde code"),
        (words("we use", ("cuber", 0.3), ("netties,", 0.5), "for it"), "Kubernetes", "cuber netties"),
        (words("about", ("cubernetes", 0.7), "before lunch"), "Kubernetes", "cubernetes"),
        (words("about", ("post", 0.6), ("gray", 0.4), ("sequel", 0.5)), "PostgreSQL", "post gray sequel"),
        (words("in", ("a", 0.5), ("double", 0.4), ("you", 0.6), ("s", 0.5)), "AWS", "a double you s"),
        (words("about", ("Yeager", 0.6), "before lunch"), "Jaeger", "Yeager"),
        (words("about auto scaling"), "autoscaling", "auto scaling"),
        (words("about", ("auto-scaling", 0.8)), "autoscaling", "auto-scaling"),
        (words("we use", ("view", 0.5), ("jay", 0.4), ("s", 0.4)), "Vue.js", "view jay s"),
        (words("about", ("Dvorjack", 0.5)), "Dvořák", "Dvorjack"),
    ],
)
def test_the_term_that_was_said_is_found(hypothesis: list[Word], term: str, heard: str) -> None:
    first = hints(hypothesis)[0]
    assert (first.term, first.heard) == (term, heard)
    assert 0 < first.score <= 1


@pytest.mark.parametrize(
    "hypothesis",
    [
        words("yesterday I read my notes before lunch"),
        words("my notes are in the second folder"),  # "in the", Inuit
        words("by his character"),  # Bauhaus, Charcuterie
        words("about", ("Kubernetes.", 0.4), "and", ("kubernetes'", 0.6)),
        words("about PostgreSQL's", ("Claude", 0.5), ("Code", 0.5)),
        words(("—", 0.2), ("…", 0.2)),
        words(),
    ],
)
def test_nothing_is_hinted_where_nothing_sounds_like_a_term_or_the_term_is_right(hypothesis: list[Word]) -> None:
    assert hints(hypothesis) == ()


def test_a_term_is_said_wrongly_here_and_rightly_there() -> None:
    hypothesis = words("Kubernetes and", ("cubernetes", 0.5))
    assert [(hint.term, hint.heard) for hint in hints(hypothesis)] == [("Kubernetes", "cubernetes")]


def test_reasons_are_sentences_with_what_was_heard() -> None:
    (hint,) = hints(words("we use", ("open", 0.6), ("rydar", 0.41)))
    assert hint.reasons[0] == "sounds like “open rydar” (0.25)"
    assert "common" in hint.reasons[1]
    assert hint.memory_id == "m1"


def test_what_was_misheard_so_before_needs_no_doubt() -> None:
    certain = words("we put it on open rider")
    assert hints(certain) == ()
    (hint,) = hints(certain, [Term("OpenRouter", "m1", aliases=("open rider",))])
    assert hint.reasons == ("was heard as “open rider” before",)


def test_a_common_word_is_not_taken_for_a_term_only_because_it_once_was() -> None:
    known = [Term("Claude", "m1", aliases=("cloud",), domain="writing")]
    certain = words("our cloud provider")
    assert hints(certain, known) == ()
    assert hints(words("our", ("cloud", 0.4), "provider"), known)
    spoken_of = HintContext(NOW, recent=("I read what Claude put in my notes",), domain="writing")
    assert hints(certain, known, spoken_of)


def test_context_and_use_decide_between_terms_that_sound_alike() -> None:
    heard = words("about", ("crackow", 0.5), "before lunch")
    krakow, kraków = (
        Term("Krakow", "m1", domain="travel"),
        Term("Craco", "m2", domain="films", topics=("ghost", "town")),
    )

    def first(context: HintContext, *terms: Term) -> str:
        return hints(heard, terms, context)[0].term

    assert first(HintContext(NOW, domain="travel"), krakow, kraków) == "Krakow"
    assert first(HintContext(NOW, recent=("the ghost town of the film",), domain="films"), krakow, kraków) != ""
    same = Term("Krakov", "m3")
    used = Term("Krakov", "m4", uses=40, last_used=NOW - timedelta(days=1))
    without, with_use = (hints(heard, [term])[0].score for term in (same, used))
    assert with_use > without


def test_the_better_of_two_in_one_place_is_alone_when_it_is_much_better() -> None:
    known = [Term("Kubernetes", "m1"), Term("Cabernet", "m2")]
    assert [hint.term for hint in hints(words("about", ("cubernetes", 0.5)), known)] == ["Kubernetes"]


def test_at_most_as_many_as_asked_for_best_first() -> None:
    misheard = {
        "OpenRouter": "openrider", "Kubernetes": "cubernetes", "PostgreSQL": "postgresequel", "Jaeger": "yeager",
        "Bauhaus": "bowhouse", "Charcuterie": "sharkuterie", "Dvořák": "dvorjack", "Grafana": "graffana",
        "Redis": "riddies", "hemoptysis": "hemoptosis", "metoprolol": "metaprolol", "troponin": "tropinin",
    }  # fmt: skip
    known = [Term(text, f"m{number}") for number, text in enumerate(misheard, 1)]
    found = hints(words(*((heard, 0.5) for heard in misheard.values())), known)
    assert len(found) == 10
    assert [hint.score for hint in found] == sorted((hint.score for hint in found), reverse=True)


def test_a_large_vocabulary_asks_for_more_likeness() -> None:
    heard = words("about", ("Cubanites", 0.4))
    few = [Term("Kubernetes", "m1")]
    many = few + [Term(f"Qzx{number}", f"m{number}") for number in range(2, 3000)]
    (alone,), among_many = hints(heard, few), hints(heard, many)
    assert all(hint.score < alone.score for hint in among_many)


def test_the_index_finds_what_comparing_everything_finds() -> None:
    """Its shortcuts lose nothing that is alike enough to matter."""
    spellings = [text.split() for text in (*TERMS, "Elasticsearch", "levothyroxine", "hemoptysis", "Grafana", "Redis")]
    heard = [one.split() for one in MISHEARD.replace("\n", "  ").split("  ")]
    found = {
        (stretch, spelling)
        for stretch, spelling, _ in SoundIndex(spellings).search(heard, at_least=[0.65] * len(heard))
    }
    expected = {
        (stretch, spelling)
        for stretch, one in enumerate(heard)
        for spelling, other in enumerate(spellings)
        if similarity(one, other) >= 0.65
    }
    assert expected <= found


def test_what_cannot_be_alike_enough_is_not_found() -> None:
    assert list(SoundIndex([["Kubernetes"]]).search([["cubernetes"], []], at_least=[1.4, 0.5])) == []
    assert list(SoundIndex([]).search([["cubernetes"]], at_least=[0.5])) == []
