"""What the twin asks about its memory, and what an answer does: contradictions, and what a model read out of words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Final

from memory.forgetting.forgotten import note_forgotten, was_forgotten
from memory.store.rows import number_of, question_of
from memory.store.slots import SlotTables
from twin.domain import Bearing, Memory, MemoryStatus, Polarity, Question, QuestionKind
from twin.errors import NotUnderstoodError
from twin.ports import NewMemory
from twin.requests import AskedOfPerson

ANSWERS: Final = {
    QuestionKind.CONTRADICTION: ("new", "old", "both", "neither"),
    QuestionKind.EXTRACTION: ("yes", "no"),
}


class ReviewTables(SlotTables):
    """Asks and takes answers; a part of :class:`memory.store.ledger.SqliteLedger`."""

    def questions(self, *, answered: bool = False) -> tuple[Question, ...]:
        """The open questions, oldest first; with ``answered`` those too that were answered."""
        rows = self.database.rows("SELECT * FROM questions WHERE ? OR answered_at IS NULL ORDER BY id", (answered,))
        return tuple(question_of(row) for row in rows)

    def question(self, id: str) -> Question:
        return question_of(self._row("q", id))

    def propose(self, memory: NewMemory) -> Memory | None:
        """Keep what a model read out of the person's words, and ask; nothing if it is known or was turned down."""
        with self.database.transaction() as connection:
            if was_forgotten(self.database, self.salt(), _wording(memory)) or self._is_known(memory):
                return None
            waiting = self._waiting(connection, memory)
            stored = self.add_memory(memory)
            if waiting is None:
                self._question(connection, QuestionKind.EXTRACTION, (stored.id,))
        return stored

    def resolve(self, question_id: str, answer: str) -> tuple[Question, tuple[Memory, ...]]:
        """Do what the person says about a question; gives it as answered, and its memories as they are now.

        ``new``: the newer statement holds and the older never did; ``old``: the other way round; ``both`` hold;
        ``neither`` does. What a model extracted is held after ``yes``; after ``no`` it is forgotten, and not
        proposed again. Raises ``NotFoundError``, ``NotUnderstoodError``.
        """
        with self.database.transaction() as connection:
            question = self.question(question_id)
            self._refuse_if_senseless(question, answer)
            memories = self.memories_by_id(question.memory_ids)
            proposed = next((m for m in memories if m.id == question.memory_ids[-1]), None)
            if proposed is not None and proposed.status is MemoryStatus.PROPOSED:
                held = [m for m in memories if m.id != proposed.id and m.true_until is None]
                self._settle(connection, proposed, held, answer)
            connection.execute(
                "UPDATE questions SET answered_at = ?, answer = ? WHERE id = ?",
                (self.now(), answer, number_of(question.id, "q")),
            )
            self.note(connection, "answered", question.id)
        settled = self.memories_by_id(question.memory_ids)
        for memory in settled:
            self._tell(memory.id)
        return self.question(question_id), settled

    def hold(self, memory: Memory) -> None:
        """Let a memory that was private find its place among what is held."""
        number = number_of(memory.id, "m")
        with self.database.transaction() as connection:
            if memory.slot and memory.true_until is None:
                self._place(connection, _as_new(memory), promoted=number)
            else:
                connection.execute("UPDATE memories SET status = 'held' WHERE id = ?", (number,))

    def hold_what_waits_in_vain(self) -> None:
        """Let what waited for the answer to a question that is no more find its place: it may contradict nothing."""
        asked_about = {memory_id for question in self.questions() for memory_id in question.memory_ids}
        for memory in self.memories(status=MemoryStatus.PROPOSED, limit=-1):
            if memory.id not in asked_about and memory.origin == "rules":
                self.hold(memory)
                self._tell(memory.id)

    def withdraw_questions(self, memory_ids: Sequence[str]) -> tuple[str, ...]:
        """Take back the open questions about any of ``memory_ids``; gives the ids of what waited for their answers."""
        waiting: list[str] = []
        with self.database.transaction() as connection:
            for question in self.questions():
                if set(question.memory_ids) & set(memory_ids):
                    connection.execute("DELETE FROM questions WHERE id = ?", (number_of(question.id, "q"),))
                    waiting.append(question.memory_ids[-1])
        return tuple(waiting)

    def _refuse_if_senseless(self, question: Question, answer: str) -> None:
        if question.answered_at is not None:
            raise NotUnderstoodError(f"{question.id} was answered on {question.answered_at:%Y-%m-%d}.")
        if answer not in ANSWERS[question.kind]:
            possible = ", ".join(ANSWERS[question.kind])
            raise NotUnderstoodError(f"{answer!r} is no answer to {question.id}.", hint=f"Say one of: {possible}.")

    def _settle(self, connection: Connection, proposed: Memory, held: Sequence[Memory], answer: str) -> None:
        number = number_of(proposed.id, "m")
        assert number is not None
        if answer == "no":
            note_forgotten(connection, self.salt(), [_wording(proposed)])
            connection.execute("INSERT INTO tombstones VALUES (?, 'memory', ?)", (proposed.id, self.now()))
            self._drop(connection, proposed.id)
        elif answer == "yes":
            self._place(connection, _as_new(proposed), promoted=number)
        elif answer == "both":
            self._write(connection, _as_new(proposed), number)
        elif answer == "new":
            self._write(connection, _as_new(proposed), number)
            self._replace(connection, held, number)
        else:
            by = held[0] if held and answer == "old" else None
            self._write(connection, _as_new(proposed), number, until=proposed.true_from, by=by)
            if answer == "neither":
                for memory in held:
                    connection.execute(
                        "UPDATE memories SET true_until = true_from WHERE id = ?", (number_of(memory.id, "m"),)
                    )
        self.note(connection, answer, proposed.id)

    def _is_known(self, memory: NewMemory) -> bool:
        return any(
            known.polarity is memory.polarity and known.value.casefold() == memory.value.casefold()
            for known in self.memories_in_slots([memory.slot])
        )


