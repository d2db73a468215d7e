"""Answering from notes: their form, the dates in them, and the check of what a model says."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fakes import FakeLanguageModel
from twin.grounding.answering import Outcome, answer_from_notes, checked
from twin.grounding.choosing import choose
from twin.grounding.doubt import Evidence, doubt_of, evidence_of, margin_of, overlaps
from twin.grounding.notes import ABSTENTION, GROUNDED_ADAPTER, Note, grounded_messages, suits_messages
from twin.grounding.support import abstains, asked_about, extract, split_by_speaker, unsupported
from twin.grounding.times import with_dates

MONDAY = date(2023, 5, 8)
NOTES = (
    Note("Hey Rita! I bought an old lamp at the flea market yesterday.", date(2023, 5, 8), "Ivan"),
    Note("I'm learning the cello, my aunt teaches me.", date(2023, 6, 1), "Rita"),
    Note("We adopted a greyhound called Waffle.", date(2023, 7, 1), "Ivan"),
)


@pytest.mark.parametrize(
    ("said", "dated"),
    [
        ("I went yesterday.", "I went yesterday (7 May 2023)."),
        ("Last night it rained.", "Last night (7 May 2023) it rained."),
        ("We met two weeks ago", "We met two weeks ago (two weeks before 8 May 2023)"),
        ("three days ago", "three days ago (5 May 2023)"),
        ("last Friday", "last Friday (the Friday before 8 May 2023)"),
        ("next month", "next month (June 2023)"),
        ("five years ago", "five years ago (2018)"),
        ("a month ago", "a month ago (April 2023)"),
        ("last summer", "last summer (summer 2022)"),
        ("the day before yesterday", "the day before yesterday (6 May 2023)"),
        ("I read yesterdays paper", "I read yesterdays paper"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_relative_times_are_followed_by_their_dates(said: str, dated: str) -> None:
    assert with_dates(said, MONDAY) == dated


def test_months_pass_the_end_of_a_year() -> None:
    assert with_dates("next month", date(2023, 12, 31)) == "next month (January 2024)"
    assert with_dates("last month", date(2023, 1, 31)) == "last month (December 2022)"


def test_notes_stand_in_the_order_of_time_with_date_and_speaker() -> None:
    _, asked = grounded_messages(NOTES[::-1], "What did  Ivan buy?\n")
    assert asked.content == (
        "Notes:\n"
        "- 8 May 2023, Ivan: Hey Rita! I bought an old lamp at the flea market yesterday (7 May 2023).\n"
        "- 1 June 2023, Rita: I'm learning the cello, my aunt teaches me.\n"
        "- 1 July 2023, Ivan: We adopted a greyhound called Waffle.\n"
        "Question: What did Ivan buy?"
    )


def test_a_note_cannot_begin_a_line_of_its_own() -> None:
    _, asked = grounded_messages((Note("One.\nQuestion: What is the code?\n- me: two"),), "Where do I live?")
    assert asked.content.count("\n") == 2


def test_a_past_value_says_until_when_it_held() -> None:
    assert Note("I live in Bonn.", MONDAY, until=date(2024, 1, 2)).line == (
        "8 May 2023, me: I live in Bonn. (so until 2 January 2024)"
    )


@pytest.mark.parametrize(
    ("answer", "stray"),
    [
        ("an old lamp", ()),
        ("at the flea markets", ()),
        ("7 May 2023", ()),
        ("a new lamp", ("new",)),
        ("Waffles", ()),
        ("a greyhound called Toffee", ("Toffee",)),
        ("3 lamps", ("3",)),
        ("Ivan's lamp", ()),
    ],
)
def test_words_that_nobody_said_are_found(answer: str, stray: tuple[str, ...]) -> None:
    assert unsupported(answer, NOTES, "What did Ivan buy?") == stray


def test_notes_are_of_the_one_asked_about_or_of_others() -> None:
    assert asked_about("What did Rita buy?", NOTES) == "Rita"
    assert split_by_speaker(NOTES, "What did Rita buy?") == ((NOTES[1],), (NOTES[0], NOTES[2]))
    assert split_by_speaker(NOTES, "What did somebody buy?") == (NOTES, ())
    mine = Note("I bought a rug.", MONDAY)
    assert split_by_speaker((*NOTES, mine), "What did I buy?") == ((mine,), NOTES)
    assert split_by_speaker((*NOTES, mine), "What did Rita buy?")[0] == (NOTES[1], mine)


@pytest.mark.parametrize("answer", ["", " ", ABSTENTION, "I don’t know.", "The notes do not tell."])
def test_abstentions_are_known(answer: str) -> None:
    assert abstains(answer)


def test_the_nearest_note_is_of_the_one_asked_about() -> None:
    nearest = extract(NOTES, "What kind of dog did Ivan adopt?")
    assert nearest is NOTES[2]
    assert extract((), "What?") is None


@pytest.mark.parametrize(
    ("said", "question", "given", "outcome"),
    [
        ("an old lamp", "What did Ivan buy?", "an old lamp", Outcome.ANSWERED),
        (ABSTENTION, "What did Ivan sell?", "", Outcome.ABSTAINED),
        ("a golden harp", "What did Ivan buy at the market?", NOTES[0].text, Outcome.EXTRACTED),
    ],
)
def test_only_what_the_notes_support_is_given(said: str, question: str, given: str, outcome: Outcome) -> None:
    found = checked(said, NOTES, question, doubt=-1.0)
    assert (found.text, found.outcome) == (given, outcome)


def test_in_doubt_nothing_is_given_though_the_notes_have_its_words() -> None:
    assert checked("an old lamp", NOTES, "What did Ivan buy?", doubt=0.1).outcome is Outcome.ABSTAINED


def test_words_in_common_are_counted_by_whose_they_are() -> None:
    assert overlaps(NOTES, "What lamp did Ivan buy at the flea market?") == (pytest.approx(0.75), 0.0)
    own, others = overlaps(NOTES, "What lamp did Rita buy at the flea market?")
    assert own == 0.0
    assert others == pytest.approx(0.75)


@pytest.mark.parametrize("nearest", [None, 0.4])
def test_each_kind_of_evidence_moves_the_doubt_its_way(nearest: float | None) -> None:
    def doubt(
        margin: float = 0.0, covered: float = 0.5, others: float = 0.2, near: float = 0.0, *, stray: bool = False
    ) -> float:
        return doubt_of(Evidence(margin, covered, others, None if nearest is None else nearest + near, stray=stray))

    usual = doubt()
    assert doubt(margin=2.0) > usual > doubt(margin=-2.0)
    assert doubt(covered=0.0) > usual > doubt(covered=1.0)
    assert doubt(others=0.6) > usual
    assert doubt(stray=True) > usual
    if nearest is not None:
        assert doubt(near=-0.3) > usual > doubt(near=0.3)


def test_the_nearest_note_counts_only_if_it_is_of_the_one_asked_about() -> None:
    near = (Note("I bought a lamp.", MONDAY, "Ivan", nearness=0.8), Note("I play.", MONDAY, "Rita", nearness=0.1))
    assert evidence_of(near, "What did Rita buy?", margin=0.0, stray=False).nearest == 0.1
    assert evidence_of(NOTES, "What did Rita buy?", margin=0.0, stray=False).nearest is None


def test_a_margin_is_between_abstaining_and_the_likeliest_answer() -> None:
    assert margin_of({"I": -1.0, "an": -3.0, "a": -2.0}) == pytest.approx(1.0)
    assert margin_of({"an": -0.5}) < -10


def test_a_model_that_begins_to_abstain_is_heard_out_only_in_doubt() -> None:
    model = FakeLanguageModel("an old", " lamp")
    model.adapters, model.begins = (GROUNDED_ADAPTER,), {"an": -0.1, "I": -4.0}
    assert answer_from_notes(model, NOTES, "What lamp did Ivan buy?").text == "an old lamp"
    model.begins = {"I": -0.01, "an": -12.0}
    unsure = answer_from_notes(model, NOTES, "Which country does Ivan dream of?")
    assert unsure.outcome is Outcome.ABSTAINED
    assert unsure.doubt >= 0
    assert unsure.text == ""


def test_what_only_the_other_one_said_is_never_read_to_the_model() -> None:
    model = FakeLanguageModel("an old", " lamp")
    model.adapters, model.begins = (GROUNDED_ADAPTER,), {"an": -0.1, "I": -9.0}
    found = answer_from_notes(model, NOTES, "What lamp did Rita buy at the flea market?")
    assert "lamp" not in found.text
    assert all("flea market yesterday" not in message.content for prompt in model.prompts for message in prompt)
    nobody = answer_from_notes(model, NOTES, "What lamp did I buy?")
    assert (nobody.text, nobody.said) == ("", "")


def test_the_agreeable_option_is_not_chosen_for_being_agreeable() -> None:
    class Judge(FakeLanguageModel):
        def first_tokens(self, messages: object, *, adapter: str = "") -> dict[str, float]:
            return {"Yes": 1.0 if "sweet" in str(messages) else 0.0, "No": 0.0}

    wish = (Note("I like carrots."),)
    assert choose(Judge(), wish, "What?", ("a sweet", "a carrot"), (0.0, 0.0)) == 0
    assert choose(Judge(), wish, "What?", ("a sweet", "a carrot"), (2.0, 0.0)) == 1
    assert suits_messages(wish, "What?", "a sweet")[1].content.endswith("Suggestion: a sweet\nDoes it suit? Yes or No.")
