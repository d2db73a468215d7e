"""Which errors remain, and which rung of the ladder takes them away: a hint, a rewrite rule, or only an adapter. Pure.

Errors are gathered by what was said. A term of the person's vocabulary is a matter for a hint while it was misheard
seldom and in few ways; one that goes on being misheard, or in many ways, shows that hints do not reach it. What a rule
in force rewrites is a matter for that rule, and so is a term for which one is proposed. What is left are ordinary
words, as an accent has them misheard: to hint these, or to have a rule for each, would do more harm than good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twin.domain import Example, Judgement, RewriteRule, RuleStatus, Rung, Term
from twin.learning.decision import folded, term_of
from twin.learning.marks import folded as bare_words
from twin.sounds import similarity

_TOO_MUCH_ALIKE = 0.8
"""From this similarity on, two terms for which the same was heard cannot be told apart by ear: Sean and Shaun."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    variants: int = 3
    """A term that was misheard in so many ways has no stable alias."""
    stubborn: int = 3
    """A term that was misheard in so many utterances is not helped by its hint."""


@dataclass(frozen=True, slots=True)
class Matter:
    """All the errors on one term or word. ``variants`` are what was heard in its place; ``by`` is the rung that takes
    them away: ``NOTHING`` where none can."""

    text: str
    variants: tuple[str, ...]
    example_ids: tuple[str, ...]
    words: int
    """Wrong words, as a word error rate counts them."""
    by: Rung
    memory_id: str = ""
    """Of the term, if it is one of the person's."""
    rival: str = ""
    """Another term that sounds like it, and was meant by the same heard words."""


def matters(
    examples: Iterable[Example],
    terms: Sequence[Term],
    rules: Iterable[RewriteRule],
    thresholds: Thresholds | None = None,
) -> tuple[Matter, ...]:
    """The errors of ``examples`` by what was said, the most wrong words first."""
    thresholds = thresholds or Thresholds()
    places: defaultdict[str, list[_Place]] = defaultdict(list)
    for example in examples:
        for edit in example.edits:
            if edit.judgement is Judgement.SOUND_ALIKE:
                text = term_of(edit.said)
                words = max(len(edit.heard), len(edit.said))
                places[folded(text)].append(_Place(text, bare_words(edit.heard), example.id, words))
    known = {folded(term.text): term for term in terms}
    ruled = {
        (rule.heard, folded(rule.term))
        for rule in rules
        if rule.status is RuleStatus.ACTIVE or (rule.status is RuleStatus.PROPOSED and folded(rule.term) in known)
    }
    rivals = _rivals({key: of_term for key, of_term in places.items() if key in known})
    found = []
    for key, of_term in places.items():
        variants = tuple(dict.fromkeys(place.heard for place in of_term))
        example_ids = tuple(dict.fromkeys(place.example_id for place in of_term))
        term = known.get(key)
        if key in rivals:
            by = Rung.NOTHING
        elif all((variant, key) in ruled for variant in variants):
            by = Rung.REWRITE
        elif term is not None and len(variants) < thresholds.variants and len(example_ids) < thresholds.stubborn:
            by = Rung.HINT
        else:
            by = Rung.ADAPT
        found.append(
            Matter(
                text=term.text if term is not None else of_term[-1].text,
                variants=variants,
                example_ids=example_ids,
                words=sum(place.words for place in of_term),
                by=by,
                memory_id=term.memory_id if term is not None else "",
                rival=rivals.get(key, ""),
            )
        )
    return tuple(sorted(found, key=lambda matter: (-matter.words, matter.text)))


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    heard: str
    example_id: str
    words: int


def _rivals(places: dict[str, list[_Place]]) -> dict[str, str]:
    """Terms that the same heard words were put right to, and that sound alike: each with the other."""
    by_heard: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for key, of_term in places.items():
        for place in of_term:
            by_heard[place.heard][key] = place.text
    return {
        key: other_text
        for meant in by_heard.values()
        for key, text in meant.items()
        for other, other_text in meant.items()
        if key != other and similarity((text,), (other_text,)) >= _TOO_MUCH_ALIKE
    }
