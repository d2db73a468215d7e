"""What the person's own words tell about them: facts, preferences, terms, style rules and episodes, by rules alone.

No model takes part, so nothing is invented: every memory is a stretch of what was said, with a slot where a pattern of
:mod:`memory.extraction.patterns` fits. Questions, commands, quotations and pasted text give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from memory.extraction.cues import named_as_wrong, opening_cue
from memory.extraction.dates import DATE
from memory.extraction.mutability import Mutability, mutability_of
from memory.extraction.naming import named, term_slot
from memory.extraction.own_words import QUOTATION, hidden, own_words, shown
from memory.extraction.patterns import CHATTER, FACTS, LASTING, LIKELY, PREFERENCES, SEVERAL, SURE, Rule
from memory.extraction.references import elided, spoken_of, with_person
from memory.extraction.spelling import marked, spelled_out
from memory.extraction.strength import strength_of
from memory.extraction.styles import is_style, style_polarity, style_rules, style_slot
from memory.extraction.tense import Tensed, ended, in_the_present
from memory.extraction.values import before_next_clause, is_list, items, neither, preferred, trimmed, value_of
from memory.extraction.vocabulary import (
    LANGUAGES,
    WHO,
    attribute,
    favourite,
    is_another,
    is_new,
    one_of,
    somebody,
    thing,
)
from twin.domain import SECRET_PLACEHOLDER, Bearing, MemoryKind, Polarity
from twin.sentences import (
    asked_to_forget,
    asked_to_remember,
    is_question,
    speaks_of_self,
    split_sentences,
    without_lead_in,
)

_EPISODE_CONFIDENCE = 0.5
"""It was said, and that is all."""
_MAX_CLAUSE_CHARACTERS = 200
"""Longer clauses are kept whole; no pattern is meant for them."""
_MAX_VALUE_WORDS = 12
_MIN_EPISODE_WORDS = 3
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extraction:
    """Something that the person told, before it is a memory. ``text`` is verbatim.

    What has ended (``bearing``) has no value, and ``instead_of`` is what ended. ``past``: it was so once. ``true_from``
    and ``true_until`` are given where the person said when.
    """

    kind: MemoryKind
    text: str
    slot: str = ""
    value: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    confidence: float = _EPISODE_CONFIDENCE
    strength: float = 0.0
    aliases: tuple[str, ...] = ()
    bearing: Bearing = Bearing.STATES
    instead_of: str = ""
    past: bool = False
    true_from: datetime | None = None
    true_until: datetime | None = None
    or_slot: str = ""
    """Of an end that names no value: the slot that is meant if nothing stands in ``slot``."""


def extract(
    text: str,
    *,
    outright: bool = False,
    said_at: datetime | None = None,
    twin_said: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> tuple[Extraction, ...]:
    """What ``text``, said by the person, tells about them; ``outright`` if they asked for it to be remembered.

    What was asked to be remembered is kept whole even if no pattern fits it, and all of it with confidence 1.
    ``said_at`` is in the person's time zone; without it dates are not read. ``twin_said`` are the twin's last turns.
    ``names`` has those of whom the person told before, with what they are to them ("Tomek": "brother"; nothing if that
    does not tell one person from another).
    """
    asked = asked_to_remember(text)
    outright = outright or asked is not None
    own = own_words(asked or text, twin_said)
    found: list[Extraction] = []
    about, start = "", 0
    for sentence in map(shown, _with_their_greeting(split_sentences(own))):
        if corrected := _corrected_at_once(sentence, found[start:]):
            said = shown(own)
            begin = said.index(corrected.text)
            stretch = trimmed(said[begin : said.index(sentence, begin) + len(sentence)])
            found[start:] = [replace(corrected, text=stretch)]
            continue
        start = len(found)
        found += _from_sentence(sentence, said_at or _UNDATED, about, names or {})
        about = spoken_of(sentence, about)
    if said_at is None:
        found = [replace(e, true_from=None, true_until=None) for e in found]
    if outright:
        whole = Extraction(MemoryKind.EPISODE, trimmed(shown(own)))
        found = [replace(e, confidence=1.0) for e in found or ([whole] if whole.text else [])]
    return tuple(dict.fromkeys(e for e in found if SECRET_PLACEHOLDER not in e.text))


# --- sentences and clauses ------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(
    r"(?:,?\s+(?:and|but|so|plus|though)\s+|;\s*|,\s+|\s+[–—-]\s+)(?=(?:i|i'm|i've|my|we|our)\b)"
    r"|,?\s+(?:and|but)\s+(?=(?:he|she|they)\b)",
    re.I,
)
_LEADING_DATE = re.compile(
    rf"^(?:(?:since|until|till|up to|back in|in|on|from|between) )?{DATE}(?: (?:to|until|and) {DATE})?,", re.IGNORECASE
)
_SUPPOSED = re.compile(
    r"^(?:if|unless|suppose|supposing|imagine|maybe|perhaps|when|whenever|while|after|before)\b", re.I
)
_GREETING = re.compile(
    r"^(?i:(?:hi|hello|hey)(?: there| twin)?[\s,!.]+)(?P<said>(?i:i'm|im|i am|this is) "
    r"(?P<value>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?))(?:$|(?:,| and|, and) (?=(?i:i|i'm|i've|my|we)\b))"
)
_NO_NAMES = frozenset(
    """welsh israeli pakistani iraqi kuwaiti yemeni omani saudi qatari emirati bangladeshi nepali somali punjabi bengali
    filipino filipina latino latina arab sikh protestant thai czech greek turk pole dane swede finn scot brit serb croat
    slovak kurd tamil hindu jew vegan vegetarian gay queer trans mum mom dad okay ok sure fine sorry back here new not
    just also very so really now still always never only done ready happy sad tired sick well good great home busy late
    pregnant married single retired left right deaf blind autistic dyslexic allergic type""".split()  # noqa: SIM905
)
"""What may stand with a capital after "I'm" and is no name, beside what ends like the word for a people or a faith."""
_INTRODUCTION = re.compile(
    # "I'm Nadia, I work …", and no "I'm German, I …"
    r"^(?P<said>(?i:i'm|im|i am) (?P<value>"
    r"(?!\w*(?:ish|ese|ian|can|ean|ist|lic|nch|man|wiss|utch|reek|ew|slim)\b)"
    r"[A-Z][a-zà-ÿ'-]+(?: [A-Z][a-zà-ÿ'-]+)?))(?:$|(?:,| and|, and) (?=(?i:i|i'm|i've)\b))"
)
_OPENING = re.compile(
    r"^(?:(?:yes|no|yeah|nope|oh|by the way|btw|fyi|just so you know|for the record|as you know|to be honest|"
    r"honestly|personally|in fact|in general|generally|these days|nowadays|at the moment|for your information|today)"
    r"[\s,:–—-]+)+",
    re.IGNORECASE,
)
_NAMED_IN_PASSING = re.compile(
    rf"^(?P<lead>(?:[Mm]y|[Oo]ur) (?P<who>(?i:{WHO}))),? (?P<value>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?),? "
    r"(?=(?:is|was|has|just|\w+(?:s|ed))\b)"
)


_ONLY_GREETS = re.compile(r"(?:hi|hello|hey)(?: there| twin)?[!.]+", re.I)
_INTRODUCES = re.compile(r"(?:i'm|im|i am|this is)\b", re.I)


def _with_their_greeting(sentences: Sequence[str]) -> Iterator[str]:
    """``sentences``, but "Hi!" and "I'm Mara." as one: who greets says who they are."""
    greeting = ""
    for sentence in sentences:
        if _ONLY_GREETS.fullmatch(sentence.strip()):
            greeting = f"{sentence} "
            continue
        introduced = greeting and _INTRODUCES.match(sentence.replace("’", "'"))
        yield f"{greeting}{sentence}" if introduced else sentence
        greeting = ""


_INSTEAD = re.compile(
    r"^(?:(?:actually|no|nope|wait|hang on|sorry|oops|whoops|scratch that|correction)[\s,.:–—-]+)+"
    r"(?:it's|it is|i mean|i meant|make (?:it|that)) (?!(?:i|my|we|our|you|that|it|not|to|the same)\b)"
    r"(?P<value>\S+(?: \S+){0,4})$",
    re.IGNORECASE,
)


def _corrected_at_once(sentence: str, told: Sequence[Extraction]) -> Extraction | None:
    """What was told by the sentence before, with the value that ``sentence`` puts in the place of it."""
    instead = _INSTEAD.match(trimmed(sentence))
    if instead is None or len(told) != 1 or not told[0].value or mutability_of(told[0].slot) is Mutability.SEVERAL:
        return None
    if told[0].slot.partition(".")[0] in _VALUE_IN_SLOT:
        return None
    return replace(told[0], value=trimmed(instead["value"]), bearing=Bearing.CORRECTS)


_VALUE_IN_SLOT = frozenset({"preference", "speaks", "plays", "allergy", "term", "style"})


def _from_sentence(sentence: str, said_at: datetime, about: str, names: Mapping[str, str]) -> Iterator[Extraction]:
    if is_question(sentence) or asked_to_forget(sentence) is not None or sentence[:1] in "“\"«'‘":
        return
    if introduced := _GREETING.match(trimmed(sentence)) or _introduction(trimmed(sentence)):
        told = trimmed(introduced["said"])
        yield Extraction(MemoryKind.FACT, told, "self.name", introduced["value"], confidence=SURE)
        sentence = trimmed(sentence)[introduced.end() :]
        if not sentence:
            return
    plain = trimmed(without_lead_in(sentence))
    rules = style_rules(plain)
    if len(rules) > 1 or (rules and plain[:3].lower() == "no "):  # "No exclamation marks": this no opens nothing
        for rule in rules:
            yield from _from_clause(rule, said_at)
        return
    cue = opening_cue(hidden(sentence))
    bare = _OPENING.sub("", without_lead_in(cue.clause))
    bare = _LEADING_DATE.sub(lambda date: date.group()[:-1], bare)
    told_something = False
    for clause in _clauses(bare, about, names):
        for extraction in _from_clause(clause, said_at):
            told_something = True
            in_sentence = extraction.text if extraction.text in sentence else trimmed(sentence)
            yield replace(_cued(extraction, cue.bearing, actually=cue.actually), text=in_sentence)
    if not told_something and (_is_episode(bare) or _is_of_somebody_known(bare, names)):
        yield Extraction(MemoryKind.EPISODE, trimmed(sentence))


def _introduction(sentence: str) -> re.Match[str] | None:
    found = _INTRODUCTION.match(sentence)
    return found if found and found["value"].split()[0].lower() not in _NO_NAMES else None


def _clauses(bare: str, about: str, names: Mapping[str, str]) -> Iterator[str]:
    """The clauses of a sentence, each with its own subject."""
    if _SUPPOSED.match(bare):
        yield trimmed(shown(bare))
        return
    for clause in filter(None, _CLAUSE_END.split(marked(bare))):
        plain = spelled_out(with_person(spelled_out(trimmed(shown(clause))), about, names))
        about = spoken_of(plain, about)
        two = elided(plain)
        yield from two if two and _fits_a_rule(two[1]) else (plain,)


def _fits_a_rule(clause: str) -> bool:
    return any(rule.pattern.match(clause) for rule in (*PREFERENCES, *SEVERAL, *FACTS))


def _is_of_somebody_known(sentence: str, names: Mapping[str, str]) -> bool:
    words = re.findall(r"[\w'-]+", sentence)
    return len(words) >= _MIN_EPISODE_WORDS and words[0].removesuffix("'s") in names


def _cued(extraction: Extraction, bearing: Bearing, *, actually: bool) -> Extraction:
    """``extraction`` as a correction, if the sentence opened like one."""
    if extraction.bearing is not Bearing.STATES or extraction.kind is not MemoryKind.FACT:
        return extraction
    if actually and mutability_of(extraction.slot) is not Mutability.CHANGEABLE:
        bearing = Bearing.CORRECTS
    return replace(extraction, bearing=bearing)


def _from_clause(clause: str, said_at: datetime) -> Iterator[Extraction]:
    if len(clause) > _MAX_CLAUSE_CHARACTERS:
        return
    if is_style(clause):
        slot = style_slot(clause)
        polarity = style_polarity(clause)
        yield Extraction(MemoryKind.STYLE, clause, slot, clause if slot else "", polarity, SURE)
        return
    if name := named(clause):
        aliases = (name.alias,) if name.alias else ()
        slot = term_slot(name.term)
        yield Extraction(MemoryKind.VOCABULARY, clause, slot, name.term, confidence=SURE, aliases=aliases)
        return
    if CHATTER.match(clause):
        return
    if end := ended(clause, said_at):
        slot, or_slot = (*end.slots, "")[:2]
        yield Extraction(
            MemoryKind.FACT, clause, slot, confidence=SURE, bearing=Bearing.ENDS, true_from=end.at, or_slot=or_slot
        )
        return
    plain, told_name = clause, None
    if passing := _NAMED_IN_PASSING.match(clause):
        slot = f"{somebody(passing['who'])}.name"
        told_name = Extraction(MemoryKind.FACT, clause, slot, passing["value"], confidence=SURE)
        plain = f"{passing['lead']} {clause[passing.end() :]}"
    tensed = in_the_present(plain, said_at)
    told = list(_from_present(tensed, clause))
    if told_name and told:  # the rest of the clause is a memory of its own: "my brother Tom" is enough for this one
        told_name = replace(told_name, text=clause[: clause.index(told_name.value) + len(told_name.value)])
    yield from (*([told_name] if told_name else ()), *told)


def _from_present(tensed: Tensed, clause: str) -> Iterator[Extraction]:
    """What a clause says that was brought into the present, with the tense taken into account again."""
    wrong = named_as_wrong(tensed.clause)
    for rule in (*PREFERENCES, *SEVERAL, *FACTS):
        corrected = wrong.wrong and rule.kind is MemoryKind.FACT
        if filled := rule.pattern.match(wrong.clause if corrected else tensed.clause):
            for extraction in _filled(rule, filled, clause, tensed):
                yield _timed(extraction, tensed, wrong.wrong if corrected else "")
            return
    if tensed == Tensed(clause) and any(pattern.match(clause) for pattern in LASTING):
        yield Extraction(MemoryKind.FACT, clause, confidence=LIKELY)


_AS_OF_NOW = re.compile(r"\b(?:now|nowadays|these days)\b", re.IGNORECASE)


def _timed(extraction: Extraction, tensed: Tensed, wrong: str) -> Extraction:
    if tensed.bearing is Bearing.ENDS:
        return replace(
            extraction,
            value="",
            instead_of=extraction.value,
            polarity=Polarity.NEUTRAL,
            strength=0.0,
            bearing=Bearing.ENDS,
            true_from=tensed.true_from,
        )
    if wrong:  # "I now work as a driver, not a cook": that was so until now, and no mistake
        bearing = Bearing.UPDATES if _AS_OF_NOW.search(extraction.text) else Bearing.CORRECTS
        return replace(extraction, bearing=bearing, instead_of=wrong)
    bearing = extraction.bearing if tensed.bearing is Bearing.STATES else tensed.bearing
    return replace(
        extraction, bearing=bearing, past=tensed.past, true_from=tensed.true_from, true_until=tensed.true_until
    )


def _filled(rule: Rule, filled: re.Match[str], clause: str, tensed: Tensed) -> Iterator[Extraction]:
    groups = filled.groupdict()
    dated = tensed.bearing is not Bearing.STATES or tensed.past or tensed.true_from is not None
    value = value_of(groups["value"], dated=dated)
    if rule.kind is MemoryKind.FACT:
        value = before_next_clause(value)
    if not value or len(value.split()) > _MAX_VALUE_WORDS:
        return
    made = Extraction(
        rule.kind, clause, value=value, polarity=rule.polarity, confidence=rule.confidence, bearing=rule.bearing
    )
    if rule.kind is MemoryKind.PREFERENCE:
        made = replace(made, strength=strength_of(clause, rule.polarity))
    if rule in SEVERAL:
        several = one_of(groups["several"]) if groups.get("several") else ""
        for item in items(value):
            if rule.slot != "speaks.{thing}" or thing(item) in LANGUAGES:
                yield replace(made, slot=rule.slot.format(thing=thing(item), several=several), value=item)
        return
    if rule.slot == "preference.{thing}" and (is_list(value) or neither(value, rule.polarity)):
        for item in items(value):
            yield replace(made, slot=rule.slot.format(thing=thing(item)), value=item)
        return
    if rule.kind is MemoryKind.PREFERENCE:
        made = replace(made, value=preferred(value))
    names = {"thing": thing(made.value)}
    who: str | None = groups.get("who")
    if who:
        names["who"] = somebody(who)
    what: str | None = groups.get("what")
    if what:
        names["what"] = (favourite if rule.slot.startswith("favourite.") else attribute)(what)
    if rule.bearing is Bearing.STATES:
        named_as = f"{who or ''} {what or ''}"
        bearing = Bearing.BESIDE if is_another(named_as) else Bearing.UPDATES if is_new(named_as) else Bearing.STATES
        made = replace(made, bearing=bearing)
    slot = rule.slot.format(**names)
    if not slot.endswith("."):
        yield replace(made, slot=slot)


def _is_episode(sentence: str) -> bool:
    """Whether a sentence that no pattern fits is still worth keeping: the person tells something of themselves."""
    words = sentence.split()
    return (
        len(words) >= _MIN_EPISODE_WORDS
        and speaks_of_self(QUOTATION.sub("", shown(sentence)))
        and not re.match(r"(?:if|suppose|supposing|imagine)\b", sentence, re.IGNORECASE)
        and not CHATTER.match(trimmed(sentence))
        and not _is_command(words[0])
    )


def _is_command(first_word: str) -> bool:
    return first_word.lower().strip(",:") in _IMPERATIVES


_IMPERATIVES = frozenset(
    """tell show give write read make help explain summarise summarize translate rewrite rephrase list find search open
    correct fix format shorten improve call send set let suggest recommend compare describe draft create answer say
    stop start continue repeat try use check play look ask keep put add remove delete change turn wake remind do
    don't""".split()  # noqa: SIM905
)
