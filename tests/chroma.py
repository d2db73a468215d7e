"""A real Chroma server on loopback, as whoever runs one would start it, and a look into Chroma's files."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

_START_SECONDS = 60.0


class ChromaServerProcess:
    """``chroma run`` on a port of its own, with a folder of its own; it calls nobody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [os.fspath(Path(sys.executable).with_name("chroma")), "run", "--path", os.fspath(self.folder)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the Chroma server ended"
            assert time.monotonic() < deadline, "the Chroma server does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self.go_on()
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def lose_everything(self) -> None:
        """As when somebody else's server stands there tomorrow."""
        shutil.rmtree(self.folder)

    def hang(self) -> None:
        """Accept connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.url}/api/v2/heartbeat", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def files_with(folder: Path, vector: ArrayLike) -> list[str]:
    """The files below ``folder`` in which some eight neighbouring numbers of ``vector`` stand as float32.

    Nearly so: Chroma makes vectors of length 1, which may change a last bit.
    """
    wanted = np.asarray(vector, dtype=np.float32)
    pieces = [wanted[start : start + 8] for start in range(0, len(wanted) - 8, 64)]
    pieces = [piece for piece in pieces if np.ptp(piece) > 1e-3]  # others say nothing
    assert pieces, "the vector has nothing to be known by"
    return [file.name for file in folder.rglob("*") if file.is_file() and _holds(file.read_bytes(), pieces)]


def _holds(content: bytes, pieces: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]) -> bool:
    for offset in range(4):
        numbers = np.frombuffer(content[offset : len(content) - (len(content) - offset) % 4], dtype="<f4")
        if len(numbers) < 8:
            continue
        with np.errstate(invalid="ignore", over="ignore"):
            for piece in pieces:
                known_by = int(np.argmax(np.abs(piece)))
                near = np.flatnonzero(np.abs(numbers - piece[known_by]) < 1e-5)
                for at in near[(near >= known_by) & (near < len(numbers) - 8 + known_by)]:
                    if np.allclose(numbers[at - known_by : at - known_by + 8], piece, atol=1e-5):
                        return True
    return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
