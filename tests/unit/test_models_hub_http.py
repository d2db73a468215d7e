"""Fetching weights over HTTP from a hub on loopback: progress by bytes, stopping, going on, and networks that fail."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from twin.errors import CancelledByPersonError, WeightsError
from twin.models.cache import WeightsCache
from twin.models.hub import install_from_hub
from twin.models.resolve import WeightsStore

REVISION = "a" * 40
GGUF = b"GGUF" + bytes(range(256)) * 12_000
"""Three blocks of a megabyte."""


class LoopbackHub(ThreadingHTTPServer):
    """As much of the hub as fetching needs. ``cut_after``: a file's connection breaks after so many bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {"tiny.gguf": GGUF, "README.md": b"# hello"}
        self.cut_after: int | None = None
        self.goes_on = True
        self.ranges: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackHub

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/someone/something"):
            self._answer(200, json.dumps(self._listing()).encode())
        elif self.path.startswith(f"/someone/something/resolve/{REVISION}/"):
            self._send_file(self.server.files[self.path.rsplit("/", 1)[1]])
        else:
            self._answer(404, b'{"error": "Repository not found"}')

    def _listing(self) -> dict[str, Any]:
        siblings = [
            {"rfilename": name, "size": len(content), "lfs": {"sha256": hashlib.sha256(content).hexdigest(),
             "size": len(content), "pointerSize": 1} if name.endswith("gguf") else None}
            for name, content in self.server.files.items()
        ]  # fmt: skip
        return {"id": "someone/something", "sha": REVISION, "tags": ["license:mit"], "siblings": siblings}

    def _send_file(self, content: bytes) -> None:
        wanted = self.headers.get("Range", "")
        self.server.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.goes_on else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        rest = content[start:]
        self.wfile.write(rest if self.server.cut_after is None else rest[: self.server.cut_after])
        self.close_connection = True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    server = LoopbackHub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        server.url + "/{repo_id}/resolve/{revision}/{filename}",
    )
    yield server
    server.shutdown()
    server.server_close()
    from huggingface_hub.utils import close_session  # type: ignore[attr-defined]

    close_session()


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return WeightsStore(WeightsCache(tmp_path / "cache"))


NAME = "someone/something/tiny.gguf"


def install(store: WeightsStore, seen: list[float] | None = None, *, stop_at: float = 2.0) -> Path:
    def on_progress(message: str, fraction: float) -> None:
        if seen is not None:
            seen.append(fraction)
        if fraction >= stop_at:
            raise CancelledByPersonError("Cancelled.")

    return install_from_hub(store, NAME, on_progress).path


def test_a_file_arrives_whole_with_its_hash_and_progress_by_bytes(store: WeightsStore, hub: LoopbackHub) -> None:
    seen: list[float] = []
    path = install(store, seen)
    assert path.read_bytes() == GGUF
    assert len(seen) >= 4
    assert seen == sorted(seen)
    info = store.info(NAME)
    assert (info.sha256, info.state, info.licence) == (hashlib.sha256(GGUF).hexdigest(), "verified", "mit")
    path.write_bytes(b"GGUF changed")
    assert store.info(NAME).state == "damaged"


def test_a_stop_leaves_no_half_model_and_the_next_time_goes_on(store: WeightsStore, hub: LoopbackHub) -> None:
    with pytest.raises(CancelledByPersonError):
        install(store, stop_at=0.3)
    assert not store.hub_folder(NAME).exists()
    assert all(row.name != NAME for row in store.listing())
    seen: list[float] = []
    assert install(store, seen).read_bytes() == GGUF
    assert hub.ranges[0] == ""
    assert hub.ranges[1].startswith("bytes=")
    assert seen[0] > 0.3
    assert not any((store.cache.root / "downloads").iterdir())


def test_a_hub_that_cannot_go_on_begins_again(store: WeightsStore, hub: LoopbackHub) -> None:
    with pytest.raises(CancelledByPersonError):
        install(store, stop_at=0.3)
    hub.goes_on = False
    assert install(store).read_bytes() == GGUF


def test_a_connection_that_breaks_is_a_sentence_and_the_next_time_goes_on(
    store: WeightsStore, hub: LoopbackHub
) -> None:
    hub.cut_after = 2_000_000
    with pytest.raises(WeightsError, match="could not be fetched from the hub"):
        install(store)
    hub.cut_after = None
    assert install(store).read_bytes() == GGUF
    assert hub.ranges[1].startswith("bytes=")


def test_what_was_kept_of_another_file_is_not_taken_for_this_one(store: WeightsStore, hub: LoopbackHub) -> None:
    with pytest.raises(CancelledByPersonError):
        install(store, stop_at=0.3)
    (kept,) = (store.cache.root / "downloads").glob("*/tiny.gguf")
    kept.write_bytes(b"x" * kept.stat().st_size)
    with pytest.raises(WeightsError, match="arrived damaged"):
        install(store)
    assert install(store).read_bytes() == GGUF


def test_a_hub_that_is_not_there_is_a_sentence(
    store: WeightsStore, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match="could not be fetched from the hub") as caught:
        install(store)
    assert "network" in caught.value.hint


def test_an_unknown_repository_is_a_sentence(store: WeightsStore, hub: LoopbackHub) -> None:
    with pytest.raises(WeightsError, match="could not be fetched"):
        install_from_hub(store, "no/such", lambda message, fraction: None)
