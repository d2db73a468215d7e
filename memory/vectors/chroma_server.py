"""A collection on a Chroma server, by its HTTP interface (version 2, which every server since 0.6 has).

Asked for directly rather than through chromadb's own client, which waits for ever on a server that hangs, leaves its
sockets to the garbage collector, and takes half a second to import. The interface is described by the server itself,
under ``/openapi.json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import numpy as np

from memory.vectors.collection import GRAPH, CollectionKey
from twin.errors import MemoryIndexError

if TYPE_CHECKING:
    import httpx

_COLLECTIONS = "/tenants/default_tenant/databases/default_database/collections"
_KNOCK_SECONDS = 2.0
"""How long a server may take to say that it is there."""
_MEANWHILE = "recall goes by words alone until it is back, and nothing is lost."


class ChromaServer:
    """Implements :class:`memory.vectors.collection.Place` on the server at ``url``.

    ``patience_seconds`` is how long one answer may take.
    """

    def __init__(self, url: str, key: CollectionKey, *, patience_seconds: float = 10.0) -> None:
        self._url = url
        self._key = key
        self._patience_seconds = patience_seconds
        self._http: httpx.Client | None = None

    def open(self) -> _ServerCollection:
        self.close()
        self._http = self._connect()
        try:
            self._knock()
            made = self._ask("POST", _COLLECTIONS, self._wanted())
            if made["metadata"] != self._key.metadata:
                self._ask("DELETE", f"{_COLLECTIONS}/{self._key.name}")
                made = self._ask("POST", _COLLECTIONS, self._wanted())
        except MemoryIndexError:
            self.close()
            raise
        return _ServerCollection(self, f"{_COLLECTIONS}/{made['id']}")

    def mended(self) -> str:
        return ""

    def can_recover(self) -> bool:
        return False  # what is wrong with a server is for whoever runs it to mend

    def is_made(self) -> bool:
        return True

    def discard(self) -> None:
        self.open()
        try:
            self._ask("DELETE", f"{_COLLECTIONS}/{self._key.name}")
        finally:
            self.close()

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    # --- asking -------------------------------------------------------------------------------------------------

    def _connect(self) -> httpx.Client:
        import httpx

        try:
            address = urlsplit(self._url)
            usable = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise MemoryIndexError(
                f"The setting `chroma_url` is no address of a server: {self._url!r}.",
                hint="Write it like http://127.0.0.1:8000, or leave it empty to keep vectors in the home folder.",
            )
        self._shown = f"{address.scheme}://{address.netloc.rpartition('@')[2]}"
        # Private data goes straight to the server that the person named, whatever proxy the environment names.
        timeout = httpx.Timeout(self._patience_seconds, connect=min(_KNOCK_SECONDS, self._patience_seconds))
        return httpx.Client(base_url=f"{self._url.rstrip('/')}/api/v2", timeout=timeout, trust_env=False)

    def _wanted(self) -> dict[str, Any]:
        configuration = {"hnsw": GRAPH}
        name, metadata = self._key.name, self._key.metadata
        return {"name": name, "metadata": metadata, "configuration": configuration, "get_or_create": True}

    def _knock(self) -> None:
        answer = self._ask("GET", "/heartbeat", seconds=min(_KNOCK_SECONDS, self._patience_seconds))
        if not isinstance(answer, dict) or "nanosecond heartbeat" not in answer:
            raise self._stranger()

    def _ask(self, method: str, path: str, body: object = None, *, seconds: float | None = None) -> Any:
        """Raises :class:`MemoryIndexError`, which says what is wrong with the server."""
        import httpx

        if self._http is None:
            raise MemoryIndexError("The connection to the Chroma server is closed.")
        content = None if body is None else msgspec.json.encode(body)
        patience = httpx.USE_CLIENT_DEFAULT if seconds is None else seconds
        headers = {"content-type": "application/json"}
        try:
            response = self._http.request(method, path, content=content, headers=headers, timeout=patience)
        except httpx.ConnectError as error:
            raise self._trouble(f"No Chroma server answers at {self._shown} ({error}).") from error
        except httpx.TimeoutException as error:
            raise self._trouble(f"The Chroma server at {self._shown} does not answer in time.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._trouble(f"The Chroma server at {self._shown} broke off ({error}).") from error
        try:
            answer = msgspec.json.decode(response.content) if response.content else None
        except msgspec.DecodeError as error:
            raise self._stranger() from error
        if response.is_success:
            return answer
        if not isinstance(answer, dict) or "message" not in answer:
            raise self._stranger()
        raise self._trouble(f"The Chroma server at {self._shown} refused ({answer['message']}).")

    def _trouble(self, message: str) -> MemoryIndexError:
        return MemoryIndexError(message, hint=f"Start or mend it, or clear the setting `chroma_url`; {_MEANWHILE}")

    def _stranger(self) -> MemoryIndexError:
        return MemoryIndexError(
            f"What answers at {self._shown} is no Chroma server that Twin can use.",
            hint=f"Correct the setting `chroma_url`, or clear it; {_MEANWHILE}",
        )


class _ServerCollection:
    """Implements :class:`memory.vectors.collection.Collection`."""

    def __init__(self, server: ChromaServer, path: str) -> None:
        self._ask = server._ask
        self._path = path

    def get(
        self,
        *,
        ids: list[str] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include: Sequence[Any] = (),
    ) -> Any:
        wanted = {"ids": ids, "limit": limit, "offset": offset, "include": include}
        return self._ask("POST", f"{self._path}/get", wanted)

    def query(self, *, query_embeddings: Any, n_results: int, include: Sequence[Any] = ()) -> Any:
        vectors = np.asarray(query_embeddings, dtype=np.float32).tolist()
        question = {"query_embeddings": vectors, "n_results": n_results, "include": include}
        return self._ask("POST", f"{self._path}/query", question)

    def upsert(self, *, ids: list[str], embeddings: Any, metadatas: Any) -> None:
        vectors = np.asarray(embeddings, dtype=np.float32).tolist()
        self._ask("POST", f"{self._path}/upsert", {"ids": ids, "embeddings": vectors, "metadatas": metadatas})

    def delete(self, *, ids: list[str]) -> None:
        self._ask("POST", f"{self._path}/delete", {"ids": ids})
