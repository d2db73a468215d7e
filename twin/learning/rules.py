"""Rewrite rules in the person's hands: proposed from corrections, stated outright, approved, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from twin.domain import AppliedRule, Correction, Edited, RewriteRule, RuleStatus, SignalKind, Utterance
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.marks import folded
from twin.learning.rewrite import (
    DraftRule,
    Passage,
    Refused,
    mishearings,
    passage_of,
    propose_rule,
    put_back_by,
)
from twin.learning.trades import Trades
from twin.ports import Job, Ledger
from twin.requests import AddRule, DecideRule, ListRules, Rules, TakeBack

_LOOKED_BACK = 2000
"""Utterances of the history that a rule must do no damage in."""
_TAKE_BACKS = 2
"""So many times a rule may be wrong; then it does nothing any more."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """``without_rule`` gives what an utterance comes to without what the n-th rule did, and what the others did;
    ``trades`` what knows the trade that a text is of, made once for many; ``is_common`` says whether the recogniser
    knows a word as a whole."""

    ledger: Ledger
    without_rule: Callable[[Utterance, int], tuple[Edited, tuple[AppliedRule, ...]]]
    trades: Callable[[], Trades] = lambda: Trades(())
    is_common: Callable[[str], bool] = lambda word: True

    def list(self, request: ListRules, job: Job) -> Rules:
        return Rules(self.ledger.rules())

    def add(self, request: AddRule, job: Job) -> RewriteRule:
        """A rule that the person states outright, in force at once, in the widest scope without damage.

        Raises ``NotUnderstoodError`` for one that would rewrite what was right, or that says nothing."""
        heard, term = folded(request.heard.split()), " ".join(request.term.split())
        if not heard or not folded(term.split()) or heard == folded(term.split()):
            raise NotUnderstoodError(
                "A rule needs what is misheard, and the term that is meant.",
                hint="For example: twin vocabulary rule add “open rider” OpenRouter",
            )
        draft = propose_rule(heard, term, self._history(), outright=True, is_common=self.is_common)
        if isinstance(draft, Refused):
            places = ", ".join(dict.fromkeys(known for one in draft.damage for known in one.passage.source_ids))
            raise NotUnderstoodError(
                f"“{heard}” is what you really said elsewhere ({places}), and nothing tells the two apart.",
                hint=f"As a hint it can do no harm: twin vocabulary add “{term}” --heard-as “{heard}”",
            )
        return self._keep(draft, RuleStatus.ACTIVE, "person")

    def decide(self, request: DecideRule, job: Job) -> RewriteRule:
        """Put a rule in force, if it still does no damage, or withdraw it. Raises ``NotFoundError``,
        ``NotUnderstoodError``."""
        rule = self.ledger.rule(request.rule_id)
        if not request.approve:
            return self.ledger.set_rule(rule.id, RuleStatus.WITHDRAWN, reason="you rejected it")
        draft = propose_rule(
            rule.heard, rule.term, self._history(), outright=rule.origin == "person", is_common=self.is_common
        )
        if isinstance(draft, Refused):
            raise NotUnderstoodError(f"{rule.id} cannot be put in force: {draft.reason}")
        return self.ledger.set_rule(rule.id, RuleStatus.ACTIVE, scope=draft.scope)

    def take_back(self, request: TakeBack, job: Job) -> Utterance:
        """Put back what was heard where a rule rewrote it; noted, and a rule that is often wrong is suspended.

        Raises ``NotFoundError``, ``NotUnderstoodError``, ``LedgerError``."""
        utterance = self.ledger.utterance(request.utterance_id)
        applied = utterance.rules_applied
        if utterance.corrected is not None:
            raise NotUnderstoodError(
                f"You have said already what {utterance.id} really was.",
                hint=f"Correct it again: twin correct {utterance.id} TEXT",
            )
        if not 1 <= request.number <= len(applied):
            raise NotFoundError(
                f"Rules did {len(applied) or 'no'} thing{'s' * (len(applied) != 1)} in {utterance.id}.",
                hint="`twin utterances` shows what they did." if applied else "",
            )
        edited, standing = self.without_rule(utterance, request.number - 1)
        self.ledger.set_rules_applied(utterance, edited, standing)
        self._note_take_back(utterance, applied[request.number - 1])
        return self.ledger.utterance(utterance.id)

    def learn_from(self, utterance: Utterance, correction: Correction) -> tuple[RewriteRule, ...]:
        """After a correction: count what it takes back, and propose rules for what is misheard again and again."""
        for put_back in put_back_by(correction.edits, utterance.rules_applied):
            self._note_take_back(utterance, put_back)
        known = {(rule.heard, rule.term) for rule in self.ledger.rules()}
        found = sorted(mishearings(correction.edits) - known)
        if not found:
            return ()
        history = self._history()
        drafts = (propose_rule(heard, term, history, is_common=self.is_common) for heard, term in found)
        return tuple(
            self._keep(draft, RuleStatus.PROPOSED, "corrections") for draft in drafts if isinstance(draft, DraftRule)
        )

    def _keep(self, draft: DraftRule, status: RuleStatus, origin: str) -> RewriteRule:
        known = next(
            (rule for rule in self.ledger.rules() if (rule.heard, rule.term) == (draft.heard, draft.term)), None
        )
        if known is not None:
            return self.ledger.set_rule(known.id, status, scope=draft.scope)
        sources = () if origin == "person" else draft.source_ids
        return self.ledger.add_rule(
            draft.heard, draft.term, draft.scope, status=status, origin=origin, source_ids=sources
        )

    def _note_take_back(self, utterance: Utterance, applied: AppliedRule) -> None:
        self.ledger.add_signal(
            SignalKind.TAKE_BACK, subject_id=utterance.id, summary=f"what {applied.rule_id} did was wrong", edits=()
        )
        if not any(rule.id == applied.rule_id for rule in self.ledger.rules()):
            return  # it went with one of its sources
        rule = self.ledger.count_take_back(applied.rule_id)
        if rule.take_backs >= _TAKE_BACKS and rule.status is RuleStatus.ACTIVE:
            reason = f"you took back what it did {rule.take_backs} times"
            self.ledger.set_rule(rule.id, RuleStatus.WITHDRAWN, reason=reason)

    def _history(self) -> tuple[Passage, ...]:
        utterances = self.ledger.utterances(limit=_LOOKED_BACK)
        trades = self.trades()
        return tuple(passage_of(utterance, trades.of(utterance.text)) for utterance in utterances)
