"""What was said before this conversation, fetched bit by bit as the person looks back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tui import verbs

if TYPE_CHECKING:
    from twin.domain import Turn, Utterance

S = TypeVar("S", "Turn", "Utterance")

TURNS_FETCHED = 40
UTTERANCES_FETCHED = 20


@dataclass(slots=True)
class _Source(Generic[S]):
    """One kind of what was said: ``left`` was fetched and not yet shown, the newest first."""

    fetched_at_once: int
    left: list[S] = field(default_factory=list)
    oldest: str = ""
    """The id up to which it was fetched."""
    asked: bool = False
    answered: bool = False
    over: bool = False
    """There is none that is older."""

    @property
    def low(self) -> bool:
        return not self.asked and not self.over and len(self.left) < self.fetched_at_once // 2

    @property
    def known(self) -> bool:
        """Whether it is known which of it is the newest that is left, if any is."""
        return bool(self.left) or self.over

    def add(self, answered: Sequence[S], session_id: str) -> None:
        """The next, the newest first; fewer than were asked for are the last."""
        self.asked, self.answered = False, True
        self.over = len(answered) < self.fetched_at_once
        if answered:
            self.oldest = answered[-1].id
        self.left += [one for one in answered if one.session_id != session_id]


class Past:
    """Turns and utterances, given out together in the order of their time, the newest first.

    What belongs to ``session_id`` is left out: it is on the screen already.
    """

    def __init__(self, session_id: str) -> None:
        self._session_id = session_id
        self._turns: _Source[Turn] = _Source(TURNS_FETCHED)
        self._utterances: _Source[Utterance] = _Source(UTTERANCES_FETCHED)

    @property
    def known(self) -> bool:
        """Whether it is known what was said last."""
        return self._turns.answered and self._utterances.answered

    def wanted(self) -> tuple[verbs.ShowHistory | verbs.ListUtterances, ...]:
        """What is to be asked of the twin now, for there is soon nothing left; each is wanted once."""
        requests: list[verbs.ShowHistory | verbs.ListUtterances] = []
        if self._turns.low:
            self._turns.asked = True
            requests.append(verbs.ShowHistory(limit=TURNS_FETCHED, before=self._turns.oldest))
        if self._utterances.low:
            self._utterances.asked = True
            requests.append(verbs.ListUtterances(limit=UTTERANCES_FETCHED, before=self._utterances.oldest))
        return tuple(requests)

    def add_turns(self, turns: Sequence[Turn]) -> None:
        """As the twin answers: the oldest first."""
        self._turns.add(turns[::-1], self._session_id)

    def add_utterances(self, utterances: Sequence[Utterance]) -> None:
        """As the twin answers: the newest first."""
        self._utterances.add(utterances, self._session_id)

    def unanswered(self, request: verbs.ShowHistory | verbs.ListUtterances) -> None:
        """It failed: it will be wanted again."""
        (self._turns if isinstance(request, verbs.ShowHistory) else self._utterances).asked = False

    def take(self, most: int) -> list[Turn | Utterance]:
        """The newest of what is left, up to so many, the oldest first. None that is still to be fetched is newer."""
        taken: list[Turn | Utterance] = []
        while len(taken) < most and self._turns.known and self._utterances.known:
            turn, utterance = self._turns.left[:1], self._utterances.left[:1]
            if not turn and not utterance:
                break
            if turn and (not utterance or turn[0].created_at > utterance[0].created_at):
                taken.append(self._turns.left.pop(0))
            else:
                taken.append(self._utterances.left.pop(0))
        return taken[::-1]

    def forget(self, ids: Collection[str]) -> None:
        """What is forgotten does not come up when the person looks back to it."""
        self._turns.left = [turn for turn in self._turns.left if turn.id not in ids]
        self._utterances.left = [one for one in self._utterances.left if one.id not in ids]
