"""How the person wants to be answered: their style rules, asked of the model, and carried out where code can.

A tiny model follows few instructions, so what can be done by rule is done by rule, on the reply as it streams: sentence
by sentence, so that nothing is shown that would have to be taken back. Everything else is asked of the model and left
to it; either way the reply says which rules shaped it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from agents.spelling import to_american, to_british
from twin.domain import Memory, MemoryKind, MemoryStatus, StyleUsed
from twin.sentences import split_sentences

_MOST_RULES = 12
_MOST_CHARACTERS = 200
"""Of one rule: nobody says more about style in a sentence."""

Change = Callable[[str], str]
"""What is done to one sentence of a reply."""

_NOT: Final = r"\b(?:no|not|never|don['’]t|stop|avoid|without)\b"
_NUMBERS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+ ?")
_MARKDOWN: Final = re.compile(r"\*\*|__|`|^#{1,6} ", re.MULTILINE)
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_SHORT_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Style:
    """The rules in force. ``sentences``: at most so many; ``bullets``: each in a line of its own, or none so."""

    rules: tuple[Memory, ...] = ()
    changes: tuple[Change, ...] = ()
    sentences: int | None = None
    bullets: bool | None = None
    carried_out: frozenset[str] = frozenset()
    """Ids of the rules that code carries out."""
    name: str = ""
    """What the person asked to be called."""
    named_by: tuple[str, ...] = ()
    """The memory that says so."""

    @property
    def by_code(self) -> bool:
        return bool(self.carried_out)

    @property
    def instructions(self) -> str:
        """What to ask of a model; empty if there is nothing."""
        wishes = [f"- {' '.join(rule.text.split())[:_MOST_CHARACTERS]}" for rule in self.rules]
        if self.name:
            wishes.append(f"- The person is called {self.name}.")
        return "\n".join(("The person asked you to answer in this way:", *wishes)) if wishes else ""

    @property
    def in_brief(self) -> str:
        """What to ask of a small model, which a list of rules confuses: in sentences, and only what code cannot do."""
        wishes = [
            f"The user asks: {' '.join(rule.text.split())[:_MOST_CHARACTERS].rstrip('.')}."
            for rule in self.rules
            if rule.id not in self.carried_out or " and " in rule.text
        ]
        if self.name:
            wishes.append(f"The user is called {self.name}.")
        return " ".join(wishes)

    def used(self) -> tuple[StyleUsed, ...]:
        return tuple(StyleUsed(rule.id, rule.text, rule.id in self.carried_out) for rule in self.rules)

    def apply(self, pieces: Iterable[str]) -> Generator[str]:
        """``pieces`` of a reply as the person wants them; as they come where no rule is carried out by code.

        Stops reading once there are sentences enough, and then closes ``pieces`` if that can be closed."""
        try:
            yield from self._restyled_all(pieces) if self.by_code else pieces
        finally:
            if isinstance(pieces, Generator):
                pieces.close()

    def _restyled_all(self, pieces: Iterable[str]) -> Iterator[str]:
        written = 0
        for sentence in _by_sentence(pieces):
            text, listed = self._restyled(sentence)
            if not text:
                continue
            if written:
                breaks = len(sentence) - len(sentence.lstrip("\n"))
                yield "\n" if self.bullets else "\n" * breaks if breaks and not listed else " "
            yield text
            written += 1
            if self.sentences is not None and written >= self.sentences:
                return

    def _restyled(self, sentence: str) -> tuple[str, bool]:
        """One sentence as it is wanted, and whether it was an item of a list that is none any more."""
        text = sentence.strip()
        for change in self.changes:
            text = change(text)
        text = text.strip()
        if self.bullets is None:
            return text, False
        bare = _BULLET.sub("", text)
        return (f"- {bare}" if self.bullets and bare else bare), bare != text and not self.bullets


def style_of(memories: Iterable[Memory]) -> Style:
    """The style that the person's own rules come to: of held memories, newest first, each said once."""
    held = [memory for memory in memories if memory.status is MemoryStatus.HELD and memory.true_until is None]
    rules = tuple(memory for memory in held if memory.kind is MemoryKind.STYLE)[:_MOST_RULES]
    named = next((one for one in held if one.slot == "self.name" and "call me" in one.text.lower()), None)
    changes: list[Change] = []
    sentences: int | None = None
    bullets: bool | None = None
    carried_out: set[str] = set()
    for rule in rules:
        said = rule.text.lower()
        change = _change(said)
        limit, listed = _most_sentences(said), _bullets(said)
        if change is not None:
            changes.append(change)
        sentences = sentences if limit is None else limit if sentences is None else min(sentences, limit)
        bullets = listed if bullets is None else bullets
        if change is not None or limit is not None or listed is not None:
            carried_out.add(rule.id)
    name, named_by = (named.value, (named.id,)) if named else ("", ())
    return Style(rules, tuple(changes), sentences, bullets, frozenset(carried_out), name, named_by)


