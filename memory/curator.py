"""What the person does with what is known: see it, put it right, let it go, carry it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from memory.exchange.conversations import import_conversation
from memory.exchange.export import export
from memory.exchange.intake import import_memory
from memory.forgetting import selection
from memory.forgetting.consequences import select
from memory.forgetting.edit import Edited, edit, said_in_private
from memory.forgetting.forget import Forgetting, finish_forgetting, forget, plan_forgetting
from memory.forgetting.going import report_of
from memory.store.ledger import SqliteLedger
from memory.store.rows import from_time
from twin.domain import PRIVATE_PLACEHOLDER, Memory, MemoryStatus, Speaker, Turn
from twin.errors import NotUnderstoodError
from twin.events import Progress
from twin.ports import Forgotten, Job, Purge, Recall, TrainedOn
from twin.requests import (
    AskedOfPerson,
    Edit,
    EditReport,
    Export,
    ExportReport,
    Forget,
    ForgetReport,
    ImportConversation,
    ImportMemory,
    ImportReport,
    Know,
    Knowledge,
    Quote,
)

RELEVANT_SCORE = 0.3
"""`know --about` shows what recall scores at least so: a list may be more generous than an answer."""
_MOST_SUGGESTED = 5
_EVERYTHING = 1_000_000
_SAID = """
SELECT 't' || id AS id, text, created_at AS at, speaker, private FROM turns WHERE 't' || id IN (?1)
UNION ALL SELECT 'u' || id, coalesce(corrected, written, heard), created_at, 'person', private FROM utterances
    WHERE 'u' || id IN (?1)
UNION ALL SELECT 'c' || corrections.id, said, corrections.created_at, 'person', private
    FROM corrections JOIN utterances ON utterances.id = utterance_id WHERE 'c' || corrections.id IN (?1)
