"""The point of a long quotation, said first: the answer in a few of its words, by the language model.

A quotation is always right and not always an answer. Where the model has the adapter for it, it reads what recall found
and says what in it answers; what it says is checked against the notes and stands in front of the quotation, never
instead of it. If it finds nothing, or what it says is not in the notes that are cited, the quotation stands alone. Only
where a newer note says otherwise than those that are cited, that one is quoted in their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from threading import Event as Flag

from agents.answers import Answer, answer_from, in_second_person
from twin.domain import Recalled, Recollection, Speaker
from twin.grounding.answering import Outcome, answer_from_notes
from twin.grounding.notes import GROUNDED_ADAPTER, Note
from twin.grounding.support import sources
from twin.ports import LanguageModel

_QUOTATION = re.compile(r"“[^”]*”")
_SHORT_QUOTE_WORDS = 9
"""So short a quotation is its own answer."""


def needs_point(answer: Answer) -> bool:
    """Whether the answer quotes so much that its point should be said first."""
    return any(len(source.quote.split()) > _SHORT_QUOTE_WORDS for source in answer.sources)


def with_point(
    answer: Answer,
    recollection: Recollection,
    model: LanguageModel,
    timezone: tzinfo | None,
    cancelled: Flag,
    *,
    said_by: Mapping[str, str],
) -> Answer:
    """``answer`` with its point before it, if the model finds one; ``said_by`` as for :func:`answer_from`. Raises
    ``ModelError``."""
    if GROUNDED_ADAPTER not in model.adapters:
        return answer
    notes = {item.memory.id: note_of(item, timezone) for item in recollection.items if not item.memory.withdrawn}
    found = answer_from_notes(model, tuple(notes.values()), recollection.query, cancelled=cancelled)
    cited = [notes[source.memory_id] for source in answer.sources if source.memory_id in notes]
    saying = sources(found.text, list(notes.values()))
    if found.outcome is not Outcome.ANSWERED or not saying:
        return answer
    if found.older:
        (newest, *_) = sorted(saying, key=lambda note: str(note.said_on), reverse=True)
        quoting = _quoting(newest, notes, recollection, timezone, said_by)
        answer = answer if quoting.abstained else quoting
    elif not any(note in cited for note in saying):
        return answer
    point = in_second_person(found.text.rstrip(". "))
    if point.casefold() in _QUOTATION.sub("", answer.text).casefold():
        return answer  # it is said already
    return Answer(f"{point[:1].upper()}{point[1:]}. {answer.text}", answer.sources)


def _quoting(
    note: Note,
    notes: Mapping[str, Note],
    recollection: Recollection,
    timezone: tzinfo | None,
    said_by: Mapping[str, str],
) -> Answer:
    """The answer that quotes this note alone."""
    item = next(item for item in recollection.items if notes.get(item.memory.id) is note)
    alone = replace(recollection, items=(replace(item, score=recollection.confidence),))
    return answer_from(alone, timezone, said_by=said_by)


def note_of(item: Recalled, timezone: tzinfo | None) -> Note:
    """What recall found, as the model is given it."""
    until = item.memory.true_until
    return Note(
        item.quote,
        item.said_at.astimezone(timezone).date(),
        "me" if item.speaker is Speaker.PERSON else item.name or "somebody",
        until.date() if until else None,
        item.cosine,
    )
