"""One training at a time; evidence gives way."""

from __future__ import annotations

import threading

import pytest

from twin.errors import CancelledByPersonError, NotUnderstoodError
from twin.ports import Job
from twin.training.turn import Turn


def job() -> Job:
    return Job(emit=lambda event: None)


def test_a_second_training_is_refused_and_the_turn_comes_back() -> None:
    turn = Turn()
    with turn.of(job()):
        with pytest.raises(NotUnderstoodError, match="under way"), turn.of(job()):
            pass
        with pytest.raises(NotUnderstoodError, match="under way"), turn.of(job(), gives_way=True):
            pass
    with turn.of(job()):
        pass


def test_evidence_is_cancelled_by_what_was_approved() -> None:
    turn, evidence, began = Turn(), job(), threading.Event()

    def gather() -> None:
        with turn.of(evidence, gives_way=True):
            began.set()
            evidence.cancelled.wait()

    thread = threading.Thread(target=gather)
    thread.start()
    began.wait()
    with turn.of(job()):
        thread.join()
        assert evidence.cancelled.is_set()


def test_who_waits_for_evidence_to_end_can_be_cancelled() -> None:
    turn, waiting = Turn(), job()
    waiting.cancelled.set()
    with turn.of(job(), gives_way=True), pytest.raises(CancelledByPersonError), turn.of(waiting):
        pass
