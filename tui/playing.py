"""Playing a recording, by whatever this machine has for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from twin.errors import TwinError

PLAYERS: tuple[tuple[str, ...], ...] = (
    ("pw-play",),
    ("paplay",),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("mpv", "--no-video", "--really-quiet"),
)
"""Programs that play FLAC, with what they need to be told; the first that is there is taken."""


class Player:
    """Plays one recording at a time; playing another stops the one before."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def play(self, recording: Path) -> None:
        """Begin to play ``recording``. Raises ``TwinError`` if it is gone, or if nothing here can play it."""
        self.stop()
        if not recording.is_file():
            raise TwinError("The recording is gone.", title="Nothing to play", hint="Its text is still there.")
        command = next((player for player in PLAYERS if shutil.which(player[0])), None)
        if command is None:
            names = ", ".join(player[0] for player in PLAYERS)
            raise TwinError(
                "Nothing here can play sound.", title="Nothing to play with", hint=f"Install one of {names}."
            )
        silent = subprocess.DEVNULL
        self._process = subprocess.Popen([*command, str(recording)], stdin=silent, stdout=silent, stderr=silent)

    @property
    def playing(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.terminate()
            self._process.wait()
            self._process = None
