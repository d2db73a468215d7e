"""Graduation: which terms need no hint any more, where that is kept, and what brings the hint back."""

from __future__ import annotations

import pytest

from memory.lexicon.glossary import Glossary
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.corrections import term, words_of
from twin.domain import HintContext, MemoryKind, Rung, Transcript, Utterance
from twin.errors import NotFoundError
from twin.learning.correction import correct
from twin.learning.graduation import Unaided, graduate, stand, unaided
from twin.ports import Job, NewMemory
from twin.requests import Correct, Forget

JOB = Job(emit=lambda event: None)
ROUTER, KUBECTL = term("OpenRouter", 1), term("kubectl", 2)


def heard(*pairs: tuple[str, str]) -> list[Unaided]:
    return [Unaided(f"u{number}", said, was_heard) for number, (said, was_heard) in enumerate(pairs)]


RIGHT = heard(("I use OpenRouter", "i use Openrouter."), ("OpenRouter or OpenRouter's", "OpenRouter or OpenRouter's"))


@pytest.mark.parametrize(
    ("hearings", "graduates"),
    [
        (RIGHT, True),
        (RIGHT[:1], False),  # too seldom
        (heard(*[("OpenRouter " * 3, "OpenRouter " * 3)]), False),  # in one utterance alone
        ([*RIGHT, *heard(("with OpenRouter", "with open rider"))], False),
        ([*RIGHT, *heard(("an open rider", "an OpenRouter"))], False),  # heard where it was not said
        ([*RIGHT, *heard(("run kubectl", "run cube cuddle"))], True),  # another term's matter
    ],
)
def test_a_term_graduates_that_is_right_often_and_wrong_nowhere(hearings: list[Unaided], graduates: bool) -> None:
    standing = stand([ROUTER, KUBECTL], hearings)
    assert standing.graduated == ((ROUTER,) if graduates else ())
    assert standing.regressed == ()


def test_a_term_that_is_misheard_again_regresses_and_one_that_was_not_said_stays() -> None:
    standing = stand([ROUTER, KUBECTL], heard(("with OpenRouter", "with open rider")), graduated={"m1", "m2"})
    assert (standing.graduated, standing.regressed) == ((), (ROUTER,))


class Desk:
    """A vocabulary of one term, and adapters."""

    def __init__(self, ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> None:
        self.ledger, self.memory, self.clock = ledger, memory, clock
        self.glossary = Glossary(ledger.database, is_common=lambda word: word != "rider")
        self.term_id = ledger.add_memory(
            NewMemory(
                MemoryKind.VOCABULARY, "OpenRouter", (), clock.now(), slot="term.openrouter", value="OpenRouter",
                aliases=("open rider",),
            )
        ).id  # fmt: skip
        decision = ledger.add_decision(Rung.ADAPT, subject="your speech", reasons=["so"], signal_ids=[])
        self.proposal_id = ledger.add_proposal(Rung.ADAPT, decision_id=decision.id, summary="Train?").id

    def adapter(self, *, domain: str = "") -> str:
        run = self.ledger.add_run(
            self.proposal_id, domain=domain, recipe="{}", example_ids=[], replay_ids=[], parent_id=None
        )
        made = self.ledger.add_adapter(run, base="whisper-base", base_sha256="b", sha256="s", promoted=True)
        self.ledger.set_live(domain, made.id)
        return made.id

    def graduate(self, adapter_id: str, hearings: list[Unaided]) -> None:
        graduate(adapter_id, hearings, ledger=self.ledger, terms=self.glossary.terms())

    def hinted(self, domain: str = "") -> bool:
        context = HintContext(self.clock.now(), domain=domain)
        return bool(self.glossary.hints_for(context, words_of("we ask open rider today", 0.3)))

    def dictate(self, text: str) -> Utterance:
        return self.ledger.add_utterance(
            Transcript(text, words_of(text), "en", 3.0), audio_sha256="ab" * 32, source="microphone", origin="mic",
            model="whisper-base", session_id="cli-1",
        )  # fmt: skip


@pytest.fixture
def chroma_url() -> str:
    return ""


@pytest.fixture
def desk(ledger: SqliteLedger, memory: TwinMemory, clock: HeldClock) -> Desk:
    return Desk(ledger, memory, clock)


def test_a_graduated_term_is_not_hinted_while_its_adapter_is_in_use(desk: Desk) -> None:
    assert desk.hinted()
    first = desk.adapter()
    desk.graduate(first, RIGHT)
    assert not desk.hinted()
    assert unaided(desk.ledger) == {desk.term_id}

    desk.adapter()  # another is in use, of which nothing is known
    assert desk.hinted()
    assert unaided(desk.ledger) == frozenset()
    desk.ledger.set_live("", first)
    assert not desk.hinted()
    desk.ledger.set_live("", None)
    assert desk.hinted()


def test_each_domain_goes_by_its_own_adapter(desk: Desk) -> None:
    desk.graduate(desk.adapter(), RIGHT)
    assert not desk.hinted("medicine")  # it has none of its own
    desk.adapter(domain="medicine")
    assert desk.hinted("medicine")
    assert not desk.hinted()


def test_what_the_gate_sees_misheard_is_hinted_again_until_there_is_another_adapter(desk: Desk) -> None:
    adapter_id = desk.adapter()
    desk.graduate(adapter_id, RIGHT)
    desk.graduate(adapter_id, heard(("with OpenRouter", "with open rider")))
    assert desk.hinted()
    desk.graduate(adapter_id, RIGHT)
    assert desk.hinted()
    desk.graduate(desk.adapter(), RIGHT)
    assert not desk.hinted()


def test_a_correction_brings_the_hint_back(desk: Desk) -> None:
    before = desk.dictate("I use open rider daily")
    desk.clock.advance(hours=1)
    desk.graduate(desk.adapter(), RIGHT)
    desk.clock.advance(hours=1)
    correct(Correct(before.id, "I use OpenRouter daily"), desk.ledger, desk.memory)
    assert not desk.hinted()  # that was heard before the adapter was there
    correct(Correct(desk.dictate("ask open rider").id, "ask OpenRouter"), desk.ledger, desk.memory)
    assert desk.hinted()
    (graduation,) = desk.ledger.graduations()
    assert graduation.ended_at == desk.clock.now()
    assert (unaided(desk.ledger), unaided(desk.ledger, ended=True)) == (frozenset(), {desk.term_id})


def test_it_goes_with_its_term(desk: Desk) -> None:
    desk.graduate(desk.adapter(), RIGHT)
    desk.memory.curator.forget(Forget((desk.term_id,)), JOB)
    assert desk.ledger.graduations() == ()


def test_there_is_no_graduating_under_what_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.ledger.graduate("a9", [desk.term_id])
    with pytest.raises(NotFoundError):
        desk.ledger.graduate(desk.adapter(), ["m99"])
