"""The embedded language model: a GGUF file on llama.cpp, in this process.

llama.cpp comes through xllamacpp, whose server object is called in process but always opens a listener as well. Ours is
a Unix socket with a random key in a private folder, and its name is taken away as soon as the model is loaded: nothing
can connect to it any more, not even this user's other programs. Its log is off, so no text reaches stderr or a file.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import Any

from twin.errors import ModelError
from twin.language.fitting import ROOM_AFTER_DROPPING, as_dicts, too_long, turns, without_oldest
from twin.ports import ChatMessage

_SILENT = -1
_PROMPT_BATCH_TOKENS = 128
"""A cancel takes effect between batches; larger ones read a prompt hardly faster on a CPU."""
_PROMPT_CACHE_MIB = 128
"""For the prompts of other conversations; the current one keeps its own place."""
_REPEAT_PENALTY = 1.1
"""Small models loop without it. Not with an adapter: those that there are quote, and to quote is to repeat."""
_SLEEP_AT_ONCE = 0
"""How long (of 100) threads spin before they sleep when they wait for each other. With the default of 50, one other
busy program on two cores brought 140 tokens a second down to 4; so, to 119."""
_POLL_SECONDS = 0.02
_FIRST_TOKENS = 40
"""Of the tokens with which a reply may begin, how many are told."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one reply took: tokens of the prompt, how many of them were still in the cache, and the speed."""

    prompt_tokens: int
    cached_tokens: int
    reply_tokens: int
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class _TooLong:
    """The prompt leaves no room for the reply."""

    prompt_tokens: int


@dataclass(frozen=True, slots=True)
class _Done:
    error: ModelError | None = None


_Piece = str | _TooLong | _Done


