"""Real processes for a bench: an engine in a home folder of its own, and bare libraries beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from twin.client import TwinClient, connect
from twin.engine.remote import EngineClient
from twin.errors import ModelError
from twin.paths import Home
from twin.requests import Stop


@contextmanager
def without_preload() -> Iterator[None]:
    """Engines started inside load only what is asked for, so that memory is each model's own."""
    before = os.environ.get("TWIN_PRELOAD")
    os.environ["TWIN_PRELOAD"] = "0"
    try:
        yield
    finally:
        os.environ.pop("TWIN_PRELOAD") if before is None else os.environ.update(TWIN_PRELOAD=before)


@contextmanager
def connected(home: Home) -> Iterator[TwinClient]:
    client = connect(home)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def running(home: Home) -> Iterator[TwinClient]:
    """Connected within; the engine stops at the end, however that comes."""
    with connected(home) as client:
        try:
            yield client
        finally:
            stop(home)


def stop(home: Home) -> None:
    client = EngineClient(home)
    if client.running():
        client.call(Stop())
    client.wait_until_stopped()


def command_seconds(home: Home, *arguments: str) -> float:
    """How long the command ``twin`` takes as it is typed."""
    return seconds_of([sys.executable, "-m", "twin", *arguments], TWIN_HOME=str(home.root))


def seconds_of(command: list[str], **environment: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


class Probe:
    """A bare library in a process of its own; call it with a line, get its answer."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise ModelError("The bare library failed to run.", hint="`twin doctor` checks the weights.")
        decoded: dict[str, Any] = json.loads(answer)
        return decoded


@contextmanager
def probe(*arguments: str) -> Iterator[Probe]:
    process = subprocess.Popen(
        [sys.executable, "-m", "twin.benchmarks.probe", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Probe(process)
    finally:
        process.kill()
        process.communicate()
