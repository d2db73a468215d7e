"""Where a twin is put together: the one place that chooses concrete parts and wires them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from agents.learning_state import Parts as LearningParts
from agents.learning_state import Review
from memory.doctor import check_ledger
from memory.doctor import check_memory as check_memories
from memory.extraction.model_extractor import ModelExtractor
from memory.extraction.secrets import holds_secret
from memory.lexicon.glossary import Glossary
from memory.lexicon.habits import read_habits
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from twin import doctor
from twin.doctor import CheckFunction
from twin.domain import Adapter, Proposal, TrainingMode
from twin.errors import MemoryIndexError, SettingsError, TwinError
from twin.events import Progress
from twin.language.backends import (
    ask_server,
    check_language_model,
    describe_server,
    is_address,
    is_capable,
    load_language_model,
)
from twin.language.embedder import load_embedder
from twin.learning.gain import expected_seconds
from twin.learning.gate import GateThresholds
from twin.learning.graduation import graduate
from twin.learning.modes import mode_of
from twin.learning.noticing import Noticing
from twin.learning.policies import POWER_SUPPLIES, IdleWork, approved_by, on_mains_power
from twin.learning.reviewing import Reviewing
from twin.learning.rules import RuleBook
from twin.learning.trades import Trades
from twin.learning.versions import BASE, Versions
from twin.models.background import Background
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.hub import install_from_hub
from twin.models.resolve import LocalWeights, WeightsStore
from twin.models.switching import switch_to_server, switch_to_weights
from twin.paths import Home
from twin.ports import Embedder, Forgotten, Job, LanguageModel, Ledger, Trainer, Transcriber
from twin.requests import AudioDevices, Check, Diagnosis, ListModels, ModelInUse, UseModel, WeightsInfo, WeightsList
from twin.service import Conversation, Learning, Models, Parts, Twin
from twin.settings import Settings, load_settings
from twin.settings_file import change_settings
from twin.speech.checks import check_recordings
from twin.speech.comparing import VersionComparer
from twin.speech.dictation import Dictation
from twin.speech.editor import SpokenEditor, preferences_of
from twin.speech.engine import WhisperTranscriber
from twin.speech.exchange import Exchange
from twin.speech.hinter import Hinter
from twin.speech.listening import Listening
from twin.speech.microphone import list_devices
from twin.speech.reading import GuidedReading
from twin.speech.recordings import Recordings
from twin.speech.rewriting import Rewriter, without_rule
from twin.speech.terms import TermList
from twin.speech.vocabulary import RecogniserVocabulary
from twin.speech.voice_import import VoiceImporter
from twin.training.keeping import StatesKeeper
from twin.training.registry import AdapterRegistry
from twin.training.states import StatesCache
from twin.training.trainer import Machine, SpeechTrainer, forget_runs

_ALL_UTTERANCES = 1_000_000
_IDLE_SECONDS = 300.0
"""After so long without a request nobody minds a training."""


_SMALL_PROMPT_TOKENS = 1500
"""What a tiny model on a processor is given at once: it reads some hundred a second, and follows no more."""


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def build_twin(settings: Settings, *, started_at: datetime, stop: Callable[[], None]) -> Twin:
    """Put a twin together over ``settings``; ``stop`` is what ends its process. The home's lock must be held.

    Opens the ledger and loads no model. Raises ``LedgerError``.
    """
    home, clock = settings.home_folder, SystemClock()
    store = WeightsStore(WeightsCache.locate())
    with ExitStack() as opened:
        ledger = SqliteLedger(home.ledger, clock)
        opened.callback(ledger.close)
        recordings = Recordings(home.audio)
        recordings.sweep()

        adapters = AdapterRegistry(
            ledger,
            home.adapters,
            base=lambda: store.resolve(settings.recogniser, Role.RECOGNISER),
            on_change=lambda domain, adapter, merged: _swap(recogniser, store, settings, domain, adapter, merged),
        )
        states = StatesKeeper(
            lambda: StatesCache(home.states, store.resolve(settings.recogniser, Role.RECOGNISER).sha256),
            recordings,
            lambda: recogniser.ready(),
            voiced=lambda adapter_id: mode_of(ledger.adapter(adapter_id).recipe) is TrainingMode.VOICE,
        )
        opened.callback(states.close)
        embedder: Background[Embedder] = Background(
            Role.EMBEDDER, settings.embedder, lambda: _load_embedder(settings, store), then=lambda: _catch_up(memory)
        )
        recogniser: Background[Transcriber] = Background(
            Role.RECOGNISER, settings.recogniser, lambda: _load_recogniser(settings, store, adapters)
        )
        language_model: Background[LanguageModel] = Background(
            Role.LANGUAGE_MODEL, settings.language_model, lambda: load_language_model(settings, store)
        )
        memory = TwinMemory(
            ledger,
            chroma_folder=home.chroma,
            embedder=embedder.ready,
            wait_for_embedder=embedder.wait,
            embedder_name=settings.embedder,
            delete_recording=recordings.delete,
            trained_on=adapters,
            purges=(
                lambda gone: _forget_places(home, gone),
                states.forget,
                adapters.sweep,
                lambda gone: forget_runs(ledger, home.training, gone),
            ),
            chroma_url=settings.chroma_url,
            extractor=ModelExtractor(language_model.wait) if settings.extract_with_model else None,
            banks_folder=store.cache.root / "banks",
        )
        opened.callback(memory.close)

        def load_conversation() -> Conversation:
            from agents.conversation import build_conversation
            from agents.state import Parts as ConversationParts

            return build_conversation(
                ConversationParts(
                    ledger=ledger,
                    recall=memory.recall,
                    memoriser=memory,
                    language_model=language_model.wait,
                    wait_until_ready=memory.wait_until_ready,
                    timezone=None,
                    reply_tokens=settings.reply_tokens,
                    handle=lambda request, job: assembled.handle(request, job),
                    capable=is_capable(settings.language_model),
                    context_tokens=settings.context_tokens
                    if is_capable(settings.language_model)
                    else min(settings.context_tokens, _SMALL_PROMPT_TOKENS),
                ),
                home.checkpoints,
            )

        is_common = RecogniserVocabulary(lambda: store.resolve(settings.recogniser, Role.RECOGNISER).path).knows
        glossary = Glossary(ledger.database, is_common=is_common)
        editor = SpokenEditor(ledger, preferences_of(settings), lambda: _names(glossary))
        hinter = Hinter(glossary, ledger, clock, enabled=settings.vocabulary_hints)
        rewriter = Rewriter(
            ledger, editor.edit, domain=lambda text: hinter.domain_of((text,)), enabled=settings.rewrite_rules
        )
        listening = Listening(
            ledger,
            recordings,
            home.spool,
            recogniser.wait,
            clock,
            device=settings.microphone,
            pause_seconds=settings.pause_seconds,
            edit=rewriter.edit,
            hinting=hinter.hinting,
            domain=hinter.domain_in,
        )
        listening.recover()

        conversation: Background[Conversation] = Background(
            "conversation", "LangGraph", load_conversation, then=lambda: _go_on(conversation.wait())
        )
        opened.callback(lambda: _close(conversation))
        rules = RuleBook(ledger, without_rule, trades=lambda: Trades(glossary.terms()), is_common=is_common)
        reviewing = Reviewing(ledger, glossary.terms, clock, holds_secret=holds_secret)
        trainer = SpeechTrainer(
            ledger,
            adapters,
            recordings,
            base=lambda: store.resolve(settings.recogniser, Role.RECOGNISER),
            buffer=reviewing.buffer,
            machine=_machine(settings, store),
            graduate=lambda adapter_id, hearings: graduate(adapter_id, hearings, ledger=ledger, terms=glossary.terms()),
        )
        learning = build_learning(
            home, ledger, rules, trainer, review=reviewing.review, approve=settings.approve_automatically
        )
        opened.callback(lambda: _close(learning))
        dictation = Dictation(
            ledger,
            recordings,
            recogniser.wait,
            clock,
            edit=rewriter.edit,
            hinting=hinter.hinting,
            domain=hinter.domain_in,
        )
        parts = Parts(
            home=str(home.root),
            idle_minutes=settings.engine_idle_minutes,
            preload=settings.preload,
            ledger=ledger,
            memoriser=memory,
            curator=memory.curator,
            dictation=dictation,
            listening=listening,
            voices=VoiceImporter(ledger, recordings, dictation, reviewing),
            reading=GuidedReading(ledger, glossary.terms, memory.curator),
            devices=lambda: AudioDevices(list_devices()),
            terms=TermList(ledger, memory, memory.curator, glossary, clock),
            exchange=Exchange(ledger, clock),
            rules=rules,
            noticing=Noticing(ledger, clock),
            learning=learning,
            replay=lambda proposal, job: trainer.rehearse(proposal, job=job),
            versions=Versions(ledger, lambda: adapters),
            comparer=VersionComparer(ledger, recordings, lambda known: _load_version(known, settings, store, adapters)),
            keep_states=states.keep_soon,
            idle_work=IdleWork(
                ledger,
                settings.approve_automatically,
                settings.train_when_idle,
                settings.evidence_when_idle,
                on_mains=lambda: on_mains_power(POWER_SUPPLIES),
                train_after_seconds=min(_IDLE_SECONDS, settings.engine_idle_minutes * 30),  # before the engine stops
            ),
            reviewing=reviewing,
            habits=lambda job: read_habits(ledger.database, zone=None, job=job),
            is_common=is_common,
            models=Models(embedder, recogniser, language_model, conversation),
            checks=lambda job: _checks(settings, store, ledger, memory, recordings, job),
            rebuild_index=memory.rebuild_index,
            weights=lambda request, job: _weights(settings, store, request),
            install_weights=lambda name, job: _install(settings, store, name, job),
            use_weights=lambda request, job: _use(settings, store, request),
            close=opened.pop_all().close,
        )
    assembled = Twin(parts, started_at=started_at, stop=stop)
    return assembled


def _names(glossary: Glossary) -> frozenset[str]:
    """The terms that are written with a capital, in lower case."""
    return frozenset(term.text.lower() for term in glossary.terms() if term.text[:1].isupper())


# --- learning --------------------------------------------------------------------------------------------------


def build_learning(
    home: Home,
    ledger: Ledger,
    rules: RuleBook,
    trainer: Trainer,
    *,
    approve: Collection[str] = (),
    review: Review = lambda *, urged=False: None,
    moved_on: Callable[[Proposal], str] = lambda proposal: "",
    open_domain: Callable[[Proposal, Job], object] = lambda proposal, job: None,
) -> Background[Learning]:
    """What takes the person's word on proposals and carries them out; it loads when it is first needed."""

    def load() -> Learning:
        from agents.learning import build_learning as build_graph

        return build_graph(
            LearningParts(
                ledger=ledger,
                trainer=lambda: trainer,
                decide_rule=rules.decide,
                open_domain=open_domain,
                review=review,
                moved_on=moved_on,
                approved_by=lambda proposal: approved_by(approve, proposal),
                checkpoints=home.checkpoints,
                least_examples=GateThresholds().least_utterances,
                cost=lambda proposal: expected_seconds(proposal.example_ids, proposal.mode),
            )
        )

    return Background("learning", "LangGraph", load)


