"""The engine's HTTP side: one route, ``POST /v1/VERB`` with the request as JSON, answered by a stream of JSON lines.

It listens on a Unix socket (mode 0600) in the private home folder and nowhere else. An empty line every second
keeps the stream alive while a job is silent, so that each end notices when the other is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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


async def _lines(jobs: Jobs, request: Request[Any]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(line: bytes | None) -> None:
        # The loop is closed only when the process ends; a job that outlives it has nobody left to tell.
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, line)

    job_id = jobs.start(request, send)
    try:
        while True:
            try:
                line = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b"\n"
                continue
            if line is None:
                return
            yield line
    finally:
        # Reached at the end, and also when the client is gone in the middle.
        if not request.survives_disconnect:
            jobs.cancel(job_id)
