"""Memory as the rest of the twin sees it: ledger, indexes, extraction and forgetting in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import tzinfo
from pathlib import Path
from threading import Event
from time import sleep

from memory.curator import MemoryCurator
from memory.extraction.capture import Capture
from memory.extraction.proposals import Proposals
from memory.recall.banks import make_banks
from memory.recall.index import MemoryIndex
from memory.recall.search import HybridRecall
from memory.recall.timeline import timeline
from memory.store.ledger import SqliteLedger
from memory.store.review import asked
from memory.vectors.profile import VectorProfile
from twin.domain import Memory, Turn, Utterance
from twin.errors import MemoryIndexError, TwinError
from twin.events import Progress
from twin.ports import Embedder, Extractor, Forgotten, Job, NewMemory, Purge, Timeline, TrainedOn
from twin.requests import AskedOfPerson, Forget, ForgetReport

_TOGETHER_SECONDS = 0.02
"""So long after something was said, what was taken from it has come too: one writing to Chroma costs as much as one
vector does."""


class TwinMemory:
    """Implements :class:`twin.ports.Memoriser`; ``recall`` implements :class:`twin.ports.Recall`.

    ``embedder`` gives the embedder once it is loaded, ``wait_for_embedder`` waits for it and reports to a job;
    ``delete_recording`` deletes the recording of a hash; ``trained_on`` knows the adapters that examples went into, and
    ``purges`` are of other stores that hold something of what was said. ``extractor`` reads more out of turns than
    rules can, for the person to confirm; ``timezone`` is theirs (``None``: this machine's); ``banks_folder`` keeps what
    depends on the embedder alone (see :mod:`memory.recall.banks`). Vectors are made in the background: a write is done
    when the ledger has it. What the person does with what is known is in ``curator``.
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
        trained_on: TrainedOn | None = None,
        purges: Sequence[Purge] = (),
        chroma_url: str = "",
        extractor: Extractor | None = None,
        timezone: tzinfo | None = None,
        banks_folder: Path | None = None,
    ) -> None:
        self._ledger = ledger
        self._embedder = embedder
        self._wait_for_embedder = wait_for_embedder
        self._delete_recording = delete_recording
        self.profile = VectorProfile(
            chroma_folder, ledger, embedder=embedder, embedder_name=embedder_name, url=chroma_url
        )
        self._index = MemoryIndex(ledger.database)
        self._banks_folder = banks_folder
        self.profile.listener = self._index
        self.recall = HybridRecall(ledger, self._index, self._embedder_in_step)
        self._background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory-index")
        self._indexing_is_due = Event()
        self._timezone = timezone
        self._capture = Capture(ledger, timezone=timezone, hide=self._hide)
        self._proposals = Proposals(ledger, extractor) if extractor is not None else None
        self._mending: Future[None] | None = None
        self._closed = False
        ledger.on_passage = self._index_soon
        self.curator = MemoryCurator(
            ledger,
            self.recall,
            trained_on=trained_on,
            purges=(self._delete_recordings, self._remove_vectors, *purges),
            questions=self.questions,
            hide=self._hide,
            index=self._index_soon,
            capture=self.capture,
        )
        with suppress(TwinError):  # another program reads the ledger, say: no reason not to start; the doctor names it
            self.curator.finish_forgetting()
        self._clear_soon()

    # --- the port -----------------------------------------------------------------------------------------------

    def capture(self, source: Turn | Utterance, *, outright: bool = False) -> tuple[Memory, ...]:
        """See the port and the module of extraction. Of a turn, what a model makes of it comes in the background."""
        if isinstance(source, Utterance):
            return self._capture.utterance(source)
        learned = self._capture.turn(source, outright=outright)
        if self._proposals is not None:
            self._proposals.read_soon(source)
        return learned

    def questions(self, *, about: Sequence[str] = (), answered: bool = False) -> tuple[AskedOfPerson, ...]:
        questions = self._ledger.questions(answered=answered)
        return tuple(
            asked(question, self._ledger.memories_by_id(question.memory_ids), self._timezone)
            for question in questions
            if not about or set(about) & set(question.memory_ids)
        )

    def resolve(self, question_id: str, answer: str) -> AskedOfPerson:
        question, memories = self._ledger.resolve(question_id, answer)
        self._hide([memory_id for memory_id in question.memory_ids if memory_id not in {m.id for m in memories}])
        return asked(question, memories, self._timezone)

    def timeline(self, question: str, *, session_id: str = "", answered: Sequence[str] = ()) -> Timeline | None:
        return timeline(self._ledger, question, session_id=session_id, answered=answered)

    def add(self, memory: NewMemory) -> Memory:
        return self._ledger.add_memory(memory)

    def forget(self, *ids: str, preview: bool = False) -> ForgetReport:
        """See the port, and :meth:`memory.curator.MemoryCurator.forget`."""
        return self.curator.forget(Forget(ids, preview=preview), Job(emit=lambda event: None))

    # --- upkeep -------------------------------------------------------------------------------------------------

    def wait_until_ready(self, job: Job) -> None:
        """Wait until recall goes by meaning as well as by words, with progress; or until the job is cancelled."""
        self._wait_for_embedder(job)
        self._measure_by_banks()
        if not self.profile.ready():
            self.profile.catch_up(lambda done, total: _report(job, done, total))

    def catch_up(self) -> None:
        """Index what the ledger has and the vector profile lacks; for when the embedder has loaded."""
        self._measure_by_banks()
        self.profile.catch_up()
        self._clear_soon()

    def rebuild_index(self, job: Job) -> None:
        """Make both indexes anew from the ledger. Raises ``MemoryIndexError``, ``LedgerError``, the embedder's own."""
        job.emit(Progress("index", "Rebuilding the index of words …"))
        self._ledger.database.rebuild_lexicon()
        self._wait_for_embedder(job)
        self._measure_by_banks()
        self.profile.rebuild(lambda done, total: _report(job, done, total))

    def close(self) -> None:
        """Finish what is being indexed and close the profile; the ledger is its owner's to close."""
        if self._closed:
            return
        self._closed = True
        if self._proposals is not None:
            self._proposals.close()
        self._ledger.on_passage = None
        self.profile.finish_soon()
        self._background.shutdown(wait=True, cancel_futures=True)
        self._clear_vectors()  # of what was forgotten last
        self.profile.close()
        self._index.close()

    def _hide(self, ids: Sequence[str]) -> None:
        """Take out of the index what recall is not to find any more."""
        with suppress(MemoryIndexError):  # then it is broken, which whoever indexes next finds, and mends
            self.profile.remove(ids)
        for known in ids:
            self._index_soon(known)

    def _delete_recordings(self, gone: Forgotten) -> None:
        for sha256 in gone.recordings:
            self._delete_recording(sha256)

    def _remove_vectors(self, gone: Forgotten) -> None:
        try:
            self.profile.remove([known for known in gone.ids if known[0] in "mtu"])
        except MemoryIndexError as error:
            raise MemoryIndexError(
                f"It is forgotten, except that its vectors could not be deleted yet: {error.message}",
                hint="They go by themselves once the index can be reached; `twin doctor` says when all is done.",
            ) from error
        self._clear_soon()

    def _embedder_in_step(self) -> Embedder | None:
        embedder = self._embedder()
        if embedder is not None and self.profile.broken():
            self._mend()  # this answer goes by words; the next by meaning, if whatever failed is back
        return embedder if embedder is not None and self._index.banks is not None and self.profile.ready() else None

    def _measure_by_banks(self) -> None:
        """Have the banks of questions at hand, by which questions and passages are measured."""
        embedder = self._embedder()
        if embedder is not None and self._index.banks is None:
            self._index.use_banks(make_banks(embedder, folder=self._banks_folder))

    def _index_soon(self, id: str) -> None:
        self._index.touch(id)
        self.profile.enqueue([id])
        if not self._indexing_is_due.is_set():
            self._indexing_is_due.set()
            self._background.submit(self._work_off)

    def _work_off(self) -> None:
        sleep(_TOGETHER_SECONDS)
        self._indexing_is_due.clear()
        try:
            self.profile.work_off()
        except MemoryIndexError:
            pass  # then it is broken
        finally:
            if self.profile.broken():  # now, or when somebody else was at it
                self._mend()

    def _mend(self) -> None:
        if self._mending is None or self._mending.done():
            self._mending = self._background.submit(self._catch_up_if_possible)

    def _catch_up_if_possible(self) -> None:
        """The index is not needed to go on: without it recall goes by words and says so, and the doctor says why."""
        with suppress(TwinError):
            self._measure_by_banks()
            self.profile.catch_up()
            self.profile.clear()
            self.curator.finish_forgetting()

    def _clear_soon(self) -> None:
        if self.profile.clearing_is_due():
            self._background.submit(self._clear_vectors)

    def _clear_vectors(self) -> None:
        """Until this has succeeded it stays due, and the doctor says so."""
        with suppress(MemoryIndexError):
            self.profile.clear()


def _report(job: Job, done: int, total: int) -> None:
    job.check()
    job.emit(Progress("index", f"Indexing what you said: {done} of {total} …", done / total))