def _close(graph: Background[Learning] | Background[Conversation]) -> None:
    loaded = graph.ready()
    if loaded is not None:
        loaded.close()


def _go_on(conversation: Conversation) -> None:
    """With the replies that a crash cut off; they stand in the conversation when it is next looked at."""
    log = structlog.get_logger()
    try:
        if replies := conversation.go_on(Job(emit=lambda event: None)):
            log.info("replies resumed", count=len(replies))
    except TwinError as error:
        log.warning("reply not resumed", why=type(error).__name__)


def _forget_places(home: Home, gone: Forgotten) -> None:
    if home.checkpoints.exists():
        from agents.checkpoints import forget_places

        forget_places(home.checkpoints, gone)


def _machine(settings: Settings, store: WeightsStore) -> Machine:
    home = settings.home_folder
    return Machine(
        language=settings.language if settings.language != "auto" else "en",
        compute_type=settings.compute_type,
        beam_size=settings.beam_size,
        threads=settings.model_threads,
        cache=store.cache.root,
        states=home.states,
        runs=home.training,
        general=settings.general_recordings,
        available_bytes=doctor.available_bytes,
    )


def _swap(
    recogniser: Background[Transcriber],
    store: WeightsStore,
    settings: Settings,
    domain: str,
    adapter: Adapter | None,
    merged: Path | None,
) -> None:
    """Have the recogniser go on with other weights, if it is loaded; if not, it will load them."""
    loaded = recogniser.ready()
    if isinstance(loaded, WhisperTranscriber):
        base = store.resolve(settings.recogniser, Role.RECOGNISER)
        weights = base if merged is None else replace(base, path=merged)
        loaded.swap(weights, adapter.id if adapter else None, domain=domain)