class EmbeddedLanguageModel:
    """Implements :class:`twin.ports.LanguageModel`. Replies queue up behind each other; safe from any thread."""

    def __init__(
        self,
        gguf: Path,
        *,
        name: str,
        context_tokens: int,
        threads: int,
        adapters: Mapping[str, Path] | None = None,
    ) -> None:
        """Load the weights, which takes about a second. ``adapters`` are GGUF files by name: none is used but where it
        is asked for. Raises :class:`ModelError`."""
        self.model = name
        self.last_usage: Usage | None = None
        self._context_tokens = context_tokens
        self.adapters = tuple(adapters or ())
        self._server = _load(gguf, context_tokens, threads, tuple((adapters or {}).values()))

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.2,
        seed: int = 0,
        stop: Sequence[str] = (),
        cancelled: Flag | None = None,
        adapter: str = "",
        never: Sequence[str] = (),
    ) -> Iterator[str]:
        """See the port. When the context is too short for all of ``messages``, the oldest turns are left out."""
        kept = list(messages)
        while True:
            request = {
                "messages": as_dicts(kept),
                "max_tokens": max_tokens,
                "temperature": temperature,
                "seed": seed,
                "stop": list(stop),
                "repeat_penalty": 1.0 if adapter else _REPEAT_PENALTY,
                "cache_prompt": True,
                "stream": True,
                "return_progress": True,
                "lora": self._scales(adapter),
                "logit_bias": [[token, False] for token in never],
            }
            room = self._context_tokens - max_tokens if turns(kept) > 1 else self._context_tokens
            excess: _TooLong | None = None
            for piece in self._pieces(request, room, cancelled or Flag()):
                if isinstance(piece, _TooLong):
                    excess = piece
                else:
                    yield piece
            if excess is None:
                return
            if turns(kept) <= 1:
                hint = "Say it in parts, or raise the setting `context_tokens`."
                raise too_long(excess.prompt_tokens, self._context_tokens, hint=hint)
            kept = without_oldest(kept, excess.prompt_tokens, int(room * ROOM_AFTER_DROPPING))

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        """See the port."""
        found: dict[str, float] = {}

        def on_answer(answer: dict[str, Any]) -> bool:
            for choice in answer.get("choices", ()):
                for token in (choice.get("logprobs") or {}).get("content", ()):
                    found.update({one["token"]: one["logprob"] for one in token["top_logprobs"]})
            return False

        server = self._server
        if server is None:
            raise ModelError("The language model was closed.")
        request = {
            "messages": as_dicts(messages),
            "max_tokens": 1,
            "temperature": 0.0,
            "logprobs": True,
            "top_logprobs": _FIRST_TOKENS,
            "cache_prompt": True,
            "lora": self._scales(adapter),
        }
        try:
            server.handle_chat_completions(request, on_answer)
        except (RuntimeError, ValueError) as failure:
            raise ModelError(f"The language model failed ({failure}).", hint="Run `twin doctor`.") from failure
        return found

    def _scales(self, adapter: str) -> list[dict[str, float]]:
        """How much of each adapter is used: all of the one that is named, nothing of the others."""
        return [{"id": place, "scale": float(name == adapter)} for place, name in enumerate(self.adapters)]

    def close(self) -> None:
        """Free the weights, once the running reply is over."""
        self._server = None

    def _pieces(self, request: dict[str, Any], room: int, cancelled: Flag) -> Iterator[str | _TooLong]:
        """Run one generation in a thread of its own and hand on what it produces, until it is over or not wanted."""
        pieces: SimpleQueue[_Piece] = SimpleQueue()
        unwanted = Flag()
        thread = Thread(target=self._generate, args=(request, room, pieces, unwanted), name="language-model")
        thread.start()
        try:
            while not cancelled.is_set():
                try:
                    piece = pieces.get(timeout=_POLL_SECONDS)
                except Empty:
                    continue
                if isinstance(piece, _Done):
                    if piece.error is not None:
                        raise piece.error
                    return
                yield piece
                if isinstance(piece, _TooLong):
                    return
        finally:
            unwanted.set()

    def _generate(self, request: dict[str, Any], room: int, pieces: SimpleQueue[_Piece], unwanted: Flag) -> None:
        error: ModelError | None = None

        def on_chunk(chunk: dict[str, Any]) -> bool:
            """Called by llama.cpp for each piece; true stops it."""
            nonlocal error
            if "error" in chunk:
                if chunk["error"].get("type") == "exceed_context_size_error":
                    pieces.put(_TooLong(chunk["error"]["n_prompt_tokens"]))
                else:
                    error = ModelError(
                        f"The language model stopped: {chunk['error'].get('message', 'no reason given')}."
                    )
                return True
            progress = chunk.get("prompt_progress")
            if progress is not None and progress["total"] > room:
                pieces.put(_TooLong(progress["total"]))
                return True
            for choice in chunk.get("choices", ()):
                if text := choice["delta"].get("content"):
                    pieces.put(text)
            if timings := chunk.get("timings"):
                self.last_usage = Usage(
                    prompt_tokens=timings["cache_n"] + timings["prompt_n"],
                    cached_tokens=timings["cache_n"],
                    reply_tokens=timings["predicted_n"],
                    tokens_per_second=timings["predicted_per_second"],
                )
            return unwanted.is_set()

        try:
            server = self._server
            if server is None:
                error = ModelError("The language model was closed.")
            else:
                server.handle_chat_completions(request, on_chunk)
        except (RuntimeError, ValueError) as failure:
            error = ModelError(f"The language model failed ({failure}).", hint="Run `twin doctor`.")
        finally:
            pieces.put(_Done(error))


def _load(gguf: Path, context_tokens: int, threads: int, adapters: Sequence[Path]) -> Any:
    import xllamacpp

    if not gguf.is_file():
        raise ModelError(f"There are no language weights at {gguf}.", hint="Run `twin doctor`.")
    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    loras = []
    for file in adapters:
        lora = xllamacpp.CommonAdapterLoraInfo()
        lora.path, lora.scale = str(file), 0.0
        loras.append(lora)
    params.lora_adapters = loras
    params.n_ctx = context_tokens
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = _PROMPT_BATCH_TOKENS
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    for processor in (params.cpuparams, params.cpuparams_batch):
        processor.n_threads = threads
        processor.poll = _SLEEP_AT_ONCE
    params.verbosity = _SILENT
    params.warmup = False
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.n_threads_http = 1
    params.api_keys = [secrets.token_hex(32)]
    with tempfile.TemporaryDirectory(prefix="twin-") as private_folder:
        socket = os.path.join(private_folder, "l.sock")  # noqa: PTH118 - becomes a C string
        params.hostnames = [socket]
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelError(
                f"The language weights {gguf} cannot be used ({error}).",
                hint="Run `twin doctor`, or choose other weights with the setting `language_model`.",
            ) from error
    return server
