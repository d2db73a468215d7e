"""Putting a memory right by hand, and keeping things to the person alone.

What was said stays as it was said; a memory is derived from it, and the person knows better than any rule. So an edit
is itself something that the person said: a turn of its own, from which the edited memory is taken, and which stands
over whatever rules or models make of the older sources (:mod:`memory.forgetting.forgotten`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from sqlite3 import Connection

from memory.extraction.extract import extract
from memory.extraction.secrets import holds_secret
from memory.forgetting import consequences
from memory.forgetting.consequences import Rewording, numbers
from memory.forgetting.forgotten import note_replaced
from memory.recall.passages import Passages
from memory.recall.recallable import is_recallable
from memory.store.ledger import SqliteLedger
from memory.store.rows import number_of, to_json, to_time
from twin.domain import PRIVATE_PLACEHOLDER, Memory, MemoryStatus, Speaker
from twin.errors import NotUnderstoodError
from twin.requests import Edit

_ROUTE = "edit"
"""The route of the turns that edits are."""
_SAYS_MORE = 3
"""A source that has this many words beside the old wording stays findable for their sake."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit touched: ``changed`` are to be indexed anew, ``hidden`` are to leave the indexes."""

    id: str
    changed: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def along(self) -> tuple[str, ...]:
        return tuple(sorted((self.changed | self.hidden) - {self.id}, key=lambda known: (known[0], int(known[1:]))))


def edit(ledger: SqliteLedger, request: Edit) -> Edited:
    """Do what ``request`` asks, in one transaction. Raises ``NotFoundError``, ``NotUnderstoodError``."""
    wording = [request.text, request.value, request.kind, request.true_from, request.true_until]
    if request.private is None and not request.holds and all(given is None for given in wording):
        raise NotUnderstoodError("Nothing to change was given.", hint="`twin edit --help` lists what can be changed.")
    with ledger.database.transaction() as connection:
        if request.id[:1] in ("t", "u"):
            if request.holds or any(given is not None for given in wording):
                raise NotUnderstoodError(
                    f"{request.id} is what was said, and stays as it was said.",
                    hint="Correct a dictation with `twin correct`; edit the memory taken from it; or forget it.",
                )
            return _share(ledger, connection, request.id, private=bool(request.private))
        memory = ledger.memory(request.id)
        edited = Edited(memory.id)
        if request.holds or any(given is not None for given in wording):
            edited = _put_right(ledger, connection, memory, request)
        if request.private is None:
            return edited
        shared = _share(ledger, connection, memory.id, private=request.private)
    hidden = edited.hidden | shared.hidden
    return Edited(memory.id, (edited.changed | shared.changed) - hidden, hidden)


# --- wording and validity ---------------------------------------------------------------------------------------


def _put_right(ledger: SqliteLedger, connection: Connection, memory: Memory, request: Edit) -> Edited:
    if memory.status is MemoryStatus.PROPOSED:
        raise NotUnderstoodError(
            f"{memory.id} waits for your answer and is not held yet.", hint="Answer the question about it first."
        )
    note_replaced(connection, ledger.salt(), memory)
    new = _reworded(memory, request)
    hidden: set[str] = set()
    if (new.text, new.value) != (memory.text, memory.value):
        _say(ledger, connection, new, request.session_id)
        hidden = _hide_old_wording(ledger, connection, memory)
    if new.slot != memory.slot:
        _leave_slot(ledger, connection, memory, new.slot)
        new = replace(new, superseded_by=None)
    new = _dated(new, request)
    connection.execute(
        "UPDATE memories SET kind = ?, text = ?, slot = ?, value = ?, polarity = ?, strength = ?, true_from = ?, "
        "true_until = ?, origin = 'person', confidence = 1 WHERE id = ?",
        (
            new.kind, new.text, new.slot, new.value, new.polarity, new.strength, to_time(new.true_from),
            to_time(new.true_until) if new.true_until else None, number_of(new.id, "m"),
        ),
    )  # fmt: skip
    if new.true_from != memory.true_from:
        connection.execute(
            "UPDATE memories SET true_until = max(true_from, ?) WHERE superseded_by = ? AND true_until = ?",
            (to_time(new.true_from), number_of(new.id, "m"), to_time(memory.true_from)),
        )
    ledger.note(connection, "edited", memory.id)
    return Edited(
        memory.id, frozenset({memory.id}) if memory.status is MemoryStatus.HELD else frozenset(), frozenset(hidden)
    )


