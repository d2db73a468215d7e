"""What the interface does with an exception that it did not foresee: one line for the person, a trace without content.

Tracebacks with values would put what the person said on the terminal and in a log; only places in the code are kept.
"""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from twin.errors import TwinError
from twin.paths import Home


def log_file(home: Home) -> Path:
    return home.logs / "ui.log"


def unexpected(error: BaseException, home: Home) -> TwinError:
    """Log where ``error`` arose and make of it an error that a person can read."""
    if not record(error, home):
        hint = "Try again; `twin doctor` may know what is wrong."
    else:
        hint = f"Try again; where it happened stands in {log_file(home)}."
    return TwinError(
        f"Something happened that should not have ({type(error).__name__}).", title="Unexpected", hint=hint
    )


def record(error: BaseException, home: Home) -> bool:
    """Append the type and the places of ``error``, and no values, to the log. False if that cannot be written."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {type(error).__name__} at {places or 'nowhere'}\n"
    with suppress(OSError):
        descriptor = os.open(log_file(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(line)
        return True
    return False
