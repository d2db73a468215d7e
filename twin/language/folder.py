"""A language model from a local folder of transformers: ``config.json``, safetensors and a tokenizer.

For models that llama.cpp does not know, or that somebody is working on. It needs seconds to import and is slower than
llama.cpp on the same weights. No pickle is read, no code of the folder's is run, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from queue import Empty
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

from twin.errors import ModelError
from twin.language.fitting import ROOM_AFTER_DROPPING, as_dicts, too_long, turns, without_oldest
from twin.ports import ChatMessage

_POLL_SECONDS = 0.02
_REPEAT_PENALTY = 1.1


class TransformersLanguageModel:
    """Implements :class:`twin.ports.LanguageModel`. One reply at a time; safe from any thread."""

    def __init__(self, folder: Path, *, name: str, context_tokens: int, threads: int) -> None:
        """Load the weights. Raises :class:`ModelError`."""
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        local = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
            self._model: Any = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True, dtype="auto", **local)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
            raise ModelError(
                f"The language weights in {folder} cannot be used ({str(error).strip().splitlines()[0]}).",
                hint="It takes a causal language model of transformers as safetensors, without code of its own.",
            ) from error
        if not self._tokenizer.chat_template:
            raise ModelError(
                f"The language model in {folder} has no chat template.", hint="Choose one that was made to converse."
            )
        self.model = name
        self.adapters: tuple[str, ...] = ()
        trained = getattr(self._model.config, "max_position_embeddings", None)
        self._context_tokens = min(context_tokens, trained or context_tokens)
        self._turn = Lock()

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
        prompt = self._fitting(messages, max_tokens)
        sampling: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if temperature > 0:
            sampling = {"do_sample": True, "temperature": temperature}
        sampling |= {"max_new_tokens": max_tokens, "repetition_penalty": _REPEAT_PENALTY}
        yield from up_to_stop(self._pieces(prompt, sampling, seed, cancelled or Flag()), stop)

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        """Not told."""
        return {}

    def _fitting(self, messages: Sequence[ChatMessage], max_tokens: int) -> Any:
        kept = list(messages)
        while True:
            prompt = self._encoded(kept)
            prompt_tokens = prompt["input_ids"].shape[1]
            room = self._context_tokens - max_tokens
            if prompt_tokens <= room:
                return prompt
            if turns(kept) <= 1:
                raise too_long(prompt_tokens, self._context_tokens, hint="Say it in parts.")
            kept = without_oldest(kept, prompt_tokens, int(room * ROOM_AFTER_DROPPING))

    def _encoded(self, messages: Sequence[ChatMessage]) -> Any:
        from jinja2 import TemplateError

        def encode(conversation: Sequence[ChatMessage]) -> Any:
            return self._tokenizer.apply_chat_template(
                as_dicts(conversation),
                add_generation_prompt=True,
                return_tensors="pt",
                return_dict=True,
            )

        try:
            return encode(messages)
        except TemplateError:  # some models have no system role
            return encode(_without_system_role(messages))

    def _pieces(self, prompt: Any, sampling: dict[str, Any], seed: int, cancelled: Flag) -> Iterator[str]:
        """Generate in a thread of its own and hand on what it produces, until it is over or not wanted."""
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        unwanted = Flag()
        failure: list[ModelError] = []
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, timeout=_POLL_SECONDS, skip_special_tokens=True
        )

        class Unwanted(StoppingCriteria):
            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
                import torch

                return torch.full((input_ids.shape[0],), unwanted.is_set(), dtype=torch.bool)

        def generate() -> None:
            import torch

            with self._turn:
                try:
                    torch.manual_seed(seed)
                    with torch.inference_mode():
                        self._model.generate(
                            **prompt,
                            **sampling,
                            streamer=streamer,
                            stopping_criteria=StoppingCriteriaList([Unwanted()]),
                        )
                except (RuntimeError, ValueError, IndexError) as error:
                    failure.append(ModelError(f"The language model failed ({error}).", hint="Run `twin doctor`."))
                finally:
                    streamer.text_queue.put(streamer.stop_signal)

        Thread(target=generate, name="language-model", daemon=True).start()
        try:
            while not cancelled.is_set():
                try:
                    piece = next(streamer)
                except Empty:
                    continue
                except StopIteration:
                    if failure:
                        raise failure[0] from None
                    return
                if piece:
                    yield piece
        finally:
            unwanted.set()


def up_to_stop(pieces: Iterable[str], stop: Sequence[str]) -> Iterator[str]:
    """``pieces`` until one of ``stop`` stands in them, which is left out. Pure.

    What may be the beginning of one is held back until it is known."""
    held = ""
    for piece in pieces:
        held += piece
        ends = [place for one in stop if (place := held.find(one)) >= 0]
        if ends:
            if held[: min(ends)]:
                yield held[: min(ends)]
            return
        doubtful = max((size for one in stop for size in range(1, len(one)) if held.endswith(one[:size])), default=0)
        given, held = held[: len(held) - doubtful], held[len(held) - doubtful :]
        if given:
            yield given
    if held:
        yield held


def _without_system_role(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """``messages`` with the system's words at the head of the person's first."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    return [ChatMessage(rest[0].role, f"{system}\n\n{rest[0].content}"), *rest[1:]] if rest else []
