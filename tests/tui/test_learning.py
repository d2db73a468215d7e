"""The training under way, what came of others, and why not yet; and the versions that came of them."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.learning_script import LISTING, PROPOSED, TRAINING, adapter, with_learning
from tests.tui.script import NOW, utterance, with_a_past
from tui.screens.learning import LearningScreen
from tui.screens.versions import VersionsScreen
from twin.domain import ProposalState, RunState
from twin.errors import NotUnderstoodError
from twin.events import Progress, Started
from twin.requests import (
    Adapters,
    Cancel,
    CompareVersions,
    DeleteAdapter,
    FollowTraining,
    HeardByTwo,
    Learn,
    Learned,
    ListAdapters,
    ListProposals,
    ListUtterances,
    Proposals,
    UseAdapter,
    Utterances,
    VersionsCompared,
)

APPROVED = Proposals((replace(TRAINING, state=ProposalState.APPROVED),))
STEPS = [Progress("train", f"Training: step {step} of 9", step / 9, loss=3.0 - step / 10) for step in range(1, 5)]


async def test_why_not_yet_and_what_came_of_trainings(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(130, 48) as twin:
        await twin.press("f4")
        await twin.sees("Why not yet", "missing: 23 more corrected utterances, on one more day", "c8 it does not sound")
        await twin.sees("Words wrong in your speech", "r2 20 Feb 2026", "✗ refused 10.6%", "✓ passed 8.1%")
        await twin.press("down")
        await twin.sees("✗ There is too little memory: 1.2 GB free.")
        await twin.press("down")
        await twin.sees("✓ passed the gate", "✓ short clips do not loop", "of your errors gone 26% 13% to 39%", "●")
        await twin.sees("✗ Heard worse 1", "Where the time went 100 s", "prove 65.0 s")
        await twin.press("down")
        await twin.sees("✗ not passed by the gate", "better than base: no", "because: It is not proven better")


async def test_a_training_is_watched_and_goes_into_use(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.always(ListProposals, APPROVED)
    gate = Event()
    client.script(Learn, *STEPS, gate, Learned(LISTING.runs[:1], LISTING.adapters[:1]))
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("1 approved, t trains", "Approved, waits for its training", "t Train")
        await twin.press("t")
        await twin.sees("A training is under way", "step 4 of 9", "44%", "loss", "2.600", "x Cancel")
        await twin.press("escape")
        await twin.sees("F4 training 44%")  # it is seen from the conversation too
        await twin.press("f4")
        await twin.sees("step 4 of 9", "2.600")
        gate.set()
        await twin.until(lambda: "It passed the gate" in twin.toasts)
        await twin.until(lambda: "F4 training" not in twin.screen and "step 4" not in twin.screen)
    assert client.requests(Learn) == [Learn()]


async def test_a_training_is_cancelled_and_stays_approved(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.always(ListProposals, APPROVED)
    client.script(Learn, *STEPS, Event())
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("1 approved")
        await twin.press("t")
        await twin.sees("step 4 of 9")
        await twin.press("x")
        await twin.until(lambda: "What you approved stays approved" in twin.toasts)
        await twin.sees("1 approved, t trains")


async def test_a_training_that_another_terminal_began_is_seen_here_and_can_be_cancelled(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_learning(client)
    client.script(FollowTraining, Started("j77"), STEPS[3], Event())
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("A training is under way", "step 4 of 9", "F4 training 44%", "x Cancel")
        assert "t Train" not in twin.screen
        await twin.press("x")
        await twin.until(lambda: client.requests(Cancel))
        assert client.requests(Cancel) == [Cancel("j77")]
        client.close()
        await twin.until(lambda: "What you approved stays approved" in twin.toasts)
        await twin.sees("nothing is under way")


async def test_where_nothing_is_approved_one_may_ask_for_what_there_is(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(Learn, NotUnderstoodError("There is nothing to train on yet.", hint="`twin why` says more."))
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("Why not yet")
        await twin.press("t")
        await twin.sees("Nothing is approved", "counts as approved by this")
        await twin.press("enter")  # leave it
        await twin.until(lambda: isinstance(twin.app.screen, LearningScreen))
        assert client.requests(Learn) == []
        await twin.press("t", "down", "enter")
        await twin.until(lambda: "There is nothing to train on yet." in twin.toasts)
        await twin.sees("nothing is under way")
    assert client.requests(Learn) == [Learn(now=True)]


async def test_one_that_was_interrupted_can_be_gone_on_with(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.always(ListProposals, Proposals(PROPOSED))
    interrupted = replace(LISTING.runs[0], state=RunState.RUNNING, gate=None)
    client.always(ListAdapters, Adapters((), (interrupted,)))
    client.script(Learn, Learned((), ()))
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("r1 is under way elsewhere, or was interrupted: t goes on with it.")
        await twin.press("t")
        await twin.until(lambda: client.requests(Learn) == [Learn()])
        await twin.settle()


async def test_the_run_of_a_training_under_way_is_not_called_interrupted(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_learning(client)
    client.always(ListProposals, APPROVED)
    client.always(ListAdapters, Adapters((), (replace(LISTING.runs[0], state=RunState.RUNNING, gate=None),)))
    client.script(Learn, *STEPS, Event())
    async with open_twin(110, 40) as twin:
        await twin.press("f4")
        await twin.sees("r1 12 Feb 2026 under way, or interrupted", "1 approved")
        await twin.press("t")
        await twin.sees("step 4 of 9")
        await twin.press("escape", "f4")
        await twin.sees("r1 12 Feb 2026 under way", "step 4 of 9")
        await twin.until(lambda: "or interrupted" not in twin.screen)


# --- versions ---------------------------------------------------------------------------------------------------


async def test_versions_stand_in_their_lineage(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("◇ whisper-base", "└ a1 12 Feb 2026", "a2 20 Feb 2026 not passed by the gate", "a3 in use")
        await twin.sees("lineage whisper-base → a1 → a3", "learned c1, c2, c3, c4, c5")  # the one in use comes first


async def test_another_version_is_used_and_one_goes_back(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    used = Adapters((adapter("a1", "r1", 20, live=True), *LISTING.adapters[1:2]), LISTING.runs)
    client.script(UseAdapter, used)
    client.script(UseAdapter, Adapters((adapter("a1", "r1", 20),), LISTING.runs))
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        assert "u Use" not in twin.screen  # it is in use
        await twin.press("up")
        await twin.sees("lineage whisper-base → a1 → a2")
        assert "u Use" not in twin.screen  # the gate refused it
        await twin.press("up")
        await twin.sees("u Use")
        await twin.press("u")
        await twin.until(lambda: "From the next dictation on: a1." in twin.toasts)
        await twin.press("b")
        await twin.until(lambda: "the base, as it came" in twin.toasts)
    assert client.requests(UseAdapter) == [UseAdapter("a1"), UseAdapter("previous")]


async def test_two_versions_are_compared_on_ones_own_recordings(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        await twin.press("c")
        await twin.sees("to be compared")
        await twin.press("up")
        await twin.sees("a3 beside a2", "your speech, after", "a3 8.1% 6.4% to 9.9%", "a2 10.6% 7.1% to 14.4%")
        await twin.sees("Heard otherwise by either 2", "✗ The Router came at noon.")
        await twin.press("c")
        await twin.sees("lineage whisper-base → a1 → a2")


HEARD = VersionsCompared(
    "a3",
    "a1",
    (
        HeardByTwo("u7", NOW, "Ask OpenRouter at noon.", "Ask open rider at noon.", "Ask OpenRouter at noon."),
        HeardByTwo("u4", NOW, "It rained.", "It rained."),
    ),
)


async def test_ones_last_recordings_are_heard_anew_with_two_versions(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.always(ListUtterances, Utterances(tuple(utterance(f"u{n}", f"Sentence {n}.") for n in range(9, 0, -1))))
    gate = Event()
    client.script(CompareVersions, Progress("compare", "a3 listens to u7, 1 of 2 …", 0.25), gate, HEARD)
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        await twin.press("up", "up")
        await twin.sees("lineage whisper-base → a1 learned")
        await twin.press("h")
        await twin.sees("Hear with a3 and with a1", "u9 3 Mar 2026 Sentence 9.")
        await twin.press("space", "down", "space", "enter")  # neither of the newest two
        await twin.sees("a3 listens to u7, 1 of 2 … · 25% · x cancels", "x Cancel")
        assert "h Hear" not in twin.screen
        gate.set()
        await twin.sees("a3 and a1, heard anew 1 of 2 alike", "a1 Ask open rider at noon.", "both It rained.")
        await twin.sees("said Ask OpenRouter at noon.", "lineage whisper-base → a1 learned")
        await twin.press("down")
        await twin.sees("lineage whisper-base → a1 → a2")
        assert "heard anew" not in twin.screen
    assert client.requests(CompareVersions) == [CompareVersions("a3", "a1", ("u7", "u6", "u5"))]


async def test_a_comparison_is_cancelled(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.always(ListUtterances, Utterances((utterance(),)))
    client.script(CompareVersions, Event())
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        await twin.press("h")  # the one in use beside what there was before any
        await twin.sees("Hear with base and with a3", "u4")
        await twin.press("enter")
        await twin.sees("hearing with base and a3; x cancels")
        await twin.press("x")
        await twin.until(lambda: "x cancels" not in twin.screen)
        await twin.sees("h Hear")


async def test_a_version_is_deleted_after_a_question(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(DeleteAdapter, Adapters(LISTING.adapters[:1], LISTING.runs))
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        await twin.press("d")
        await twin.sees("Delete a3?", "The version before it takes its place.")
        await twin.press("enter")  # keep it
        await twin.until(lambda: isinstance(twin.app.screen, VersionsScreen))
        await twin.press("d", "down", "enter")
        await twin.until(lambda: "The files of a3 are gone." in twin.toasts)
    assert client.requests(DeleteAdapter) == [DeleteAdapter("a3")]


async def test_a_failure_is_said_once_with_its_way_out_and_goes(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    client.script(UseAdapter, NotUnderstoodError("No adapter is in use.", hint="Name one."))
    async with open_twin(130, 48) as twin:
        await twin.press("f5")
        await twin.sees("lineage whisper-base → a1 → a3")
        await twin.press("b")
        await twin.sees("No adapter is in use. Name one.")
        await twin.press("escape", "f5")
        await twin.sees("lineage whisper-base")
        assert "No adapter is in use." not in twin.screen


# --- all of them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(20, 8), (80, 24), (300, 90)])
async def test_the_screens_bear_any_size_and_follow_each_other(
    client: FakeClient, open_twin: OpenTwin, size: tuple[int, int]
) -> None:
    with_a_past(client)
    with_learning(client)
    async with open_twin(*size) as twin:
        for key in ("f2", "f3", "f4", "f5", "f6", "f7"):
            await twin.press(key)
            await twin.settle()
        assert len(twin.app.screen_stack) == 2  # one in the place of the other
        await twin.press("escape")
        await twin.until(lambda: len(twin.app.screen_stack) == 1)
        await twin.until(lambda: twin.prompt.has_focus)


@pytest.mark.parametrize("slash", ["knows", "proposals", "learning", "versions", "settings", "doctor"])
async def test_each_opens_by_its_command(client: FakeClient, open_twin: OpenTwin, slash: str) -> None:
    with_learning(client)
    async with open_twin(80, 24) as twin:
        await twin.says(f"/{slash}")
        await twin.sees(slash.title(), "esc Back")


async def test_a_dialog_is_answered_before_another_screen_opens(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(80, 24) as twin:
        await twin.press("f1", "f3")
        await twin.settle()
        assert "Commands, typed where you write" in twin.screen
