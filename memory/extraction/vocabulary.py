"""Words that extraction and the understanding of questions share: who a person talks of, and how slots are named.

A slot is ``subject.attribute`` in lower case: ``sister.name``, ``older sister.home``, ``self.job``. What can hold
several values at once has the value in its slot (``preference.jazz``, ``speaks.german``, ``allergy.nuts``).
"""

from __future__ import annotations

import re

_RELATION_NAMES = {
    "mother": ("mother", "mum", "mom", "mummy", "mommy", "ma"),
    "father": ("father", "dad", "daddy", "papa"),
    "parents": ("parents", "folks"),
    "sister": ("sister", "sis"),
    "brother": ("brother", "bro"),
    "wife": ("wife",),
    "husband": ("husband",),
    "partner": ("partner", "spouse"),
    "girlfriend": ("girlfriend",),
    "boyfriend": ("boyfriend",),
    "fiancé": ("fiancé", "fiance", "fiancée", "fiancee"),
    "son": ("son",),
    "daughter": ("daughter",),
    "children": ("children", "kids"),
    "child": ("child", "kid", "baby"),
    "grandmother": ("grandmother", "grandma", "granny", "nan", "nana", "gran"),
    "grandfather": ("grandfather", "grandpa", "granddad", "grandad"),
    "grandson": ("grandson",),
    "granddaughter": ("granddaughter",),
    "aunt": ("aunt", "auntie"),
    "uncle": ("uncle",),
    "cousin": ("cousin",),
    "niece": ("niece",),
    "nephew": ("nephew",),
    "mother-in-law": ("mother-in-law", "mother in law"),
    "father-in-law": ("father-in-law", "father in law"),
    "sister-in-law": ("sister-in-law", "sister in law"),
    "brother-in-law": ("brother-in-law", "brother in law"),
    "stepmother": ("stepmother", "stepmum", "stepmom"),
    "stepfather": ("stepfather", "stepdad"),
    "godmother": ("godmother",),
    "godfather": ("godfather",),
    "friend": ("friend", "mate", "buddy", "pal"),
    "flatmate": ("flatmate", "roommate", "housemate"),
    "neighbour": ("neighbour", "neighbor"),
    "boss": ("boss",),
    "manager": ("manager", "supervisor"),
    "colleague": ("colleague", "coworker", "co-worker", "workmate"),
    "assistant": ("assistant",),
    "teacher": ("teacher",),
    "tutor": ("tutor",),
    "coach": ("coach", "trainer"),
    "doctor": ("doctor", "gp", "physician"),
    "dentist": ("dentist",),
    "therapist": ("therapist", "counsellor", "counselor"),
    "lawyer": ("lawyer", "solicitor", "attorney"),
    "accountant": ("accountant",),
    "hairdresser": ("hairdresser", "barber"),
    "landlord": ("landlord", "landlady"),
    "cat": ("cat", "kitten"),
    "dog": ("dog", "puppy"),
    "horse": ("horse", "pony"),
    "rabbit": ("rabbit", "bunny"),
    "parrot": ("parrot",),
    "hamster": ("hamster",),
    "pet": ("pet",),
    "company": ("company", "startup", "start-up"),
    "team": ("team",),
    "band": ("band",),
    "boat": ("boat",),
}
_CANONICAL = {name: relation for relation, names in _RELATION_NAMES.items() for name in names}

RELATIONS = frozenset(_RELATION_NAMES)
"""All that somebody may be to the person, as slots name it."""
_ADJECTIVE = (
    r"(?:older|elder|eldest|oldest|younger|youngest|little|big|twin|middle|only|best|closest|late|new|old|former|current|"
    r"other|another|ex|first|second|step|half|foster|adopted)"
)
WHO = (
    rf"(?:(?:{_ADJECTIVE}[ -])*"
    rf"(?:{'|'.join(re.escape(name) for name in sorted(_CANONICAL, key=len, reverse=True))}))"
)
"""A pattern for somebody (or some animal) of the person's: "older sister", "best friend", "dog"."""
WHO_SEVERAL = (
    rf"(?:(?:{_ADJECTIVE}|two|three|four|five) )?(?:children|kids|"
    rf"(?:{'|'.join(re.escape(name) for name in sorted(_CANONICAL, key=len, reverse=True))})s)"
)
"""The same for several of them: "sisters", "two cats"."""
_ANOTHER = frozenset({"other", "another"})
_NEW = frozenset({"new", "current"})

