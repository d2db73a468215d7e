"""A real terminal for tests: a program in tmux, driven by keys and read from the screen."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType

import pytest

_PATIENCE_SECONDS = 120.0
_POLL_SECONDS = 0.2
_FRAMES = str.maketrans("▌▏│─╭╮╰╯", " " * 8)


def skip_without_tmux() -> None:
    if shutil.which("tmux") is None:
        pytest.skip("There is no tmux on this machine to give the twin a terminal.")


class Terminal:
    """Runs ``command`` in a tmux server of its own, which ends with it; skips the test where there is no tmux."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], width: int, height: int
    ) -> None:
        skip_without_tmux()
        self._name = f"twin-test-{os.getpid()}-{id(self)}"
        self._environment = {**environment, "TERM": "xterm-256color"}
        self._environment.pop("TMUX", None)
        self._tmux(
            "-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(folder),
            shlex.join(command),
        )  # fmt: skip

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.alive:
            self._tmux("kill-session")

    @property
    def alive(self) -> bool:
        return self._run("has-session").returncode == 0

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: ``Enter``, ``C-r``, ``F3``, ``S-End``."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    @property
    def screen(self) -> str:
        """The text on the screen, as it stands."""
        return self._tmux("capture-pane", "-p")

    @property
    def flowing(self) -> str:
        """The same without frames, each run of white space one space."""
        return re.sub(r"\s+", " ", self.screen.translate(_FRAMES))

    def sees(self, *texts: str, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until all of ``texts`` are on the screen together."""
        self._until(lambda: all(text in self.flowing for text in texts), f"not all seen: {texts}", seconds)

    def sees_one_of(self, *texts: str, seconds: float = _PATIENCE_SECONDS) -> str:
        """Wait until one of ``texts`` is on the screen; which."""
        self._until(lambda: any(text in self.flowing for text in texts), f"none seen: {texts}", seconds)
        return next(text for text in texts if text in self.flowing)

    def loses(self, text: str, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until ``text`` is no longer on the screen."""
        self._until(lambda: text not in self.flowing, f"still there: {text}", seconds)

    def ends(self, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until the program is over."""
        self._until(lambda: not self.alive, "it goes on", seconds)

    def _until(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        deadline = monotonic() + seconds
        while not condition():
            if monotonic() > deadline:
                raise AssertionError(f"{what}; on the screen:\n{self.screen}")
            sleep(_POLL_SECONDS)

    def _tmux(self, *arguments: str) -> str:
        done = self._run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["tmux", "-L", self._name, *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=30, check=False)
