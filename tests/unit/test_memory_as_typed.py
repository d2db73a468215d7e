"""How people really type: no apostrophes, elided subjects, pronouns, second thoughts, names without an introduction."""

from __future__ import annotations

import pytest

from memory.extraction.extract import extract
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from twin.domain import Bearing, MemoryKind, Polarity, Speaker

SAID = [
    # contractions
    ("i dont like mondays", ["preference.mondays = mondays"]),
    ("im allergic to pollen", ["allergy.pollen = pollen"]),
    ("I cant stand opera and im into climbing", ["preference.opera = opera", "preference.climbing = climbing"]),
    ("My husband's called Emil.", ["husband.name = Emil"]),
    ("My birthday's the 3rd of July.", ["self.birthday = the 3rd of July"]),
    ("my sister's moved to Ghent", ["sister.home = Ghent"]),
    # a subject that is said once
    ("I live in Graz and work as a baker", ["self.home = Graz", "self.job = baker"]),
    ("I love sushi but hate wasabi.", ["preference.sushi = sushi", "preference.wasabi = wasabi"]),
    (
        "My brother Arne lives in Oslo and works as a nurse.",
        ["brother.name = Arne", "brother.home = Oslo", "brother.job = nurse"],
    ),
    # he and she
    ("My wife is called Ines and she's a pilot.", ["wife.name = Ines", "wife.job = pilot"]),
    ("My aunt is Vera. She lives in Turin. Her birthday is on 2 May.",
     ["aunt.name = Vera", "aunt.home = Turin", "aunt.birthday = 2 May"]),
    ("I miss my dog so much. His name was Bello.", ["", "dog.name = Bello"]),
    ("My aunt is Vera. He lives in Turin.", ["aunt.name = Vera"]),
    ("My brother met my uncle there. He lives in Turin.", [""]),
    # several things at once
    ("Hey, I'm Nora and I've just relocated to Ghent from Lyon.", ["self.name = Nora", "self.home = Ghent"]),
    ("We've got two cats, Mitzi and Karlo.", ["cat.name = Mitzi", "cat.name = Karlo"]),
    ("I don't like jazz or opera", ["preference.jazz = jazz", "preference.opera = opera"]),
    # what no rule was for
    ("I wear size 38 shoes and I'm 1.72 m tall.", ["self.shoe size = 38", "self.height = 1.72 m"]),
    ("I weigh about 64 kilos", ["self.weight = 64 kilos"]),
    ("I'm learning Welsh at the moment", ["self.studies = Welsh"]),
    ("My son just turned four.", ["son.age = four"]),
    ("I can't eat shellfish", ["preference.shellfish = shellfish"]),
    ("TTL means time to live", ["term.ttl = TTL"]),
    ('At work we say "the barn" for the build server.', ["term.barn = barn"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "slots"), SAID)
def test_it_is_read_as_it_is_typed(text: str, slots: list[str]) -> None:
    found = extract(text)
    assert [f"{e.slot} = {e.value}" if e.slot else "" for e in found] == slots
    assert all(e.text in text for e in found)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("My favourite colour is teal. Actually no, it's navy.", "favourite.colour", "navy"),
        ("My birthday is on 5 May. Sorry, I mean 6 May.", "self.birthday", "6 May"),
        ("Hi there! I live in Bonn. No wait, make that Cologne.", "self.home", "Cologne"),
    ],
)
def test_a_second_thought_in_the_next_sentence_replaces_the_first(text: str, slot: str, value: str) -> None:
    (extraction,) = extract(text)
    assert (extraction.slot, extraction.value, extraction.bearing) == (slot, value, Bearing.CORRECTS)
    assert extraction.text in text


@pytest.mark.parametrize("text", ["I like jazz. No, it's fine.", "My sister is Anna. No, it's not raining."])
def test_not_every_no_is_one(text: str) -> None:
    (extraction,) = extract(text)
    assert extraction.value in ("jazz", "Anna")


@pytest.mark.parametrize(
    "text", ["Don't call me tomorrow", "I can't eat now", "NASA means business", "We say thanks for the meal"]
)
def test_what_only_looks_alike_fills_no_slot(text: str) -> None:
    assert not any(e.slot or e.kind is MemoryKind.STYLE for e in extract(text))


def test_how_not_to_be_called_is_a_rule_of_style() -> None:
    (extraction,) = extract("Never call me madam.")
    assert (extraction.kind, extraction.polarity) == (MemoryKind.STYLE, Polarity.DISLIKES)


def tell(memory: TwinMemory, ledger: SqliteLedger, *texts: str) -> list[str]:
    told = [memory.capture(ledger.add_turn(session_id="s", speaker=Speaker.PERSON, text=text)) for text in texts]
    return [f"{known.slot} = {known.value}" if known.slot else known.text for known in told[-1]]


def test_a_name_that_was_told_is_known(memory: TwinMemory, ledger: SqliteLedger) -> None:
    assert tell(memory, ledger, "Arne is tall.") == []
    assert tell(memory, ledger, "My brother is called Arne.", "Arne moved to Oslo.") == ["brother.home = Oslo"]
    assert tell(memory, ledger, "Arne doesn't like cats.") == ["Arne doesn't like cats"]


def test_one_of_two_is_not_taken_for_the_other(memory: TwinMemory, ledger: SqliteLedger) -> None:
    assert tell(memory, ledger, "My sisters are Ida and Berta.", "Ida lives in Rome.") == ["Ida lives in Rome"]
