"""What an engine was started from: a client that finds another identity replaces the engine."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from twin import __version__
from twin.paths import Home

_PACKAGES = ("twin", "agents", "memory", "tui")


def identity(home: Home) -> str:
    """Version, age of the code and content of the configuration file: a change of any asks for a new engine.

    The environment is not part of it: it is read when the engine starts.
    """
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for package in _PACKAGES:
        digest.update(str(max(file.stat().st_mtime_ns for file in (root / package).rglob("*.py"))).encode())
    with suppress(FileNotFoundError):
        digest.update(home.config.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"
