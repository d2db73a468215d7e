"""What hints bring and what they cost: terms that are heard right, words that are not, and time, beside faster-whisper
without hints and with a flat list of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from typing import Any

from rapidfuzz.distance import Levenshtein

from twin.benchmarks.figures import Metric, Sheet
from twin.benchmarks.known_terms import Trade, knowing, trades_in
from twin.benchmarks.recordings import Recording
from twin.benchmarks.report import Report, bootstrap
from twin.benchmarks.wording import says, word_count, word_errors
from twin.cli.render import note
from twin.domain import Hint, Word
from twin.learning.normalising import normalised
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.ports import Hinting
from twin.settings import Settings
from twin.speech.audio import decode
from twin.speech.engine import WhisperTranscriber


@dataclass(frozen=True, slots=True)
class Run:
    """One recording, recognised in all ways. Times are in seconds of wall clock; ``flat``: with a list of the trade's
    terms, where it is of a trade."""

    corpus: str
    recording: Recording
    hinted: str
    unhinted: str
    plain: str
    flat: str | None
    offered: tuple[str, ...]
    used: tuple[Hint, ...]
    seconds: float
    plain_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.plain_seconds


def measure_hints(
    report: Report,
    recordings: Sequence[Recording],
    ours: WhisperTranscriber,
    settings: Settings,
    weights: LocalWeights,
    folder: Path,
) -> None:
    """Recognise the recordings of each trade with its terms known, and all others with those of all trades."""
    from faster_whisper import WhisperModel

    bare = WhisperModel(
        str(weights.path), device="cpu", cpu_threads=settings.model_threads, compute_type=settings.compute_type
    )

    def plainly(path: Path, hotwords: str | None = None) -> str:
        segments, _ = bare.transcribe(
            str(path),
            language=settings.language,
            beam_size=settings.beam_size,
            word_timestamps=True,
            hotwords=hotwords,
        )
        return " ".join(segment.text.strip() for segment in segments)

    trades = trades_in(recordings)
    others = tuple(one for one in recordings if not one.term)
    every = tuple(dict.fromkeys(term for trade in trades for term in trade.vocabulary))
    groups: list[tuple[str, Sequence[Recording], Sequence[str], Trade | None]] = [
        (trade.name, trade.recordings, trade.vocabulary, trade) for trade in trades
    ]
    if others and every:
        groups.append(("others", others, every, None))
    runs: list[Run] = []
    for number, (name, spoken, vocabulary, trade) in enumerate(groups):
        note(f"{name}: {len(spoken)} recordings, four times each, with {len(vocabulary)} terms known …")
        with knowing(vocabulary, Home(folder / f"terms-{number}").create(), weights) as hinter:
            for recording in spoken:
                corpus = name if trade else recording.folder.name
                runs.append(_run(corpus, recording, ours, plainly, hinter.hinting, trade, first=len(runs) % 2 == 0))
    if runs:
        _report(report, runs, trades, every)


def _run(
    corpus: str,
    recording: Recording,
    ours: WhisperTranscriber,
    plainly: Callable[..., str],
    hinting: Callable[[str], Hinting],
    trade: Trade | None,
    *,
    first: bool,
) -> Run:
    offered: list[str] = []
    seconds: dict[str, float] = {}
    heard: dict[str, Any] = {}

    def hear_hinted() -> None:
        ask = hinting("bench")

        def listen(words: Sequence[Word]) -> tuple[Hint, ...]:
            hints = ask(words)
            offered.extend(hint.term for hint in hints)
            return hints

        heard["hinted"] = ours.transcribe(
            decode(recording.path), on_word=lambda word: None, cancelled=Flag(), hinting=listen
        )

    def hear_plainly() -> None:
        heard["plain"] = plainly(recording.path)

    for way in (hear_hinted, hear_plainly) if first else (hear_plainly, hear_hinted):
        began = time.perf_counter()
        way()
        seconds[way.__name__] = time.perf_counter() - began
    unhinted = ours.transcribe(decode(recording.path), on_word=lambda word: None, cancelled=Flag())
    return Run(
        corpus,
        recording,
        hinted=heard["hinted"].text,
        unhinted=unhinted.text,
        plain=heard["plain"],
        flat=plainly(recording.path, ", ".join(trade.terms)) if trade else None,
        offered=tuple(offered),
        used=heard["hinted"].hints,
        seconds=seconds["hear_hinted"],
        plain_seconds=seconds["hear_plainly"],
    )


# --- figures ---------------------------------------------------------------------------------------------------


def _report(report: Report, runs: Sequence[Run], trades: Sequence[Trade], every: Sequence[str]) -> None:
    with_hint = [run for run in runs if run.offered]
    without = [run for run in runs if not run.offered]
    for name, of in (("rtf_ratio", without), ("rtf_ratio_hinted", with_hint)):
        if of:
            totals = sum(run.seconds for run in of) / sum(run.plain_seconds for run in of)
            ratios = [run.ratio for run in of]
            report.metrics[name] = Metric(_median(ratios), bootstrap(ratios, _median), {"of totals": totals})
    shares = [float(bool(run.offered)) for run in runs]
    report.metrics["hinted_share"] = Metric(_mean(shares), bootstrap(shares, _mean))
    for trade in trades:
        of = [run for run in runs if run.corpus == trade.name]
        _report_trade(report, f"{trade.name}.", of)
    _report_trade(report, "", [run for run in runs if run.recording.term])
    insertions = [float(_false_insertions(run, every)) for run in runs]
    flat = sum(_inserted(run.flat, run, every) for run in runs if run.flat is not None)
    report.metrics["false_insertions"] = Metric(sum(insertions), None, {"flat list": flat})
    general = [run for run in runs if not run.recording.term and run.recording.text]
    if general:
        report.metrics["general_wer_delta"] = _wer_delta(general)
        changed = sum(normalised(run.hinted) != normalised(run.unhinted) for run in general)
        report.metrics["general_texts_changed"] = Metric(changed)
    rows = tuple(
        (
            run.corpus, run.recording.path.name, run.recording.term, run.hinted, run.unhinted, ", ".join(run.offered),
            ", ".join(hint.term for hint in run.used), round(run.ratio, 3),
        )
        for run in runs
    )  # fmt: skip
    columns = ("corpus", "recording", "term", "text", "without hints", "offered", "taken", "time ratio")
    report.sheets["hints"] = Sheet(columns, rows)


def _report_trade(report: Report, prefix: str, runs: Sequence[Run]) -> None:
    if not runs:
        return
    hits = [float(says(run.hinted, run.recording.term)) for run in runs]
    report.metrics[f"{prefix}term_recall.hints"] = Metric(
        _mean(hits),
        bootstrap(hits, _mean),
        {
            "no hints": _mean([float(says(run.plain, run.recording.term)) for run in runs]),
            "flat list": _mean([float(says(run.flat or "", run.recording.term)) for run in runs]),
        },
    )
    errors = [_other_errors(run, run.hinted) for run in runs]
    before = [_other_errors(run, run.unhinted) for run in runs]
    flat = [_other_errors(run, run.flat or "") for run in runs]
    words = sum(word_count(run.recording.text) for run in runs)
    deltas = [100 * len(runs) * (now - then) / words for now, then in zip(errors, before, strict=True)]
    report.metrics[f"{prefix}other_words_wer_delta"] = Metric(
        _mean(deltas), bootstrap(deltas, _mean), {"flat list": 100 * (sum(flat) - sum(before)) / words}, "points"
    )


def _wer_delta(runs: Sequence[Run]) -> Metric:
    words = sum(word_count(run.recording.text) for run in runs)
    deltas = [
        100
        * len(runs)
        * (word_errors(run.recording.text, run.hinted) - word_errors(run.recording.text, run.unhinted))
        / words
        for run in runs
    ]
    return Metric(_mean(deltas), bootstrap(deltas, _mean), {}, "points")


def _other_errors(run: Run, text: str) -> int:
    """Word errors but those in place of the term."""
    reference, heard = normalised(run.recording.text).split(), normalised(text).split()
    term = normalised(run.recording.term).split()
    starts = [at for at in range(len(reference)) if reference[at : at + len(term)] == term]
    of_term = {at + step for at in starts for step in range(len(term))}
    errors = 0
    stretch: list[Any] = []
    for step in (*Levenshtein.opcodes(reference, heard), None):
        if step is not None and step.tag != "equal":
            stretch.append(step)
            continue
        touched = {at for one in stretch for at in range(one.src_start, one.src_end)}
        if touched & of_term:  # how many words were heard for the term is not the matter, but its neighbours are
            errors += len(touched - of_term)
        else:
            errors += sum(max(one.src_end - one.src_start, one.dest_end - one.dest_start) for one in stretch)
        stretch = []
    return errors


def _false_insertions(run: Run, vocabulary: Sequence[str]) -> int:
    return _inserted(run.hinted, run, vocabulary)


def _inserted(text: str | None, run: Run, vocabulary: Sequence[str]) -> int:
    """Terms of the vocabulary that stand in ``text`` and were neither said nor heard without hints."""
    return sum(
        says(text or "", term) and not says(run.recording.text, term) and not says(run.unhinted, term)
        for term in vocabulary
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
