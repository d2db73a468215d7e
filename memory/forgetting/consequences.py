"""What goes with what: from something that is to be forgotten to all that rests on it, drew on it or names it.

A memory goes with the turns and utterances that it was taken from, a turn or an utterance with the memories that rest
on it alone; corrections, signals, decisions, questions about a memory, the twin's own replies that drew on any of it
and the questions behind them go along. A memory that another place says too stays, in the words of that place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection, Row

from memory.extraction.extract import Extraction, extract
from memory.store.ledger import SqliteLedger
from memory.store.rows import number_of, to_json
from twin.domain import Memory, MemoryKind, Route, Speaker
from twin.errors import NotUnderstoodError
from twin.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Rewording:
    """A memory that stays, because another source says the same, in that source's words."""

    memory_id: str
    text: str
    value: str
    aliases: tuple[str, ...] = ()


def numbers(ids: Iterable[str], letter: str) -> list[int]:
    """The rows' numbers of those of ``ids`` that are of one kind."""
    return [number for known in ids if (number := number_of(known, letter)) is not None]


def select(ledger: SqliteLedger, query: str, values: Iterable[object], *more: object) -> list[Row]:
    """Rows of a ``query`` in which ``(?1)`` stands for the list of ``values``."""
    listed = query.replace("(?1)", "(SELECT value FROM json_each(?1))")
    return ledger.database.rows(listed, (to_json(tuple(values)), *more))


# --- what was asked for ---------------------------------------------------------------------------------------


def asked_for(ledger: SqliteLedger, ids: Iterable[str]) -> tuple[set[str], set[str]]:
    """The memories among ``ids``, and the turns and utterances that are named or that hold them.

    Raises ``NotFoundError``; ``NotUnderstoodError`` for what cannot be forgotten by itself."""
    wanted = list(dict.fromkeys(ids))
    for known in wanted:
        if known[:1] not in ("m", "t", "u") or known == "last":
            raise NotUnderstoodError(
                f"{known!r} cannot be forgotten by itself.",
                hint="Forget a memory (m12), a turn (t12) or an utterance (u12); what belongs to it goes along.",
            )
    found = {
        f"{letter}{row['id']}"
        for letter, table in (("m", "memories"), ("t", "turns"), ("u", "utterances"))
        for row in select(ledger, f"SELECT id FROM {table} WHERE id IN (?1)", numbers(wanted, letter))  # noqa: S608
    }
    for missing in (known for known in wanted if known not in found):
        {"m": ledger.memory, "t": ledger.turn, "u": ledger.utterance}[missing[0]](missing)  # says what became of it
    memories = {known for known in found if known[0] == "m"}
    held_by = select(ledger, "SELECT source_id FROM memory_sources WHERE memory_id IN (?1)", numbers(memories, "m"))
    return memories, (found - memories) | said_in(ledger, {row["source_id"] for row in held_by})


def said_in(ledger: SqliteLedger, source_ids: Iterable[str]) -> set[str]:
    """The turns and utterances behind sources: a correction's text stands in its utterance as well."""
    sources = set(source_ids)
    corrected = select(ledger, "SELECT utterance_id FROM corrections WHERE id IN (?1)", numbers(sources, "c"))
    return {known for known in sources if known[0] != "c"} | {f"u{row['utterance_id']}" for row in corrected}


# --- what goes along ------------------------------------------------------------------------------------------


def corrections_of(ledger: SqliteLedger, source_ids: set[str]) -> set[str]:
    rows = select(ledger, "SELECT id FROM corrections WHERE utterance_id IN (?1)", numbers(source_ids, "u"))
    return {f"c{row['id']}" for row in rows}


def memories_resting_on(ledger: SqliteLedger, source_ids: set[str]) -> tuple[Memory, ...]:
    rows = select(ledger, "SELECT DISTINCT memory_id FROM memory_sources WHERE source_id IN (?1)", sorted(source_ids))
    return ledger.memories_by_id(f"m{row['memory_id']}" for row in rows)


def reworded(ledger: SqliteLedger, memory: Memory, gone: set[str]) -> Rewording | None:
    """``memory`` as its other sources put it, or nothing if none of them says it."""
    others = said_in(ledger, set(memory.source_ids) - gone) - gone
    texts = [ledger.turn(known).text for known in sorted(others) if known[0] == "t"]
    utterances = [ledger.utterance(known) for known in sorted(others) if known[0] == "u"]
    texts += [utterance.text for utterance in utterances]
    if memory.kind is MemoryKind.VOCABULARY:
        if not any(memory.value.casefold() in text.casefold() for text in texts):
            return None
        misheard = " ".join(utterance.heard for utterance in utterances).casefold()
        aliases = tuple(alias for alias in memory.aliases if alias.casefold() in misheard)
        return Rewording(memory.id, memory.text, memory.value, aliases)
    if any(memory.text.casefold() in text.casefold() for text in texts):
        return Rewording(memory.id, memory.text, memory.value, memory.aliases)
    for text in texts:
        for extraction in extract(text, outright=memory.confidence == 1.0):
            if _is_of(extraction, memory):
                return Rewording(memory.id, extraction.text, extraction.value, memory.aliases)
    return _sentence_with_value(memory, texts)


def reword(ledger: SqliteLedger, connection: Connection, rewordings: Iterable[Rewording]) -> None:
    """Put memories that stay in the words of the sources that stay."""
    for new in rewordings:
        connection.execute(
            "UPDATE memories SET text = ?, value = ?, aliases = ? WHERE id = ?",
            (new.text, new.value, to_json(new.aliases), number_of(new.memory_id, "m")),
        )
        ledger.note(connection, "reworded", new.memory_id)


