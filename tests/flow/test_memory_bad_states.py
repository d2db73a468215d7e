"""Whatever befalls the files of memory: it is noticed, said in one sentence with the way out, and nothing is lost.

Real files and real processes; those that die, die by SIGKILL. What can befall Chroma's folder alone is in
``tests/unit/test_memory_profile.py``, what a Chroma server can do in ``tests/flow/test_chroma_server.py``.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from memory.doctor import check_memory
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from memory.store.migrations import APPLICATION_ID, MIGRATIONS
from memory.vectors.profile import VectorProfile
from tests.conftest import REPOSITORY, HeldClock
from tests.fakes import FakeEmbedder
from twin.client import connect, examine_home
from twin.domain import RecallMode, Speaker
from twin.errors import EngineBusyError, LedgerError
from twin.paths import Home
from twin.ports import Job
from twin.requests import Know

_PRELUDE = """
import os, signal, sys
from datetime import UTC, datetime
from memory.vectors.chroma_folder import ChromaFolder
from memory.forgetting.forget import forget, plan_forgetting
from memory.store.ledger import SqliteLedger
from memory.vectors.profile import VectorProfile
from tests.fakes import FakeEmbedder
from twin.domain import Speaker
from twin.errors import TwinError
from twin.paths import Home

class Clock:
    def now(self):
        return datetime.now(UTC)

home = Home.locate(sys.argv[1])
ledger = SqliteLedger(home.ledger, Clock())
profile = VectorProfile(home.chroma, ledger, embedder=FakeEmbedder, embedder_name="fake-embedder")

def say(text):
    return ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id

def die():
    os.kill(os.getpid(), signal.SIGKILL)

