"""The third step of a training: what base, adapter in use and candidate hear. CTranslate2 alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from twin.learning.gate import GateThresholds, Score, leaves_open
from twin.models.cache import WeightsCache, sha256_of
from twin.speech.audio import decode
from twin.training.examples import prepare_spoken, spoken
from twin.training.general import Purpose, Recording, recordings_in, sentences, silent_clips
from twin.training.plan import (
    ADAPTER,
    HEARD,
    MERGED,
    SCALES,
    WEIGHTS,
    Clip,
    Heard,
    Outcome,
    Plan,
    fold_name,
)
from twin.training.progress import ENCODING, HEARING, Reporter, hearing_units
from twin.training.proving import Hearer, general_scores, hear_all, hear_general, in_recordings, loops
from twin.training.rehearsed import REHEARSED

_GENERAL_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Ordinary:
    scores: tuple[Score, ...]
    looks: int
    silence_failures: tuple[str, ...]
    short_failures: tuple[str, ...]


def prove(folder: Path, plan: Plan, reporter: Reporter) -> Outcome:
    """What came of the training in ``folder``, apart from the seconds and the memory that it took."""
    with reporter.stage("judge", "Listening to what was held back …"):
        heard = _held_back(folder, plan, reporter)
    if plan.rehearsal:
        return Outcome(scale=0.0, heard=heard, general=(), silence_failures=(), short_failures=(), sha256="")
    with reporter.stage("prove", "Listening to ordinary speech …"):
        ordinary = _general(folder, plan, reporter)
    return Outcome(
        scale=float(json.loads((folder / SCALES).read_text())[-1]),
        heard=heard,
        general=ordinary.scores,
        silence_failures=ordinary.silence_failures,
        short_failures=ordinary.short_failures,
        general_looks=ordinary.looks,
        sha256=sha256_of(folder / ADAPTER / WEIGHTS),
    )


def _held_back(folder: Path, plan: Plan, reporter: Reporter) -> tuple[Heard, ...]:
    """What each recogniser hears in the recordings that it did not learn; kept one by one."""
    kept = HeardSoFar(folder / HEARD)
    _take_rehearsed(kept, folder, plan)
    clips = {clip.id: clip for clip in plan.learn}
    own_encoder = plan.recipe.trained_encoder_layers > 0

    def of(weights: Path, *, own: bool = own_encoder) -> Callable[[], Hearer]:
        return lambda: Hearer(plan, weights, own_encoder=own)

    arms: list[tuple[str, Callable[[], Hearer], Sequence[Clip]]] = [
        ("candidate", of(folder / f"{MERGED}-{fold_name(number)}"), [clips[known] for known in held])
        for number, held in enumerate(plan.folds)
    ]
    arms.append(("base", of(Path(plan.base), own=False), [clip for clip in plan.learn if clip.base_heard is None]))
    if plan.live is not None:
        arms.append(("live", of(Path(plan.live)), plan.learn))
    for arm, make, listened in arms:
        units = HEARING if arm == "base" else hearing_units(plan.recipe)
        reporter.advance(units * sum(kept.has(arm, clip.id) for clip in listened))
        wanted = {clip.id: _in_clip(clip) for clip in listened if not kept.has(arm, clip.id)}
        for known, text in hear_all(make, wanted, plan.threads):
            kept.add(Heard(arm, known, text))
            reporter.advance(units)
    by_base = [Heard("base", clip.id, clip.base_heard) for clip in plan.learn if clip.base_heard is not None]
    return (*kept.all(), *by_base)


def _general(folder: Path, plan: Plan, reporter: Reporter) -> _Ordinary:
    """The candidate on ordinary speech beside the base; on more of it where the first leaves it open."""
    own = () if plan.general is None else recordings_in(Path(plan.general))
    general, short, silence = spoken(plan, Purpose.GENERAL), spoken(plan, Purpose.SHORT), silent_clips()
    candidate = _by_candidate(folder, plan, (*general, *own, *short, *silence), reporter)
    scores = (
        *general_scores(general, _by_base(plan, general, Purpose.GENERAL), candidate),
        *general_scores(own, _by_base(plan, own), candidate),
    )
    looks = 1
    if leaves_open(scores, GateThresholds()):
        units = len(sentences(Purpose.MORE)[: plan.spoken.get(Purpose.MORE)]) * (HEARING + ENCODING)
        reporter.more(units, "That leaves it open: listening to more ordinary speech …")
        looks, more = 2, spoken(plan, Purpose.MORE)
        prepare_spoken(plan, Purpose.MORE, reporter)
        heard = _by_candidate(folder, plan, more, reporter)
        scores = (*scores, *general_scores(more, _by_base(plan, more, Purpose.MORE), heard))
    not_empty = tuple(recording.id for recording in silence if candidate[recording.id].strip())
    return _Ordinary(scores, looks, not_empty, loops(short, candidate))


def _by_candidate(folder: Path, plan: Plan, recordings: Sequence[Recording], reporter: Reporter) -> dict[str, str]:
    own_encoder = plan.recipe.trained_encoder_layers > 0
    heard = {}
    clips = in_recordings(recordings)
    for known, text in hear_all(lambda: Hearer(plan, folder / MERGED, own_encoder=own_encoder), clips, plan.threads):
        heard[known] = text
        reporter.advance(HEARING + ENCODING)
    return heard


def _by_base(plan: Plan, recordings: Sequence[Recording], purpose: Purpose | None = None) -> dict[str, str]:
    """Kept for the next time where they are the product's own."""
    parts = (plan.base_sha256[:16], plan.compute_type, plan.beam_size, purpose, len(recordings), _GENERAL_VERSION)
    kept = (
        None if purpose is None else WeightsCache(Path(plan.cache)).root / "heard" / f"{'-'.join(map(str, parts))}.json"
    )
    return hear_general(lambda: Hearer(plan, Path(plan.base)), recordings, plan.threads, kept=kept)


def _take_rehearsed(kept: HeardSoFar, folder: Path, plan: Plan) -> None:
    """What shadow replay heard by the same adapter need not be heard again, unless other of it is used than then."""
    scales = json.loads((folder / SCALES).read_text())
    for heard in HeardSoFar(folder / REHEARSED).all():
        if not kept.has(heard.arm, heard.id) and (heard.arm != "candidate" or scales[0] == plan.recipe.scale):
            kept.add(heard)


def _in_clip(clip: Clip) -> Callable[[Hearer], str]:
    return lambda hearer: hearer.hear(decode(Path(clip.audio)), clip.audio_sha256)


class HeardSoFar:
    """Lines of a file, one for each recording that was listened to; a line that a kill cut off is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heard: dict[tuple[str, str], Heard] = {}
        if path.is_file():
            for line in path.read_bytes().splitlines():
                with suppress(msgspec.DecodeError):
                    one = msgspec.json.decode(line, type=Heard)
                    self._heard[one.arm, one.id] = one

    def has(self, arm: str, id: str) -> bool:
        return (arm, id) in self._heard

    def add(self, heard: Heard) -> None:
        self._heard[heard.arm, heard.id] = heard
        with self._path.open("ab") as file:
            file.write(b"\n" + msgspec.json.encode(heard))

    def all(self) -> tuple[Heard, ...]:
        return tuple(self._heard.values())
