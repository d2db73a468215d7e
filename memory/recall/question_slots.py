"""Which slots a question asks for: the counterpart of :mod:`memory.extraction.patterns`, one line a way of asking."""

from __future__ import annotations

import re
from typing import Final

from memory.extraction.vocabulary import WHO, WHO_SEVERAL, attribute, favourite, one_of, somebody, thing

_WHATS = r"(?:what(?:'s| is| are| was|s)|which is)"
_IS = r"(?:'s| is| was)"
_MY = rf"(?:my|our) (?P<who>{WHO})"
_WHAT = r"(?P<what>[\w' -]*\w)"
_LIKE = r"(?:like|love|enjoy|prefer|hate|dislike|avoid|drink|eat)"

_ASKED: Final = (
    (("{who}.name",), rf"{_WHATS} {_MY}'s? (?:(?:first|full) )?name"),
    (("{who}.name",), rf"{_WHATS} the name of {_MY}"),
    (("{who}.name",), rf"{_WHATS} {_MY} (?:called|named)"),
    (("{who}.name",), rf"(?:who{_IS}|what do (?:i|we) call) {_MY}"),
    (("self.name",), rf"{_WHATS} my name|who am i|what am i called"),
    (("self.home", "self.address"), r"where d(?:o|id) (?:i|we) live|where am i living|where is my home"),
    (("self.home",), r"(?:what|which) (?:city|town|country|place|street) (?:do (?:i|we) live|am i living)(?: in)?"),
    (("{who}.home", "{who}.address"), rf"where does {_MY} live"),
    (("self.origin",), r"where (?:am i|do i come|did i come) from|where did i grow up"),
    (("self.birthplace",), r"where was i born"),
    (("{who}.origin",), rf"where is {_MY} from"),
    (("self.birthday", "self.birth year"), rf"when{_IS} my birthday|when was i born"),
    (("{who}.birthday",), rf"when{_IS} {_MY}'s? birthday"),
    (("{who}.birthday",), rf"when was {_MY} born"),
    (("self.age", "self.birthday", "self.birth year"), rf"how old am i|what{_IS} my age"),
    (("{who}.age", "{who}.birthday"), rf"how old is {_MY}"),
    (("self.job",), rf"{_WHATS} my (?:job|profession|occupation)"),
    (("self.job",), r"what do i (?:do|work as)(?: for (?:a living|work))?"),
    (("self.employer", "self.field of work"), r"(?:who|(?:which|what) company) do i work for|where do i work"),
    (("{who}.job",), rf"what does {_MY} (?:do|work as)(?: for (?:a living|work))?"),
    (("{who}.employer",), rf"who does {_MY} work for|where does (?:my|our) (?P<who2>{WHO}) work"),
    (("self.car",), rf"(?:what|which)(?: kind of)?(?: car)? do i drive|what{_IS} my car"),
    (("speaks.*",), r"(?:what|which) languages? (?:do|can) i speak"),
    (("plays.*",), r"(?:what|which)(?: musical)? instruments? (?:do|can) i play|do i play an instrument"),
    (("allergy.*",), r"(?:what am i|am i) allergic to(?: (?:any|some)thing)?|(?:what|which) allergies do i have"),
    (("allergy.*",), r"do i have (?:any )?allergies|what(?:'s| are) my allergies"),
    (("self.diet", "preference.meat"), rf"am i (?:a )?(?:vegetarian|vegan)|do i eat meat|what{_IS} my diet"),
    (
        ("self.studies",),
        r"what (?:do i|am i) (?:study|learn)(?:ing)?|(?:what|which) (?:language|subject) am i (?:learning|studying)",
    ),
    (("self.marital status", "partner.name"), r"am i (?:married|single|divorced|engaged)"),
    (("favourite.{what}",), rf"(?:{_WHATS}|who{_IS}) my (?:favou?rite|preferred) {_WHAT}"),
    (("favourite.{what}",), rf"(?:what|which) {_WHAT} do i like (?:best|most)"),
    (("self.height",), r"how tall am i"),
    (("self.weight",), r"how (?:much do i weigh|heavy am i)"),
    (("{several}.name",), rf"(?:what|who) are (?:my|our) (?P<several>{WHO_SEVERAL})(?:'s?)?(?: called| named| names)?"),
    (("{several}.name",), rf"what are the names of (?:my|our) (?P<several>{WHO_SEVERAL})"),
    (("self.shoe size",), r"(?:what|which) size (?:of )?(?:shoes?|boots?) do i (?:wear|take|have)"),
    (
        ("style.*",),
        r"how should you (?:answer|reply|write|talk|speak)\b.*|how do i (?:want|like) (?:your|my) answers.*",
    ),
    (("speaks.{thing}",), r"(?:can|do) i speak (?P<thing>\w+)"),
    (("plays.{thing}",), r"(?:can|do) i play (?:the )?(?P<thing>\w+)"),
    (("allergy.{thing}",), r"am i allergic to (?P<thing>[\w' -]+)"),
    (("preference.{thing}",), rf"do i (?:really |still |even )?{_LIKE} (?P<thing>[\w' -]+)"),
    (("{who}.{what}",), rf"{_WHATS} {_MY}'s? {_WHAT}"),
    (("self.{what}",), rf"{_WHATS} (?:my|our) {_WHAT}"),
)
_SLOTS: Final = tuple((slots, re.compile(rf"^(?:{pattern})$")) for slots, pattern in _ASKED)

_ABOUT = (
    re.compile(
        r"^what (?:do|did|can) (?:you|i) (?:know|tell you|remember|have|tell me)(?: (?:all|everything))? about (.+)$"
    ),
    re.compile(r"^what (?:have|did) (?:i|we) (?:told|tell|said|say)(?: to)?(?: you)? about (.+)$"),
    re.compile(r"^(?:everything |all )?about (my\b.+|me|myself)$"),
)
_ALL_LIKES = re.compile(
    rf"^what (?:(?:(?:sorts?|kinds?) of )?things )?(?:do|don't|do not) i (?:really )?{_LIKE}(?: (?:doing|most|least))?$"
    rf"|^(?:is|are) there (?:anything|something|things) (?:that )?i (?:don't |do not |really )?{_LIKE}$"
)


def slots_asked_for(plain: str) -> tuple[tuple[str, ...], bool]:
    """The slots that would answer ``plain`` (lower case, direct, without its mark), and whether all of them count.

    A slot that ends in ``.*`` stands for all that begin so.
    """
    for pattern in _ABOUT:
        if about := pattern.match(plain):
            topic = about[1]
            if topic in ("me", "myself"):
                return ("self.*", "favourite.*", "preference.*"), True
            who = re.match(rf"^(?:my|our) ({WHO})$", topic)
            return ((f"{somebody(who[1])}.*",) if who else ()), True
    if _ALL_LIKES.match(plain) and not re.search(r"\b(?:drink|eat)$", plain):
        return ("preference.*", "favourite.*"), True
    for slots, pattern in _SLOTS:
        if found := pattern.match(plain):
            return tuple(_filled(slot, found.groupdict()) for slot in slots), False
    return (), False


def _filled(slot: str, groups: dict[str, str | None]) -> str:
    names = {}
    if who := groups.get("who") or groups.get("who2"):
        names["who"] = somebody(who)
    if several := groups.get("several"):
        names["several"] = one_of(several)
    if what := groups.get("what"):
        names["what"] = favourite(what) if slot.startswith("favourite.") else attribute(what)
    if something := groups.get("thing"):
        names["thing"] = thing(something)
    return slot.format(**names)
