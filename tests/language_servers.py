"""Language servers on loopback: llama.cpp's own with the packaged weights, and one that fails in every way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KEY = "a-key-of-the-tests"


def llama_server(gguf: Path, *, adapters: Sequence[Path] = (), context_tokens: int = 512) -> Any:
    """llama.cpp's OpenAI-compatible server on a port of its own; ``listening_address`` is its URL. It wants KEY."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.model_alias = ["tiny"]
    params.n_ctx = context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.verbosity = -1
    params.warmup = False
    params.offline = True
    params.ui = False
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [KEY]
    if adapters:
        params.lora_adapters = [_lora(str(path)) for path in adapters]
        params.lora_init_without_apply = True
    return xllamacpp.Server(params)


def _lora(path: str) -> Any:
    import xllamacpp

    info = xllamacpp.CommonAdapterLoraInfo()
    info.path = path
    info.scale = 1.0
    return info


Answer = Callable[[socket.socket, bytes], None]


class ScriptedServer:
    """A TCP server whose answer to each request is a function of the test's; ``requests`` are what it was sent.

    ``closed`` is set when the client ended a connection that was still being answered."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of what was posted."""
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.requests if request[:4] == b"POST"]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            request = _whole_request(connection)
            self.requests.append(request)
            try:
                self.answer(connection, request)
            except OSError:
                self.closed.set()


@contextmanager
def scripted(answer: Answer) -> Iterator[ScriptedServer]:
    server = ScriptedServer(answer)
    try:
        yield server
    finally:
        server.close()


def _whole_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        block = connection.recv(65536)
        if not block:
            return request
        request += block
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(connection: socket.socket, status: str, kind: str, body: bytes, *headers: str) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    connection.sendall("\r\n".join((*lines, *headers, "", "")).encode() + body)


def as_json(connection: socket.socket, document: object, status: str = "200 OK") -> None:
    http(connection, status, "application/json", json.dumps(document).encode())


def begin_events(connection: socket.socket) -> None:
    """The head of a stream that ends when the connection does."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")


def event(connection: socket.socket, text: str) -> None:
    document = {"choices": [{"delta": {"content": text}}]}
    connection.sendall(b"data: " + json.dumps(document).encode() + b"\n\n")


def done(connection: socket.socket) -> None:
    connection.sendall(b"data: [DONE]\n\n")


def with_models(*models: str, then: Answer, adapters: Sequence[str] = ()) -> Answer:
    """A server that lists ``models`` (and llama.cpp's ``adapters``), and answers anything posted by ``then``."""

    def answer(connection: socket.socket, request: bytes) -> None:
        path = request.split(b" ")[1]
        if path == b"/v1/models":
            as_json(connection, {"object": "list", "data": [{"id": model} for model in models]})
        elif path == b"/lora-adapters" and adapters:
            as_json(connection, [{"id": n, "path": f"/adapters/{a}.gguf", "scale": 0} for n, a in enumerate(adapters)])
        elif request[:4] == b"POST":
            then(connection, request)
        else:
            as_json(connection, {"error": {"message": "File Not Found", "type": "not_found_error"}}, "404 Not Found")

    return answer