# --- models ----------------------------------------------------------------------------------------------------


def _load_embedder(settings: Settings, store: WeightsStore) -> Embedder:
    weights = store.resolve(settings.embedder, Role.EMBEDDER)
    return load_embedder(weights.path, name=weights.name, threads=settings.model_threads)


def _catch_up(memory: TwinMemory) -> None:
    """Index what was said while there was no embedder. If the index is broken, recall goes by words and says so."""
    with suppress(MemoryIndexError):
        memory.catch_up()


def _load_recogniser(settings: Settings, store: WeightsStore, adapters: AdapterRegistry) -> Transcriber:
    base = store.resolve(settings.recogniser, Role.RECOGNISER)
    weights: dict[str, tuple[LocalWeights, str]] = {}
    for adapter in adapters.in_use():
        with suppress(TwinError):  # the doctor names it, and the base is better than nothing
            weights[adapter.domain] = replace(base, path=adapters.merged(adapter)), adapter.id
    general, adapter_id = weights.pop("", (base, None))
    transcriber = _recogniser_on(general, adapter_id, settings)
    for domain, (of_domain, of_adapter) in weights.items():
        transcriber.swap(of_domain, of_adapter, domain=domain)
    return transcriber


def _load_version(version: str, settings: Settings, store: WeightsStore, adapters: AdapterRegistry) -> Transcriber:
    """The recogniser with a version merged in, or as it came, beside the one in use."""
    base = store.resolve(settings.recogniser, Role.RECOGNISER)
    if version == BASE:
        return _recogniser_on(base, None, settings)
    with adapters.borrowed(version) as merged:
        return _recogniser_on(replace(base, path=merged), version, settings)


