"""What the language model is given: its task, the person's style, what memory has to say, and the turns that fit. Pure.

Text that was not written here is data. Control tokens never come this far (:class:`twin.ports.ChatMessage`), notes and
texts stand between marks that they cannot close, and the model is told that nothing between them is an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo
from importlib.resources import files
from typing import Final

from agents.answers import day
from twin.domain import Recalled, Route, Speaker, Turn
from twin.ports import ChatMessage

UNSURE: Final = "I may be wrong here: "
"""Before what a small model says about the world: of thirty plain questions six came out wrong, as sure as the rest.
It is no part of later prompts, or the model would say it of everything."""
NOTES_FROM: Final = 0.3
"""The score from which what recall found is worth a note to a capable model."""
_MOST_NOTES = 8
_CHARACTERS_PER_TOKEN = 3.5
"""Of English in today's vocabularies, rather too few: a prompt that is a little short costs nothing."""
_MARKS: Final = re.compile(r"</?\s*(?:notes?|text)\s*>", re.IGNORECASE)


def _read(name: str) -> str:
    return files("agents").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()


OPEN_PROMPT: Final = _read("open")
CAPABLE_PROMPT: Final = _read("capable")
ACT_PROMPT: Final = _read("act")


def marked(kind: str, text: str) -> str:
    """``text`` between marks that nothing in it can close."""
    while (bare := _MARKS.sub("", text)) != text:
        text = bare
    return f"<{kind}>\n{text}\n</{kind}>"


def notes(items: Sequence[Recalled], timezone: tzinfo | None) -> tuple[Recalled, ...]:
    """What of ``items`` is worth a note: the person's own words that hold, best first."""
    held = (item for item in items if item.memory.true_until is None and item.speaker is Speaker.PERSON)
    return tuple(item for item in held if item.score >= NOTES_FROM)[:_MOST_NOTES]


def open_prompt(
    turns: Sequence[Turn],
    *,
    style: str,
    noted: Sequence[Recalled] = (),
    capable: bool,
    context_tokens: int,
    reply_tokens: int,
    timezone: tzinfo | None,
) -> tuple[list[ChatMessage], tuple[Turn, ...]]:
    """The prompt of open talk after ``turns`` (of one session, oldest first), and those of them that are in it."""
    parts = [CAPABLE_PROMPT if capable else OPEN_PROMPT]
    if style and capable:
        parts.append(style)
    elif style:  # in one paragraph: a small model takes a second one for something to talk about
        parts = [f"{OPEN_PROMPT} {style}"]
    if noted:
        lines = "\n".join(f"- {day(item.said_at, timezone)}: {' '.join(item.quote.split())}" for item in noted)
        parts.append(marked("notes", lines))
    system = "\n\n".join(parts)
    room = round((context_tokens - reply_tokens) * _CHARACTERS_PER_TOKEN) - len(system)
    kept = recent_turns(turns if capable else open_talk(turns), room)
    messages = [ChatMessage("system", system)]
    messages += [
        ChatMessage("user" if turn.speaker is Speaker.PERSON else "assistant", turn.text.removeprefix(UNSURE))
        for turn in kept
    ]
    return messages, kept


def open_talk(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """``turns`` without what was answered by rule, question and answer.

    A small model would imitate "Noted: …" and claim to have kept what it did not; and of questions without their
    answers it answers any but the last."""
    kept: list[Turn] = []
    for turn in turns:
        if turn.speaker is Speaker.TWIN and turn.route != Route.OPEN:
            if kept and kept[-1].speaker is Speaker.PERSON:
                kept.pop()
            continue
        kept.append(turn)
    return tuple(kept)


def recent_turns(turns: Sequence[Turn], room: int) -> tuple[Turn, ...]:
    """The newest of ``turns`` that have about ``room`` characters, beginning with the person.

    Turns go half a room at a time, counted from the beginning, so that a long conversation keeps its beginning in the
    model's prefix cache from turn to turn, and is read anew only once in a while."""
    ends, total = [], 0
    for turn in turns:
        total += len(turn.text)
        ends.append(total)
    block = max(1, room // 2)
    dropped = 0 if total <= room else block * -(-(total - room) // block)
    first = next((i for i, end in enumerate(ends) if end - len(turns[i].text) >= dropped), len(turns) - 1)
    kept = turns[min(first, len(turns) - 1) :] if turns else ()
    while len(kept) > 1 and kept[0].speaker is not Speaker.PERSON:
        kept = kept[1:]
    return tuple(kept)


def act_prompt(instruction: str, text: str, *, style: str) -> list[ChatMessage]:
    """The prompt for doing something with ``text``."""
    system = "\n\n".join(part for part in (ACT_PROMPT, style) if part)
    return [ChatMessage("system", system), ChatMessage("user", f"{instruction}\n\n{marked('text', text)}")]
