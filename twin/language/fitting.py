"""Fitting a conversation into a context: which turns are left out when it is too long for a model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from twin.errors import ModelError
from twin.ports import ChatMessage

ROOM_AFTER_DROPPING: Final = 0.75
"""Once the context is full, turns are dropped down to this share of it, so that the next turns find their prefix."""


def turns(messages: Sequence[ChatMessage]) -> int:
    return sum(message.role != "system" for message in messages)


def as_dicts(messages: Sequence[ChatMessage]) -> list[dict[str, str]]:
    """``messages`` as chat templates and OpenAI's interface take them."""
    return [{"role": message.role, "content": message.content} for message in messages]


def without_oldest(messages: Sequence[ChatMessage], prompt_tokens: int, room: int) -> list[ChatMessage]:
    """``messages`` less its oldest turns, so that about ``room`` tokens are left; the system's words all stay."""
    tokens_per_character = prompt_tokens / max(1, sum(len(message.content) for message in messages))
    excess = prompt_tokens - room
    kept = list(messages)
    while turns(kept) > 1 and excess > 0:
        oldest = next(i for i, message in enumerate(kept) if message.role != "system")
        excess -= max(1, round(len(kept.pop(oldest).content) * tokens_per_character))
        if kept[oldest].role == "assistant" and turns(kept) > 1:  # a conversation begins with the person
            excess -= max(1, round(len(kept.pop(oldest).content) * tokens_per_character))
    return kept


def too_long(prompt_tokens: int, context_tokens: int, *, hint: str) -> ModelError:
    """The sentence for a single turn that does not fit."""
    return ModelError(
        f"That is too long for the language model: {prompt_tokens} tokens, where {context_tokens} fit.", hint=hint
    )
