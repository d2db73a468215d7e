"""Which words of a hinted pass may stand in the hint-free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.domain import Hint, Word
from twin.speech.hints import Chosen, choose


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, i / 2, i / 2 + 0.4, 0.8) for i, word in enumerate(text.split()))


def hint(term: str, heard: str = "") -> Hint:
    return Hint(term, 0.7, (f"sounds like “{heard}”",), heard, "m1")


def chosen(plain: str, hinted: str, *hints: Hint) -> Chosen:
    return choose(words(plain), hinted.split(), hints)


def text_of(outcome: Chosen) -> str:
    return " ".join(word.word for word in outcome.words)


TAKEN = [
    # hint-free, hinted, (term, where it was found), text
    ("We run Cooper Nettys now.", "We run Kubernetes now.", ("Kubernetes", "Cooper Nettys"), "We run Kubernetes now."),
    ("It is on cubanites.", "It is on Kubernetes.", ("Kubernetes", "cubanites"), "It is on Kubernetes."),
    ("Open it with Clyde code, please.", "Open it with Claude Code, please.", ("Claude Code", "Clyde code"),
     "Open it with Claude Code, please."),
    ("Read about auto-scaling first.", "Read about autoscaling first.", ("autoscaling", "auto-scaling"),
     "Read about autoscaling first."),
    ("I'm potency matters.", "Idempotency matters.", ("idempotency", "I'm potency"), "Idempotency matters."),
    ("that is Cooper Nettys' job", "that is Kubernetes's job", ("Kubernetes", "Cooper Nettys"),
     "that is Kubernetes' job"),
    ("It said “riddies”.", "It said Redis", ("Redis", "riddies"), "It said “Redis”."),
    # what the hinted pass changes elsewhere is not taken
    ("Yesterday spend an hour on riddies.", "Yesterday spent hour on Redis.", ("Redis", "riddies"),
     "Yesterday spend an hour on Redis."),
    ("We has the pod man image here", "We the Podman image", ("Podman", "pod man"), "We has the Podman image here"),
    # the hinted pass wrote it wrongly, but otherwise than the first
    ("lungs with ATLIC Tossies today", "lungs with atlectasis today", ("atelectasis", "ATLIC Tossies"),
     "lungs with atelectasis today"),
    # said twice, found once
    ("cubanites is cubernetes", "Kubernetes is Kubernetes", ("Kubernetes", "cubanites"), "Kubernetes is Kubernetes"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "hinted", "told", "wanted"), TAKEN)
def test_a_term_takes_the_place_of_what_sounds_like_it(
    plain: str, hinted: str, told: tuple[str, str], wanted: str
) -> None:
    outcome = chosen(plain, hinted, hint(*told))
    assert text_of(outcome) == wanted
    assert [one.term for one in outcome.used] == [told[0]]
    assert outcome.used[0].reasons


REFUSED = [
    # an echo of the list, at the end, at the beginning, or instead of everything
    ("We met at noon.", "We met at noon. Kubernetes, Kubernetes.", ("Kubernetes", "noon"), "nothing was heard"),
    ("We met at noon.", "Kubernetes We met at noon.", ("Kubernetes", "We"), "nothing was heard"),
    ("We met in town at noon because of the long and boring and costly war.", "Kubernetes", ("Kubernetes", "costly"),
     "different texts"),
    ("The mean value is low.", "The Kubernetes value is low.", ("Kubernetes", "mean"), "does not sound like it"),
    # alike enough where the hint was found, but that was elsewhere
    ("The read is here and riddies there.", "The Redis is here and riddies there.", ("Redis", "riddies"),
     "does not sound like it"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "hinted", "told", "why"), REFUSED)
def test_what_was_not_heard_is_not_taken(plain: str, hinted: str, told: tuple[str, str], why: str) -> None:
    outcome = chosen(plain, hinted, hint(*told))
    assert text_of(outcome) == plain
    assert outcome.used == ()
    assert why in outcome.refused[0].reason


def test_a_term_that_stood_there_already_is_neither_used_nor_refused() -> None:
    outcome = chosen("Ask Kubernetes first", "Ask Kubernetes first", hint("Kubernetes", "Ask"))
    assert (text_of(outcome), outcome.used, outcome.refused) == ("Ask Kubernetes first", (), ())


def test_what_the_hinted_pass_wrote_wrongly_has_to_come_nearer() -> None:
    outcome = chosen("with tropinin here", "with tropininine here", hint("troponin", "tropinin"))
    assert text_of(outcome) == "with tropinin here"


def test_a_hint_that_was_not_followed_changes_nothing() -> None:
    outcome = chosen("how riddies works", "how riddies works", hint("Redis", "riddies"))
    assert (text_of(outcome), outcome.used) == ("how riddies works", ())


def test_the_term_has_the_time_of_what_it_replaces_and_the_score_of_the_hint() -> None:
    outcome = chosen("Open Clyde code now", "Open Claude Code now", hint("Claude Code", "Clyde code"))
    assert outcome.words[1:3] == (Word("Claude", 0.5, 0.95, 0.7), Word("Code", 0.95, 1.4, 0.7))
    assert outcome.used[0].heard == "Clyde code"


def test_two_terms_in_one_text() -> None:
    outcome = chosen(
        "use pod man and riddies", "use Podman and Redis", hint("Redis", "riddies"), hint("Podman", "pod man")
    )
    assert text_of(outcome) == "use Podman and Redis"
    assert {one.term for one in outcome.used} == {"Redis", "Podman"}


TEXTS = st.lists(st.sampled_from(["Redis", "riddies", "the", "read", "is", "pod", "man", "a", "-", "…"]), max_size=8)


@given(plain=TEXTS, hinted=TEXTS)
def test_nothing_but_the_term_is_ever_added(plain: list[str], hinted: list[str]) -> None:
    outcome = choose(words(" ".join(plain)), hinted, [hint("Redis", "riddies")])
    kept = list(plain)
    for one in reversed(outcome.replacements):
        assert [word.word.strip("-…") for word in one.words] == ["Redis"]
        kept[one.first : one.last] = [word.word for word in one.words]
    assert [word.word for word in outcome.words] == kept