LANGUAGES = frozenset(
    """arabic basque bengali bulgarian cantonese catalan chinese croatian czech danish dutch english esperanto estonian
    farsi finnish french gaelic german greek hebrew hindi hungarian icelandic indonesian irish italian japanese korean
    latin latvian lithuanian malay mandarin norwegian persian polish portuguese punjabi romanian russian serbian slovak
    slovenian spanish swahili swedish tamil thai turkish ukrainian urdu vietnamese welsh yiddish""".split()  # noqa: SIM905
)

_ATTRIBUTES = {
    "occupation": "job",
    "profession": "job",
    "hometown": "origin",
    "home town": "origin",
    "birth date": "birthday",
    "birthdate": "birthday",
    "date of birth": "birthday",
    "e mail": "email",
    "e mail address": "email",
    "email address": "email",
    "telephone number": "phone number",
    "mobile number": "phone number",
    "number": "phone number",
    "first name": "name",
    "full name": "name",
    "workplace": "employer",
    "spouse": "partner",
}
_SPELLINGS = {"favorite": "favourite", "color": "colour", "movie": "film", "movies": "film"}


def somebody(who: str) -> str:
    """The name of a subject in slots: "Older Mum" is the ``older mother``; the other sister is a ``sister`` too."""
    *adjectives, relation = who.lower().replace("’", "'").split()
    adjectives = [word for word in adjectives if word not in _ANOTHER | _NEW]
    for length in (3, 2):  # "mother in law"
        if " ".join((*adjectives, relation)[-length:]) in _CANONICAL:
            words = (*adjectives, relation)
            adjectives, relation = list(words[:-length]), " ".join(words[-length:])
    return " ".join((*adjectives, _CANONICAL.get(relation, relation)))


def one_of(several: str) -> str:
    """The name of a subject in slots for one of several: "two sisters" are each a ``sister``."""
    words = [word for word in several.lower().split() if word not in ("two", "three", "four", "five")]
    return somebody(" ".join(words) if words[-1] in _CANONICAL else " ".join(words).removesuffix("s"))


def is_another(name: str) -> bool:
    """Whether ``name`` is of one more: "other sister"."""
    return bool(_ANOTHER & set(name.lower().split()))


def is_new(name: str) -> bool:
    """Whether ``name`` is of what has taken another's place: "new boss"."""
    return bool(_NEW & set(name.lower().split()))


def attribute(name: str) -> str:
    """The name of an attribute in slots: "E-mail address" is ``email``, "favorite color" is ``favourite colour``."""
    words = [word for word in name.lower().replace("-", " ").split() if word not in _NEW] or name.lower().split()
    plain = " ".join(_SPELLINGS.get(word, word) for word in words)
    return _ATTRIBUTES.get(plain, plain)


def favourite(name: str) -> str:
    """The name of a kind of favourite in slots, in the singular: "favourite films" are kept with the favourite film."""
    plain = attribute(name)
    return plain[:-1] if plain.endswith("s") and not plain.endswith(("ss", "us", "ews", "ies")) else plain


def thing(phrase: str) -> str:
    """The name of a thing in slots: without articles, case and marks."""
    words = re.sub(r"[^\w\s'’&+#.-]", " ", phrase.lower()).split()
    while words and words[0] in ("a", "an", "the", "my", "some", "any", "all", "really", "good"):
        words.pop(0)
    return " ".join(words).strip(" .-'’")
