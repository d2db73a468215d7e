"""The screen as a person has it: from a key to its letter, idle and beside all that the twin does, and a conversation
of 10,000 messages that is opened and looked back through."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread

from msgspec import structs

from memory.store.ledger import SqliteLedger
from twin.benchmarks.figures import Metric
from twin.benchmarks.person import Ears
from twin.benchmarks.plans import clips_of, plan_of
from twin.benchmarks.processes import connected, running
from twin.benchmarks.recordings import Recording
from twin.benchmarks.report import Report, repeated
from twin.benchmarks.stores import HeldClock
from twin.benchmarks.terminal import CLEAR_LINE, PAGE_UP, Terminal
from twin.client import TwinClient
from twin.domain import RecallMode, Speaker
from twin.errors import ModelError
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.ports import NewTurn
from twin.requests import Ask, Dictate, WarmUp
from twin.settings import Settings
from twin.training.general import Purpose
from twin.training.plan import PLAN, write
from twin.training.recipe import SPEECH

_LETTERS = "zqxj"
_LINE = 40
"""Letters after which the prompt is emptied: they stay on one row of it."""
_RHYTHM_SECONDS = 0.08
"""From a letter on the screen to the next key: 150 words a minute."""
_PAGE_SECONDS = 0.1
"""From a page on the screen to the next page up: quicker than reading, as a key that is held down."""
_A_FEW = 6
_SETTLES_SECONDS = 2.0
_LONGER_THAN_MEASURED = 20_000
"""Steps of the training beside which is typed."""
_REPLAYED = 8
"""Of the product's own sentences: what is replayed makes no difference to who types."""
_INDEXING_SECONDS = 900.0
_TRAINING_SECONDS = 120.0

