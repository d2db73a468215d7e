"""The engine's HTTP side: one route, ``POST /v1/VERB`` with the request as JSON, answered by a stream of JSON lines.

It listens on a Unix socket (mode 0600) in the private home folder and nowhere else. An empty line every second
keeps the stream alive while a job is silent, so that each end notices when the other is gone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from twin.engine.jobs import Jobs, unknown_verb
from twin.errors import NotUnderstoodError
from twin.events import encode_error
from twin.requests import REQUESTS, Request

HEARTBEAT_SECONDS = 1.0
GATHER_SECONDS = 0.025
"""So long a line may wait for others, once one was sent: less than anybody sees."""
IDENTITY_HEADER = "x-twin-identity"
MEDIA_TYPE = "application/x-ndjson"


def build_app(jobs: Jobs, identity: str) -> Starlette:
    """The ASGI application over ``jobs``; a client of another ``identity`` is answered 409."""

    async def run(http: HttpRequest) -> Response:
        if http.headers.get(IDENTITY_HEADER, identity) != identity:
            return Response(status_code=409)
        verb = REQUESTS.get(http.path_params["verb"])
        if verb is None:
            return _refusal(unknown_verb(http.path_params["verb"]))
        try:
            request: Request[Any] = msgspec.json.decode(await http.body(), type=verb)
        except msgspec.MsgspecError as error:
            return _refusal(NotUnderstoodError(f"The request does not fit {verb.__name__.lower()}: {error}."))
        return StreamingResponse(_lines(jobs, request), media_type=MEDIA_TYPE)

    return Starlette(routes=[Route("/v1/{verb}", run, methods=["POST"])])


def _refusal(error: NotUnderstoodError) -> Response:
    return Response(encode_error(error), media_type=MEDIA_TYPE, status_code=400)


class _Outbox:
    """Lines on their way from a job's thread to the loop. Those that come while it rests are sent together.

    To wake the loop, the server and the client for every word of a reply cost the model that is making it one part in
    twelve of its speed, where all share two cores."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: deque[bytes] = deque()
        self._ready = asyncio.Event()
        self._ended = asyncio.Event()
        self._resting = False

    def put(self, line: bytes | None) -> None:
        """Add a line, or the end; from any thread."""
        # The loop is closed only when the process ends; a job that outlives it has nobody left to tell.
        if self._loop.is_closed():
            return
        if line is None:
            self._loop.call_soon_threadsafe(self._end)
            return
        self._lines.append(line)
        if not self._resting:  # or else take() looks once it has rested
            self._loop.call_soon_threadsafe(self._ready.set)

    def _end(self) -> None:
        self._ended.set()
        self._ready.set()

    async def take(self, seconds: float) -> tuple[bytes, bool]:
        """All that is there, waiting up to ``seconds`` for something; and whether that was the last."""
        if not self._lines and not self._ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), seconds)
        self._ready.clear()
        ended = self._ended.is_set()
        ready = []
        while self._lines:
            ready.append(self._lines.popleft())
        return b"".join(ready), ended

    async def rest(self, seconds: float) -> None:
        """Let lines come together, unless there is an end to them."""
        self._resting = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        self._resting = False


async def _lines(jobs: Jobs, request: Request[Any]) -> AsyncIterator[bytes]:
    outbox = _Outbox()
    job_id = jobs.start(request, outbox.put)
    try:
        while True:
            lines, ended = await outbox.take(HEARTBEAT_SECONDS)
            if lines or not ended:
                yield lines or b"\n"
            if ended:
                return
            await outbox.rest(GATHER_SECONDS)
    finally:
        # Reached at the end, and also when the client is gone in the middle.
        if not request.survives_disconnect:
            jobs.cancel(job_id)