def _recogniser_on(weights: LocalWeights, adapter_id: str | None, settings: Settings) -> WhisperTranscriber:
    return WhisperTranscriber(
        weights,
        language=settings.language,
        beam_size=settings.beam_size,
        compute_type=settings.compute_type,
        threads=settings.model_threads,
        adapter_id=adapter_id,
    )


def _in_use(settings: Settings) -> tuple[str, ...]:
    return settings.recogniser, settings.embedder, settings.language_model


def _weights(settings: Settings, store: WeightsStore, request: ListModels) -> WeightsList:
    return WeightsList(
        store.listing(_in_use(settings), verify=request.verify),
        server=describe_server(settings),
        memory_megabytes=round(doctor.total_bytes() / 1e6),
    )


def _use(settings: Settings, store: WeightsStore, request: UseModel) -> ModelInUse:
    """Switch to other weights. The next request finds another configuration, and so starts another engine."""
    if is_address(request.name):
        switch = switch_to_server(request, lambda asked: ask_server(settings, store, asked))
    else:
        switch = switch_to_weights(request, store)
    change_settings(settings.home_folder, switch.changes)
    return switch.in_use


def _install(settings: Settings, store: WeightsStore, name: str, job: Job) -> WeightsInfo:
    def report(message: str, fraction: float | None) -> None:
        job.check()
        job.emit(Progress("install", message, fraction))

    weights = install_from_hub(store, name, report)
    return store.info(weights.name, _in_use(settings))


