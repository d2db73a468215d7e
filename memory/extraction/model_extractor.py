"""Reading facts out of the person's words with a language model; for one that is capable of it.

The model is asked for JSON lines and trusted with nothing: a line that does not parse, an unknown kind, or a value that
does not stand in the person's words is dropped, and what is left waits for the person's yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Event as Flag
from typing import Final, Literal

import msgspec

from memory.extraction.own_words import own_words, shown
from twin.domain import SECRET_PLACEHOLDER, MemoryKind, Polarity
from twin.ports import ChatMessage, LanguageModel, ProposedExtraction
from twin.sentences import split_sentences

_PROMPT: Final = """List what a person's words tell about them, one JSON object a line and nothing else, in this form:
{"kind": "fact"/"preference", "slot": "SUBJECT.ATTRIBUTE", "value": "...", "polarity": "likes"/"dislikes"/"neutral"}
SUBJECT is self, or somebody of theirs (sister, boss, dog); a preference has the slot preference.THING.
The value is copied from their words, letter by letter. List only what they say of themselves and of their own people.
If there is nothing, answer with an empty line.

They say: We've been in Oslo since my wife got her post at the museum.
{"kind": "fact", "slot": "self.home", "value": "Oslo", "polarity": "neutral"}
{"kind": "fact", "slot": "wife.employer", "value": "the museum", "polarity": "neutral"}"""
_SLOT: Final = re.compile(r"[a-z][a-z' -]{0,40}\.[^\W_][\w' &+#-]{0,60}")
_MOST_TOKENS = 400
_MOST_CHARACTERS = 2000
_MOST_LINES = 8


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["fact", "preference"]
    slot: str
    value: str
    polarity: Literal["likes", "dislikes", "neutral"] = "neutral"


class ModelExtractor:
    """Implements :class:`twin.ports.Extractor`; ``language_model`` gives the model, loading it first if need be."""

    def __init__(self, language_model: Callable[[], LanguageModel]) -> None:
        self._language_model = language_model

    def extract(self, text: str, *, cancelled: Flag) -> tuple[str, tuple[ProposedExtraction, ...]]:
        """The model's name, and what it reads out of ``text``. Raises ``ModelError``."""
        model = self._language_model()
        own = shown(own_words(text[:_MOST_CHARACTERS]))
        if not own.strip():
            return model.model, ()
        messages = [ChatMessage("system", _PROMPT), ChatMessage("user", f"They say: {own}")]
        answer = "".join(model.stream(messages, max_tokens=_MOST_TOKENS, temperature=0.0, cancelled=cancelled))
        return model.model, tuple(dict.fromkeys(_read(answer, own)))


def _read(answer: str, text: str) -> Iterator[ProposedExtraction]:
    for line in answer.splitlines()[:_MOST_LINES]:
        try:
            read = msgspec.json.decode(line.strip(), type=_Line)
        except (msgspec.ValidationError, msgspec.DecodeError):
            continue
        slot, value = read.slot.lower().strip(), read.value.strip()
        sentence = next((sentence for sentence in split_sentences(text) if value and value in sentence), "")
        sensible = _SLOT.fullmatch(slot) and slot.startswith("preference.") == (read.kind == "preference")
        if sentence and sensible and SECRET_PLACEHOLDER not in sentence:
            yield ProposedExtraction(MemoryKind(read.kind), sentence.rstrip(".!"), slot, value, Polarity(read.polarity))
