"""Shared fixtures: a home folder of its own for every test, and a clock that stands where the test puts it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from hypothesis import settings

from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.chroma import ChromaServerProcess
from tests.fakes import FakeEmbedder
from tests.memories import memory_of
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights, WeightsStore
from twin.paths import Home
from twin.ports import Embedder

if TYPE_CHECKING:
    from twin.language.engine import EmbeddedLanguageModel
    from twin.ports import Audio
    from twin.speech.engine import WhisperTranscriber

REPOSITORY = Path(__file__).parent.parent


_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4_000_000_000


def pytest_configure() -> None:
    """Homes of tests lie in memory where there is room: a ledger waits for the disk at each transaction, which is what
    a power cut would need, and no test cuts the power."""
    if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK):
        free = min(shutil.disk_usage(_IN_MEMORY).free, psutil.virtual_memory().available // 2)
        if free >= _ROOM_BYTES:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))


settings.register_profile("patient", deadline=None)  # a slow machine is no failure
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Every test has its own ``TWIN_HOME``, created and private; none can touch the person's."""
    monkeypatch.setenv("TWIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    if request.node.get_closest_marker("weights"):
        monkeypatch.setenv("TWIN_THREADS", "1")  # other tests run beside this one
    return Home.locate().create()


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(datetime(2026, 3, 4, 9, 30, tzinfo=UTC))


# --- memory ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(home: Home, clock: HeldClock) -> Iterator[SqliteLedger]:
    opened = SqliteLedger(home.ledger, clock)
    yield opened
    opened.close()


# --- weights and speech ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def weights_cache() -> Iterator[WeightsCache]:
    """One cache for all tests and all their runs, beside the code, so that weights are put together once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWIN_CACHE", os.environ.get("TWIN_CACHE") or str(REPOSITORY / ".cache" / "tests"))
        yield WeightsCache.locate()


@pytest.fixture(scope="session")
def weights_store(weights_cache: WeightsCache) -> WeightsStore:
    return WeightsStore(weights_cache)


@pytest.fixture(scope="session")
def recogniser_weights(weights_store: WeightsStore) -> LocalWeights:
    return weights_store.resolve("whisper-base", Role.RECOGNISER)


@pytest.fixture(scope="session")
def transcriber(recogniser_weights: LocalWeights) -> WhisperTranscriber:
    """The real recogniser, loaded once."""
    from twin.speech.engine import WhisperTranscriber

    return WhisperTranscriber(recogniser_weights, threads=1)


SPOKEN_TEXT = "The quick brown fox jumps over the lazy dog near the river bank."


@pytest.fixture(scope="session")
def voice() -> Any:
    """A synthetic voice; it says the same every time it is given the same seed."""
    hibari = pytest.importorskip("hibari", reason="hibari-tts speaks the tests' sentences")
    return hibari.Hibari()


@pytest.fixture(scope="session")
def spoken(voice: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wav in which a voice says ``SPOKEN_TEXT``: 24 kHz, mono, 16 bits, about 4 seconds."""
    path = tmp_path_factory.mktemp("spoken") / "fox.wav"
    voice.save(SPOKEN_TEXT, str(path), seed=1)
    return path


@pytest.fixture(scope="session")
def say(voice: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Audio]:
    """Any text, spoken once and decoded; not to be written to."""
    path = tmp_path_factory.mktemp("say") / "said.wav"

    @cache
    def speak(text: str) -> Audio:
        from twin.speech.audio import decode

        voice.save(text, str(path), seed=1)
        audio = decode(path)
        audio.setflags(write=False)
        return audio

    return speak


@pytest.fixture(scope="session")
def eval_folder() -> Path:
    """The development data, which is no part of the project; tests that want it are skipped without it."""
    folder = Path(os.environ.get("TWIN_EVAL_DIR") or REPOSITORY.parent / "shared" / "eval")
    if not folder.is_dir():
        pytest.skip("no development data here (TWIN_EVAL_DIR)")
    return folder


# --- memory and language: real weights ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def minilm_folder(weights_store: WeightsStore) -> Path:
    return weights_store.resolve("all-minilm-l6-v2", Role.EMBEDDER).path


@pytest.fixture(scope="session")
def minilm(minilm_folder: Path) -> Embedder:
    from twin.language.embedder import load_embedder

    return load_embedder(minilm_folder, name="all-minilm-l6-v2", threads=1)


@pytest.fixture(scope="session")
def smollm2_gguf(weights_store: WeightsStore) -> Path:
    return weights_store.resolve("smollm2-135m-instruct", Role.LANGUAGE_MODEL).path


@pytest.fixture(scope="session")
def smollm2(smollm2_gguf: Path) -> Iterator[EmbeddedLanguageModel]:
    from twin.language.engine import EmbeddedLanguageModel

    model = EmbeddedLanguageModel(smollm2_gguf, name="smollm2-135m-instruct", context_tokens=512, threads=1)
    yield model
    model.close()


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServerProcess]:
    """One real Chroma server for all tests; each ledger has a collection of its own on it. Not to be stopped."""
    server = ChromaServerProcess(tmp_path_factory.mktemp("chroma-server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chroma_url(request: pytest.FixtureRequest) -> str:
    """The setting of that name: empty, or the server's in the second run of a test of memory."""
    if getattr(request, "param", "embedded") == "embedded":
        return ""
    server: ChromaServerProcess = request.getfixturevalue("chroma_server")
    return server.url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of memory that come to vectors run with Chroma in this process and again with a Chroma server."""
    if "chroma_url" in metafunc.fixturenames and metafunc.definition.path.match("unit/test_memory_*.py"):
        metafunc.parametrize("chroma_url", ["embedded", "server"], indirect=True)


@pytest.fixture
def memory(home: Home, ledger: SqliteLedger, chroma_url: str) -> Iterator[TwinMemory]:
    """A memory whose embedder is a fake and ready; recordings are files in ``home/audio`` named by their hash."""
    opened = memory_of(
        ledger,
        home,
        FakeEmbedder(),
        delete_recording=lambda sha256: (home.audio / f"{sha256}.flac").unlink(missing_ok=True),
        chroma_url=chroma_url,
    )
    yield opened
    opened.close()
