"""The vector profile: it follows the ledger, holds no text, and whatever happens to its folder, it comes back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from memory.forgetting.forget import forget, plan_forgetting
from memory.store.ledger import SqliteLedger
from memory.vectors.collection import GRAPH
from memory.vectors.profile import ProfileState, VectorProfile
from tests.chroma import files_with
from tests.fakes import FakeEmbedder
from twin.domain import Speaker
from twin.errors import CancelledByPersonError, MemoryIndexError
from twin.paths import Home
from twin.ports import Embedder


class NoiseEmbedder(FakeEmbedder):
    """Embeds every text as noise of its own, which is known again wherever it stands."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        noise = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.dimensions) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in noise], dtype=np.float32)


class Heard(dict[str, NDArray[np.float32]]):
    """A listener that remembers."""

    def lacking(self, ids: Collection[str]) -> list[str]:
        return [known for known in ids if known not in self]

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self.update(zip(ids, vectors, strict=True))

    def drop(self, ids: Sequence[str]) -> None:
        for known in ids:
            self.pop(known, None)


class Profiles:
    """Opens profiles over one ledger and closes them at the end."""

    def __init__(self, home: Home, ledger: SqliteLedger, url: str) -> None:
        self.home, self.ledger, self.url = home, ledger, url
        self.embedder = FakeEmbedder()
        self._open: list[VectorProfile] = []

    def open(self, *, embedder: Embedder | None = None, name: str = "fake-embedder") -> VectorProfile:
        return self._opened(lambda: embedder or self.embedder, name)

    def open_without_embedder(self) -> VectorProfile:
        return self._opened(lambda: None, "fake-embedder")

    def _opened(self, embedder: Callable[[], Embedder | None], name: str) -> VectorProfile:
        profile = VectorProfile(self.home.chroma, self.ledger, embedder=embedder, embedder_name=name, url=self.url)
        profile.listener = self.heard = Heard()
        self._open.append(profile)
        return profile

    def tell(self, *texts: str) -> list[str]:
        return [self.ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id for text in texts]

    def held(self, profile: VectorProfile) -> Heard:
        """Everything that Chroma holds."""
        profile.listener = heard = Heard()
        profile.catch_up()
        return heard

    def find(self, profile: VectorProfile, text: str, embedder: Embedder | None = None) -> str:
        """The id of the vector in Chroma that is nearest to that of ``text``."""
        held = self.held(profile)
        (vector,) = (embedder or self.embedder).embed([text])
        return max(held, key=lambda known: float(held[known] @ vector))

    def close(self) -> None:
        for profile in self._open:
            profile.close()


@pytest.fixture
def profiles(home: Home, ledger: SqliteLedger, chroma_url: str) -> Iterator[Profiles]:
    all_profiles = Profiles(home, ledger, chroma_url)
    yield all_profiles
    all_profiles.close()


@pytest.fixture
def in_folder(home: Home, ledger: SqliteLedger) -> Iterator[Profiles]:
    """Those of Chroma in this process alone."""
    all_profiles = Profiles(home, ledger, "")
    yield all_profiles
    all_profiles.close()


def test_it_catches_up_and_finds(profiles: Profiles) -> None:
    ids = profiles.tell("I live in Berlin", "I drink oat flat whites", "my sister is called Anna")
    profile = profiles.open()
    assert not profile.ready()
    profile.catch_up()
    assert profile.ready()
    assert profiles.find(profile, "oat flat whites") == ids[1]
    assert set(profiles.held(profile)) == set(ids)
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
    np.testing.assert_allclose(profiles.held(profile)[turn], profiles.embedder.embed(["I own a boat"])[0], atol=1e-5)


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
    without = profiles.open_without_embedder()
    without.catch_up()
    assert not without.ready()
    without.remove([turn])
    assert without.check().missing == 1


def test_who_listens_is_told_of_all_that_comes_and_goes(profiles: Profiles) -> None:
    bike, boat = profiles.tell("I own a bike", "I own a boat")
    profiles.open().catch_up()
    profiles.close()
    profile = profiles.open()
    profile.catch_up()
    assert set(profiles.heard) == {bike, boat}
    profile.remove([boat])
    (barge,) = profiles.tell("I own a barge")
    profile.enqueue([barge])
    profile.work_off()
    assert set(profiles.heard) == {bike, barge}
    assert profiles.held(profile).keys() == {bike, boat, barge}, "which the ledger has still"


def test_it_holds_no_text(in_folder: Profiles) -> None:
    in_folder.tell("I keep a zanzibarian parrot")
    profile = in_folder.open()
    profile.catch_up()
    profile.close()
    files = [file for file in in_folder.home.chroma.rglob("*") if file.is_file()]
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