def _reworded(memory: Memory, request: Edit) -> Memory:
    """``memory`` in the words of ``request``; a new text is read by the same rules as anything that is said."""
    text = memory.text if request.text is None else request.text.strip()
    value = memory.value if request.value is None else request.value.strip()
    if not text:
        raise NotUnderstoodError("A memory without words is none.", hint=f"Let it go with: twin forget {memory.id}")
    if holds_secret(text) or holds_secret(value):
        raise NotUnderstoodError(
            "That holds a password, key or number which is kept out of memory.", title="Kept out of memory"
        )
    if request.value is not None and not memory.slot:
        raise NotUnderstoodError(f"{memory.id} fills no slot, so that it has no value.", hint="Give its --text.")
    if request.text is None and value != memory.value:
        text, found = re.subn(re.escape(memory.value), lambda _: value, text, count=1, flags=re.IGNORECASE)
        if not found:
            raise NotUnderstoodError(
                f"The words of {memory.id} do not have its value “{memory.value}” in them.", hint="Give --text as well."
            )
    new = replace(memory, text=text, value=value, kind=request.kind or memory.kind)
    if text == memory.text or not memory.slot:
        return new
    read = [extraction for extraction in extract(text, outright=True) if extraction.slot]
    fitting = [extraction for extraction in read if extraction.slot == memory.slot] or (read if len(read) == 1 else [])
    if fitting:
        own_value = value if request.value is not None else fitting[0].value
        slot, polarity, strength = fitting[0].slot, fitting[0].polarity, fitting[0].strength
        return replace(new, slot=slot, value=own_value, polarity=polarity, strength=strength)
    if value.casefold() in text.casefold():
        return new
    raise NotUnderstoodError(
        f"I cannot tell what the new words say of “{memory.slot}”, which was “{memory.value}”.",
        hint="Give --value as well; for something else altogether, forget this one and tell me the other.",
    )


def _leave_slot(ledger: SqliteLedger, connection: Connection, memory: Memory, slot: str) -> None:
    """Make way for ``memory`` to be of ``slot``: what it had replaced in its old one stays in the past."""
    taken = [other for other in ledger.memories_in_slots([slot]) if other.true_until is None]
    if taken:
        raise NotUnderstoodError(
            f"{taken[0].id} speaks of that already: “{taken[0].text}”.",
            hint=f"Edit {taken[0].id} instead, or forget one of the two.",
        )
    connection.execute(
        "UPDATE memories SET superseded_by = ? WHERE superseded_by = ?",
        (number_of(memory.superseded_by or "", "m"), number_of(memory.id, "m")),
    )
    connection.execute("UPDATE memories SET superseded_by = NULL WHERE id = ?", (number_of(memory.id, "m"),))


def _dated(memory: Memory, request: Edit) -> Memory:
    true_from = request.true_from or memory.true_from
    true_until = request.true_until or memory.true_until
    if request.holds:
        if memory.superseded_by is not None:
            raise NotUnderstoodError(
                f"{memory.superseded_by} took the place of {memory.id}, so that it cannot hold as well.",
                hint=f"Forget {memory.superseded_by} with --restore, or edit that one.",
            )
        true_until = None
    if true_until is not None and true_until <= true_from and not memory.withdrawn:
        raise NotUnderstoodError(
            f"{memory.id} would end ({true_until:%Y-%m-%d}) before it began ({true_from:%Y-%m-%d})."
        )
    return replace(memory, true_from=true_from, true_until=true_until)


def _say(ledger: SqliteLedger, connection: Connection, new: Memory, session_id: str) -> None:
    """Keep the edit as what the person said, and as the first source of the memory."""
    turn = ledger.add_turn(
        session_id=session_id or f"edit-{new.id}", speaker=Speaker.PERSON, text=new.text, route=_ROUTE
    )
    connection.execute("UPDATE turns SET recallable = 0 WHERE id = ?", (number_of(turn.id, "t"),))
    number = number_of(new.id, "m")
    connection.execute("UPDATE memory_sources SET position = position + 1 WHERE memory_id = ?", (number,))
    connection.execute(
        "INSERT INTO memory_sources (memory_id, source_id, position) VALUES (?, ?, 0)", (number, turn.id)
    )


