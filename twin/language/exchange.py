"""One exchange with a language server over HTTP, and every way in which it can fail, as a sentence.

The standard library speaks HTTP here as it does between the twin's own processes: it is light, follows no redirect,
reads no proxy from the environment, and so sends what the person said to the address they named and to no other.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from twin.errors import ModelError, SettingsError

_CONNECT_SECONDS = 5.0
_MOST_LINE_BYTES = 1 << 20
_MOST_BODY_BYTES = 1 << 22
_OTHERWISE = "Start it, or go back to a model on this machine: twin models use smollm2-135m-instruct"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that the server answered with: its HTTP status, and what it says of it (``message``, ``type`` …)."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. ``path`` is what stands before ``/chat/completions``; ``shown`` holds no secret."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.path}"

    @property
    def root(self) -> str:
        """The path without the API's version, where llama.cpp has what OpenAI has not."""
        return self.path.removesuffix("/v1")


def read_address(url: str) -> Address:
    """Read ``http[s]://host[:port][/path]``; without a path, ``/v1`` is meant. Raises :class:`SettingsError`."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{url} is no address of a server.", hint="It looks like this: http://127.0.0.1:11434/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "A server's address holds no name, password or parameters.",
            hint="Put the key into an environment variable, and its name into the setting `server_key_variable`.",
        )
    secure = parts.scheme == "https"
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return Address(secure, parts.hostname, port or (443 if secure else 80), path)


@dataclass(slots=True)
class Exchange:
    """A request and its answer, on a connection of its own. :meth:`close` ends it at once, from any thread.

    ``silence_seconds``: so long may the server say nothing."""

    address: Address
    key: str = field(repr=False)
    silence_seconds: float
    refusal: Refusal | None = None
    """What the server said, where the error that was raised is one of its own."""
    _socket: socket.socket | None = None
    _closed: bool = False

    def get(self, path: str) -> Any:
        """The JSON document at ``path`` (from the server's root). Raises :class:`ModelError`."""
        with self._failures(), self._sent("GET", path, None) as response:
            body = response.read(_MOST_BODY_BYTES)
            self._refuse(response, body)
        try:
            return json.loads(body)
        except ValueError as error:
            raise self._nonsense("no JSON") from error

    def stream(self, path: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Post ``request`` and give each JSON document of the server-sent events, as it comes.

        Ends at ``[DONE]``. Raises :class:`ModelError`, also where the stream ends before that."""
        with self._failures(), self._sent("POST", path, json.dumps(request).encode()) as response:
            if response.status != http.client.OK:
                self._refuse(response, response.read(_MOST_BODY_BYTES))
            kind = response.headers.get_content_type()
            if kind != "text/event-stream":
                raise self._nonsense(f"{kind} where a stream of events was asked for")
            while line := response.readline(_MOST_LINE_BYTES):
                name, _, value = line.decode("utf-8", "replace").partition(":")
                if value.strip() == "[DONE]":
                    return
                if not line.endswith(b"\n"):
                    break
                if name not in ("data", "error"):
                    continue  # a comment that keeps the stream alive, or a field that nothing hangs on
                document = self._decoded(value.encode())
                if "error" in document or name == "error":
                    raise self._refused(response.status, document)
                yield document
        raise self._cut_off()

    def close(self) -> None:
        """End it. What another thread waits for ends at once."""
        self._closed = True
        connected = self._socket
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)  # wakes who reads; closing alone would not

    # --- within -----------------------------------------------------------------------------------------------

    @contextmanager
    def _sent(self, method: str, path: str, body: bytes | None) -> Iterator[http.client.HTTPResponse]:
        kind = http.client.HTTPSConnection if self.address.secure else http.client.HTTPConnection
        headers = {"Accept": "application/json, text/event-stream"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        with closing(kind(self.address.host, self.address.port, timeout=_CONNECT_SECONDS)) as connection:
            self._connect(connection)
            self._socket = connection.sock
            if self._closed:
                raise ConnectionAbortedError
            connection.request(method, path, body, headers)
            with connection.getresponse() as response:
                yield response

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what the network does into sentences."""
        address = self.address.shown
        try:
            yield
        except TimeoutError as error:
            raise ModelError(
                f"The language server at {address} has said nothing for {self.silence_seconds:g} s.",
                hint="It may be loading its model: try again in a while, or raise the setting `server_seconds`.",
            ) from error
        except ssl.SSLError as error:
            raise ModelError(
                f"The language server at {address} cannot prove that it is the one ({error.reason}).", hint=_OTHERWISE
            ) from error
        except (http.client.IncompleteRead, ConnectionError) as error:
            raise self._cut_off() from error
        except http.client.HTTPException as error:
            raise self._nonsense("no HTTP") from error
        except OSError as error:
            raise ModelError(
                f"The language server at {address} cannot be reached ({error.strerror or error}).", hint=_OTHERWISE
            ) from error

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        try:
            connection.connect()
        except ConnectionRefusedError as error:
            raise ModelError(f"No language server runs at {self.address.shown}.", hint=_OTHERWISE) from error
        except TimeoutError as error:
            raise ModelError(
                f"The language server at {self.address.shown} cannot be reached: no answer within "
                f"{_CONNECT_SECONDS:g} s.",
                hint=_OTHERWISE,
            ) from error
        connection.sock.settimeout(self.silence_seconds)

    def _refuse(self, response: http.client.HTTPResponse, body: bytes) -> None:
        """Raise the error that an answer is, if it is one."""
        if response.status == http.client.OK:
            return
        if 300 <= response.status < 400:
            elsewhere = response.getheader("Location", "elsewhere")
            raise ModelError(
                f"The language server at {self.address.shown} sends on to {elsewhere}.",
                hint="If you trust that address, name it instead: twin models use URL",
            )
        try:
            document = json.loads(body)
        except ValueError:
            document = {}
        raise self._refused(response.status, document if isinstance(document, dict) else {})

    def _refused(self, status: int, document: dict[str, Any]) -> ModelError:
        error = document.get("error", document)
        said = error if isinstance(error, str) else ""
        body: dict[str, Any] = error if isinstance(error, dict) else {}
        said = said or str(body.get("message", ""))
        hint = "Its own log may say more."
        if status in (401, 403):
            reason = "does not accept the key" if self.key else "wants a key"
            hint = "Put the key into an environment variable, and its name into the setting `server_key_variable`."
        elif status == 404:
            reason, hint = "has no such model or no such address", "`twin models` shows what it has."
        elif status == 429:
            reason, hint = "has too much to do", "Try again in a while."
        elif status == 503:
            reason, hint = "is not ready", "It may be loading its model: try again in a while."
        else:
            reason = "failed" if status >= 500 or status == 200 else "does not understand the request"
        self.refusal = Refusal(status, body)
        stated = f": {said.rstrip('.')[:300]}" if said else f" ({status})"
        return ModelError(f"The language server at {self.address.shown} {reason}{stated}.", hint=hint)

    def _decoded(self, body: bytes) -> dict[str, Any]:
        try:
            document = json.loads(body)
        except ValueError as error:
            raise self._nonsense("no JSON") from error
        if not isinstance(document, dict):
            raise self._nonsense("no JSON object")
        return document

    def _nonsense(self, what: str) -> ModelError:
        return ModelError(
            f"What the language server at {self.address.shown} says is not understood: {what}.",
            hint="Does it speak the OpenAI protocol? Its address mostly ends in /v1.",
        )

    def _cut_off(self) -> ModelError:
        return ModelError(
            f"The language server at {self.address.shown} broke off in the middle of its reply.",
            hint="It may have stopped. Start it again and ask again.",
        )
