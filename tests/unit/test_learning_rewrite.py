"""Rewrite rules: proposed only where they would do no damage, and firing only where something justifies it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.domain import RewriteRule, RuleStatus, Scope, Word
from twin.learning.feedback import notice
from twin.learning.rewrite import (
    DraftRule,
    Passage,
    Refused,
    apply_rules,
    damage,
    mishearings,
    propose_rule,
    put_back_by,
    take_back,
)


def words(text: str, probability: float = 0.95) -> tuple[Word, ...]:
    """``text`` as words; ``rider:0.4`` has that probability."""
    found = []
    for i, word in enumerate(text.split()):
        plain, _, own = word.partition(":")
        found.append(Word(plain, i / 2, i / 2 + 0.4, float(own or probability)))
    return tuple(found)


def passage(heard: str, said: str | None = None, *, source: str = "u1", domain: str = "") -> Passage:
    """An utterance; ``said``: what the person said of it, ``=`` that it was right."""
    of = words(heard)
    if said is None:
        return Passage(of, source_ids=(source,), domain=domain)
    said = " ".join(word.word for word in of) if said == "=" else said
    return Passage(of, notice(of, said), True, tuple(said.split()), (source,), domain)


def rule(heard: str = "open rider", term: str = "OpenRouter", scope: Scope | None = None) -> RewriteRule:
    return RewriteRule(
        "w1", heard, term, scope or Scope(), RuleStatus.ACTIVE, "person", (), datetime(2026, 3, 4, tzinfo=UTC)
    )


def common(word: str) -> bool:
    return word in ("open", "rider", "mean", "the", "mine")


TWICE = (
    passage("I use open:0.7 rider:0.4 daily", "I use OpenRouter daily", source="u1"),
    passage("try open:0.8 rider:0.5 now", "try OpenRouter now", source="u2"),
)


def text_of(of: tuple[Word, ...]) -> str:
    return " ".join(word.word for word in of)


# --- what becomes a rule --------------------------------------------------------------------------------------


def test_a_mishearing_that_was_put_right_twice_becomes_a_rule_where_the_recogniser_doubts() -> None:
    draft = propose_rule("open rider", "OpenRouter", TWICE, is_common=common)
    assert draft == DraftRule("open rider", "OpenRouter", Scope(below=0.75), ("u1", "u2"))


def test_once_is_not_enough_unless_the_person_states_it() -> None:
    refused = propose_rule("open rider", "OpenRouter", TWICE[:1], is_common=common)
    assert isinstance(refused, Refused)
    assert "1 more" in refused.reason
    stated = propose_rule("Open rider", "OpenRouter", (), outright=True, is_common=common)
    assert stated == DraftRule("open rider", "OpenRouter", Scope(below=0.6), ())


def test_what_is_no_ordinary_word_needs_no_scope() -> None:
    draft = propose_rule("cooper nettys", "Kubernetes", (), outright=True, is_common=common)
    assert draft == DraftRule("cooper nettys", "Kubernetes", Scope(), ())


def test_ordinary_words_narrow_the_scope_to_what_lies_below_them() -> None:
    ordinary = passage("the open:0.6 rider:0.6 came", "=", source="u3")
    draft = propose_rule("open rider", "OpenRouter", (*TWICE, ordinary), is_common=common)
    assert isinstance(draft, DraftRule)
    assert draft.scope == Scope(below=0.55)
    assert damage(draft, (*TWICE, ordinary)) == ()


def test_where_doubt_does_not_tell_them_apart_neighbours_may() -> None:
    history = (
        passage("the gateway open:0.9 rider:0.9 failed", "the gateway OpenRouter failed", source="u1"),
        passage("our gateway open:0.9 rider:0.9 works", "our gateway OpenRouter works", source="u2"),
        passage("an open:0.5 rider:0.5 on a horse", "=", source="u3"),
    )
    draft = propose_rule("open rider", "OpenRouter", history, is_common=common)
    assert isinstance(draft, DraftRule)
    assert draft.scope == Scope(near=("gateway",))


def test_or_the_domain() -> None:
    history = (
        passage("use open:0.9 rider:0.9", "use OpenRouter", source="u1", domain="platform"),
        passage("an open:0.9 rider:0.9 it is", "an OpenRouter it is", source="u2", domain="platform"),
        passage("an open:0.5 rider:0.5", "=", source="u3", domain="riding"),
    )
    draft = propose_rule("open rider", "OpenRouter", history, is_common=common)
    assert isinstance(draft, DraftRule)
    assert draft.scope == Scope(domain="platform")


@pytest.mark.parametrize(
    "ordinary",
    [
        passage("an open:0.3 rider:0.3 came", "=", source="u3"),  # confirmed
        passage("an open:0.3 rider:0.3 came hear", "an open rider came here", source="u3"),  # corrected elsewhere
        passage("an opera:0.3 writer:0.3 came", "an open rider came", source="u3"),  # said, and heard otherwise
    ],
)
def test_a_rule_that_would_rewrite_what_was_right_is_refused(ordinary: Passage) -> None:
    refused = propose_rule("open rider", "OpenRouter", (*TWICE, ordinary), is_common=lambda word: False)
    assert isinstance(refused, Refused)
    assert [one.passage.source_ids for one in refused.damage] == [("u3",)]


def test_what_nobody_looked_at_counts_if_the_recogniser_was_sure() -> None:
    sure, unsure = passage("an open:0.95 rider:0.95 came"), passage("an open:0.3 rider:0.3 came")
    draft = propose_rule("open rider", "OpenRouter", (*TWICE, sure), is_common=lambda word: False)
    assert isinstance(draft, DraftRule)
    assert draft.scope.below is not None
    unscoped = propose_rule("open rider", "OpenRouter", (*TWICE, unsure), is_common=lambda word: False)
    assert isinstance(unscoped, DraftRule)
    assert unscoped.scope == Scope()


def test_what_was_misheard_is_seen_from_a_correction() -> None:
    edits = notice(words("I use open rider, and it's fine"), "I use OpenRouter, and it is great")
    assert mishearings(edits) == {("open rider", "OpenRouter")}


# --- where it fires -------------------------------------------------------------------------------------------

FIRES = [
    ("Try open rider.", Scope(), "Try OpenRouter."),
    ("Open rider's fine", Scope(), "OpenRouter's fine"),
    ("(open rider) and open rider", Scope(), "(OpenRouter) and OpenRouter"),
    ("the open riders", Scope(), "the open riders"),
    ("they open. Rider left", Scope(), "they open. Rider left"),
    ("an opened rider", Scope(), "an opened rider"),
    ("an open:0.9 rider:0.2", Scope(below=0.5), "an OpenRouter"),
    ("an open:0.9 rider:0.6", Scope(below=0.5), "an open rider"),
    ("our gateway is open rider", Scope(near=("gateway",)), "our gateway is OpenRouter"),
    ("the gateway of the old north town open rider", Scope(near=("gateway",)),
     "the gateway of the old north town open rider"),
    ("an open rider", Scope(domain="platform"), "an open rider"),
]  # fmt: skip


@pytest.mark.parametrize(("heard", "scope", "wanted"), FIRES)
def test_a_rule_fires_within_its_scope(heard: str, scope: Scope, wanted: str) -> None:
    assert text_of(apply_rules(words(heard), [rule(scope=scope)]).words) == wanted


def test_a_rule_of_a_domain_fires_in_it() -> None:
    rewritten = apply_rules(words("an open rider"), [rule(scope=Scope(domain="Platform"))], domain="platform")
    assert text_of(rewritten.words) == "an OpenRouter"


def test_of_two_rules_the_longer_fires_and_lower_case_terms_begin_sentences() -> None:
    rules = [rule("open", "opera"), rule("i'm potency", "idempotency"), rule("open rider", "OpenRouter")]
    rewritten = apply_rules(words("I'm potency of open rider"), rules)
    assert text_of(rewritten.words) == "Idempotency of OpenRouter"
    assert [(one.first, one.last) for one in rewritten.applied] == [(0, 1), (2, 3)]


def test_each_firing_can_be_taken_back_whichever_comes_first() -> None:
    heard = words("use open rider or open rider and cloud code")
    rules = [rule(), rule("cloud code", "Claude Code X")]
    rewritten = apply_rules(heard, rules)
    assert text_of(rewritten.words) == "use OpenRouter or OpenRouter and Claude Code X"
    once = take_back(rewritten.words, rewritten.applied, 1)
    assert text_of(once.words) == "use OpenRouter or open rider and Claude Code X"
    twice = take_back(once.words, once.applied, 1)
    assert text_of(twice.words) == "use OpenRouter or open rider and cloud code"
    assert take_back(twice.words, twice.applied, 0).words == heard


def test_a_correction_that_puts_back_what_was_heard_takes_it_back() -> None:
    rewritten = apply_rules(words("an open rider came by"), [rule()])
    assert put_back_by(notice(rewritten.words, "an open rider came by"), rewritten.applied) == rewritten.applied
    assert put_back_by(notice(rewritten.words, "an OpenRouter came buy"), rewritten.applied) == ()


SAID = st.lists(st.sampled_from(["open:0.3", "open", "rider:0.5", "rider", "the", "gateway", "came."]), max_size=9)


@given(ordinary=st.lists(SAID, max_size=4))
def test_an_admitted_rule_rewrites_nothing_that_was_verified(ordinary: list[list[str]]) -> None:
    history = (*TWICE, *(passage(" ".join(one), "=", source=f"u{n}") for n, one in enumerate(ordinary, 3) if one))
    draft = propose_rule("open rider", "OpenRouter", history, is_common=common)
    if isinstance(draft, DraftRule):
        assert damage(draft, history) == ()
        active = rule(scope=draft.scope)
        assert all(not apply_rules(one.words, [active], domain=one.domain).applied for one in history[2:])
        assert all(apply_rules(one.words, [active], domain=one.domain).applied for one in TWICE)
