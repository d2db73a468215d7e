"""What things are called and how that is written, where the person says so: terms of their vocabulary, with aliases.

"Kubernetes is spelled K-u-b-e-…", "it's called Loki, not Lucky", "we call the release train the Hopper", "SLO stands
for service level objective". An alias is another name, or the wrong one that they have met.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_IS_SPELLED = r"(?:is|are|'s|gets?) (?:actually |really )?(?:spelled|spelt|written|typed)"
_TERM = r"(?P<term>(?!(?:it|that|this|he|she|they|there|here|what|how)\b)[^\W_][\w'&+#./-]*(?: [\w'&+#./-]+){0,3}?)"
_PROPER = r"(?P<term>(?:the |a )?(?-i:[A-Z\d]|[a-z]+[A-Z\d.])[\w'&+#./-]*(?: (?-i:[A-Z\d])[\w'&+#./-]*){0,3})"
_ALIAS = r"(?P<alias>[\w'&+#./-]+(?: [\w'&+#./-]+){0,3}?)"
_LETTERS = r"(?P<letters>\w(?:[ .-]\w){2,30})"


def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:at|in|on) \w+(?: \w+)?,? |internally,? )?{pattern}$", re.IGNORECASE)


_PATTERNS: Final = (
    _said(rf"{_TERM} {_IS_SPELLED}:? {_LETTERS}\.?"),
    _said(rf"(?:it|that|this)(?:'s| is) (?:spelled|spelt|written):? {_LETTERS}\.?"),
    _said(rf"my (?:first |last |sur|full )?name {_IS_SPELLED}:? (?:like |as )?{_PROPER}(?:,? not {_ALIAS})?"),
    _said(rf"(?:it|that|this)(?:'s| is) (?:called|named|spelled|spelt|written|pronounced|actually|really) {_PROPER},? "
          rf"(?:not|and not|rather than) {_ALIAS}"),
    _said(rf"(?:it|that|this)(?:'s| is) not (?:called |spelled )?{_ALIAS},? (?:but|it's) (?:called )?{_PROPER}"),
    _said(rf"we (?:all |just |usually |internally )?call (?:it|that|this) {_PROPER}"),
    _said(rf"we (?:all |just |usually )?call (?P<alias>(?:the|our|my) [\w-]+(?: [\w-]+){{0,3}}?) {_PROPER}"),
    _said(r"(?P<term>(?-i:[A-Z]{2,6})) (?:means|is short for) (?P<alias>\S+(?: \S+){1,6})"),
    _said(rf"(?:we|people|they) (?:all |just |usually |always )?say [“\"](?:the )?{_TERM}[”\"] for "
          rf"(?P<alias>(?:the|our|a) [\w-]+(?: [\w-]+){{0,3}})"),
    _said(rf"{_PROPER} (?:stands|is short|is an? (?:acronym|abbreviation)) for (?P<alias>\S+(?: \S+){{0,6}})"),
    _said(rf"{_PROPER},? (?:also|otherwise) (?:known as|called) {_ALIAS}"),
    _said(rf"{_PROPER} is (?:what we call|our name for) (?P<alias>(?:the|our|a|an)? ?[\w-]+(?: [\w-]+){{0,3}})"),
    _said(rf"{_TERM} {_IS_SPELLED} (?:with|without|in) (?:an?|one|two|double|capital|lower|upper|no)\b.*"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    term: str
    alias: str = ""


def named(clause: str) -> Named | None:
    """The term that ``clause`` says how to write or call, or nothing."""
    for pattern in _PATTERNS:
        if found := pattern.match(clause):
            groups = found.groupdict()
            letters = re.sub(r"[ .-]", "", groups.get("letters") or "")
            term = re.sub(r"^(?:the|a) (?=\S)", "", groups.get("term") or letters, flags=re.IGNORECASE)
            if letters and letters.casefold() != term.casefold().replace(" ", ""):
                return Named(_cased(letters, term), term)  # spelled otherwise than it was written
            alias = (groups.get("alias") or "").strip(" .,“”\"'")
            return Named(term, "" if alias.casefold() == term.casefold() else alias)
    return None


def term_slot(term: str) -> str:
    """The slot of a term, the same that a correction of a dictation fills."""
    return f"term.{' '.join(term.casefold().split())}"


def _cased(letters: str, like: str) -> str:
    return letters.capitalize() if like[:1].isupper() and not letters.isupper() else letters
