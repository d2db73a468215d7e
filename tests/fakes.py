"""Fakes of the ports and of the client: scripted, instant, and never of our own rules."""

from __future__ import annotations

import re
import threading
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from inspect import isfunction
from itertools import count
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from twin.client import OnEvent
from twin.domain import (
    Adapter,
    AudioSource,
    GateReport,
    Interval,
    Proposal,
    RunState,
    TrainingRun,
    Transcript,
    Utterance,
    Word,
)
from twin.errors import CancelledByPersonError, NotUnderstoodError
from twin.events import Level, PartialText, Progress, Started, Token, UtteranceHeard, WordHeard
from twin.ports import SAMPLE_RATE_HZ, Audio, ChatMessage, Hinting, Job, Ledger, Sound, Speech, no_hints
from twin.requests import (
    Alternatives,
    Cancel,
    Doubts,
    EndListening,
    EngineStatus,
    FollowTraining,
    History,
    Know,
    Knowledge,
    Learned,
    ListProposals,
    ListUtterances,
    ModelState,
    Proposals,
    Request,
    ShowHistory,
    Status,
    Utterances,
    WarmUp,
)

R = TypeVar("R")
V = TypeVar("V")

READY_MODELS = (
    ModelState("whisper-base", "recogniser", "ready", seconds=1.2),
    ModelState("all-minilm-l6-v2", "embedder", "ready", seconds=4.8),
    ModelState("smollm2-135m-instruct", "language-model", "ready", seconds=0.6),
)


def engine_status(*models: ModelState) -> EngineStatus:
    return EngineStatus(
        version="0.1.0",
        pid=1,
        home="/home",
        started_at=datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        idle_minutes=20.0,
        running_jobs=0,
        models=models or READY_MODELS,
        peak_rss_mb=100.0,
    )


_SOME_UTTERANCE = Utterance(
    "u0", "", (), 0.0, "en", "", AudioSource.MICROPHONE, "", "", "", datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
)


class FakeClient:
    """A :class:`twin.client.TwinClient` over scripted answers.

    ``script(verb, *steps)`` adds the answer to one call of ``verb``: events are passed on, a ``threading.Event`` is
    waited for (a cancel wakes it), an exception is raised, and anything else is the result. Without a script, a verb
    answers what ``always`` says, or as an empty twin would.
    """

    def __init__(self) -> None:
        self.asked: list[Request[Any]] = []
        self.cancelled: list[str] = []
        self.closed = False
        self._scripts: defaultdict[type, deque[tuple[object, ...]]] = defaultdict(deque)
        self._held: dict[type, threading.Event] = {}
        self._waiting: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.start_over()

    def start_over(self) -> None:
        """Answer as an empty, healthy twin again."""
        self._standing: dict[type, object] = {
            ShowHistory: History(()),
            ListUtterances: Utterances(()),
            Know: Knowledge(()),
            Status: engine_status(),
            WarmUp: engine_status(),
            Cancel: True,
            EndListening: True,
            Alternatives: Doubts(_SOME_UTTERANCE, ()),
            ListProposals: Proposals(()),
            FollowTraining: Learned((), ()),
        }

    def script(self, verb: type[Request[Any]], *steps: object) -> None:
        self._scripts[verb].append(steps)

    def always(self, verb: type[Request[Any]], result: object) -> None:
        """What ``verb`` answers when nothing is scripted: a result, a function of the request, or an error to raise."""
        self._standing[verb] = result

    def hold(self, verb: type[Request[Any]]) -> threading.Event:
        """Have the next call of ``verb`` wait for the event that is returned before it is even accepted."""
        return self._held.setdefault(verb, threading.Event())

    def requests(self, verb: type[V]) -> list[V]:
        """Those of ``verb`` that were made, in order."""
        return [request for request in self.asked if isinstance(request, verb)]

    def call(self, request: Request[R], on_event: OnEvent | None = None) -> R:
        verb = type(request)
        with self._lock:
            self.asked.append(request)
            job_id = f"j{next(self._numbers)}"
            steps = self._scripts[verb].popleft() if self._scripts[verb] else (self._standing[verb],)
            held = self._held.pop(verb, None)
        if held is not None:
            held.wait()
        if isinstance(request, Cancel):
            self._cancel(request.job_id)
        elif on_event is not None:
            on_event(Started(job_id))
        for step in steps:
            if isinstance(step, Started | Progress | Token | WordHeard | PartialText | Level | UtteranceHeard):
                if on_event is not None:
                    on_event(step)
            elif isinstance(step, threading.Event):
                self._wait(job_id, step)
            elif isinstance(step, Exception):
                raise step
            elif isfunction(step):
                return cast(R, step(request))
            else:
                return cast(R, step)
        raise AssertionError(f"the script of {verb.__name__} has no result")

    def close(self) -> None:
        """End every call that waits, as if it had been cancelled."""
        self.closed = True
        for event in (*self._held.values(), *self._waiting.values()):
            event.set()

    def _cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)
        if job_id in self._waiting:
            self._waiting[job_id].set()

    def _wait(self, job_id: str, event: threading.Event) -> None:
        self._waiting[job_id] = event
        if not self.closed and job_id not in self.cancelled:
            event.wait()
        if self.closed or job_id in self.cancelled:
            raise CancelledByPersonError("Cancelled.")


