"""Memory as the rest of the twin sees it: ledger, indexes, extraction and forgetting in one place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from memory.extract import Extraction, extract
from memory.forget import finish_forgetting, forget, plan_forgetting
from memory.ledger import SqliteLedger
from memory.profile import VectorProfile
from memory.recall import HybridRecall, Neighbours
from twin.domain import Memory, MemoryKind, Polarity, Speaker, Turn
from twin.errors import LedgerError, MemoryIndexError
from twin.events import Progress
from twin.ports import Embedder, Job, NewMemory


class TwinMemory:
    """Implements :class:`twin.ports.Memoriser`; ``recall`` implements :class:`twin.ports.Recall`.

    ``embedder`` gives the embedder once it is loaded, ``wait_for_embedder`` waits for it and reports to a job;
    ``delete_recording`` deletes the recording of a hash. Vectors are made in the background: a write is done when the
    ledger has it.
    """

    def __init__(
        self,
        ledger: SqliteLedger,
        *,
        chroma_folder: Path,
        embedder: Callable[[], Embedder | None],
        wait_for_embedder: Callable[[Job], object],
        embedder_name: str,
        delete_recording: Callable[[str], None],
        chroma_url: str = "",
    ) -> None:
        self._ledger = ledger
        self._embedder = embedder
        self._wait_for_embedder = wait_for_embedder
        self._delete_recording = delete_recording
        self.profile = VectorProfile(
            chroma_folder, ledger, embedder=embedder, embedder_name=embedder_name, url=chroma_url
        )
        self.recall = HybridRecall(ledger, self._dense, mend=self._mend)
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory-index")
        ledger.on_passage = self._index_soon
        with suppress(LedgerError):  # another program reads the ledger: no reason not to start; the doctor names it
            finish_forgetting(ledger, delete_recording)

    # --- the port -----------------------------------------------------------------------------------------------

    def capture(self, turn: Turn, *, outright: bool = False) -> tuple[Memory, ...]:
        """Take in what the person said in ``turn``; what the twin said is never taken in."""
        if turn.speaker is not Speaker.PERSON:
            return ()
        learned: list[Memory] = []
        for extraction in extract(turn.text, outright=outright):
            memory = self._ledger.add_memory(_new(extraction, turn))
            learned.append(memory)
            # "My sister Anna plays the cello" fills a slot that was filled already, and says more than its value.
            if turn.id in memory.source_ids[1:] and extraction.text.casefold() not in memory.text.casefold():
                whole = replace(extraction, kind=MemoryKind.EPISODE, slot="", value="", polarity=Polarity.NEUTRAL)
                learned.append(self._ledger.add_memory(_new(whole, turn)))
        return tuple(dict.fromkeys(learned))

    def add(self, memory: NewMemory) -> Memory:
        return self._ledger.add_memory(memory)

    def forget(self, id: str, *, preview: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See the port. Raises ``NotFoundError``, ``NotUnderstoodError``; ``LedgerError`` or ``MemoryIndexError`` if
        something could not be cleared yet, which is then done when the twin starts again."""
        forgetting = plan_forgetting(self._ledger, id)
        if not preview:
            forget(self._ledger, forgetting)
            try:
                self.profile.remove([*forgetting.memory_ids, *forgetting.source_ids])
                for reworded in forgetting.rewordings:
                    self._index_soon(reworded.memory_id)
            finally:
                finish_forgetting(self._ledger, self._delete_recording)
        return forgetting.memory_ids, forgetting.source_ids

    # --- upkeep -------------------------------------------------------------------------------------------------

    def wait_until_ready(self, job: Job) -> None:
        """Wait until recall goes by meaning as well as by words, with progress; or until the job is cancelled."""
        self._wait_for_embedder(job)
        if not self.profile.ready():
            self.profile.catch_up(lambda done, total: _report(job, done, total))

    def catch_up(self) -> None:
        """Index what the ledger has and the vector profile lacks; for when the embedder has loaded."""
        self.profile.catch_up()

    def rebuild_index(self, job: Job) -> None:
        """Make both indexes anew from the ledger. Raises ``MemoryIndexError``, ``LedgerError``, the embedder's own."""
        job.emit(Progress("index", "Rebuilding the index of words …"))
        self._ledger.database.rebuild_lexicon()
        self._wait_for_embedder(job)
        self.profile.rebuild(lambda done, total: _report(job, done, total))

    def close(self) -> None:
        """Finish what is being indexed and close the profile; the ledger is its owner's to close."""
        self._ledger.on_passage = None
        self._background.shutdown(wait=True, cancel_futures=True)
        self.profile.close()

    def _dense(self) -> tuple[Embedder, Neighbours] | None:
        embedder = self._embedder()
        return (embedder, self.profile) if embedder is not None and self.profile.ready() else None

    def _index_soon(self, id: str) -> None:
        self.profile.enqueue([id])
        self._background.submit(self._work_off)

    def _work_off(self) -> None:
        try:
            self.profile.work_off()
        except MemoryIndexError:
            pass  # then it is broken
        finally:
            if self.profile.broken():  # now, or when somebody else was at it
                self._catch_up_if_possible()

    def _mend(self) -> None:
        self._background.submit(self._catch_up_if_possible)

    def _catch_up_if_possible(self) -> None:
        """The index is not needed to go on: without it recall goes by words and says so, and the doctor says why."""
        with suppress(MemoryIndexError):
            self.profile.catch_up()


def _new(extraction: Extraction, turn: Turn) -> NewMemory:
    return NewMemory(
        kind=extraction.kind,
        text=extraction.text,
        source_ids=(turn.id,),
        true_from=turn.created_at,
        slot=extraction.slot,
        value=extraction.value,
        polarity=extraction.polarity,
        confidence=extraction.confidence,
    )


def _report(job: Job, done: int, total: int) -> None:
    job.check()
    job.emit(Progress("index", f"Indexing what you said: {done} of {total} …", done / total))
