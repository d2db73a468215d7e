"""Terms as the ledger has them: used, in whose company, and gone when they are gone."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from memory.lexicon.glossary import Glossary
from memory.lexicon.terminology import TermMatcher, tokens_of
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import AudioSource, Hint, HintContext, MemoryKind, MemoryStatus, Speaker, Term, Transcript, Word
from twin.errors import NotFoundError, NotUnderstoodError
from twin.ports import Job, NewMemory
from twin.requests import AddTerm, Edit, Forget, ListTerms, RemoveTerm
from twin.sounds import key_of
from twin.speech.terms import TermList

JOB = Job(emit=lambda event: None)


@pytest.fixture
def glossary(ledger: SqliteLedger) -> Glossary:
    return Glossary(ledger.database)


@pytest.fixture
def terms(memory: TwinMemory, ledger: SqliteLedger, glossary: Glossary, clock: HeldClock) -> TermList:
    return TermList(ledger, memory, memory.curator, glossary, clock)


def say(ledger: SqliteLedger, text: str, speaker: Speaker = Speaker.PERSON) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=speaker, text=text).id


def dictate(ledger: SqliteLedger, text: str, corrected: str | None = None) -> str:
    words = tuple(Word(word, at, at + 1, 0.9) for at, word in enumerate(text.split()))
    utterance = ledger.add_utterance(
        Transcript(text, words, "en", 3.0), audio_sha256=f"{abs(hash(text)):064x}"[:64], source=AudioSource.FILE,
        origin="memo.wav", model="whisper-base", session_id="cli-1",
    )  # fmt: skip
    if corrected is not None:
        ledger.add_correction(utterance.id, corrected, ())
    return utterance.id


def known(ledger: SqliteLedger, text: str, domain: str = "", status: MemoryStatus = MemoryStatus.HELD) -> str:
    return ledger.add_memory(
        NewMemory(
            MemoryKind.VOCABULARY, text, (), datetime(2026, 1, 1, tzinfo=UTC), slot=f"term.{text.casefold()}",
            value=text, domain=domain, status=status,
        )
    ).id  # fmt: skip


def term(glossary: Glossary, text: str) -> Term:
    (found,) = [one for one in glossary.terms() if one.text == text]
    return found


def heard(glossary: Glossary, text: str) -> tuple[Hint, ...]:
    words = [Word(word, at, at + 1, 0.3) for at, word in enumerate(text.split())]
    return glossary.hints_for(HintContext(datetime(2026, 3, 4, tzinfo=UTC)), words)


def test_use_is_counted_in_the_persons_own_verified_words(
    ledger: SqliteLedger, glossary: Glossary, clock: HeldClock
) -> None:
    say(ledger, "Kafka is down, and kafka's logs are empty.")
    known(ledger, "Kafka")
    assert (term(glossary, "Kafka").uses, term(glossary, "Kafka").last_used) == (2, clock.at)
    clock.advance(days=1)
    say(ledger, "Kafka is a message broker.", Speaker.TWIN)
    say(ledger, "Kafka wrote The Trial.", Speaker.OTHER)
    dictate(ledger, "Restart Kafka")
    assert term(glossary, "Kafka").uses == 2
    dictate(ledger, "Restart cough ka", corrected="Restart Kafka")
    assert (term(glossary, "Kafka").uses, term(glossary, "Kafka").last_used) == (3, clock.at)


def test_a_correction_that_is_corrected_counts_as_it_stands(ledger: SqliteLedger, glossary: Glossary) -> None:
    known(ledger, "Kafka")
    known(ledger, "Redis")
    utterance = dictate(ledger, "restart it", corrected="restart Kafka")
    assert [one.uses for one in (term(glossary, "Kafka"), term(glossary, "Redis"))] == [1, 0]
    ledger.add_correction(utterance, "restart Redis", ())
    assert [one.uses for one in (term(glossary, "Kafka"), term(glossary, "Redis"))] == [0, 1]


def test_the_domain_is_as_given_or_that_of_the_company_it_keeps(ledger: SqliteLedger, glossary: Glossary) -> None:
    known(ledger, "Kubernetes", domain="platform")
    known(ledger, "metoprolol", domain="medicine")
    known(ledger, "Helm")
    known(ledger, "Zanzibar")
    for text in (
        "I deployed the Kubernetes cluster with new charts",
        "the cluster with Helm charts was deployed",
        "Helm charts for Kubernetes are deployed",
        "the patient takes metoprolol every morning",
        "we flew to Zanzibar in winter",
        "Zanzibar was lovely",
    ):
        say(ledger, text)
    helm, zanzibar = term(glossary, "Helm"), term(glossary, "Zanzibar")
    assert (helm.domain, helm.domain_inferred) == ("platform", True)
    assert "charts" in helm.topics
    assert (zanzibar.domain, zanzibar.domain_inferred) == ("", False)
    assert not term(glossary, "Kubernetes").domain_inferred


def test_what_is_forgotten_is_gone_from_terms_and_hints(
    memory: TwinMemory, ledger: SqliteLedger, glossary: Glossary
) -> None:
    memory_id = known(ledger, "Kubernetes")
    turn = say(ledger, "the Kubernetes zeppelin is deployed")
    assert "zeppelin" in term(glossary, "Kubernetes").topics
    assert heard(glossary, "cubernetes")
    memory.curator.forget(Forget(ids=(turn,)), JOB)
    assert (term(glossary, "Kubernetes").uses, term(glossary, "Kubernetes").topics) == (0, ())
    memory.curator.forget(Forget(ids=(memory_id,)), JOB)
    assert glossary.terms() == ()
    assert heard(glossary, "cubernetes") == ()


def test_private_and_proposed_terms_and_texts_do_not_count(
    memory: TwinMemory, ledger: SqliteLedger, glossary: Glossary
) -> None:
    memory_id = known(ledger, "Kubernetes")
    known(ledger, "Grafana", status=MemoryStatus.PROPOSED)
    turn = say(ledger, "the Kubernetes zeppelin is deployed")
    assert [one.text for one in glossary.terms()] == ["Kubernetes"]
    memory.curator.edit(Edit(turn, private=True))
    assert term(glossary, "Kubernetes").uses == 0
    memory.curator.edit(Edit(memory_id, private=True))
    assert glossary.terms() == ()


def test_a_secret_that_was_dictated_is_in_nobodys_company(ledger: SqliteLedger, glossary: Glossary) -> None:
    known(ledger, "Grafana")
    said = "the Grafana password is correcthorsebattery"
    dictate(ledger, said, corrected=said)
    say(ledger, "my Grafana password is hunter2zeppelin")
    assert not {"correcthorsebattery", "hunter2zeppelin", "secret"} & set(term(glossary, "Grafana").topics)


def test_keeping_up_comes_to_the_same_as_beginning_anew(
    memory: TwinMemory, ledger: SqliteLedger, glossary: Glossary, clock: HeldClock
) -> None:
    """Whatever happens, and whenever one looks in between."""
    dice = random.Random(5)
    names = ["Kafka", "Redis", "Claude Code", "Code", "Vue.js", "C++", "Dvořák", "O'Reilly"]
    words = [*names, "kafka's", "code", "the", "cluster", "broker", "opera", "component", "O’Reilly", "DVOŘÁK"]
    said: list[str] = []
    for step in range(120):
        clock.advance(hours=1)
        match dice.randrange(7):
            case 0:
                known(ledger, dice.choice(names), domain=dice.choice(["", "work"]))
            case 1 | 2 | 3:
                said.append(say(ledger, " ".join(dice.choices(words, k=8))))
            case 4:
                text = " ".join(dice.choices(words, k=8))
                said.append(dictate(ledger, f"{step} {text}", corrected=dice.choice([None, text])))
            case 5 if said:
                gone = said.pop(dice.randrange(len(said)))
                memory.curator.forget(Forget(ids=(gone,)), JOB)
            case _:
                terms = glossary.terms()
                if terms and dice.random() < 0.3:
                    memory.curator.forget(Forget(ids=(dice.choice(terms).memory_id,)), JOB)
    assert glossary.terms() == Glossary(ledger.database).terms() != ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Claude Code's code", ["Claude Code", "Code"]),
        ("C is not C++", ["C++"]),
        ("vue.js, Vue", ["Vue.js"]),
        ("the k8s-cluster", ["k8s"]),
        ("well-coded", []),
    ],
)
def test_terms_in_running_words(text: str, found: list[str]) -> None:
    names = ("Code", "Claude Code", "C++", "Vue.js", "k8s")
    assert [names[row] for _, _, row in TermMatcher(names).find(tokens_of(text))] == found


# --- in the person's hands --------------------------------------------------------------------------------------


def test_a_term_is_added_with_what_is_known_of_it(terms: TermList, glossary: Glossary, clock: HeldClock) -> None:
    added = terms.add(AddTerm(" Open  Router ", ("open writer",)), JOB)
    assert (added.value, added.aliases, added.origin) == ("Open Router", ("open writer",), "person")
    clock.advance(minutes=1)
    again = terms.add(AddTerm("Open Router", ("open rider",), "platform"), JOB)
    assert (again.id, again.aliases, again.domain) == (added.id, ("open writer", "open rider"), "platform")
    (only,) = terms.list(ListTerms(), JOB).terms
    assert (only.text, only.domain) == ("Open Router", "platform")
    assert set(only.sounds) == {key_of("openrouter"), key_of("openwriter"), key_of("openrider")}
    assert terms.list(ListTerms("medicine"), JOB).terms == ()


def test_another_way_of_writing_takes_the_place_of_the_old(
    terms: TermList, glossary: Glossary, clock: HeldClock
) -> None:
    terms.add(AddTerm("Openrouter", ("open rider",)), JOB)
    clock.advance(minutes=1)
    terms.add(AddTerm("OpenRouter"), JOB)
    (only,) = glossary.terms()
    assert (only.text, only.aliases) == ("OpenRouter", ("open rider",))


def test_a_term_that_is_taken_out_is_listened_for_no_longer_until_it_is_added_again(
    terms: TermList, glossary: Glossary, clock: HeldClock
) -> None:
    terms.add(AddTerm("Kubernetes"), JOB)
    assert heard(glossary, "cubernetes")
    clock.advance(minutes=1)
    assert terms.remove(RemoveTerm("kubernetes"), JOB).true_until == clock.at
    assert heard(glossary, "cubernetes") == ()
    with pytest.raises(NotFoundError, match="Kubernetes"):
        terms.remove(RemoveTerm("Kubernetes"), JOB)
    clock.advance(minutes=1)
    terms.add(AddTerm("Kubernetes"), JOB)
    assert heard(glossary, "cubernetes")


@pytest.mark.parametrize("text", ["", "…", "x" * 81, "two\x1b[31mlines"])
def test_what_is_no_term_is_refused(terms: TermList, text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        terms.add(AddTerm(text), JOB)


def test_a_term_that_rests_on_no_words_can_be_recalled_and_forgotten(terms: TermList, memory: TwinMemory) -> None:
    added = terms.add(AddTerm("OpenRouter"), JOB)
    assert added.source_ids == ()
    assert added.id in [item.memory.id for item in memory.recall.recall("what is OpenRouter?").items]
    memory.curator.forget(Forget(ids=(added.id,)), JOB)
    assert terms.list(ListTerms(), JOB).terms == ()
