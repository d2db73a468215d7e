"""``twin bench dictation``: hints, live speech, spoken commands, text from nothing, lost words, an hour-long file.

Each is a part that can be measured alone; together they take the better part of an hour.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import soundfile

from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.hearing import accidents, carried_out, inserted_words, lost_words
from twin.benchmarks.hints import measure_hints
from twin.benchmarks.known_terms import trades_in
from twin.benchmarks.live import LiveRun, speak_live
from twin.benchmarks.nothing import scenes
from twin.benchmarks.processes import connected, probe, stop, without_preload
from twin.benchmarks.recordings import Recording, load_recordings, speak
from twin.benchmarks.report import Report, bootstrap, repeated
from twin.cli.render import note
from twin.errors import ModelError, NotUnderstoodError
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights, WeightsStore
from twin.paths import Home
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.requests import Dictate, ImportVocabulary, Status, VocabularyFormat, WarmUp
from twin.settings import Settings, load_settings
from twin.speech.audio import decode
from twin.speech.editor import preferences_of
from twin.speech.engine import WhisperTranscriber

_LIVE_SECONDS = (5.0, 10.0)
_MOST_LIVE = 24
_MOST_SPOILT = 12
_MOST_ACCIDENT_PRONE = 120
_HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Bench:
    report: Report
    recordings: tuple[Recording, ...]
    settings: Settings
    weights: LocalWeights
    folder: Path

    def transcriber(self) -> WhisperTranscriber:
        settings = self.settings
        return WhisperTranscriber(
            self.weights,
            language=settings.language,
            beam_size=settings.beam_size,
            compute_type=settings.compute_type,
            threads=settings.model_threads,
        )

    def audio(self, most: int) -> Iterator[Audio]:
        """Of recordings from all over the data."""
        step = max(1, len(self.recordings) // most)
        return (decode(recording.path) for recording in islice(self.recordings, 0, most * step, step))


def run(data: Sequence[Path], parts: Sequence[str] = ()) -> Report:
    """Measure ``parts`` (none: all). ``data`` names recordings (none: sentences spoken by the packaged voice).

    Raises ``NotUnderstoodError`` for a part that there is not, or without anything to measure on.
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise NotUnderstoodError(f"There is no part {unknown[0]!r}.", hint=f"There are: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Home(Path(folder) / "home").create()
        settings = load_settings(home)
        report = Report("dictation", settings=settings.model_dump(mode="json"))
        recordings = load_recordings(data) if data else speak(Path(folder))
        weights = WeightsStore(WeightsCache.locate()).resolve(settings.recogniser, Role.RECOGNISER)
        bench = _Bench(report, recordings, settings, weights, Path(folder))
        for part in parts or PARTS:
            note(f"{part}: {len(recordings)} recordings …")
            PARTS[part](bench)
    report.notes.append(f"{len(recordings)} recordings; all recognisers with {settings.model_threads} threads.")
    return report


def _hints(bench: _Bench) -> None:
    transcriber = bench.transcriber()
    measure_hints(bench.report, bench.recordings, transcriber, bench.settings, bench.weights, bench.folder)


def _live(bench: _Bench) -> None:
    """At the pace of speech, into a real engine that knows the vocabulary."""
    least, most = _LIVE_SECONDS
    home = Home(bench.folder / "live").create()
    terms = dict.fromkeys(term for trade in trades_in(bench.recordings) for term in trade.vocabulary)
    heard: list[LiveRun] = []
    names: list[str] = []
    with without_preload(), connected(home) as client:
        if terms:
            client.call(ImportVocabulary("\n".join(terms).encode(), format=VocabularyFormat.LINES))
        client.call(WarmUp(("recogniser",)))
        for recording in bench.recordings:
            audio = decode(recording.path)
            if len(heard) < _MOST_LIVE and least <= len(audio) / SAMPLE_RATE_HZ <= most:
                heard.append(speak_live(client, home, (audio * 32767).astype(np.int16)))
                names.append(recording.path.name)
    stop(home)
    if not heard:
        bench.report.notes.append(f"No recording of {least:g} to {most:g} s to speak live.")
        return
    bench.report.sheets["live"] = Sheet(
        ("recording", "seconds", "wait s", "looks a second", "settled", "text"),
        tuple(
            (name, run.seconds, run.endpoint_to_text_seconds, run.partials_per_second, run.settled, run.text)
            for name, run in zip(names, heard, strict=True)
        ),
    )
    waits = [run.endpoint_to_text_seconds for run in heard]
    rates = [run.partials_per_second for run in heard]
    bench.report.metrics["partials_per_s"] = repeated(rates, unit="1/s")
    for share in (50, 95):
        percentile = _percentile(share)
        bench.report.metrics[f"endpoint_to_text_s.p{share}"] = Metric(
            percentile(waits), bootstrap(waits, percentile), {}, "s"
        )


def _commands(bench: _Bench) -> None:
    """Those that the packaged voice speaks, and those that are found in speech that holds none."""
    try:
        from hibari import Hibari
    except ImportError as error:
        raise NotUnderstoodError(
            "There is no voice to speak commands.", hint="Install it: pip install hibari-tts."
        ) from error
    transcriber, preferences = bench.transcriber(), preferences_of(bench.settings)
    done = carried_out(transcriber, Hibari(), bench.folder, preferences)
    bench.report.metrics["commands.recall"] = Metric(done.share)
    bench.report.notes += [f"Said “{said}”, came to “{text}”." for said, text in done.wrong]
    found = accidents(transcriber, bench.audio(_MOST_ACCIDENT_PRONE), preferences)
    bench.report.metrics["commands.accidental"] = Metric(len(found.commands), unit=f"in {found.words} words")
    bench.report.notes += [f"By accident: {command.name} for “{command.heard}”." for command in found.commands]


def _nothing(bench: _Bench) -> None:
    found = inserted_words(bench.transcriber(), scenes())
    bench.report.metrics["nothing.inserted_words"] = Metric(found.words, unit=f"in {found.minutes:.0f} min")
    bench.report.notes += [f"Out of {scene}: “{text}”." for scene, text in found.heard.items()]


def _lost(bench: _Bench) -> None:
    lost = lost_words(bench.transcriber(), bench.audio(_MOST_SPOILT))
    for name, share in lost.share.items():
        bench.report.metrics[f"lost_words.{name.replace(' ', '_')}"] = Metric(share, unit=f"of {lost.words}")


def _hour(bench: _Bench) -> None:
    """The peak memory of an engine that recognises an hour, beside that of plain faster-whisper."""
    path = bench.folder / "hour.flac"
    seconds = 0.0
    with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, 1) as file:
        for recording in cycle(bench.recordings):
            audio = decode(recording.path)
            file.write(audio)
            seconds += len(audio) / SAMPLE_RATE_HZ
            if seconds >= _HOUR_SECONDS:
                break
    settings, home = bench.settings, Home(bench.folder / "long").create()
    arguments = [str(bench.weights.path), str(settings.model_threads), settings.compute_type, str(settings.beam_size)]
    with without_preload(), connected(home) as client:
        client.call(Dictate(path=str(path), session_id="bench"))
        ours = client.call(Status()).peak_rss_mb
    stop(home)
    bench.report.metrics["hour.peak_mb"] = Metric(ours, None, {}, "MB")
    note(f"hour: ours took {ours:.0f} MB; now plain faster-whisper …")
    try:
        with probe("whisper", *arguments, settings.language) as plain:
            bare = plain(str(path))["peak_rss_mb"]
    except ModelError as error:  # it holds features of the whole hour, which not every machine has room for
        bench.report.notes.append(f"Plain faster-whisper did not get through an hour: {error.message}")
        return
    bench.report.metrics["hour.peak_mb_over_plain"] = Metric(ours - bare, None, {"ours": ours, "plain": bare}, "MB")


def _percentile(share: float) -> Callable[[Sequence[float]], float]:
    return lambda values: float(np.percentile(values, share))


PARTS: dict[str, Callable[[_Bench], None]] = {
    "hints": _hints,
    "live": _live,
    "commands": _commands,
    "nothing": _nothing,
    "lost": _lost,
    "hour": _hour,
}
