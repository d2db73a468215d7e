"""From an approved proposal to an adapter in use, or to the reasons why not: the engine's side of training."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from twin.domain import (
    Adapter,
    AudioSource,
    Buffer,
    Change,
    Example,
    GateReport,
    Proposal,
    ProposalState,
    Rung,
    RunState,
    TrainingMode,
    TrainingRun,
    Utterance,
)
from twin.errors import CancelledByPersonError, NotUnderstoodError, TwinError
from twin.events import Progress
from twin.learning.buffer import fold_count, folds, reservoir
from twin.learning.gate import GateEvidence, GateThresholds, Score, judge
from twin.learning.graduation import Unaided
from twin.learning.modes import mode_of
from twin.learning.scoring import word_errors
from twin.models.resolve import LocalWeights
from twin.ports import Forgotten, Job, Ledger
from twin.speech.recordings import Recordings
from twin.training.job import carry_out, check_memory
from twin.training.plan import Clip, Outcome, Plan, Standing, read_outcome
from twin.training.recipe import SPEECH, VOICE, Recipe
from twin.training.registry import AdapterRegistry
from twin.training.rehearsed import forget, keep, rehearsal_of, take
from twin.training.turn import Turn

REPLAYED = 60
"""Older examples, a representative sample, that are seen again."""
_UNDECIDED = (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)


@dataclass(frozen=True, slots=True)
class Machine:
    """How this machine recognises and trains."""

    language: str
    compute_type: str
    beam_size: int
    threads: int
    cache: Path
    states: Path
    runs: Path
    general: Path | None = None
    spoken: Mapping[str, int] = field(default_factory=dict)
    """How many of the product's own sentences are used, by purpose, where not all are."""
    available_bytes: Callable[[], int] = lambda: 1 << 62


