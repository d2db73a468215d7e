"""What can be reckoned rather than guessed: sums, the date and the time. A small model gets them wrong, and with the
same assurance. Pure.
"""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta
from typing import Final

from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval
from text_to_num import alpha2digit

from agents.answers import day
from twin.sentences import plain_question

_MOST_CHARACTERS: Final = 120
_MOST_BASE: Final = 10**6
_MOST_POWER: Final = 200
_TO_RECKON: Final = r"(?:how (?:much|many) (?:is|are)|calculate|compute|work out|reckon)"
_ASKS: Final = re.compile(
    rf"^(?:(?P<reckon>{_TO_RECKON})|what(?:'s| is| are| does))\s+(?:the (?:sum|result) of )?(?P<sum>.*?)"
    r"(?: equals?| make)?$"
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
    (re.compile(r"\b(?:the )?square root of\s+(\d+(?:\.\d+)?)"), r"\1 ** 0.5"),
)
_SUM: Final = re.compile(r"[\d\s.()*/+-]+")
_HAS_OPERATION: Final = re.compile(r"[\d)]\s*(?:\*\*|[*/+-])\s*[-(]?\s*\d")
_IS_A_SUM: Final = re.compile(r"[*^×÷+=]|(?:times|plus|minus|divided by|multiplied by) ")
"""What nobody asked to reckon may be anything: "24/7", "10-11", "2019 - 2023"."""
_MAY_BE_A_NAME: Final = re.compile(r"\d+[/-]\d+")
"""And so may "what is 9/11?"."""
_IS_A_DATE: Final = re.compile(r"\d+[-/]\d+[-/]\d+|\d{4}-\d\d?|\d{3,}-\d{3,}")
_DATES: Final = re.compile(
    r"^(?:what(?:'s| is)? (?:(?:the |today's )?(?:date|day)(?: is it| of the week)?|day of the week is it|day is"
    r"|(?:month|year) is it|the (?:month|year)|today)|which (?:day|month|year) is it)"
    r"(?: (?:is )?(?P<day>today|tomorrow|now))?$|^what(?:'s| is) tomorrow's date$"
)
_YESTERDAY: Final = re.compile(r"^(?:what|which) (?:day|date) was (?:it )?yesterday$|^what was yesterday's date$")
_TIME: Final = re.compile(r"^(?:what(?:'s| is)? (?:the )?time(?: is it)?(?: now| right now)?|how late is it)$")
_ELSEWHERE: Final = re.compile(r"^what(?:'s| is)? (?:the )?time(?: is it)?(?: now| right now)? in \S.*$")


def reckoned(text: str, now: datetime) -> str | None:
    """The answer to a sum, or to a question for the date or the time; nothing if ``text`` is neither.

    ``now`` is where the person is. Sums are of + - * / and powers, in digits or in English words."""
    plain = plain_question(text)
    if _TIME.match(plain):
        return f"It is {now:%H:%M}."
    if _ELSEWHERE.match(plain):
        return f"Here it is {now:%H:%M}. I don't know the time of other places."
    if _YESTERDAY.match(plain):
        return f"It was {_date(now - timedelta(days=1))}."
    if asked := _DATES.match(plain):
        tomorrow = asked["day"] == "tomorrow" or "tomorrow" in plain
        return f"Tomorrow is {_date(now + timedelta(days=1))}." if tomorrow else f"It is {_date(now)}."
    return _sum(plain.rstrip("= "))


def _date(at: datetime) -> str:
    return f"{at:%A}, {day(at, at.tzinfo)}"


def _sum(plain: str) -> str | None:
    asked = _ASKS.match(plain)
    if len(plain) > _MOST_CHARACTERS or _IS_A_DATE.search(plain) or not (asked or _IS_A_SUM.search(plain)):
        return None
    written = asked["sum"] if asked else plain
    if asked and not asked["reckon"] and _MAY_BE_A_NAME.fullmatch(written):
        return None
    written = alpha2digit(written, "en")
    for words, operator in _OPERATORS:
        written = words.sub(operator, written)
    written = " ".join(written.split())
    if not _SUM.fullmatch(written) or not _HAS_OPERATION.search(written):
        return None
    try:
        value = SimpleEval(operators={**DEFAULT_OPERATORS, ast.Pow: _power}, functions={}, names={}).eval(written)
        return f"{_as_read(written)} = {_shown(value)}"
    except ZeroDivisionError:
        return "Nothing can be divided by zero."
    except (InvalidExpression, SyntaxError, ArithmeticError, TypeError, ValueError):
        return None  # no sum after all, or one of no use: too large, or of complex numbers


def _power(base: complex, exponent: complex) -> complex:
    """Raises ``ValueError`` for what would take long."""
    if abs(base) > _MOST_BASE or abs(exponent) > _MOST_POWER:
        raise ValueError
    return base**exponent


def _as_read(written: str) -> str:
    return re.sub(r"(\S+) \*\* 0\.5", r"√\1", written).replace(" ** ", "^").replace("*", "×").replace("/", "÷")


def _shown(value: object) -> str:
    """As exactly as it is, to twelve digits. Raises ``ValueError`` for what is no real number."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{round(value, 10):,.12g}"
    raise ValueError
