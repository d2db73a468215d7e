"""Every error that a person can meet, in one tree.

::

    TwinError                   what happened, why, and the way out; exit code 1
    ├── AudioError              a recording cannot be read (missing, empty, truncated, not audio)
    ├── MicrophoneError         no microphone, or it cannot be opened
    ├── NotFoundError           an id that the ledger does not hold
    ├── NotUnderstoodError      a request that makes no sense as it stands
    ├── LedgerError             the ledger cannot be opened, is damaged, or is from a newer version
    ├── MemoryIndexError        the vector or lexical index cannot be used (it can always be rebuilt)
    ├── WeightsError            weights are missing, or their hash is wrong
    ├── ModelError              a model failed to load or to run
    ├── SettingsError           a setting or the configuration file is wrong
    ├── OutputError             a text cannot be put where it was to go (clipboard, file)
    ├── HomeError               the home folder cannot be used (permissions, disk full)
    ├── EngineError             the engine process
    │   ├── EngineBusyError     somebody else holds this home folder
    │   ├── EngineStartError    the engine did not start
    │   └── EngineLostError     the engine stopped in the middle of a request
    └── CancelledByPersonError  the person cancelled; not a failure

Errors are raised where the cause is known, chained with ``from``, and rendered only in ``twin.cli`` and ``tui``.
Each carries three short texts, so that a screen can show them apart:

- ``message``: what happened, one sentence with a full stop, without the word "error";
- ``title``: two or three words for the head of a panel;
- ``hint``: what to do about it, one sentence, or empty.
"""

from __future__ import annotations

from typing import ClassVar


class TwinError(Exception):
    """Base of all errors that a person may see."""

    default_title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, *, title: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.title = title or self.default_title
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class AudioError(TwinError):
    default_title = "Recording not readable"


class MicrophoneError(TwinError):
    default_title = "No microphone"


class NotFoundError(TwinError):
    default_title = "Not found"


class NotUnderstoodError(TwinError):
    default_title = "Not understood"


class LedgerError(TwinError):
    default_title = "Ledger"


class MemoryIndexError(TwinError):
    default_title = "Index"


class WeightsError(TwinError):
    default_title = "Weights"


class ModelError(TwinError):
    default_title = "Model"


class SettingsError(TwinError):
    default_title = "Settings"


class OutputError(TwinError):
    default_title = "Not delivered"


class HomeError(TwinError):
    default_title = "Home folder"


class EngineError(TwinError):
    default_title = "Engine"


class EngineBusyError(EngineError):
    default_title = "Engine is busy"


class EngineStartError(EngineError):
    default_title = "Engine did not start"


class EngineLostError(EngineError):
    default_title = "Engine stopped"


class CancelledByPersonError(TwinError):
    default_title = "Cancelled"


def _tree(root: type[TwinError]) -> dict[str, type[TwinError]]:
    found = {root.__name__: root}
    for child in root.__subclasses__():
        found.update(_tree(child))
    return found


def error_from_wire(kind: str, message: str, title: str, hint: str) -> TwinError:
    """Rebuild an error that crossed the engine's socket; an unknown kind becomes a plain ``TwinError``."""
    return _tree(TwinError).get(kind, TwinError)(message, title=title, hint=hint)
