"""Whether the phrase of a command was meant as one, or is part of what is dictated.

A command stands apart: silence, the recogniser's own punctuation, the end of the utterance or another command is on
either side of it. How much of that is asked for depends on how often its words are said in earnest: "semicolon" hardly
ever but after an article, "period" often. Where one command was carried out, others nearby need less, for then
somebody dictates punctuation. What belongs to a noun phrase ("a comma", "the trial period", "new paragraph style") or
is only mentioned ("he said scratch that") is never a command.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from twin.speech.commands import Candidate, Does, Group, HeardWord

ENDS_SENTENCE = ".!?…"

_ARTICLES = frozenset("a an the my your its our their every".split())  # noqa: SIM905
"""No clause ends with one."""
_BEFORE_NOUN = _ARTICLES | frozenset(
    """this that these those his her no each another some any which what whose one two three by with without of using
    use uses used add put insert remove delete forgot forget missed and or as like than versus after before between
    from in is are was were be""".split()  # noqa: SIM905
)
"""What may come before a noun, and may also end a clause."""
_DETERMINERS = _ARTICLES | frozenset("this that these those his her no each another any which with of".split())  # noqa: SIM905
_BEFORE_VERB = frozenset("to must will would can could should might may shall i we they he she".split())  # noqa: SIM905
_PREPOSITIONS = frozenset("in by with without of using use uses used".split())  # noqa: SIM905
_MODIFIERS = frozenset(
    """oxford serial trailing leading final last first second third fourth fifth next previous extra missing single
    double triple misplaced stray inverted big huge giant large little small whole same other new old wrong right red
    mad frantic quick em en sudden mere trial notice grace transition reporting accounting probationary probation
    holding waiting cooling off rest testing test time early late later dark medieval victorian georgian roman modern
    classical historical long longer short brief certain busy given fixed limited difficult critical initial
    menstrual warranty retention incubation evaluation lunch free teaching school gestation""".split()  # noqa: SIM905
)
"""Words that stand between an article and the name of a mark, or of a span of time."""
_AFTER_NOUN = frozenset(
    """of is was are were has had have which who key sign symbol characters operator over after before between from
    for to at in with it them there here""".split()  # noqa: SIM905
)
_COMPOUND = frozenset(
    """splice splices separated delimited style styles character cancer piece drama dramas costume costumes furniture
    pains instruments break breaks gains city cities letter letters punishment expenditure investment""".split()  # noqa: SIM905
)
"""What they make one word with."""
_MENTIONS = frozenset(
    """say says saying type typed types typing write writes wrote writing written word words command commands phrase
    phrases term called spelled pronounce pronounced dictate dictated dictating button key shout""".split()  # noqa: SIM905
)
_REPORTS = _MENTIONS | frozenset("said told tell tells just please to can".split())  # noqa: SIM905
_OPENING_QUOTES = "\"“‘«'"
_NEEDS_NEXT = (Does.UPPER_NEXT, Does.CAPITAL, Does.JOIN)
"""Commands about the word after them."""
_SAID_IN_ROWS = (Group.PUNCTUATION, Group.LAYOUT)
_MANY = 3
"""Commands near each other, themselves included, that speak for one another."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Seconds. ``pause``: of silence that sets a phrase apart; ``long_pause``: that outweighs a hesitation;
    ``near``: how far a command that was carried out speaks for others.
    """

    pause: float = 0.25
    long_pause: float = 0.4
    near: float = 20.0


def meant(heard: Sequence[HeardWord], candidates: Sequence[Candidate], thresholds: Thresholds) -> tuple[Candidate, ...]:
    """Those of ``candidates`` that were meant as commands, in order."""
    scene = _Scene(heard, [c for c in candidates if not _is_mentioned(heard, c)], thresholds)
    fired: frozenset[Candidate] = frozenset()
    while True:  # what fires may speak for others
        more = frozenset(candidate for candidate in scene.candidates if scene.fires(candidate, fired))
        if more <= fired:
            break
        fired |= more
    while True:  # what leant on a neighbour that was none after all falls with it
        standing = frozenset(candidate for candidate in fired if scene.fires(candidate, fired, neighbours=fired))
        if standing == fired:
            return tuple(sorted(fired, key=lambda candidate: candidate.first))
        fired = standing


class _Scene:
    """The candidates among what was heard, each with those ``near`` it, itself included."""

    def __init__(self, heard: Sequence[HeardWord], candidates: Sequence[Candidate], thresholds: Thresholds) -> None:
        self.heard = heard
        self.candidates = candidates
        self._thresholds = thresholds
        starts = [heard[candidate.first].word.start for candidate in candidates]
        self._near = {
            candidate: candidates[
                bisect_left(starts, start - thresholds.near) : bisect_right(starts, start + thresholds.near)
            ]
            for candidate, start in zip(candidates, starts, strict=True)
        }
        self._plausible = frozenset(candidate for candidate in candidates if self._could_be(candidate))

    def fires(
        self, candidate: Candidate, fired: Collection[Candidate], neighbours: Collection[Candidate] | None = None
    ) -> bool:
        """Whether ``candidate`` was meant, given those that ``fired``; ``neighbours`` may stand next to it."""
        beside = [other for other in self._near[candidate] if neighbours is None or other in neighbours]
        left = self._apart(candidate.first) or any(other.last == candidate.first for other in beside)
        right = self._apart(candidate.last) or any(other.first == candidate.last for other in beside)
        dictating = self._many_near(candidate) or any(
            other in fired for other in self._near[candidate] if other != candidate
        )
        command = candidate.command
        if candidate.misheard:
            follows = any(candidate.last == other.first for other in self._near[candidate] if other in fired)
            return dictating and candidate.first > 0 and ((left and right) or follows or self._has_partner(candidate))
        if self._has_nothing_to_do(candidate, right=right):
            return False
        if self._has_partner(candidate) and (left or right or dictating) and not self._after_determiner(candidate):
            return True
        if self._in_noun_phrase(candidate, left=left, right=right, dictating=dictating):
            return False
        if command.group is Group.TAKE_BACK:
            return left and right
        if command.writes == "." and self._is_emphatic(candidate):
            return dictating
        if command.plain:
            return left or right or dictating or self._among_its_like(candidate)
        return (left and right) or (dictating and (left or right))

    def _apart(self, boundary: int) -> bool:
        """Whether what comes before the word at ``boundary`` is set apart from it."""
        if boundary in (0, len(self.heard)):
            return True
        return bool(self.heard[boundary - 1].mark) or self.heard[boundary].pause >= self._thresholds.pause

    def _many_near(self, candidate: Candidate) -> bool:
        """Whether there are so many commands that they cannot all be words of the text."""
        if candidate.command.group not in _SAID_IN_ROWS:
            return False
        others = (other for other in self._near[candidate] if other in self._plausible and not other.misheard)
        return sum(other.command.group in _SAID_IN_ROWS for other in others) >= _MANY

    def _could_be(self, candidate: Candidate) -> bool:
        """Whether it is no part of a noun phrase by its words alone."""
        left, right = self._apart(candidate.first), self._apart(candidate.last)
        return not self._in_noun_phrase(candidate, left=left, right=right, dictating=False)

    def _has_partner(self, candidate: Candidate) -> bool:
        wanted = candidate.command.partner
        later = candidate.command.does in (Does.OPEN, Does.UPPER_ON)
        return bool(wanted) and any(
            other.command.name == wanted and (other.first > candidate.first) == later for other in self.candidates
        )

    def _among_its_like(self, candidate: Candidate) -> bool:
        """Whether another plain mark is named nearby: who talks about punctuation puts articles before it."""
        return any(
            other is not candidate and other.command.plain and not other.misheard and other in self._plausible
            for other in self._near[candidate]
        )

    def _is_emphatic(self, candidate: Candidate) -> bool:
        """As in “You cannot do that, period.” and “I will not pay, full stop, and that is that.”"""
        marks = self.heard[candidate.first - 1].mark if candidate.first else "", self.heard[candidate.last - 1].mark
        return "," in marks and self.heard[candidate.first].pause < self._thresholds.long_pause

    def _has_nothing_to_do(self, candidate: Candidate, *, right: bool) -> bool:
        """Whether the word that the command is about is not there."""
        if candidate.command.does in _NEEDS_NEXT:
            return candidate.last == len(self.heard) or (candidate.first == 0 and candidate.command.does is Does.JOIN)
        if candidate.first or candidate.command.does not in (Does.CLOSE, Does.TAKE_BACK):
            return False
        if candidate.command.does is Does.CLOSE:
            return not right
        return candidate.last < len(self.heard) and not self.heard[candidate.last - 1].mark

    def _in_noun_phrase(self, candidate: Candidate, *, left: bool, right: bool, dictating: bool) -> bool:
        first, last = candidate.first, candidate.last
        if first and not self.heard[first - 1].mark:
            before = self.heard[first - 1].key
            capitals = candidate.command.group is Group.CAPITALS
            if before in _ARTICLES:
                return not (left and right and (dictating or capitals))
            if before in _PREPOSITIONS and capitals:
                return True
            if before in _BEFORE_NOUN and not (left and right) and not (dictating and (left or right)):
                return True
            if before in _BEFORE_VERB and not candidate.command.plain and not dictating:
                return True
            if before in _MODIFIERS and not (left and dictating) and self._opens_noun_phrase(first - 1):
                return True
        if last < len(self.heard) and not self.heard[last - 1].mark:
            after = self.heard[last].key
            if after in _COMPOUND and not dictating:
                return True
            if after in _AFTER_NOUN and not right and not (dictating and (left or candidate.command.plain)):
                return True
        return False

    def _after_determiner(self, candidate: Candidate) -> bool:
        before = self.heard[candidate.first - 1] if candidate.first else None
        return before is not None and not before.mark and before.key in _DETERMINERS and not (
            self._apart(candidate.first)
        )  # fmt: skip

    def _opens_noun_phrase(self, position: int) -> bool:
        """Whether one of the two words before ``position`` opens a noun phrase that reaches it."""
        for before in range(position - 1, max(position - 3, -1), -1):
            if self.heard[before].mark:
                return False
            if self.heard[before].key in _DETERMINERS:
                return True
        return False


def _is_mentioned(heard: Sequence[HeardWord], candidate: Candidate) -> bool:
    """Whether the phrase is quoted or talked about rather than said."""
    if heard[candidate.first].word.word[:1] in _OPENING_QUOTES:
        return True
    if candidate.first == 0:
        return False
    before = heard[candidate.first - 1]
    if before.mark and before.mark[-1:] in ENDS_SENTENCE:
        return False
    if candidate.command.group in (Group.TAKE_BACK, Group.LAYOUT):
        return before.key in _REPORTS
    set_apart = heard[candidate.first].pause and (candidate.last == len(heard) or heard[candidate.last].pause)
    return before.key in _MENTIONS and candidate.command.does is not Does.OPEN and not set_apart
