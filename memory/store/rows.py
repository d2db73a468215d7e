"""Between rows of the ledger and frozen values of the domain: the only place where columns have names and types.

Times are ISO 8601 in UTC with microseconds, so that they sort as text; sequences are JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

import msgspec

from twin.domain import (
    Adapter,
    AppliedRule,
    AudioSource,
    Change,
    Correction,
    Decision,
    Edited,
    GateReport,
    Hearing,
    Hint,
    Interval,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Proposal,
    ProposalState,
    Question,
    QuestionKind,
    RewriteRule,
    RuleStatus,
    Rung,
    RunState,
    Scope,
    Signal,
    SignalKind,
    Speaker,
    SpokenCommand,
    TrainingMode,
    TrainingRun,
    Turn,
    Utterance,
    Word,
    WordEdit,
)

T = TypeVar("T")

MEMORY_COLUMNS = """memories.*, (
    SELECT json_group_array(source_id) FROM (
        SELECT source_id FROM memory_sources WHERE memory_id = memories.id ORDER BY position
    )
) AS source_ids"""


def to_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_json(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()


def _from_json(text: str, kind: type[T]) -> tuple[T, ...]:
    return cast("tuple[T, ...]", msgspec.json.decode(text, type=tuple[kind, ...]))  # type: ignore[valid-type]


def number_of(id: str, letter: str) -> int | None:
    """The row's number behind an id such as ``u12``; nothing if it is no id of that kind."""
    digits = id[1:]
    return int(digits) if id[:1] == letter and digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def utterance_of(row: sqlite3.Row) -> Utterance:
    return Utterance(
        id=f"u{row['id']}",
        heard=row["heard"],
        words=_from_json(row["words"], Word),
        seconds=row["seconds"],
        language=row["language"],
        audio_sha256=row["audio_sha256"],
        source=AudioSource(row["source"]),
        origin=row["origin"],
        model=row["model"],
        session_id=row["session_id"],
        created_at=from_time(row["created_at"]),
        corrected=row["corrected"],
        adapter_id=row["adapter_id"],
        hints=_from_json(row["hints"], Hint),
        rules_applied=_from_json(row["rules_applied"], AppliedRule),
        private=bool(row["private"]),
        recognised=bool(row["recognised"]),
        edited=edited_of(row),
    )


def hearing_of(row: sqlite3.Row) -> Hearing:
    return Hearing(
        utterance_id=f"u{row['utterance_id']}",
        heard=row["heard"],
        words=_from_json(row["words"], Word),
        language=row["language"],
        model=row["model"],
        adapter_id=row["adapter_id"],
        hints=_from_json(row["hints"], Hint),
        rules_applied=_from_json(row["rules_applied"], AppliedRule),
        kept_at=from_time(row["kept_at"]),
    )


def edited_of(row: sqlite3.Row) -> Edited | None:
    if row["written"] is None:
        return None
    editing = msgspec.json.decode(row["editing"], type=_Editing)
    return Edited(row["written"], editing.words, editing.commands)


def to_editing(edited: Edited) -> str:
    """What is kept of ``edited`` beside its text."""
    return msgspec.json.encode(_Editing(edited.words, edited.commands_applied)).decode()


class _Editing(msgspec.Struct, frozen=True):
    words: tuple[Word, ...]
    commands: tuple[SpokenCommand, ...]


def correction_of(row: sqlite3.Row) -> Correction:
    return Correction(
        id=f"c{row['id']}",
        utterance_id=f"u{row['utterance_id']}",
        said=row["said"],
        edits=_from_json(row["edits"], WordEdit),
        created_at=from_time(row["created_at"]),
    )


def signal_of(row: sqlite3.Row) -> Signal:
    return Signal(
        id=f"s{row['id']}",
        kind=SignalKind(row["kind"]),
        subject_id=row["subject_id"],
        summary=row["summary"],
        edits=_from_json(row["edits"], WordEdit),
        created_at=from_time(row["created_at"]),
    )


def decision_of(row: sqlite3.Row) -> Decision:
    return Decision(
        id=f"d{row['id']}",
        rung=Rung(row["rung"]),
        subject=row["subject"],
        reasons=_from_json(row["reasons"], str),
        signal_ids=_from_json(row["signal_ids"], str),
        created_at=from_time(row["created_at"]),
        missing=row["missing"],
        memory_id=row["memory_id"],
        expected_gain=_interval_of(row["expected_gain"]),
        cost_seconds=row["cost_seconds"],
    )


def change_of(row: sqlite3.Row) -> Change:
    return Change(f"u{row['utterance_id']}", row["before"], row["after"], row["said"] or "", bool(row["better"]))