# --- doctor ----------------------------------------------------------------------------------------------------


def _checks(
    settings: Settings,
    store: WeightsStore,
    ledger: SqliteLedger,
    memory: TwinMemory,
    recordings: Recordings,
    job: Job,
) -> tuple[tuple[str, CheckFunction], ...]:
    with suppress(TwinError):  # the check of the profile says what is wrong with it
        memory.wait_until_ready(job)

    return (
        *_machine_checks(settings.home_folder),
        *_weights_checks(settings, store),
        (
            "recordings",
            lambda: check_recordings(ledger.utterances(limit=_ALL_UTTERANCES, private=True), recordings),
        ),
        *check_memories(ledger, memory.profile),
    )


def _machine_checks(home: Home) -> tuple[tuple[str, CheckFunction], ...]:
    return (
        ("home folder", lambda: doctor.check_home(home)),
        ("disk", lambda: doctor.check_disk(home)),
        ("memory", doctor.check_memory),
        ("processor", doctor.check_processor),
        ("microphone", doctor.check_microphone),
    )


def _weights_checks(settings: Settings, store: WeightsStore) -> tuple[tuple[str, CheckFunction], ...]:
    def weights_check(name: str, role: Role) -> CheckFunction:
        def check() -> Check:
            weights = store.resolve(name, role, deep=True)
            return Check(f"{role} weights", ok=True, detail=f"{weights.name}, every file as it should be (sha256)")

        return check

    return (
        *(
            (f"{role} weights", weights_check(name, role))
            for name, role in ((settings.recogniser, Role.RECOGNISER), (settings.embedder, Role.EMBEDDER))
        ),
        (f"{Role.LANGUAGE_MODEL} weights", lambda: check_language_model(settings, store)),
    )


def examine_without_twin(home: Home, why: TwinError) -> Diagnosis:
    """What ``twin doctor`` says where no twin can be put together over ``home``, because of ``why``."""

    def settings_check() -> Check:
        load_settings(home)
        return Check("settings", ok=True, detail="as they should be")

    def ledger_check() -> Check:
        ledger = SqliteLedger(home.ledger, SystemClock())
        try:
            return check_ledger(ledger)
        finally:
            ledger.close()

    def recordings_check() -> Check:
        return Check("recordings", ok=True, detail=f"{len(Recordings(home.audio).orphans(set()))} on the disk")

    checks = [*_machine_checks(home), ("settings", settings_check), ("recordings", recordings_check)]
    with suppress(SettingsError):
        checks += _weights_checks(load_settings(home), WeightsStore(WeightsCache.locate()))
    found = doctor.examine([*checks, ("ledger", ledger_check)], Job(emit=lambda event: None)).checks
    if not any(why.message in check.detail for check in found):
        found += (Check("engine", ok=False, detail=why.message, hint=why.hint),)
    unseen = Check(
        "indexes of memory",
        ok=False,
        detail="not looked at",
        hint="They are looked at, and mend themselves, once the twin starts.",
        optional=True,
    )
    return Diagnosis((*found, unseen))
