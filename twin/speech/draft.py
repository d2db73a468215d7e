"""A text while it is dictated: words, marks, line breaks, and what is taken back."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from twin.domain import Word
from twin.speech.commands import Command, Does, mark_after
from twin.speech.evidence import ENDS_SENTENCE

_OWN_MARKS = ",.;:!?…-–—"
"""What the recogniser puts after words by itself."""
_FIRST_PERSON = re.compile(r"^I(?:['’]\w+)?\b")
_ALWAYS_CAPITAL = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february april june july august september
    october november december mr mrs ms dr english french german spanish italian christmas easter""".split()  # noqa: SIM905
)
_FILLERS = frozenset("no wait actually sorry oh um uh er hmm ok okay well please".split())  # noqa: SIM905
""""No, wait, scratch that": they are part of taking back."""
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+[\"”’')\]]*|\n+|$)\s*")


@dataclass(slots=True)
class Piece:
    """A word of the text. ``before`` is the white space before it: a space, line breaks, or nothing."""

    word: Word
    before: str = " "
    dictated_mark: bool = False
    """Whether its last mark was dictated, rather than put there by the recogniser."""
    begins_phrase: bool = False
    """Whether it follows a pause: a take-back goes no further."""

    @property
    def text(self) -> str:
        return self.word.word

    @text.setter
    def text(self, text: str) -> None:
        self.word = replace(self.word, word=text)


