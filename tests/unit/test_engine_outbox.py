"""Lines from a job's thread to the loop: all of them, in order, together where they come together."""

from __future__ import annotations

import asyncio
import threading
import time

import msgspec

from twin.engine.jobs import Jobs
from twin.engine.server import _lines, _Outbox
from twin.events import Token
from twin.ports import Job
from twin.requests import Ask, Request


async def test_every_line_arrives_once_and_in_order_however_fast_they_come() -> None:
    outbox = _Outbox()
    sent = [f"{number}\n".encode() for number in range(3000)]

    def send() -> None:
        for number, line in enumerate(sent):
            outbox.put(line)
            if number % 500 == 0:
                time.sleep(0.003)
        outbox.put(None)

    threading.Thread(target=send).start()
    got, ended, takes = b"", False, 0
    while not ended:
        lines, ended = await outbox.take(5.0)
        got += lines
        takes += 1
        await outbox.rest(0.001)
    assert got == b"".join(sent)
    assert takes < 1000, "they come together"


async def test_silence_is_told_from_an_end() -> None:
    outbox = _Outbox()
    assert await outbox.take(0.01) == (b"", False)
    outbox.put(b"last\n")
    outbox.put(None)
    assert await outbox.take(5.0) == (b"last\n", False)
    assert await outbox.take(5.0) == (b"", True)


async def test_an_end_cuts_a_rest_short() -> None:
    outbox = _Outbox()
    asyncio.get_running_loop().call_later(0.01, outbox.put, None)
    await asyncio.wait_for(outbox.rest(60.0), 5.0)


async def test_a_stream_has_all_its_lines_and_ends() -> None:
    class Talker:
        def handle(self, request: Request[object], job: Job) -> object:
            for number in range(50):
                job.emit(Token(str(number)))
            return "done"

    stream = b"".join([block async for block in _lines(Jobs(Talker()), Ask("?"))])
    documents = [msgspec.json.decode(line) for line in stream.splitlines() if line]
    assert [one["data"]["text"] for one in documents if one.get("event") == "Token"] == [str(n) for n in range(50)]
    assert documents[-1] == {"result": "done"}
