"""The engine's log: verbs, durations, outcomes, and never content."""

from __future__ import annotations

import sys
from typing import TextIO

import structlog


def log_to(stream: TextIO | None = None) -> None:
    """Send what is logged from now on to ``stream``, one JSON document a line.

    Without one it goes to whatever standard error is at that moment, which a program or a test may have exchanged.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
    )
