"""The vector profile: it follows the ledger, holds no text, and whatever happens to its folder, it comes back."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest

from memory.ledger import SqliteLedger
from memory.profile import VectorProfile
from tests.fakes import FakeEmbedder
from twin.domain import Speaker
from twin.errors import CancelledByPersonError, MemoryIndexError
from twin.paths import Home
from twin.ports import Embedder


class Profiles:
    """Opens profiles over one ledger and closes them at the end."""

    def __init__(self, home: Home, ledger: SqliteLedger) -> None:
        self.home, self.ledger = home, ledger
        self.embedder = FakeEmbedder()
        self._open: list[VectorProfile] = []

    def open(self, *, embedder: Embedder | None = None, name: str = "fake-embedder", url: str = "") -> VectorProfile:
        profile = VectorProfile(
            self.home.chroma, self.ledger, embedder=lambda: embedder or self.embedder, embedder_name=name, url=url
        )
        self._open.append(profile)
        return profile

    def tell(self, *texts: str) -> list[str]:
        return [self.ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id for text in texts]

    def find(self, profile: VectorProfile, text: str) -> str:
        return next(iter(profile.nearest(self.embedder.embed([text])[0].tolist(), limit=1)))

    def close(self) -> None:
        for profile in self._open:
            profile.close()


@pytest.fixture
def profiles(home: Home, ledger: SqliteLedger) -> Iterator[Profiles]:
    all_profiles = Profiles(home, ledger)
    yield all_profiles
    all_profiles.close()


def test_it_catches_up_and_finds(profiles: Profiles) -> None:
    ids = profiles.tell("I live in Berlin", "I drink oat flat whites", "my sister is called Anna")
    profile = profiles.open()
    assert not profile.ready()
    profile.catch_up()
    assert profile.ready()
    assert profiles.find(profile, "oat flat whites") == ids[1]
    vector = profiles.embedder.embed(["I live in Berlin"])[0].tolist()
    cosines = profile.similarities(vector, [*ids[:2], "t99"])
    assert cosines[ids[0]] == pytest.approx(1.0, abs=1e-4)
    assert set(cosines) == set(ids[:2])
    assert profile.check().in_step


def test_only_what_is_new_is_embedded_again(profiles: Profiles) -> None:
    profiles.tell("I live in Berlin")
    first = profiles.open()
    first.catch_up()
    first.close()
    profiles.tell("I own a bike")
    profiles.embedder.embedded.clear()
    profiles.open().catch_up()
    assert profiles.embedder.embedded == ["I own a bike"]


def test_what_is_added_later_is_indexed_at_once(profiles: Profiles) -> None:
    profile = profiles.open()
    profile.catch_up()
    (added,) = profiles.tell("I own a red bike")
    profile.enqueue([added])
    profile.work_off()
    assert profiles.find(profile, "red bike") == added


def test_a_changed_text_is_indexed_anew(profiles: Profiles) -> None:
    (turn,) = profiles.tell("I own a bike")
    profile = profiles.open()
    profile.catch_up()
    with profiles.ledger.database.transaction() as connection:
        connection.execute("UPDATE turns SET text = 'I own a boat'")
    assert profile.check().stale == 1
    profile.catch_up()
    cosine = profile.similarities(profiles.embedder.embed(["I own a boat"])[0].tolist(), [turn])[turn]
    assert cosine == pytest.approx(1.0, abs=1e-4)


def test_what_the_ledger_lost_is_removed(profiles: Profiles) -> None:
    kept, gone = profiles.tell("I own a bike", "I own a boat")
    profile = profiles.open()
    profile.catch_up()
    with profiles.ledger.database.transaction() as connection:
        connection.execute("DELETE FROM turns WHERE id = ?", (int(gone[1:]),))
    assert profile.check().surplus == 1
    profile.catch_up()
    assert profile.check().in_step
    assert profiles.find(profile, "a boat") == kept


def test_removing_needs_no_embedder(profiles: Profiles) -> None:
    (turn,) = profiles.tell("I own a bike")
    profiles.open().catch_up()
    without = VectorProfile(profiles.home.chroma, profiles.ledger, embedder=lambda: None, embedder_name="fake-embedder")
    try:
        without.catch_up()
        assert not without.ready()
        without.remove([turn])
        assert without.check().missing == 1
    finally:
        without.close()


def test_before_it_is_open_it_says_so(profiles: Profiles) -> None:
    with pytest.raises(MemoryIndexError):
        profiles.open().nearest([1.0] * 256, limit=1)


def test_it_holds_no_text(profiles: Profiles) -> None:
    profiles.tell("I keep a zanzibarian parrot")
    profile = profiles.open()
    profile.catch_up()
    profile.close()
    files = [file for file in profiles.home.chroma.rglob("*") if file.is_file()]
    assert files
    assert not any(word in file.read_bytes().lower() for file in files for word in (b"zanzibar", b"parrot"))


def test_a_report_may_stop_a_catch_up_which_goes_on_later(profiles: Profiles) -> None:
    profiles.tell(*(f"I own {number} bikes" for number in range(300)))
    profile = profiles.open()
    seen: list[tuple[int, int]] = []

    def stop_after_the_first_batch(done: int, total: int) -> None:
        seen.append((done, total))
        if done:
            raise CancelledByPersonError("Cancelled.")

    with pytest.raises(CancelledByPersonError):
        profile.catch_up(stop_after_the_first_batch)
    assert not profile.ready()
    assert seen == [(0, 300), (256, 300)]
    assert profile.check().missing == 44
    profile.catch_up()
    assert profile.check().in_step


def test_adding_from_many_threads_loses_nothing(profiles: Profiles) -> None:
    profiles.tell(*(f"I own {number} bikes" for number in range(50)))
    profile = profiles.open()

    def tell(name: str) -> None:
        for number in range(10):
            profile.enqueue(profiles.tell(f"{name} owns {number} boats"))
            profile.work_off()

    threads = [Thread(target=profile.catch_up), *(Thread(target=tell, args=(name,)) for name in ("Anna", "Bea"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert profile.check().in_step


# --- bad states -----------------------------------------------------------------------------------------------


def _segment(home: Home) -> Path:
    return next(folder for folder in home.chroma.iterdir() if folder.is_dir())


def _put_a_file_in_its_place(home: Home) -> None:
    shutil.rmtree(home.chroma)
    home.chroma.write_text("not a folder")


_CATCH_UP = """
import sys
import time
from datetime import UTC, datetime
from memory.ledger import SqliteLedger
from memory.profile import VectorProfile
from tests.fakes import FakeEmbedder
from twin.paths import Home

