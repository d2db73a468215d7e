"""What a language model reads out of the person's words, and how little it is trusted."""

from __future__ import annotations

from threading import Event as Flag

import pytest

from memory.extraction.model_extractor import ModelExtractor
from memory.extraction.proposals import Proposals
from memory.store.ledger import SqliteLedger
from tests.fakes import FakeLanguageModel
from twin.domain import MemoryKind, MemoryStatus, Polarity, Speaker
from twin.errors import ModelError
from twin.ports import ProposedExtraction

SAID = "We've been in Oslo since my wife got her post at the museum. Strawberries make me ill."
GOOD = (
    '{"kind": "fact", "slot": "self.home", "value": "Oslo", "polarity": "neutral"}\n',
    '{"kind": "preference", "slot": "preference.strawberries", "value": "Strawberries", "polarity": "dislikes"}\n',
)


def read(*pieces: str, text: str = SAID) -> tuple[ProposedExtraction, ...]:
    model, found = ModelExtractor(lambda: FakeLanguageModel(*pieces)).extract(text, cancelled=Flag())
    assert model == "fake-language-model"
    return found


def test_each_line_is_an_extraction_with_its_sentence() -> None:
    assert read(*GOOD) == (
        ProposedExtraction(
            MemoryKind.FACT,
            "We've been in Oslo since my wife got her post at the museum",
            "self.home",
            "Oslo",
        ),
        ProposedExtraction(
            MemoryKind.PREFERENCE,
            "Strawberries make me ill",
            "preference.strawberries",
            "Strawberries",
            Polarity.DISLIKES,
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "fact", "slot": "self.home", "value": "Bergen"}',  # not what was said
        '{"kind": "fact", "slot": "self.home", "value": "oslo"}',  # not letter by letter
        '{"kind": "fact", "slot": "self.home", "value": ""}',
        '{"kind": "rumour", "slot": "self.home", "value": "Oslo"}',
        '{"kind": "fact", "slot": "home", "value": "Oslo"}',
        '{"kind": "fact", "slot": "preference.oslo", "value": "Oslo"}',
        '{"kind": "fact", "slot": "self.home", "value": "Oslo", "note": "x"}',
        '{"kind": "fact", "slot": "self.home"',
        "Sure! Here is what I found:",
        "[]",
        "",
    ],
)
def test_whatever_else_it_says_is_dropped(line: str) -> None:
    assert read(line) == ()
    assert len(read(line + "\n", *GOOD)) == 2


def test_the_same_twice_is_once_and_the_words_of_others_are_not_read() -> None:
    assert len(read(GOOD[0], GOOD[0])) == 1
    model = FakeLanguageModel(*GOOD)
    assert ModelExtractor(lambda: model).extract("> I live in Oslo", cancelled=Flag()) == (model.model, ())
    assert model.prompts == []


class _Extractor:
    """Reads the same out of everything, or fails."""

    def __init__(self, *found: ProposedExtraction, fails: bool = False) -> None:
        self.found, self.fails, self.read = found, fails, list[str]()

    def extract(self, text: str, *, cancelled: Flag) -> tuple[str, tuple[ProposedExtraction, ...]]:
        self.read.append(text)
        if self.fails:
            raise ModelError("The language model stopped.")
        return "big", self.found


OSLO = ProposedExtraction(MemoryKind.FACT, "We've made Oslo our home", "self.home", "Oslo")


def test_what_it_reads_is_proposed_with_its_source(ledger: SqliteLedger) -> None:
    proposals = Proposals(ledger, _Extractor(OSLO))
    turn = ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text="We've made Oslo our home.")
    proposals.read_soon(turn)
    proposals._background.shutdown(wait=True)
    (proposed,) = ledger.memories(status=MemoryStatus.PROPOSED)
    assert (proposed.value, proposed.origin, proposed.source_ids) == ("Oslo", "model big", (turn.id,))
    assert len(ledger.questions()) == 1
    proposals.close()


def test_it_reads_the_persons_statements_alone_and_may_fail(ledger: SqliteLedger) -> None:
    extractor = _Extractor(fails=True)
    proposals = Proposals(ledger, extractor)
    for speaker, text, private in (
        (Speaker.TWIN, "I live in Atlantis", False),
        (Speaker.PERSON, "Where do I live?", False),
        (Speaker.PERSON, "I live in Rome", True),
        (Speaker.PERSON, "We've made Oslo our home", False),
    ):
        proposals.read_soon(ledger.add_turn(session_id="cli-1", speaker=speaker, text=text, private=private))
    proposals._background.shutdown(wait=True)
    assert extractor.read == ["We've made Oslo our home"]
    assert ledger.questions() == ()
    proposals.close()
