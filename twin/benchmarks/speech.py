"""``twin bench speech``: what a person's corrections bring, beside no adaptation, hints alone, and the standard recipe.

A manifest is replayed in order as by a person who dictates, corrects and approves, in a home folder of its own. What
``--general`` names is only listened to; a sentence of it is left out of what is learned.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.benchmarks.ablations import Ablations
from twin.benchmarks.adaptation import (
    BASE,
    HINTS,
    STANDARD,
    TWIN,
    UNAIDED,
    Trial,
    figures,
    ordinary,
    term_recall,
    utterances,
    wer,
)
from twin.benchmarks.figures import Curves, Metric, Sheet
from twin.benchmarks.killing import kill_again_and_again
from twin.benchmarks.labels import shuffled
from twin.benchmarks.person import Ears, Learning, Person, person
from twin.benchmarks.plans import clips_of, fit, plan_of
from twin.benchmarks.recordings import Recording, load_recordings, speak
from twin.benchmarks.report import Report
from twin.benchmarks.splits import Split, by_folder, split_of
from twin.benchmarks.standard import train_standard
from twin.benchmarks.transfer import transfer
from twin.benchmarks.wording import says
from twin.cli.render import note
from twin.errors import NotUnderstoodError
from twin.learning.normalising import normalised
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.settings import Settings, load_settings
from twin.training.plan import read_spent
from twin.training.recipe import SPEECH

_CURVE = (5, 10, 20, 40, 60)
_POISONED = 0.2
_POISONED_TRIALS = 5
_TIMED_STEPS = 4
"""Of the standard recipe, for its speed."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is learned and held out of each manifest (``test`` of nothing: all that is left), in how many drawn
    ``splits`` (1: in order), and how often the engine is killed."""

    learn: int = 40
    test: int | None = None
    splits: int = 1
    kills: int = 5


@dataclass(frozen=True, slots=True)
class _Bench:
    report: Report
    corpora: dict[Path, tuple[Recording, ...]]
    general: tuple[Recording, ...]
    amounts: Amounts
    settings: Settings
    ears: Ears
    cache: WeightsCache
    folder: Path
    standard: bool

    def splits(self) -> list[tuple[str, Split]]:
        """One twin's each, with its corpus."""
        seeds = range(self.amounts.splits) if self.amounts.splits > 1 else (None,)
        return [
            (folder.name, split_of(recordings, self.amounts.learn, self.amounts.test, seed=seed))
            for folder, recordings in self.corpora.items()
            for seed in seeds
        ]

    def first_splits(self) -> dict[str, Split]:
        """One for each corpus."""
        found: dict[str, Split] = {}
        for corpus, split in self.splits():
            found.setdefault(corpus, split)
        return found

    def home(self, name: str) -> Home:
        return Home(self.folder / name)