class Clock:
    def now(self):
        return datetime.now(UTC)

home = Home.locate(sys.argv[1])
VectorProfile(
    home.chroma, SqliteLedger(home.ledger, Clock()), embedder=FakeEmbedder, embedder_name="fake-embedder"
).catch_up()
"""


def _open_in_a_process_of_its_own(profiles: Profiles) -> None:
    """Which may die of it."""
    subprocess.run(
        [sys.executable, "-c", _CATCH_UP, str(profiles.home.root)], cwd=Path(__file__).parents[2], capture_output=True
    )


DAMAGES: dict[str, Callable[[Home], object]] = {
    "folder deleted": lambda home: shutil.rmtree(home.chroma),
    "database deleted": lambda home: (home.chroma / "chroma.sqlite3").unlink(),
    "database no database": lambda home: (home.chroma / "chroma.sqlite3").write_bytes(b"garbage" * 5000),
    "segment deleted": lambda home: shutil.rmtree(_segment(home)),
    "segment cut off": lambda home: os.truncate(_segment(home) / "data_level0.bin", 1000),
    "segment of another version": lambda home: (_segment(home) / "index_metadata.pickle").write_bytes(b"other"),
    "header of noise": lambda home: (_segment(home) / "header.bin").write_bytes(b"\x7f" * 100),
    "a process died over it": lambda home: home.chroma.with_name("chroma.opening").touch(),
    "a file in its place": _put_a_file_in_its_place,
}


DEADLY = {"segment cut off"}
"""Kills the process within Chroma's native code; what matters is that the next one recovers."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_made_again(profiles: Profiles, damage: str) -> None:
    """With enough vectors for Chroma to have written its own files (it does so every thousand)."""
    profiles.tell(*(" ".join(f"w{number * k % 211}" for k in (1, 3, 5, 7)) for number in range(1100)))
    (anna,) = profiles.tell("my sister is called Anna")
    first = profiles.open()
    first.catch_up()
    first.close()
    DAMAGES[damage](profiles.home)
    if damage in DEADLY:
        _open_in_a_process_of_its_own(profiles)
    profile = profiles.open()
    profile.catch_up()
    assert profile.check().in_step
    assert profiles.find(profile, "my sister Anna") == anna
    assert not profiles.home.chroma.with_name("chroma.opening").exists()


