"""Trainings that are killed under way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from twin.training.plan import PLAN, Plan, write


def kill_while_fitting(folder: Path, plan: Plan) -> None:
    """Begin to carry out ``plan`` in ``folder``, which is made, and kill the worker at its second step."""
    folder.mkdir()
    write(folder / PLAN, plan)
    step = [sys.executable, "-m", "twin.training.worker", "fit", str(folder)]
    environment = os.environ | {"OMP_NUM_THREADS": str(plan.threads)}
    with subprocess.Popen(step, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, b"")
        assert any(b"step 2 of" in line for line in lines)
        process.send_signal(signal.SIGKILL)
