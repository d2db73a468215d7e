"""The engine process: on demand, shared, private, and replaceable at any moment. Real processes, real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from twin.client import connect
from twin.domain import Speaker
from twin.engine.lock import current_holder
from twin.engine.remote import EngineClient
from twin.errors import CancelledByPersonError, EngineBusyError, EngineLostError, EngineStartError, NotFoundError
from twin.events import Event, Started, Token
from twin.paths import Home
from twin.requests import Cancel, Converse, Correct, EngineStatus, Know, Remember, ShowHistory, Status, Stop

LONG_STORY = "Tell me a very long story about a lighthouse keeper and the sea, with every detail."


@pytest.fixture
def client(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    """A client of an engine that loads nothing before it is needed; the engine is gone after the test."""
    monkeypatch.setenv("TWIN_PRELOAD", "0")
    client = EngineClient(home)
    yield client
    holder = current_holder(home)
    if holder is not None:
        try:
            os.kill(holder.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        client.wait_until_stopped()


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def test_starts_on_demand_is_shared_and_stops(home: Home, client: EngineClient) -> None:
    assert not client.running()
    first = client.call(Status())
    second = connect(home).call(Status())
    assert first.pid == second.pid != os.getpid()
    assert home.socket.stat().st_mode & 0o777 == 0o600
    assert client.call(Stop())
    client.wait_until_stopped()
    assert not client.running()
    assert not home.socket.exists()


def test_two_clients_that_start_at_once_share_one_engine(home: Home, client: EngineClient) -> None:
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: EngineClient(home).call(Status()), range(4)))
    assert len({status.pid for status in statuses}) == 1


def test_a_second_twin_is_told_who_holds_the_home(home: Home, client: EngineClient) -> None:
    pid = client.call(Status()).pid
    with pytest.raises(EngineBusyError, match=str(pid)) as caught:
        connect(home, in_process=True)
    assert "twin engine stop" in caught.value.hint


def test_errors_arrive_as_themselves(client: EngineClient) -> None:
    with pytest.raises(NotFoundError):
        client.call(Correct("u99", "never said"))


def test_an_engine_that_cannot_start_says_why(home: Home, client: EngineClient) -> None:
    home.config.write_text("beam_size = 99\n")
    with pytest.raises(EngineStartError, match="beam_size"):
        client.call(Status())
    home.config.unlink()
    assert client.call(Status()).pid


def test_an_idle_engine_stops_by_itself(home: Home, client: EngineClient) -> None:
    home.config.write_text("engine_idle_minutes = 0.02\n")
    client.call(Status())
    eventually(lambda: not client.running())
    client.wait_until_stopped()


def test_what_was_acknowledged_survives_a_killed_engine(client: EngineClient) -> None:
    reply = client.call(Remember("I drink oat flat whites", "test"))
    pid = client.call(Status()).pid
    os.kill(pid, signal.SIGKILL)
    known = client.call(Know())  # a new engine, without being asked
    assert client.call(Status()).pid != pid
    assert {memory.id for memory in reply.learned} == {memory.id for memory in known.memories}


def test_a_hung_up_socket_of_a_dead_engine_is_no_obstacle(home: Home, client: EngineClient) -> None:
    home.run.mkdir(exist_ok=True)
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(os.fspath(home.socket))
    stale.close()
    assert client.call(Status()).pid


@pytest.mark.weights
def test_an_engine_that_dies_in_a_reply_says_so_and_loses_no_turn(client: EngineClient) -> None:
    pid = client.call(Status()).pid

    def kill_at_first_token(event: Event) -> None:
        if isinstance(event, Token):
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(EngineLostError, match="converse"):
        client.call(Converse(LONG_STORY, "test"), kill_at_first_token)
    turns = client.call(ShowHistory()).turns
    assert [turn.text for turn in turns if turn.speaker is Speaker.PERSON] == [LONG_STORY]


@pytest.mark.weights
def test_cancel_from_elsewhere_ends_a_reply_and_keeps_what_was_said(home: Home, client: EngineClient) -> None:
    job_id = ""

    def cancel_at_first_token(event: Event) -> None:
        nonlocal job_id
        if isinstance(event, Started):
            job_id = event.job_id
        elif isinstance(event, Token) and job_id:
            threading.Thread(target=EngineClient(home).call, args=(Cancel(job_id),)).start()
            job_id = ""

    try:
        complete = client.call(Converse(LONG_STORY, "test"), cancel_at_first_token).complete
    except CancelledByPersonError:
        complete = False
    assert not complete
    said = client.call(ShowHistory()).turns[-1]
    assert said.speaker is Speaker.TWIN
    assert not said.complete


@pytest.mark.weights
def test_a_killed_client_stops_its_reply_and_leaves_the_engine_well(home: Home, client: EngineClient) -> None:
    pid = client.call(Status()).pid
    code = (
        "import sys; from twin.client import connect; from twin.paths import Home; from twin.requests import Converse\n"
        f"connect(Home.locate(sys.argv[1])).call(Converse({LONG_STORY!r}, 'test'), lambda e: print(e, flush=True))"
    )
    talker = subprocess.Popen([sys.executable, "-c", code, str(home.root)], stdout=subprocess.PIPE, text=True)
    assert talker.stdout is not None
    for line in talker.stdout:
        if line.startswith("Token"):
            break
    talker.kill()
    talker.communicate()

    def status() -> EngineStatus:
        return client.call(Status())

    eventually(lambda: status().running_jobs == 1)  # the asking itself
    assert status().pid == pid
    assert not client.call(ShowHistory()).turns[-1].complete


def test_an_engine_of_another_version_is_replaced(home: Home, client: EngineClient) -> None:
    code = "import twin; twin.__version__ = '0.0.1'; import twin.engine.__main__ as engine; engine.main()"
    old = subprocess.Popen([sys.executable, "-c", code, str(home.root)], stderr=subprocess.DEVNULL)
    eventually(client.running)
    status = client.call(Status())
    assert status.pid != old.pid
    assert old.wait(30) == 0