def test_a_folder_deleted_under_way_is_made_again(profiles: Profiles) -> None:
    (turn,) = profiles.tell("I own a bike")
    profile = profiles.open()
    profile.catch_up()
    shutil.rmtree(profiles.home.chroma)
    later = profiles.tell("I own a boat")
    profile.enqueue(later)
    with pytest.raises(MemoryIndexError):
        profile.work_off()
    assert not profile.ready()
    profile.catch_up()
    assert profile.check().in_step
    assert profiles.find(profile, "bike") == turn


def test_another_embedder_starts_a_new_index(profiles: Profiles) -> None:
    profiles.tell("I own a bike")
    profiles.open().catch_up()
    other = FakeEmbedder()
    other.dimensions = 64
    profile = profiles.open(embedder=other, name="another-embedder")
    assert profile.check().missing == 1
    profile.catch_up()
    assert profile.check().in_step
    assert len(profile.nearest(other.embed(["bike"])[0].tolist(), limit=5)) == 1


def test_a_folder_that_cannot_be_used_is_a_sentence(profiles: Profiles) -> None:
    profiles.tell("I own a bike")
    profiles.home.chroma.rmdir()
    profiles.home.chroma.symlink_to(profiles.home.root / "nowhere" / "at" / "all")
    with pytest.raises(MemoryIndexError, match="cannot be opened"):
        profiles.open().catch_up()


def test_rebuilding_makes_it_anew(profiles: Profiles) -> None:
    profiles.tell("I own a bike")
    profile = profiles.open()
    profile.catch_up()
    profiles.embedder.embedded.clear()
    profile.rebuild()
    assert profiles.embedder.embedded == ["I own a bike"]
    assert profile.check().in_step


def test_a_server_that_is_not_there_is_a_sentence(profiles: Profiles) -> None:
    with pytest.raises(MemoryIndexError, match="server"):
        profiles.open(url="http://127.0.0.1:9").catch_up()


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    """A Chroma server of its own on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [command, "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_a_chroma_server_serves_as_well(profiles: Profiles, chroma_server: str) -> None:
    boat, bike = profiles.tell("I own a boat", "I own a bike")
    profile = profiles.open(url=chroma_server)
    profile.catch_up()
    assert profiles.find(profile, "a bike") == bike
    profile.remove([bike])
    assert profiles.find(profile, "a bike") == boat
    profile.rebuild()
    assert profile.check().in_step
    assert profiles.find(profile, "a bike") == bike
    assert list(profiles.home.chroma.iterdir()) == [], "nothing is kept here"
    profile.close()
    for client in [known for known in gc.get_objects() if issubclass(type(known), httpx.Client)]:
        client.close()  # Chroma leaves its connections open
