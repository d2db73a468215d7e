"""An engine and its training that are killed at random instants, again and again, and what is left of it each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Event as Flag
from threading import Timer

import psutil

from twin.benchmarks.labels import as_corrected
from twin.benchmarks.processes import connected, stop, without_preload
from twin.benchmarks.recordings import Recording
from twin.cli.render import note
from twin.client import TwinClient
from twin.domain import RunState
from twin.engine.lock import current_holder
from twin.errors import NotUnderstoodError, TwinError
from twin.models.cache import sha256_of
from twin.paths import Home
from twin.requests import Correct, Dictate, Learn, ListAdapters, ListUtterances, WarmUp
from twin.training.plan import MERGED, WEIGHTS

_ALL = 1_000_000
_LATEST_SECONDS = 40.0
"""After the recogniser is there again, a kill comes within so long: that is a lesson, or half a training."""
_LESSON = 12
"""Corrections between two trainings."""


@dataclass(slots=True)
class Toll:
    """After so many ``kills``: acknowledged corrections that are not there, adapters in use that are not whole,
    and trainings that came to their end."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    half_adapters: int = 0
    trained: int = 0


def kill_again_and_again(home: Home, recordings: Sequence[Recording], kills: int, *, seed: int = 0) -> Toll:
    """Have a person dictate, correct and train in ``home`` with a real engine, and kill it ``kills`` times; at last let
    it come to the end of a training."""
    chance = random.Random(seed)  # noqa: S311 - an experiment, no secret
    toll, acknowledged = Toll(), dict[str, str]()
    spoken = cycle(recordings)
    with without_preload(), connected(home.create()) as client:
        for number in range(kills):
            _until_killed(home, client, _loop(client, spoken, acknowledged), chance.uniform(0.0, _LATEST_SECONDS))
            toll.kills += 1
            _take_stock(home, client, acknowledged, toll)
            note(f"Killed {number + 1} of {kills} times; {len(acknowledged)} corrections, {toll.lost} lost.")
        for step in islice(_loop(client, spoken, acknowledged), len(recordings) + 2):
            step()
            if len(acknowledged) >= _LESSON and _trained(client):
                break
        _take_stock(home, client, acknowledged, toll)
        toll.trained = _trained(client)
        toll.acknowledged = len(acknowledged)
    stop(home)
    return toll


def _loop(
    client: TwinClient, spoken: Iterator[Recording], acknowledged: dict[str, str]
) -> Iterator[Callable[[], object]]:
    """The steps of a person's day, without end."""

    def dictate_and_correct() -> None:
        recording = next(spoken)
        utterance = client.call(Dictate(str(recording.path), f"kill-{len(acknowledged)}"))
        if utterance.id:
            said = as_corrected(utterance.shown, recording.text)
            client.call(Correct(utterance.id, said))
            acknowledged[utterance.id] = said

    def learn() -> None:
        with suppress(NotUnderstoodError):  # there is too little yet
            client.call(Learn(now=True))

    while True:
        if len(acknowledged) >= _LESSON:
            yield learn
        for _ in range(_LESSON):
            yield dictate_and_correct


def _until_killed(home: Home, client: TwinClient, steps: Iterator[Callable[[], object]], after_seconds: float) -> None:
    """Go through ``steps`` until the engine, and all that it started, is killed after so long."""
    fired = Flag()

    def kill() -> None:
        fired.set()
        holder = current_holder(home)
        if holder is None:
            return
        with suppress(psutil.NoSuchProcess):
            engine = psutil.Process(holder.pid)
            for process in (engine, *engine.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    timer = Timer(after_seconds, kill)
    client.call(WarmUp(("recogniser",)))
    timer.start()
    try:
        for step in steps:
            try:
                step()
            except TwinError:
                if fired.is_set():
                    return
                raise
            if fired.is_set():  # between two requests
                return
    finally:
        timer.cancel()
        timer.join()


def _take_stock(home: Home, client: TwinClient, acknowledged: dict[str, str], toll: Toll) -> None:
    """Open the home again and look."""
    there = {one.id: one.corrected for one in client.call(ListUtterances(_ALL)).utterances}
    toll.lost = max(toll.lost, sum(there.get(known) != said for known, said in acknowledged.items()))
    for adapter in client.call(ListAdapters()).adapters:
        folder = home.adapters / adapter.id
        if adapter.live:
            whole = (folder / WEIGHTS).is_file() and sha256_of(folder / WEIGHTS) == adapter.sha256
            toll.half_adapters += not (whole and adapter.promoted and (folder / MERGED / "model.bin").is_file())


def _trained(client: TwinClient) -> int:
    return sum(run.state is RunState.FINISHED for run in client.call(ListAdapters()).runs)
