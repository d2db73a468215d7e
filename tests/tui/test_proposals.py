"""The review queue: what it says, its evidence, and the person's word on it."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.learning_script import ANOTHER_RULE, BROKEN, FIXED, PROPOSED, RULE, TRAINING, with_learning
from tests.tui.script import correction_report, with_a_past
from tests.tui.seen import Twin
from tui.screens.learning import LearningScreen
from tui.screens.proposals import ProposalsScreen
from tui.widgets.badge import Badge
from twin.domain import Proposal, ProposalState
from twin.errors import NotUnderstoodError
from twin.events import Progress
from twin.requests import Correct, Decided, DecideProposal, Learn, ListProposals, Proposals, ShowProposal, Verdict


def decided(proposal: Proposal, state: ProposalState, summary: str) -> Decided:
    return Decided(replace(proposal, state=state), summary)


def sees_marks(twin: Twin, count: int) -> bool:
    return twin.screen.count("▣") == count


async def test_each_says_what_it_wants_and_why_and_opens_to_its_evidence(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_learning(client)
    async with open_twin(110, 40) as twin:
        await twin.press("f3")
        await twin.sees("3 wait", "□ p1 Always write OpenRouter?", "rung 3 of 5, rewrite: fixes 1, break")
        await twin.sees("✓ Would fix 1", "Please route the request through open rider before noon.")
        await twin.press("down")
        await twin.sees("p2 · training", "26% fewer of your 61 wrong words (13% to 39%)", "about 70 s at low priority")
        await twin.sees("40 of them sound like your accent", "Rests on 42 examples")
        assert "Anna" not in twin.screen  # it is decided
        await twin.press("h")
        await twin.sees("p4 Always write Anna?")


async def test_what_came_from_another_terminal_is_counted_when_one_looks(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    async with open_twin(110, 40) as twin:
        assert "F3" not in twin.screen
        with_learning(client)
        await twin.press("f3")
        await twin.sees("3 wait", "F3 3 proposals")


async def test_the_changed_words_are_marked(client: FakeClient, open_twin: OpenTwin) -> None:
    client.always(ListProposals, Proposals((replace(RULE, changes=(FIXED, BROKEN)),)))
    async with open_twin(110, 40) as twin:
        await twin.press("f3")
        await twin.sees("✗ Would break 1", "✓ Would fix 1")
        spans = twin.app.screen.query_one("#shown").visual.spans  # type: ignore[attr-defined]
        plain = twin.app.screen.query_one("#shown").visual.plain  # type: ignore[attr-defined]
        marked = {plain[span.start : span.end]: str(span.style) for span in spans if "underline" in str(span.style)}
        assert "OpenRouter" in marked
        assert "error" in marked["Router"]
        struck = {plain[span.start : span.end] for span in spans if "strike" in str(span.style)}
        assert struck == {"open", "rider"}


async def test_a_rule_is_approved_at_a_key_and_the_badge_counts_anew(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DecideProposal, decided(RULE, ProposalState.DONE, "w1 is in force."))
    async with open_twin(80, 24) as twin:
        await twin.sees("F3 3 proposals")
        await twin.press("f3")
        await twin.sees("p1 · rewrite rule")
        client.always(ListProposals, Proposals(PROPOSED[1:]))
        await twin.press("a")
        await twin.sees("F3 2 proposals", "2 wait")
        assert "w1 is in force." in twin.toasts
    assert client.requests(DecideProposal) == [DecideProposal("p1", Verdict.APPROVE)]


async def test_a_training_asks_when_and_is_watched(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DecideProposal, decided(TRAINING, ProposalState.APPROVED, "p2 is approved."))
    client.script(Learn, Progress("train", "Training: step 3 of 9", 0.33), Event())
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("p2 · training")
        await twin.press("a")
        await twin.sees("Approve p2, a training", "about 70 s, while you can go on dictating")
        await twin.press("enter")
        await twin.until(lambda: isinstance(twin.app.screen, LearningScreen))
        await twin.sees("step 3 of 9", "F4 training 33%")
    assert client.requests(Learn) == [Learn()]


async def test_a_training_may_wait(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DecideProposal, decided(TRAINING, ProposalState.APPROVED, "p2 is approved."))
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("p2 · training")
        await twin.press("a", "down", "enter")
        await twin.until(lambda: "p2 is approved." in twin.toasts)
        await twin.settle()
        assert isinstance(twin.app.screen, ProposalsScreen)
    assert client.requests(Learn) == []


async def test_all_of_a_kind_are_rejected_with_one_reason(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    for rule in (RULE, ANOTHER_RULE):
        client.script(DecideProposal, decided(rule, ProposalState.REJECTED, f"{rule.id} is rejected."))
    async with open_twin(110, 40) as twin:
        await twin.press("f3")
        await twin.sees("p1 · rewrite rule")
        await twin.press("k")
        await twin.until(lambda: sees_marks(twin, 2))
        await twin.press("r")
        await twin.sees("Reject 2 proposals")
        await twin.press(*"names", "enter")
        await twin.until(lambda: len(client.requests(DecideProposal)) == 2)
        await twin.settle()
        await twin.until(lambda: sees_marks(twin, 0))
    assert client.requests(DecideProposal) == [
        DecideProposal("p1", Verdict.REJECT, reason="names"),
        DecideProposal("p3", Verdict.REJECT, reason="names"),
    ]


async def test_some_are_marked_and_put_off(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    for proposal in (RULE, TRAINING):
        client.script(DecideProposal, decided(proposal, ProposalState.LATER, "put off"))
    async with open_twin(80, 24) as twin:
        await twin.press("f3")
        await twin.sees("p1 · rewrite rule")
        await twin.press("space")
        await twin.until(lambda: sees_marks(twin, 1))
        await twin.press("space")
        await twin.until(lambda: sees_marks(twin, 2))
        await twin.sees("2 marked")
        await twin.press("l")
        await twin.until(lambda: len(client.requests(DecideProposal)) == 2)
        await twin.settle()
    assert {word.id for word in client.requests(DecideProposal)} == {"p1", "p2"}


async def test_examples_are_taken_out(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DecideProposal, decided(TRAINING, ProposalState.OPEN, "p2 now rests on 41 examples."))
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("p2 · training", "e Edit")
        await twin.press("e")
        await twin.sees("What shall it learn from?", "c1 “open rider” → “OpenRouter”")
        await twin.press("space", "enter")
        await twin.until(lambda: "41 examples" in twin.toasts)
    assert client.requests(DecideProposal) == [DecideProposal("p2", Verdict.EDIT, without=("c1",))]


async def test_evidence_is_computed_and_shown(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    gate = Event()
    replayed = replace(TRAINING, changes=(FIXED, BROKEN))
    client.script(ShowProposal, Progress("train", "Training on a part", 0.5), gate, replayed)
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("c computes that evidence")
        await twin.press("c")
        await twin.sees("Training on a part · 50% · x cancels", "x Cancel")
        gate.set()
        await twin.sees("✗ Would break 1", "✓ Would fix 1")
        assert "x Cancel" not in twin.screen
    assert client.requests(ShowProposal) == [ShowProposal("p2", replay=True)]


async def test_evidence_goes_on_while_one_is_elsewhere(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    gate = Event()
    client.script(ShowProposal, gate, replace(TRAINING, changes=(FIXED,)))
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("c computes that evidence")
        await twin.press("c")
        await twin.sees("computing the evidence of p2")
        await twin.press("escape", "f3")
        await twin.sees("computing the evidence of p2", "x Cancel")
        client.always(ListProposals, Proposals((RULE, replace(TRAINING, changes=(FIXED,)))))
        await twin.press("escape")
        gate.set()
        await twin.until(lambda: "The evidence is here" in twin.toasts)
        await twin.press("f3")
        await twin.sees("✓ Would fix 1")


async def test_evidence_is_cancelled(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(ShowProposal, Event())
    async with open_twin(110, 40) as twin:
        await twin.press("f3", "down")
        await twin.sees("c computes that evidence")
        await twin.press("c")
        await twin.sees("computing the evidence of p2")
        await twin.press("x")
        await twin.until(lambda: client.cancelled)
        await twin.until(lambda: "computing" not in twin.screen and "stopping" not in twin.screen)
        await twin.press("escape")  # goes back, and stops nothing else
        await twin.until(lambda: not isinstance(twin.app.screen, ProposalsScreen))


async def test_what_is_out_of_date_says_so_once_and_is_looked_at_anew(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DecideProposal, NotUnderstoodError("p1 is out of date: more was corrected.", hint="It is anew."))
    async with open_twin(110, 40) as twin:
        await twin.press("f3")
        await twin.sees("p1 · rewrite rule")
        looked = len(client.requests(ListProposals))
        await twin.press("a")
        await twin.until(lambda: len(client.requests(ListProposals)) > looked)
        await twin.settle()
        await twin.sees("p1 is out of date: more was corrected. It is anew.")
        assert twin.screen.count("out of date") == 1


async def test_nothing_to_review_says_what_would_bring_something(client: FakeClient, open_twin: OpenTwin) -> None:
    async with open_twin(80, 24) as twin:
        assert not twin.app.screen.query_one(Badge).display
        await twin.press("f3")
        await twin.sees("Nothing is proposed. Correct what is misheard")
        await twin.press("a", "r", "l", "e", "space", "k", "c", "x")  # nothing to do it to
        await twin.settle()
    assert client.requests(DecideProposal) == []


async def test_a_correction_may_bring_a_proposal_to_the_badge(client: FakeClient, open_twin: OpenTwin) -> None:
    with_a_past(client)
    client.script(Correct, correction_report())
    async with open_twin(80, 24) as twin:
        assert "proposal" not in twin.screen
        client.always(ListProposals, Proposals((RULE,)))
        await twin.press("ctrl+r")
        await twin.sees("What did you really say?")
        await twin.press("enter")
        await twin.sees("F3 1 proposal")
        await twin.pilot.click(Badge)
        await twin.until(lambda: isinstance(twin.app.screen, ProposalsScreen))
