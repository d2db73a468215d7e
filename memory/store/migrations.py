"""The ledger's schema, as numbered steps. Append-only: a step that has shipped is never edited.

``PRAGMA user_version`` counts the steps a file has been through; ``application_id`` says that it is ours. Each step
is one transaction together with its count, so a kill leaves the old schema or the new one.

Ids that people see (``u12``) are a letter and the row's number; numbers come from ``AUTOINCREMENT``, so none is ever
used again. Whatever can be found by its words is a row of the view ``passages``, whose number tells where it comes
from (4n a turn, 4n+1 an utterance, 4n+2 a memory); the full-text index ``lexicon`` is kept in step by triggers, in the
transaction that changes the text, and keeps no copy of it.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable

from twin.errors import LedgerError

APPLICATION_ID = 0x5457494E  # "TWIN"

_FIRST = """
CREATE TABLE identity (uid TEXT NOT NULL);

CREATE TABLE utterances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    heard TEXT NOT NULL,
    corrected TEXT,
    words TEXT NOT NULL,
    seconds REAL NOT NULL,
    language TEXT NOT NULL,
    audio_sha256 TEXT NOT NULL,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    adapter_id TEXT,
    hints TEXT NOT NULL,
    rules_applied TEXT NOT NULL,
    session_id TEXT NOT NULL,
    recallable INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    utterance_id INTEGER NOT NULL REFERENCES utterances (id) ON DELETE CASCADE,
    said TEXT NOT NULL,
    edits TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX corrections_by_utterance ON corrections (utterance_id);

CREATE TABLE signals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    summary TEXT NOT NULL,
    edits TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX signals_by_subject ON signals (subject_id);

CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    speaker TEXT NOT NULL,
    text TEXT NOT NULL,
    route TEXT NOT NULL,
    complete INTEGER NOT NULL,
    recallable INTEGER NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX turns_by_session ON turns (session_id, id);

CREATE TABLE turn_sources (
    turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    source_id TEXT NOT NULL,
    PRIMARY KEY (turn_id, source_id)
) WITHOUT ROWID;
CREATE INDEX turn_sources_by_source ON turn_sources (source_id);

CREATE TABLE memories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    slot TEXT NOT NULL,
    value TEXT NOT NULL,
    polarity TEXT NOT NULL,
    confidence REAL NOT NULL,
    aliases TEXT NOT NULL,
    true_from TEXT NOT NULL,
    true_until TEXT,
    learned_at TEXT NOT NULL,
    superseded_by INTEGER
);
CREATE INDEX memories_by_slot ON memories (slot) WHERE slot <> '';
CREATE INDEX memories_by_text ON memories (text) WHERE slot = '';

CREATE TABLE memory_sources (
    memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    source_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (memory_id, source_id)
) WITHOUT ROWID;
CREATE INDEX memory_sources_by_source ON memory_sources (source_id);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rung TEXT NOT NULL,
    subject TEXT NOT NULL,
    reasons TEXT NOT NULL,
    signal_ids TEXT NOT NULL,
    missing TEXT NOT NULL,
    memory_id TEXT,
    created_at TEXT NOT NULL
);

-- What is left of what was forgotten: that it was there, and when it went.
CREATE TABLE tombstones (id TEXT PRIMARY KEY, kind TEXT NOT NULL, forgotten_at TEXT NOT NULL) WITHOUT ROWID;

-- What a forget has still to do outside the tables; done again after a crash, until it is done.
CREATE TABLE purges (id INTEGER PRIMARY KEY AUTOINCREMENT, audio_sha256 TEXT NOT NULL);

CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    subject_id TEXT NOT NULL
);
CREATE TRIGGER journal_is_not_rewritten BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_not_erased BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE VIEW passages (passage, text) AS
    SELECT id * 4, text FROM turns WHERE recallable
    UNION ALL SELECT id * 4 + 1, coalesce(corrected, heard) FROM utterances WHERE recallable
    UNION ALL SELECT id * 4 + 2, text FROM memories;
CREATE VIRTUAL TABLE lexicon USING fts5 (
    text, content = 'passages', content_rowid = 'passage', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER turns_enter AFTER INSERT ON turns WHEN new.recallable BEGIN
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4, new.text);
END;
CREATE TRIGGER turns_leave AFTER DELETE ON turns WHEN old.recallable BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) VALUES ('delete', old.id * 4, old.text);
END;

