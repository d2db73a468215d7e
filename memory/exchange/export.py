"""Writing an export: all that was said and is known, or what concerns a topic, as lines that anybody can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from memory.exchange.archive import (
    SCHEMA,
    AnyLine,
    CorrectionLine,
    HeaderLine,
    MemoryLine,
    QuestionLine,
    TurnLine,
    UtteranceLine,
)
from memory.forgetting import consequences
from memory.store.ledger import SqliteLedger
from memory.store.rows import correction_of, from_time, turn_of, utterance_of
from twin.errors import NotUnderstoodError
from twin.paths import atomic_write
from twin.requests import ExportReport

_ALL = 1_000_000_000


def export(ledger: SqliteLedger, path: str, about: frozenset[str] | None, topic: str = "") -> ExportReport:
    """Write an export to ``path``, a new file that only its owner can read; of ``about`` with all it rests on, or of
    everything. What is private is in it, marked so. Raises ``NotUnderstoodError`` if there is a file already,
    ``HomeError`` if it cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise NotUnderstoodError(f"{target} is there already.", hint="Name a new file, or move that one away.")
    counts: Counter[type[AnyLine]] = Counter()
    encode = msgspec.json.Encoder().encode
    with ledger.database.transaction(), atomic_write(target) as file:  # one moment of the ledger, whole
        for line in _lines(ledger, about, topic):
            counts[type(line)] += 1
            file.write(encode(line) + b"\n")
    return ExportReport(
        str(target),
        turns=counts[TurnLine],
        utterances=counts[UtteranceLine],
        corrections=counts[CorrectionLine],
        memories=counts[MemoryLine],
        questions=counts[QuestionLine],
    )


def _lines(ledger: SqliteLedger, about: frozenset[str] | None, topic: str) -> Iterator[AnyLine]:
    yield HeaderLine(SCHEMA, ledger.uid, from_time(ledger.now()), topic)
    memories = ledger.memories(history=True, status=None, limit=_ALL)
    if about is not None:
        memories = tuple(memory for memory in memories if memory.id in about)
        about |= consequences.said_in(ledger, {source_id for memory in memories for source_id in memory.source_ids})
    drawn_from: dict[int, list[str]] = {}
    for row in ledger.database.rows("SELECT turn_id, source_id FROM turn_sources"):
        drawn_from.setdefault(row["turn_id"], []).append(row["source_id"])
    for row in ledger.database.rows("SELECT * FROM turns ORDER BY id"):
        turn = turn_of(row)
        if about is None or turn.id in about:
            yield TurnLine(
                turn.id, turn.session_id, turn.speaker, turn.text, turn.created_at, turn.name, turn.route,
                turn.complete, turn.private, bool(row["recallable"]), tuple(drawn_from.get(row["id"], ())),
            )  # fmt: skip
    for row in ledger.database.rows("SELECT * FROM utterances ORDER BY id"):
        heard = utterance_of(row)
        if about is None or heard.id in about:
            yield UtteranceLine(
                heard.id, heard.session_id, heard.text, heard.heard, heard.created_at, heard.seconds,
                heard.audio_sha256, heard.private, bool(row["recallable"]),
            )  # fmt: skip
    for row in ledger.database.rows("SELECT * FROM corrections ORDER BY id"):
        correction = correction_of(row)
        if about is None or correction.utterance_id in about:
            yield CorrectionLine(correction.id, correction.utterance_id, correction.said, correction.created_at)
    for memory in reversed(memories):
        yield MemoryLine(
            memory.id, memory.kind, memory.text, memory.source_ids, memory.learned_at, memory.true_from,
            memory.true_until, memory.slot, memory.value, memory.polarity, memory.strength, memory.confidence,
            memory.aliases, memory.domain, memory.status, memory.origin, memory.superseded_by,
        )  # fmt: skip
    for question in ledger.questions():
        if about is None or about.issuperset(question.memory_ids):
            yield QuestionLine(question.id, question.kind, question.memory_ids, question.asked_at)
