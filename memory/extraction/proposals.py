"""What a model reads out of turns, in the background, for the person to confirm (see :mod:`memory.store.review`)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event as Flag

from memory.store.ledger import SqliteLedger
from twin.domain import MemoryStatus, Speaker, Turn
from twin.errors import TwinError
from twin.ports import Extractor, NewMemory
from twin.sentences import only_asks

_CONFIDENCE = 0.6
"""Of what a model read and the person has not yet confirmed."""


class Proposals:
    """Has an extractor read turns, one after the other; what it makes of them is proposed, never simply known."""

    def __init__(self, ledger: SqliteLedger, extractor: Extractor) -> None:
        self._ledger = ledger
        self._extractor = extractor
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory-extract")
        self._cancelled = Flag()

    def read_soon(self, turn: Turn) -> None:
        if turn.speaker is Speaker.PERSON and not turn.private and not only_asks(turn.text):
            self._background.submit(self._read, turn.id)

    def close(self) -> None:
        self._cancelled.set()
        self._background.shutdown(wait=True, cancel_futures=True)

    def _read(self, turn_id: str) -> None:
        """A turn that is forgotten by now, or a model that fails, is no reason to stop: rules have read the turn."""
        with suppress(TwinError):
            turn = self._ledger.turn(turn_id)
            model, proposed = self._extractor.extract(turn.text, cancelled=self._cancelled)
            for extraction in () if self._cancelled.is_set() else proposed:
                self._ledger.propose(
                    NewMemory(
                        kind=extraction.kind,
                        text=extraction.text,
                        source_ids=(turn.id,),
                        true_from=turn.created_at,
                        slot=extraction.slot,
                        value=extraction.value,
                        polarity=extraction.polarity,
                        confidence=_CONFIDENCE,
                        status=MemoryStatus.PROPOSED,
                        origin=f"model {model}",
                    )
                )