"""


def in_a_process(home: Home, code: str, before: Callable[[], object] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``code`` over a ledger and a profile in ``home``; ``before`` is called in the new process first."""
    return subprocess.run(
        [sys.executable, "-c", _PRELUDE + code, str(home.root)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        preexec_fn=before,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def killed(run: subprocess.CompletedProcess[str]) -> bool:
    assert run.returncode == -signal.SIGKILL, run.stderr
    return True


@pytest.fixture
def profile(home: Home, ledger: SqliteLedger) -> Iterator[VectorProfile]:
    opened = VectorProfile(home.chroma, ledger, embedder=FakeEmbedder, embedder_name="fake-embedder")
    yield opened
    opened.close()


@contextmanager
def ledger_of(home: Home, clock: HeldClock) -> Iterator[SqliteLedger]:
    opened = SqliteLedger(home.ledger, clock)
    try:
        yield opened
    finally:
        opened.close()


def say(ledger: SqliteLedger, text: str) -> str:
    return ledger.add_turn(session_id="cli-1", speaker=Speaker.PERSON, text=text).id


def texts(ledger: SqliteLedger) -> list[str]:
    return [turn.text for turn in ledger.turns(limit=1000)]


# --- processes that die ---------------------------------------------------------------------------------------


def test_killed_between_ledger_and_index(home: Home, clock: HeldClock) -> None:
    assert killed(in_a_process(home, "profile.catch_up(); say('I own a bike'); say('I own a zeppelin'); die()"))
    with ledger_of(home, clock) as ledger:
        profile = VectorProfile(home.chroma, ledger, embedder=FakeEmbedder, embedder_name="fake-embedder")
        try:
            assert profile.check().missing == 2
            profile.catch_up()
            assert profile.check().in_step
            assert profile.mended() == "2 made when it was opened"
        finally:
            profile.close()


KILLS = {
    "between two batches": "profile._carry = lambda ids, copy: die()",
    "before the swap": "ChromaFolder.finish_copy = lambda self: die()",
    "in the middle of the swap": "ChromaFolder._finish_swap = lambda self: die() if self._old.exists() else None",
    "before it is noted": "profile._copied_without_what_is_gone(profile._place); die()",
}


@pytest.mark.parametrize("moment", KILLS)
def test_killed_while_chromas_files_are_written_anew(home: Home, clock: HeldClock, moment: str) -> None:
    code = f"""
say('I own a bike'); gone = say('I own a boat'); profile.catch_up()
forget(ledger, plan_forgetting(ledger, gone)); profile.remove([gone])
{KILLS[moment]}
profile.clear()
"""
    assert killed(in_a_process(home, code))
    Home.locate(home.root).create()  # as every start does
    with ledger_of(home, clock) as ledger:
        embedder = FakeEmbedder()
        profile = VectorProfile(home.chroma, ledger, embedder=lambda: embedder, embedder_name="fake-embedder")
        try:
            assert profile.clearing_is_due()
            profile.catch_up()
            assert embedder.embedded == [], "nothing had to be made again"
            profile.clear()
            assert not profile.clearing_is_due()
            assert profile.check().in_step
            assert [path.name for path in home.root.glob("chroma*")] == ["chroma"]
        finally:
            profile.close()


def test_a_log_that_a_dead_process_left(home: Home, clock: HeldClock) -> None:
    assert killed(in_a_process(home, "say('I own a bike'); say('I own a zeppelin'); die()"))
    assert home.ledger.with_name("ledger.sqlite3-wal").stat().st_size > 0
    with ledger_of(home, clock) as ledger:
        assert texts(ledger) == ["I own a bike", "I own a zeppelin"]
        assert ledger.database.faults() == ()


@pytest.mark.parametrize("torn_bytes", [1, 5000])
def test_a_log_torn_by_a_power_cut_opens_without_its_torn_end(home: Home, clock: HeldClock, torn_bytes: int) -> None:
    """What was on the disk before the last write is all there."""
    assert killed(in_a_process(home, "say('I own a bike'); say('I own a zeppelin'); die()"))
    log = home.ledger.with_name("ledger.sqlite3-wal")
    os.truncate(log, log.stat().st_size - torn_bytes)
    with ledger_of(home, clock) as ledger:
        assert texts(ledger) == ["I own a bike"]
        assert ledger.database.faults() == ()
        assert ledger.database.lexicon_in_step()
        say(ledger, "I own a barge")
        assert texts(ledger) == ["I own a bike", "I own a barge"]


def test_a_log_of_noise_opens_as_the_file_was(home: Home, clock: HeldClock) -> None:
    with ledger_of(home, clock) as ledger:
        say(ledger, "I own a bike")
    home.ledger.with_name("ledger.sqlite3-wal").write_bytes(b"\x5a" * 9000)
    with ledger_of(home, clock) as ledger:
        assert texts(ledger) == ["I own a bike"]


# --- a disk that is full or read-only -------------------------------------------------------------------------


def test_a_disk_that_fills_up_loses_nothing_acknowledged(home: Home, clock: HeldClock) -> None:
    """No file may grow beyond 400 kB: the ledger refuses in a sentence, and all that it took is there afterwards."""
    code = """
acknowledged = 0
try:
    for number in range(5000):
        say(f'I own {number} bikes and ' + 'boats ' * 50)
        acknowledged += 1
except TwinError as error:
    print(acknowledged, error, sep='|')
"""
    limit = 400_000
    run = in_a_process(home, code, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert run.returncode == 0, run.stderr
    acknowledged, sentence = run.stdout.strip().split("|")
    assert "disk" in sentence
    with ledger_of(home, clock) as ledger:
        assert len(ledger.turns(limit=10_000)) == int(acknowledged) > 0
        assert ledger.database.faults() == ()
        say(ledger, "I own a zeppelin")


def test_an_index_that_does_not_fit_on_the_disk_waits(home: Home, clock: HeldClock) -> None:
    """The ledger fits, the index does not: words still find, and the index is made as soon as there is room."""
    with ledger_of(home, clock) as ledger, ledger.database.transaction():
        for number in range(600):
            say(ledger, f"I own {number} bikes")
    code = """
try:
    profile.catch_up()
except TwinError as error:
    print(error)
"""
    limit = 800_000
    run = in_a_process(home, code, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert run.returncode == 0, run.stderr
    assert "vector profile" in run.stdout
    with ledger_of(home, clock) as ledger:
        profile = VectorProfile(home.chroma, ledger, embedder=FakeEmbedder, embedder_name="fake-embedder")
        try:
            profile.catch_up()
            assert profile.check().in_step
        finally:
            profile.close()


def _bound_by_permissions() -> None:
    """Have file permissions hold for the superuser as well (Linux)."""
    prctl, drop_from_bounding_set, override_permissions = ctypes.CDLL(None).prctl, 24, 1
    prctl(drop_from_bounding_set, override_permissions, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="dropping a capability is Linux's")
def test_a_folder_that_may_not_be_written_is_left_as_it_is(home: Home, clock: HeldClock) -> None:
    assert in_a_process(home, "say('I own a bike'); profile.catch_up(); profile.close()").returncode == 0
    held = {file.name: file.read_bytes() for file in home.chroma.rglob("*") if file.is_file()}
    folders = [home.chroma, *(path for path in home.chroma.rglob("*") if path.is_dir())]
    for path in [*home.chroma.rglob("*"), home.chroma]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    code = """
say('I own a zeppelin')
try:
    profile.catch_up()
except TwinError as error:
    print(error)
"""
    run = in_a_process(home, code, _bound_by_permissions)
    for folder in folders:
        folder.chmod(0o700)
    for file in home.chroma.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
    assert run.returncode == 0, run.stderr
    assert "permissions" in run.stdout
    assert {file.name: file.read_bytes() for file in home.chroma.rglob("*") if file.is_file()} == held
    with ledger_of(home, clock) as ledger:
        assert texts(ledger) == ["I own a bike", "I own a zeppelin"]


# --- while it runs --------------------------------------------------------------------------------------------


def test_chromas_folder_deleted_under_way(home: Home, memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a bike.")
    memory.catch_up()
    shutil.rmtree(home.chroma)
    say(ledger, "I own a zeppelin.")
    memory.wait_until_ready(Job(emit=lambda event: None))
    assert "I own a zeppelin." in [item.quote for item in memory.recall.recall("What zeppelin do I own?").items]
    memory.catch_up()
    assert memory.profile.check().in_step
    (check,) = [check() for name, check in check_memory(ledger, memory.profile) if name == "vector profile"]
    assert check.ok
    assert "2 made when it was opened" in check.detail, "what happened is said"


# --- the index of words ---------------------------------------------------------------------------------------


def test_words_that_are_out_of_step_are_noticed_and_rebuilt(memory: TwinMemory, ledger: SqliteLedger) -> None:
    say(ledger, "I own a bike.")
    with ledger.database.transaction() as connection:  # as a program would that knows nothing of the index
        connection.execute("DROP TRIGGER turns_change")
        connection.execute("UPDATE turns SET text = 'I own a zeppelin.'")
    assert not _words(ledger, memory)
    memory.rebuild_index(Job(emit=lambda event: None))
    assert _words(ledger, memory)
    (found,) = memory.recall.recall("What zeppelin do I own?", lexical_only=True).items
    assert found.quote == "I own a zeppelin."


def _words(ledger: SqliteLedger, memory: TwinMemory) -> bool:
    (check,) = [check() for name, check in check_memory(ledger, memory.profile) if name == "index of words"]
    assert check.ok or "--rebuild-index" in check.hint
    return check.ok


def test_words_that_are_missing_are_made_when_the_ledger_opens(home: Home, clock: HeldClock) -> None:
    """As in a file that was salvaged without them."""
    with ledger_of(home, clock) as ledger:
        say(ledger, "I own a bike.")
        ledger.database.rows("INSERT INTO lexicon (lexicon) VALUES ('delete-all')")
        assert not ledger.database.lexicon_in_step()
    with ledger_of(home, clock) as ledger:
        assert ledger.database.lexicon_in_step()


DAMAGES = {
    "read": "UPDATE lexicon_data SET block = x'ffff' WHERE id > 10",
    "written": "DELETE FROM lexicon_data WHERE id = 10",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_words_that_are_damaged_are_made_anew_by_whoever_meets_it(ledger: SqliteLedger, damage: str) -> None:
    """Whoever reads notices nothing, whoever writes is asked to try again."""
    say(ledger, "I own a bike.")
    with closing(sqlite3.connect(ledger.database.path, isolation_level=None)) as other:
        other.execute(damage)
    if damage == DAMAGES["written"]:
        with pytest.raises(LedgerError, match="made anew"):
            say(ledger, "I own a boat.")
    say(ledger, "I own a boat.")
    find = "SELECT count(*) FROM lexicon WHERE lexicon MATCH 'own'"
    assert ledger.database.rows(find)[0][0] == 2
    assert ledger.database.lexicon_in_step()
    assert texts(ledger) == ["I own a bike.", "I own a boat."]


# --- ledgers of other times -----------------------------------------------------------------------------------


_FIRST_CONTENT = """
INSERT INTO turns (session_id, speaker, text, route, complete, recallable, created_at) VALUES
    ('s', 'person', 'I own a zeppelin.', '', 1, 1, '2026-03-01T08:00:00+00:00'),
    ('s', 'twin', 'Noted.', 'remember', 1, 0, '2026-03-01T08:00:00+00:00'),
    ('s', 'person', 'I live in Bonn.', '', 1, 1, '2026-02-01T08:00:00+00:00'),
    ('s', 'person', 'I live in Kiel.', '', 1, 1, '2026-03-01T08:00:00+00:00');
INSERT INTO turn_sources VALUES (2, 'm1');
INSERT INTO utterances (
    heard, corrected, words, seconds, language, audio_sha256, source, origin, model, hints, rules_applied, session_id,
    recallable, created_at
) VALUES (
    'the open rider key', 'the OpenRouter key', '[]', 1.5, 'en', 'abc', 'file', 'a.wav', 'whisper-base', '[]', '[]',
    's', 1, '2026-03-01T08:00:00+00:00'
);
INSERT INTO corrections (utterance_id, said, edits, created_at)
    VALUES (1, 'the OpenRouter key', '[]', '2026-03-01T08:00:00+00:00');
INSERT INTO memories (
    kind, text, slot, value, polarity, confidence, aliases, true_from, true_until, learned_at, superseded_by
) VALUES
    ('fact', 'I live in Bonn', 'self.home', 'Bonn', 'neutral', 1, '[]', '2026-02-01T08:00:00+00:00',
     '2026-03-01T08:00:00+00:00', '2026-02-01T08:00:00+00:00', 2),
    ('fact', 'I live in Kiel', 'self.home', 'Kiel', 'neutral', 1, '[]', '2026-03-01T08:00:00+00:00', NULL,
     '2026-03-01T08:00:00+00:00', NULL);
INSERT INTO memory_sources VALUES (1, 't3', 0), (2, 't4', 0);
INSERT INTO tombstones VALUES ('m9', 'memory', '2026-03-01T08:00:00+00:00');
INSERT INTO journal (at, what, subject_id) VALUES ('2026-03-01T08:00:00+00:00', 'said', 't1');
"""


def first_schema(path: Path) -> None:
    """A ledger as the first version left it, with something of everything."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    MIGRATIONS[0](connection)
    connection.execute("PRAGMA user_version = 1")
    connection.executescript(_FIRST_CONTENT)
    connection.close()


def test_a_ledger_of_the_first_schema_is_brought_over_whole(home: Home, clock: HeldClock) -> None:
    first_schema(home.ledger)
    with closing(sqlite3.connect(home.ledger)) as before:
        counts = {
            table: before.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("turns", "utterances", "corrections", "memories", "memory_sources", "tombstones", "journal")
        }
        uid = before.execute("SELECT uid FROM identity").fetchone()[0]
    with ledger_of(home, clock) as ledger:
        for table, count in counts.items():
            assert ledger.database.rows(f"SELECT count(*) FROM {table}")[0][0] == count
        assert ledger.uid == uid
        assert ledger.database.faults() == ()
        assert ledger.database.lexicon_in_step()
        assert [memory.value for memory in ledger.memories()] == ["Kiel"]
        assert ledger.utterance("u1").text == "the OpenRouter key"


def test_what_an_old_ledger_holds_is_found(home: Home, clock: HeldClock, request: pytest.FixtureRequest) -> None:
    first_schema(home.ledger)
    memory: TwinMemory = request.getfixturevalue("memory")
    memory.catch_up()
    assert memory.profile.check().in_step
    for question, answer in (("What zeppelin do I own?", "zeppelin"), ("Where do I live?", "Kiel")):
        recollection = memory.recall.recall(question)
        assert answer in " ".join(item.quote for item in recollection.items)
        assert recollection.mode is RecallMode.FULL
    assert memory.forget("m2").memory_ids
    memory.profile.clear()
    assert memory.profile.check().in_step


def test_a_ledger_of_a_newer_version_is_refused_and_not_touched(home: Home, clock: HeldClock) -> None:
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as future:
        future.execute("CREATE TABLE thoughts (what TEXT)")
        future.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        future.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 7}")
    before = home.ledger.read_bytes()
    with pytest.raises(LedgerError, match="newer version") as caught:
        SqliteLedger(home.ledger, clock)
    assert "newer version" in caught.value.hint
    with closing(sqlite3.connect(home.ledger)) as future:
        assert future.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 7,)
        assert future.execute("SELECT count(*) FROM thoughts").fetchone() == (0,)
    assert home.ledger.read_bytes()[200:] == before[200:], "but for the mark of the write-ahead log"


# --- a twin that does not start -------------------------------------------------------------------------------


def damage_header(home: Home) -> None:
    with home.ledger.open("r+b") as file:
        file.write(b"\xff" * 200)


def twin(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TWIN_HOME": str(home.root), "TWIN_PRELOAD": "0", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "twin", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


@pytest.mark.weights
def test_the_doctor_works_without_a_ledger(home: Home, clock: HeldClock) -> None:
    with ledger_of(home, clock) as ledger:
        say(ledger, "I own a bike")
    damage_header(home)
    for arguments in ((), ("--in-process",)):
        run = twin(home, "doctor", "--json", *arguments)
        assert run.returncode == 1, run.stderr
        checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
        assert checks["home folder"]["ok"]
        assert checks["recogniser weights"]["ok"]
        assert not checks["ledger"]["ok"]
        assert "recover" in checks["ledger"]["hint"]
        assert "engine" not in checks, "the ledger is what is wrong, and is named once"
    plain = twin(home, "doctor")
    assert "ledger" in plain.stdout
    assert "Traceback" not in plain.stdout + plain.stderr
    asked = twin(home, "ask", "What do I own?")
    assert asked.returncode == 1
    assert len(asked.stderr.strip().splitlines()) == 1
    assert "damaged" in asked.stderr


@pytest.mark.weights
def test_the_doctor_names_what_else_keeps_a_twin_from_starting(home: Home) -> None:
    home.config.write_text("beam_size = 99\n")
    run = twin(home, "doctor", "--json")
    checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
    assert not checks["settings"]["ok"]
    assert "beam_size" in checks["settings"]["detail"]
    assert checks["ledger"]["ok"]


def test_what_nobody_foresaw_is_the_engines_line(home: Home, clock: HeldClock) -> None:
    diagnosis = examine_home(home, LedgerError("The moon is full.", hint="Wait."))
    assert not diagnosis.healthy
    (line,) = [check for check in diagnosis.checks if check.name == "engine"]
    assert (line.detail, line.hint) == ("The moon is full.", "Wait.")


@pytest.mark.weights
def test_a_chroma_server_that_is_gone_is_named_by_the_doctor(home: Home) -> None:
    home.config.write_text('chroma_url = "http://127.0.0.1:9"\n')
    run = twin(home, "doctor", "--in-process", "--json")
    checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
    assert run.returncode == 1
    assert "http://127.0.0.1:9" in checks["vector profile"]["detail"]
    assert "chroma_url" in checks["vector profile"]["hint"]
    assert checks["ledger"]["ok"]


# --- two processes --------------------------------------------------------------------------------------------


def test_a_second_twin_in_process_is_told_who_holds_the_home(home: Home) -> None:
    code = (
        "import sys, time; from twin.client import connect; from twin.paths import Home\n"
        "client = connect(Home.locate(sys.argv[1]), in_process=True); print('held', flush=True); sys.stdin.read()\n"
        "client.close()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"held"
    try:
        with pytest.raises(EngineBusyError, match=f"process {holder.pid}, started with --in-process"):
            connect(home, in_process=True)
    finally:
        holder.communicate()
    client = connect(home, in_process=True)
    assert client.call(Know()).memories == ()
    client.close()


def test_two_processes_on_one_ledger_lose_nothing(home: Home, clock: HeldClock) -> None:
    """The lock keeps them apart; were it not for it, the ledger would still hold."""
    code = "\nfor number in range(40): say(f'{sys.argv[1][-1]} I own {number} bikes')"
    command = [sys.executable, "-c", _PRELUDE + code, str(home.root)]
    both = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        _, trouble = one.communicate()
        assert one.returncode == 0, trouble
    with ledger_of(home, clock) as ledger:
        assert len(texts(ledger)) == 80
        assert ledger.database.faults() == ()
        assert ledger.database.lexicon_in_step()
