"""Spoken editing: from what was heard to what the person wants written.

"I will come on Monday. Scratch that. I will come on Tuesday, exclamation mark." is written "I will come on Tuesday!".
What was heard stays as it was heard; what was done to it is listed (:class:`~twin.domain.SpokenCommand`). Commands
are English; in other languages only the recogniser's own punctuation may be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from twin.domain import Edited, SpokenCommand, Word
from twin.speech.commands import Candidate, Group, HeardWord, find_candidates, take_apart
from twin.speech.draft import Draft
from twin.speech.evidence import ENDS_SENTENCE, Thresholds, meant
from twin.speech.numbers import write_numbers
from twin.speech.pauses import Silence, pauses_before
from twin.speech.spelling import Spelled, find_spelled

_PHRASE_SECONDS = 0.8
"""A pause that ends a phrase, as far as taking back goes, even where the recogniser heard no punctuation."""
_MARKED_PHRASE_SECONDS = 0.25
"""The same where it did."""
_RECOGNISERS_MARKS = ",.;:!?…"
_ABBREVIATIONS = frozenset(("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "a.m.", "p.m.", "e.g.", "i.e.", "etc."))


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the person wants their dictations written.

    ``digits_from``: numbers from this on in digits, smaller ones in words; ``None`` leaves them as they were heard.
    ``own_punctuation``: whether the recogniser's own punctuation stays, or only what is dictated.
    ``capitals``: words that keep their capital wherever they stand, in lower case (names in the vocabulary).
    """

    groups: frozenset[Group] = frozenset(Group)
    digits_from: int | None = None
    own_punctuation: bool = True
    capitals: frozenset[str] = frozenset()
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class SpokenEdit:
    """``edited`` is what the utterance comes to; ``previous_text`` what is left of the text before it, which a
    take-back or a mark at the beginning of the utterance may have reached."""

    edited: Edited
    previous_text: str


def edit_spoken(
    words: Sequence[Word],
    previous_text: str,
    preferences: Preferences,
    *,
    silences: Sequence[Silence] = (),
    language: str = "en",
) -> SpokenEdit:
    """Carry out what is said in ``words`` to edit the text.

    ``previous_text`` is the text of the session before this utterance; ``silences`` where the recording is silent
    (:func:`~twin.speech.pauses.find_silences`), without which pauses go by the word times alone.
    """
    heard = take_apart(words, pauses_before(words, silences))
    english = language == "en"
    spelled = find_spelled(heard) if english and Group.SPELLING in preferences.groups else ()
    candidates = find_candidates(heard, preferences.groups) if english else ()
    clear = [c for c in candidates if not any(s.first < c.last and c.first < s.last for s in spelled)]
    draft = Draft(previous_text, capitals=preferences.capitals | _mid_sentence_capitals(heard))
    applied = _write(draft, heard, meant(heard, clear, preferences.thresholds), spelled, preferences)
    text, written = draft.finish()
    if english and preferences.digits_from is not None:
        text, written = write_numbers(text, written, digits_from=preferences.digits_from)
    return SpokenEdit(Edited(text, written, tuple(applied)), draft.previous)


def _write(
    draft: Draft,
    heard: Sequence[HeardWord],
    commands: Sequence[Candidate],
    spelled: Sequence[Spelled],
    preferences: Preferences,
) -> list[SpokenCommand]:
    """Write all that was heard into ``draft``; returns what was carried out."""
    by_position: dict[int, Candidate | Spelled] = {command.first: command for command in commands}
    by_position.update((word.first, word) for word in spelled)
    applied: list[SpokenCommand] = []
    position = 0
    while position < len(heard):
        item = by_position.get(position)
        word = heard[position]
        if item is None:
            if preferences.own_punctuation:
                draft.write(word.word, begins_phrase=_begins_phrase(heard, position))
            else:
                ended = position > 0 and heard[position - 1].mark[-1:] in tuple(ENDS_SENTENCE)
                ended = ended and not _is_abbreviation(heard[position - 1])
                draft.write(_without_marks(word), begins_phrase=_begins_phrase(heard, position), goes_on=ended)
            position += 1
            continue
        said = _said(heard[item.first : item.last])
        name = "spell" if isinstance(item, Spelled) else item.command.name
        applied.append(SpokenCommand(name, said.word, item.first, item.last))
        position = item.last
        if isinstance(item, Spelled):
            _spell(draft, item, said, heard)
            continue
        ends = {heard[item.last - 1].mark[-1:], heard[item.first - 1].mark[-1:] if item.first else ""}
        draft.carry_out(item.command, said, heard_sentence_end=bool(ends & set(ENDS_SENTENCE)))
    return applied


def _spell(draft: Draft, spelled: Spelled, said: Word, heard: Sequence[HeardWord]) -> None:
    mark = heard[spelled.last - 1].mark if spelled.last == len(heard) else ""
    if spelled.instead and draft.pieces:
        draft.strip_last()
        draft.instead_of_last(spelled.text)
        draft.pieces[-1].text += mark
        return
    if draft.pieces and not draft.pieces[-1].text.endswith(("Mr.", "Mrs.", "Ms.", "Dr.")):
        draft.strip_last()
    draft.write(replace(said, word=spelled.text + mark), begins_phrase=False)


def _said(words: Sequence[HeardWord]) -> Word:
    """The words of a command as one."""
    text = " ".join(word.word.word for word in words)
    return Word(text, words[0].word.start, words[-1].word.end, min(word.word.probability for word in words))


def _begins_phrase(heard: Sequence[HeardWord], position: int) -> bool:
    if position == 0:
        return True
    marked = bool(heard[position - 1].mark)
    return heard[position].pause >= (_MARKED_PHRASE_SECONDS if marked else _PHRASE_SECONDS)


def _without_marks(word: HeardWord) -> Word:
    """The word without the recogniser's punctuation; "Dr." and "3.5" keep theirs."""
    text = word.word.word
    if _is_abbreviation(word):
        return word.word
    return replace(word.word, word=text.rstrip(_RECOGNISERS_MARKS) or text)


def _is_abbreviation(word: HeardWord) -> bool:
    return word.word.word.lower() in _ABBREVIATIONS


def _mid_sentence_capitals(heard: Sequence[HeardWord]) -> frozenset[str]:
    """Words that the recogniser wrote with a capital though no sentence began: names."""
    return frozenset(
        word.word.word.strip(_RECOGNISERS_MARKS).lower()
        for before, word in pairwise(heard)
        if word.word.word[:1].isupper() and not before.mark
    )
