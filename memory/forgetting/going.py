"""What a forget says of itself: everything that goes, in words before it is gone, as bare ids afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from memory.forgetting.consequences import numbers, select
from memory.forgetting.forget import Forgetting
from memory.store.ledger import SqliteLedger
from memory.store.rows import from_time
from twin.domain import Adapter, Speaker
from twin.requests import ForgetReport, Going

_NAMES = {
    "memory": ("memory", "memories"),
    "turn": ("thing you said", "things you said"),
    "reply": ("reply of mine", "replies of mine"),
    "utterance": ("dictation", "dictations"),
    "correction": ("correction", "corrections"),
    "signal": ("signal", "signals"),
    "decision": ("decision", "decisions"),
    "question": ("question", "questions"),
    "rule": ("rewrite rule", "rewrite rules"),
    "proposal": ("proposal", "proposals"),
    "adapter": ("adapter", "adapters"),
}
_IDS_LISTED = 8


def report_of(
    ledger: SqliteLedger, forgetting: Forgetting, adapters: Sequence[Adapter], *, preview: bool
) -> ForgetReport:
    """Report on ``forgetting``, which is still to be carried out."""
    going = (
        *_going(ledger, forgetting),
        *(Going(a.id, "adapter", f"trained for {a.domain or 'your speech'}", a.created_at) for a in adapters),
    )
    seconds = sum(one.seconds for one in going)
    return ForgetReport(
        memory_ids=forgetting.memory_ids,
        source_ids=forgetting.source_ids,
        preview=preview,
        summary=_summary(going, seconds, preview=preview),
        going=going if preview else tuple(Going(one.id, one.kind, seconds=one.seconds) for one in going),
        audio_seconds=seconds,
        predecessors=ledger.memories_by_id(forgetting.predecessor_ids),
        restored=forgetting.restore and bool(forgetting.predecessor_ids),
        reworded_ids=tuple(reworded.memory_id for reworded in forgetting.rewordings),
    )


def _going(ledger: SqliteLedger, forgetting: Forgetting) -> Iterator[Going]:
    for memory in ledger.memories_by_id(forgetting.memory_ids):
        yield Going(memory.id, "memory", memory.text, memory.learned_at)
    turns = [
        Going(
            f"t{row['id']}",
            "reply" if row["speaker"] == Speaker.TWIN else "turn",
            row["text"],
            from_time(row["created_at"]),
        )
        for row in select(
            ledger,
            "SELECT id, speaker, coalesce(edited, text) AS text, created_at FROM turns WHERE id IN (?1) ORDER BY id",
            numbers(forgetting.source_ids, "t"),
        )
    ]
    yield from (turn for turn in turns if turn.kind == "turn")
    yield from (turn for turn in turns if turn.kind == "reply")
    query = (
        "SELECT id, coalesce(corrected, written, heard) AS text, created_at, seconds FROM utterances "
        "WHERE id IN (?1) ORDER BY id"
    )
    for row in select(ledger, query, numbers(forgetting.source_ids, "u")):
        yield Going(f"u{row['id']}", "utterance", row["text"], from_time(row["created_at"]), row["seconds"])
    for letter, kind, query in (
        ("c", "correction", "SELECT id, said AS text, created_at AS at FROM corrections WHERE id IN (?1)"),
        ("s", "signal", "SELECT id, summary AS text, created_at AS at FROM signals WHERE id IN (?1)"),
        ("d", "decision", "SELECT id, subject AS text, created_at AS at FROM decisions WHERE id IN (?1)"),
        ("q", "question", "SELECT id, kind AS text, asked_at AS at FROM questions WHERE id IN (?1)"),
        ("w", "rule", "SELECT id, heard || ' → ' || term AS text, created_at AS at FROM rules WHERE id IN (?1)"),
        ("p", "proposal", "SELECT id, summary AS text, created_at AS at FROM proposals WHERE id IN (?1)"),
    ):
        for row in select(ledger, query, numbers(forgetting.dependent_ids, letter)):
            yield Going(f"{letter}{row['id']}", kind, row["text"], from_time(row["at"]))


def _summary(going: Sequence[Going], seconds: float, *, preview: bool) -> str:
    if not going:
        return "There is nothing to forget."
    counts = Counter(one.kind for one in going)
    parts = []
    for kind, (one, many) in _NAMES.items():
        if counts[kind]:
            ids = [g.id for g in going if g.kind == kind]
            listed = f" ({', '.join(ids)})" if len(ids) <= _IDS_LISTED else ""
            audio = f" with {seconds:.0f} s of audio" if kind == "utterance" else ""
            parts.append(f"{counts[kind]} {one if counts[kind] == 1 else many}{audio}{listed}")
    *others, last = parts
    return f"{'Would go' if preview else 'Gone for good'}: {' and '.join(filter(None, (', '.join(others), last)))}."
