"""From corrections to an adapter in use, on real weights: trained, proven, swapped in, and withdrawn again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

import numpy as np
import pytest

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeEmbedder
from twin.domain import Adapter, AudioSource, Buffer, Proposal, Rung, RunState, TrainingMode, Transcript
from twin.errors import CancelledByPersonError, NotUnderstoodError, WeightsError
from twin.events import Event, Progress
from twin.learning.buffer import gather
from twin.learning.feedback import notice
from twin.learning.gate import GateThresholds
from twin.learning.modes import mode_of
from twin.models.cache import WeightsCache, sha256_of
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.ports import Audio, Job
from twin.speech.engine import WhisperTranscriber
from twin.speech.recordings import Recordings
from twin.training.job import check_memory
from twin.training.plan import WEIGHTS
from twin.training.recipe import SPEECH, VOICE
from twin.training.registry import AdapterRegistry
from twin.training.trainer import Machine, SpeechTrainer, forget_runs

pytestmark = pytest.mark.weights

SAID = (
    "Ask Quillon about the froom.", "The froom is on Quillon.", "Call Quillon today.", "A froom needs oil.",
)  # fmt: skip
RECIPE = replace(SPEECH, rank=8, alpha=16.0, learning_rate=2e-3, epochs=2, least_steps=8, replay_per_step=1)
FEW = {"general": 2, "more": 2, "replay": 6, "short": 1}
LENIENT = GateThresholds(least_utterances=3, least_errors=1, general_tolerance_points=50.0, general_worst_points=100.0)


class Learner:
    """A twin's ledger, recordings, registry and trainer, with what was dictated and corrected."""

    def __init__(self, home: Home, ledger: SqliteLedger, clock: HeldClock, base: LocalWeights, cache: WeightsCache):
        self.home, self.ledger, self.clock, self.base = home, ledger, clock, base
        self.recordings = Recordings(home.audio)
        self.in_use: list[tuple[str, Adapter | None, Path | None]] = []
        self.registry = AdapterRegistry(
            ledger, home.adapters, base=lambda: base, on_change=lambda *change: self.in_use.append(change)
        )
        self.trainer = SpeechTrainer(
            ledger, self.registry, self.recordings,
            base=lambda: base, buffer=self.buffer, recipe=RECIPE, thresholds=LENIENT,
            machine=Machine(
                language="en", compute_type="int8", beam_size=1, threads=1, cache=cache.root,
                states=home.states, runs=home.training, spoken=FEW,
            ),
        )  # fmt: skip

    def buffer(self) -> Buffer:
        return gather(self.ledger.taught(), now=self.clock.now(), holds_secret=lambda text: False)

    def dictate(self, audio: Audio, heard: Transcript, said: str) -> str:
        """An utterance, corrected; its id."""
        with self.recordings.hold([(audio * 32767).astype(np.int16)]) as held:
            utterance = self.ledger.add_utterance(
                heard, audio_sha256=held.sha256, source=AudioSource.IMPORT, origin="x", model="whisper-base",
                session_id="cli-1",
            )  # fmt: skip
        self.ledger.add_correction(utterance.id, said, notice(utterance.words, said))
        return utterance.id

    def memory(self) -> TwinMemory:
        """What forgets, with what an adapter was trained on."""
        return TwinMemory(
            self.ledger, chroma_folder=self.home.chroma, embedder=lambda: None, embedder_name=FakeEmbedder().model,
            wait_for_embedder=lambda job: FakeEmbedder(), delete_recording=self.recordings.delete,
            trained_on=self.registry,
            purges=(self.registry.sweep, lambda gone: forget_runs(self.ledger, self.home.training, gone)),
        )  # fmt: skip

    def proposal(self) -> Proposal:
        examples = tuple(example.id for example in self.buffer().examples)
        decision = self.ledger.add_decision(Rung.ADAPT, subject="your speech", reasons=("x",), signal_ids=())
        return self.ledger.add_proposal(Rung.ADAPT, decision_id=decision.id, summary="x", example_ids=examples)