def _hide_old_wording(ledger: SqliteLedger, connection: Connection, memory: Memory) -> set[str]:
    """Take sources that say nothing but the old wording out of recall; gives their ids."""
    hidden: set[str] = set()
    said = consequences.said_in(ledger, memory.source_ids)
    for source_id, text in Passages(ledger.database).texts(said).items():
        rest = re.sub(re.escape(memory.text), " ", text, flags=re.IGNORECASE)
        if rest != text and len(rest.split()) < _SAYS_MORE:
            table = "turns" if source_id[0] == "t" else "utterances"
            connection.execute(f"UPDATE {table} SET recallable = 0 WHERE id = ?", (int(source_id[1:]),))  # noqa: S608
            ledger.note(connection, "put aside", source_id)
            hidden.add(source_id)
    return hidden


# --- for the person's own eyes ----------------------------------------------------------------------------------


def _share(ledger: SqliteLedger, connection: Connection, id: str, *, private: bool) -> Edited:
    """Make private, or public again: a memory with the words that it was taken from and the replies that drew on any of
    it, or a turn or utterance with the memories that rest on it alone."""
    asked, said = consequences.asked_for(ledger, [id])
    rewordings: list[Rewording] = []
    if not asked:
        hidden = said | said_in_private(ledger)
        hidden |= consequences.corrections_of(ledger, hidden)
        for memory in consequences.memories_resting_on(ledger, said | consequences.corrections_of(ledger, said)):
            reworded = consequences.reworded(ledger, memory, hidden) if private else None
            if reworded is None:
                asked.add(memory.id)
            else:
                rewordings.append(reworded)
        consequences.reword(ledger, connection, rewordings)
    said |= consequences.replies_drawn_from(ledger, asked | said)
    for letter, table in (("t", "turns"), ("u", "utterances")):
        going = to_json(numbers(said, letter))
        connection.execute(
            f"UPDATE {table} SET private = ?, recallable = recallable AND NOT ? "  # noqa: S608 - constants
            "WHERE id IN (SELECT value FROM json_each(?))",
            (private, private, going),
        )
    if private:
        asked |= set(ledger.withdraw_questions(sorted(asked)))
        connection.execute(
            "UPDATE memories SET status = 'private' WHERE id IN (SELECT value FROM json_each(?))",
            (to_json(numbers(asked, "m")),),
        )
    else:
        _find_again(ledger, connection, said)
        for memory in ledger.memories_by_id(asked):
            if memory.status is MemoryStatus.PRIVATE:
                ledger.hold(memory)
    for known in sorted(asked | said):
        ledger.note(connection, "made private" if private else "made public", known)
    touched = frozenset(asked | said)
    changed = frozenset(reworded.memory_id for reworded in rewordings)
    return Edited(id, changed, hidden=touched) if private else Edited(id, changed=touched)


def said_in_private(ledger: SqliteLedger) -> set[str]:
    rows = ledger.database.rows(
        "SELECT 't' || id AS id FROM turns WHERE private UNION ALL SELECT 'u' || id FROM utterances WHERE private"
    )
    return {str(row["id"]) for row in rows}


def _find_again(ledger: SqliteLedger, connection: Connection, said: set[str]) -> None:
    """Let recall find what is worth finding of what was private."""
    for known in said:
        if known[0] == "t":
            turn = ledger.turn(known)
            own_words = turn.speaker is not Speaker.TWIN and turn.route != _ROUTE and turn.text != PRIVATE_PLACEHOLDER
            found = own_words and is_recallable(turn.text)
            connection.execute("UPDATE turns SET recallable = ? WHERE id = ?", (found, int(known[1:])))
        else:
            utterance = ledger.utterance(known)
            own = not utterance.source.is_read
            found = own and is_recallable(utterance.text) and not holds_secret(utterance.heard)
            connection.execute("UPDATE utterances SET recallable = ? WHERE id = ?", (found, int(known[1:])))
