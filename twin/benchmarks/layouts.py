"""The layouts of four public corpora, read as they are published.

- LoCoMo (arXiv 2402.17753): ``locomo*.json``, with ``audit_errors.json`` beside it if there is.
- REALTALK (arXiv 2502.13270): ``Chat_*.json``.
- BEAM (arXiv 2510.27246): ``chat.json`` with ``probing_questions/probing_questions.json``.
- PrefEval (arXiv 2502.09597): ``explicit_preference/TOPIC.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from twin.benchmarks.corpora import Asked, Purpose, Said, Store
from twin.domain import Speaker

_SESSION = re.compile(r"session_(\d+)")
_REFERENCE = re.compile(r"D\s*:?\s*(\d+)\s*:\s*0*(\d+)|(?<![\d:])(\d+):(\d+)")
_RANGE = re.compile(r"D(\d+):(\d+)\s*-\s*D(\d+):(\d+)")
_PLACE_IN_CHAT = re.compile(r"\s*->->\s*[\d,\s]+$")
_UNANSWERABLE = 5
"""LoCoMo's category of questions that nothing in the conversation answers."""
_PAST_QUESTIONS = ("{} I mean before it changed.", "What was it originally: {}", "Before the update, {}")
"""How a question about a value is turned into one about the value that it replaced."""


# --- LoCoMo ----------------------------------------------------------------------------------------------------


def is_locomo(path: Path) -> bool:
    return path.name.startswith("locomo")


def read_locomo(path: Path) -> Iterator[Store]:
    audit = _audit(path.with_name("audit_errors.json"))
    for number, record in enumerate(_read(path)):
        name = str(record.get("sample_id", number))
        said = tuple(_locomo_turns(record["conversation"]))
        known = {one.key for one in said}
        asked = []
        for entry in record["qa"]:
            corrected = audit.get((entry["question"], tuple(entry["evidence"])))
            asked.append(
                Asked(
                    text=entry["question"],
                    evidence=_references(entry["evidence"], known),
                    category=str(entry["category"]),
                    purpose=Purpose.ABSENT if entry["category"] == _UNANSWERABLE else Purpose.RECALL,
                    corrected=_references(corrected, known) if corrected else None,
                    answer=str(entry.get("answer", "")),
                )
            )
        yield Store("locomo", name, said, tuple(asked))


def _locomo_turns(conversation: dict[str, Any]) -> Iterator[Said]:
    for session in _sessions(conversation):
        start = _time(conversation.get(f"{session}_date_time", ""), "%I:%M %p on %d %B, %Y")
        for place, turn in enumerate(conversation[session]):
            text = turn["text"].strip()
            if turn.get("blip_caption"):  # what its picture showed; the field `query` was never said
                text = f"{text} [picture: {turn['blip_caption']}]".strip()
            when = start + timedelta(seconds=20 * place) if start else None
            yield Said(turn["dia_id"], text, turn["speaker"], Speaker.OTHER, session, when)