def proposal_of(row: sqlite3.Row, changes: tuple[Change, ...]) -> Proposal:
    return Proposal(
        id=f"p{row['id']}",
        decision_id=row["decision_id"],
        rung=Rung(row["rung"]),
        summary=row["summary"],
        state=ProposalState(row["state"]),
        created_at=from_time(row["created_at"]),
        subject_id=row["subject_id"],
        domain=row["domain"],
        example_ids=_from_json(row["example_ids"], str),
        changes=changes,
        errors=row["errors"],
        expected_gain=_interval_of(row["expected_gain"]),
        cost_seconds=row["cost_seconds"],
        basis=row["basis"],
        reason=row["reason"],
        mode=TrainingMode(row["mode"]),
    )


def run_of(row: sqlite3.Row, changes: tuple[Change, ...]) -> TrainingRun:
    return TrainingRun(
        id=f"r{row['id']}",
        proposal_id=row["proposal_id"],
        state=RunState(row["state"]),
        domain=row["domain"],
        recipe=row["recipe"],
        example_ids=_from_json(row["example_ids"], str),
        replay_ids=_from_json(row["replay_ids"], str),
        parent_id=row["parent_id"],
        started_at=from_time(row["started_at"]),
        finished_at=row["finished_at"] and from_time(row["finished_at"]),
        gate=row["gate"] and msgspec.json.decode(row["gate"], type=GateReport),
        changes=changes,
        seconds=msgspec.json.decode(row["seconds"], type=dict[str, float]),
        problem=row["problem"],
    )


def adapter_of(row: sqlite3.Row, learned: tuple[str, ...], replayed: tuple[str, ...]) -> Adapter:
    return Adapter(
        id=f"a{row['id']}",
        run_id=row["run_id"],
        parent_id=row["parent_id"],
        domain=row["domain"],
        base=row["base"],
        base_sha256=row["base_sha256"],
        sha256=row["sha256"],
        recipe=row["recipe"],
        example_ids=learned,
        replay_ids=replayed,
        created_at=from_time(row["created_at"]),
        promoted=bool(row["promoted"]),
        live=bool(row["live"]),
        withdrawn_because=row["withdrawn_because"],
    )


def to_document(value: object) -> str | None:
    """JSON of a frozen value; nothing of nothing."""
    return None if value is None else msgspec.json.encode(value).decode()


def _interval_of(text: str | None) -> Interval | None:
    return None if text is None else msgspec.json.decode(text, type=Interval)


def turn_of(row: sqlite3.Row) -> Turn:
    return Turn(
        id=f"t{row['id']}",
        session_id=row["session_id"],
        speaker=Speaker(row["speaker"]),
        text=row["text"],
        created_at=from_time(row["created_at"]),
        route=row["route"],
        complete=bool(row["complete"]),
        name=row["name"],
        private=bool(row["private"]),
        edited=row["edited"],
    )


def question_of(row: sqlite3.Row) -> Question:
    return Question(
        id=f"q{row['id']}",
        kind=QuestionKind(row["kind"]),
        memory_ids=_from_json(row["memory_ids"], str),
        asked_at=from_time(row["asked_at"]),
        answered_at=from_time(row["answered_at"]) if row["answered_at"] else None,
        answer=row["answer"],
    )


def rule_of(row: sqlite3.Row) -> RewriteRule:
    (scope,) = _from_json(row["scope"], Scope)
    return RewriteRule(
        id=f"w{row['id']}",
        heard=row["heard"],
        term=row["term"],
        scope=scope,
        status=RuleStatus(row["status"]),
        origin=row["origin"],
        source_ids=_from_json(row["source_ids"], str),
        created_at=from_time(row["created_at"]),
        take_backs=row["take_backs"],
        reason=row["reason"],
    )


def memory_of(row: sqlite3.Row) -> Memory:
    """A row selected with :data:`MEMORY_COLUMNS`."""
    superseded_by = row["superseded_by"]
    return Memory(
        id=f"m{row['id']}",
        kind=MemoryKind(row["kind"]),
        text=row["text"],
        source_ids=_from_json(row["source_ids"], str),
        learned_at=from_time(row["learned_at"]),
        true_from=from_time(row["true_from"]),
        true_until=from_time(row["true_until"]) if row["true_until"] else None,
        slot=row["slot"],
        value=row["value"],
        polarity=Polarity(row["polarity"]),
        confidence=row["confidence"],
        aliases=_from_json(row["aliases"], str),
        superseded_by=f"m{superseded_by}" if superseded_by is not None else None,
        status=MemoryStatus(row["status"]),
        origin=row["origin"],
        domain=row["domain"],
        strength=row["strength"],
    )