_SAYINGS = (
    "I moved the standing desk to the window, and the light is much better there.",
    "Noted. Your *standing desk* stands at the window now.",
    "What did I say about the drying cabinet, and who was going to repair it?",
    "You said two things:\n\n- it was repaired on **Monday**,\n- and the bill has not come yet.",
)
_BEGAN = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: keys in each state, messages of the conversation, times it is opened, pages up in it."""

    keys: int = 100
    messages: int = 10_000
    openings: int = 5
    pages: int = 40


def painted(screen: str) -> bool:
    """Whether the first frame is there: the footer is its last line."""
    return "Quit" in screen


# --- keys ------------------------------------------------------------------------------------------------------


def measure_keys(report: Report, home: Home, settings: Settings, recordings: Sequence[Recording], of: Extent) -> None:
    """``key_to_screen_ms``: idle, and while the engine recognises and an adapter is trained.

    Raises :class:`ModelError` if the load ended before the typing did.
    """
    _fill(home, _A_FEW)  # who has talked before is not welcomed
    with running(home) as client:
        client.call(WarmUp())
        with closing(Terminal(home)) as terminal:
            terminal.until(painted)
            terminal.settle(_SETTLES_SECONDS)
            _report(report, "key_to_screen_ms", "", _typed(terminal, of.keys))
            with ExitStack() as load:
                load.enter_context(_training(home.root / "training", settings, recordings))
                load.enter_context(_dictating(home, recordings))
                terminal.settle(_SETTLES_SECONDS)
                _report(report, "key_to_screen_ms", "_training", _typed(terminal, of.keys))


def _typed(terminal: Terminal, keys: int) -> list[float]:
    """Milliseconds from each key to its letter."""
    times: list[float] = []
    typed = ""
    for letter in islice(cycle(_LETTERS), keys):
        if len(typed) % _LINE == 0:
            terminal.press(CLEAR_LINE)
            terminal.until(lambda screen: _LETTERS not in screen)
            typed = _LETTERS
            _seconds_to(terminal, typed, typed)
        typed += letter
        times.append(1000 * _seconds_to(terminal, letter, typed))
        terminal.settle(_RHYTHM_SECONDS)
    return times


def _seconds_to(terminal: Terminal, keys: str, shown: str) -> float:
    pressed = time.perf_counter()
    terminal.press(keys)
    return terminal.until(lambda screen: shown in screen) - pressed


def _report(report: Report, name: str, state: str, times: Sequence[float]) -> None:
    report.metrics[f"{name}.p50{state}"] = repeated(times, unit="ms")
    report.metrics[f"{name}.p95{state}"] = Metric(statistics.quantiles(times, n=20)[-1], unit="ms")


@contextmanager
def _dictating(home: Home, recordings: Sequence[Recording]) -> Iterator[None]:
    """The engine recognises one recording after the other. Raises what a dictation raised."""
    over = Event()
    failures: list[Exception] = []

    def dictate() -> None:
        with connected(home) as client:
            for recording in cycle(recordings):
                if over.is_set():
                    return
                try:
                    client.call(Dictate(str(recording.path.absolute()), "bench", private=True))
                except Exception as error:  # noqa: BLE001 - raised below, where it is looked for
                    failures.append(error)
                    return

    with connected(home) as client:
        client.call(WarmUp(("recogniser",)))
    speaking = Thread(target=dictate, name="dictating")
    speaking.start()
    try:
        yield
    finally:
        over.set()
        speaking.join()
    for failure in failures:
        raise failure


@contextmanager
def _training(folder: Path, settings: Settings, recordings: Sequence[Recording]) -> Iterator[None]:
    """The worker that trains the product's adapters takes step after step. Raises :class:`ModelError` if it stops."""
    cache = WeightsCache.locate()
    base = WeightsStore(cache).resolve(settings.recogniser, Role.RECOGNISER)
    told = [(one, one.text) for one in recordings if one.text]
    if not told:
        raise ModelError("There is nothing to train on.", hint="Name recordings with their texts with --data.")
    plan = plan_of(
        clips_of(told),
        replace(SPEECH, least_steps=_LONGER_THAN_MEASURED),
        ears=Ears(settings, base),
        settings=settings,
        cache=cache,
        states=folder / "states",
    )
    folder.mkdir()
    write(folder / PLAN, structs.replace(plan, spoken=dict.fromkeys(Purpose, _REPLAYED)))
    worker = [sys.executable, "-m", "twin.training.worker"]
    subprocess.run([*worker, "prepare", str(folder)], check=True, stdout=subprocess.DEVNULL)
    progress = folder / "progress"
    with (
        progress.open("wb") as output,
        subprocess.Popen([*worker, "fit", str(folder)], stdout=output, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            latest = time.monotonic() + _TRAINING_SECONDS
            while process.poll() is None and time.monotonic() < latest and not _steps(progress):
                time.sleep(0.1)
            yield
            if process.poll() is not None or not _steps(progress):
                raise ModelError("The training ended before it was measured beside.", hint="`twin doctor` may say why.")
        finally:
            process.kill()


def _steps(progress: Path) -> int:
    return len(re.findall(rb'"loss":\d', progress.read_bytes()))


# --- a long conversation ---------------------------------------------------------------------------------------


def measure_long(report: Report, home: Home, of: Extent) -> None:
    """``open_10k_s``, from the command to the last message, the engine running; and in the conversation that is open,
    ``scroll_ms``, from page up to the page, and ``ui_rss_mb.10k`` after it."""
    last = _fill(home, of.messages)
    seconds: list[float] = []
    with running(home) as client:
        client.call(WarmUp())
        _until_indexed(client)
        for opening in range(of.openings):
            with closing(Terminal(home)) as terminal:
                seconds.append(terminal.until(lambda screen: last in screen) - terminal.began)
                if opening == of.openings - 1:
                    terminal.settle(_SETTLES_SECONDS)
                    _report(report, "scroll_ms", "", _paged(terminal, of.pages))
                    report.metrics["ui_rss_mb.10k"] = Metric(terminal.rss_mb, unit="MB")
    report.metrics["open_10k_s"] = repeated(seconds, unit="s")


def _until_indexed(client: TwinClient) -> None:
    """Wait until meanings can be searched: a person's long conversation was indexed as it grew, and this one is new.
    Raises :class:`ModelError`."""
    latest = time.monotonic() + _INDEXING_SECONDS
    while client.call(Ask("What did I say?")).recall_mode is not RecallMode.FULL:
        if time.monotonic() > latest:
            raise ModelError("The index did not get done.", hint="`twin doctor` may say why.")
        time.sleep(1)


def _fill(home: Home, messages: int) -> str:
    """Put a conversation of so many into the ledger; how the last begins."""
    begins = [f"Message {number}" for number in range(1, messages + 1)]
    ledger = SqliteLedger(home.ledger, HeldClock(_BEGAN))
    with closing(ledger):
        ledger.import_turns(
            [
                NewTurn(
                    "ui-before",
                    Speaker.TWIN if number % 2 else Speaker.PERSON,
                    f"{begin}. {_SAYINGS[number % len(_SAYINGS)]}",
                    _BEGAN + timedelta(minutes=7 * number),
                )
                for number, begin in enumerate(begins)
            ]
        )
    return begins[-1]


def _paged(terminal: Terminal, pages: int) -> list[float]:
    """Milliseconds from each page up to earlier messages on the screen."""
    times: list[float] = []
    for _ in range(pages):
        before = _earliest(terminal.canvas.text)
        pressed = time.perf_counter()
        terminal.press(PAGE_UP)
        times.append(1000 * (_until_earlier(terminal, before) - pressed))
        terminal.settle(_PAGE_SECONDS)
    return times


def _until_earlier(terminal: Terminal, than: int) -> float:
    return terminal.until(lambda screen: _earliest(screen) < than)


def _earliest(screen: str) -> int:
    return min(map(int, re.findall(r"Message (\d+)\.", screen)), default=sys.maxsize)
