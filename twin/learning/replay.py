"""What a rewrite rule would have changed in what the person has put right. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twin.domain import Change, Correction, RewriteRule, Utterance
from twin.learning.marks import folded
from twin.learning.rewrite import apply_rules


def replayed(
    rule: RewriteRule,
    taught: Iterable[tuple[Utterance, Correction]],
    domain_of: Callable[[str], str] = lambda text: "",
) -> tuple[Change, ...]:
    """The utterances that ``rule`` would bring nearer to what was said, or further from it."""
    first = rule.heard.split()[0]
    changes = []
    for utterance, correction in taught:
        if first not in utterance.shown.casefold():
            continue
        domain = domain_of(utterance.text) if rule.scope.domain else ""
        rewritten = apply_rules(utterance.shown_words, (rule,), domain=domain)
        after = " ".join(word.word for word in rewritten.words)
        was, now = _errors(utterance.shown, correction.said), _errors(after, correction.said)
        if rewritten.applied and was != now:
            changes.append(Change(utterance.id, utterance.shown, after, correction.said, better=now < was))
    return tuple(changes)


def _errors(heard: str, said: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(folded(heard.split()).split(), folded(said.split()).split()))
