"""What the shadow replay of a proposal leaves for the training that follows its approval.

Replay trains the first of the training's folds and listens with it, by the same plan: the training takes both from
there. They lie beside the trainings until the proposal is decided, and go with anything in them that is forgotten.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

from twin.training.plan import HEARD, PLAN, Plan, fold_name, read_plan

REHEARSED = "rehearsed.jsonl"
"""What was heard then, in the training's folder."""
_FOLD = fold_name(0)


def rehearsal_of(plan: Plan) -> Plan:
    """The first fold of ``plan`` alone, and nothing but what it hears."""
    return msgspec.structs.replace(plan, folds=plan.folds[:1], rehearsal=True)


def keep(folder: Path) -> None:
    """Leave in ``folder`` no more of a replay that is over than a training can use."""
    for path in folder.iterdir():
        if path.name in (PLAN, HEARD, _FOLD):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def take(rehearsed: Path, folder: Path, plan: Plan) -> None:
    """Begin the training of ``plan`` in ``folder`` with what its replay left in ``rehearsed``, if it was the same; that
    is gone afterwards."""
    with suppress(OSError, msgspec.DecodeError):
        if read_plan(rehearsed) == rehearsal_of(plan) and not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            (rehearsed / HEARD).replace(folder / REHEARSED)
            (rehearsed / _FOLD).replace(folder / _FOLD)
    shutil.rmtree(rehearsed, ignore_errors=True)


def forget(folder: Path, ids: frozenset[str]) -> None:
    """Remove what is left in ``folder`` of replays and trainings on any of these examples."""
    for path in folder.glob(f"*/{PLAN}"):
        with suppress(OSError, msgspec.DecodeError):
            plan = read_plan(path.parent)
            if ids & {clip.id for clip in (*plan.learn, *plan.replay)}:
                shutil.rmtree(path.parent, ignore_errors=True)