CREATE TRIGGER utterances_enter AFTER INSERT ON utterances WHEN new.recallable BEGIN
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4 + 1, coalesce(new.corrected, new.heard));
END;
CREATE TRIGGER utterances_leave AFTER DELETE ON utterances WHEN old.recallable BEGIN
    INSERT INTO lexicon (lexicon, rowid, text)
        VALUES ('delete', old.id * 4 + 1, coalesce(old.corrected, old.heard));
END;
-- One trigger, not two: SQLite promises no order among them, and the old words must leave first.
CREATE TRIGGER utterances_change AFTER UPDATE OF corrected, recallable ON utterances BEGIN
    INSERT INTO lexicon (lexicon, rowid, text)
        SELECT 'delete', old.id * 4 + 1, coalesce(old.corrected, old.heard) WHERE old.recallable;
    INSERT INTO lexicon (rowid, text)
        SELECT new.id * 4 + 1, coalesce(new.corrected, new.heard) WHERE new.recallable;
END;

CREATE TRIGGER memories_enter AFTER INSERT ON memories BEGIN
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4 + 2, new.text);
END;
CREATE TRIGGER memories_leave AFTER DELETE ON memories BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) VALUES ('delete', old.id * 4 + 2, old.text);
END;
CREATE TRIGGER memories_change AFTER UPDATE OF text ON memories BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) VALUES ('delete', old.id * 4 + 2, old.text);
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4 + 2, new.text);
END;
"""


def _first(connection: sqlite3.Connection) -> None:
    _run(connection, _FIRST)
    connection.execute("INSERT INTO identity (uid) VALUES (?)", (secrets.token_hex(8),))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


_SECOND = """
-- Imported conversations: who spoke, and the turn's name where it comes from.
ALTER TABLE turns ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE turns ADD COLUMN key TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX turns_by_key ON turns (key) WHERE key <> '';

-- What waits for the person's word, and what is for the person's eyes only, is not found by recall.
ALTER TABLE memories ADD COLUMN status TEXT NOT NULL DEFAULT 'held';
ALTER TABLE memories ADD COLUMN origin TEXT NOT NULL DEFAULT 'rules';
ALTER TABLE memories ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE memories ADD COLUMN strength REAL NOT NULL DEFAULT 0;
-- Of two statements in a slot the one said later holds, whenever either became true.
ALTER TABLE memories ADD COLUMN said_at TEXT NOT NULL DEFAULT '';
UPDATE memories SET said_at = true_from;

-- What the twin asks about its memory; the words stand in the memories alone.
CREATE TABLE questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    memory_ids TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    answered_at TEXT,
    answer TEXT NOT NULL DEFAULT ''
);

-- By which what was forgotten is known again, without its words: HMAC-SHA256 of text or import key under the salt.
CREATE TABLE forgotten_digests (digest TEXT PRIMARY KEY) WITHOUT ROWID;
ALTER TABLE identity ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- For the person's own eyes: not found by recall (which `recallable` says), in no prompt, not learned from.
ALTER TABLE turns ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
ALTER TABLE utterances ADD COLUMN private INTEGER NOT NULL DEFAULT 0;

-- What the person edited is not derived again as it was: HMAC-SHA256 of source and old wording, and what stands now.
CREATE TABLE replaced_wordings (
    digest TEXT PRIMARY KEY,
    memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX replaced_wordings_by_memory ON replaced_wordings (memory_id);

-- The ids of what was forgotten, for the stores outside the ledger that may hold something of it.
ALTER TABLE purges ADD COLUMN ids TEXT NOT NULL DEFAULT '[]';

-- Chroma's files keep the vectors of what was forgotten until they are written anew: what has a row here is due.
CREATE TABLE vector_purges (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TRIGGER tombstones_enter AFTER INSERT ON tombstones WHEN substr(new.id, 1, 1) IN ('t', 'u', 'm') BEGIN
    INSERT INTO vector_purges (id) VALUES (NULL);
END;

CREATE TRIGGER turns_change AFTER UPDATE OF text, recallable ON turns BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) SELECT 'delete', old.id * 4, old.text WHERE old.recallable;
    INSERT INTO lexicon (rowid, text) SELECT new.id * 4, new.text WHERE new.recallable;
END;

DROP TRIGGER memories_enter;
DROP TRIGGER memories_leave;
DROP TRIGGER memories_change;
DROP VIEW passages;
CREATE VIEW passages (passage, text) AS
    SELECT id * 4, text FROM turns WHERE recallable
    UNION ALL SELECT id * 4 + 1, coalesce(corrected, heard) FROM utterances WHERE recallable
    UNION ALL SELECT id * 4 + 2, text FROM memories WHERE status = 'held';
CREATE TRIGGER memories_enter AFTER INSERT ON memories WHEN new.status = 'held' BEGIN
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4 + 2, new.text);
END;
CREATE TRIGGER memories_leave AFTER DELETE ON memories WHEN old.status = 'held' BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) VALUES ('delete', old.id * 4 + 2, old.text);
END;
CREATE TRIGGER memories_change AFTER UPDATE OF text, status ON memories BEGIN
    INSERT INTO lexicon (lexicon, rowid, text) SELECT 'delete', old.id * 4 + 2, old.text WHERE old.status = 'held';
    INSERT INTO lexicon (rowid, text) SELECT new.id * 4 + 2, new.text WHERE new.status = 'held';
