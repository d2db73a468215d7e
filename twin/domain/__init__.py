"""What the twin is made of: frozen values that every package shares.

Nothing here imports anything heavy, reads a clock, or touches a disk. Times are timezone-aware and in UTC;
durations and offsets are in seconds; probabilities and scores are from 0 to 1.

Ids are a letter and a number (``u12``), given once by the ledger and never reused, short enough to be typed:
``u`` utterance, ``c`` correction, ``s`` signal, ``t`` turn, ``m`` memory, ``d`` decision, ``p`` proposal,
``q`` question, ``w`` rewrite rule, ``r`` training run, ``a`` adapter. Sessions are named ``cli-…`` or ``ui-…`` by
their client.

One module a part of the product; they are imported from here.
"""

from __future__ import annotations

from twin.domain.conversing import Prompted, Reply, Route, StyleUsed, Turn
from twin.domain.learning import (
    Adapter,
    Buffer,
    Change,
    Decision,
    Example,
    GateReport,
    Graduation,
    Interval,
    Proposal,
    ProposalState,
    Refused,
    Rung,
    RunState,
    TrainingMode,
    TrainingRun,
)
from twin.domain.listening import AppliedRule, AudioSource, Edited, Hearing, SpokenCommand, Transcript, Utterance, Word
from twin.domain.noticing import Correction, EditKind, Judgement, Signal, SignalKind, WordEdit
from twin.domain.remembering import (
    FORGOTTEN_PLACEHOLDER,
    PRIVATE_PLACEHOLDER,
    SECRET_PLACEHOLDER,
    Bearing,
    Citation,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Question,
    QuestionKind,
    Recalled,
    RecallMode,
    Recollection,
    Speaker,
)
from twin.domain.rewriting import RewriteRule, RuleStatus, Scope
from twin.domain.vocabulary import Expression, Habits, Hint, HintContext, MonthTopics, Sighting, Spread, Term

__all__ = [
    "FORGOTTEN_PLACEHOLDER",
    "PRIVATE_PLACEHOLDER",
    "SECRET_PLACEHOLDER",
    "Adapter",
    "AppliedRule",
    "AudioSource",
    "Bearing",
    "Buffer",
    "Change",
    "Citation",
    "Correction",
    "Decision",
    "EditKind",
    "Edited",
    "Example",
    "Expression",
    "GateReport",
    "Graduation",
    "Habits",
    "Hearing",
    "Hint",
    "HintContext",
    "Interval",
    "Judgement",
    "Memory",
    "MemoryKind",
    "MemoryStatus",
    "MonthTopics",
    "Polarity",
    "Prompted",
    "Proposal",
    "ProposalState",
    "Question",
    "QuestionKind",
    "RecallMode",
    "Recalled",
    "Recollection",
    "Refused",
    "Reply",
    "RewriteRule",
    "Route",
    "RuleStatus",
    "RunState",
    "Rung",
    "Scope",
    "Sighting",
    "Signal",
    "SignalKind",
    "Speaker",
    "SpokenCommand",
    "Spread",
    "StyleUsed",
    "Term",
    "TrainingMode",
    "TrainingRun",
    "Transcript",
    "Turn",
    "Utterance",
    "Word",
    "WordEdit",
]
