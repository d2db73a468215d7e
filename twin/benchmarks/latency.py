"""``twin bench latency``: how long the person waits, beside the bare libraries on the same files in the same run.

Every figure is taken from outside, on real processes in a home folder of its own: the command as typed, the screen in a
pseudo-terminal, the engine through its socket.
"""

from __future__ import annotations

import itertools
import json
import os
import pty
import re
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from twin.benchmarks.probe import PROMPT
from twin.benchmarks.recordings import Recording, load_recordings, speak
from twin.benchmarks.report import Metric, Report, bootstrap, repeated
from twin.client import TwinClient, connect
from twin.engine.remote import EngineClient
from twin.errors import ModelError
from twin.events import Event, Token
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.requests import Ask, Converse, Dictate, Remember, Status, Stop, WarmUp
from twin.settings import Settings, load_settings

_STARTS = 5
_ASKS = 20
_ROUNDS = 3
_MOST_RECORDINGS = 10
_TOKENS = 160
_PAINT_SECONDS = 30.0

_FACT = "I keep the spare key of the boathouse under the green flower pot"
_QUESTION = "where is the spare key of the boathouse?"


def run(data: Sequence[Path]) -> Report:
    """Measure; ``data`` names recordings (none means sentences spoken by the packaged voice)."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Home(Path(folder) / "home").create()
        settings = load_settings(home)
        report = Report("latency", settings=settings.model_dump(mode="json"))
        recordings = (load_recordings(data) if data else speak(Path(folder)))[:_MOST_RECORDINGS]
        with _without_preload():
            _measure_starts(report, home)
            _measure_recognition(report, home, settings, recordings)
            _measure_language(report, home, settings)
        _measure_asking(report, home)
        _stop(home)
    report.notes.append(
        f"{len(recordings)} recordings, {_ROUNDS} rounds, engine and bare library in turn; all with "
        f"{settings.model_threads} threads."
    )
    return report


@contextmanager
def _without_preload() -> Iterator[None]:
    """Engines started inside load only what is asked for, so that memory is each model's own."""
    before = os.environ.get("TWIN_PRELOAD")
    os.environ["TWIN_PRELOAD"] = "0"
    try:
        yield
    finally:
        os.environ.pop("TWIN_PRELOAD") if before is None else os.environ.update(TWIN_PRELOAD=before)


# --- starting --------------------------------------------------------------------------------------------------


def _measure_starts(report: Report, home: Home) -> None:
    painted = [_first_paint(home) for _ in range(_STARTS)]
    report.metrics["first_paint_s"] = repeated([seconds for seconds, _ in painted], unit="s")
    report.metrics["ui_rss_mb"] = repeated([rss for _, rss in painted], unit="MB")
    bare = [_seconds([sys.executable, "-c", "pass"]) for _ in range(_STARTS)]
    report.metrics["help_s"] = repeated(
        [_command_seconds(home, "--help") for _ in range(_STARTS)],
        unit="s",
        baselines={"python": statistics.median(bare)},
    )


