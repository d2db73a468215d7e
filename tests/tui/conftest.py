"""A terminal UI over a scripted client, in a world where it is always 9:30 on 4 March 2026, UTC."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import FakeClient
from tests.tui.script import NOW, SESSION
from tests.tui.seen import Twin
from tui.app import TwinApp
from twin.paths import Home

OpenTwin = Callable[..., AbstractAsyncContextManager[Twin]]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def client() -> Iterator[FakeClient]:
    client = FakeClient()
    yield client
    client.close()


@pytest.fixture
def make_app(client: FakeClient, home: Home, tmp_path: Path) -> Callable[[], TwinApp]:
    def make() -> TwinApp:
        app = TwinApp(client, home, session_id=SESSION, now=lambda: NOW, here=tmp_path)
        app.animation_level = "none"
        return app

    return make


@pytest.fixture
def open_twin(make_app: Callable[[], TwinApp]) -> OpenTwin:
    """Open the UI at a size, and wait until it has shown what there is to show at first."""

    @asynccontextmanager
    async def opened(width: int = 120, height: int = 40) -> AsyncIterator[Twin]:
        app = make_app()
        async with app.run_test(size=(width, height)) as pilot:
            twin = Twin(app, pilot)
            await twin.until(lambda: not app.screen.query("#fetching"))
            await twin.until(lambda: not app.calls.running)
            yield twin

    return opened