def asked(question: Question, memories: Sequence[Memory], timezone: tzinfo | None) -> AskedOfPerson:
    """The question in words, with what may be answered."""
    if [memory.id for memory in memories][-1:] != list(question.memory_ids[-1:]):
        return AskedOfPerson(question, tuple(memories), "What this was about is gone.", ANSWERS[question.kind])
    *held, last = memories
    if question.kind is QuestionKind.EXTRACTION:
        attitude = {Polarity.LIKES: " (you like it)", Polarity.DISLIKES: " (you dislike it)"}.get(last.polarity, "")
        text = f"{last.origin} read out of “{last.text}”: {_named(last.slot)} is “{last.value}”{attitude}. Is that so?"
    else:
        known = " and ".join(f"“{memory.text}” ({_day(memory, timezone)})" for memory in held) or "something else"
        text = f"You told me {known}, and now “{last.text}” ({_day(last, timezone)}): which holds?"
    return AskedOfPerson(question, tuple(memories), text, ANSWERS[question.kind])


def _wording(memory: NewMemory | Memory) -> str:
    """By which a proposal that was turned down is known again."""
    return f"proposed {memory.slot} {memory.polarity} {memory.value}"


def _as_new(memory: Memory) -> NewMemory:
    return NewMemory(
        kind=memory.kind,
        text=memory.text,
        source_ids=memory.source_ids,
        true_from=memory.true_from,
        slot=memory.slot,
        value=memory.value,
        polarity=memory.polarity,
        confidence=memory.confidence,
        aliases=memory.aliases,
        origin=memory.origin,
        domain=memory.domain,
        strength=memory.strength,
        bearing=Bearing.STATES,
        said_at=memory.learned_at,
    )


def _named(slot: str) -> str:
    subject, _, attribute = slot.partition(".")
    return f"your {attribute}" if subject == "self" else f"{subject}'s {attribute}"


def _day(memory: Memory, timezone: tzinfo | None) -> str:
    local = memory.learned_at.astimezone(timezone)
    return f"{local.day} {local:%B %Y}"
