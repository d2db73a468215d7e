"""What can be said to edit while dictating, and where it is said in a dictation.

A command is a phrase of the catalogue below. Whether it was meant as one is for :mod:`twin.speech.evidence` to say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from twin.domain import Word

_LONGEST = 4
"""Words of the longest phrase, as the recogniser may split it."""
_WITHIN_SECONDS = 0.8
"""A longer silence between its words, and they are no phrase."""


class Group(StrEnum):
    """Commands that are switched on and off together."""

    TAKE_BACK = "take back"
    LAYOUT = "layout"
    PUNCTUATION = "punctuation"
    CAPITALS = "capitals"
    SPELLING = "spelling"


class Does(StrEnum):
    TAKE_BACK = "take back"
    BREAK = "break"
    CLOSE = "close"
    """Writes a mark that follows a word."""
    OPEN = "open"
    """Writes a mark that comes before a word."""
    STAND = "stand"
    """Writes a mark that stands between spaces."""
    JOIN = "join"
    """Writes a mark, or nothing, without spaces on either side."""
    UPPER_NEXT = "upper next"
    UPPER_ON = "upper on"
    UPPER_OFF = "upper off"
    CAPITAL = "capital"


@dataclass(frozen=True, slots=True)
class Command:
    """A command. ``writes`` is the mark or the line break.

    ``plain``: outside dictation its phrase is hardly ever said but as a noun, which its article gives away.
    ``partner``: the name of the command that goes with it ("open quote … close quote").
    """

    name: str
    group: Group
    does: Does
    phrases: tuple[str, ...]
    writes: str = ""
    plain: bool = False
    partner: str = ""
    misheard: tuple[str, ...] = ()
    """What recognisers write for it where it is said by itself."""


CATALOGUE = (
    Command("scratch that", Group.TAKE_BACK, Does.TAKE_BACK, ("scratch that", "strike that", "delete that")),
    Command("new line", Group.LAYOUT, Does.BREAK, ("new line", "next line"), "\n"),
    Command("new paragraph", Group.LAYOUT, Does.BREAK, ("new paragraph", "next paragraph"), "\n\n"),
    Command(
        "comma",
        Group.PUNCTUATION,
        Does.CLOSE,
        ("comma",),
        ",",
        plain=True,
        misheard=("common", "calma", "kama", "karma", "coma", "comer", "comet", "come a", "come at", "come it"),
    ),
    Command("full stop", Group.PUNCTUATION, Does.CLOSE, ("full stop",), ".", plain=True),
    Command("period", Group.PUNCTUATION, Does.CLOSE, ("period",), "."),
    Command("question mark", Group.PUNCTUATION, Does.CLOSE, ("question mark",), "?", plain=True),
    Command(
        "exclamation mark", Group.PUNCTUATION, Does.CLOSE, ("exclamation mark", "exclamation point"), "!", plain=True
    ),
    Command("colon", Group.PUNCTUATION, Does.CLOSE, ("colon",), ":", misheard=("cologne",)),
    Command("semicolon", Group.PUNCTUATION, Does.CLOSE, ("semicolon",), ";", plain=True),
    Command("ellipsis", Group.PUNCTUATION, Does.CLOSE, ("ellipsis", "dot dot dot"), "…", plain=True),
    Command("dash", Group.PUNCTUATION, Does.STAND, ("dash",), "–"),
    Command("hyphen", Group.PUNCTUATION, Does.JOIN, ("hyphen",), "-"),
    Command(
        "open quote",
        Group.PUNCTUATION,
        Does.OPEN,
        ("open quote", "open quotes", "begin quote"),
        "“",
        partner="close quote",
        misheard=("opened quote", "opened quotes"),
    ),
    Command(
        "close quote",
        Group.PUNCTUATION,
        Does.CLOSE,
        ("close quote", "close quotes", "end quote", "unquote"),
        "”",
        partner="open quote",
    ),
    Command(
        "open bracket",
        Group.PUNCTUATION,
        Does.OPEN,
        ("open bracket", "open parenthesis", "open paren"),
        "(",
        partner="close bracket",
        misheard=("opened bracket", "opened parenthesis"),
    ),
    Command(
        "close bracket",
        Group.PUNCTUATION,
        Does.CLOSE,
        ("close bracket", "close parenthesis", "close paren"),
        ")",
        partner="open bracket",
    ),
    Command("no space", Group.PUNCTUATION, Does.JOIN, ("no space",)),
    Command("all caps", Group.CAPITALS, Does.UPPER_NEXT, ("all caps",)),
    Command("all caps on", Group.CAPITALS, Does.UPPER_ON, ("all caps on", "caps on"), partner="all caps off"),
    Command("all caps off", Group.CAPITALS, Does.UPPER_OFF, ("all caps off", "caps off"), partner="all caps on"),
    Command("capital", Group.CAPITALS, Does.CAPITAL, ("capital", "cap")),
)


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A heard word taken apart. ``key``: its letters and digits in lower case; ``mark``: the punctuation after it;
    ``pause``: seconds of silence before it.
    """

    word: Word
    key: str
    mark: str
    pause: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A command that may have been said in the words ``first`` to ``last`` (half-open)."""

    command: Command
    first: int
    last: int
    misheard: bool = False


def key_of(text: str) -> str:
    """``text`` as bare lower-case letters and digits."""
    return "".join(filter(str.isalnum, text.casefold()))


def take_apart(words: Sequence[Word], pauses: Sequence[float]) -> tuple[HeardWord, ...]:
    """``words`` for matching; ``pauses`` gives the seconds of silence before each word."""
    return tuple(
        HeardWord(word, key_of(word.word), mark_after(word.word), pause)
        for word, pause in zip(words, pauses, strict=True)
    )


def mark_after(text: str) -> str:
    """The punctuation at the end of ``text``."""
    bare = len(text)
    while bare and not text[bare - 1].isalnum():
        bare -= 1
    return text[bare:]


def find_candidates(heard: Sequence[HeardWord], groups: Collection[Group]) -> tuple[Candidate, ...]:
    """Every place where the phrase of a command of ``groups`` was heard, longest phrases first taken; none overlap."""
    found: list[Candidate] = []
    position = 0
    while position < len(heard):
        candidate = next(
            (
                Candidate(command, position, position + length, misheard)
                for length in range(min(_LONGEST, len(heard) - position), 0, -1)
                if (match := _PHRASES.get("".join(word.key for word in heard[position : position + length])))
                for command, misheard in (match,)
                if command.group in groups and _in_one_go(heard[position : position + length], command)
            ),
            None,
        )
        if candidate is not None:
            candidate = _with_initial(heard, candidate)
            found.append(candidate)
        position = candidate.last if candidate else position + 1
    return tuple(found)


def _with_initial(heard: Sequence[HeardWord], candidate: Candidate) -> Candidate:
    """ "capital F freedom": the letter only says how the word begins."""
    following = [word.key for word in heard[candidate.last : candidate.last + 2]]
    initial = candidate.command.does is Does.CAPITAL and len(following) == 2 and len(following[0]) == 1
    if initial and following[1].startswith(following[0]):
        return replace(candidate, last=candidate.last + 1)
    return candidate


def _in_one_go(words: Sequence[HeardWord], command: Command) -> bool:
    """Whether nothing stands between the words of a phrase. Dots may have commas between them."""
    if not all(word.key for word in words):
        return False
    marks_between = any(set(word.mark) - {"-", "‐"} for word in words[:-1])
    return (command.writes == "…" or not marks_between) and all(word.pause < _WITHIN_SECONDS for word in words[1:])


_PHRASES = {key_of(phrase): (command, False) for command in CATALOGUE for phrase in command.phrases} | {
    key_of(phrase): (command, True) for command in CATALOGUE for phrase in command.misheard
}
