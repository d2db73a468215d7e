"""Taking in what the person said: from a turn or a dictation to memories with their source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from memory.extraction.dictated import from_dictation
from memory.extraction.extract import Extraction, extract
from memory.extraction.vocabulary import RELATIONS
from memory.store.ledger import SqliteLedger
from twin.domain import Bearing, Memory, MemoryKind, Speaker, Turn, Utterance
from twin.ports import NewMemory

_CAPITALISED = re.compile(r"\b(?!(?:I|My|We|Our|The|It|He|She|They)\b)[A-Z][\w-]+")
_TWIN_TURNS = 4
"""So many of the twin's last turns are looked through for what the person may have copied out of them."""


class Capture:
    """Takes in turns and utterances, by rules alone; doing it again changes nothing.

    ``timezone`` is the person's, for "yesterday" (``None``: this machine's); ``hide`` takes memories that are no more
    out of the indexes.
    """

    def __init__(
        self, ledger: SqliteLedger, *, timezone: tzinfo | None = None, hide: Callable[[Sequence[str]], None]
    ) -> None:
        self._ledger = ledger
        self._timezone = timezone
        self._hide = hide

    def turn(self, turn: Turn, *, outright: bool = False) -> tuple[Memory, ...]:
        """What the person said in ``turn``; never what anybody else did, or what is private."""
        if turn.speaker is not Speaker.PERSON or turn.private:
            return ()
        twin_said = [said.text for said in self._ledger.twin_turns_before(turn, limit=_TWIN_TURNS)]
        said_at = turn.created_at.astimezone(self._timezone)
        learned: list[Memory] = []
        names = self._names(turn.text)
        for extraction in extract(turn.text, outright=outright, said_at=said_at, twin_said=twin_said, names=names):
            memory = self._keep(extraction, turn.id, turn.created_at)
            learned.append(memory)
            # "My sister Anna plays the cello" fills a slot that was filled already, and says more than its value.
            if turn.id in memory.source_ids[1:] and _says_more(extraction, memory):
                whole = Extraction(MemoryKind.EPISODE, extraction.text, confidence=extraction.confidence)
                learned.append(self._keep(whole, turn.id, turn.created_at))
        return tuple(dict.fromkeys(learned))

    def utterance(self, utterance: Utterance) -> tuple[Memory, ...]:
        """What a dictation tells as it stands now, in the place of what was taken from it as it stood before."""
        gone: list[str] = []
        with self._ledger.database.transaction():
            learned = self._derive(utterance, gone)
        if gone:
            self._hide(gone)  # not within the transaction: whoever is at the index may be waiting for the ledger
        return learned

    def _derive(self, utterance: Utterance, gone: list[str]) -> tuple[Memory, ...]:
        self._take_back(utterance.id, gone)
        if utterance.private or utterance.source.is_read:
            return ()
        said_at = utterance.created_at.astimezone(self._timezone)
        found = from_dictation(utterance, said_at=said_at)
        return tuple(dict.fromkeys(self._keep(e, utterance.id, utterance.created_at) for e in found))

    def _take_back(self, utterance_id: str, gone: list[str]) -> None:
        """Undo what was derived from an utterance; where others said the same, it is derived from them anew."""
        known = [memory for memory in self._ledger.memories_from(utterance_id) if memory.origin != "person"]
        waiting = self._ledger.withdraw_questions([memory.id for memory in known])
        known += [memory for memory in self._ledger.memories_by_id(waiting) if memory not in known]
        self._ledger.drop([memory.id for memory in known])
        gone += [memory.id for memory in known]
        outright = {source: memory.confidence == 1.0 for memory in known for source in memory.source_ids}
        for source_id in sorted(outright, key=lambda source: (source[0], int(source[1:]))):
            if source_id[0] == "t":
                self.turn(self._ledger.turn(source_id), outright=outright[source_id])
            elif source_id[0] == "u" and source_id != utterance_id:
                self._derive(self._ledger.utterance(source_id), gone)

    def _keep(self, extraction: Extraction, source_id: str, said_at: datetime) -> Memory:
        slot = extraction.slot
        if extraction.or_slot and not self._stands_in(slot) and self._stands_in(extraction.or_slot):
            slot = extraction.or_slot
        ended = (extraction.true_until or said_at) if extraction.past else None
        return self._ledger.add_memory(
            NewMemory(
                kind=extraction.kind,
                text=extraction.text,
                source_ids=(source_id,),
                true_from=extraction.true_from or ended or said_at,
                slot=slot,
                value=extraction.value,
                polarity=extraction.polarity,
                confidence=extraction.confidence,
                aliases=extraction.aliases,
                strength=extraction.strength,
                bearing=extraction.bearing,
                instead_of=extraction.instead_of,
                true_until=ended,
                said_at=said_at,
            )
        )

    def _names(self, text: str) -> dict[str, str]:
        """Those of the people named in ``text`` whom the person told of, with what they are to them; nothing for what
        they are where it is not only they ("my brother", of two)."""
        named = set(_CAPITALISED.findall(text))
        if not named:
            return {}
        known = self._ledger.memories_in_slots([f"{relation}.name" for relation in sorted(RELATIONS)])
        standing = [memory for memory in known if memory.value and memory.true_until is None]
        of_slot = Counter(memory.slot for memory in standing)
        found: dict[str, str] = {}
        for memory in standing:
            if memory.value in named:
                relation = memory.slot.removesuffix(".name")
                alone = (
                    of_slot[memory.slot] == 1 and relation not in ("children", "parents") and memory.value not in found
                )
                found[memory.value] = relation if alone else ""
        return found

    def _stands_in(self, slot: str) -> bool:
        return any(memory.value and memory.true_until is None for memory in self._ledger.memories_in_slots([slot]))


def _says_more(extraction: Extraction, memory: Memory) -> bool:
    """Whether the words of ``extraction`` say something beside the value that ``memory`` has already."""
    return (
        extraction.kind is MemoryKind.FACT
        and extraction.slot.endswith(".name")
        and extraction.bearing is Bearing.STATES
        and extraction.text.casefold() not in memory.text.casefold()
        and not extraction.text.rstrip(".! ").endswith(extraction.value)
    )
