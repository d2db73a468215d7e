"""What was proposed, trained and made: proposals, runs and adapters in the ledger, with what went into which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection, Row

from memory.store.rows import (
    adapter_of,
    change_of,
    correction_of,
    number_of,
    proposal_of,
    run_of,
    to_document,
    to_json,
    utterance_of,
)
from memory.store.tables import Tables
from twin.domain import (
    Adapter,
    Change,
    Correction,
    GateReport,
    Interval,
    Proposal,
    ProposalState,
    Rung,
    RunState,
    TrainingMode,
    TrainingRun,
    Utterance,
)

_OVER = (RunState.CANCELLED, RunState.FAILED, RunState.FINISHED)


class LearningTables(Tables):
    """See the port for what its methods do; a part of :class:`memory.store.ledger.SqliteLedger`."""

    # --- what there is to learn from ----------------------------------------------------------------------------

    def taught(self) -> tuple[tuple[Utterance, Correction], ...]:
        newest = self.database.rows(
            "SELECT * FROM corrections WHERE id IN (SELECT max(id) FROM corrections GROUP BY utterance_id) ORDER BY id"
        )
        utterances = {
            row["id"]: utterance_of(row)
            for row in self.database.rows(
                "SELECT * FROM utterances WHERE corrected IS NOT NULL AND recognised AND NOT private"
            )
        }
        return tuple(
            (utterances[row["utterance_id"]], correction_of(row)) for row in newest if row["utterance_id"] in utterances
        )

    # --- proposals ----------------------------------------------------------------------------------------------

    def add_proposal(
        self,
        rung: Rung,
        *,
        decision_id: str,
        summary: str,
        subject_id: str = "",
        domain: str = "",
        example_ids: Sequence[str] = (),
        changes: Sequence[Change] = (),
        errors: int = 0,
        expected_gain: Interval | None = None,
        cost_seconds: float = 0.0,
        basis: str = "",
        mode: TrainingMode = TrainingMode.DECODER,
    ) -> Proposal:
        with self.database.transaction() as connection:
            self._row("d", decision_id)
            for known_id in (*example_ids, *([subject_id] if subject_id else [])):
                self._row(known_id[:1], known_id)
            number = self._insert(
                connection,
                "proposals",
                decision_id=decision_id,
                rung=rung,
                summary=summary,
                state=ProposalState.OPEN,
                subject_id=subject_id,
                domain=domain,
                example_ids=to_json(example_ids),
                errors=errors,
                expected_gain=to_document(expected_gain),
                cost_seconds=cost_seconds,
                basis=basis,
                mode=mode,
                created_at=self.now(),
            )
            self._keep_changes(connection, f"p{number}", changes)
            self.note(connection, "proposed", f"p{number}")
        return self.proposal(f"p{number}")

    def proposal(self, id: str) -> Proposal:
        return proposal_of(self._row("p", id), self._changes_of([id])[id])

    def proposals(self, state: ProposalState | None = None) -> tuple[Proposal, ...]:
        rows = self.database.rows("SELECT * FROM proposals WHERE ? IS NULL OR state = ? ORDER BY id", (state, state))
        changes = self._changes_of(f"p{row['id']}" for row in rows)
        return tuple(proposal_of(row, changes[f"p{row['id']}"]) for row in rows)

    def set_proposal(
        self,
        id: str,
        state: ProposalState,
        *,
        reason: str = "",
        example_ids: Sequence[str] | None = None,
        mode: TrainingMode | None = None,
        cost_seconds: float | None = None,
    ) -> Proposal:
        known = self.proposal(id)
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE proposals SET state = ?, reason = ?, example_ids = ?, mode = ?, cost_seconds = ? WHERE id = ?",
                (
                    state,
                    reason or known.reason,
                    to_json(known.example_ids if example_ids is None else example_ids),
                    mode or known.mode,
                    known.cost_seconds if cost_seconds is None else cost_seconds,
                    number_of(id, "p"),
                ),
            )
            self.note(connection, state, id)
        return self.proposal(id)

    def set_evidence(self, id: str, changes: Sequence[Change], *, basis: str) -> Proposal:
        with self.database.transaction() as connection:
            self._row("p", id)
            connection.execute("UPDATE proposals SET basis = ? WHERE id = ?", (basis, number_of(id, "p")))
            connection.execute("DELETE FROM changes WHERE subject_id = ?", (id,))
            self._keep_changes(connection, id, changes)
            self.note(connection, "replayed", id)
        return self.proposal(id)

    # --- runs ---------------------------------------------------------------------------------------------------

    def add_run(
        self,
        proposal_id: str,
        *,
        domain: str,
        recipe: str,
        example_ids: Sequence[str],
        replay_ids: Sequence[str],
        parent_id: str | None,
    ) -> TrainingRun:
        with self.database.transaction() as connection:
            for known_id in (proposal_id, *example_ids, *replay_ids):
                self._row(known_id[:1], known_id)
            number = self._insert(
                connection,
                "runs",
                proposal_id=proposal_id,
                state=RunState.RUNNING,
                domain=domain,
                recipe=recipe,
                example_ids=to_json(example_ids),
                replay_ids=to_json(replay_ids),
                parent_id=parent_id,
                started_at=self.now(),
            )
            self.note(connection, "training", f"r{number}")
        return self.run(f"r{number}")

    def run(self, id: str) -> TrainingRun:
        return run_of(self._row("r", id), self._changes_of([id])[id])

    def runs(self) -> tuple[TrainingRun, ...]:
        rows = self.database.rows("SELECT * FROM runs ORDER BY id")
        changes = self._changes_of(f"r{row['id']}" for row in rows)
        return tuple(run_of(row, changes[f"r{row['id']}"]) for row in rows)

    def set_run(
        self,
        id: str,
        state: RunState,
        *,
        gate: GateReport | None = None,
        changes: Sequence[Change] = (),
        seconds: Mapping[str, float] | None = None,
        problem: str = "",
    ) -> TrainingRun:
        with self.database.transaction() as connection:
            self._row("r", id)
            connection.execute(
                "UPDATE runs SET state = ?, finished_at = ?, gate = ?, seconds = ?, problem = ? WHERE id = ?",
                (
                    state,
                    self.now() if state in _OVER else None,
                    to_document(gate),
                    to_document(dict(seconds or {})),
                    problem,
                    number_of(id, "r"),
                ),
            )
            self._keep_changes(connection, id, changes)
            self.note(connection, state, id)
        return self.run(id)

    # --- adapters -----------------------------------------------------------------------------------------------

    def add_adapter(self, run: TrainingRun, *, base: str, base_sha256: str, sha256: str, promoted: bool) -> Adapter:
        with self.database.transaction() as connection:
            number = self._insert(
                connection,
                "adapters",
                run_id=run.id,
                parent_id=run.parent_id,
                domain=run.domain,
                base=base,
                base_sha256=base_sha256,
                sha256=sha256,
                recipe=run.recipe,
                created_at=self.now(),
                promoted=promoted,
            )
            learned = [(number, known, False, place) for place, known in enumerate(run.example_ids)]
            replayed = [(number, known, True, place) for place, known in enumerate(run.replay_ids)]
            connection.executemany("INSERT OR IGNORE INTO adapter_examples VALUES (?, ?, ?, ?)", learned + replayed)
            self.note(connection, "made", f"a{number}")
        return self.adapter(f"a{number}")

    def adapter(self, id: str) -> Adapter:
        return self._adapters_of([self._row("a", id)])[0]

    def adapters(self) -> tuple[Adapter, ...]:
        return self._adapters_of(self.database.rows("SELECT * FROM adapters ORDER BY id"))

    def set_live(self, domain: str, adapter_id: str | None) -> None:
        with self.database.transaction() as connection:
            connection.execute("UPDATE adapters SET live = 0 WHERE domain = ? AND live", (domain,))
            if adapter_id is not None:
                self._row("a", adapter_id)
                connection.execute("UPDATE adapters SET live = 1 WHERE id = ?", (number_of(adapter_id, "a"),))
            self.note(connection, "live", adapter_id or "base")

    def withdraw_adapters(self, adapter_ids: Sequence[str], *, because: str) -> None:
        with self.database.transaction() as connection:
            for adapter_id in adapter_ids:
                connection.execute(
                    "UPDATE adapters SET live = 0, withdrawn_because = ? WHERE id = ? AND withdrawn_because = ''",
                    (because, number_of(adapter_id, "a")),
                )
                self.note(connection, "withdrawn", adapter_id)

    def forgotten(self, ids: Sequence[str]) -> tuple[str, ...]:
        query = "SELECT id FROM tombstones WHERE id IN (SELECT value FROM json_each(?))"
        gone = {row["id"] for row in self.database.rows(query, (to_json(ids),))}
        return tuple(known for known in ids if known in gone)

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        rows = self.database.rows(
            """
            WITH RECURSIVE tainted (id) AS (
                SELECT adapter_id FROM adapter_examples WHERE example_id IN (SELECT value FROM json_each(?))
                UNION
                SELECT adapters.id FROM adapters JOIN tainted ON adapters.parent_id = 'a' || tainted.id
            )
            SELECT * FROM adapters WHERE id IN (SELECT id FROM tainted) AND withdrawn_because = '' ORDER BY id
            """,
            (to_json(example_ids),),
        )
        return self._adapters_of(rows)

    def _adapters_of(self, rows: Sequence[Row]) -> tuple[Adapter, ...]:
        went_in = self.database.rows(
            "SELECT * FROM adapter_examples WHERE adapter_id IN (SELECT value FROM json_each(?)) ORDER BY position",
            (to_json([row["id"] for row in rows]),),
        )
        used: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for row in went_in:
            used[row["adapter_id"], bool(row["replayed"])].append(row["example_id"])
        return tuple(adapter_of(row, tuple(used[row["id"], False]), tuple(used[row["id"], True])) for row in rows)

    # --- what is heard otherwise --------------------------------------------------------------------------------

    def _keep_changes(self, connection: Connection, subject_id: str, changes: Sequence[Change]) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?)",
            [
                (subject_id, number_of(change.utterance_id, "u"), change.before, change.after, change.better)
                for change in changes
            ],
        )

    def _changes_of(self, subject_ids: Iterable[str]) -> Mapping[str, tuple[Change, ...]]:
        wanted = list(subject_ids)
        rows = self.database.rows(
            "SELECT changes.*, corrected AS said FROM changes JOIN utterances ON utterances.id = utterance_id "
            "WHERE subject_id IN (SELECT value FROM json_each(?)) ORDER BY utterance_id",
            (to_json(wanted),),
        )
        found: dict[str, list[Change]] = {known: [] for known in wanted}
        for row in rows:
            found[row["subject_id"]].append(change_of(row))
        return {known: tuple(changes) for known, changes in found.items()}