def _is_of(extraction: Extraction, memory: Memory) -> bool:
    if memory.slot:
        return extraction.slot == memory.slot and extraction.value.casefold() == memory.value.casefold()
    return extraction.text == memory.text


def _sentence_with_value(memory: Memory, texts: list[str]) -> Rewording | None:
    """What no rule reads in the other source: its sentence that has the value in it, if there is one."""
    for sentence in (sentence for text in texts for sentence in split_sentences(text)):
        at = sentence.casefold().find(memory.value.casefold()) if memory.slot and memory.value else -1
        if at >= 0:
            value = sentence[at : at + len(memory.value)]
            return Rewording(memory.id, sentence.rstrip(".! "), value, memory.aliases)
    return None


def replies_drawn_from(ledger: SqliteLedger, ids: set[str]) -> set[str]:
    """The twin's replies that drew on any of ``ids``, and those that drew on these replies in turn."""
    replies: set[str] = set()
    newly = set(ids)
    while newly:
        rows = select(ledger, "SELECT DISTINCT turn_id FROM turn_sources WHERE source_id IN (?1)", sorted(newly))
        newly = {f"t{row['turn_id']}" for row in rows} - replies - ids
        replies |= newly
    return replies


def questions_behind(ledger: SqliteLedger, replies: set[str]) -> set[str]:
    """The person's questions and wishes to forget that ``replies`` answered: they tell nothing but name what goes."""
    rows = select(
        ledger,
        "SELECT DISTINCT turns.id FROM turn_sources JOIN turns AS replies ON replies.id = turn_id "
        "JOIN turns ON turns.id = CAST(substr(source_id, 2) AS INTEGER) AND source_id LIKE 't%' "
        "WHERE turn_id IN (?1) AND replies.route IN (?2, ?3) "
        "AND turns.speaker = ?4 AND NOT turns.recallable",
        numbers(replies, "t"), Route.ABOUT_PERSON, Route.FORGET, Speaker.PERSON,
    )  # fmt: skip
    return {f"t{row['id']}" for row in rows}


def noticed_of(ledger: SqliteLedger, source_ids: set[str], memory_ids: set[str]) -> set[str]:
    """Signals of these sources, decisions made of them or of their corrections or that made these memories, the twin's
    questions about these memories."""
    signals = {
        f"s{row['id']}" for row in select(ledger, "SELECT id FROM signals WHERE subject_id IN (?1)", sorted(source_ids))
    }
    rows = select(ledger, "SELECT id FROM decisions WHERE memory_id IN (?1)", sorted(memory_ids))
    rows += select(
        ledger,
        "SELECT decisions.id FROM decisions, json_each(decisions.signal_ids) AS signal WHERE signal.value IN (?1)",
        sorted(signals | corrections_of(ledger, source_ids)),
    )
    asked = select(
        ledger,
        "SELECT questions.id FROM questions, json_each(questions.memory_ids) AS memory WHERE memory.value IN (?1)",
        sorted(memory_ids),
    )
    return signals | {f"d{row['id']}" for row in rows} | {f"q{row['id']}" for row in asked}


def rules_resting_on(ledger: SqliteLedger, source_ids: set[str]) -> set[str]:
    """Rewrite rules that were made of any of these: what is left of their sources may make them anew."""
    rows = select(
        ledger,
        "SELECT DISTINCT rules.id FROM rules, json_each(rules.source_ids) AS source WHERE source.value IN (?1)",
        sorted(source_ids),
    )
    return {f"w{row['id']}" for row in rows}


def proposals_resting_on(ledger: SqliteLedger, ids: set[str]) -> set[str]:
    """Proposals to learn from any of these corrections, because of these decisions or by these rules."""
    rows = select(
        ledger,
        "SELECT id FROM proposals WHERE decision_id IN (?1) OR subject_id IN (?1) "
        "OR EXISTS (SELECT 1 FROM json_each(example_ids) AS example WHERE example.value IN (?1))",
        sorted(ids),
    )
    return {f"p{row['id']}" for row in rows}


def recordings_only_of(ledger: SqliteLedger, source_ids: set[str]) -> tuple[str, ...]:
    """Hashes of recordings to which nothing but these utterances refers."""
    going = numbers(source_ids, "u")
    rows = select(
        ledger,
        "SELECT audio_sha256 FROM utterances GROUP BY audio_sha256 HAVING sum(id NOT IN (?1)) = 0 ORDER BY 1",
        going,
    )
    return tuple(row["audio_sha256"] for row in rows) if going else ()


def predecessors_of(ledger: SqliteLedger, memory_ids: set[str]) -> tuple[Memory, ...]:
    """Past values that one of these replaced and that nothing else would keep in the past."""
    rows = select(
        ledger,
        "SELECT id, superseded_by, true_until FROM memories WHERE superseded_by IS NOT NULL OR id IN (?1)",
        numbers(memory_ids, "m"),
    )
    after: dict[int, int | None] = {row["id"]: row["superseded_by"] for row in rows}
    going: dict[int | None, str | None] = {
        row["id"]: row["true_until"] for row in rows if f"m{row['id']}" in memory_ids
    }

    def would_hold(number: int) -> bool:
        last, following = number, after[number]
        while following in going:
            assert following is not None
            last, following = following, after[following]
        return last != number and following is None and going[last] is None

    return ledger.memories_by_id(f"m{number}" for number in after if number not in going and would_hold(number))
