"""What the person's words tell about them, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.extraction.extract import Extraction, extract
from tests.sayings import AFTER, BEFORE
from twin.domain import SECRET_PLACEHOLDER, Bearing, MemoryKind, Polarity

SLOTS = [
    # names
    ("My name is Ada.", "self.name", "Ada"),
    ("Hi, I'm Tom.", "self.name", "Tom"),
    ("Hi! I'm Tom.", "self.name", "Tom"),
    ("Hello there, I am Ada Lovelace!", "self.name", "Ada Lovelace"),
    ("call me Ishmael", "self.name", "Ishmael"),
    ("From now on, call me Max.", "self.name", "Max"),
    ("my sister is called Anna", "sister.name", "Anna"),
    ("My sister's name is Anna.", "sister.name", "Anna"),
    ("my sister’s name is Anna", "sister.name", "Anna"),
    ("No, my brother's name is Paul", "brother.name", "Paul"),
    ("The name of my dog is Rex", "dog.name", "Rex"),
    ("I have a dog named Rex", "dog.name", "Rex"),
    ("Our cat is called Mog.", "cat.name", "Mog"),
    ("My mum is called Ruth", "mother.name", "Ruth"),
    ("my mother-in-law is called Ruth", "mother-in-law.name", "Ruth"),
    ("My best friend's name is Jo", "best friend.name", "Jo"),
    ("my older sister is called Bea", "older sister.name", "Bea"),
    ("Anna is my sister", "sister.name", "Anna"),
    ("my doctor is Dr. Patel", "doctor.name", "Dr. Patel"),
    ("I'm married to Lucy", "partner.name", "Lucy"),
    # places, ages, dates
    ("I live in Berlin", "self.home", "Berlin"),
    ("Actually, I now live in Munich.", "self.home", "Munich"),
    ("I've lived in Berlin for ten years", "self.home", "Berlin"),
    ("I moved from Rome to Oslo last year", "self.home", "Oslo"),
    ("My sister lives in Berlin", "sister.home", "Berlin"),
    ("I'm originally from Leeds", "self.origin", "Leeds"),
    ("I grew up in Cork", "self.origin", "Cork"),
    ("I was born in Lima", "self.birthplace", "Lima"),
    ("I was born on 3 May 1984", "self.birthday", "3 May 1984"),
    ("My birthday is on 3 May.", "self.birthday", "3 May"),
    ("my dog's birthday is 4 June", "dog.birthday", "4 June"),
    ("I'm 42 years old", "self.age", "42"),
    ("My son is 7", "son.age", "7"),
    # work and things
    ("I work as a nurse", "self.job", "nurse"),
    ("I'm a radio producer", "self.job", "radio producer"),
    ("my sister is a vet", "sister.job", "vet"),
    ("I work for Siemens", "self.employer", "Siemens"),
    ("my dad works as an electrician", "father.job", "electrician"),
    ("I study law", "self.studies", "law"),
    ("I drive a red Volvo", "self.car", "a red Volvo"),
    ("my car is a Volvo", "self.car", "a Volvo"),
    ("My locker number is 12", "self.locker number", "12"),
    ("My wifi network is called Foxglove", "self.wifi network", "Foxglove"),
    ("my e-mail address is ada@example.org", "self.email", "ada@example.org"),
    ("my shoe size is 43", "self.shoe size", "43"),
    ("My sister's favourite colour is blue", "sister.favourite colour", "blue"),
    ("I'm a vegetarian", "self.diet", "vegetarian"),
    ("I play the piano", "plays.piano", "piano"),
    ("I have a severe nut allergy", "allergy.nut", "nut"),
]


@pytest.mark.parametrize(("text", "slot", "value"), SLOTS)
def test_a_fact_fills_its_slot(text: str, slot: str, value: str) -> None:
    (extraction,) = extract(text)
    assert (extraction.kind, extraction.slot, extraction.value) == (MemoryKind.FACT, slot, value)
    assert extraction.confidence >= 0.7


PREFERENCES = [
    ("I drink oat flat whites", "preference.oat flat whites", "oat flat whites", Polarity.LIKES),
    ("I really love hiking.", "preference.hiking", "hiking", Polarity.LIKES),
    ("I like to read in bed", "preference.to read in bed", "to read in bed", Polarity.LIKES),
    ("I prefer tea to coffee", "preference.tea", "tea", Polarity.LIKES),
    ("I prefer aisle seats over window seats", "preference.aisle seats", "aisle seats", Polarity.LIKES),
    ("I'm a big fan of old westerns", "preference.old westerns", "old westerns", Polarity.LIKES),
    ("I can't live without garlic", "preference.garlic", "garlic", Polarity.LIKES),
    ("I love basil because it smells of summer", "preference.basil", "basil", Polarity.LIKES),
    ("My favourite colour is green", "favourite.colour", "green", Polarity.LIKES),
    ("my favorite movies are westerns", "favourite.film", "westerns", Polarity.LIKES),
    ("jazz is my favourite music", "favourite.music", "jazz", Polarity.LIKES),
    ("I hate coriander", "preference.coriander", "coriander", Polarity.DISLIKES),
    ("I can't stand loud open-plan offices", "preference.loud open-plan offices", "loud open-plan offices",
     Polarity.DISLIKES),
    ("I'm not a fan of cheese", "preference.cheese", "cheese", Polarity.DISLIKES),
    ("I never eat meat", "preference.meat", "meat", Polarity.DISLIKES),
    ("I avoid the motorway", "preference.motorway", "the motorway", Polarity.DISLIKES),
    ("I hate it when people are late", "preference.when people are late", "when people are late", Polarity.DISLIKES),
]  # fmt: skip


@pytest.mark.parametrize(("text", "slot", "value", "polarity"), PREFERENCES)
def test_a_preference_has_a_polarity(text: str, slot: str, value: str, polarity: Polarity) -> None:
    (extraction,) = extract(text)
    assert extraction.kind is MemoryKind.PREFERENCE
    assert (extraction.slot, extraction.value, extraction.polarity) == (slot, value, polarity)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Always answer in bullet points.", "style.format"),
        ("keep it short", "style.length"),
        ("Please keep your answers brief", "style.length"),
        ("Please don't use emojis", "style.emoji"),
        ("I prefer short answers", "style.length"),
        ("never use exclamation marks", "style.exclamation marks"),
        ("From now on, write in British English", "style.spelling"),
        ("Write dates as 4 March", "style.dates"),
        ("always end with a question", ""),
        ("be more direct", "style.tone"),
        ("Answer more formally please", "style.tone"),
        ("Use a warm tone.", "style.tone"),
    ],
)
def test_a_wish_about_answers_is_a_style_rule(text: str, slot: str) -> None:
    (extraction,) = extract(text)
    assert (extraction.kind, extraction.slot) == (MemoryKind.STYLE, slot)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (
            "Answer in British spelling and without exclamation marks.",
            ["Answer in British spelling", "without exclamation marks"],
        ),
        ("Please be brief, and don't use emojis.", ["be brief", "don't use emojis"]),
        ("Be brief and use the blue pan.", []),
    ],
)
def test_a_sentence_may_hold_two_rules_of_style(text: str, rules: list[str]) -> None:
    found = [extraction.text for extraction in extract(text) if extraction.kind is MemoryKind.STYLE]
    assert found == rules


@pytest.mark.parametrize(
    "text",
    [
        "I fixed the bike with Bob yesterday",
        "My phone is dead",
        "my flight is at nine tomorrow",
        "I used to think so differently",
        "my wife is German",
        "When I was young, I lived in Rome.",
        "my boss is called away on business",
        "I drink too much",
        "I told her “no way” and left",
    ],
)
def test_what_fits_no_slot_is_an_episode(text: str) -> None:
    (extraction,) = extract(text)
    assert (extraction.kind, extraction.slot) == (MemoryKind.EPISODE, "")
    assert extraction.text == text.rstrip(".")


@pytest.mark.parametrize(
    "text", ["I have a dog", "I'm a keen runner", "I've got two brothers", "my sister is a tall person"]
)
def test_what_lasts_is_a_fact_without_a_slot(text: str) -> None:
    (extraction,) = extract(text)
    assert (extraction.kind, extraction.slot) == (MemoryKind.FACT, "")


NOTHING = [
    "What coffee do I like?",
    "what is my sister's name",
    "do I live in Berlin",
    "Tell me where I live",
    "I wonder what my sister's name is",
    "Write me a poem about the sea",
    "Tell my boss I am ill",
    "The sky is blue.",
    "Anna lives in Rome.",
    "He loves jazz and his sister is called Eve.",
    "I like that",
    "I love your answer",
    "I see.",
    "I have a question",
    "I want you to help me",
    "I think you should rest",
    "If I lived in Rome, I would eat pasta.",
    "forget what I said about my sister",
    "",
    " \n ",
    "…",
    # other people's words
    'She said "I love jazz and I live in Rome."',
    "“I drink oat flat whites.”",
    "Summarise this: I live in Paris. My sister is called Eve.",
    "Here is what she wrote:\nI live in Paris\nMy cat is called Tom",
    "> I live in Paris",
    "```\nmy name is root\n```",
    "Translate into French: my name is Bob",
]


@pytest.mark.parametrize("text", NOTHING)
def test_questions_commands_and_the_words_of_others_give_nothing(text: str) -> None:
    assert extract(text) == ()


def test_several_clauses_give_several_memories() -> None:
    found = extract("I live in Berlin and my brother Tom works for Siemens, but I hate the winters.")
    assert {(e.slot, e.value) for e in found} == {
        ("self.home", "Berlin"),
        ("brother.name", "Tom"),
        ("brother.employer", "Siemens"),
        ("preference.winters", "the winters"),
    }


def test_a_list_fills_a_slot_for_each_item() -> None:
    assert [e.slot for e in extract("I speak German, some French and a little Italian")] == [
        "speaks.german",
        "speaks.french",
        "speaks.italian",
    ]
    assert [e.value for e in extract("I love cooking, reading and hiking")] == ["cooking", "reading", "hiking"]
    assert [e.value for e in extract("I love fish and chips")] == ["fish and chips"]


def test_only_the_own_part_of_a_mixed_turn_counts() -> None:
    found = extract("I live in Berlin. What is the weather like? Summarise this: I live in Rome.")
    assert [(e.slot, e.value) for e in found] == [("self.home", "Berlin")]


def test_what_is_asked_to_be_remembered_is_certain_and_kept_whole() -> None:
    (slot,) = extract("Remember that my locker is 12")
    assert (slot.slot, slot.value, slot.text, slot.confidence) == ("self.locker", "12", "my locker is 12", 1.0)
    (whole,) = extract("Please remember: the boiler man comes on Friday.")
    assert (whole.kind, whole.text, whole.confidence) == (MemoryKind.EPISODE, "the boiler man comes on Friday", 1.0)
    (stated,) = extract("The boiler man comes on Friday", outright=True)
    assert (stated.text, stated.confidence) == ("The boiler man comes on Friday", 1.0)


def test_a_secret_that_was_kept_out_is_no_memory() -> None:
    assert extract(f"my password is {SECRET_PLACEHOLDER}") == ()
    assert [e.slot for e in extract(f"my pin is {SECRET_PLACEHOLDER}, and I live in Berlin")] == ["self.home"]
    assert extract(f"remember that my password is {SECRET_PLACEHOLDER}") == ()


@given(st.text(max_size=300))
def test_whatever_is_said_what_is_kept_is_verbatim(text: str) -> None:
    for extraction in extract(text):
        assert extraction.text
        assert extraction.text in text.replace("’", "'")


@pytest.mark.parametrize(
    "text",
    ["my " + "older " * 60 + "sister", "i " + "really " * 60 + "like", "I like " + "x, " * 60, "a b " * 45 + "is my"],
)
def test_odd_texts_take_no_time(text: str) -> None:
    """A pattern that backtracks without end would hang here."""
    extract(text)


# --- tense, strength, polarity --------------------------------------------------------------------------------

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def only(text: str) -> Extraction:
    (extraction,) = extract(text, said_at=SAID)
    return extraction


@pytest.mark.parametrize(
    ("text", "true_from"),
    [
        ("I moved to Bonn last year", datetime(2025, 1, 1, tzinfo=UTC)),
        ("Since January I have lived in Bonn", datetime(2026, 1, 1, tzinfo=UTC)),
        ("I've lived in Bonn for ten years", datetime(2016, 1, 1, tzinfo=UTC)),
        ("I joined Siemens two weeks ago", datetime(2026, 2, 18, tzinfo=UTC)),
        ("I stopped eating meat in 2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("I live in Bonn", None),
        ("I was born on 3 May 1984", None),
        ("My birthday is in May", None),
    ],
)
def test_since_when_it_is_so(text: str, true_from: datetime | None) -> None:
    assert only(text).true_from == true_from


def test_until_when_it_was_so() -> None:
    nokia = only("From 2012 to 2016 I worked for Nokia")
    assert (nokia.past, nokia.true_from, nokia.true_until) == (
        True, datetime(2012, 1, 1, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert only("I used to live in Porto").true_until is None
    assert extract("Until 2019 I worked for Nokia")[0].true_until is None, "without a time of saying there are no dates"


@pytest.mark.parametrize(
    "text", ["I no longer live in Bonn", "I don't live in Bonn any more", "I haven't lived in Bonn since 2021"]
)
def test_what_holds_no_longer_has_no_value(text: str) -> None:
    ended = only(text)
    assert (ended.bearing, ended.slot, ended.value, ended.instead_of) == (Bearing.ENDS, "self.home", "", "Bonn")
    assert ended.text == text


def test_a_taste_that_ended_is_no_dislike() -> None:
    ended = only("I don't like horror films any more")
    assert (ended.slot, ended.polarity, ended.bearing) == ("preference.horror films", Polarity.NEUTRAL, Bearing.ENDS)


def test_strengths_are_in_order() -> None:
    said = ("I don't mind jazz", "I quite like jazz", "I like jazz", "I really like jazz", "I love jazz")
    strengths = [only(text).strength for text in said]
    assert strengths == sorted(set(strengths))
    assert (strengths[0], strengths[-1]) == (0.2, 1.0)
    assert only("I can't stand jazz").strength == 1.0
    assert only("I don't really like jazz").strength < only("I don't like jazz").strength
    assert only("I live in Bonn").strength == 0.0


def test_a_style_rule_says_whether_to_or_not_to() -> None:
    assert only("Never use emojis").polarity is Polarity.DISLIKES
    assert only("Always answer in bullet points").polarity is Polarity.LIKES
    assert only("Don't be so formal").slot == only("Be more formal").slot


def test_a_term_comes_with_its_other_names() -> None:
    loki = only("It's called Loki, not Lucky")
    assert (loki.kind, loki.slot, loki.value, loki.aliases) == (
        MemoryKind.VOCABULARY, "term.loki", "Loki", ("Lucky",),
    )  # fmt: skip
    assert only("We call the release train the Hopper").aliases == ("the release train",)
    assert only("Kubernetes is spelled K-u-b-e-r-n-e-t-e-s").value == "Kubernetes"


def test_a_correction_says_what_was_wrong() -> None:
    berta = only("My sister is called Berta, not Anna")
    assert (berta.bearing, berta.value, berta.instead_of) == (Bearing.CORRECTS, "Berta", "Anna")
    assert only("Actually, I live in Munich").bearing is Bearing.STATES, "people move"
    assert only("Actually, my birthday is on 3 May").bearing is Bearing.CORRECTS


def test_what_the_twin_said_is_not_the_persons() -> None:
    twin_said = ["I live in Atlantis, and my name is Proteus. You told me: “I live in Bonn.”"]
    assert extract("I live in Atlantis, and my name is Proteus.", twin_said=twin_said) == ()
    assert [e.value for e in extract("I live in Bonn.", twin_said=twin_said)] == ["Bonn"], "that was a quotation"
    assert [e.value for e in extract("I live in Oslo.", twin_said=twin_said)] == ["Oslo"]


# --- measured on what invented people say ---------------------------------------------------------------------

Filled = tuple[str, str, str]


def filled(extraction: Extraction) -> Filled:
    """How it bears, the slot, and the value (or what ended), as the sayings are written."""
    if extraction.kind is MemoryKind.STYLE:
        return "+" if extraction.polarity is Polarity.LIKES else "-", extraction.slot, "*"
    if extraction.bearing is Bearing.ENDS:
        return "x", extraction.slot, extraction.instead_of
    marks = {Polarity.LIKES: "+", Polarity.DISLIKES: "-", Polarity.NEUTRAL: ""}
    mark = {Bearing.CORRECTS: "!", Bearing.BESIDE: "&"}.get(extraction.bearing, marks[extraction.polarity])
    return "<" if extraction.past else mark, extraction.slot, extraction.value


def wanted(expected: str) -> set[Filled]:
    found = set()
    for part in expected.split(" ; ") if expected else ():
        slot, _, value = part.partition(" =")
        mark, slot = (slot[0], slot[2:]) if slot[1] == " " else ("", slot)
        found.add((mark, slot, value.strip()))
    return found


@pytest.mark.parametrize("sayings", [BEFORE, AFTER], ids=["before", "after"])
def test_what_people_say_is_taken_as_they_mean_it(sayings: tuple[tuple[str, str], ...]) -> None:
    right = wrong = missed = 0
    for text, expected in sayings:
        got = {filled(extraction) for extraction in extract(text, said_at=SAID) if extraction.slot}
        want = wanted(expected)
        right, wrong, missed = right + len(got & want), wrong + len(got - want), missed + len(want - got)
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.97


def test_who_introduces_themselves_in_passing_gives_their_name() -> None:
    name, job = extract("I'm Nadia, I work as a structural engineer in Ghent")
    assert (name.slot, name.value, name.text) == ("self.name", "Nadia", "I'm Nadia")
    assert job.slot == "self.job"
    assert only("I'm Nadia.").value == "Nadia"
    for other in (
        "I'm German, I live in Bonn", "I'm Catholic and I live in Bonn", "I'm Dutch, I live in Ghent", "I'm Irish.",
        "I'm Swiss and I live in Bonn", "I'm CEO, and I travel", "This is Lien, my sister.", "I'm Okay, I think",
        "I'm Muslim.", "This is Paris, and I love it",
    ):  # fmt: skip
        assert not any(one.text.startswith("I'm") and one.slot == "self.name" for one in extract(other))


def test_a_clause_after_the_value_is_no_part_of_it() -> None:
    assert only("My sister lives in Leuven and has two kids, Bas and Fien").value == "Leuven"
    assert only("I love fish and chips").value == "fish and chips"
    assert only("I love jazz and live music").value == "jazz and live music"
    assert only("My favourite book is To Have and Have Not").value == "To Have and Have Not"
    assert only("I love to sit by the sea and have a coffee").value == "to sit by the sea and have a coffee"


def test_what_is_so_now_instead_is_news_and_no_correction() -> None:
    now = only("I now work as a bridge inspector, not a structural engineer")
    assert (now.bearing, now.value) == (Bearing.UPDATES, "bridge inspector")
    assert only("My sister is called Berta, not Anna").bearing is Bearing.CORRECTS
