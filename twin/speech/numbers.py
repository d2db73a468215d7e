"""Numbers as the person writes them: in digits from a threshold on, in words below it.

With a unit they are always digits: percentages (20%), sums ($5.50, €20), times of day (5:30 p.m.), dates (3 March
2026) and years (1984). Number words are parsed by text2num (https://github.com/allo-media/text2num).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twin.domain import Word

_SMALL = tuple(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()  # noqa: SIM905
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_CURRENCIES = {"dollar": "$", "dollars": "$", "euro": "€", "euros": "€"}
_UNITS = frozenset(
    """percent per degrees kilometres kilometers km metres meters miles kilos kilograms kg grams litres liters inches
    feet gigabytes megabytes hertz volts watts million billion trillion o'clock a.m p.m am pm""".split()  # noqa: SIM905
)
_NAMED_BY_NUMBER = frozenset("page chapter version room figure section step line platform gate".split())  # noqa: SIM905
_NO_BEGINNING = frozenset("second hundred thousand million billion trillion".split())  # noqa: SIM905
"""A unit of time or the next in a list; "a hundred" and "half a million", which are no sums to count."""
_DIGITS = re.compile(r"\d+")
_HALF_DAY = re.compile(r"^[ap]\.?m\b\.?", re.IGNORECASE)
_MARKS = ",.;:!?…)”"
_GROUPED_FROM = 10_000


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in ``words[first:last]``; ``worded`` if it was written in words."""

    first: int
    last: int
    text: str
    value: float
    ordinal: bool
    worded: bool


def write_numbers(text: str, words: Sequence[Word], *, digits_from: int) -> tuple[str, tuple[Word, ...]]:
    """``text``, whose words are ``words``, with its numbers written anew."""
    spaces = re.findall(r"\s+|^(?=\S)", text)
    lead, before = (spaces[:1] if text[:1].isspace() else [""]), spaces[1:]
    trailing = text[len(text.rstrip()) :] if words else ""
    gaps = [*lead, *before][: len(words)]
    written: list[Word] = []
    result = ""
    position = 0
    rewritten = {number.first: (number.last, new) for number, new in _rewritings(words, digits_from)}
    while position < len(words):
        last, new = rewritten.get(position, (position + 1, words[position].word))
        covered = words[position:last]
        result += gaps[position] + new
        parts = new.split(" ")
        for index, part in enumerate(parts):
            source = covered[min(index, len(covered) - 1)] if len(parts) > 1 else covered[0]
            end = covered[-1].end if index == len(parts) - 1 else source.end
            written.append(Word(part, source.start, end, min(word.probability for word in covered)))
        position = last
    return result + trailing, tuple(written)


def _rewritings(words: Sequence[Word], digits_from: int) -> list[tuple[_Number, str]]:
    """Each number that is to be written differently, with what to write (and the marks after it)."""
    found: list[tuple[_Number, str]] = []
    numbers = _joined_years(words, _numbers(words))
    for index, number in enumerate(numbers):
        if found and number.first < found[-1][0].last:
            continue
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        extent, new = _written(words, number, following, digits_from)
        mark = _mark(words[extent.last - 1].word)
        heard = " ".join(word.word for word in words[extent.first : extent.last])
        if new and new + mark != heard:
            found.append((extent, new + mark))
    return found


def _written(
    words: Sequence[Word], number: _Number, following: _Number | None, digits_from: int
) -> tuple[_Number, str]:
    """How a number is written, and how far it reaches: units are written along with it."""
    after = [_bare(word.word) for word in words[number.last : number.last + 4]]
    closed = bool(_mark(words[number.last - 1].word))
    before = _bare(words[number.first - 1].word) if number.first else ""
    if closed:
        after = []
    if after[:1] == ["percent"] or after[:2] == ["per", "cent"]:
        return _reaching(number, 1 if after[0] == "percent" else 2), f"{number.text}%"
    if after and after[0] in _CURRENCIES and not number.ordinal:
        return _sum(words, number, following, _CURRENCIES[after[0]])
    if following is not None and following.first == number.last and not closed and _is_time(words, number, following):
        return _Number(number.first, following.last, "", 0, False, True), f"{number.text}:{int(following.value):02d}"
    if number.ordinal and after[:1] == ["of"] and after[1:2] and after[1] in _MONTHS:
        start = number.first - (before == "the")
        day = _DIGITS.match(number.text)
        month = words[number.last + 1].word.rstrip(_MARKS)
        return _Number(start, number.last + 2, "", 0, True, True), f"{day.group() if day else number.text} {month}"
    if before in _MONTHS and number.value <= 31 and number.ordinal:
        day = _DIGITS.match(number.text)
        return number, day.group() if day else number.text
    if _wants_digits(number, before, after, digits_from):
        return number, number.text
    return number, "" if number.ordinal or number.worded or _has_unit(words, number) else _in_words(int(number.value))


def _wants_digits(number: _Number, before: str, after: Sequence[str], digits_from: int) -> bool:
    if number.value != int(number.value) or number.value >= max(digits_from, 0):
        return not (number.worded and number.value == 1 and not (after and after[0] in _UNITS))
    return (bool(after) and after[0] in _UNITS) or before in _MONTHS | _NAMED_BY_NUMBER


def _has_unit(words: Sequence[Word], number: _Number) -> bool:
    """Whether a number in digits belongs to something that is written in digits: $5, 3rd, 4:30, a row of digits."""
    text = words[number.first].word.rstrip(_MARKS)
    beside = []
    if number.first and not _mark(words[number.first - 1].word):
        beside.append(words[number.first - 1].word)
    if number.last < len(words) and not _mark(words[number.last - 1].word):
        beside.append(words[number.last].word)
    return not text.isdigit() or any(any(map(str.isdigit, neighbour)) for neighbour in beside)


def _sum(words: Sequence[Word], number: _Number, following: _Number | None, sign: str) -> tuple[_Number, str]:
    cents = following is not None and following.first - number.last == 2 and following.value < 100
    if cents and following is not None and following.last < len(words):
        joined = _bare(words[number.last + 1].word) == "and" and _bare(words[following.last].word) in ("cent", "cents")
        if joined:
            extent = _Number(number.first, following.last + 1, "", 0, False, True)
            return extent, f"{sign}{number.text}.{int(following.value):02d}"
    return _reaching(number, 1), f"{sign}{number.text}"


def _is_time(words: Sequence[Word], number: _Number, following: _Number) -> bool:
    """ "five thirty p.m." """
    in_range = 1 <= number.value <= 12 and 0 <= following.value < 60 and following.value == int(following.value)
    return in_range and following.last < len(words) and bool(_HALF_DAY.match(words[following.last].word))


def _reaching(number: _Number, more: int) -> _Number:
    return _Number(number.first, number.last + more, number.text, number.value, number.ordinal, number.worded)


# --- finding ---------------------------------------------------------------------------------------------------


def _numbers(words: Sequence[Word]) -> list[_Number]:
    from text_to_num import Token, find_numbers

    class Heard(Token):  # type: ignore[misc]
        def __init__(self, index: int) -> None:
            self._index = index

        def text(self) -> str:
            return _bare(words[self._index].word)

        def nt_separated(self, previous: object) -> bool:
            return self._index > 0 and bool(_mark(words[self._index - 1].word))

        def not_a_number_part(self) -> bool:
            return False

    found = []
    for number in find_numbers([Heard(index) for index in range(len(words))], "en", 0.0):
        worded = not any(any(map(str.isdigit, word.word)) for word in words[number.start : number.end])
        if worded and _bare(words[number.start].word) in _NO_BEGINNING:
            continue
        found.append(
            _Number(number.start, number.end, _grouped(number.text), float(number.value), number.is_ordinal, worded)
        )
    for index, word in enumerate(words):
        bare = word.word.rstrip(_MARKS)
        if bare.isdigit() and bare.isascii() and not any(n.first <= index < n.last for n in found):
            found.append(_Number(index, index + 1, bare, float(bare), False, False))
    return sorted(found, key=lambda number: number.first)


def _joined_years(words: Sequence[Word], numbers: Sequence[_Number]) -> list[_Number]:
    """ "nineteen eighty-four" as the year that it is; two such numbers side by side are seldom anything else."""
    joined: list[_Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        beside = last is not None and last.last == number.first and not _mark(words[last.last - 1].word)
        counted = number.worded and not number.ordinal and 10 <= number.value <= 99
        if last is not None and beside and counted and last.worded and not last.ordinal and 16 <= last.value <= 20:
            year = int(last.value) * 100 + int(number.value)
            joined[-1] = _Number(last.first, number.last, str(year), float(year), False, True)
        else:
            joined.append(number)
    return joined


def _grouped(text: str) -> str:
    """1,250,000 with its commas, 2 million as people write it."""
    if not text.isdigit():
        return text
    value = int(text)
    for power, name in ((12, "trillion"), (9, "billion"), (6, "million")):
        if value and value % 10**power == 0:
            return f"{value // 10**power} {name}"
    return f"{value:,}" if value >= _GROUPED_FROM else text


def _in_words(value: int) -> str:
    """Below a hundred; larger numbers stay digits."""
    if value < len(_SMALL):
        return _SMALL[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    return ""


def _bare(text: str) -> str:
    return text.strip("“(\"'").rstrip(_MARKS).lower()


def _mark(text: str) -> str:
    return text[len(text.rstrip(_MARKS)) :]