END;
"""


def _second(connection: sqlite3.Connection) -> None:
    _run(connection, _SECOND)
    connection.execute("UPDATE identity SET salt = ?", (secrets.token_hex(16),))


_THIRD = """
-- A recording is an utterance before anything is heard in it.
ALTER TABLE utterances ADD COLUMN recognised INTEGER NOT NULL DEFAULT 1;

-- What else was heard in a recording: earlier, or after the person had said what they really said.
CREATE TABLE hearings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    utterance_id INTEGER NOT NULL REFERENCES utterances (id) ON DELETE CASCADE,
    heard TEXT NOT NULL,
    words TEXT NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    adapter_id TEXT,
    hints TEXT NOT NULL,
    rules_applied TEXT NOT NULL,
    kept_at TEXT NOT NULL
);
CREATE INDEX hearings_by_utterance ON hearings (utterance_id);

DROP TRIGGER utterances_change;
CREATE TRIGGER utterances_change AFTER UPDATE OF heard, corrected, recallable ON utterances BEGIN
    INSERT INTO lexicon (lexicon, rowid, text)
        SELECT 'delete', old.id * 4 + 1, coalesce(old.corrected, old.heard) WHERE old.recallable;
    INSERT INTO lexicon (rowid, text)
        SELECT new.id * 4 + 1, coalesce(new.corrected, new.heard) WHERE new.recallable;
END;
"""


def _third(connection: sqlite3.Connection) -> None:
    _run(connection, _THIRD)


_FOURTH = """
-- What a dictation comes to once what was said to edit it is carried out: the text (null: it stands as it was heard),
-- and as JSON its words and the commands.
ALTER TABLE utterances ADD COLUMN written TEXT;
ALTER TABLE utterances ADD COLUMN editing TEXT;

DROP TRIGGER utterances_enter;
DROP TRIGGER utterances_leave;
DROP TRIGGER utterances_change;
DROP VIEW passages;
CREATE VIEW passages (passage, text) AS
    SELECT id * 4, text FROM turns WHERE recallable
    UNION ALL SELECT id * 4 + 1, coalesce(corrected, written, heard) FROM utterances WHERE recallable
    UNION ALL SELECT id * 4 + 2, text FROM memories WHERE status = 'held';
CREATE TRIGGER utterances_enter AFTER INSERT ON utterances WHEN new.recallable BEGIN
    INSERT INTO lexicon (rowid, text) VALUES (new.id * 4 + 1, coalesce(new.corrected, new.written, new.heard));
END;
CREATE TRIGGER utterances_leave AFTER DELETE ON utterances WHEN old.recallable BEGIN
    INSERT INTO lexicon (lexicon, rowid, text)
        VALUES ('delete', old.id * 4 + 1, coalesce(old.corrected, old.written, old.heard));
END;
CREATE TRIGGER utterances_change AFTER UPDATE OF heard, written, corrected, recallable ON utterances BEGIN
    INSERT INTO lexicon (lexicon, rowid, text)
        SELECT 'delete', old.id * 4 + 1, coalesce(old.corrected, old.written, old.heard) WHERE old.recallable;
    INSERT INTO lexicon (rowid, text)
        SELECT new.id * 4 + 1, coalesce(new.corrected, new.written, new.heard) WHERE new.recallable;
END;
"""


def _fourth(connection: sqlite3.Connection) -> None:
    _run(connection, _FOURTH)


_FIFTH = """
-- A stable mishearing, and the term in its place. It goes with any of its sources.
CREATE TABLE rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    heard TEXT NOT NULL,
    term TEXT NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    source_ids TEXT NOT NULL,
    take_backs INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);

