"""What ``twin doctor`` looks at. Each check is one line; one that fails says what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable

import humanize
import psutil

from twin.errors import MicrophoneError, TwinError
from twin.events import Progress
from twin.paths import Home
from twin.ports import Job
from twin.requests import Check, Diagnosis
from twin.speech.microphone import list_devices

LEAST_FREE_DISK_BYTES = 1_000_000_000
LEAST_MEMORY_BYTES = 3_000_000_000

CheckFunction = Callable[[], Check]


def examine(checks: Iterable[tuple[str, CheckFunction]], job: Job) -> Diagnosis:
    """Run every check; one that raises has failed, and its error is its line."""
    found: list[Check] = []
    for name, check in checks:
        job.check()
        job.emit(Progress("doctor", f"Checking {name} …"))
        try:
            found.append(check())
        except TwinError as error:
            found.append(Check(name, ok=False, detail=error.message, hint=error.hint))
    return Diagnosis(tuple(found))


def check_home(home: Home) -> Check:
    """The home folder is there, ours, private and writable."""
    name = "home folder"
    status = home.root.stat()
    if status.st_uid != os.getuid():
        return Check(
            name, ok=False, detail=f"{home.root} belongs to somebody else.", hint="Choose another with --home."
        )
    loose = [path for path in (home.root, home.ledger, home.socket) if path.exists() and path.stat().st_mode & 0o077]
    if loose:
        names = ", ".join(str(path) for path in loose)
        return Check(name, ok=False, detail=f"others may read {names}.", hint=f"Make it private: chmod go= {names}")
    if not os.access(home.root, os.W_OK):
        return Check(name, ok=False, detail=f"{home.root} is not writable.", hint=f"chmod u+w {home.root}")
    return Check(name, ok=True, detail=f"{home.root}, private to you")


def check_disk(home: Home, least: int = LEAST_FREE_DISK_BYTES) -> Check:
    free = shutil.disk_usage(home.root).free
    detail = f"{humanize.naturalsize(free)} free"
    return Check("disk", ok=free >= least, detail=detail, hint="Free some space: recordings and indexes grow.")


def available_bytes() -> int:
    """Memory that a process could take now."""
    available: int = psutil.virtual_memory().available
    return available


def total_bytes() -> int:
    """All the memory of this machine."""
    total: int = psutil.virtual_memory().total
    return total


def check_memory(least: int = LEAST_MEMORY_BYTES) -> Check:
    memory = psutil.virtual_memory()
    detail = f"{humanize.naturalsize(memory.available)} of {humanize.naturalsize(memory.total)} available"
    hint = "Close something large; the models need about 2 GB together."
    return Check("memory", ok=memory.available >= least, detail=detail, hint=hint, optional=True)


def check_processor() -> Check:
    """What the processor can do for the models, as the model library itself sees it."""
    import ctranslate2

    types = sorted(ctranslate2.get_supported_compute_types("cpu"))
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    fast = "int8_float32" in types or "int8" in types
    return Check(
        "processor",
        ok=fast,
        detail=f"{cores} cores, {os.cpu_count()} threads; arithmetic: {', '.join(types)}",
        hint="Without int8 arithmetic recognition is slow; set compute_type = 'float32' in the settings.",
    )


def check_microphone() -> Check:
    """There is something to record from. Without it, recordings can still be dictated."""
    name = "microphone"
    try:
        devices = list_devices()
    except MicrophoneError as error:
        return Check(name, ok=False, detail=error.message, hint=error.hint, optional=True)
    if not devices:
        hint = "Plug one in, or allow access to it; recordings can be dictated as files."
        return Check(name, ok=False, detail="none found", hint=hint, optional=True)
    usual = next((device for device in devices if device.default), devices[0])
    return Check(name, ok=True, detail=f"{usual.name}, of {len(devices)}")