def run(data: Sequence[Path], general: Path | None, amounts: Amounts, parts: Sequence[str] = ()) -> Report:
    """Measure ``parts`` (none: main). ``data`` names manifests (none: sentences spoken by the packaged voice).

    Raises ``NotUnderstoodError`` for a part that there is not, or without enough to learn from and to hold out.
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise NotUnderstoodError(f"There is no part {unknown[0]!r}.", hint=f"There are: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as name:
        folder = Path(name)
        settings = load_settings(Home(folder / "home").create())
        report = Report("speech", settings=settings.model_dump(mode="json"))
        cache = WeightsCache.locate()
        listened = tuple(one for one in load_recordings([general]) if one.text) if general else ()
        bench = _Bench(
            report=report,
            corpora=_without(listened, load_recordings(data) if data else speak(folder)),
            general=listened,
            amounts=amounts,
            settings=settings,
            ears=Ears(settings, WeightsStore(cache).resolve(settings.recogniser, Role.RECOGNISER)),
            cache=cache,
            folder=folder,
            standard="standard" in parts,
        )
        for part in dict.fromkeys(PARTS[part] for part in parts or ("main",)):
            part(bench)
    report.notes.append(f"All recognisers with {settings.model_threads} threads, {settings.compute_type}.")
    return report


def _without(general: Sequence[Recording], recordings: Sequence[Recording]) -> dict[Path, tuple[Recording, ...]]:
    """The recordings of each manifest, without the sentences of the general set."""
    kept_out = {normalised(one.text) for one in general}
    return by_folder([one for one in recordings if normalised(one.text) not in kept_out])


# --- what is live, beside the baselines -----------------------------------------------------------------------


def _main(bench: _Bench) -> None:
    trials = []
    for number, (corpus, split) in enumerate(bench.splits()):
        trials.append(_trial(bench, corpus, split, f"main-{number}", standard=bench.standard))
        note(_told(trials[-1]))
    bench.report.metrics |= figures(trials, bench.general)
    bench.report.sheets["utterances"] = utterances(trials)
    bench.report.sheets["general"] = ordinary(trials, bench.general)
    for number, trial in enumerate(trials):
        bench.report.notes.append(f"{trial.corpus}, {number + 1}: {_told(trial)}")


def _trial(bench: _Bench, corpus: str, split: Split, name: str, *, standard: bool = False) -> Trial:
    with person(bench.home(name)) as someone:
        note(f"{corpus}: {len(split.learn)} recordings are dictated and corrected …")
        someone.teach(split.learn)
        heard = {BASE: bench.ears.hear(split.test), HINTS: someone.hears(split.test)}
        learning = _learn(someone)
        heard[TWIN] = someone.hears(split.test) if learning.merged else heard[HINTS]
        heard[UNAIDED] = bench.ears.hear(split.test, learning.merged)
        general = {}
        if bench.general:
            general = {BASE: bench.ears.hear(bench.general), UNAIDED: bench.ears.hear(bench.general, learning.merged)}
        if standard:
            weights = _standard(bench, someone, name)
            heard[STANDARD] = bench.ears.hear(split.test, weights)
            if bench.general:
                general[STANDARD] = bench.ears.hear(bench.general, weights)
    return Trial(corpus, split.test, heard, general, learning)


def _learn(someone: Person) -> Learning:
    note(f"{len(someone.taught)} corrections are learned …")
    learning = someone.learn()
    note(f"{'Live' if learning.promoted else 'Not live'} after {learning.seconds:.0f} s. {learning.why_not}")
    return learning


def _standard(bench: _Bench, someone: Person, name: str) -> Path:
    note("The standard recipe learns the same …")
    trained, weights = train_standard(
        bench.folder / f"standard-{name}",
        bench.ears.base,
        someone.taught,
        cache=bench.cache,
        language="en",
        epochs=SPEECH.epochs_for(len(someone.taught)),
        batch=SPEECH.batch,
        threads=bench.settings.model_threads,
    )
    assert weights is not None  # it went to its end
    note(f"It took {trained.seconds:.0f} s.")
    return weights


def _told(trial: Trial) -> str:
    arms = ", ".join(f"{arm} {wer(trial.test, heard):.2f}" for arm, heard in trial.heard.items())
    learning = trial.learning
    state = "live" if learning.promoted else f"not live ({learning.why_not})"
    return f"WER on {len(trial.test)} held out: {arms}; {state}."


# --- parts of their own ----------------------------------------------------------------------------------------


def _speed(bench: _Bench) -> None:
    """Training alone, on the same corrections: as the worker fits the whole, and some steps of the standard recipe."""
    corpus, split = next(iter(bench.first_splits().items()))
    taught = [(one, one.text) for one in split.learn]
    ours = _seconds_of_ours(bench, taught)
    note("The standard recipe learns the same, for a few steps …")
    trained, _ = train_standard(
        bench.folder / "standard-speed",
        bench.ears.base,
        taught,
        cache=bench.cache,
        language="en",
        epochs=SPEECH.epochs_for(len(taught)),
        batch=SPEECH.batch,
        threads=bench.settings.model_threads,
        most_steps=_TIMED_STEPS,
    )
    theirs = trained.seconds_for_all
    bench.report.metrics["speedup_vs_standard"] = Metric(theirs / ours)
    bench.report.metrics["train_s"] = Metric(ours, None, {STANDARD: theirs}, "s")
    bench.report.metrics["standard_peak_rss_gb"] = Metric(trained.peak_gb, unit="GB")
    bench.report.notes.append(
        f"Speed: {len(taught)} of {corpus}; the standard recipe ran {trained.done} of {trained.steps} steps, and its "
        "time is scaled to all."
    )


def _seconds_of_ours(bench: _Bench, taught: Sequence[tuple[Recording, str]]) -> float:
    """Of fitting one adapter on all of ``taught`` in the worker, with the states in the cache as after dictating."""
    folder = bench.folder / "speed"
    plan = plan_of(
        clips_of(taught),
        SPEECH,
        ears=bench.ears,
        settings=bench.settings,
        cache=bench.cache,
        states=folder / "states",
    )
    fit(folder, plan)
    return read_spent(folder).seconds["train"]


def _curve(bench: _Bench) -> None:
    """A new twin for each number of corrections, so that none has looked at its evidence twice."""
    for corpus, split in bench.first_splits().items():
        counts = [count for count in _CURVE if count <= len(split.learn)]
        trials = [
            _trial(bench, corpus, Split(split.learn[:count], split.test), f"curve-{corpus}-{count}") for count in counts
        ]
        x = tuple(map(float, counts))
        arms = (BASE, HINTS, TWIN, UNAIDED)
        rates = {arm: tuple(wer(split.test, trial.heard[arm]) for trial in trials) for arm in arms}
        curves = [Curves("word error rate", "%", "corrections", x, rates, powers=False)]
        if any(one.term for one in split.test):
            recalls = {arm: tuple(term_recall(split.test, trial.heard[arm]) for trial in trials) for arm in arms}
            curves.append(Curves("terms heard right", "share", "corrections", x, recalls, powers=False))
        bench.report.curves[f"curve-{corpus}"] = tuple(curves)
        for count, trial in zip(counts, trials, strict=True):
            bench.report.metrics |= {
                f"{corpus}.{name}.at_{count}": metric
                for name, metric in figures([trial], ()).items()
                if name in ("personal_wer", "term_recall.unaided")
            }


def _sequence(bench: _Bench) -> None:
    """One twin learns the manifests one after the other, in the order in which they were named."""
    tasks = list(bench.first_splits().items())
    if len(tasks) < 2:
        raise NotUnderstoodError("A sequence needs two manifests.", hint="Name each with --data, in their order.")
    before = [_result(split.test, bench.ears.hear(split.test)) for _, split in tasks]
    after: list[list[float]] = []
    known: list[frozenset[str]] = []
    with person(bench.home("sequence")) as someone:
        for number, (corpus, split) in enumerate(tasks):
            note(f"{corpus}: {len(split.learn)} recordings are dictated and corrected …")
            someone.teach(split.learn)
            merged = _learn(someone).merged
            heard = [bench.ears.hear(task.test, merged) for _, task in tasks]
            after.append([_result(task.test, texts) for (_, task), texts in zip(tasks, heard, strict=True)])
            known.append(_terms_heard(split.test, heard[number]))
    lost = [was - _terms_heard(split.test, texts) for was, (_, split), texts in zip(known, tasks, heard, strict=True)]
    found = transfer(before, after)
    bench.report.metrics["backward_transfer"] = Metric(found.backward)
    bench.report.metrics["sequence.acc"] = Metric(found.accuracy, None, {BASE: sum(before) / len(before)})
    bench.report.metrics["sequence.fwt"] = Metric(found.forward)
    bench.report.metrics["sequence.terms_lost"] = Metric(sum(map(len, lost)))
    names = tuple(corpus for corpus, _ in tasks)
    rows: list[tuple[str | float, ...]] = [("nothing", *before)]
    rows += [(corpus, *results) for corpus, results in zip(names, after, strict=True)]
    bench.report.sheets["sequence"] = Sheet(("learned", *names), tuple(rows))
    bench.report.notes.append(f"Sequence: {', then '.join(names)}; unaided, by what is live.")


def _result(recordings: Sequence[Recording], heard: Sequence[str]) -> float:
    """Terms heard right where recordings are about terms, else words."""
    if any(one.term for one in recordings):
        return term_recall(recordings, heard)
    return 1 - wer(recordings, heard) / 100


def _terms_heard(recordings: Sequence[Recording], heard: Sequence[str]) -> frozenset[str]:
    """The terms that are heard right in any of their recordings."""
    pairs = zip(recordings, heard, strict=True)
    return frozenset(one.term for one, text in pairs if one.term and says(text, one.term))


def _poison(bench: _Bench) -> None:
    """A person a fifth of whose corrections have the text of another."""
    promoted, worse, trials = 0, 0, 0
    for corpus, split in bench.first_splits().items():
        texts = [one.text for one in split.learn]
        base = wer(split.test, bench.ears.hear(split.test))
        for seed in range(_POISONED_TRIALS):
            with person(bench.home(f"poison-{corpus}-{seed}")) as someone:
                someone.teach(split.learn, shuffled(texts, _POISONED, seed))
                learning = _learn(someone)
                now = wer(split.test, bench.ears.hear(split.test, learning.merged))
            trials += 1
            promoted += learning.promoted
            worse += learning.promoted and now > base
            state = "live" if learning.promoted else "not live"
            bench.report.notes.append(f"Poison, {corpus}, {seed}: {state}, WER {now:.2f} (base {base:.2f}).")
    bench.report.metrics["promoted_worse"] = Metric(worse, unit=f"of {promoted} promoted in {trials} trials")


def _kill(bench: _Bench) -> None:
    recordings = [one for of_corpus in bench.corpora.values() for one in of_corpus]
    began = time.monotonic()
    toll = kill_again_and_again(bench.home("kill"), recordings, bench.amounts.kills)
    bench.report.metrics["lost_after_kill"] = Metric(toll.lost, unit=f"of {toll.acknowledged} after {toll.kills} kills")
    bench.report.metrics["half_adapters_after_kill"] = Metric(toll.half_adapters)
    bench.report.metrics["trained_after_kill"] = Metric(toll.trained)
    bench.report.notes.append(f"Kill: {toll.kills} kills in {time.monotonic() - began:.0f} s.")


def _ablations(bench: _Bench) -> None:
    """On the first recordings of the first manifest."""
    folder, recordings = next(iter(bench.corpora.items()))
    learned = recordings[: bench.amounts.learn]
    ablations = Ablations(
        learned,
        bench.general,
        ears=bench.ears,
        settings=bench.settings,
        cache=bench.cache,
        folder=bench.folder / "ablations",
    )
    bench.report.sheets["ablations"] = ablations.sheet()
    bench.report.notes.append(f"Ablations: {len(learned)} of {folder.name}, out of fold; in speech-ablations.csv.")


PARTS: dict[str, Callable[[_Bench], None]] = {
    "main": _main,
    "standard": _main,
    "speed": _speed,
    "curve": _curve,
    "sequence": _sequence,
    "poison": _poison,
    "kill": _kill,
    "ablations": _ablations,
}
