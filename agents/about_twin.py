"""Questions about the twin itself, answered from the ledger, or by what is always so (:mod:`agents.itself`): what it
learned, why it wrote so, what it would change.

No model takes part: what is said here is what is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from agents.answers import day, quoted
from agents.itself import itself
from agents.said_before import asks_what_it_said
from twin.domain import (
    Adapter,
    Decision,
    Memory,
    MemoryStatus,
    Proposal,
    RewriteRule,
    RuleStatus,
    RunState,
    TrainingRun,
    Utterance,
)
from twin.sentences import plain_question

_MOST = 8


class About(StrEnum):
    """What is asked about the twin."""

    LEARNED = "what it learned"
    WHY = "why it wrote what it wrote"
    PROPOSES = "what it would change"
    ADAPTERS = "what it was trained on"
    SAID = "what it said before"
    ITSELF = "who it is, what it can do, or who sees what it is told"


_ASKED: Final = (
    (
        About.LEARNED,
        re.compile(
            r"(?!.*\babout my\b)"
            r"(?:^what (?:have you|did you|do you have)(?: \w+)? (?:learn(?:ed|t)?|notice[ds]?|taken? in|picked up)\b"
            r"|^(?:have you|did you) learn(?:ed|t)? (?:anything|something)\b"
            r"|^what(?:'s| is) new(?: that)? you (?:know|learned))"
        ),
    ),
    (
        About.WHY,
        re.compile(
            r"^why (?:did|do|have) you (?:write|spell|change|correct|replace|put|wr(?:ote|itten)|hear|transcribe)\b"
            r"|^why (?:is|was|does) (?:it|that|this) (?:written|spelt|spelled|spell)\b"
        ),
    ),
    (
        About.PROPOSES,
        re.compile(
            r"^what (?:would|will|do|could|are) you (?:change|propos(?:e|ing)|suggest(?:ing)? to (?:learn|change)"
            r"|(?:want|like|wish) to (?:learn|change)|waiting for|do if i (?:approve|say yes))\b"
            r"|^(?:do you have|are there) (?:any )?(?:open )?proposals\b"
            r"|^what(?:'s| is) (?:waiting|open) for my (?:word|approval)"
        ),
    ),
    (
        About.ADAPTERS,
        re.compile(
            r"^(?:what|which) adapters?\b.*\byou\b|^what (?:were|are) you trained on\b|^have you been trained\b"
        ),
    ),
)
_TODAY: Final = re.compile(r"\btoday\b")
_WEEK: Final = re.compile(r"\b(?:this|last|past|the last) week\b|\blately\b|\brecently\b")
_MONTH: Final = re.compile(r"\b(?:this|last|past|the last) month\b")


def asks_about_twin(question: str) -> About | None:
    """What ``question`` asks about the twin itself, where that can be told without a model."""
    plain = plain_question(question)
    about = next((about for about, words in _ASKED if words.search(plain)), None)
    if about is None and itself(question) is not None:
        return About.ITSELF
    return about or (About.SAID if asks_what_it_said(question) else None)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the ids of what it tells of."""

    text: str
    drawn_from: tuple[str, ...] = ()


def since(question: str, now: datetime) -> datetime | None:
    """From when on is asked; nothing for all of it."""
    plain = plain_question(question)
    for words, days in ((_TODAY, 1), (_WEEK, 7), (_MONTH, 31)):
        if words.search(plain):
            return now - timedelta(days=days)
    return None


