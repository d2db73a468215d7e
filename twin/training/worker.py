"""Training and proving in processes of their own: ``python -m twin.training.worker STEP FOLDER``.

STEP is ``prepare``, ``fit`` or ``prove``, in this order; FOLDER has the plan. Progress is printed as JSON lines; what
each step makes is left in FOLDER, so that the same command goes on after a kill. Each process asks for a low priority:
dictation goes first. They are three because torch and CTranslate2 do not share a processor well, nor memory.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import msgspec

from twin.errors import TwinError
from twin.leaving import leave
from twin.training.plan import RESULT, Outcome, Plan, Spent, Standing, read_plan, read_spent, write
from twin.training.progress import Reporter, units_of

_LEAST_PRIORITY = 10


class Step(StrEnum):
    PREPARE = "prepare"
    FIT = "fit"
    PROVE = "prove"


def carry_out(step: Step, folder: Path, plan: Plan, reporter: Reporter) -> Outcome | None:
    """One step of ``plan``; the last has the outcome. Raises ``TwinError``."""
    if step is Step.PREPARE:
        from twin.training.examples import prepare

        prepare(plan, reporter)
        return None
    if step is Step.FIT:
        from twin.training.device import repeat_exactly
        from twin.training.fitting import fit

        repeat_exactly(plan.threads)
        fit(folder, plan, reporter)
        return None
    from twin.training.judging import prove

    return prove(folder, plan, reporter)


def main(step: Step, folder: Path) -> int:
    os.umask(0o077)
    with suppress(OSError):
        os.nice(_LEAST_PRIORITY)
    plan, units = read_plan(folder), units_of(read_plan(folder))
    before = sum(units[: list(Step).index(step)])
    reporter = Reporter(_print, whole=sum(units), done=before)
    try:
        outcome = carry_out(step, folder, plan, reporter)
    except TwinError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    spent = read_spent(folder).and_by(reporter.seconds, peak)
    write(folder / Spent.FILE, spent)
    if outcome is not None:
        write(folder / RESULT, msgspec.structs.replace(outcome, spent=spent))
    return 0


def _print(standing: Standing) -> None:
    sys.stdout.write(msgspec.json.encode(standing).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    leave(main(Step(sys.argv[1]), Path(sys.argv[2])))
