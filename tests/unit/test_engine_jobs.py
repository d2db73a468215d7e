"""Jobs: results, errors, cancelling, and one lock per home folder."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from twin.domain import Proposal, ProposalState, Rung, RunState, TrainingRun
from twin.engine.jobs import MOST_JOBS_AT_ONCE, Jobs
from twin.engine.lock import Holder, current_holder, hold
from twin.errors import CancelledByPersonError, EngineBusyError, NotFoundError, TwinError
from twin.events import Finished, Progress, Started, decode_line
from twin.paths import Home
from twin.ports import Job
from twin.requests import (
    Ask,
    Cancel,
    Decided,
    DecideProposal,
    Followed,
    FollowTraining,
    Learn,
    Learned,
    Request,
    Verdict,
)


class ScriptedHandler:
    """Answers every request with what the test gives it to do."""

    def __init__(self, act: Callable[[Job], object]) -> None:
        self.act = act

    def handle(self, request: Request[Any], job: Job) -> object:
        return self.act(job)


def lines_of(jobs: Jobs, request: Request[Any]) -> list[bytes]:
    lines: queue.Queue[bytes | None] = queue.Queue()
    jobs.start(request, lines.put)
    return list(iter(lambda: lines.get(timeout=30), None))


def test_events_come_before_the_result() -> None:
    def act(job: Job) -> str:
        job.emit(Progress("recall", "Looking …"))
        return "found"

    lines = lines_of(Jobs(ScriptedHandler(act)), Ask("?"))
    assert [decode_line(line, str) for line in lines] == [
        Started("j1"),
        Progress("recall", "Looking …"),
        Finished("found"),
    ]


def test_a_twin_error_arrives_as_itself_and_the_next_job_runs() -> None:
    def act(job: Job) -> str:
        raise NotFoundError("There is no m9.")

    jobs = Jobs(ScriptedHandler(act))
    for _ in range(2):
        with pytest.raises(NotFoundError, match="m9"):
            decode_line(lines_of(jobs, Ask("?"))[-1], str)
    assert jobs.running == 0


def test_an_unexpected_error_becomes_words(capsys: pytest.CaptureFixture[str]) -> None:
    def act(job: Job) -> str:
        raise ZeroDivisionError("my private words")

    with pytest.raises(TwinError, match="ZeroDivisionError"):
        decode_line(lines_of(Jobs(ScriptedHandler(act)), Ask("?"))[-1], str)
    logged = capsys.readouterr()
    assert "my private words" not in logged.out + logged.err


def test_cancel_reaches_a_running_job_and_no_other() -> None:
    entered = threading.Event()

    def act(job: Job) -> str:
        entered.set()
        assert job.cancelled.wait(30)
        job.check()
        return "not reached"

    jobs = Jobs(ScriptedHandler(act))
    lines: queue.Queue[bytes | None] = queue.Queue()
    job_id = jobs.start(Ask("?"), lines.put)
    assert entered.wait(30)
    assert decode_line(lines_of(jobs, Cancel("j99"))[-1], bool) == Finished(False)
    assert jobs.idle_seconds() == 0
    assert decode_line(lines_of(jobs, Cancel(job_id))[-1], bool) == Finished(True)
    rest = list(iter(lambda: lines.get(timeout=30), None))
    with pytest.raises(CancelledByPersonError):
        decode_line(rest[-1], str)


BEGAN = datetime(2026, 3, 4, tzinfo=UTC)
RUN = TrainingRun("r1", "p1", RunState.FINISHED, "", "", (), (), None, BEGAN)
PROPOSAL = Proposal("p1", "d1", Rung.ADAPT, "Train an adapter.", ProposalState.APPROVED, BEGAN)


@pytest.mark.parametrize(
    ("request_", "result"),
    [
        (Learn(), Learned((RUN,), ())),
        (DecideProposal("p1", Verdict.APPROVE, now=True), Decided(PROPOSAL, "Trained.", RUN)),
    ],
)
def test_a_training_is_followed_from_where_it_stands_and_cancelled_by_whoever_follows(
    request_: Request[Any], result: Learned | Decided
) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def act(job: Job) -> object:
        job.emit(Progress("train", "step 1 of 2", 0.5))
        entered.set()
        assert go_on.wait(30)
        job.emit(Progress("train", "step 2 of 2", 1.0))
        job.check()
        return result

    jobs = Jobs(ScriptedHandler(act))
    for cancelled in (False, True):
        own: queue.Queue[bytes | None] = queue.Queue()
        followed: queue.Queue[bytes | None] = queue.Queue()
        job_id = jobs.start(request_, own.put)
        assert entered.wait(30)
        assert jobs.start(FollowTraining(), followed.put) == job_id
        if cancelled:
            jobs.cancel(job_id)
        go_on.set()
        *told, last = iter(lambda followed=followed: followed.get(timeout=30), None)
        assert [decode_line(line, Learned) for line in told if line] == [
            Started(job_id),
            Progress("train", "step 1 of 2", 0.5),
            Progress("train", "step 2 of 2", 1.0),
        ]
        *told_first, its_own = iter(lambda own=own: own.get(timeout=30), None)
        assert told_first == told
        assert last is not None
        assert its_own is not None
        if cancelled:
            for line in (its_own, last):
                with pytest.raises(CancelledByPersonError):
                    decode_line(line, Learned)
        else:
            assert decode_line(its_own, type(result)) == Finished(result)
            assert decode_line(last, Followed) == Finished(Followed((RUN,)))
        entered.clear()
        go_on.clear()
    nothing = lines_of(jobs, FollowTraining())
    assert decode_line(nothing[-1], Followed) == Finished(Followed(()))


def test_a_client_gone_wild_is_refused() -> None:
    release = threading.Event()
    jobs = Jobs(ScriptedHandler(lambda job: release.wait(30)))
    sinks: list[queue.Queue[bytes | None]] = []
    for _ in range(MOST_JOBS_AT_ONCE):
        sinks.append(queue.Queue())
        jobs.start(Ask("?"), sinks[-1].put)
    with pytest.raises(TwinError, match="too much"):
        decode_line(lines_of(jobs, Ask("?"))[0], bool)
    release.set()
    for sink in sinks:
        list(iter(lambda sink=sink: sink.get(timeout=30), None))


def test_a_home_is_held_once_and_the_second_is_told_by_whom(home: Home) -> None:
    code = (
        "import sys; from twin.paths import Home; from twin.engine.lock import Holder, hold\n"
        "with hold(Home.locate(sys.argv[1]), Holder(4711, 'engine', '0')):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "held\n"
        home.socket.touch()  # as a living engine has one
        with pytest.raises(EngineBusyError, match="process 4711"), hold(home, Holder(os.getpid(), "in-process", "0")):
            pass
    finally:
        other.kill()
        other.communicate()
    # A killed holder holds nothing, though its name is still written there.
    with hold(home, Holder(os.getpid(), "in-process", "0")):
        holder = current_holder(home)
        assert holder is not None
        assert holder.pid == os.getpid()
    assert current_holder(home) is None
