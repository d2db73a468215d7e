"""When words settle: a table of decodings, and what must hold of any."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twin.speech.streaming import Agreement, AgreementRules, Hypothesis, TokenWord, beyond, text_of, tokens_of

RULES = AgreementRules(seconds=1.0, least_context_seconds=1.0, hold_back_words=1)


def words(text: str) -> tuple[TokenWord, ...]:
    """Words with a token for each of their letters, so that "sea," begins with the tokens of "sea"."""
    return tuple(TokenWord(f" {word}", tuple(map(ord, word))) for word in text.split())


def heard(*decodings: tuple[float, str], rules: AgreementRules = RULES) -> Agreement:
    agreement = Agreement()
    for seconds, text in decodings:
        agreement = agreement.with_heard(Hypothesis(words(text), seconds), rules)
    return agreement


def test_one_decoding_settles_nothing() -> None:
    agreement = heard((2.0, "the boat comes in"))
    assert agreement.settled == ()
    assert agreement.tentative == "the boat comes in"


def test_what_two_decodings_agree_on_settles_but_for_the_last_word_of_the_older() -> None:
    agreement = heard((1.0, "the boat comes"), (2.0, "the boat comes in tonight"))
    assert text_of(agreement.settled) == "the boat"
    assert agreement.tentative == " comes in tonight"


def test_decodings_close_to_each_other_settle_nothing_yet() -> None:
    assert heard((1.0, "the boat comes"), (1.4, "the boat comes in")).settled == ()


def test_the_first_words_wait_for_more_to_be_heard() -> None:
    decodings = (
        (1.0, "over the"),
        (2.0, "over the sea"),
        (3.0, "nor were the sea birds"),
        (4.0, "nor were the sea birds"),
    )
    rules = AgreementRules(seconds=1.0, least_context_seconds=3.0, hold_back_words=1)
    assert heard(*decodings[:3], rules=rules).settled == ()
    assert text_of(heard(*decodings, rules=rules).settled) == "nor were the sea"


def test_all_decodings_of_the_last_second_must_agree() -> None:
    agreement = heard((1.0, "the boat comes"), (1.5, "the goat comes in"), (2.0, "the boat comes in"))
    assert text_of(agreement.settled) == "the"


def test_a_slow_machine_that_decodes_rarely_still_settles() -> None:
    agreement = heard((4.0, "the boat comes in at"), (8.0, "the boat comes in at nine o'clock"))
    assert text_of(agreement.settled) == "the boat comes in"


def test_a_decoding_that_contradicts_what_has_settled_is_left_out() -> None:
    settled = heard((1.0, "the boat comes"), (2.0, "the boat comes in"))
    assert settled.with_heard(Hypothesis(words("a goat comes in tonight"), 3.0), RULES) == settled


def test_a_settled_word_may_get_its_comma() -> None:
    settled = heard((1.0, "by the sea we"), (2.0, "by the sea we met"))
    assert text_of(settled.settled) == "by the sea"
    later = settled.with_heard(Hypothesis(words("by the sea, we met"), 3.0), RULES)
    assert text_of(later.settled) == "by the sea"
    assert later.tentative == ", we met"


def test_what_is_left_when_the_beginning_was_given_out() -> None:
    assert beyond(words("by the sea, we met"), words("by the")) == words("sea, we met")
    assert beyond(words("by the"), words("by the sea")) == ()
    assert beyond(words("by the sea we"), words("by the sea,")) == ()  # the comma's word is not given out twice


VOCABULARY = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map(" ".join)


@given(st.lists(st.tuples(st.floats(0.1, 2.0), VOCABULARY), max_size=12), st.floats(0.2, 3), st.integers(0, 3))
def test_what_has_settled_only_grows(decodings: list[tuple[float, str]], seconds: float, hold_back: int) -> None:
    rules, agreement, at = AgreementRules(seconds, 0.5, hold_back), Agreement(), 0.0
    for step, text in decodings:
        at += step
        before = agreement
        agreement = before.with_heard(Hypothesis(words(text), at), rules)
        fixed = tokens_of(before.settled)
        assert tokens_of(agreement.settled)[: len(fixed)] == fixed
        assert (text_of(agreement.settled) + agreement.tentative).startswith(text_of(before.settled))
