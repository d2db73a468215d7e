"""Where a twin is put together: the one place that chooses concrete parts and wires them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime

from memory.doctor import check_memory as check_memories
from memory.ledger import SqliteLedger
from memory.memoriser import TwinMemory
from twin import doctor
from twin.doctor import CheckFunction
from twin.errors import MemoryIndexError, TwinError
from twin.events import Progress
from twin.language.embedder import load_embedder
from twin.language.engine import EmbeddedLanguageModel
from twin.models.background import Background
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.hub import install_from_hub
from twin.models.resolve import WeightsStore
from twin.ports import Embedder, Job, LanguageModel, Transcriber
from twin.requests import Check, WeightsInfo, WeightsList
from twin.service import Conversation, Models, Parts, Twin
from twin.settings import Settings
from twin.speech.dictation import Dictation
from twin.speech.engine import WhisperTranscriber
from twin.speech.recordings import Recordings
from twin.speech.vocabulary import RecogniserVocabulary


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

        embedder: Background[Embedder] = Background(
            Role.EMBEDDER, settings.embedder, lambda: _load_embedder(settings, store), then=lambda: _catch_up(memory)
        )
        recogniser: Background[Transcriber] = Background(
            Role.RECOGNISER, settings.recogniser, lambda: _load_recogniser(settings, store)
        )
        language_model: Background[LanguageModel] = Background(
            Role.LANGUAGE_MODEL, settings.language_model, lambda: _load_language_model(settings, store)
        )
        memory = TwinMemory(
            ledger,
            chroma_folder=home.chroma,
            embedder=embedder.ready,
            wait_for_embedder=embedder.wait,
            embedder_name=settings.embedder,
            delete_recording=recordings.delete,
            chroma_url=settings.chroma_url,
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
                )
            )

        conversation: Background[Conversation] = Background("conversation", "LangGraph", load_conversation)
        parts = Parts(
            home=str(home.root),
            idle_minutes=settings.engine_idle_minutes,
            preload=settings.preload,
            ledger=ledger,
            memoriser=memory,
            recall=memory.recall,
            dictation=Dictation(ledger, recordings, recogniser.wait, clock),
            is_common=RecogniserVocabulary(lambda: store.resolve(settings.recogniser, Role.RECOGNISER).path).knows,
            models=Models(embedder, recogniser, language_model, conversation),
            checks=lambda job: _checks(settings, store, ledger, memory, recordings, job),
            rebuild_index=memory.rebuild_index,
            weights=lambda: WeightsList(store.listing(_in_use(settings))),
            install_weights=lambda name, job: _install(settings, store, name, job),
            close=opened.pop_all().close,
        )
    return Twin(parts, started_at=started_at, stop=stop)


# --- models ----------------------------------------------------------------------------------------------------


def _load_embedder(settings: Settings, store: WeightsStore) -> Embedder:
    weights = store.resolve(settings.embedder, Role.EMBEDDER)
    return load_embedder(weights.path, name=weights.name, threads=settings.model_threads)


def _catch_up(memory: TwinMemory) -> None:
    """Index what was said while there was no embedder. If the index is broken, recall goes by words and says so."""
    with suppress(MemoryIndexError):
        memory.catch_up()


def _load_recogniser(settings: Settings, store: WeightsStore) -> Transcriber:
    return WhisperTranscriber(
        store.resolve(settings.recogniser, Role.RECOGNISER),
        language=settings.language,
        beam_size=settings.beam_size,
        compute_type=settings.compute_type,
        threads=settings.model_threads,
    )


def _load_language_model(settings: Settings, store: WeightsStore) -> LanguageModel:
    weights = store.resolve(settings.language_model, Role.LANGUAGE_MODEL)
    return EmbeddedLanguageModel(
        weights.path, name=weights.name, context_tokens=settings.context_tokens, threads=settings.model_threads
    )


def _in_use(settings: Settings) -> tuple[str, ...]:
    return settings.recogniser, settings.embedder, settings.language_model


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
    home = settings.home_folder

    def weights_check(name: str, role: Role) -> CheckFunction:
        def check() -> Check:
            weights = store.resolve(name, role, deep=True)
            return Check(f"{role} weights", ok=True, detail=f"{weights.name}, every file as it should be (sha256)")

        return check

    with suppress(TwinError):  # the check of the profile says what is wrong with it
        memory.wait_until_ready(job)

    def check_recordings() -> Check:
        known = {utterance.audio_sha256 for utterance in ledger.utterances(limit=1_000_000)}
        missing = sorted(sha256 for sha256 in known if not recordings.path(sha256).is_file())
        orphans = recordings.orphans(known)
        if missing:
            hint = "Put the home folder's audio back from a backup; the texts are whole."
            return Check("recordings", ok=False, detail=f"{len(missing)} of {len(known)} are missing", hint=hint)
        if orphans and not known:
            return Check(
                "recordings",
                ok=False,
                detail=f"there are {len(orphans)}, and the ledger knows of none: it may have been lost",
                hint="Put the ledger back from a backup; or recognise them again with `twin dictate FILE`.",
            )
        if orphans:
            paths = ", ".join(str(recordings.path(sha256)) for sha256 in orphans[:3])
            return Check(
                "recordings",
                ok=False,
                detail=f"{len(orphans)} were kept when recognising them failed",
                hint=f"Recognise them again with `twin dictate FILE`, or delete them: {paths}",
                optional=True,
            )
        return Check("recordings", ok=True, detail=f"{len(known)}, none missing")

    return (
        ("home folder", lambda: doctor.check_home(home)),
        ("disk", lambda: doctor.check_disk(home)),
        ("memory", doctor.check_memory),
        ("processor", doctor.check_processor),
        ("microphone", doctor.check_microphone),
        *((f"{role} weights", weights_check(name, role)) for name, role in (
            (settings.recogniser, Role.RECOGNISER),
            (settings.embedder, Role.EMBEDDER),
            (settings.language_model, Role.LANGUAGE_MODEL),
        )),
        ("recordings", check_recordings),
        *check_memories(ledger, memory.profile),
    )  # fmt: skip