@dataclass(slots=True)
class Draft:
    """``previous`` is the text of the session before this utterance, which a take-back may reach.

    ``capitals`` are words that keep their capital wherever they stand, in lower case.
    """

    previous: str = ""
    capitals: Collection[str] = ()
    pieces: list[Piece] = field(default_factory=list)
    _before: str = " "
    _opening: str = ""
    _case: str = ""
    """What happens to the next word: ``upper``, ``capital``, ``sentence`` (begins one), ``clause`` (does not)."""
    _shouting: bool = False
    _trailing: str = ""

    def write(self, word: Word, *, begins_phrase: bool, goes_on: bool = False) -> None:
        """Add a word as it was heard; ``goes_on``: no sentence begins with it, whatever its capital says."""
        if goes_on and not self._case:
            self._case = "clause"
        text = self._opening + self._in_case(word.word)
        self.pieces.append(Piece(replace(word, word=text), self._before, begins_phrase=begins_phrase))
        self._before, self._opening, self._case, self._trailing = " ", "", "", ""

    def instead_of_last(self, text: str) -> None:
        """Another writing of the last word; marks around it stay."""
        last = self.pieces[-1]
        bare = last.text.strip(_OWN_MARKS + "“”()\"'")
        last.text = last.text.replace(bare, text, 1) if bare else text

    def strip_last(self, marks: str = _OWN_MARKS) -> None:
        """Take the recogniser's own punctuation off the last word; what was dictated stays."""
        if self.pieces and not self.pieces[-1].dictated_mark:
            last = self.pieces[-1]
            last.text = last.text.rstrip(marks) or last.text

    def carry_out(self, command: Command, said: Word, *, heard_sentence_end: bool) -> None:
        """Do what ``command`` says. ``said`` gives its times; ``heard_sentence_end``: the recogniser heard a sentence
        end there, so that the capital of the next word may be its own idea."""
        match command.does:
            case Does.TAKE_BACK:
                self._take_back()
                self._case = "sentence" if self._at_sentence_start() else "clause" if heard_sentence_end else ""
            case Does.BREAK:
                self.strip_last(",;–—-")
                self._before = self._before.strip(" ") + command.writes
                self._case, self._trailing = "sentence", self._before
            case Does.CLOSE:
                self._close(command.writes, said)
                if command.writes not in "”)":
                    ends = command.writes in ".!?"
                    self._case = "sentence" if ends else "clause" if heard_sentence_end else ""
            case Does.OPEN:
                self.strip_last(",." if command.writes == "(" else ".")
                self._opening += command.writes
            case Does.STAND:
                self.strip_last()
                self.pieces.append(Piece(replace(said, word=command.writes), self._before, dictated_mark=True))
                self._before, self._case = " ", "clause" if heard_sentence_end else ""
            case Does.JOIN:
                self.strip_last()
                if self.pieces and command.writes:
                    self.pieces[-1].text += command.writes
                self._before, self._case = "", "clause" if heard_sentence_end else ""
            case Does.UPPER_NEXT:
                self.strip_last()
                self._case = "upper"
            case Does.UPPER_ON:
                self.strip_last()
                self._shouting = True
            case Does.UPPER_OFF:
                self.strip_last()
                self._shouting, self._case = False, "clause" if heard_sentence_end else ""
            case Does.CAPITAL:
                self.strip_last()
                self._case = "capital"

    def finish(self) -> tuple[str, tuple[Word, ...]]:
        """The text, and the words that stand between its white space."""
        text, words = "", list[Word]()
        if self._opening:
            last = self.pieces[-1].word if self.pieces else Word("", 0.0, 0.0, 1.0)
            self.pieces.append(Piece(Word(self._opening, last.end, last.end, 1.0), self._before))
        for piece in self.pieces:
            before = piece.before if text or piece.before.strip(" ") else ""
            text += before + piece.text
            if words and not before:
                joined = words[-1]
                words[-1] = Word(
                    joined.word + piece.text,
                    joined.start,
                    piece.word.end,
                    min(joined.probability, piece.word.probability),
                )
            else:
                words.append(piece.word)
        return text + self._trailing, tuple(words)

    # --- marks -------------------------------------------------------------------------------------------------

    def _close(self, mark: str, said: Word) -> None:
        if self._trailing:  # after a line break the mark has nothing to stand after but itself
            self.pieces.append(Piece(replace(said, word=mark), self._before, dictated_mark=True))
            self._before, self._trailing = " ", ""
        elif self.pieces:
            self.strip_last(_OWN_MARKS if mark not in "”)" else ",.;:")
            self.pieces[-1].text += mark
            self.pieces[-1].dictated_mark = True
        elif self.previous.strip():
            self.previous = self.previous.rstrip().rstrip(_OWN_MARKS) + mark
        else:
            self.pieces.append(Piece(replace(said, word=mark), self._before, dictated_mark=True))

    # --- case --------------------------------------------------------------------------------------------------

    def _in_case(self, text: str) -> str:
        if self._shouting or self._case == "upper":
            return text.upper()
        if self._case in ("capital", "sentence"):
            return text[:1].upper() + text[1:]
        if self._case == "clause" and not self._keeps_capital(text):
            return text[:1].lower() + text[1:]
        return text

    def _keeps_capital(self, text: str) -> bool:
        bare = text.strip(_OWN_MARKS)
        known = bare.lower() in _ALWAYS_CAPITAL or bare.lower() in self.capitals
        return known or bool(_FIRST_PERSON.match(bare)) or bare[1:] != bare[1:].lower()

    # --- taking back -------------------------------------------------------------------------------------------

    def _take_back(self) -> None:
        """Remove what was said since the last sentence end, line break or pause; if that is nothing, from before."""
        self._trailing, self._opening, self._before = "", "", self._before if not self.pieces else " "
        self._shouting = False
        while self.pieces:
            taken = self._last_phrase()
            del self.pieces[len(self.pieces) - len(taken) :]
            if any(piece.text.strip(_OWN_MARKS).lower() not in _FILLERS for piece in taken):
                self._before = taken[0].before
                return
        self._before = " "
        self.previous = without_last_sentence(self.previous)

    def _last_phrase(self) -> list[Piece]:
        start = len(self.pieces) - 1
        while start and not (
            self.pieces[start].begins_phrase
            or "\n" in self.pieces[start].before
            or mark_after(self.pieces[start - 1].text).strip("\"”’')]")[-1:] in tuple(ENDS_SENTENCE)
        ):
            start -= 1
        return self.pieces[start:]

    def _at_sentence_start(self) -> bool:
        text = self.pieces[-1].text if self.pieces else self.previous.strip()
        return not text or "\n" in self._before or mark_after(text).strip("\"”’')]")[-1:] in tuple(ENDS_SENTENCE)


def without_last_sentence(text: str) -> str:
    """``text`` without its last sentence and the white space before that."""
    sentences = [match.group() for match in _SENTENCE.finditer(text.rstrip()) if match.group()]
    return "".join(sentences[:-1]).rstrip()
