"""The twin itself: answers every verb by handing it to the stage that does it."""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from twin import __version__
from twin.doctor import CheckFunction, examine
from twin.domain import Habits, Proposal, Reply, Utterance
from twin.errors import NotUnderstoodError, TwinError
from twin.learning.correction import correct
from twin.learning.noticing import Noticing
from twin.learning.policies import IdleWork
from twin.learning.reviewing import Reviewing
from twin.learning.rules import RuleBook
from twin.learning.versions import Versions
from twin.models.background import Background
from twin.ports import Curator, Embedder, Job, LanguageModel, Ledger, Memoriser, Transcriber
from twin.requests import (
    AddRule,
    AddTerm,
    Alternatives,
    AnswerQuestion,
    Ask,
    AudioDevices,
    CompareVersions,
    Converse,
    Correct,
    CorrectionReport,
    Decided,
    DecideProposal,
    DecideRule,
    DeleteAdapter,
    Diagnosis,
    Dictate,
    DictateAgain,
    Doctor,
    Doubts,
    Edit,
    EditReply,
    EngineStatus,
    Export,
    ExportVocabulary,
    Forget,
    ForgetReport,
    HeardAgain,
    History,
    ImportConversation,
    ImportMemory,
    ImportVocabulary,
    ImportVoice,
    InstallModel,
    Know,
    Learn,
    Learned,
    ListAdapters,
    ListDevices,
    Listen,
    ListModels,
    ListProposals,
    ListQuestions,
    ListRules,
    ListSentences,
    ListTerms,
    ListUtterances,
    ModelInUse,
    Proposals,
    Questions,
    Rate,
    ReadSentence,
    Remember,
    RemoveTerm,
    Request,
    ShowAdapter,
    ShowHabits,
    ShowHistory,
    ShowProposal,
    Status,
    Stop,
    TakeBack,
    UndoEditing,
    UseAdapter,
    UseModel,
    Utterances,
    WarmUp,
    WeightsInfo,
    WeightsList,
    Why,
)
from twin.speech.alternatives import doubts_in
from twin.speech.comparing import VersionComparer
from twin.speech.dictation import Dictation
from twin.speech.exchange import Exchange
from twin.speech.listening import Listening
from twin.speech.reading import GuidedReading
from twin.speech.rewriting import undo_editing
from twin.speech.terms import TermList
from twin.speech.voice_import import VoiceImporter


class Conversation(Protocol):
    """What ``agents.conversation`` builds."""

    def converse(self, request: Converse, job: Job) -> Reply: ...
    def ask(self, request: Ask, job: Job) -> Reply: ...
    def remember(self, request: Remember, job: Job) -> Reply: ...
    def go_on(self, job: Job) -> tuple[Reply, ...]: ...
    def close(self) -> None: ...


class Learning(Protocol):
    """What ``agents.learning`` builds."""

    def decide(self, request: DecideProposal, job: Job) -> Decided: ...
    def learn(self, request: Learn, job: Job) -> Learned: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Models:
    """The models that load in the background."""

    embedder: Background[Embedder]
    recogniser: Background[Transcriber]
    language_model: Background[LanguageModel]
    conversation: Background[Conversation]
    """No model, but as slow to import as one."""

    def all(self) -> tuple[Background[Any], ...]:
        return self.conversation, self.embedder, self.language_model, self.recogniser


@dataclass(frozen=True, slots=True)
class Parts:
    """What a twin is put together from: chosen in ``twin/app.py``, or faked by a test."""

    home: str
    idle_minutes: float
    preload: bool
    ledger: Ledger
    memoriser: Memoriser
    curator: Curator
    dictation: Dictation
    listening: Listening
    voices: VoiceImporter
    reading: GuidedReading
    devices: Callable[[], AudioDevices]
    terms: TermList
    exchange: Exchange
    rules: RuleBook
    noticing: Noticing
    learning: Background[Learning]
    replay: Callable[[Proposal, Job], Proposal]
    """Gathers the evidence of a proposal anew."""
    keep_states: Callable[[Utterance], None]
    """Keeps what a new utterance can be learned from."""
    versions: Versions
    comparer: VersionComparer
    idle_work: IdleWork
    reviewing: Reviewing
    habits: Callable[[Job], Habits]
    is_common: Callable[[str], bool]
    """Whether the recogniser knows a word as a whole: such a word is no term of a trade."""
    models: Models
    checks: Callable[[Job], tuple[tuple[str, CheckFunction], ...]]
    rebuild_index: Callable[[Job], None]
    weights: Callable[[ListModels, Job], WeightsList]
    install_weights: Callable[[str, Job], WeightsInfo]
    use_weights: Callable[[UseModel, Job], ModelInUse]
    close: Callable[[], None]


