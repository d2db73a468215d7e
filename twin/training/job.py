"""The child process that trains, as the engine sees it: started at low priority, followed, cancelled, gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from twin.errors import CancelledByPersonError, ModelError, NotUnderstoodError
from twin.ports import Job
from twin.training.plan import PLAN, RESULT, Outcome, Plan, Standing, read_outcome, write
from twin.training.recipe import Recipe

NEEDED_BYTES = 3_000_000_000
"""What a training takes at its peak: measured 2.8 GB for 80 utterances on Whisper base."""
VOICE_NEEDED_BYTES = 4_100_000_000
"""Measured 3.9 GB for the same."""
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.1
_MODULE = "twin.training.worker"


def check_memory(available_bytes: int, recipe: Recipe) -> None:
    """Raises ``NotUnderstoodError`` if there is too little memory to train in."""
    needed_bytes = VOICE_NEEDED_BYTES if recipe.trained_encoder_layers else NEEDED_BYTES
    if available_bytes < needed_bytes:
        raise NotUnderstoodError(
            f"Training needs {needed_bytes / 1e9:.1f} GB of memory, and {available_bytes / 1e9:.1f} GB are free.",
            hint="Close something large and say again: twin learn",
        )


def carry_out(folder: Path, plan: Plan, job: Job, report: Callable[[Standing], None]) -> Outcome:
    """Carry out ``plan`` in ``folder``, going on from what an interrupted run left there.

    ``report`` is told where it stands. A cancel ends the child; what it did so far is kept.
    Raises ``ModelError``, ``CancelledByPersonError``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / RESULT).is_file():
        write(folder / PLAN, plan)
        for step, threads in (("prepare", 1), ("fit", plan.threads), ("prove", 1)):
            _run(step, folder, threads, job, report)
    return read_outcome(folder)


def _run(step: str, folder: Path, threads: int, job: Job, report: Callable[[Standing], None]) -> None:
    """``threads`` are those of numpy and torch. Recognisers have theirs from the plan, and beside them numpy's would
    wait for one another at full speed: with one each, two recognisers are a sixth faster."""
    environment = os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "MALLOC_ARENA_MAX": "1",  # with a heap for each thread, glibc keeps half a gigabyte more than is used
    }
    with (folder / "worker.log").open("ab") as log:
        (folder / "worker.log").chmod(0o600)
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, step, str(folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        _follow(process, job, report)
    finally:
        _stop(process)
    if process.returncode:
        said = (folder / "worker.log").read_text(errors="replace").strip().splitlines()
        reason = f" ({said[-1]})" if said and process.returncode == 1 else f" (it ended with {process.returncode})"
        raise ModelError(
            f"The training did not finish{reason}.", hint="What it did so far is kept; go on with: twin learn"
        )


def _follow(process: subprocess.Popen[bytes], job: Job, report: Callable[[Standing], None]) -> None:
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    pending = b""
    while True:
        if job.cancelled.is_set():
            raise CancelledByPersonError("Cancelled. What was trained so far is kept; go on with: twin learn")
        over = process.poll() is not None
        pending += process.stdout.read() or b""
        *lines, pending = pending.split(b"\n")
        for line in lines:
            try:
                standing = msgspec.json.decode(line, type=Standing)
            except msgspec.DecodeError:
                continue  # a library that talks
            report(standing)
        if over:
            return
        time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
