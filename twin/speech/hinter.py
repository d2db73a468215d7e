"""What to listen for in a dictation: hints of the vocabulary, given what was said before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from twin.domain import Hint, HintContext, Speaker, Word
from twin.learning.trades import Trades
from twin.ports import Clock, Hinting, Ledger, Vocabulary, no_hints

MOST_HINTS = 10
_TEXTS_BEFORE = 4
_LOOKED_BACK = 20


class Hinter:
    """Finds hints, window by window. ``enabled``: whether the person wants their vocabulary listened for."""

    def __init__(self, vocabulary: Vocabulary, ledger: Ledger, clock: Clock, *, enabled: bool = True) -> None:
        self._vocabulary = vocabulary
        self._ledger = ledger
        self._clock = clock
        self._enabled = enabled

    def hinting(self, session_id: str) -> Hinting:
        """For a dictation in a session. What it is asked about counts as said before what it is asked next.

        Asking raises ``LedgerError``."""
        if not self._enabled or not self._vocabulary.terms():
            return no_hints
        recent = list(self.texts_before(session_id))
        heard_last = ""

        def hinting(heard: Sequence[Word]) -> tuple[Hint, ...]:
            nonlocal heard_last
            text = " ".join(word.word for word in heard)
            if heard_last and not text.startswith(heard_last[: len(heard_last) // 2]):  # another window
                recent.append(heard_last)
            heard_last = text
            context = HintContext(self._clock.now(), tuple(recent[-_TEXTS_BEFORE:]), self.domain_of(recent))
            return self._vocabulary.hints_for(context, heard, limit=MOST_HINTS)

        return hinting

    def texts_before(self, session_id: str) -> tuple[str, ...]:
        """What was said last in a session, dictated or typed, the newest last."""
        dictated = (
            (utterance.created_at, utterance.text)
            for utterance in self._ledger.utterances(limit=_LOOKED_BACK)
            if utterance.session_id == session_id and utterance.text
        )
        typed = (
            (turn.created_at, turn.text)
            for turn in self._ledger.turns(limit=_TEXTS_BEFORE, session_id=session_id)
            if turn.speaker is Speaker.PERSON
        )
        newest = sorted((*islice(dictated, _TEXTS_BEFORE), *typed))[-_TEXTS_BEFORE:]
        return tuple(text for _, text in newest)

    def domain_in(self, session_id: str) -> str:
        """The trade that is spoken of in a session; before anything was said in it, that of the last dictations."""
        said = self.texts_before(session_id) or tuple(one.text for one in self._ledger.utterances(limit=_TEXTS_BEFORE))
        return self.domain_of(said)

    def domain_of(self, texts: Sequence[str]) -> str:
        """The trade to which most of the terms belong that stand in ``texts``; nothing if there are none."""
        return Trades(self._vocabulary.terms()).of(" ".join(texts))