class FakeTranscriber:
    """Hears ``text`` in whatever it is given, a word every quarter of a second; may fail or wait before a word.

    ``before_word`` is called with each word's number before it is heard, to fail, to cancel or to look around.
    """

    model = "fake-whisper"

    def __init__(self, text: str = "", before_word: Callable[[int], None] = lambda number: None) -> None:
        self._text = text
        self._before_word = before_word

    def transcribe(
        self,
        audio: Audio | Sound,
        *,
        on_word: Callable[[Word], None],
        cancelled: threading.Event,
        hinting: Hinting = no_hints,
    ) -> Transcript:
        words: list[Word] = []
        for number, text in enumerate(self._text.split()):
            self._before_word(number)
            if cancelled.is_set():
                raise CancelledByPersonError("Cancelled.")
            words.append(Word(text, number / 4, (number + 1) / 4, 0.9))
            on_word(words[-1])
        seconds = len(audio) / SAMPLE_RATE_HZ
        return Transcript(" ".join(word.word for word in words), tuple(words), "en", seconds, hints=hinting(words))

    def adapted_to(self, domain: str) -> FakeTranscriber:
        return self

    def follow(self, *, hinting: Hinting = no_hints) -> FakeFollowing:
        return FakeFollowing(self._text.split(), self._before_word)


