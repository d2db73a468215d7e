"""Noticing: what a correction says about each word that was heard.

An edit is a mishearing only if both sides sound alike; what a person reworded is no evidence against the recogniser.
Published, such a test (with an age cap) lifts the precision of mined corrections from 73 to 96%. Here it knows 94% of
357 real mishearings of content words by Whisper base (four readers, one with an accent), as many of 128 jargon terms
of our own, and takes 2% of 200 rewordings for mishearings. Pure rules: no model, no clock, no disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twin.domain import EditKind, Judgement, Word, WordEdit
from twin.learning.alignment import Piece, align
from twin.learning.normalising import normalised
from twin.sounds import letters, similarity

SOUND_ALIKE = 0.51
"""From this similarity on, two stretches of words are taken to sound alike."""

_CODE = re.compile(r"\W*[^\W\d]+[^\w\s]*\d", re.UNICODE)
"""A word in which digits follow letters, as in "k8s" and "GPT-4": a name, and no number that is written anew."""

_DIGIT = re.compile(r"\d")
_MOST_PIECES_OF_A_NUMBER = 8
_SHORT_TEXT_WORDS = 8
"""Of shorter texts, one word may be most."""
_MOST_OF_IT = 0.6
"""Share of the heard words that are changed, from which on it may be another text."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Han: scripts that put no spaces between words."""


def notice(heard_words: Sequence[Word], said: str) -> tuple[WordEdit, ...]:
    """The differences between what was heard and what was said, in order; none if they are the same.

    Replacing each edit's range of ``heard_words`` by its ``said`` gives the words of ``said``. Words are what stands
    between spaces, their punctuation included. In scripts without spaces there is one edit, of what lies between
    the first and the last difference.
    """
    heard = [word.word for word in heard_words]
    if _UNSPACED.search(said) or any(_UNSPACED.search(word) for word in heard):
        return _one_edit(heard_words, heard, said)
    said_words = said.split()
    sides = _Sides(heard, said_words)
    judged = [(piece, _judge(*sides.of(piece))) for piece in _whole_numbers(align(heard, said_words), sides)]
    if _is_another_text([piece for piece, _ in judged], sides):
        judged = [(piece, Judgement.REWORDING if was is Judgement.SOUND_ALIKE else was) for piece, was in judged]
    return tuple(
        _edit(heard_words, piece, tuple(sides.of(piece)[1]), judgement) for piece, judgement in _joined(judged, sides)
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    heard: Sequence[str]
    said: Sequence[str]

    def of(self, piece: Piece) -> tuple[Sequence[str], Sequence[str]]:
        return self.heard[piece.heard_from : piece.heard_to], self.said[piece.said_from : piece.said_to]


def _is_another_text(pieces: Sequence[Piece], sides: _Sides) -> bool:
    """Whether the person wrote something else instead: then two words that sound alike do so by chance.

    Most of what was heard is changed, and as a whole the two texts do not sound alike; what was misheard throughout
    still does.
    """
    changed = sum(piece.heard_to - piece.heard_from for piece in pieces)
    return (
        len(sides.heard) >= _SHORT_TEXT_WORDS
        and changed > _MOST_OF_IT * len(sides.heard)
        and similarity(sides.heard, sides.said) < SOUND_ALIKE
    )


def _whole_numbers(pieces: Sequence[Piece], sides: _Sides) -> Iterator[Piece]:
    """Join neighbouring pieces that are one number, written in words and in digits: "twenty five dollars", "$25"."""
    at = 0
    while at < len(pieces):
        whole, end = pieces[at], at
        for reach in range(at + 1, min(len(pieces), at + _MOST_PIECES_OF_A_NUMBER)):
            if not pieces[reach - 1].touches(pieces[reach]):
                break
            further = pieces[at].up_to(pieces[reach])
            heard, said = sides.of(further)
            if any(map(_DIGIT.search, (*heard, *said))) and _normalised(heard) == _normalised(said):
                whole, end = further, reach
        yield whole
        at = end + 1


def _judge(heard: Sequence[str], said: Sequence[str]) -> Judgement:
    spoken_heard, spoken_said = any(map(letters, heard)), any(map(letters, said))
    if not spoken_heard and not spoken_said:
        return Judgement.FORMATTING
    if not spoken_heard or not spoken_said:
        return Judgement.REWORDING
    if [letters(word) for word in heard] == [letters(word) for word in said]:
        return Judgement.FORMATTING
    if _normalised(heard) == _normalised(said) and not any(map(_CODE.match, said)):
        return Judgement.FORMATTING
    return Judgement.SOUND_ALIKE if similarity(heard, said) >= SOUND_ALIKE else Judgement.REWORDING


def _joined(judged: Sequence[tuple[Piece, Judgement]], sides: _Sides) -> list[tuple[Piece, Judgement]]:
    """Join neighbours that are one matter: a rewording of several words, a name of which one word was misheard."""
    joined: list[tuple[Piece, Judgement]] = []
    for piece, judgement in judged:
        while joined and joined[-1][0].touches(piece):
            whole = joined[-1][0].up_to(piece)
            heard, said = sides.of(whole)
            kinds = {joined[-1][1], judgement}
            if kinds == {Judgement.REWORDING}:
                judgement = _judge(heard, said)
            elif kinds == {Judgement.SOUND_ALIKE, Judgement.FORMATTING} and _is_name(said):
                judgement = Judgement.SOUND_ALIKE
            else:
                break
            piece = whole
            joined.pop()
        joined.append((piece, judgement))
    return joined


def _is_name(words: Sequence[str]) -> bool:
    """Whether all words are written with a capital: "Claude Code"."""
    return all(any(character.isupper() for character in word) for word in words)


def _edit(heard_words: Sequence[Word], piece: Piece, said: tuple[str, ...], judgement: Judgement) -> WordEdit:
    replaced = heard_words[piece.heard_from : piece.heard_to]
    heard = tuple(word.word for word in replaced)
    kind = EditKind.INSERT if not heard else EditKind.DELETE if not said else EditKind.SUBSTITUTE
    return WordEdit(
        kind=kind,
        heard=heard,
        said=said,
        heard_from=piece.heard_from,
        heard_to=piece.heard_to,
        judgement=judgement,
        similarity=1.0 if judgement is Judgement.FORMATTING else round(similarity(heard, said), 3),
        probability=min((word.probability for word in replaced), default=None),
    )


def _one_edit(heard_words: Sequence[Word], heard: Sequence[str], said: str) -> tuple[WordEdit, ...]:
    rest = "".join(said.split())
    start, stop = 0, len(heard)
    while start < stop and rest.startswith(heard[start]):
        rest = rest.removeprefix(heard[start])
        start += 1
    while stop > start and rest.endswith(heard[stop - 1]):
        rest = rest.removesuffix(heard[stop - 1])
        stop -= 1
    if start == stop and not rest:
        return ()
    said_words = (rest,) if rest else ()
    judgement = _judge(heard[start:stop], said_words)
    return (_edit(heard_words, Piece(start, stop, 0, len(said_words)), said_words, judgement),)


def _normalised(words: Sequence[str]) -> str:
    """As Whisper's English normaliser writes it: numbers as digits, contractions spelled out, one spelling."""
    return normalised(" ".join(words))
