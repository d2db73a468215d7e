"""A Chroma server that fails: nothing is lost, recall goes by words and says so, the doctor names it, and it mends."""

from __future__ import annotations

import gc
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from memory.doctor import check_memory
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from memory.vectors.chroma_server import ChromaServer
from memory.vectors.collection import CollectionKey
from memory.vectors.profile import VectorProfile
from tests.chroma import ChromaServerProcess
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder
from twin.domain import RecallMode, Speaker
from twin.errors import MemoryIndexError
from twin.paths import Home
from twin.requests import Check

KEY = CollectionKey("0123456789abcdef", "fake-embedder")


@pytest.fixture(scope="module")
def module_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServerProcess]:
    server = ChromaServerProcess(tmp_path_factory.mktemp("failing-server"))
    yield server
    server.stop()


@pytest.fixture
def server(module_server: ChromaServerProcess) -> Iterator[ChromaServerProcess]:
    """A server that a test may do anything to."""
    module_server.start()
    yield module_server
    module_server.stop()


@pytest.fixture
def chroma_url(server: ChromaServerProcess) -> str:
    """What the fixture ``memory`` is given."""
    return server.url


def say(ledger: SqliteLedger, text: str) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def the_zeppelin_is_found(memory: TwinMemory) -> RecallMode:
    recollection = memory.recall.recall("What zeppelin do I own?")
    assert "I own a zeppelin." in [item.quote for item in recollection.items]
    return recollection.mode


def checks_of(ledger: SqliteLedger, memory: TwinMemory, *names: str) -> list[Check]:
    """What the doctor says of them."""
    return [check() for name, check in check_memory(ledger, memory.profile) if name in names]


# --- a server that comes and goes -----------------------------------------------------------------------------


def test_one_that_is_not_there_yet(server: ChromaServerProcess, memory: TwinMemory, ledger: SqliteLedger) -> None:
    server.stop()
    say(ledger, "I own a zeppelin.")
    with pytest.raises(MemoryIndexError, match="No Chroma server answers"):
        memory.catch_up()
    assert the_zeppelin_is_found(memory) is RecallMode.LEXICAL
    (check,) = checks_of(ledger, memory, "vector profile")
    assert not check.ok
    assert server.url in check.detail
    assert "chroma_url" in check.hint

    server.start()
    until(lambda: the_zeppelin_is_found(memory) is RecallMode.FULL)
    assert all(check.ok for check in checks_of(ledger, memory, "vector profile"))


@pytest.mark.parametrize("lost", [False, True], ids=["restarted", "restarted empty"])
def test_one_that_stops_under_way(
    server: ChromaServerProcess, memory: TwinMemory, ledger: SqliteLedger, lost: bool
) -> None:
    bike = say(ledger, "I own a bike.")
    say(ledger, "I own a boat.")
    memory.catch_up()
    server.stop()
    say(ledger, "I own a zeppelin.")
    until(memory.profile.broken)
    assert the_zeppelin_is_found(memory) is RecallMode.LEXICAL
    with pytest.raises(MemoryIndexError, match=r"is forgotten, except that its vectors .* No Chroma server answers"):
        memory.forget(bike)
    assert [check.ok for check in checks_of(ledger, memory, "forgetting")] == [False]

    if lost:
        server.lose_everything()
    server.start()
    until(lambda: the_zeppelin_is_found(memory) is RecallMode.FULL)
    until(lambda: all(check.ok for check in checks_of(ledger, memory, "forgetting", "vector profile")))
    assert memory.profile.check().expected == 2


def test_one_that_hangs_holds_nobody_up(server: ChromaServerProcess, memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a bike.")
    memory.catch_up()
    server.hang()
    hanging = ChromaServer(server.url, KEY, patience_seconds=0.2)
    with pytest.raises(MemoryIndexError, match="does not answer in time"):
        hanging.open()
    say(ledger, "I own a zeppelin.")  # which is indexed in the background
    the_zeppelin_is_found(memory)
    server.go_on()
    until(lambda: memory.profile.check().in_step)
    until(lambda: the_zeppelin_is_found(memory) is RecallMode.FULL)


def test_a_collection_that_somebody_deletes(
    server: ChromaServerProcess, memory: TwinMemory, ledger: SqliteLedger
) -> None:
    say(ledger, "I own a bike.")
    memory.catch_up()
    somebody = ChromaServer(server.url, CollectionKey(ledger.uid, "fake-embedder"))
    somebody.discard()
    say(ledger, "I own a zeppelin.")

    def mended() -> bool:
        with suppress(MemoryIndexError):  # until the indexing in the background has met with it
            return memory.profile.ready() and memory.profile.check().in_step
        return False

    until(mended)
    assert memory.profile.check().expected == 2


# --- what is no server of ours --------------------------------------------------------------------------------


@contextmanager
def web_server(status: int, body: bytes) -> Iterator[str]:
    """Something else on that port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}"
        other.shutdown()


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (404, b""), (404, b'{"detail": "Not Found"}'), (200, b"[]"), (500, b"oh")]
)
def test_something_else_that_answers_is_no_chroma_server(status: int, body: bytes) -> None:
    with web_server(status, body) as url, pytest.raises(MemoryIndexError, match="no Chroma server") as caught:
        ChromaServer(url, KEY).open()
    assert "chroma_url" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://localhost", "http://", "http://host:port", "http://[::1", "8000"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(MemoryIndexError, match="is no address of a server") as caught:
        ChromaServer(url, KEY).open()
    assert "http://127.0.0.1:8000" in caught.value.hint


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(MemoryIndexError) as caught:
        ChromaServer("http://anna:sesame@127.0.0.1:9", KEY).open()
    assert "sesame" not in str(caught.value)


# --- good manners ---------------------------------------------------------------------------------------------


def test_no_connection_stays_open(home: Home, ledger: SqliteLedger, server: ChromaServerProcess) -> None:
    say(ledger, "I own a bike.")
    profile = VectorProfile(home.chroma, ledger, embedder=FakeEmbedder, embedder_name="fake-embedder", url=server.url)
    profile.catch_up()
    assert _connections(server.port)
    profile.close()
    assert not _connections(server.port)
    gc.collect()  # a socket that somebody forgot would warn now


def test_nothing_is_kept_here(home: Home, memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a bike.")
    memory.catch_up()
    assert memory.profile.check().in_step
    assert list(home.chroma.iterdir()) == []


def test_two_twins_share_a_server(
    home: Home, memory: TwinMemory, ledger: SqliteLedger, clock: HeldClock, chroma_url: str, tmp_path: Path
) -> None:
    other = SqliteLedger(tmp_path / "other.sqlite3", clock)
    theirs = VectorProfile(home.chroma, other, embedder=FakeEmbedder, embedder_name="fake-embedder", url=chroma_url)
    try:
        say(other, "I own a yacht.")
        theirs.catch_up()
        say(ledger, "I own a bike.")
        memory.catch_up()
        assert theirs.check().expected == memory.profile.check().expected == 1
        assert theirs.check().in_step
        assert memory.profile.check().in_step
    finally:
        theirs.close()
        other.close()


def _connections(port: int) -> int:
    return sum(bool(one.raddr) and one.raddr.port == port for one in psutil.Process().net_connections())