# --- what code can carry out ------------------------------------------------------------------------------------


def _change(rule: str) -> Change | None:
    """What a rule does to each sentence, where it is one that code can carry out."""
    refused = re.search(_NOT, rule) is not None
    if refused and re.search(r"exclamation", rule):
        return _without_exclamations
    if refused and re.search(r"emoji|emoticon|smiley", rule):
        return lambda text: _EMOJI.sub("", text)
    if refused and re.search(r"markdown|bold|headings?", rule):
        return lambda text: _MARKDOWN.sub("", text)
    if re.search(r"\b(?:british|uk|english spelling)\b", rule) and not refused:
        return to_british
    if re.search(r"\b(?:american|us) (?:english|spelling)\b", rule) and not refused:
        return to_american
    if re.search(r"\blower ?case\b", rule) and not refused:
        return str.lower
    return None


def _without_exclamations(text: str) -> str:
    return re.sub(r"!+(?=\?)|(?<=\?)!+", "", re.sub(r"(?<!\?)!+(?!\?)", ".", text))


def _most_sentences(rule: str) -> int | None:
    counted = re.search(r"\b(a|one|two|three|four|five|six|[1-9]) (?:short |single )?sentences?\b", rule)
    if counted:
        return _NUMBERS.get(counted[1]) or int(counted[1])
    if re.search(_NOT, rule):
        return _SHORT_SENTENCES if re.search(r"\b(?:long|wordy|verbose|ramble|rambling)\b", rule) else None
    short = re.search(r"\b(?:short(?:er)?|brief(?:ly)?|concise(?:ly)?|terse(?:ly)?|to the point)\b", rule)
    return _SHORT_SENTENCES if short else None


def _bullets(rule: str) -> bool | None:
    if not re.search(r"\b(?:bullet ?points?|bullets|bulleted|lists?)\b", rule):
        return None
    return re.search(_NOT, rule) is None


def bulleted(text: str) -> str:
    """``text`` as a list, a sentence an item."""
    return "".join(Style(bullets=True, carried_out=frozenset({""})).apply([text]))


def _by_sentence(pieces: Iterable[str]) -> Iterator[str]:
    """Sentences as soon as they are whole, which shows by what follows; line ends stay at their head."""
    held = ""
    for piece in pieces:
        held += piece
        while (end := _whole(held)) is not None:
            yield held[:end]
            held = held[end:]
    if held.strip():
        yield held


_END: Final = re.compile(r"[.!?…]+[\"”’')\]*]*(?=\s)|(?<=\S)(?=\n)")


def _whole(text: str) -> int | None:
    """Where the first sentence of ``text`` ends, if more follows it."""
    for end in _END.finditer(text):
        stretch = text[: end.end()].strip()
        if not end.group() or (not _BULLET.fullmatch(f"{stretch} ") and len(split_sentences(f"{stretch} x")) > 1):
            return end.end()  # and not "1." or "Dr."
    return None