@dataclass(frozen=True, slots=True)
class SpeechTrainer:
    """Implements :class:`twin.ports.Trainer`. ``buffer`` gives what there is to learn from now."""

    ledger: Ledger
    registry: AdapterRegistry
    recordings: Recordings
    base: Callable[[], LocalWeights]
    buffer: Callable[[], Buffer]
    machine: Machine
    graduate: Callable[[str, Sequence[Unaided]], object] = lambda adapter_id, hearings: None
    """Told what a new adapter hears without hints in what it had not learned."""
    recipe: Recipe = SPEECH
    voice: Recipe = VOICE
    thresholds: GateThresholds = GateThresholds()  # noqa: RUF009 - frozen
    turn: Turn = field(default_factory=Turn)

    def train(self, proposal: Proposal, *, job: Job) -> TrainingRun:
        run = self._begun(proposal)
        if run.state is not RunState.FINISHED:
            with self.turn.of(job):
                run = self._trained(run, job)
        adapter = next((one for one in self.ledger.adapters() if one.run_id == run.id), None)
        if run.gate is not None and run.gate.passed and adapter is not None and not adapter.withdrawn_because:
            job.emit(Progress("swap", f"{adapter.id} goes into use …"))
            self.registry.use(adapter.id, domain=adapter.domain)
            with suppress(TwinError):  # no result is left of a run that was over: its terms keep their hints
                self.graduate(adapter.id, self._unaided(run))
        shutil.rmtree(self._folder(run), ignore_errors=True)
        return run

    def rehearse(self, proposal: Proposal, *, job: Job) -> Proposal:
        """Shadow replay: train on a part of the examples, see what would be fixed and what would break in the rest, and
        keep that as the evidence of ``proposal``. For anything but an adapter it is as it stands. Raises as ``train``
        does."""
        if proposal.rung is not Rung.ADAPT:
            return proposal
        examples = self._wanted(proposal)
        parent = self._in_use(proposal.domain)
        recipe = self._recipe(proposal, parent)
        check_memory(self.machine.available_bytes(), recipe)
        plan = self._plan(recipe, parent, examples, self._replayed(examples, proposal.domain))
        for other in self.ledger.proposals():
            if other.state not in _UNDECIDED:
                shutil.rmtree(self._rehearsed(other.id), ignore_errors=True)
        folder = self._rehearsed(proposal.id)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with self.turn.of(job, gives_way=True):
                outcome = carry_out(folder, rehearsal_of(plan), job, _reporting(job))
            keep(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _, changes = _compared(examples, outcome, self.machine.language)
        return self.ledger.set_evidence(proposal.id, changes, basis=proposal.basis)

    # --- the run ------------------------------------------------------------------------------------------------

    def _begun(self, proposal: Proposal) -> TrainingRun:
        """The proposal's run that was interrupted, or was over before its adapter went into use; or else a new one."""
        runs = [run for run in self.ledger.runs() if run.proposal_id == proposal.id]
        parent = self._in_use(proposal.domain)
        if runs and runs[-1].state is RunState.FINISHED:
            return runs[-1]
        examples = self._wanted(proposal)
        replayed = self._replayed(examples, proposal.domain)
        wanted = (
            tuple(one.id for one in examples),
            tuple(one.id for one in replayed),
            None if parent is None else parent.id,
        )
        recipe = msgspec.json.encode(self._recipe(proposal, parent)).decode()
        last = runs[-1] if runs and runs[-1].state is not RunState.FAILED else None
        if last and (last.example_ids, last.replay_ids, last.parent_id, last.recipe) == (*wanted, recipe):
            return self.ledger.set_run(last.id, RunState.RUNNING)
        for run in runs:
            shutil.rmtree(self._folder(run), ignore_errors=True)
        return self.ledger.add_run(
            proposal.id,
            domain=proposal.domain,
            recipe=recipe,
            example_ids=wanted[0],
            replay_ids=wanted[1],
            parent_id=wanted[2],
        )

    def _in_use(self, domain: str) -> Adapter | None:
        """A domain's first adapter goes on from the general one: it is the same voice."""
        return self.registry.live(domain) or self.registry.live()

    def _recipe(self, proposal: Proposal, parent: Adapter | None) -> Recipe:
        """What goes on from an encoder that was trained needs its states, which the decoder's recipe has not."""
        voiced = parent is not None and mode_of(parent.recipe) is TrainingMode.VOICE
        return self.voice if voiced or proposal.mode is TrainingMode.VOICE else self.recipe

    def _wanted(self, proposal: Proposal) -> tuple[Example, ...]:
        asked = set(proposal.example_ids)
        examples = tuple(one for one in self.buffer().examples if one.id in asked)
        if not examples:
            raise NotUnderstoodError(f"There is nothing left to learn in {proposal.id}.", hint="It says why: twin why")
        return examples

    def _replayed(self, examples: Sequence[Example], domain: str) -> tuple[Example, ...]:
        """A sample of what the adapter in use and its ancestors have learned."""
        known = {adapter.id: adapter for adapter in self.ledger.adapters()}
        learned: set[str] = set()
        adapter = self._in_use(domain)
        while adapter is not None:
            learned |= set(adapter.example_ids)
            adapter = known.get(adapter.parent_id or "")
        older = [one for one in self.buffer().examples if one.id in learned and one not in examples]
        return reservoir(older, REPLAYED)

    def _trained(self, run: TrainingRun, job: Job) -> TrainingRun:
        recipe = msgspec.json.decode(run.recipe, type=Recipe)
        check_memory(self.machine.available_bytes(), recipe)
        examples = {one.id: one for one in self.buffer().examples}
        learn = [examples[known] for known in run.example_ids if known in examples]
        replay = [examples[known] for known in run.replay_ids if known in examples]

        parent = None if run.parent_id is None else self.ledger.adapter(run.parent_id)
        try:
            plan = self._plan(recipe, parent, learn, replay)
            take(self._rehearsed(run.proposal_id), self._folder(run), plan)
            outcome = carry_out(self._folder(run), plan, job, _reporting(job))
            self._check_nothing_was_forgotten(run)
        except CancelledByPersonError:
            self.ledger.set_run(run.id, RunState.CANCELLED)
            raise
        except TwinError as error:
            self.ledger.set_run(run.id, RunState.FAILED, problem=error.message)
            raise
        job.emit(Progress("gate", "Judging what it brought …"))
        gate, changes = self._judged(run, learn, outcome)
        self._check_nothing_was_forgotten(run)
        self.registry.add(run, outcome, self._folder(run), promoted=gate.passed)
        return self.ledger.set_run(run.id, RunState.FINISHED, gate=gate, changes=changes, seconds=outcome.spent.seconds)

    def _check_nothing_was_forgotten(self, run: TrainingRun) -> None:
        if forgotten := self.ledger.forgotten((*run.example_ids, *run.replay_ids)):
            shutil.rmtree(self._folder(run), ignore_errors=True)
            raise NotUnderstoodError(
                f"{', '.join(forgotten)} was forgotten while it was being learned, so this training is dropped.",
                hint="What is left is proposed anew: twin proposals",
            )

    def _plan(
        self, recipe: Recipe, parent: Adapter | None, learn: Sequence[Example], replay: Sequence[Example]
    ) -> Plan:
        machine, base = self.machine, self.base()
        heard_by = {utterance.id: utterance for utterance, _ in self.ledger.taught()}
        return Plan(
            base=str(base.path),
            base_sha256=base.sha256,
            language=machine.language,
            compute_type=machine.compute_type,
            beam_size=machine.beam_size,
            threads=machine.threads,
            recipe=recipe,
            learn=tuple(self._clip(example, base.name, heard_by.get(example.utterance_id)) for example in learn),
            replay=tuple(self._clip(example, base.name) for example in replay),
            folds=tuple(tuple(one.id for one in fold) for fold in folds(learn, fold_count(len(learn)))),
            parent=None if parent is None else str(self.registry.path(parent.id)),
            live=None if parent is None else str(self.registry.merged(parent)),
            states=str(machine.states),
            cache=str(machine.cache),
            general=None if machine.general is None else str(machine.general),
            spoken=dict(machine.spoken),
        )

    def _clip(self, example: Example, base: str, utterance: Utterance | None = None) -> Clip:
        known = utterance is not None and _heard_by_base_alone(utterance, base)
        return Clip(
            example.id,
            example.said,
            str(self.recordings.path(example.audio_sha256)),
            example.audio_sha256,
            utterance.heard if utterance is not None and known else None,
        )

    # --- the gate -----------------------------------------------------------------------------------------------

    def _judged(
        self, run: TrainingRun, learn: Sequence[Example], outcome: Outcome
    ) -> tuple[GateReport, tuple[Change, ...]]:
        scores, changes = _compared(learn, outcome, self.machine.language)
        evidence = GateEvidence(
            personal=scores,
            general=outcome.general,
            silence_failures=outcome.silence_failures,
            short_failures=outcome.short_failures,
            looks=self._looks(run),
            general_looks=outcome.general_looks,
        )
        return judge(evidence, self.thresholds), changes

    def _unaided(self, run: TrainingRun) -> list[Unaided]:
        examples = {one.id: one for one in self.buffer().examples}
        return [
            Unaided(examples[one.id].utterance_id, examples[one.id].said, one.text)
            for one in read_outcome(self._folder(run)).heard
            if one.arm == "candidate" and one.id in examples
        ]

    def _looks(self, run: TrainingRun) -> int:
        """How often most of this evidence has been judged by, this time included."""
        mine = set(run.example_ids)
        judged = (other for other in self.ledger.runs() if other.gate is not None and other.id != run.id)
        return 1 + sum(2 * len(mine & set(other.example_ids)) > len(mine) for other in judged)

    def _folder(self, run: TrainingRun) -> Path:
        return self.machine.runs / run.id

    def _rehearsed(self, proposal_id: str) -> Path:
        return self.machine.runs / proposal_id


def _reporting(job: Job) -> Callable[[Standing], None]:
    return lambda standing: job.emit(Progress(standing.stage, standing.message, standing.fraction, standing.loss))


def _compared(learn: Sequence[Example], outcome: Outcome, language: str) -> tuple[list[Score], tuple[Change, ...]]:
    """Word errors of base, candidate and adapter in use on what was held back, and what is heard otherwise now."""
    heard = {(one.arm, one.id): one.text for one in outcome.heard}
    scores, changes = [], []
    for example in learn:
        base, candidate, live = (heard.get((arm, example.id)) for arm in ("base", "candidate", "live"))
        if base is None or candidate is None:
            continue  # nobody speaks in it, or it was not held back
        of_base, of_candidate = (word_errors(example.said, text, language) for text in (base, candidate))
        of_live = None if live is None else word_errors(example.said, live, language).errors
        scores.append(Score(example.id, of_base.words, of_base.errors, of_candidate.errors, of_live))
        before, errors_before = (base, of_base.errors) if live is None or of_live is None else (live, of_live)
        if of_candidate.errors != errors_before:
            better = of_candidate.errors < errors_before
            changes.append(Change(example.utterance_id, before, candidate, example.said, better))
    return scores, tuple(changes)


def forget_runs(ledger: Ledger, folder: Path, gone: Forgotten) -> None:
    """Remove what is left of trainings on something that was forgotten; a hook of forgetting."""
    ids = frozenset(gone.ids)
    for run in ledger.runs():
        if ids & {*run.example_ids, *run.replay_ids}:
            shutil.rmtree(folder / run.id, ignore_errors=True)
    forget(folder, ids)


def _heard_by_base_alone(utterance: Utterance, model: str) -> bool:
    """Whether the text is what the base hears without help, decoded as evidence is: from a file, at once."""
    helped = utterance.hints or utterance.rules_applied or utterance.adapter_id
    return utterance.source in (AudioSource.FILE, AudioSource.IMPORT) and utterance.model == model and not helped