def _first_paint(home: Home) -> tuple[float, float]:
    """Seconds from the command to the first painted screen (its footer), and the process's memory in MB then."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:  # the child: becomes the command as the person types it
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "120",
            "LINES": "40",
            "TWIN_HOME": str(home.root),
        }
        os.execve(sys.executable, [sys.executable, "-m", "twin"], environment)  # noqa: S606
    try:
        seen = b""
        while not re.search(rb"Send|Quit|quit", seen):
            if time.perf_counter() - began > _PAINT_SECONDS:
                raise ModelError("The terminal UI painted nothing.", hint="Run `twin` to see why.")
            if select.select([terminal], [], [], 0.01)[0]:
                seen += os.read(terminal, 65536)
        painted = time.perf_counter() - began
        return painted, psutil.Process(pid).memory_info().rss / 1e6
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
        _stop(home)


def _command_seconds(home: Home, *arguments: str) -> float:
    return _seconds([sys.executable, "-m", "twin", *arguments], TWIN_HOME=str(home.root))


def _seconds(command: list[str], **environment: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


# --- asking ----------------------------------------------------------------------------------------------------


def _measure_asking(report: Report, home: Home) -> None:
    with _connected(home) as client:
        client.call(Remember(_FACT, "bench"))
    cold, cold_lexical = [], []
    for _ in range(_STARTS):
        _stop(home)
        cold_lexical.append(_command_seconds(home, "ask", "--now", _QUESTION))
        _stop(home)
        cold.append(_command_seconds(home, "ask", _QUESTION))
    report.metrics["ask_cold_s"] = repeated(cold, unit="s", baselines={"lexical": statistics.median(cold_lexical)})
    with _connected(home) as client:
        client.call(WarmUp())
        client.call(Ask(_QUESTION))
        calls = []
        for _ in range(_ASKS):
            began = time.perf_counter()
            client.call(Ask(_QUESTION))
            calls.append(1000 * (time.perf_counter() - began))
        commands = [1000 * _command_seconds(home, "ask", _QUESTION) for _ in range(_STARTS)]
        report.metrics["ask_warm_ms"] = repeated(
            commands, unit="ms", baselines={"the call alone": statistics.median(calls)}
        )
        report.metrics["engine_peak_mb.everything"] = Metric(client.call(Status()).peak_rss_mb, unit="MB")


# --- recognition -----------------------------------------------------------------------------------------------


def _measure_recognition(report: Report, home: Home, settings: Settings, recordings: Sequence[Recording]) -> None:
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.recogniser, Role.RECOGNISER)
    arguments = [str(weights.path), str(settings.model_threads), settings.compute_type, str(settings.beam_size)]
    ratios: list[float] = []
    ours_total = plain_total = seconds_total = 0.0
    with _probe("whisper", *arguments, settings.language) as plain, _connected(home) as client:
        for warm_up in (True, *[False] * _ROUNDS):
            for recording, ours_first in zip(recordings, itertools.cycle((True, False))):
                request = Dictate(path=str(recording.path.absolute()), session_id="bench")
                times: dict[str, float] = {}
                for who in ("ours", "plain") if ours_first else ("plain", "ours"):
                    if who == "plain":
                        answer = plain(str(recording.path))
                        times[who] = answer["seconds"]
                    else:
                        began = time.perf_counter()
                        utterance = client.call(request)
                        times[who] = time.perf_counter() - began
                if not warm_up:
                    ratios.append(times["ours"] / times["plain"])
                    ours_total += times["ours"]
                    plain_total += times["plain"]
                    seconds_total += utterance.seconds
        ours_peak = client.call(Status()).peak_rss_mb
    report.metrics["dictate_rtf_ratio"] = Metric(
        statistics.median(ratios), bootstrap(ratios), {"of totals": ours_total / plain_total}
    )
    report.metrics["dictate_rtf"] = Metric(
        ours_total / seconds_total, None, {"plain faster-whisper": plain_total / seconds_total}
    )
    report.metrics["engine_peak_mb.dictation"] = Metric(
        ours_peak, None, {"plain faster-whisper": answer["peak_rss_mb"]}, "MB"
    )
    _stop(home)


# --- language --------------------------------------------------------------------------------------------------


def _measure_language(report: Report, home: Home, settings: Settings) -> None:
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.language_model, Role.LANGUAGE_MODEL)
    ours: list[float] = []
    first: list[float] = []
    bare: list[float] = []
    with _probe("llama", str(weights.path), str(settings.model_threads)) as plain, _connected(home) as client:
        for warm_up in (True, *[False] * _ROUNDS):
            moments: list[float] = []

            def see(event: Event, moments: list[float] = moments) -> None:
                if isinstance(event, Token):
                    moments.append(time.perf_counter())

            answer = plain(str(_TOKENS))
            began = time.perf_counter()
            client.call(Converse(PROMPT, f"bench-{len(ours)}"), see)
            if not warm_up:
                bare.append(answer["tokens"] / answer["seconds"])
                ours.append((len(moments) - 1) / (moments[-1] - moments[0]))
                first.append(moments[0] - began)
        peak = client.call(Status()).peak_rss_mb
    report.metrics["decode_tokens_per_s"] = repeated(
        ours, unit="tokens/s", baselines={"bare llama.cpp": statistics.median(bare)}
    )
    report.metrics["first_token_s"] = repeated(first, unit="s")
    report.metrics["engine_peak_mb.conversation"] = Metric(peak, None, {"bare llama.cpp": answer["peak_rss_mb"]}, "MB")
    _stop(home)


# --- processes -------------------------------------------------------------------------------------------------


@contextmanager
def _connected(home: Home) -> Iterator[TwinClient]:
    client = connect(home)
    try:
        yield client
    finally:
        client.close()


def _stop(home: Home) -> None:
    client = EngineClient(home)
    if client.running():
        client.call(Stop())
    client.wait_until_stopped()


class _Probe:
    """A bare library in a process of its own; call it with a line, get its answer."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise ModelError("The bare library failed to run.", hint="`twin doctor` checks the weights.")
        decoded: dict[str, Any] = json.loads(answer)
        return decoded


@contextmanager
def _probe(*arguments: str) -> Iterator[_Probe]:
    process = subprocess.Popen(
        [sys.executable, "-m", "twin.benchmarks.probe", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _Probe(process)
    finally:
        process.kill()
        process.communicate()
