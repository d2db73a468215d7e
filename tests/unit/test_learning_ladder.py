"""The ladder: what each situation calls for, why, and what is missing where it calls for patience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corrections import MONDAY, ORDINARY, accent, example, misheard, right, term, words_of
from twin.domain import (
    Adapter,
    AudioSource,
    Buffer,
    Change,
    Example,
    Memory,
    MemoryKind,
    Proposal,
    ProposalState,
    Refused,
    RewriteRule,
    RuleStatus,
    Rung,
    Scope,
)
from twin.learning.buffer import ANOTHER_TEXT
from twin.learning.decision import Evidence, Thresholds, decide, remembered
from twin.learning.feedback import notice
from twin.learning.gain import expected_gain
from twin.learning.ladder import climb
from twin.learning.situation import Draft, Situation

SPEECH = "your speech"
DAYS = timedelta(days=1)


def situation(*parts: Sequence[Example], refused: Sequence[Refused] = (), **others: object) -> Situation:
    examples = sorted((one for part in parts for one in part), key=lambda one: (one.at, one.id))
    return Situation(Buffer(tuple(examples), tuple(refused)), **others)  # type: ignore[arg-type]


def adapter(
    examples: Sequence[Example], *, id: str = "a1", parent: str | None = None, live: bool = True, withdrawn: str = ""
) -> Adapter:
    ids = tuple(one.id for one in examples)
    return Adapter(
        id, "r1", parent, "", "whisper-base", "b", "s", "{}", ids, (), MONDAY, live, live, withdrawn_because=withdrawn
    )


def proposal(
    state: ProposalState, examples: Sequence[Example] = (), *, rung: Rung = Rung.ADAPT, domain: str = "", on: str = ""
) -> Proposal:
    return Proposal("p1", "d1", rung, "Learn?", state, MONDAY, on, domain, tuple(one.id for one in examples))


def rule(heard: str, to: str, status: RuleStatus = RuleStatus.PROPOSED) -> RewriteRule:
    return RewriteRule("w1", heard, to, Scope(), status, "corrections", ("u700", "u701"), MONDAY)


def change(number: int, *, better: bool = True) -> Change:
    return Change(f"u{number}", "ask open rider", "ask OpenRouter", "ask OpenRouter", better)


def wrong_texts(count: int) -> tuple[Refused, ...]:
    return tuple(Refused(f"c{900 + at}", ANOTHER_TEXT) for at in range(count))


def noise(count: int, *, days: int = 1) -> tuple[Example, ...]:
    """Utterances of which little was heard, half an hour of each day."""
    return tuple(
        example(800 + at, f"the sink was wery bat {at}", f"the thing was very bad {at}",
                at=MONDAY + (at * days // count) * DAYS + timedelta(minutes=at))
        for at in range(count)
    )  # fmt: skip


def unsure(examples: Sequence[Example]) -> dict[str, float]:
    return {one.id: 0.4 for one in examples}


ROUTER = term("OpenRouter", 1)
SEAN, SHAUN = term("Sean", 2), term("Shaun", 3)
MEDICAL = tuple(term(text, 10 + at) for at, text in enumerate(
    ("troponin", "bradycardia", "stent", "angina", "lidocaine", "sepsis", "dialysis", "warfarin")))  # fmt: skip
NAMED = tuple(replace(one, domain="medicine") for one in MEDICAL)
LATER = MONDAY + 20 * DAYS
AT_WORK = accent(40)
ON_WARD = accent(20, first=100, start=LATER, domain="medicine")
NEW_TERMS = tuple(
    example(100 + at, f"note the {one.text} today", f"note the {one.text} today", at=LATER + at * DAYS / 4)
    for at, one in enumerate((*MEDICAL, *MEDICAL))
)
READ = accent(40, days=1, source=AudioSource.IMPORT)
STYLE = tuple(
    example(300 + at, f"he said a lot of it {at}", f"he said a great deal of it {at}", at=MONDAY + at * DAYS)
    for at in range(4)
)


@dataclass(frozen=True)
class Case:
    """``expected``: rungs by subject; ``absent``: subjects of which nothing is said; ``says``: part of the reasons."""

    name: str
    given: Situation
    expected: dict[str, Rung]
    missing: str = ""
    absent: tuple[str, ...] = ()
    says: str = ""


CASES = (
    # too little
    Case("nothing was corrected yet", situation(), {SPEECH: Rung.WAIT}, "on 2 days", says="Nothing"),
    Case("too little data", situation(accent(7)), {SPEECH: Rung.WAIT}, "23 more corrected utterances"),
    Case("one utterance short", situation(accent(29)), {SPEECH: Rung.WAIT}, "1 more corrected utterance"),
    Case("too little data of one day", situation(accent(7, days=1)), {SPEECH: Rung.WAIT},
         "23 more corrected utterances, with 13 more misheard words that hints and rules do not put right, "
         "on 1 more day"),
    Case("data of one day only", situation(accent(40, days=1)), {SPEECH: Rung.WAIT}, "corrections of 1 more day"),
    Case("an evening past midnight is one day",
         situation(accent(40, days=1, start=MONDAY.replace(hour=23, minute=40))), {SPEECH: Rung.WAIT}, "1 more day"),
    Case("heard right almost always", situation(right(50), accent(4)), {SPEECH: Rung.WAIT}, "16 more misheard words"),
    Case("confirmed, and never wrong", situation(right(60)), {SPEECH: Rung.WAIT}, "20 more misheard words"),
    Case("said again and never corrected", situation(accent(7), unanswered=3), {SPEECH: Rung.WAIT}, "23 more",
         says="3 dictations that you said again"),
    # hints
    Case("a term misheard once", situation(misheard("OpenRouter", ["open rider"]), terms=(ROUTER,)),
         {"OpenRouter": Rung.HINT, SPEECH: Rung.WAIT}, says="A hint suffices."),
    Case("one stable alias, no rule yet",
         situation(misheard("OpenRouter", ["open rider"] * 2), terms=(ROUTER,)), {"OpenRouter": Rung.HINT}),
    Case("a term that was right has no draft", situation(right(3), terms=(ROUTER,)), {SPEECH: Rung.WAIT},
         absent=("OpenRouter",)),
    Case("several variants of a term",
         situation(misheard("OpenRouter", ["open rider", "open writer", "opener outer", "open router"]),
                   terms=(ROUTER,)),
         {"OpenRouter": Rung.HINT, SPEECH: Rung.WAIT}, says="“OpenRouter” in 4 ways"),
    Case("a term that its hint does not help",
         situation(misheard("OpenRouter", ["open rider"] * 4), terms=(ROUTER,)),
         {"OpenRouter": Rung.HINT}, says="does not suffice"),
    Case("enough variants of enough terms to adapt",
         situation(*(misheard(one.text, (f"{one.text[:-1]}", f"{one.text[:-2]}a", f"{one.text[:-1]}er"),
                              first=700 + 10 * at) for at, one in enumerate(MEDICAL)), right(10), terms=MEDICAL),
         {SPEECH: Rung.ADAPT}, says="Terms that hints do not reach"),
    Case("terms alone, and hints take them",
         situation(*(misheard(one.text, (one.text[:-1],) * 2, first=700 + 10 * at) for at, one in enumerate(MEDICAL)),
                   right(30), terms=MEDICAL),
         {SPEECH: Rung.WAIT, "troponin": Rung.HINT}, "20 more misheard words that hints and rules do not put right"),
    # rewrite
    Case("a stable alias with a rule to approve",
         situation(misheard("OpenRouter", ["open rider"] * 3), terms=(ROUTER,),
                   rules=(rule("open rider", "OpenRouter"),), replays={"w1": (change(700), change(701))}),
         {"“open rider” → “OpenRouter”": Rung.REWRITE, SPEECH: Rung.WAIT}, says="put right 2 utterances and spoil no"),
    Case("a rule that would now spoil something",
         situation(rules=(rule("open rider", "OpenRouter"),), replays={"w1": (change(700), change(3, better=False))}),
         {"“open rider” → “OpenRouter”": Rung.NOTHING}, says="spoil what was right in u3"),
    Case("a rule proposed already", situation(rules=(rule("open rider", "OpenRouter"),),
         proposals=(proposal(ProposalState.OPEN, rung=Rung.REWRITE, on="w1"),)),
         {SPEECH: Rung.WAIT}, absent=("“open rider” → “OpenRouter”",)),
    Case("a rule in force", situation(misheard("OpenRouter", ["open rider"] * 5), terms=(ROUTER,),
         rules=(rule("open rider", "OpenRouter", RuleStatus.ACTIVE),)),
         {SPEECH: Rung.WAIT}, absent=("OpenRouter", "“open rider” → “OpenRouter”"), says="take 10 of them away"),
    Case("a rule that was withdrawn takes nothing away",
         situation(misheard("OpenRouter", ["open rider"] * 5), terms=(ROUTER,),
                   rules=(rule("open rider", "OpenRouter", RuleStatus.WITHDRAWN),)),
         {"OpenRouter": Rung.HINT}, says="What they leave are 10 misheard words"),
    # adapt
    Case("an accent", situation(accent(40)), {SPEECH: Rung.ADAPT}, says="40 wrong words"),
    Case("an accent, with a rule proposed for each word",
         situation(accent(40), rules=tuple(replace(rule(*pair), id=f"w{at}") for at, pair in enumerate(ORDINARY)),
                   proposals=tuple(proposal(ProposalState.OPEN, rung=Rung.REWRITE, on=f"w{at}") for at in range(12))),
         {SPEECH: Rung.ADAPT}),
    Case("an accent, with a rule in force for each word",
         situation(accent(40), rules=tuple(rule(*pair, RuleStatus.ACTIVE) for pair in ORDINARY)),
         {SPEECH: Rung.WAIT}, "20 more misheard words", says="take 40 of them away"),
    Case("just enough", situation(accent(30)), {SPEECH: Rung.ADAPT}),
    Case("an accent, and terms with hints",
         situation(accent(40), misheard("OpenRouter", ["open rider"] * 2), terms=(ROUTER,)),
         {SPEECH: Rung.ADAPT, "OpenRouter": Rung.HINT}, says="Hints and rules take 4 of them away"),
    Case("an accent in every third utterance", situation(accent(25), right(50)), {SPEECH: Rung.ADAPT}),
    Case("an imported dataset of one day", situation(READ), {SPEECH: Rung.ADAPT}),
    Case("a guided reading too short", situation(READ[:20]), {SPEECH: Rung.WAIT}, "10 more corrected utterances"),
    Case("a dataset, and dictations of the same day", situation(READ, accent(5, first=200, days=1)),
         {SPEECH: Rung.ADAPT}),
    # what is no matter of hearing
    Case("a rewording that is no mishearing", situation(STYLE, right(40)),
         {SPEECH: Rung.WAIT, "how you write": Rung.NOTHING}, "20 more misheard words", says="nothing was misheard"),
    Case("two rewordings are no style", situation(STYLE[:2]), {SPEECH: Rung.WAIT}, absent=("how you write",)),
    Case("a contradiction: two names for what was heard",
         situation(misheard("Sean", ["shawn"] * 2), misheard("Shaun", ["shawn"] * 2, first=750), terms=(SEAN, SHAUN)),
         {"Sean": Rung.NOTHING, "Shaun": Rung.NOTHING}, says="sound alike, and “shawn” was heard for both"),
    Case("words that only sound alike are no contradiction",
         situation([example(1, "the ship is there", "the sheep is there"), example(2, "one ship or", "one shop or")]),
         {SPEECH: Rung.WAIT}, absent=("sheep", "shop")),
    # what is not to be trusted
    Case("a burst of errors from noise", situation(noise(40), certainty=unsure(noise(40))), {SPEECH: Rung.WAIT},
         "30 more", says="as in noise, do not count"),
    Case("noise, and enough besides", situation(noise(10), accent(40), certainty=unsure(noise(10))),
         {SPEECH: Rung.ADAPT}, says="10 utterances in which little could be heard"),
    Case("unsure day after day is a voice", situation(noise(40, days=4), certainty=unsure(noise(40))),
         {SPEECH: Rung.ADAPT}),
    Case("unsure and right is no noise", situation(accent(40), certainty=unsure(accent(40))), {SPEECH: Rung.ADAPT}),
    Case("poisoned corrections", situation(accent(40), refused=wrong_texts(25)), {SPEECH: Rung.WAIT},
         "another look at c900, c901, c902 and 22 more"),
    Case("a careless correction now and then", situation(accent(40), refused=wrong_texts(10)), {SPEECH: Rung.ADAPT}),
    Case("two careless corrections at the start", situation(accent(2), refused=wrong_texts(2)), {SPEECH: Rung.WAIT},
         "28 more corrected utterances"),
    # after an adapter
    Case("all is in the adapter in use", situation(accent(40), adapters=(adapter(accent(40)),)), {SPEECH: Rung.WAIT},
         "20 more corrected utterances", says="Nothing was corrected yet since"),
    Case("after a live adapter only new corrections count",
         situation(accent(40), accent(12, first=200, start=LATER), adapters=(adapter(accent(40)),)),
         {SPEECH: Rung.WAIT}, "8 more corrected utterances", says="12 corrected utterances of 3 days since"),
    Case("enough new ones for the next version",
         situation(accent(40), accent(20, first=200, start=LATER), adapters=(adapter(accent(40)),)),
         {SPEECH: Rung.ADAPT}),
    Case("what an ancestor learned is learned",
         situation(accent(40), accent(20, first=200, start=LATER),
                   adapters=(adapter(accent(40), live=False), adapter(accent(20, first=200), id="a2", parent="a1"))),
         {SPEECH: Rung.WAIT}, "20 more"),
    Case("what was withdrawn is to be learned again",
         situation(accent(40), adapters=(adapter(accent(40), live=False, withdrawn="forgotten"),)),
         {SPEECH: Rung.ADAPT}),
    Case("a term graduated", situation(misheard("OpenRouter", ["open rider"] * 2), accent(5), terms=(ROUTER,),
         graduated=frozenset({"m1"}), adapters=(adapter(misheard("OpenRouter", ["open rider"] * 2)),)),
         {SPEECH: Rung.WAIT}, absent=("OpenRouter",)),
    Case("misheard before it graduated", situation(misheard("OpenRouter", ["open rider"]), terms=(ROUTER,),
         graduated=frozenset({"m1"}), adapters=(adapter(accent(40)),)),
         {"OpenRouter": Rung.NOTHING}, says="it needs no hint"),
    Case("a regression", situation(misheard("OpenRouter", ["open rider"]), terms=(ROUTER,),
         regressed=frozenset({"m1"}), adapters=(adapter(accent(40)),)),
         {"OpenRouter": Rung.HINT}, says="its hint is back"),
    # asked before
    Case("an open proposal", situation(accent(60), proposals=(proposal(ProposalState.OPEN, accent(30)),)),
         {SPEECH: Rung.WAIT}, "your word on p1"),
    Case("a proposal put off", situation(accent(60), proposals=(proposal(ProposalState.LATER, accent(30)),)),
         {SPEECH: Rung.WAIT}, "your word on p1"),
    Case("an approved proposal", situation(accent(60), proposals=(proposal(ProposalState.APPROVED, accent(30)),)),
         {SPEECH: Rung.WAIT}, "twin learn"),
    Case("a rejected proposal seen again, same evidence",
         situation(accent(40), proposals=(proposal(ProposalState.REJECTED, accent(40)),)),
         {SPEECH: Rung.WAIT}, "20 more corrected utterances, since you rejected p1"),
    Case("a rejected proposal, little new evidence",
         situation(accent(40), accent(19, first=200), proposals=(proposal(ProposalState.REJECTED, accent(40)),)),
         {SPEECH: Rung.WAIT}, "1 more corrected utterance, since you rejected p1"),
    Case("a rejected proposal, new evidence",
         situation(accent(40), accent(20, first=200), proposals=(proposal(ProposalState.REJECTED, accent(40)),)),
         {SPEECH: Rung.ADAPT}),
    Case("trained in vain", situation(accent(40), proposals=(proposal(ProposalState.DONE, accent(40)),)),
         {SPEECH: Rung.WAIT}, "20 more corrected utterances, since nothing that is in use came of p1"),
    Case("trained with success asks for no more than an update does",
         situation(accent(80), accent(20, first=200, start=LATER), adapters=(adapter(accent(80)),),
                   proposals=(proposal(ProposalState.DONE, accent(80)),)),
         {SPEECH: Rung.ADAPT}),
    Case("a stale proposal is no obstacle",
         situation(accent(40), proposals=(proposal(ProposalState.STALE, accent(30)),)), {SPEECH: Rung.ADAPT}),
    # at the person's wish
    Case("urged with little", situation(accent(12, days=1), urged=True), {SPEECH: Rung.ADAPT}),
    Case("urged with too little for the gate", situation(accent(7), urged=True), {SPEECH: Rung.WAIT},
         "3 more corrected utterances, with 1 more wrong word"),
    Case("urged after a rejection",
         situation(accent(40), urged=True, proposals=(proposal(ProposalState.REJECTED, accent(40)),)),
         {SPEECH: Rung.ADAPT}),
    Case("urged, and nothing new", situation(accent(40), urged=True, adapters=(adapter(accent(40)),)),
         {SPEECH: Rung.WAIT}, "1 more corrected utterance"),
    # a new trade
    Case("a topic shift", situation(AT_WORK, ON_WARD, terms=NAMED),
         {"a profile for medicine": Rung.NEW_DOMAIN, SPEECH: Rung.ADAPT}, says="Its terms: “troponin”"),
    Case("a topic shift of one day", situation(AT_WORK, accent(20, first=100, days=1, start=LATER, domain="medicine")),
         {SPEECH: Rung.ADAPT}, absent=("a profile for medicine",)),
    Case("a trade from the beginning", situation(accent(60, domain="medicine")), {SPEECH: Rung.ADAPT},
         absent=("a profile for medicine",)),
    Case("two trades side by side", situation(accent(40, days=9), accent(40, first=100, days=9, domain="medicine")),
         {SPEECH: Rung.ADAPT}, absent=("a profile for medicine",)),
    Case("a profile asked for already",
         situation(AT_WORK, ON_WARD,
                   proposals=(proposal(ProposalState.OPEN, rung=Rung.NEW_DOMAIN, domain="medicine"),)),
         {"a profile for medicine": Rung.WAIT}, "your word on p1"),
    Case("a profile that is not wanted", situation(AT_WORK, ON_WARD, proposals=(
         proposal(ProposalState.REJECTED, ON_WARD, rung=Rung.NEW_DOMAIN, domain="medicine"),)),
         {SPEECH: Rung.ADAPT}, absent=("a profile for medicine",), says="60 corrected utterances"),
    Case("a profile that is open has its own adapter",
         situation(AT_WORK, accent(40, first=100, start=LATER, domain="medicine"),
                   proposals=(proposal(ProposalState.DONE, rung=Rung.NEW_DOMAIN, domain="medicine"),)),
         {SPEECH: Rung.ADAPT, "your speech on medicine": Rung.ADAPT}, absent=("a profile for medicine",)),
    Case("a vocabulary that has no name yet", situation(AT_WORK, NEW_TERMS, terms=MEDICAL),
         {"a new field": Rung.WAIT}, "a name for it: twin vocabulary add"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_situation_has_its_rung(case: Case) -> None:
    drafts = climb(case.given)
    found = {draft.subject: draft for draft in drafts}
    assert {subject: found[subject].rung for subject in case.expected} == case.expected
    assert not found.keys() & set(case.absent)
    missing = "; ".join(draft.missing for draft in drafts)
    assert case.missing in missing
    assert case.says in " ".join(reason for draft in drafts for reason in draft.reasons)
    check(drafts)


def check(drafts: Sequence[Draft]) -> None:
    """What holds of every decision."""
    for draft in drafts:
        assert draft.reasons
        assert all(reason.endswith((".", "…")) for reason in draft.reasons)
        assert (draft.rung is Rung.WAIT) == bool(draft.missing)
        if draft.rung is Rung.ADAPT:
            gain = draft.expected_gain
            assert gain is not None
            assert 0 <= gain.low <= gain.value <= gain.high <= 1
            assert draft.cost_seconds > 0
            assert draft.example_ids
    assert len({draft.subject for draft in drafts}) == len(drafts)


def test_the_cost_is_asked_of_whoever_trains() -> None:
    (draft,) = climb(situation(accent(40)), cost=lambda examples, mode: 0.5 * len(examples))
    assert (draft.cost_seconds, draft.errors, len(draft.example_ids)) == (20.0, 40, 40)


# --- one correction, at once --------------------------------------------------------------------------------------


def memory(kind: MemoryKind, text: str, value: str = "") -> Memory:
    return Memory("m9", kind, text, ("u1",), MONDAY, MONDAY, value=value)


@pytest.mark.parametrize(
    ("heard", "said", "memories", "rungs"),
    [
        ("I live in town with her", "I live in Bonn with her", [memory(MemoryKind.FACT, "I live in Bonn", "Bonn")],
         [Rung.NOTHING, Rung.REMEMBER]),
        ("I am so fond of jazz", "I can hardly stand jazz",
         [memory(MemoryKind.PREFERENCE, "I can hardly stand jazz", "jazz")], [Rung.NOTHING, Rung.REMEMBER]),
        ("give me the whole story", "give me brief answers", [memory(MemoryKind.STYLE, "give me brief answers")],
         [Rung.NOTHING, Rung.REMEMBER]),
        ("I use open rider daily", "I use OpenRouter daily", [memory(MemoryKind.FACT, "I use OpenRouter daily")],
         [Rung.HINT]),
        ("the beam in my town", "the beam in my house", [memory(MemoryKind.FACT, "I live in Bonn", "Bonn")],
         [Rung.NOTHING]),
        ("the beam in my town", "the beam in my house", [memory(MemoryKind.EPISODE, "the beam in my house")],
         [Rung.NOTHING]),
    ],
    ids=["a fact", "a preference", "a style edit", "a mishearing is no fact", "another fact", "no fact at all"],
)  # fmt: skip
def test_what_is_told_is_remembered_and_no_more(
    heard: str, said: str, memories: list[Memory], rungs: list[Rung]
) -> None:
    edits = notice(words_of(heard), said)
    evidence = Evidence(heard.split(), {}, is_common=lambda word: True)
    drafts = [*decide(edits, evidence, Thresholds()), *remembered(edits, memories)]
    assert [draft.rung for draft in drafts] == rungs
    assert all(draft.reasons for draft in drafts)
    assert [draft.memory_id for draft in drafts if draft.rung is Rung.REMEMBER] in ([], ["m9"])


# --- what always holds --------------------------------------------------------------------------------------------

HEIGHT = [Rung.NOTHING, Rung.WAIT, Rung.REMEMBER, Rung.HINT, Rung.REWRITE, Rung.ADAPT, Rung.NEW_DOMAIN]


def height(drafts: Sequence[Draft]) -> int:
    return max(HEIGHT.index(draft.rung) for draft in drafts)


@st.composite
def evidence(draw: st.DrawFn) -> Example:
    """An utterance of any day, in which something ordinary or a term was misheard, or nothing."""
    number = draw(st.integers(1, 10_000))
    pair = draw(st.sampled_from((*ORDINARY, ("open rider", "OpenRouter"), ("open writer", "OpenRouter"), ("", ""))))
    at = MONDAY + draw(st.integers(0, 9)) * DAYS + timedelta(minutes=number % 600)
    source = draw(st.sampled_from((AudioSource.MICROPHONE, AudioSource.IMPORT)))
    return example(number, f"take {number} of {pair[0]} now", f"take {number} of {pair[1]} now", at=at, source=source)


DISTINCT = st.lists(evidence(), max_size=30, unique_by=lambda one: one.id)
STOCK = accent(60, first=20_000)
PAST = st.sampled_from(
    (
        (),
        (proposal(ProposalState.REJECTED, accent(30)),),
        (proposal(ProposalState.OPEN),),
        (proposal(ProposalState.DONE, accent(10)),),
    )
)


@given(DISTINCT, st.integers(0, 30), st.integers(0, 60), st.integers(0, 60), PAST, st.booleans(), st.integers(0, 9))
def test_more_clean_evidence_never_lowers_the_rung_reached(
    examples: list[Example], first: int, stock: int, new: int, past: tuple[Proposal, ...], urged: bool, suspects: int
) -> None:
    def drafts(some: Sequence[Example]) -> tuple[Draft, ...]:
        return climb(situation(some, refused=wrong_texts(suspects), terms=(ROUTER,), proposals=past, urged=urged))

    fewer = drafts([*STOCK[:stock], *examples[:first]])
    more = drafts([*STOCK[: stock + new], *examples])
    assert height(more) >= height(fewer)
    check(fewer)
    check(more)


@given(st.integers(10, 300), st.integers(1, 100), st.integers(0, 300), st.floats(0, 1))
def test_more_examples_never_lower_the_gain_that_is_expected(
    examples: int, more: int, learned: int, adaptable: float
) -> None:
    learned = min(learned, examples)
    gain = expected_gain(examples, learned=learned, adaptable=adaptable)
    assert 0 <= gain.low <= gain.value <= gain.high <= 1
    assert expected_gain(examples + more, learned=learned, adaptable=adaptable).value >= gain.value


@pytest.mark.parametrize(
    ("examples", "learned", "value", "low", "high"),
    [(10, 0, 0.19, 0.09, 0.29), (30, 0, 0.27, 0.165, 0.365), (80, 0, 0.35, 0.25, 0.44), (500, 0, 0.35, 0.25, 0.44),
     (80, 40, 0.085, 0.0, 0.211)],
)  # fmt: skip
def test_the_gain_is_what_was_measured(examples: int, learned: int, value: float, low: float, high: float) -> None:
    gain = expected_gain(examples, learned=learned)
    assert (gain.value, gain.low, gain.high) == pytest.approx((value, low, high), abs=0.001)