class FakeFollowing:
    """Hears a word in every quarter of a second of speech, and all that are left at its end; settles those before
    the last two.
    """

    def __init__(self, words: Sequence[str], before_word: Callable[[int], None]) -> None:
        self._words = words
        self._before_word = before_word
        self._heard = 0

    @property
    def settled(self) -> str:
        return " ".join(self._words[: max(0, self._heard - 2)])

    @property
    def tentative(self) -> str:
        return "".join(f" {word}" for word in self._words[max(0, self._heard - 2) : self._heard])

    def is_behind(self, said: Speech) -> bool:
        return False

    def glance(self, said: Speech, unwanted: Callable[[], bool]) -> None:
        self._heard = min(len(self._words), max(self._heard, 4 * len(said) // SAMPLE_RATE_HZ))

    def finish(self, said: Speech, unwanted: Callable[[], bool]) -> Transcript:
        words = self._words if len(said) else ()
        for number in range(len(words)):
            self._before_word(number)
            if unwanted():
                raise CancelledByPersonError("Cancelled.")
        heard = tuple(Word(text, number / 4, (number + 1) / 4, 0.9) for number, text in enumerate(words))
        return Transcript(" ".join(words), heard, "en", len(said.sound) / SAMPLE_RATE_HZ)


class FakeEmbedder:
    """Embeds a text as the words in it: texts that share words are near each other."""

    model = "fake-embedder"
    dimensions = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        vectors = np.full((len(texts), self.dimensions), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        normalised: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised


class FakeLanguageModel:
    """Streams the pieces it is given; before each, ``on_piece`` may cancel or raise. ``adapters`` are what it has, and
    ``begins`` is with what its replies would begin."""

    model = "fake-language-model"
    adapters: tuple[str, ...] = ()
    begins: Mapping[str, float] = {}

    def __init__(self, *pieces: str, on_piece: Callable[[int], None] = lambda number: None) -> None:
        self.pieces = pieces
        self.on_piece = on_piece
        self.prompts: list[tuple[ChatMessage, ...]] = []

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.2,
        seed: int = 0,
        stop: Sequence[str] = (),
        cancelled: threading.Event | None = None,
        adapter: str = "",
        never: Sequence[str] = (),
    ) -> Iterator[str]:
        self.prompts.append(tuple(messages))
        for number, piece in enumerate(self.pieces):
            self.on_piece(number)
            if cancelled is not None and cancelled.is_set():
                return
            yield piece

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        return dict(self.begins)


class FakeTrainedOn:
    """Adapters, as forgetting sees them: ``adapters`` by id, and why each was withdrawn."""

    def __init__(self, *adapters: Adapter) -> None:
        self.adapters = adapters
        self.withdrawn: dict[str, str] = {}

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        return tuple(
            adapter
            for adapter in self.adapters
            if adapter.id not in self.withdrawn and set(adapter.example_ids) & set(example_ids)
        )

    def withdraw(self, adapter_ids: Sequence[str], *, because: str) -> None:
        self.withdrawn |= dict.fromkeys(adapter_ids, because)


PASSED = GateReport(
    passed=True,
    checks={"enough evidence": True, "better than base": True, "general speech": True},
    figures={
        "personal_wer_base": Interval(12.5, 9.0, 16.0),
        "personal_wer_candidate": Interval(8.5, 6.0, 11.0),
        "personal_wer_reduction": Interval(0.32, 0.11, 0.48),
        "general_wer_change": Interval(0.05, -0.2, 0.3),
    },
)
REFUSED = GateReport(
    passed=False,
    checks={"enough evidence": True, "better than base": False},
    figures={"personal_wer_reduction": Interval(0.08, -0.12, 0.25)},
    reasons=("It is not proven better on your own speech. More corrections would make it narrower.",),
)


class FakeRegistry:
    """Versions without files, over a real ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.deleted: list[str] = []

    def live(self, domain: str = "") -> Adapter | None:
        return next((a for a in self.ledger.adapters() if a.live and a.domain == domain), None)

    def use(self, adapter_id: str | None, *, domain: str = "") -> Adapter | None:
        if adapter_id is not None and not _usable(self.ledger.adapter(adapter_id)):
            raise NotUnderstoodError(f"{adapter_id} may not be used.")
        self.ledger.set_live(domain, adapter_id)
        return self.live(domain)

    def roll_back(self, domain: str = "") -> Adapter | None:
        live = self.live(domain)
        return self.use(self._ancestor(live) if live else None, domain=domain)

    def delete(self, adapter_id: str) -> None:
        self.deleted.append(adapter_id)

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        return self.ledger.adapters_trained_on(example_ids)

    def withdraw(self, adapter_ids: Sequence[str], *, because: str) -> None:
        live = [a for a in self.ledger.adapters() if a.live and a.id in adapter_ids]
        self.ledger.withdraw_adapters(adapter_ids, because=because)
        for adapter in live:
            self.use(self._ancestor(adapter), domain=adapter.domain)

    def _ancestor(self, adapter: Adapter) -> str | None:
        parent_id = adapter.parent_id
        while parent_id is not None and not _usable(self.ledger.adapter(parent_id)):
            parent_id = self.ledger.adapter(parent_id).parent_id
        return parent_id


def _usable(adapter: Adapter) -> bool:
    return adapter.promoted and not adapter.withdrawn_because


class FakeTrainer:
    """Trains in four steps, before each of which ``before_step`` may fail, wait or kill; ``gate`` says how it ends."""

    def __init__(
        self,
        ledger: Ledger,
        registry: FakeRegistry,
        *,
        gate: GateReport = PASSED,
        before_step: Callable[[int], None] = lambda number: None,
    ) -> None:
        self._ledger = ledger
        self._registry = registry
        self.gate = gate
        self.before_step = before_step
        self.trained: list[str] = []

    def train(self, proposal: Proposal, *, job: Job) -> TrainingRun:
        self.trained.append(proposal.id)
        run = self._run_of(proposal)
        for number in range(4):
            self.before_step(number)
            job.check()
            job.emit(Progress("train", f"Training {run.id} …", number / 4))
        adapter = self._ledger.add_adapter(
            run, base="fake-whisper", base_sha256="0" * 64, sha256="1" * 64, promoted=self.gate.passed
        )
        if self.gate.passed:
            self._registry.use(adapter.id, domain=run.domain)
        return self._ledger.set_run(run.id, RunState.FINISHED, gate=self.gate, seconds={"train": 1.0})

    def _run_of(self, proposal: Proposal) -> TrainingRun:
        for run in self._ledger.runs():
            if run.proposal_id == proposal.id and run.state is RunState.RUNNING:
                return run
        live = self._registry.live(proposal.domain)
        return self._ledger.add_run(
            proposal.id,
            domain=proposal.domain,
            recipe='{"rank": 16}',
            example_ids=proposal.example_ids,
            replay_ids=(),
            parent_id=live.id if live else None,
        )
