"""British and American spelling, word by word. Pure.

Only words whose spelling differs in every sense are here: "program", "meter", "license" and "check" are not.
"""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = dict(
    pair.split("/")
    for pair in (  # noqa: SIM905 - a list of that would be four times as long
        "color/colour favor/favour favorite/favourite flavor/flavour honor/honour humor/humour labor/labour "
        "neighbor/neighbour neighborhood/neighbourhood behavior/behaviour harbor/harbour rumor/rumour vapor/vapour "
        "savor/savour endeavor/endeavour rigor/rigour vigor/vigour armor/armour parlor/parlour candor/candour "
        "center/centre theater/theatre liter/litre fiber/fibre caliber/calibre somber/sombre luster/lustre "
        "specter/spectre maneuver/manoeuvre defense/defence offense/offence pretense/pretence gray/grey cozy/cosy "
        "catalog/catalogue dialog/dialogue analog/analogue monolog/monologue jewelry/jewellery aluminum/aluminium "
        "pajamas/pyjamas mustache/moustache plow/plough skeptical/sceptical skeptic/sceptic skepticism/scepticism "
        "aging/ageing mom/mum airplane/aeroplane encyclopedia/encyclopaedia pediatric/paediatric anemia/anaemia "
        "diarrhea/diarrhoea esthetic/aesthetic archeology/archaeology traveler/traveller traveling/travelling "
        "traveled/travelled canceled/cancelled canceling/cancelling modeling/modelling modeled/modelled "
        "labeled/labelled labeling/labelling signaling/signalling signaled/signalled fueled/fuelled "
        "fueling/fuelling counselor/counsellor marvelous/marvellous woolen/woollen fulfill/fulfil "
        "enrollment/enrolment skillful/skilful willful/wilful installment/instalment analyze/analyse "
        "analyzed/analysed analyzing/analysing paralyze/paralyse paralyzed/paralysed catalyze/catalyse"
    ).split()
)
_TO_BRITISH: Final = {
    **_PAIRS,
    **{f"{american}s": f"{british}s" for american, british in _PAIRS.items() if not american.endswith(("s", "d", "g"))},
    **{f"{a}ed": f"{b}ed" for a, b in _PAIRS.items() if a.endswith("or")},
    **{f"{a}ful": f"{b}ful" for a, b in _PAIRS.items() if a.endswith("or")},
    **{f"{a}ite": f"{b}ite" for a, b in _PAIRS.items() if a == "favor"},
}
_TO_AMERICAN: Final = {british: american for american, british in _TO_BRITISH.items()}
_IZE: Final = re.compile(
    r"\b(real|organ|recogn|apolog|personal|special|minim|maxim|optim|summar|critic|emphas|priorit|general|memor|"
    r"categor|final|author|util|visual|symbol|character|standard|custom|modern|mobil|stabil|normal|central|local|"
    r"social|civil|digit|capital|sympath|harmon|econom|jeopard|scrutin|familiar|popular|material|crystal|hospital)"
    r"i([sz])(e|es|ed|er|ers|ing|ation|ations)\b",
    re.IGNORECASE,
)
"""Stems that take the suffix: "size", "promise" and "advise" are none."""
_WORD: Final = re.compile(r"[A-Za-z]+")


def to_british(text: str) -> str:
    """``text`` with American words spelt as the British do (with -ise)."""
    return _spelt(text, _TO_BRITISH, "s")


def to_american(text: str) -> str:
    """``text`` with British words spelt as Americans do."""
    return _spelt(text, _TO_AMERICAN, "z")


def _spelt(text: str, words: dict[str, str], letter: str) -> str:
    swapped = _WORD.sub(lambda word: _swap(word[0], words), text)
    return _IZE.sub(lambda word: f"{word[1]}{word[0][len(word[1])]}{_like(letter, word[2])}{word[3]}", swapped)


def _swap(word: str, words: dict[str, str]) -> str:
    found = words.get(word.lower())
    if found is None:
        return word
    if word.isupper() and len(word) > 1:
        return found.upper()
    return found.capitalize() if word[0].isupper() else found


def _like(letter: str, other: str) -> str:
    return letter.upper() if other.isupper() else letter
