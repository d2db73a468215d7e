"""What people say about themselves, as a table: one line a pattern, tried in order, the first match wins.

Each pattern holds for a whole clause. A rule fills a slot: ``slot`` is a template over the groups of its pattern, where
``{who}``, ``{what}`` and ``{thing}`` are normalised names (see :mod:`memory.extraction.vocabulary`) and ``value`` is
the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from memory.extraction.vocabulary import WHO, WHO_SEVERAL
from twin.domain import Bearing, MemoryKind, Polarity

SURE: Final = 0.9
"""Confidence of a pattern that means only one thing."""
LIKELY: Final = 0.75
"""Confidence of a pattern that is a habit, or a guess at what the attribute is."""


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: re.Pattern[str]
    slot: str
    confidence: float = SURE
    kind: MemoryKind = MemoryKind.FACT
    polarity: Polarity = Polarity.NEUTRAL
    bearing: Bearing = Bearing.STATES


def _clause(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^{pattern}$", re.IGNORECASE)


def _fact(slot: str, pattern: str, confidence: float = SURE, bearing: Bearing = Bearing.STATES) -> Rule:
    return Rule(_clause(pattern), slot, confidence, bearing=bearing)


def _likes(slot: str, pattern: str, confidence: float = SURE) -> Rule:
    return Rule(_clause(pattern), slot, confidence, MemoryKind.PREFERENCE, Polarity.LIKES)


def _dislikes(slot: str, pattern: str, confidence: float = SURE) -> Rule:
    return Rule(_clause(pattern), slot, confidence, MemoryKind.PREFERENCE, Polarity.DISLIKES)


# --- pieces ---------------------------------------------------------------------------------------------------

_IM = r"i(?:'m| am)"
_OUR = r"(?:my|our)"
_MY = rf"{_OUR} (?P<who>{WHO})"
_NOW = r"(?:(?:now|currently|still|actually|originally|really|only|mostly|usually|just) )*"
_V = r"(?P<value>\S.*)"
_PLACE = (
    r"(?P<value>(?!(?:hopes?|fear|dread|peace|sin|denial|chaos|luxury|silence|the (?:past|present|moment|now|future)|"
    r"interesting times|my (?:head|dreams|memories|pyjamas|pajamas)|a (?:dream|bubble|mess))\b)\S.*?)"
    r"(?:,? with (?:my|our|his|her|an?|two|three|four|some|friends|family)\b.*)?"
)
_MOVED_TO = r"(?:moved|relocated) (?:house )?(?:from \S+(?: \S+)? )?to (?P<value>\S.*?)(?: from \S.*)?"
_NAME = (
    r"(?P<value>(?!(?:away|to|up|in|on|by|back|off|for|out|not|a|an|so|very|when|if|at|about)\b)"
    r"[^\W\d]\S*(?: [^\W\d]\S*){0,3})"
)
_FIELD = (
    r"(?P<value>(?!(?:my|our|this|that|an?|the (?:garden|kitchen|morning|evening|office|dark)|silence|bed|shifts|pairs)"
    r"\b)\S.*)"
)
_PROPER_NAME = (
    r"(?P<value>(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )[A-Z]\S*(?: [A-Z]\S*)?"
    r"|(?!\S+(?:ish|ese|ian|can|ean|ist|lic|nch|man|wiss|utch|reek|ew|im)$)[A-Z]\S+(?: [A-Z]\S*)?)"
)
"""After "my doctor is": a name, but not what also begins with a capital ("German", "Catholic", "Muslim")."""
_SHAPED = r"""(?P<value>(?:[A-Z\d“"'+]|(?:an?|the|my|half|about|number) \S).*)"""
"""A value that looks like one: a name, a number, a noun phrase; not an adjective ("my phone is dead")."""
_ATTRIBUTE_OF_ANY_VALUE = (
    r"birthday|birth ?date|date of birth|age|first name|middle name|last name|surname|nickname|job|profession|"
    r"occupation|hometown|home town|nationality|religion|star sign|zodiac sign|blood type|blood group|"
    r"(?:shoe|ring|hat|dress|shirt|jacket) size|height|weight|mother tongue|native language|first language|"
    r"(?:phone|mobile|telephone|house|locker|room|flat|member|membership|customer|passport) number|address|"
    r"e-?mail(?: address)?|(?:wedding )?anniversary|pronouns|employer|time ?zone|(?:eye|hair) colou?r"
)
_SMALL_NUMBER = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen)"
)
_WHAT = (
    r"(?P<what>(?!(?:point|question|problem|idea|guess|opinion|understanding|concerns?|advice|answer|impression|bad|"
    r"pleasure|name|favou?rite(?= (?:is|are))|hope|fear|worry|mistake|fault|turn|feelings?|thoughts?|goodness|god|only|"
    r"next|last|whole)\b)"
    r"(?:[\w-]+ ){0,3}?[\w-]+)"
)
_OCCUPATION = (
    r"an? (?P<value>(?:[\w-]+ ){0,3}?(?!(?:\w*(?:runner|smoker|drinker|riser|reader|gamer|lover|beginner|"
    r"foreigner|fighter|dreamer|believer|sister|brother|mother|father|daughter|member|loner|hiker|climber|cyclist|supporter|follower|"
    r"owner|sleeper|eater|walker|user|swimmer|optimist|pessimist|feminist|perfectionist|vegetarian|christian|"
    r"guardian|introvert|extrovert|winner|loser|stranger|teenager|subscriber|donor|neighbour|neighbor))\b)"
    r"(?:\w+(?:er|or|ist|ian|eer|ant|yst|wright|smith|man|woman)|nurse|chef|cook|vet|pilot|clerk|judge|guide|student|"
    r"professor|surgeon|architect|paramedic|mechanic|carpenter|musician|secretary|midwife|therapist|scientist|coach))"
    r"(?: (?:in|at|for|by|with) .*)?"
)
_INSTRUMENT = (
    r"(?P<value>piano|guitar|violin|cello|drums|flute|saxophone|trumpet|clarinet|bass|harp|organ|ukulele|banjo|viola|"
    r"oboe|accordion|harmonica|keyboard)"
)

# --- facts ----------------------------------------------------------------------------------------------------

FACTS: Final = (
    _fact("self.name", rf"(?:my name is|(?:my|the) name's) {_NAME}"),
    _fact("self.name", rf"{_IM} (?:called|named) {_NAME}"),
    _fact("self.name", rf"i go by {_NAME}", bearing=Bearing.UPDATES),
    _fact(
        "self.name",
        rf"(?:i've |i |we )?(?:changed|have changed) my (?:first )?name to {_NAME}",
        bearing=Bearing.UPDATES,
    ),
    _fact(
        "self.name",
        rf"(?:you can |please |people |friends |everyone |from now on,? )*calls? me {_NAME}",
        bearing=Bearing.UPDATES,
    ),
    _fact("{who}.name", rf"(?:i|we)(?:'ve| have)? renamed {_MY} (?:to )?{_NAME}", bearing=Bearing.UPDATES),
    _fact("{who}.name", rf"{_MY}(?: has)? changed (?:his|her|their|its) name to {_NAME}", bearing=Bearing.UPDATES),
    _fact("{who}.name", rf"{_MY} is (?:now|nowadays) (?:called|named) {_NAME}", bearing=Bearing.UPDATES),
    _fact("{who}.name", rf"{_MY}'s? (?:(?:first|full) )?name (?:is|was) {_NAME}"),
    _fact("{who}.name", rf"(?:the )?name of {_MY} is {_NAME}"),
    _fact("{who}.name", rf"{_MY} (?:is|was) (?:called|named) {_NAME}"),
    _fact("{who}.name", rf"{_MY} goes by {_NAME}"),
    _fact("{who}.name", rf"(?:i|we) (?:have|'ve got|have got|own) an? (?P<who>{WHO}) (?:called|named) {_NAME}"),
    _fact("{who}.name", rf"(?P<value>(?!(?:he|she|it|that|this|there)\b)[^\W\d]\S+(?: [^\W\d]\S+)?) is {_MY}", LIKELY),
    _fact("partner.name", rf"{_IM} married to {_NAME}", LIKELY),
    _fact("self.home", rf"(?:i|we) {_NOW}(?:live|reside) {_NOW}(?:in|at|on|near) {_PLACE}"),
    _fact("self.home", rf"(?:{_IM}|we are|we're) {_NOW}(?:living|based) {_NOW}(?:in|at|on|near) {_PLACE}"),
    _fact("self.home", rf"(?:i|we)(?:'ve| have)? {_NOW}{_MOVED_TO}"),
    _fact("{who}.home", rf"{_MY} {_NOW}lives? {_NOW}(?:in|at|on|near) {_PLACE}"),
    _fact("{who}.home", rf"{_MY}(?: has)? {_NOW}{_MOVED_TO}"),
    _fact("self.origin", rf"{_IM} {_NOW}from {_V}"),
    _fact("self.origin", rf"i {_NOW}(?:come from|grew up (?:in|on|near)) {_V}"),
    _fact("{who}.origin", rf"{_MY} is {_NOW}from {_V}"),
    _fact("self.birthday", r"i was born on (?P<value>.*\d.*)"),
    _fact("self.birthplace", r"i was born in (?P<value>\D+)"),
    _fact("self.birth year", r"i was born in (?P<value>.*\d.*)"),
    _fact("self.age", rf"{_IM} {_NOW}(?P<value>\d{{1,3}})(?: years old| years of age)?"),
    _fact(
        "{who}.age",
        rf"{_MY} (?:is|turned|just turned) (?P<value>(?:\d{{1,3}}|{_SMALL_NUMBER})(?: (?:months|weeks))?)"
        r"(?: years)?(?: old)?",
    ),
    _fact("self.job", rf"i {_NOW}work as (?:an? |the )?{_V}"),
    _fact("self.job", rf"{_IM} {_NOW}{_OCCUPATION}", LIKELY),
    _fact("{who}.job", rf"{_MY} is {_NOW}{_OCCUPATION}", LIKELY),
    _fact("self.employer", rf"i {_NOW}work (?:at|for) {_V}"),
    _fact("self.field of work", rf"i {_NOW}work in {_FIELD}"),
    _fact("{who}.job", rf"{_MY} {_NOW}works as (?:an? |the )?{_V}"),
    _fact("{who}.employer", rf"{_MY} {_NOW}works (?:at|for) {_V}"),
    _fact("{who}.field of work", rf"{_MY} {_NOW}works in {_FIELD}"),
    _fact("self.car", rf"i {_NOW}drive (?P<value>(?:an?|my) .+)"),
    _fact("self.studies", rf"(?:i {_NOW}study|{_IM} {_NOW}studying) {_V}"),
    _fact(
        "self.studies",
        rf"{_IM} {_NOW}learning (?!(?:to|that|how|a lot|so|from|by|about|new)\b){_V}",
        LIKELY,
        Bearing.BESIDE,
    ),
    _fact("self.height", rf"{_IM} {_NOW}(?:about |around )?(?P<value>\d[\w.,'\" ]*?) tall"),
    _fact("self.weight", rf"i {_NOW}weigh (?:about |around )?(?P<value>\d.*)"),
    _fact("self.shoe size", r"i (?:wear|take)(?: an?)? (?:shoe )?size (?P<value>\d[\d.,½]*)(?: (?:shoes?|boots?))?"),
    _fact(
        "self.diet",
        rf"{_IM} (?:(?:an?|also|now|still|strictly) )*(?P<value>vegetarian|vegan|pescatarian|teetotal(?:ler)?|"
        r"co?eliac|diabetic|(?:lactose|gluten)[ -]intolerant)",
    ),
    _fact("self.marital status", rf"{_IM} (?:now |happily |newly )?(?P<value>single|married|divorced|engaged|widowed)"),
    _fact("{who}.{what}", rf"{_MY}'s? {_WHAT} (?:is|are) (?:on )?{_V}"),
    _fact("self.{what}", rf"{_OUR} (?P<what>{_ATTRIBUTE_OF_ANY_VALUE}) (?:is|are) (?:on )?{_V}"),
    _fact("{who}.name", rf"{_MY} (?-i:is {_PROPER_NAME})", LIKELY),
    _fact("self.{what}", rf"{_OUR} (?!{WHO} ){_WHAT} (?:is|are) (?:called |named ){_V}", LIKELY),
    _fact("self.{what}", rf"{_OUR} (?!{WHO} ){_WHAT} (?-i:(?:is|are) {_SHAPED})", LIKELY),
)

_NAMES = r"(?-i:(?P<value>[A-Z]\S+(?:, [A-Z]\S+)*,? and [A-Z]\S+))"
_OURS = rf"{_OUR} (?P<several>{WHO_SEVERAL})"

SEVERAL: Final = (
    # Each thing that is named fills a slot of its own, or the same slot beside the others.
    _fact("{several}.name", rf"{_OURS} are (?:called |named )(?P<value>[A-Z].*)", bearing=Bearing.BESIDE),
    _fact("{several}.name", rf"{_OURS} are {_NAMES}", LIKELY, Bearing.BESIDE),
    _fact(
        "{several}.name",
        rf"(?:i|we)(?:'ve got| have got| have) (?P<several>{WHO_SEVERAL})(?:,|:| called| named) {_NAMES}",
        bearing=Bearing.BESIDE,
    ),
    _fact("speaks.{thing}", rf"i {_NOW}(?:can )?speak (?:some |a (?:little|bit of) |fluent |good )?{_V}"),
    _fact("allergy.{thing}", rf"{_IM} (?:(?:also|very|badly|highly|a bit) )*allergic to {_V}"),
    _fact("allergy.{thing}", r"i have (?:an? )?(?:(?:bad|severe|mild|serious) )?(?P<value>[\w ]+?) allergy"),
    _fact("plays.{thing}", rf"i {_NOW}(?:can )?play (?:the )?{_INSTRUMENT}"),
)

LASTING: Final = (
    # Facts without a slot: they describe the person, and several hold at once.
    _clause(rf"{_IM} (?:(?:also|still|actually) )*an? (?!(?:bit|little|lot|fan|big fan|huge fan|lover)\b)\S.*"),
    _clause(
        r"i(?:'ve got| have(?: got)?| own) (?:an?|one|two|three|four|five|six|no|\d+) (?!(?:\w+ )?(?:question|problem|"
        r"issue|headache|cold|meeting|call|idea|feeling|hunch|thought|plan|doubt|suggestion|request|appointment|lot|bit|"
        r"few)s?\b)\S.*"
    ),
    _clause(rf"{_OUR} {WHO} (?:is|was) an? \S.*"),
)

# --- preferences ----------------------------------------------------------------------------------------------

_ADVERBS = (
    r"(?:(?:really|absolutely|also|still|just|do|quite|truly|always|usually|mostly|only|generally|often|especially|"
    r"particularly|rather|actually|secretly|normally|totally|kind of|sort of|kinda|mildly|now|simply|have come to) )*"
)
_NOT = r"(?:don't|do not|never|no longer)(?: (?:really|much|particularly|even|ever))*"
_THING = (
    r"(?!(?:it|that|this|these|those|you|your|him|her|them|us|what|how|when|where|who|why|if|to see|too|more|less|"
    r"a lot|lots|much|so|there|nothing|something|anything|everything)\b)(?P<value>\S.*)"
)
_NOT_NOW = r"(?!(?:now|today|tonight|tomorrow|right|yet|another|out|before|after|at|on|in|with|any ?more|a bite)\b)"

PREFERENCES: Final = (
    _likes("favourite.{what}", rf"my (?:favou?rite|preferred) (?P<what>[\w' -]+?) (?:is|are) {_V}"),
    _likes("favourite.{what}", r"(?P<value>\S.*?) (?:is|are) my (?:\S+ )?favou?rite (?P<what>[\w' -]+)"),
    _dislikes("preference.{thing}", rf"i {_ADVERBS}{_NOT} (?:like|love|enjoy|care for) {_THING}"),
    _dislikes("preference.{thing}", rf"i {_ADVERBS}(?:hate|dislike|can't stand|{_NOT} like) it (?=when |if ){_V}"),
    _likes("preference.{thing}", rf"i {_ADVERBS}(?:like|love|enjoy) it (?=when |if ){_V}"),
    _dislikes("preference.{thing}", rf"i {_ADVERBS}{_NOT} (?:eat|drink|touch) {_THING}", LIKELY),
    _dislikes("preference.{thing}", rf"i {_ADVERBS}(?:can't|cannot|won't) (?:eat|drink) {_NOT_NOW}{_THING}", LIKELY),
    _dislikes(
        "preference.{thing}",
        rf"i {_ADVERBS}(?:hate|dislike|detest|loathe|despise|avoid|(?:can't|cannot) (?:stand|bear|abide)) {_THING}",
    ),
    _dislikes(
        "preference.{thing}",
        rf"{_IM} (?:really |definitely )?(?:not|no) (?:really )?(?:a (?:\w+ )?fan of|fond of|into|keen on) {_THING}",
    ),
    _likes("preference.{thing}", rf"i {_ADVERBS}(?:don't|do not|wouldn't) mind {_THING}", LIKELY),
    _likes("preference.{thing}", rf"{_IM} (?:\w+ )?(?:fine|ok|okay|happy) with {_THING}", LIKELY),
    _likes("preference.{thing}", rf"(?:i|we) {_ADVERBS}(?:like|love|adore|enjoy|prefer|fancy) {_THING}"),
    _likes(
        "preference.{thing}",
        rf"{_IM} (?:(?:really|also|quite|very|totally) )*(?:a (?:\w+ )?(?:fan|lover) of|fond of|into|crazy about|"
        rf"mad about|keen on|partial to|addicted to|obsessed with) {_THING}",
    ),
    _likes("preference.{thing}", rf"i (?:can't|cannot|couldn't) (?:live|do) without {_THING}"),
    _likes(
        "preference.{thing}",
        rf"i {_ADVERBS}(?:eat|drink|wear|read|watch|listen to|collect) (?!(?:an? )?(?:shoe )?size \d){_THING}",
        LIKELY,
    ),
)

# --- nothing to keep ------------------------------------------------------------------------------------------

CHATTER: Final = _clause(
    # Said in passing, or to the twin.
    r"(?:i (?:see|know|agree|understand|guess(?: so)?|think so|hope so|don't know|mean it|got it)"
    r"|i (?:like|love|appreciate|hate) (?:it(?! when| if)|that|this|your|what you|how you)\b.*"
    r"|i (?:like|love|hate) the (?:way|idea|sound|look|kind of thing) (?:you|that|this|of (?:that|this|it))\b.*"
    r"|i think (?:that )?(?:you|it|this|that|the|we)\b.*"
    r"|i(?:'m| am) (?:fine|good|great|ok|okay|well|back|here|sorry|done|not sure|sure|ready|listening|bored|confused)"
    r"|my (?:bad|pleasure|goodness|god)|thank(?:s| you)\b.*"
    r"|i (?:want|need|would like|'d like|wish)(?: for)? (?:you|your|to know|to ask|to hear|(?:some )?help|"
    r"(?:an? |some )?(?:summary|answer|advice|explanation|list|recipe|ideas?|examples?))\b.*"
    r"|i(?:'m| am) (?:asking|wondering|talking to|looking for)\b.*"
    r"|i (?:asked|meant|have a question|was wondering|was asking)\b.*)"
)