def test_a_large_collection_is_looked_through_page_by_page(
    in_folder: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memory.vectors.profile._PAGE", 4)
    for told in (3, 1, 4):  # less than a page, just a page, two of them
        in_folder.tell(*(f"I own {number} bikes" for number in range(told)))
        profile = in_folder.open()
        profile.catch_up()
        assert profile.check().in_step
        profile.close()
    assert len(in_folder.held(in_folder.open())) == 8


# --- clearing -------------------------------------------------------------------------------------------------


@pytest.fixture
def files_written_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Chroma write its own files at every hundredth vector rather than every thousandth."""
    monkeypatch.setitem(GRAPH, "sync_threshold", 100)


def forgotten(profiles: Profiles, *ids: str) -> None:
    forget(profiles.ledger, plan_forgetting(profiles.ledger, *ids))


@pytest.mark.usefixtures("files_written_early")
def test_what_is_forgotten_leaves_chromas_files(in_folder: Profiles) -> None:
    """Where they had been is no matter: in Chroma's graph, or in its log."""
    embedder = NoiseEmbedder()
    ids = in_folder.tell(*(f"I own {number} bikes" for number in range(230)))
    early, late, kept = (embedder.embed([f"I own {number} bikes"])[0] for number in (3, 228, 4))
    profile = in_folder.open(embedder=embedder)
    profile.catch_up()
    profile.remove([ids[3], ids[228]])
    found = files_with(in_folder.home.chroma, early), files_with(in_folder.home.chroma, late)
    assert "data_level0.bin" in found[0], "Chroma only marks what is deleted"
    assert "chroma.sqlite3" in found[1]
    assert not profile.clearing_is_due()

    forgotten(in_folder, ids[3], ids[228])
    assert profile.clearing_is_due()
    profile.clear()
    assert not profile.clearing_is_due()
    assert files_with(in_folder.home.root, early) == files_with(in_folder.home.root, late) == []
    assert files_with(in_folder.home.chroma, kept)
    assert profile.ready()
    assert profile.check().in_step
    assert sorted(path.name for path in in_folder.home.root.glob("chroma*")) == ["chroma"]
    assert in_folder.find(profile, "I own 4 bikes", embedder) == ids[4]


def test_clearing_leaves_out_what_nobody_removed(in_folder: Profiles) -> None:
    """And what has a new text since: the old one may be what was forgotten."""
    embedder = NoiseEmbedder()
    ids = in_folder.tell("I own a bike", "I own a boat", "I own a barge")
    in_folder.open(embedder=embedder).catch_up()
    in_folder.close()
    forgotten(in_folder, ids[0])
    with in_folder.ledger.database.transaction() as connection:
        connection.execute("UPDATE turns SET text = 'I own a ship' WHERE id = ?", (int(ids[1][1:]),))
    profile = in_folder.open(embedder=embedder)
    profile.clear()
    bike, boat, barge = embedder.embed(["I own a bike", "I own a boat", "I own a barge"])
    assert files_with(in_folder.home.chroma, bike) == files_with(in_folder.home.chroma, boat) == []
    assert files_with(in_folder.home.chroma, barge)
    assert profile.check() == ProfileState(expected=2, missing=1, surplus=0, stale=0)


def test_clearing_lets_others_at_the_index(in_folder: Profiles) -> None:
    ids = in_folder.tell(*(f"I own {number} bikes" for number in range(1100)))
    profile = in_folder.open()
    profile.catch_up()
    forgotten(in_folder, ids[0])
    clearing = Thread(target=profile.clear)
    clearing.start()
    for number in range(1, 6):
        profile.enqueue(in_folder.tell(f"Anna owns {number} boats"))
        profile.work_off()
        profile.remove([ids[number]])
        forgotten(in_folder, ids[number])
    clearing.join()
    assert profile.check().in_step
    profile.clear()
    assert profile.check().in_step
    assert not profile.clearing_is_due()


def test_clearing_is_put_off_when_the_twin_closes(in_folder: Profiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memory.vectors.profile._GRACE_SECONDS", 0.0)
    ids = in_folder.tell("I own a bike", "I own a boat")
    profile = in_folder.open()
    profile.catch_up()
    forgotten(in_folder, ids[0])
    profile.finish_soon()
    profile.clear()
    assert profile.clearing_is_due()
    profile.close()
    later = in_folder.open()
    later.clear()
    assert not later.clearing_is_due()


def test_what_is_forgotten_is_deleted_from_a_server(profiles: Profiles) -> None:
    """Whose files are its own; nobody had to remove it first."""
    ids = profiles.tell("I own a bike", "I own a boat")
    profile = profiles.open()
    profile.catch_up()
    forgotten(profiles, ids[0])
    profile.clear()
    assert profile.check().in_step
    assert profiles.find(profile, "a bike") == ids[1]
    assert not profile.clearing_is_due()


# --- bad states -----------------------------------------------------------------------------------------------


def _segment(home: Home) -> Path:
    return next(folder for folder in home.chroma.iterdir() if folder.is_dir())


def _put_a_file_in_its_place(home: Home) -> None:
    shutil.rmtree(home.chroma)
    home.chroma.write_text("not a folder")


def _noise_in(file: Path, *, start: float, share: float) -> None:
    """Random bytes over a share of ``file``."""
    content = bytearray(file.read_bytes())
    first, count = int(len(content) * start), int(len(content) * share)
    content[first : first + count] = np.random.default_rng(5).bytes(count)
    file.write_bytes(content)


def _in_database(home: Home, statement: str) -> None:
    with closing(sqlite3.connect(home.chroma / "chroma.sqlite3", isolation_level=None)) as connection:
        connection.execute(statement)


_CATCH_UP = """
import sys
from datetime import UTC, datetime
from memory.store.ledger import SqliteLedger
from memory.vectors.profile import VectorProfile
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


def _open_in_a_process_of_its_own(in_folder: Profiles) -> None:
    """Which may die of it."""
    subprocess.run(
        [sys.executable, "-c", _CATCH_UP, str(in_folder.home.root)], cwd=Path(__file__).parents[2], capture_output=True
    )


OTHER = "UPDATE migrations SET hash = 'of another version' WHERE dir = 'sysdb' AND version = 5"
OLDER = "DELETE FROM migrations WHERE dir = 'metadb' AND version > 1"
DAMAGES: dict[str, Callable[[Home], object]] = {
    "folder deleted": lambda home: shutil.rmtree(home.chroma),
    "database deleted": lambda home: (home.chroma / "chroma.sqlite3").unlink(),
    "database no database": lambda home: (home.chroma / "chroma.sqlite3").write_bytes(b"garbage" * 5000),
    "database cut off": lambda home: os.truncate(home.chroma / "chroma.sqlite3", 100_000),
    "noise in the database": lambda home: _noise_in(home.chroma / "chroma.sqlite3", start=0.3, share=0.5),
    "database of another Chroma": lambda home: _in_database(home, OTHER),
    "database of an older Chroma": lambda home: _in_database(home, OLDER),
    "segment deleted": lambda home: shutil.rmtree(_segment(home)),
    "segment cut off": lambda home: os.truncate(_segment(home) / "data_level0.bin", 1000),
    "segment of another version": lambda home: (_segment(home) / "index_metadata.pickle").write_bytes(b"other"),
    "noise in the vectors": lambda home: _noise_in(_segment(home) / "data_level0.bin", start=0.4, share=0.5),
    "header of noise": lambda home: (_segment(home) / "header.bin").write_bytes(b"\x7f" * 100),
    "a process died over it": lambda home: home.chroma.with_name("chroma.opening").touch(),
    "a file in its place": _put_a_file_in_its_place,
}


DEADLY = {"segment cut off", "noise in the vectors"}
"""May kill the process within Chroma's native code; what matters is that the next one recovers."""


@pytest.mark.usefixtures("files_written_early")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_made_again(in_folder: Profiles, damage: str) -> None:
    """Everything is there afterwards, with the vectors that it should have."""
    texts = [" ".join(f"w{number * k % 211}" for k in (1, 3, 5, 7)) for number in range(150)]
    ids = in_folder.tell(*texts)
    (anna,) = in_folder.tell("my sister is called Anna")
    first = in_folder.open()
    first.catch_up()
    first.close()
    DAMAGES[damage](in_folder.home)
    if damage in DEADLY:
        _open_in_a_process_of_its_own(in_folder)
    profile = in_folder.open()
    profile.catch_up()
    assert profile.check().in_step
    assert in_folder.find(profile, "my sister Anna") == anna
    for heard in (in_folder.heard, in_folder.held(profile)):
        vectors = np.array([heard[known] for known in ids])
        np.testing.assert_allclose(vectors, in_folder.embedder.embed(texts), atol=1e-5)
    assert not in_folder.home.chroma.with_name("chroma.opening").exists()
    if damage not in DEADLY:
        assert profile.mended()


def test_a_folder_deleted_under_way_is_made_again(in_folder: Profiles) -> None:
    (turn,) = in_folder.tell("I own a bike")
    profile = in_folder.open()
    profile.catch_up()
    shutil.rmtree(in_folder.home.chroma)
    later = in_folder.tell("I own a boat")
    profile.enqueue(later)
    with pytest.raises(MemoryIndexError):
        profile.work_off()
    assert not profile.ready()
    profile.catch_up()
    assert profile.check().in_step
    assert in_folder.find(profile, "bike") == turn


def test_another_embedder_starts_a_new_index(profiles: Profiles) -> None:
    profiles.tell("I own a bike")
    first = profiles.open()
    first.catch_up()
    first.close()
    other = FakeEmbedder()
    other.dimensions = 64
    profile = profiles.open(embedder=other, name="another-embedder")
    assert profile.check().missing == 1
    profile.catch_up()
    assert profile.check().in_step
    assert {len(vector) for vector in profiles.held(profile).values()} == {64}


def test_a_folder_that_cannot_be_used_is_a_sentence(in_folder: Profiles) -> None:
    in_folder.tell("I own a bike")
    in_folder.home.chroma.rmdir()
    in_folder.home.chroma.symlink_to(in_folder.home.root / "nowhere" / "at" / "all")
    with pytest.raises(MemoryIndexError, match="cannot be opened"):
        in_folder.open().catch_up()


def test_rebuilding_makes_it_anew(profiles: Profiles) -> None:
    profiles.tell("I own a bike")
    profile = profiles.open()
    profile.catch_up()
    profiles.embedder.embedded.clear()
    profile.rebuild()
    assert profiles.embedder.embedded == ["I own a bike"]
    assert profile.check().in_step
