"""The decide stage: what all corrections together call for, written down once, and proposed where it needs approval."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from twin.domain import (
    Buffer,
    Correction,
    Decision,
    Proposal,
    ProposalState,
    RuleStatus,
    Rung,
    SignalKind,
    Term,
    TrainingRun,
    Utterance,
)
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.buffer import gather
from twin.learning.gain import expected_seconds
from twin.learning.graduation import unaided
from twin.learning.ladder import climb
from twin.learning.replay import replayed
from twin.learning.situation import WAITING, Cost, Draft, Situation, Thresholds, count
from twin.learning.trades import Trades
from twin.ports import Clock, Job, Ledger
from twin.requests import Explanation, Why

_LOOKED_BACK = 200
"""Decisions and signals, after each correction."""
_ALL = 1_000_000
_PROPOSED = (Rung.REWRITE, Rung.ADAPT, Rung.NEW_DOMAIN)
"""What needs approval. What is to be hinted or remembered was decided with the correction that showed it."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is new."""

    decisions: tuple[Decision, ...]
    proposals: tuple[Proposal, ...]


class Reviewing:
    """``terms`` gives the vocabulary (``Vocabulary.terms``); ``cost`` the seconds that a training
    takes. Safe from any thread. Raises ``LedgerError``."""

    def __init__(
        self,
        ledger: Ledger,
        terms: Callable[[], Sequence[Term]],
        clock: Clock,
        *,
        holds_secret: Callable[[str], bool],
        cost: Cost = expected_seconds,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._ledger = ledger
        self._terms = terms
        self._clock = clock
        self._holds_secret = holds_secret
        self._secrets: dict[bytes, bool] = {}
        """Whether a text holds one, by its digest: so that each is looked at once, and none is kept here."""
        self._cost = cost
        self._thresholds = thresholds or Thresholds()
        self._lock = Lock()

    def buffer(self) -> Buffer:
        """What there is to learn from now."""
        return self._gathered(self._ledger.taught(), Trades(tuple(self._terms())))

    def situation(self, *, urged: bool = False) -> Situation:
        """All that the ladder goes by, as the ledger has it now."""
        taught = self._ledger.taught()
        terms = tuple(self._terms())
        trades = Trades(terms)
        buffer = self._gathered(taught, trades)
        certainty = {
            correction.id: sum(word.probability for word in utterance.words) / len(utterance.words)
            for utterance, correction in taught
            if utterance.words
        }
        proposals, rules = self._ledger.proposals(), self._ledger.rules()
        known = {proposal.subject_id for proposal in proposals}
        return Situation(
            buffer=buffer,
            terms=terms,
            rules=rules,
            replays={
                rule.id: replayed(rule, taught, trades.of)
                for rule in rules
                if rule.status is RuleStatus.PROPOSED and rule.id not in known
            },
            adapters=self._ledger.adapters(),
            graduated=unaided(self._ledger),
            regressed=unaided(self._ledger, ended=True),
            proposals=proposals,
            runs=self._ledger.runs(),
            certainty=certainty,
            unanswered=self._unanswered({utterance.id for utterance, _ in taught}),
            urged=urged,
        )

    def review(self, *, urged: bool = False) -> Review:
        """Write down what is decided anew, and propose what needs approval; nothing where nothing has changed.

        ``urged``: the person asks to learn now, so that an adapter is proposed as soon as the gate could judge it."""
        with self._lock:
            self._close_rules()
            situation = self.situation(urged=urged)
            drafts = climb(situation, cost=self._cost, thresholds=self._thresholds)
            decided = {(one.subject, one.rung) for one in self._standing_decisions()}
            bases = {one.basis for one in situation.proposals if one.state is not ProposalState.STALE}
            decisions, proposals = list[Decision](), list[Proposal]()
            for draft in drafts:
                with suppress(NotFoundError):  # what was forgotten meanwhile; the next review goes by what is left
                    if draft.rung in _PROPOSED and (urged or basis_of(_rests_on(draft)) not in bases):
                        with self._ledger.together():
                            decision = self._keep(draft)
                            proposals.append(self._propose(draft, decision))
                        decisions.append(decision)
                    elif draft.rung is Rung.WAIT and (draft.subject, draft.rung) not in decided:
                        decisions.append(self._keep(draft))
            return Review(tuple(decisions), tuple(proposals))

    def why(self, request: Why, job: Job) -> Explanation:
        """Why something was decided, proposed, trained or made; of no id why there is not more to propose yet.

        Raises ``NotFoundError``; ``NotUnderstoodError`` for an id of something else."""
        if not request.id:
            return self._why_not_yet()
        match request.id[0]:
            case "d":
                decision = self._ledger.decision(request.id)
                return self._explained(request.id, f"{decision.subject}: {decision.rung}.", [decision], missing="")
            case "p":
                return self._why_proposed(self._ledger.proposal(request.id))
            case "r":
                return self._why_trained(request.id, request.id)
            case "a":
                return self._why_trained(request.id, self._ledger.adapter(request.id).run_id)
        raise NotUnderstoodError(
            f"{request.id!r} is no decision, proposal, training run or adapter.",
            hint="Their ids begin with d, p, r and a; `twin why` alone says what is learned, and why not more yet.",
        )

    def _gathered(self, taught: Iterable[tuple[Utterance, Correction]], trades: Trades) -> Buffer:
        return gather(taught, now=self._clock.now(), holds_secret=self._is_secret, domain_of=trades.of)

    def _is_secret(self, text: str) -> bool:
        digest = sha256(text.encode()).digest()
        if digest not in self._secrets:
            self._secrets[digest] = self._holds_secret(text)
        return self._secrets[digest]

    def _unanswered(self, taught: Collection[str]) -> int:
        """How many dictations were said again and are none of those ``taught``."""
        again = {one.subject_id for one in self._ledger.signals(limit=_LOOKED_BACK) if one.kind is SignalKind.RETRY}
        return len(again - set(taught))

    # --- writing down -------------------------------------------------------------------------------------------

    def _standing_decisions(self) -> list[Decision]:
        """The newest decision on each subject."""
        newest: dict[str, Decision] = {}
        for decision in self._ledger.decisions(limit=_LOOKED_BACK):
            newest.setdefault(decision.subject, decision)
        return list(newest.values())

    def _close_rules(self) -> None:
        """Rules that the person decided on themselves (`twin rules`) wait for no word any more."""
        rules = {rule.id: rule for rule in self._ledger.rules()}
        for proposal in self._ledger.proposals():
            rule = rules.get(proposal.subject_id) if proposal.state in WAITING else None
            if rule is not None and rule.status is RuleStatus.ACTIVE:
                self._ledger.set_proposal(proposal.id, ProposalState.DONE)
            elif rule is not None and rule.status is RuleStatus.WITHDRAWN:
                self._ledger.set_proposal(proposal.id, ProposalState.REJECTED, reason=rule.reason)

    def _keep(self, draft: Draft) -> Decision:
        return self._ledger.add_decision(
            draft.rung,
            subject=draft.subject,
            reasons=draft.reasons,
            signal_ids=draft.example_ids,
            missing=draft.missing,
            expected_gain=draft.expected_gain,
            cost_seconds=draft.cost_seconds,
        )

    def _propose(self, draft: Draft, decision: Decision) -> Proposal:
        return self._ledger.add_proposal(
            draft.rung,
            decision_id=decision.id,
            summary=_summary(draft),
            subject_id=draft.subject_id,
            domain=draft.domain,
            example_ids=draft.example_ids,
            changes=draft.changes,
            errors=draft.errors,
            expected_gain=draft.expected_gain,
            cost_seconds=draft.cost_seconds,
            basis=basis_of(_rests_on(draft)),
            mode=draft.mode,
        )

    # --- explaining ---------------------------------------------------------------------------------------------

    def _why_not_yet(self) -> Explanation:
        situation = self.situation()
        drafts = climb(situation, cost=self._cost, thresholds=self._thresholds)
        waiting = [draft for draft in drafts if draft.rung is Rung.WAIT]
        examples, refused = situation.buffer.examples, situation.buffer.refused
        summary = f"There {'is' if len(examples) == 1 else 'are'} {count(len(examples), 'example')} to learn from"
        return Explanation(
            subject_id="",
            summary=f"{summary}; {len(refused)} {'was' if len(refused) == 1 else 'were'} not taken.",
            decisions=tuple(self._unwritten(draft) for draft in drafts),
            examples=examples,
            refused=refused,
            missing="; ".join(f"{draft.subject}: {draft.missing}" for draft in waiting),
        )

    def _why_proposed(self, proposal: Proposal) -> Explanation:
        state = f"{proposal.id} is {proposal.state}{f': {proposal.reason}' if proposal.reason else ''}."
        decision = self._ledger.decision(proposal.decision_id)
        missing = "your word on it" if proposal.state in (ProposalState.OPEN, ProposalState.LATER) else ""
        return self._explained(
            proposal.id, f"{proposal.summary} {state}", [decision], proposal.example_ids, missing=missing
        )

    def _why_trained(self, id: str, run_id: str) -> Explanation:
        run = self._ledger.run(run_id)
        passed = run.gate is not None and run.gate.passed
        summary = f"{run.id}, trained for {run.proposal_id} on {count(len(run.example_ids), 'example')}, is {run.state}"
        if run.gate is not None:
            summary += ", and the gate let it through" if passed else ", and the gate did not let it through"
        lacking = run.gate.reasons if run.gate is not None and not passed else ()
        return self._explained(
            id,
            f"{summary}{f': {run.problem}' if run.problem else '.'}",
            self._decisions_behind(run),
            (*run.example_ids, *run.replay_ids),
            missing=" ".join(lacking),
        )

    def _decisions_behind(self, run: TrainingRun) -> tuple[Decision, ...]:
        """Why it was proposed, unless that was forgotten with one of its examples."""
        with suppress(NotFoundError):
            return (self._ledger.decision(self._ledger.proposal(run.proposal_id).decision_id),)
        return ()

    def _explained(
        self, id: str, summary: str, decisions: Sequence[Decision], example_ids: Iterable[str] = (), *, missing: str
    ) -> Explanation:
        """``decisions`` with the examples of ``example_ids``, or else with those that they were made of."""
        of_decisions = {known for decision in decisions for known in decision.signal_ids}
        signals = self._ledger.signals(limit=_ALL) if any(known[0] == "s" for known in of_decisions) else ()
        utterances = {signal.subject_id for signal in signals if signal.id in of_decisions}
        wanted = set(example_ids) or of_decisions
        buffer = self.buffer()
        return Explanation(
            subject_id=id,
            summary=summary,
            decisions=tuple(decisions),
            examples=tuple(one for one in buffer.examples if one.id in wanted or one.utterance_id in utterances),
            refused=tuple(one for one in buffer.refused if one.id in wanted),
            missing=missing or "; ".join(decision.missing for decision in decisions if decision.missing),
        )

    def _unwritten(self, draft: Draft) -> Decision:
        """A decision as it would be written down now."""
        return Decision(
            id="",
            rung=draft.rung,
            subject=draft.subject,
            reasons=draft.reasons,
            signal_ids=draft.example_ids,
            created_at=self._clock.now(),
            missing=draft.missing,
            expected_gain=draft.expected_gain,
            cost_seconds=draft.cost_seconds,
        )


def basis_of(ids: Iterable[str]) -> str:
    """A digest of the ids that a proposal rests on, in any order: it is another if one comes, goes or is corrected."""
    return sha256(" ".join(sorted(ids)).encode()).hexdigest()


def _rests_on(draft: Draft) -> tuple[str, ...]:
    return (*draft.example_ids, *([draft.subject_id] if draft.subject_id else []))


def _summary(draft: Draft) -> str:
    if draft.rung is Rung.REWRITE:
        return f"Always write {draft.subject}?"
    if draft.rung is Rung.NEW_DOMAIN:
        return f"Open {draft.subject}?"
    gain = draft.expected_gain
    assert gain is not None  # an adapter is proposed with what it should bring
    return (
        f"Train an adapter for {draft.subject} on {count(len(draft.example_ids), 'corrected utterance')}? It should "
        f"take away {gain.value:.0%} of your {count(draft.errors, 'wrong word')}."
    )
