"""A language model behind any OpenAI-compatible server: Ollama, llama.cpp, vLLM, and whatever else speaks it.

Only the address that the person named is ever reached. Adapters are selected by name where the server can: vLLM offers
each LoRA as a model of its own (https://docs.vllm.ai/en/latest/features/lora.html), llama.cpp takes a scale for each in
the request (https://github.com/ggml-org/llama.cpp/tree/master/tools/server, ``lora``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import Any

from twin.errors import ModelError
from twin.language.exchange import Exchange, Refusal, read_address
from twin.language.fitting import ROOM_AFTER_DROPPING, as_dicts, too_long, turns, without_oldest
from twin.ports import ChatMessage

_POLL_SECONDS = 0.02
"""How soon a cancel is seen while the server says nothing; a piece is handed on at once."""
_TOO_LONG = ("exceed_context_size_error", "context_length_exceeded")
_TOO_LONG_WORDS = ("maximum context length", "context size", "context window")
_WORDS_PER_TOKEN = 0.75


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server has: its models, and (llama.cpp) the adapters that it has loaded, in the order of their ids."""

    models: tuple[str, ...]
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Done:
    error: ModelError | None = None
    refusal: Refusal | None = None


class _TooManyError(Exception):
    """The server says that the messages do not fit."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


class ServerLanguageModel:
    """Implements :class:`twin.ports.LanguageModel`. Safe from any thread; the server decides what runs side by side."""

    def __init__(
        self,
        url: str,
        *,
        model: str = "",
        adapter: str = "",
        key: str = "",
        context_tokens: int = 4096,
        silence_seconds: float = 120.0,
    ) -> None:
        """Ask the server what it has. ``model`` may be left out where it has one.

        Raises :class:`ModelError` (not running, refused, unknown model or adapter), :class:`SettingsError`."""
        self._address = read_address(url)
        self._key = key
        self._context_tokens = context_tokens
        self._silence_seconds = silence_seconds
        self.offer = self._ask_what_there_is()
        self._base = self._chosen(model)
        self.use_adapter(adapter)

    @property
    def model(self) -> str:
        return self._model

    @property
    def adapters(self) -> tuple[str, ...]:
        """None can be chosen reply by reply."""
        return ()

    @property
    def through(self) -> tuple[str, ...]:
        """The adapter in use, if there is one."""
        return (self._adapter,) if self._adapter else ()

    def use_adapter(self, name: str) -> None:
        """Have replies from now on come from the adapter ``name``; of none, from the model itself.

        Raises :class:`ModelError` if the server has no such adapter."""
        self._model = self._base
        self._lora = [{"id": number, "scale": float(known == name)} for number, known in enumerate(self.offer.adapters)]
        self._adapter = name
        if not name or name in self.offer.adapters:
            return
        if name not in self.offer.models:
            self._adapter = ""
            known = ", ".join((*self.offer.adapters, *self.offer.models)) or "nothing"
            raise ModelError(f"The language server has no adapter {name}.", hint=f"It has: {known}.")
        self._model = name

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
        """See the port. When the server says that ``messages`` are too many, the oldest turns are left out."""
        kept = list(messages)
        while True:
            request: dict[str, Any] = {
                "model": self._model,
                "messages": as_dicts(kept),
                "max_tokens": max_tokens,
                "temperature": temperature,
                "seed": seed,
                "stream": True,
            }
            if stop:
                request["stop"] = list(stop)
            if self._lora:
                request["lora"] = self._lora
            try:
                yield from self._pieces(request, cancelled or Flag())
                return
            except _TooManyError as error:
                kept = self._fewer(kept, error.refusal, max_tokens)

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        """Not told."""
        return {}

    def _fewer(self, messages: list[ChatMessage], refusal: Refusal, max_tokens: int) -> list[ChatMessage]:
        prompt_tokens = int(refusal.body.get("n_prompt_tokens") or _estimate(messages))
        context_tokens = int(refusal.body.get("n_ctx") or self._context_tokens)
        if turns(messages) <= 1:
            raise too_long(prompt_tokens, context_tokens, hint="Say it in parts.")
        room = max(1, min(context_tokens, prompt_tokens) - max_tokens)
        return without_oldest(messages, prompt_tokens, int(room * ROOM_AFTER_DROPPING))

    def _ask_what_there_is(self) -> Offer:
        exchange = self._exchange()
        try:
            listed = exchange.get(f"{self._address.path}/models")
        except ModelError:
            if exchange.refusal is None or exchange.refusal.status != HTTPStatus.NOT_FOUND:
                raise
            return Offer(())  # not every server lists what it has
        finally:
            exchange.close()
        try:
            models = tuple(str(model["id"]) for model in listed["data"])
        except (TypeError, KeyError) as error:
            raise ModelError(
                f"{self._address.shown} does not list its models as the OpenAI protocol has it.",
                hint="Is it the address of a language server? It mostly ends in /v1.",
            ) from error
        return Offer(models, self._loaded_adapters())

    def _loaded_adapters(self) -> tuple[str, ...]:
        """Names of llama.cpp's adapters: their files' names without the ending."""
        exchange = self._exchange()
        try:
            listed = exchange.get(f"{self._address.root}/lora-adapters")
            by_id = sorted((int(one["id"]), str(one["path"])) for one in listed)
        except (ModelError, TypeError, KeyError, ValueError):
            return ()  # another server
        finally:
            exchange.close()
        return tuple(PurePosixPath(path.replace("\\", "/")).stem for _, path in by_id)

    def _chosen(self, model: str) -> str:
        has = self.offer.models
        if model and (not has or model in has):
            return model
        if model and f"{model}:latest" in has:  # as Ollama says it
            return f"{model}:latest"
        if model:
            raise ModelError(
                f"The language server at {self._address.shown} has no model {model}.", hint=f"It has: {', '.join(has)}."
            )
        if len(has) == 1:
            return has[0]
        raise ModelError(
            f"It is not said which model of {self._address.shown} to use.",
            hint=f"Name one with --model: {', '.join(has) or 'the server does not list them'}.",
        )

    def _exchange(self) -> Exchange:
        return Exchange(self._address, self._key, self._silence_seconds)

    def _pieces(self, request: dict[str, Any], cancelled: Flag) -> Iterator[str]:
        """Run one exchange in a thread of its own, so that a cancel need not wait for the server."""
        pieces: SimpleQueue[str | _Done] = SimpleQueue()
        exchange = self._exchange()
        thread = Thread(target=self._receive, args=(exchange, request, pieces), name="language-server", daemon=True)
        thread.start()
        try:
            while not cancelled.is_set():
                try:
                    piece = pieces.get(timeout=_POLL_SECONDS)
                except Empty:
                    continue
                if isinstance(piece, _Done):
                    if piece.refusal is not None and _is_too_long(piece.refusal):
                        raise _TooManyError(piece.refusal)
                    if piece.error is not None:
                        raise piece.error
                    return
                yield piece
        finally:
            exchange.close()

    def _receive(self, exchange: Exchange, request: dict[str, Any], pieces: SimpleQueue[str | _Done]) -> None:
        error: ModelError | None = None
        try:
            for document in exchange.stream(f"{self._address.path}/chat/completions", request):
                for choice in document.get("choices") or ():
                    if text := (choice.get("delta") or {}).get("content"):
                        pieces.put(text)
        except ModelError as failure:
            error = failure
        except (AttributeError, TypeError) as failure:
            error = ModelError(
                f"What the language server at {self._address.shown} says is not understood ({failure}).",
                hint="Does it speak the OpenAI protocol?",
            )
        finally:
            pieces.put(_Done(error, exchange.refusal))


def _is_too_long(refusal: Refusal) -> bool:
    message = str(refusal.body.get("message", ""))
    return (
        refusal.body.get("type") in _TOO_LONG
        or refusal.body.get("code") in _TOO_LONG
        or (refusal.status == HTTPStatus.BAD_REQUEST and any(words in message for words in _TOO_LONG_WORDS))
    )


def _estimate(messages: Sequence[ChatMessage]) -> int:
    """About how many tokens ``messages`` are, where the server does not say."""
    return round(sum(len(message.content.split()) for message in messages) / _WORDS_PER_TOKEN)
