"""What can be reckoned rather than guessed: sums, the date and the time. A small model gets them wrong, and with the
same assurance. Pure.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from simpleeval import InvalidExpression, SimpleEval
from text_to_num import alpha2digit

from twin.sentences import plain_question

_MOST_CHARACTERS: Final = 120
_ASKS: Final = re.compile(
    r"^(?:what(?:'s| is| are)|how (?:much|many) (?:is|are)|calculate|compute|work out|reckon)\s+"
    r"(?:the (?:sum|result) of )?"
)
_OPERATORS: Final = (
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"\s*(?:multiplied by|times|[x×·](?=\s*[\d(]))\s*"), " * "),
    (re.compile(r"\s*(?:divided by|over|÷)\s*"), " / "),
    (re.compile(r"\s*plus\s*"), " + "),
    (re.compile(r"\s*(?:minus|less|−|–)\s*"), " - "),
    (re.compile(r"\s*(?:to the power of|\^)\s*"), " ** "),
    (re.compile(r"\s*squared\b"), " ** 2"),
    (re.compile(r"\s*cubed\b"), " ** 3"),
    (re.compile(r"\bhalf of\s+"), "0.5 * "),
    (re.compile(r"\s*(?:percent|per cent|%) of\s*"), " / 100 * "),
)
_SUM: Final = re.compile(r"[\d\s.()*/+-]+")
_HAS_OPERATION: Final = re.compile(r"[\d)]\s*(?:\*\*|[*/+-])\s*[-(]?\s*\d")
_IS_A_SUM: Final = re.compile(r"[*^×÷+=]| [/x−–-] |(?:times|plus|minus|divided by|multiplied by) ")
"""What nobody asked to reckon may be anything: "24/7", "10-11"."""
_LOOKS_LIKE_A_DATE: Final = re.compile(r"\d+[-/]\d+[-/]\d+|\d{4}-\d\d?|\d{3,}-\d{3,}")
_DATES: Final = re.compile(
    r"^(?:what(?:'s| is)? (?:(?:the |today's )?(?:date|day)(?: is it| of the week)?|day of the week is it|day is"
    r"|(?:month|year) is it|the (?:month|year))|which (?:day|month|year) is it)"
    r"(?: (?:is )?(?P<day>today|tomorrow|now))?$|^what(?:'s| is) tomorrow's date$"
)
_YESTERDAY: Final = re.compile(r"^(?:what|which) (?:day|date) was (?:it )?yesterday$")
_TIME: Final = re.compile(r"^(?:what(?:'s| is)? (?:the )?time(?: is it)?(?: now| right now)?|how late is it)$")


def reckoned(text: str, now: datetime) -> str | None:
    """The answer to a sum, or to a question for the date or the time; nothing if ``text`` is neither.

    ``now`` is where the person is. Sums are of + - * / and powers, in digits or in English words."""
    plain = plain_question(text)
    if _TIME.match(plain):
        return f"It is {now:%H:%M}."
    if _YESTERDAY.match(plain):
        return f"It was {_date(now - timedelta(days=1))}."
    if asked := _DATES.match(plain):
        tomorrow = asked["day"] == "tomorrow" or "tomorrow" in plain
        return f"Tomorrow is {_date(now + timedelta(days=1))}." if tomorrow else f"It is {_date(now)}."
    return _sum(plain)


def _date(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y}"


def _sum(plain: str) -> str | None:
    if len(plain) > _MOST_CHARACTERS:
        return None
    asked = _ASKS.match(plain)
    if not asked and not _IS_A_SUM.search(plain):
        return None
    written = alpha2digit(plain[asked.end() :] if asked else plain.rstrip("= "), "en")
    for words, operator in _OPERATORS:
        written = words.sub(operator, written)
    written = " ".join(written.split())
    if not _SUM.fullmatch(written) or not _HAS_OPERATION.search(written) or _LOOKS_LIKE_A_DATE.search(plain):
        return None
    try:
        value = SimpleEval(functions={}, names={}).eval(written)
    except ZeroDivisionError:
        return "Nothing can be divided by zero."
    except (InvalidExpression, SyntaxError, OverflowError):
        return None
    shown = written.replace(" ** ", "^").replace("*", "×").replace("/", "÷")
    return f"{shown} = {_shown(value)}"


def _shown(value: float) -> str:
    """As exactly as it is, to twelve digits."""
    return f"{value:,}" if isinstance(value, int) else f"{round(value, 10):,.12g}"