def _audit(path: Path) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Corrected evidence by question and by the evidence that was found wrong: the audit numbers conversations by
    their place in the full file, which a part of it does not tell."""
    errors = _read(path) if path.is_file() else []
    return {
        (error["question"], tuple(error["cited_evidence"])): error["correct_evidence"]
        for error in errors
        if error.get("correct_evidence")
    }


# --- REALTALK --------------------------------------------------------------------------------------------------


def is_realtalk(path: Path) -> bool:
    return path.name.startswith("Chat_")


def read_realtalk(path: Path) -> Store:
    record = _read(path)
    said = tuple(
        Said(
            turn["dia_id"],
            turn["clean_text"].strip(),
            turn["speaker"],
            Speaker.OTHER,
            session,
            _time(turn.get("date_time", ""), "%d.%m.%Y, %H:%M:%S"),
        )
        for session in _sessions(record)
        for turn in record[session]
    )
    known = {one.key for one in said}
    asked = (
        Asked(q["question"], _references(q["evidence"], known), str(q["category"]), answer=str(q.get("answer", "")))
        for q in record["qa"]
    )
    return Store("realtalk", path.stem, said, tuple(asked))


# --- BEAM ------------------------------------------------------------------------------------------------------


def is_beam(path: Path) -> bool:
    return path.name == "chat.json" and (path.parent / "probing_questions" / "probing_questions.json").is_file()


def read_beam(path: Path) -> Store:
    said = tuple(_beam_messages(_read(path)))
    known = {one.key for one in said}
    questions = _read(path.parent / "probing_questions" / "probing_questions.json")
    asked = [_beam_question(kind, entry, known) for kind, entries in questions.items() for entry in entries]
    return Store("beam", path.parent.name, said, (*asked, *(past for one in asked for past in _about_the_past(one))))


def _beam_messages(chat: Any) -> Iterator[Said]:
    day: datetime | None = None
    number = count()
    for place, batch in enumerate(_batches(chat)):
        for exchange in batch["turns"]:
            for message in exchange:
                day = _time(message.get("time_anchor") or "", "%B-%d-%Y") or day
                nth = next(number)
                yield Said(
                    key=str(message["id"]),
                    text=_PLACE_IN_CHAT.sub("", message["content"]).strip(),
                    name=message["role"],
                    speaker=Speaker.PERSON if message["role"] == "user" else Speaker.TWIN,
                    session=f"batch_{place}",
                    when=day + timedelta(seconds=30 * nth) if day else None,
                )


def _batches(chat: Any) -> Iterator[dict[str, Any]]:
    """The batches of a chat, which the longest ones nest in plans."""
    if isinstance(chat, dict) and "turns" in chat:
        yield chat
    else:
        for part in chat.values() if isinstance(chat, dict) else chat:
            yield from _batches(part)


def _beam_question(kind: str, entry: dict[str, Any], known: set[str]) -> Asked:
    source = entry.get("source_chat_ids") or []
    updated = source if kind == "knowledge_update" and isinstance(source, dict) else {}
    return Asked(
        text=entry["question"],
        evidence=_leaves(source) & known,
        category=kind,
        purpose=Purpose.ABSENT if kind == "abstention" else Purpose.RECALL,
        stale=_leaves(updated.get("original_info", [])) & known,
        fresh=_leaves(updated.get("updated_info", [])) & known,
    )


def _about_the_past(asked: Asked) -> Iterator[Asked]:
    if asked.stale and asked.fresh and not asked.stale & asked.fresh:
        for form in _PAST_QUESTIONS:
            yield replace(asked, text=form.format(asked.text), evidence=asked.stale, purpose=Purpose.PAST)


# --- PrefEval --------------------------------------------------------------------------------------------------


def is_prefeval(path: Path) -> bool:
    return path.parent.name == "explicit_preference"


def read_prefeval(topics: Sequence[Path]) -> Iterator[Store]:
    """A store of each topic, and ``prefeval_all``: one of all topics together."""
    entries = {path.stem: _read(path) for path in topics}
    for topic, members in entries.items():
        yield _pool("prefeval", topic, {topic: members})
    yield _pool("prefeval_all", topics[0].parent.parent.name, entries)


def _pool(corpus: str, name: str, topics: dict[str, list[dict[str, str]]]) -> Store:
    """Preferences that several people stated in the same words are one."""
    said: dict[str, Said] = {}
    asked = []
    for topic, entries in topics.items():
        for number, entry in enumerate(entries):
            text = entry["preference"].strip()
            one = said.setdefault(text, Said(f"{topic}/{number}", text, "user", Speaker.PERSON, f"{topic}/{number}"))
            asked.append(Asked(entry["question"], frozenset((one.key,)), topic))
    return Store(corpus, name, tuple(said.values()), tuple(asked))


# --- shared ----------------------------------------------------------------------------------------------------


def _read(path: Path) -> Any:
    return msgspec.json.decode(path.read_bytes())


def _sessions(record: dict[str, Any]) -> list[str]:
    numbered = {int(match[1]): key for key in record if (match := _SESSION.fullmatch(key))}
    return [numbered[number] for number in sorted(numbered) if isinstance(record[numbered[number]], list)]


def _references(written: Sequence[str], known: set[str]) -> frozenset[str]:
    """Ids of turns as annotators wrote them: joined by ``;``, as ranges, with blanks or zeros or without their D."""
    found: set[str] = set()
    for text in written:
        for session, first, same_session, last in _RANGE.findall(text):
            if session == same_session:
                found |= {f"D{session}:{number}" for number in range(int(first), int(last) + 1)}
        found |= {f"D{a or c}:{b or d}" for a, b, c, d in _REFERENCE.findall(text)}
    return frozenset(found & known)


def _leaves(value: Any) -> frozenset[str]:
    """The ids in a list, a dict of lists, or whatever deeper nesting of them."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return frozenset(leaf for part in parts for leaf in _leaves(part))
    return frozenset((str(value),))


def _time(written: str, form: str) -> datetime | None:
    return datetime.strptime(written, form).replace(tzinfo=UTC) if written else None
