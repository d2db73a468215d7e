"""The JSON that ``--json`` prints: one document a command, its names a promise to scripts (docs/design.md)."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from twin.domain import Reply, Utterance
from twin.requests import CorrectionReport, Doubts, HeardAgain


def print_json(document: object, *, in_one_line: bool = False) -> None:
    """Print a document on stdout, with dates as ISO 8601; indented, or in a line where several follow (JSON lines)."""
    encoded = msgspec.json.format(msgspec.json.encode(document), indent=-1 if in_one_line else 2)
    sys.stdout.write(encoded.decode() + "\n")


def reply_document(reply: Reply) -> dict[str, Any]:
    return {
        "reply": reply.text,
        "route": reply.route,
        "sources": reply.sources,
        "abstained": reply.abstained,
        "recall": reply.recall_mode,
        "learned": reply.learned,
        "reasons": reply.reasons,
        "considered": reply.considered,
        "confidence": reply.confidence,
        "complete": reply.complete,
        "turn_id": reply.turn_id,
        "style": reply.style,
        "model": reply.model,
        "adapters": reply.adapters,
        "prompt": reply.prompt,
    }


def utterance_document(utterance: Utterance) -> dict[str, Any]:
    return {
        "utterance_id": utterance.id,
        "text": utterance.text,
        "words": utterance.shown_words,
        "seconds": utterance.seconds,
        "language": utterance.language,
        "hints": utterance.hints,
        "rules_applied": utterance.rules_applied,
        "heard": utterance.heard,
        "commands_applied": utterance.edited.commands_applied if utterance.edited else (),
        "recognised": utterance.recognised,
    }


def heard_again_document(heard: HeardAgain) -> dict[str, Any]:
    return {
        **utterance_document(heard.utterance),
        "before": heard.before,
        "now": heard.now,
        "changes": heard.changes,
        "taken": heard.taken,
    }


def doubts_document(found: Doubts) -> dict[str, Any]:
    return {"utterance_id": found.utterance.id, "text": found.utterance.text, "doubts": found.doubts}


def correction_document(report: CorrectionReport) -> dict[str, Any]:
    return {
        "correction": report.correction,
        "heard": report.heard,
        "signals": report.signals,
        "decisions": report.decisions,
        "rules": report.rules,
        "proposals": report.proposals,
    }