@pytest.fixture
def learner(
    home: Home,
    ledger: SqliteLedger,
    clock: HeldClock,
    recogniser_weights: LocalWeights,
    weights_cache: WeightsCache,
) -> Learner:
    return Learner(home, ledger, clock, recogniser_weights, weights_cache)


@pytest.fixture(scope="module")
def heard(say: Callable[[str], Audio], transcriber: WhisperTranscriber) -> tuple[tuple[Audio, Transcript], ...]:
    """Each of ``SAID``, and what is heard of it."""
    return tuple(
        (say(text), transcriber.transcribe(say(text), on_word=lambda word: None, cancelled=Flag())) for text in SAID
    )


@pytest.fixture
def taught(learner: Learner, heard: tuple[tuple[Audio, Transcript], ...]) -> Learner:
    for (audio, transcript), said in zip(heard, SAID, strict=True):
        learner.dictate(audio, transcript, said)
    return learner


def quiet(events: list[Event] | None = None) -> Job:
    return Job(emit=(events if events is not None else []).append)


def test_corrections_become_an_adapter_and_forgetting_one_withdraws_it(
    taught: Learner, recogniser_weights: LocalWeights, say: Callable[[str], Audio]
) -> None:
    ledger, events = taught.ledger, list[Event]()
    run = taught.trainer.train(taught.proposal(), job=quiet(events))
    assert run.state is RunState.FINISHED
    assert run.gate is not None
    assert {"better than base", "general speech", "silence stays empty"} <= run.gate.checks.keys()
    assert {event.stage for event in events if isinstance(event, Progress)} >= {"train", "judge", "gate"}
    assert run.gate.passed, run.gate.reasons
    assert any(change.better for change in run.changes)
    (adapter,) = ledger.adapters()
    assert adapter.live
    assert adapter.example_ids == tuple(example.id for example in taught.buffer().examples)
    assert sha256_of(taught.registry.path(adapter.id) / WEIGHTS) == adapter.sha256
    assert not taught.home.training.exists() or not list(taught.home.training.iterdir())

    domain, used, merged = taught.in_use[-1]
    assert domain == ""
    assert used is not None
    assert merged is not None
    recogniser = WhisperTranscriber(recogniser_weights, threads=1)
    recogniser.swap(replace(recogniser_weights, path=merged), used.id)
    heard = recogniser.transcribe(say("Ask Quillon about it."), on_word=lambda word: None, cancelled=Flag())
    assert "Quillon" in heard.text
    assert heard.adapter_id == adapter.id

    with taught.registry.borrowed(adapter.id) as borrowed:
        assert borrowed == merged
    assert merged.is_dir()  # it is in use
    taught.registry.use(None)
    with taught.registry.borrowed(adapter.id) as borrowed:
        beside = WhisperTranscriber(replace(recogniser_weights, path=borrowed), threads=1, adapter_id=adapter.id)
    assert not borrowed.exists()  # it was put together for this alone
    heard = beside.transcribe(say("Ask Quillon about it."), on_word=lambda word: None, cancelled=Flag())
    assert "Quillon" in heard.text
    taught.registry.use(adapter.id)

    recogniser.swap(recogniser_weights, None)
    recogniser.swap(replace(recogniser_weights, path=merged), used.id, domain="joinery")
    for of, adapter_id in ((recogniser.adapted_to("joinery"), used.id), (recogniser.adapted_to("medicine"), None)):
        heard = of.transcribe(say("Ask Quillon about it."), on_word=lambda word: None, cancelled=Flag())
        assert ("Quillon" in heard.text) == (adapter_id is not None)
        assert heard.adapter_id == adapter_id
    recogniser.swap(recogniser_weights, None, domain="joinery")
    assert recogniser.adapted_to("joinery") is recogniser

    memory = taught.memory()
    forgotten = ledger.taught()[0][0].id
    preview = memory.forget(forgotten, preview=True)
    assert [one.id for one in preview.going if one.kind == "adapter"] == [adapter.id]
    memory.forget(forgotten)
    memory.close()
    assert taught.registry.live() is None
    assert taught.in_use[-1] == ("", None, None)
    assert not taught.registry.path(adapter.id).exists()
    assert ledger.adapter(adapter.id).withdrawn_because
    with pytest.raises(NotUnderstoodError, match="withdrawn"):
        taught.registry.use(adapter.id)
    with pytest.raises(NotUnderstoodError, match="withdrawn"), taught.registry.borrowed(adapter.id):
        pass