class Twin:
    """Answers requests, any number at a time; each runs in the thread that calls :meth:`handle`."""

    def __init__(self, parts: Parts, *, started_at: datetime, stop: Callable[[], None]) -> None:
        self._parts = parts
        self._started_at = started_at
        self._stop = stop
        self.running_jobs: Callable[[], int] = lambda: 0
        self._handlers: dict[type[Request[Any]], Callable[[Any, Job], object]] = {
            Converse: self._converse,
            Ask: lambda request, job: parts.models.conversation.wait(job).ask(request, job),
            Remember: lambda request, job: parts.models.conversation.wait(job).remember(request, job),
            Rate: lambda request, job: parts.noticing.rated(request.turn_id, good=request.good),
            EditReply: lambda request, job: parts.noticing.reply_edited(request.turn_id, request.text),
            Know: lambda request, job: parts.curator.know(request),
            Edit: lambda request, job: parts.curator.edit(request),
            Forget: self._forget,
            Export: parts.curator.export,
            ImportMemory: parts.curator.import_memory,
            ImportConversation: parts.curator.import_conversation,
            Dictate: self._dictate,
            Listen: lambda request, job: parts.listening.listen(request, job, self._take_in),
            DictateAgain: self._dictate_again,
            ImportVoice: lambda request, job: parts.voices.import_voice(request, job, self._take_in, self._teach),
            ListSentences: lambda request, job: parts.reading.sentences(),
            ReadSentence: lambda request, job: parts.reading.read(request, job, self._correct),
            ListDevices: lambda request, job: parts.devices(),
            ListQuestions: lambda request, job: Questions(parts.memoriser.questions(answered=request.answered)),
            AnswerQuestion: lambda request, job: parts.memoriser.resolve(request.id, request.answer),
            Correct: self._correct,
            Alternatives: self._alternatives,
            UndoEditing: self._undo_editing,
            ListTerms: parts.terms.list,
            AddTerm: parts.terms.add,
            RemoveTerm: parts.terms.remove,
            ListRules: parts.rules.list,
            AddRule: parts.rules.add,
            DecideRule: parts.rules.decide,
            TakeBack: self._take_back,
            ListProposals: lambda request, job: Proposals(parts.ledger.proposals(request.state)),
            ShowProposal: self._show_proposal,
            DecideProposal: lambda request, job: parts.learning.wait(job).decide(request, job),
            Learn: lambda request, job: parts.learning.wait(job).learn(request, job),
            ListAdapters: parts.versions.list,
            ShowAdapter: parts.versions.show,
            UseAdapter: parts.versions.use,
            DeleteAdapter: parts.versions.delete,
            CompareVersions: parts.comparer.compare,
            Why: parts.reviewing.why,
            ShowHabits: lambda request, job: parts.habits(job),
            ImportVocabulary: parts.exchange.import_vocabulary,
            ExportVocabulary: parts.exchange.export_vocabulary,
            ListUtterances: lambda request, job: Utterances(
                parts.ledger.utterances(limit=request.limit, private=request.private, before=request.before)
            ),
            ShowHistory: lambda request, job: History(
                parts.ledger.turns(
                    limit=request.limit, session_id=request.session_id, private=request.private, before=request.before
                )
            ),
            Status: lambda request, job: self.status(),
            WarmUp: self._warm_up,
            Doctor: self._examine,
            ListModels: parts.weights,
            InstallModel: lambda request, job: parts.install_weights(request.name, job),
            UseModel: parts.use_weights,
            Stop: self._stop_engine,
        }

    def start(self) -> None:
        """Begin to load what loads in the background, one after the other: together they would be slower each."""
        if self._parts.preload:
            threading.Thread(target=self._preload, name="preload", daemon=True).start()

    def _preload(self) -> None:
        for model in self._parts.models.all():
            try:
                model.wait()
            except TwinError:
                continue  # remembered by the model, shown by its state, raised to whoever needs it

    def handle(self, request: Request[Any], job: Job) -> object:
        """Answer ``request``. Raises :class:`TwinError`."""
        handler = self._handlers.get(type(request))
        if handler is None:
            raise NotUnderstoodError(f"The twin has no answer to {type(request).__name__.lower()}.")
        return handler(request, job)

    def when_idle(self, seconds: float) -> Request[Any] | None:
        """What there is to do of itself after so long without a request; mostly nothing. Raises :class:`TwinError`."""
        return self._parts.idle_work.due(seconds)

    def close(self) -> None:
        self._parts.close()

    def status(self) -> EngineStatus:
        # ru_maxrss counts KiB on Linux and bytes on macOS
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return EngineStatus(
            version=__version__,
            pid=os.getpid(),
            home=self._parts.home,
            started_at=self._started_at,
            idle_minutes=self._parts.idle_minutes,
            running_jobs=self.running_jobs(),
            models=tuple(model.state() for model in self._parts.models.all()),
            peak_rss_mb=peak / 1e6,
        )

    def _dictate(self, request: Dictate, job: Job) -> Utterance:
        utterance = self._parts.dictation.dictate(request, job)
        if utterance.id:
            self._take_in(utterance)
        return utterance

    def _take_in(self, utterance: Utterance) -> None:
        """What follows from a new utterance."""
        if not utterance.source.is_read:
            self._parts.memoriser.capture(utterance)
            self._parts.noticing.dictated(utterance)
        self._parts.keep_states(utterance)

    def _converse(self, request: Converse, job: Job) -> Reply:
        reply = self._parts.models.conversation.wait(job).converse(request, job)
        if not request.private:
            self._parts.noticing.sent(request.text, request.session_id)
        return reply

    def _forget(self, request: Forget, job: Job) -> ForgetReport:
        thrown_away = () if request.preview else self._parts.noticing.thrown_away(request.ids)
        report = self._parts.curator.forget(request, job)
        for utterance in thrown_away:
            self._parts.noticing.deleted(utterance)
        if not report.preview and any(one.kind == "adapter" for one in report.going):
            self._parts.reviewing.review()  # what is left of what it had learned may be learned anew
        return report

    def _take_back(self, request: TakeBack, job: Job) -> Utterance:
        utterance = self._parts.rules.take_back(request, job)
        self._parts.memoriser.capture(utterance)
        return utterance

    def _undo_editing(self, request: UndoEditing, job: Job) -> Utterance:
        utterance = undo_editing(request, self._parts.ledger)
        self._parts.memoriser.capture(utterance)
        return utterance

    def _alternatives(self, request: Alternatives, job: Job) -> Doubts:
        ledger = self._parts.ledger
        utterance = ledger.utterance(request.utterance_id)
        found = doubts_in(
            utterance,
            terms=self._parts.terms.vocabulary.terms(),
            hearings=ledger.hearings(utterance.id),
            corrections=[correction for _, correction in ledger.taught()],
        )
        return Doubts(utterance, found)

    def _dictate_again(self, request: DictateAgain, job: Job) -> HeardAgain:
        heard = self._parts.dictation.dictate_again(request, job)
        if heard.taken:
            self._parts.memoriser.capture(heard.utterance)
        return heard

    def _correct(self, request: Correct, job: Job) -> CorrectionReport:
        return replace(self._teach(request), proposals=self._parts.reviewing.review().proposals)

    def _teach(self, request: Correct) -> CorrectionReport:
        """Take in a correction, without the review of all of them that follows."""
        parts = self._parts
        report = correct(request, parts.ledger, parts.memoriser, is_common=parts.is_common)
        proposed = parts.rules.learn_from(parts.ledger.utterance(report.correction.utterance_id), report.correction)
        return replace(report, rules=proposed)

    def _show_proposal(self, request: ShowProposal, job: Job) -> Proposal:
        proposal = self._parts.ledger.proposal(request.id)
        return self._parts.replay(proposal, job) if request.replay else proposal

    def _warm_up(self, request: WarmUp, job: Job) -> EngineStatus:
        known = {model.role: model for model in self._parts.models.all()}
        unknown = [role for role in request.roles if role not in known]
        if unknown:
            raise NotUnderstoodError(f"There is no model for {unknown[0]}.", hint=f"There are: {', '.join(known)}.")
        for role, model in known.items():
            if not request.roles or role in request.roles:
                model.wait(job)
        return self.status()

    def _examine(self, request: Doctor, job: Job) -> Diagnosis:
        if request.rebuild_index:
            self._parts.rebuild_index(job)
        return examine(self._parts.checks(job), job)

    def _stop_engine(self, request: Stop, job: Job) -> bool:
        self._stop()
        return True
