"""``twin bench latency``: how long the person waits, beside the bare libraries on the same files in the same run.

Every figure is taken from outside, on real processes in a home folder of its own: the command as typed, the screen in a
pseudo-terminal, the engine through its socket.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from twin.benchmarks.figures import Metric
from twin.benchmarks.probe import PROMPT
from twin.benchmarks.processes import command_seconds, connected, probe, seconds_of, stop, without_preload
from twin.benchmarks.recordings import Recording, load_recordings, speak
from twin.benchmarks.report import Report, bootstrap, repeated
from twin.benchmarks.screen import Extent, measure_keys, measure_long, painted
from twin.benchmarks.terminal import Terminal
from twin.errors import NotUnderstoodError
from twin.events import Event, Token
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.requests import Ask, Converse, Dictate, Remember, Status, WarmUp
from twin.settings import Settings, load_settings

_STARTS = 5
_ASKS = 20
_ROUNDS = 3
_MOST_RECORDINGS = 10
_TOKENS = 160

_FACT = "I keep the spare key of the boathouse under the green flower pot"
_QUESTION = "where is the spare key of the boathouse?"


PARTS = ("starts", "screen", "recognition", "language", "asking")


def run(data: Sequence[Path], parts: Sequence[str] = ()) -> Report:
    """Measure ``parts`` (none: all); ``data`` names recordings (none: sentences spoken by the packaged voice).

    Raises :class:`NotUnderstoodError` for a part that there is not.
    """
    for part in parts:
        if part not in PARTS:
            raise NotUnderstoodError(f"There is no part {part!r}.", hint=f"There are: {', '.join(PARTS)}.")
    wanted = parts or PARTS
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Home(Path(folder) / "home").create()
        settings = load_settings(home)
        report = Report("latency", settings=settings.model_dump(mode="json"))
        recordings = (load_recordings(data) if data else speak(Path(folder)))[:_MOST_RECORDINGS]
        with without_preload():
            if "starts" in wanted:
                _measure_starts(report, home)
            if "screen" in wanted:
                measure_keys(report, Home(Path(folder) / "typed").create(), settings, recordings, Extent())
                measure_long(report, Home(Path(folder) / "long").create(), Extent())
            if "recognition" in wanted:
                _measure_recognition(report, home, settings, recordings)
            if "language" in wanted:
                _measure_language(report, home, settings)
        if "asking" in wanted:
            _measure_asking(report, home)
        stop(home)
    report.notes.append(
        f"{len(recordings)} recordings, {_ROUNDS} rounds, engine and bare library in turn; all with "
        f"{settings.model_threads} threads."
    )
    return report


# --- starting --------------------------------------------------------------------------------------------------


def _measure_starts(report: Report, home: Home) -> None:
    painted = [_first_paint(home) for _ in range(_STARTS)]
    report.metrics["first_paint_s"] = repeated([seconds for seconds, _ in painted], unit="s")
    report.metrics["ui_rss_mb"] = repeated([rss for _, rss in painted], unit="MB")
    bare = [seconds_of([sys.executable, "-c", "pass"]) for _ in range(_STARTS)]
    report.metrics["help_s"] = repeated(
        [command_seconds(home, "--help") for _ in range(_STARTS)],
        unit="s",
        baselines={"python": statistics.median(bare)},
    )


def _first_paint(home: Home) -> tuple[float, float]:
    """Seconds from the command to the first painted screen (its footer), and the process's memory in MB then."""
    with closing(Terminal(home)) as terminal:
        seconds = terminal.until(painted) - terminal.began
        memory = terminal.rss_mb
    stop(home)
    return seconds, memory


# --- asking ----------------------------------------------------------------------------------------------------


def _measure_asking(report: Report, home: Home) -> None:
    with connected(home) as client:
        client.call(Remember(_FACT, "bench"))
    cold, cold_lexical = [], []
    for _ in range(_STARTS):
        stop(home)
        cold_lexical.append(command_seconds(home, "ask", "--now", _QUESTION))
        stop(home)
        cold.append(command_seconds(home, "ask", _QUESTION))
    report.metrics["ask_cold_s"] = repeated(cold, unit="s", baselines={"lexical": statistics.median(cold_lexical)})
    with connected(home) as client:
        client.call(WarmUp())
        client.call(Ask(_QUESTION))
        calls = []
        for _ in range(_ASKS):
            began = time.perf_counter()
            client.call(Ask(_QUESTION))
            calls.append(1000 * (time.perf_counter() - began))
        commands = [1000 * command_seconds(home, "ask", _QUESTION) for _ in range(_STARTS)]
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
    with probe("whisper", *arguments, settings.language) as plain, connected(home) as client:
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
    stop(home)


# --- language --------------------------------------------------------------------------------------------------


def _measure_language(report: Report, home: Home, settings: Settings) -> None:
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.language_model, Role.LANGUAGE_MODEL)
    ours: list[float] = []
    first: list[float] = []
    bare: list[float] = []
    with probe("llama", str(weights.path), str(settings.model_threads)) as plain, connected(home) as client:
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
    stop(home)