def test_what_is_trained_again_after_forgetting_is_what_never_saw_it(
    taught: Learner, heard: tuple[tuple[Audio, Transcript], ...], tmp_path: Path, clock: HeldClock
) -> None:
    taught.trainer.train(taught.proposal(), job=quiet())
    forgotten, first = taught.ledger.taught()[0][0].id, taught.ledger.adapters()[0]
    memory = taught.memory()
    memory.forget(forgotten)
    memory.close()
    taught.trainer.train(taught.proposal(), job=quiet())
    again = taught.ledger.adapters()[-1]
    assert again.id != first.id
    assert again.parent_id is None, "what was withdrawn is not gone on from"
    assert len(again.example_ids) == len(SAID) - 1

    home = Home(tmp_path / "other").create()
    with closing(SqliteLedger(home.ledger, clock)) as ledger:
        other = Learner(home, ledger, clock, taught.base, WeightsCache(taught.trainer.machine.cache))
        for (audio, transcript), said in list(zip(heard, SAID, strict=True))[1:]:
            other.dictate(audio, transcript, said)
        other.trainer.train(other.proposal(), job=quiet())
        assert other.ledger.adapters()[0].sha256 == again.sha256 != first.sha256


def test_too_little_memory_is_said_before_it_begins() -> None:
    with pytest.raises(NotUnderstoodError, match=r"3\.0 GB of memory, and 1\.0 GB are free"):
        check_memory(1_000_000_000, SPEECH)
    check_memory(3_200_000_000, SPEECH)
    with pytest.raises(NotUnderstoodError, match=r"4\.1 GB of memory, and 3\.2 GB are free"):
        check_memory(3_200_000_000, VOICE)


def test_voice_mode_is_as_asked_and_for_what_goes_on_from_it(taught: Learner) -> None:
    ledger, job = taught.ledger, Job(emit=lambda event: None)
    job.cancelled.set()
    proposal = taught.proposal()
    asked = ledger.set_proposal(proposal.id, proposal.state, mode=TrainingMode.VOICE)
    for each in (proposal, asked):
        with pytest.raises(CancelledByPersonError):
            taught.trainer.train(each, job=job)
    decoder, voice = ledger.runs()
    assert (mode_of(decoder.recipe), mode_of(voice.recipe)) == (TrainingMode.DECODER, TrainingMode.VOICE)

    adapter = ledger.add_adapter(
        voice, base="whisper-base", base_sha256=taught.base.sha256, sha256="1" * 64, promoted=True
    )
    ledger.set_live("", adapter.id)
    with pytest.raises(WeightsError, match="missing or damaged"):  # it was made by hand
        taught.trainer.train(taught.proposal(), job=job)
    assert mode_of(ledger.runs()[-1].recipe) is TrainingMode.VOICE


def test_an_interrupted_run_is_the_same_run(taught: Learner) -> None:
    job = Job(emit=lambda event: None)
    job.cancelled.set()
    proposal = taught.proposal()
    with pytest.raises(CancelledByPersonError):
        taught.trainer.train(proposal, job=job)
    (run,) = taught.ledger.runs()
    assert run.state is RunState.CANCELLED
    with pytest.raises(CancelledByPersonError):
        taught.trainer.train(proposal, job=job)
    assert [one.id for one in taught.ledger.runs()] == [run.id]
