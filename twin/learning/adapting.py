"""Whether to train an adapter: on what, what it should bring, and what is missing for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from twin.domain import Adapter, Example, Proposal, ProposalState, Rung
from twin.learning.buffer import ANOTHER_TEXT, is_read, wrong_words
from twin.learning.gain import expected_gain
from twin.learning.modes import choose
from twin.learning.remaining import Matter, matters
from twin.learning.situation import NAMED, WAITING, Cost, Draft, Situation, Thresholds, count, listed


@dataclass(frozen=True, slots=True)
class Ground:
    """What an adapter of a domain would stand on. ``counted`` are those of its ``examples`` that are not in the adapter
    in use (``learned_ids`` are) and not ``noise``; ``found`` are their errors by what was said."""

    domain: str
    examples: tuple[Example, ...]
    counted: tuple[Example, ...]
    found: tuple[Matter, ...]
    learned_ids: frozenset[str]
    noise: int

    @property
    def learned(self) -> int:
        return sum(example.id in self.learned_ids for example in self.examples)

    @property
    def errors(self) -> int:
        """Wrong words, as a word error rate counts them."""
        return sum(wrong_words(example.edits) for example in self.counted)

    def words(self, *rungs: Rung) -> int:
        """How many misheard words a rung takes away."""
        return sum(matter.words for matter in self.found if matter.by in rungs)


def ground(domain: str, examples: Sequence[Example], situation: Situation, thresholds: Thresholds) -> Ground:
    """The ``examples`` of a domain, with what is wrong in them."""
    learned = _learned(domain, situation.adapters)
    noise = _noise(examples, situation.certainty, thresholds)
    counted = tuple(example for example in examples if example.id not in learned and example.id not in noise)
    found = matters(counted, situation.terms, situation.rules, thresholds.remaining)
    return Ground(domain, tuple(examples), counted, found, learned, len(noise))


def adapt(on: Ground, situation: Situation, cost: Cost, thresholds: Thresholds) -> Draft:
    """Whether to train an adapter, or what for to wait."""
    subject = f"your speech on {on.domain}" if on.domain else "your speech"
    reasons = _reasons(on, situation.unanswered if not on.domain else 0)
    missing = _missing(on, situation, thresholds)
    if missing:
        return Draft(
            Rung.WAIT,
            subject,
            reasons,
            missing=missing,
            domain=on.domain,
            example_ids=tuple(example.id for example in on.counted),
            errors=on.errors,
        )
    left = 1 - on.words(Rung.HINT, Rung.REWRITE, Rung.NOTHING) / max(1, on.errors)
    gain = expected_gain(on.learned + len(on.counted), learned=on.learned, adaptable=left)
    like = f"So many corrections should take away {gain.value:.0%} of these errors ({gain.low:.0%} to {gain.high:.0%})."
    chosen = choose(on.domain, situation.runs, situation.adapters, thresholds.modes)
    return Draft(
        Rung.ADAPT,
        subject,
        (*reasons, like, *([chosen.reason] if chosen.reason else [])),
        expected_gain=gain,
        cost_seconds=round(cost(on.counted, chosen.mode), 1),
        mode=chosen.mode,
        domain=on.domain,
        example_ids=tuple(example.id for example in on.counted),
        errors=on.errors,
    )


def _missing(on: Ground, situation: Situation, thresholds: Thresholds) -> str:
    """What is missing for an adapter; empty if nothing is."""
    past = [one for one in situation.proposals if one.rung is Rung.ADAPT and one.domain == on.domain]
    waiting = next((one for one in past if one.state in WAITING), None)
    if waiting is not None:
        approved = waiting.state is ProposalState.APPROVED
        return f"the training of {waiting.id}: twin learn" if approved else f"your word on {waiting.id}"
    if situation.urged:
        more = max(thresholds.gate.least_utterances - len(on.examples), int(not on.counted))
        words = thresholds.gate.least_errors - sum(wrong_words(example.edits) for example in on.examples)
        return _joined(more, count(words, "more wrong word") if words > 0 else "")
    suspects = [refused.id for refused in situation.buffer.refused if refused.reason == ANOTHER_TEXT]
    of_all = len(suspects) + len(situation.buffer.examples)
    if len(suspects) >= thresholds.few_suspects and len(suspects) > thresholds.suspects * of_all:
        return f"another look at {listed(suspects)}: these texts do not sound like what was heard"
    more = (thresholds.further_examples if on.learned else thresholds.examples) - len(on.counted)
    words = (thresholds.further_errors if on.learned else thresholds.errors) - on.words(Rung.ADAPT)
    misheard = f"{count(words, 'more misheard word')} that hints and rules do not put right" if words > 0 else ""
    read = sum(map(is_read, on.counted))
    days = _days_missing(on.counted, thresholds) if read < thresholds.examples else 0
    anew = needed_anew(past, on.counted, thresholds, learned=on.learned_ids)
    missing = _joined(max(more, anew), misheard, days=days, first=not on.counted)
    return f"{missing}, since {_why_over(past)}" if anew and anew >= more else missing


def _joined(examples: int, words: str, *, days: int = 0, first: bool = False) -> str:
    parts = []
    if examples > 0:
        parts.append(count(examples, "more corrected utterance"))
    if words:
        parts.append(f"with {words}" if parts else words)
    if days:
        on_days = f"{days} days" if first else count(days, "more day")
        parts.append(f"on {on_days}" if parts else f"corrections of {on_days}")
    return ", ".join(parts)


def needed_anew(
    past: Sequence[Proposal],
    examples: Sequence[Example],
    thresholds: Thresholds,
    *,
    learned: Collection[str] = frozenset(),
) -> int:
    """How many new examples are missing since the last like proposal was rejected, or trained on in vain; none if what
    it rested on is ``learned``."""
    over = _over(past)
    if over is None or set(over.example_ids) <= set(learned):
        return 0
    new = sum(example.id not in over.example_ids for example in examples)
    return max(0, ceil(thresholds.anew * len(over.example_ids)) - new)


def _over(past: Sequence[Proposal]) -> Proposal | None:
    over = (ProposalState.REJECTED, ProposalState.DONE)
    return next((one for one in reversed(past) if one.state in over), None)


def _why_over(past: Sequence[Proposal]) -> str:
    over = _over(past)
    assert over is not None
    rejected = over.state is ProposalState.REJECTED
    return f"you rejected {over.id}" if rejected else f"nothing that is in use came of {over.id}"


def _learned(domain: str, adapters: Sequence[Adapter]) -> frozenset[str]:
    """The examples that went into the adapter in use in a domain, or into what it was made from."""
    by_id = {adapter.id: adapter for adapter in adapters}
    adapter = next((one for one in adapters if one.live and one.domain == domain), None)
    learned: set[str] = set()
    while adapter is not None:
        learned.update(adapter.example_ids, adapter.replay_ids)
        adapter = by_id.get(adapter.parent_id or "")
    return frozenset(learned)


def _noise(examples: Sequence[Example], certainty: Mapping[str, float], thresholds: Thresholds) -> frozenset[str]:
    """Examples in which little could be heard, unless that is so day after day."""
    unsure = [
        example
        for example in examples
        if certainty.get(example.id, 1.0) < thresholds.unsure
        and wrong_words(example.edits) > thresholds.many_wrong * len(example.said.split())
    ]
    if len({example.at.date() for example in unsure}) >= thresholds.noisy_days:
        return frozenset()
    return frozenset(example.id for example in unsure)


def _days_missing(examples: Sequence[Example], thresholds: Thresholds) -> int:
    times = [example.at for example in examples]
    missing = max(0, thresholds.days - len({at.date() for at in times}))
    return missing or int(max(times) - min(times) < thresholds.span)


def _reasons(on: Ground, unanswered: int) -> tuple[str, ...]:
    since = " since the adapter in use was trained" if on.learned else ""
    if not on.counted:
        reasons = [f"Nothing was corrected yet{since}."]
    else:
        days = len({example.at.date() for example in on.counted})
        hold = "holds" if len(on.counted) == 1 else "hold"
        utterances = f"{count(len(on.counted), 'corrected utterance')} of {count(days, 'day')}"
        reasons = [f"{utterances}{since} {hold} {count(on.errors, 'wrong word')}."]
    if lower := on.words(Rung.HINT, Rung.REWRITE):
        reasons.append(f"Hints and rules take {lower} of them away.")
    left = [matter for matter in on.found if matter.by is Rung.ADAPT]
    if left:
        pairs = ", ".join(f"“{matter.variants[0]}” for “{matter.text}”" for matter in left[:NAMED])
        more = " …" if len(left) > NAMED else "."
        reasons.append(f"What they leave are {count(on.words(Rung.ADAPT), 'misheard word')}: {pairs}{more}")
    stubborn = [matter for matter in left if matter.memory_id]
    if stubborn:
        ways = ", ".join(f"“{one.text}” in {count(len(one.variants), 'way')}" for one in stubborn[:NAMED])
        reasons.append(f"Terms that hints do not reach: {ways}.")
    if on.noise:
        verb = "does" if on.noise == 1 else "do"
        reasons.append(f"{count(on.noise, 'utterance')} in which little could be heard, as in noise, {verb} not count.")
    if unanswered:
        again = f"{count(unanswered, 'dictation')} that you said again, and did not put right"
        reasons.append(f"Not among them: {again}. To correct what was heard the first time counts, too.")
    return tuple(reasons)
