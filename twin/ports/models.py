"""The models: a recogniser, a language model, an embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from twin.control_tokens import without_control_tokens
from twin.domain import Hint, Transcript, Word
from twin.ports.sound import Audio, EncoderStates, Sound, Speech

Hinting = Callable[[Sequence[Word]], tuple[Hint, ...]]
"""What to listen for, given what was heard without hints: at most ten terms, mostly none."""


def no_hints(heard: Sequence[Word]) -> tuple[Hint, ...]:
    """A :data:`Hinting` that knows no terms."""
    return ()


class Transcriber(Protocol):
    @property
    def model(self) -> str:
        """Name of the weights."""
        ...

    def transcribe(
        self, audio: Audio | Sound, *, on_word: Callable[[Word], None], cancelled: Flag, hinting: Hinting = no_hints
    ) -> Transcript:
        """Recognise; ``on_word`` gets each word once, in order, as it is final. ``hinting`` says what to listen for.

        Raises ``ModelError``; ``CancelledByPersonError`` soon after ``cancelled`` is set.
        """
        ...

    def encoder_states(self, audio: Audio | Sound) -> EncoderStates | None:
        """The encoder's output for what is said in ``audio``, which a decoder is trained on; nothing if that is
        nothing, or more than a window. Raises ``ModelError``."""
        ...

    def follow(self, *, hinting: Hinting = no_hints) -> Following:
        """Recognise a recording while it is being made."""
        ...

    def adapted_to(self, domain: str) -> Transcriber:
        """The recogniser with what was learned for a trade; as it is, if nothing was. Raises ``ModelError``."""
        ...


class Following(Protocol):
    """Speech that is recognised while it is being said. ``said`` is always all of it, and only ever grows.

    ``unwanted`` says whether what is being done is not wanted any more; it then ends at once with
    ``CancelledByPersonError``, and leaves everything as it was. Raises ``ModelError``.
    """

    @property
    def settled(self) -> str:
        """Text that will not change any more: it only grows, and the final text begins with it."""
        ...

    @property
    def tentative(self) -> str:
        """What was heard beyond it, for now; its leading space, where it has one, belongs to it."""
        ...

    def is_behind(self, said: Speech) -> bool:
        """Whether so much was said since the last glance that another is due, even if nobody speaks any more."""
        ...

    def glance(self, said: Speech, unwanted: Callable[[], bool]) -> None:
        """Look at what was said since the last time, quickly; settles words."""
        ...

    def finish(self, said: Speech, unwanted: Callable[[], bool]) -> Transcript:
        """What was said, if this was all of it; may be asked for again, with more."""
        ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. ``content`` never holds control tokens of a chat template: they are taken out here, so
    that no text of whatever origin can open a turn of its own."""

    role: Literal["system", "user", "assistant"]
    content: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", without_control_tokens(self.content))


class LanguageModel(Protocol):
    @property
    def model(self) -> str: ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """Names of the adapters that it can use."""
        ...

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
        """Generate a reply piece by piece; ends soon after ``cancelled`` is set.

        ``adapter``: one of :attr:`adapters` to answer with, if any. ``never``: texts whose tokens do not occur in the
        reply. Raises ``ModelError``."""
        ...

    def first_tokens(self, messages: Sequence[ChatMessage], *, adapter: str = "") -> dict[str, float]:
        """With what a reply would begin: the likeliest tokens with their log-probabilities, in nats. Empty where the
        model does not tell. Raises ``ModelError``."""
        ...


@runtime_checkable
class Adapted(Protocol):
    """A language model all of whose replies come through adapters."""

    @property
    def through(self) -> tuple[str, ...]:
        """Their names."""
        ...


class Embedder(Protocol):
    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; shape ``(len(texts), dimensions)``, each row of length 1."""
        ...