def what_it_learned(
    memories: Sequence[Memory],
    rules: Sequence[RewriteRule],
    decisions: Sequence[Decision],
    runs: Sequence[TrainingRun],
    *,
    after: datetime | None,
    timezone: tzinfo | None,
) -> Said:
    """What was learned ``after`` a moment, newest first: memories, rules in force, terms, trainings."""

    def recent(at: datetime) -> bool:
        return after is None or at >= after

    known = [one for one in memories if recent(one.learned_at) and one.status is MemoryStatus.HELD]
    lines = [f"- {day(one.learned_at, timezone)}: {quoted(one.text)} ({one.kind}, {one.id})" for one in known[:_MOST]]
    if len(known) > _MOST:
        lines.append(f"- and {len(known) - _MOST} more; `twin know` lists them")
    in_force = [rule for rule in rules if rule.status is RuleStatus.ACTIVE and recent(rule.created_at)]
    lines += [f"- to write “{rule.term}” where I hear “{rule.heard}” ({rule.id})" for rule in in_force[:_MOST]]
    trained = [run for run in runs if run.state is RunState.FINISHED and run.gate and recent(run.started_at)]
    for run in trained[-_MOST:]:
        outcome = "it proved itself and is kept" if run.gate and run.gate.passed else "it did not prove itself"
        lines.append(f"- {run.id}: an adapter, from {len(run.example_ids)} corrections; {outcome}")
    noticed = sum(recent(one.created_at) for one in decisions)
    span = f"Since {day(after, timezone)}" if after else "So far"
    drawn = (*(one.id for one in known[:_MOST]), *(rule.id for rule in in_force[:_MOST]))
    if not lines:
        return Said(f"{span} I have learned nothing new.")
    tail = f"\nI made {noticed} decision{'s' * (noticed != 1)} on what you corrected; `twin why` explains." * bool(
        noticed
    )
    return Said("\n".join((f"{span} I have learned:", *lines)) + tail, drawn)


def why_it_wrote(utterance: Utterance | None, question: str) -> Said:
    """What shaped the newest dictation: hints, rules, spoken editing, an adapter, a correction."""
    if utterance is None:
        return Said("I have written nothing down yet.")
    asked = set(re.findall(r"\w+", question.lower()))
    parts = []
    for hint in utterance.hints:
        because = "; ".join(hint.reasons)
        line = f"I wrote “{hint.term}”, a term of yours, where I had heard “{hint.heard}”: {because}"
        parts.append((hint.term, line))
    for number, rule in enumerate(utterance.rules_applied, start=1):
        heard = " ".join(word.word for word in rule.heard)
        undo = f"`twin rules undo {utterance.id} {number}`"
        parts.append((rule.term, f"the rule {rule.rule_id} wrote “{rule.term}” where I heard “{heard}” (undo: {undo})"))
    named = [line for term, line in parts if asked & set(re.findall(r"\w+", term.lower()))]
    lines = [f"- {line}" for line in named or [line for _, line in parts]]
    if utterance.edited is not None and utterance.edited.commands_applied:
        done = ", ".join(f"“{command.heard}”" for command in utterance.edited.commands_applied)
        lines.append(f"- I carried out what you said to edit it: {done}")
    if utterance.adapter_id:
        lines.append(f"- I heard it with the adapter {utterance.adapter_id}, trained on your corrections")
    if utterance.corrected is not None:
        lines.append("- its text is the one that you gave yourself")
    if not lines:
        return Said(
            f"In {utterance.id} I wrote what I heard, word by word: no hint and no rule had a part in it. If it is "
            f"wrong, tell me: `twin correct {utterance.id}`.",
            (utterance.id,),
        )
    return Said("\n".join((f"In {utterance.id}, {quoted(utterance.text)}", *lines)), (utterance.id,))


def what_it_proposes(proposals: Sequence[Proposal], missing: str) -> Said:
    """The proposals that wait for the person's word, with what each would fix and break."""
    if not proposals:
        lacking = f" What is missing yet: {missing}." if missing else ""
        return Said(f"Nothing waits for your word.{lacking}")
    lines = []
    for proposal in proposals[:_MOST]:
        fixes, breaks = len(proposal.fixes), len(proposal.breaks)
        shown = f" On your own recordings it fixes {fixes} and breaks {breaks}." if proposal.changes else ""
        lines.append(f"- {proposal.id}: {proposal.summary}{shown}")
    first = proposals[0].id
    way = (
        f"`twin proposals show {first} --replay` shows it on your recordings; `twin proposals approve {first}` does it."
    )
    return Said("\n".join(("If you approve, I would:", *lines, way)), tuple(one.id for one in proposals[:_MOST]))


def what_it_was_trained_on(adapters: Sequence[Adapter], timezone: tzinfo | None) -> Said:
    """The adapters in use."""
    live = [adapter for adapter in adapters if adapter.live]
    if not live:
        return Said("No adapter is in use: I hear you with the weights as they came.")
    lines = [
        f"- {one.id} on {one.base}, of {day(one.created_at, timezone)}, from {len(one.example_ids)} of your corrections"
        for one in live
    ]
    return Said("\n".join(("In use:", *lines, "`twin adapters show ID` has the rest.")), tuple(one.id for one in live))
