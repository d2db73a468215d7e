"""Rewrite rules in the ledger, and what the person took back of what they did."""

from __future__ import annotations

from collections.abc import Sequence

from memory.extraction.secrets import holds_secret
from memory.store.rows import number_of, rule_of, to_editing, to_json
from memory.store.tables import Tables
from twin.domain import AppliedRule, Edited, RewriteRule, RuleStatus, Scope, Utterance
from twin.errors import NotUnderstoodError


class RuleTables(Tables):
    """See the port for what its methods do; a part of :class:`memory.store.ledger.SqliteLedger`."""

    def add_rule(
        self, heard: str, term: str, scope: Scope, *, status: RuleStatus, origin: str, source_ids: Sequence[str]
    ) -> RewriteRule:
        if holds_secret(f"{heard} {term}"):
            raise NotUnderstoodError("There is a secret in this rule, and secrets are kept out of memory.")
        with self.database.transaction() as connection:
            number = self._insert(
                connection,
                "rules",
                heard=heard,
                term=term,
                scope=to_json((scope,)),
                status=status,
                origin=origin,
                source_ids=to_json(source_ids),
                created_at=self.now(),
            )
            self.note(connection, status, f"w{number}")
        return self.rule(f"w{number}")

    def rule(self, id: str) -> RewriteRule:
        return rule_of(self._row("w", id))

    def rules(self, status: RuleStatus | None = None) -> tuple[RewriteRule, ...]:
        rows = self.database.rows("SELECT * FROM rules WHERE ? IS NULL OR status = ? ORDER BY id", (status, status))
        return tuple(rule_of(row) for row in rows)

    def set_rule(self, id: str, status: RuleStatus, *, reason: str = "", scope: Scope | None = None) -> RewriteRule:
        rule = self.rule(id)
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE rules SET status = ?, reason = ?, scope = ? WHERE id = ?",
                (status, reason, to_json((scope or rule.scope,)), number_of(id, "w")),
            )
            self.note(connection, status, id)
        return self.rule(id)

    def count_take_back(self, id: str) -> RewriteRule:
        rule = self.rule(id)
        with self.database.transaction() as connection:
            connection.execute("UPDATE rules SET take_backs = take_backs + 1 WHERE id = ?", (number_of(id, "w"),))
            self.note(connection, "taken back", id)
        return self.rule(rule.id)

    def set_rules_applied(self, utterance: Utterance, edited: Edited, applied: Sequence[AppliedRule]) -> None:
        """Have ``edited`` be what ``utterance`` comes to, with what rules did in it."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE utterances SET written = ?, editing = ?, rules_applied = ? WHERE id = ?",
                (edited.text, to_editing(edited), to_json(applied), self._row("u", utterance.id)["id"]),
            )
            self.note(connection, "edited", utterance.id)
        self._tell(utterance.id)