-- Hints were names of terms, and none was ever kept; rules likewise.
UPDATE utterances SET hints = '[]', rules_applied = '[]';
UPDATE hearings SET hints = '[]', rules_applied = '[]';
"""


def _fifth(connection: sqlite3.Connection) -> None:
    _run(connection, _FIFTH)


_SIXTH = """
ALTER TABLE decisions ADD COLUMN expected_gain TEXT;
ALTER TABLE decisions ADD COLUMN cost_seconds REAL NOT NULL DEFAULT 0;

-- What the twin wants to learn. It goes with any of the examples that it rests on.
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision_id TEXT NOT NULL,
    rung TEXT NOT NULL,
    summary TEXT NOT NULL,
    state TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    example_ids TEXT NOT NULL,
    errors INTEGER NOT NULL,
    expected_gain TEXT,
    cost_seconds REAL NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL,
    domain TEXT NOT NULL,
    recipe TEXT NOT NULL,
    example_ids TEXT NOT NULL,
    replay_ids TEXT NOT NULL,
    parent_id TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    gate TEXT,
    seconds TEXT NOT NULL DEFAULT '{}',
    problem TEXT NOT NULL DEFAULT ''
);

-- What is heard otherwise by what a proposal (p) or a run (r) would put in force; what was really said stands with the
-- utterance.
CREATE TABLE changes (
    subject_id TEXT NOT NULL,
    utterance_id INTEGER NOT NULL REFERENCES utterances (id) ON DELETE CASCADE,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    better INTEGER NOT NULL,
    PRIMARY KEY (subject_id, utterance_id)
) WITHOUT ROWID;
CREATE INDEX changes_by_utterance ON changes (utterance_id);

CREATE TABLE adapters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    parent_id TEXT,
    domain TEXT NOT NULL,
    base TEXT NOT NULL,
    base_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    recipe TEXT NOT NULL,
    created_at TEXT NOT NULL,
    promoted INTEGER NOT NULL,
    live INTEGER NOT NULL DEFAULT 0,
    withdrawn_because TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX one_live_adapter_a_domain ON adapters (domain) WHERE live;

-- Which example went into which adapter, also after the example was forgotten.
CREATE TABLE adapter_examples (
    adapter_id INTEGER NOT NULL REFERENCES adapters (id) ON DELETE CASCADE,
    example_id TEXT NOT NULL,
    replayed INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (adapter_id, example_id)
) WITHOUT ROWID;
CREATE INDEX adapter_examples_by_example ON adapter_examples (example_id);
"""


def _sixth(connection: sqlite3.Connection) -> None:
    _run(connection, _SIXTH)


_SEVENTH = """
-- Terms that an adapter gets right unaided, and that are not hinted while it is in use.
CREATE TABLE graduations (
    memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    adapter_id INTEGER NOT NULL REFERENCES adapters (id) ON DELETE CASCADE,
    since TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (memory_id, adapter_id)
) WITHOUT ROWID;
CREATE INDEX graduations_by_adapter ON graduations (adapter_id);
"""


def _seventh(connection: sqlite3.Connection) -> None:
    _run(connection, _SEVENTH)


_EIGHTH = """
-- What of the recogniser a training changes.
ALTER TABLE proposals ADD COLUMN mode TEXT NOT NULL DEFAULT 'decoder';
"""


def _eighth(connection: sqlite3.Connection) -> None:
    _run(connection, _EIGHTH)


_NINTH = """
-- What the person made of a reply; its text stays what the twin had said.
ALTER TABLE turns ADD COLUMN edited TEXT;
"""


def _ninth(connection: sqlite3.Connection) -> None:
    _run(connection, _NINTH)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements of ``script`` within the open transaction (``executescript`` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first, _second, _third, _fourth, _fifth, _sixth, _seventh, _eighth, _ninth,
)  # fmt: skip


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file behind ``connection`` (in autocommit mode) to the newest schema.

    Raises :class:`LedgerError` when the file is of a newer twin or no ledger at all.
    """
    while _version(connection) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection)  # again: another process may have been faster
            if version < len(MIGRATIONS):
                MIGRATIONS[version](connection)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if objects and application_id != APPLICATION_ID:
        raise LedgerError(
            "The ledger file is a database of another program.",
            hint="Choose another home folder with --home DIR, or move that file away.",
        )
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"The ledger is from a newer version of Twin (its schema is {version}, this one knows {len(MIGRATIONS)}).",
            hint="Install the newer version again; the ledger was not touched.",
        )
    return version
