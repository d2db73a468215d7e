"""Whisper's special tokens, and text as tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from twin.errors import WeightsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LAST_TIMESTAMP = 1500


@dataclass(frozen=True, slots=True)
class WhisperTokens:
    """The tokens of one model in one language. ``prompt`` is what every transcript begins with."""

    prompt: tuple[int, ...]
    no_timestamps: int
    first_timestamp: int
    end: int
    _tokenizer: Tokenizer = field(repr=False, compare=False)

    def timestamp(self, position: int) -> int:
        """The token of an encoder position, 20 ms each."""
        return self.first_timestamp + min(max(0, position), _LAST_TIMESTAMP)

    def encode(self, text: str) -> tuple[int, ...]:
        """The tokens of ``text`` as it stands in a transcript: after a space."""
        return tuple(self._tokenizer.encode(f" {text.strip()}", add_special_tokens=False).ids)

    def decode(self, tokens: tuple[int, ...]) -> str:
        return str(self._tokenizer.decode([token for token in tokens if token < self.end])).strip()


def load_tokens(path: Path, language: str) -> WhisperTokens:
    """Of the weights in ``path``; ``language`` is a Whisper code. Raises :class:`WeightsError`."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing narrower
        raise WeightsError(f"The tokenizer in {path} cannot be read ({error}).") from error

    def of(name: str) -> int | None:
        token: int | None = tokenizer.token_to_id(f"<|{name}|>")
        return token

    start, end, bare, spoken = of("startoftranscript"), of("endoftext"), of("notimestamps"), of(language)
    if start is None or end is None or bare is None:
        raise WeightsError(f"The tokenizer in {path} is not Whisper's.")
    multilingual = start == end + 1 and of("zh") is not None
    if multilingual and spoken is None:
        raise WeightsError(f"The weights in {path} do not know the language {language!r}.")
    task = of("transcribe")
    prompt = (start, spoken, task) if multilingual and spoken is not None and task is not None else (start,)
    return WhisperTokens(prompt, bare, bare + 1, end, tokenizer)
