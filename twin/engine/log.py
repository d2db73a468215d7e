"""The engine's log: verbs, durations, outcomes, and never content."""

from __future__ import annotations

from typing import TextIO

import structlog


def log_to(stream: TextIO) -> None:
    """Send what is logged from now on to ``stream``, one JSON document a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