"""


class MemoryCurator:
    """Implements :class:`twin.ports.Curator`.

    ``trained_on`` knows the adapters, if there can be any; ``purges`` clear the stores outside the ledger;
    ``questions`` are those that are open; ``hide`` takes passages out of the indexes, ``index`` has them indexed anew;
    ``capture`` takes in what a turn tells.
    """

    def __init__(
        self,
        ledger: SqliteLedger,
        recall: Recall,
        *,
        trained_on: TrainedOn | None,
        purges: Sequence[Purge],
        questions: Callable[[], tuple[AskedOfPerson, ...]],
        hide: Callable[[Sequence[str]], None],
        index: Callable[[str], None],
        capture: Callable[[Turn], tuple[Memory, ...]],
    ) -> None:
        self._ledger = ledger
        self._recall = recall
        self._trained_on = trained_on
        self._purges = purges
        self._questions = questions
        self._hide = hide
        self._index = index
        self._capture = capture

    # --- seeing -------------------------------------------------------------------------------------------------

    def know(self, request: Know) -> Knowledge:
        """All that is known, what names or concerns a topic, or what was asked for by its id."""
        ledger = self._ledger
        if request.ids:
            for known_id in request.ids:
                ledger.memory(known_id)  # says what became of it
            known = ledger.memories_by_id(request.ids)
        else:
            statuses = [MemoryStatus.HELD] + ([MemoryStatus.PRIVATE] if request.private else [])
            known = tuple(
                memory
                for status in statuses
                for memory in ledger.memories(
                    kind=request.kind,
                    history=request.history,
                    limit=_EVERYTHING if request.about else request.limit,
                    status=status,
                )
            )
        if request.about:
            relevant = selection.about(request.about, ledger, self._recall, at_least=RELEVANT_SCORE)
            known = tuple(memory for memory in known if memory.id in relevant)[: request.limit]
        return Knowledge(
            known,
            about=request.about,
            sources=self._quotes({source_id for memory in known for source_id in memory.source_ids})
            if request.sources
            else (),
            questions=self._questions() if request.sources else (),
            said_in_private=self._said_in_private(request.about) if request.private else (),
        )

    def _quotes(self, ids: set[str]) -> tuple[Quote, ...]:
        """What was said under ``ids``, in the order of time."""
        return tuple(
            sorted(
                (
                    Quote(row["id"], row["text"], from_time(row["at"]), Speaker(row["speaker"]), bool(row["private"]))
                    for row in select(self._ledger, _SAID, ids)
                ),
                key=lambda quote: quote.said_at,
            )
        )

    def _said_in_private(self, about: str) -> tuple[Quote, ...]:
        private = said_in_private(self._ledger)
        quotes = self._quotes(private & selection.naming(about, self._ledger) if about else private)
        return tuple(quote for quote in quotes if quote.text != PRIVATE_PLACEHOLDER)

    # --- putting right ------------------------------------------------------------------------------------------

    def edit(self, request: Edit) -> EditReport:
        """See the port."""
        edited = edit(self._ledger, request)
        self._hide(sorted(edited.hidden))
        for known in sorted(edited.changed):
            self._index(known)
        if request.id[0] == "m":
            stands = self._ledger.memories_by_id([request.id])  # none, if another said the same and took it in
            return EditReport(_edited(request, edited), stands[0] if stands else None, also_ids=edited.along)
        (said,) = self._quotes({request.id})
        return EditReport(_edited(request, edited), said=said, also_ids=edited.along)

    # --- letting go ---------------------------------------------------------------------------------------------

    def forget(self, request: Forget, job: Job) -> ForgetReport:
        """See the port."""
        job.emit(Progress("forget", "Looking for all that goes …"))
        forgetting = plan_forgetting(self._ledger, *self._selected(request), restore=request.restore)
        adapters = self._trained_on.adapters_trained_on(forgetting.ids) if self._trained_on else ()
        report = report_of(self._ledger, forgetting, adapters, preview=request.preview)
        if request.preview and request.about:
            report = replace(report, perhaps=self._perhaps_about(request.about, forgetting))
        if request.preview or not forgetting.ids:
            return report
        job.check()
        job.emit(Progress("forget", f"Forgetting {len(forgetting.ids)} things …"))
        forget(self._ledger, forgetting)
        for known in (*report.reworded_ids, *(memory.id for memory in report.predecessors)):
            self._index(known)
        job.emit(Progress("forget", "Clearing every trace …"))
        self.finish_forgetting()
        return report

    def finish_forgetting(self) -> None:
        """Do what past forgettings have still to do outside the tables. Raises ``TwinError``; then it stays due."""
        finish_forgetting(self._ledger, (*self._purges, self._withdraw))

    def _withdraw(self, gone: Forgotten) -> None:
        """Take out of use what learned from any of it."""
        if self._trained_on and (adapters := self._trained_on.adapters_trained_on(gone.ids)):
            self._trained_on.withdraw([adapter.id for adapter in adapters], because="an example was forgotten")

    def _selected(self, request: Forget) -> Sequence[str]:
        if [bool(request.ids), bool(request.about), request.before is not None].count(True) != 1:
            raise NotUnderstoodError(
                "It is not clear what is to be forgotten.", hint="Give ids, or a topic, or a date: one of the three."
            )
        if request.about:
            return sorted(self._naming(request.about))
        return sorted(selection.before(request.before, self._ledger)) if request.before else request.ids

    def _naming(self, topic: str) -> set[str]:
        """What was said that names ``topic``, and the memories that do; not those that another place says too, in words
        that do not name it. What recall merely takes to be about it is not destroyed on a guess."""
        named = selection.naming(topic, self._ledger)
        said = {known for known in named if known[0] != "m"}
        rewordings = plan_forgetting(self._ledger, *said).rewordings
        reworded = {new.memory_id: f"{new.text} {new.value} {' '.join(new.aliases)}" for new in rewordings}
        return (set(named) - reworded.keys()) | selection.mentioning(topic, reworded.items())

    def _perhaps_about(self, topic: str, forgetting: Forgetting) -> tuple[Memory, ...]:
        """Memories that recall takes to be about ``topic`` and that do not go."""
        found = self._recall.recall(topic).items
        return tuple(
            item.memory
            for item in found
            if item.score >= RELEVANT_SCORE and item.memory.id[0] == "m" and item.memory.id not in forgetting.memory_ids
        )[:_MOST_SUGGESTED]

    # --- carrying elsewhere -------------------------------------------------------------------------------------

    def export(self, request: Export, job: Job) -> ExportReport:
        """See the port."""
        job.emit(Progress("export", "Writing what was said and what is known …"))
        about = selection.naming(request.about, self._ledger) if request.about else None
        return export(self._ledger, request.path, about, request.about)

    def import_memory(self, request: ImportMemory, job: Job) -> ImportReport:
        """See the port."""
        job.emit(Progress("import", "Reading what was said and what was known …"))
        report, learned = import_memory(self._ledger, request.path)
        for known in learned:
            self._index(known)
        return report

    def import_conversation(self, request: ImportConversation, job: Job) -> ImportReport:
        """See the port."""
        job.emit(Progress("import", "Reading the conversation …"))
        return import_conversation(self._ledger, request.path, me=request.me, capture=self._capture, job=job)


def _edited(request: Edit, edited: Edited) -> str:
    if request.private is None:
        return f"{request.id} is as you say now."
    state = "is for your eyes only now" if request.private else "is no longer private"
    along = f", and with it {', '.join(edited.along)}" if edited.along else ""
    return f"{request.id} {state}{along}."
