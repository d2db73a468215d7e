"""What kind of sentence is this? Rules of English that memory and the conversation both go by.

Pure functions over text: memory asks them what is worth keeping, the conversation which way to answer.
"""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|no|approx|e\.g|i\.e)|\b[a-z])\.$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s|$)|\n+")

_LEAD_IN = re.compile(
    r"^(?:(?:so|and|but|ok|okay|hey|hi|hello|well|now|please|also|actually|sorry|thanks|twin|um|uh|er|right|anyway)\b"
    r"[\s,!.–—-]*)+",
    re.IGNORECASE,
)
_INTERROGATIVE = re.compile(
    r"^(?:since when|for how long|who|what|which|whose|whom|when|where|why|how)(?:'s|’s|'re|’re|s)?\b", re.IGNORECASE
)
_NO_QUESTION_AFTER_INTERROGATIVE = re.compile(
    # "When I was young", "What I like is jazz", "What a day", "How nice", "Whatever"
    r"^(?:(?:who|what|which|when|where|why|how)\s+(?:i|you|he|she|it|we|they|my|our|his|her|their|the|this|that)\b"
    r"|what\s+an?\b|how\s+(?:nice|lovely|funny|sad|odd|annoying|wonderful|great|good)\b)",
    re.IGNORECASE,
)
_INVERSION = re.compile(
    r"^(?:do|does|did|is|are|am|was|were|can|could|would|will|should|shall|have|has|had|may|might|"
    r"don't|doesn't|didn't|isn't|aren't|wasn't|can't|couldn't|won't|wouldn't|shouldn't|haven't|hasn't)\s+"
    r"(?:i|you|he|she|it|we|they|there|my|our|your|his|her|their|the|this|that|any|anyone|anything|someone)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"^(?:can you |could you |would you )?(?:"
    r"(?:tell|remind)\s+me\s+(?:again\s+)?(?:about|who|what|which|whose|when|where|why|how|if|whether)\b"
    r"|i\s+(?:wonder|forgot|forget|can't\s+remember|cannot\s+remember|don't\s+remember|don't\s+know)\s+"
    r"(?:who|what|which|whose|when|where|why|how|if|whether)\b)",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?|please |do you (?:happen to )?(?:know|remember|recall) |"
    r"(?:tell|remind) me(?: again)?:? |i (?:wonder|forgot|can't remember|don't remember|don't know) |have i told you )+"
)
_CLOSING = re.compile(r"(?:[\s,]+(?:twin|please))+$")
_FIRST_PERSON = re.compile(r"\b(?:i|i['’](?:m|ve|d|ll)|im|ive|me|my|mine|myself|we|our|ours)\b", re.IGNORECASE)
_REMEMBER = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+|i want you to\s+)*"
    r"(?:(?:remember|note|memori[sz]e|keep\s+in\s+mind|make\s+a\s+note|write\s+down|don'?t\s+forget)"
    r"\s*(?:\s+that\b|\s+this\b|:|,)\s*:?\s*"
    r"|(?:remember|don'?t\s+forget)\s+(?!(?:when|how|what|who|where|why|if|whether|me|it|us|this|that|about)\b))",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+|i want you to\s+)*"
    r"(?:(?:forget|unlearn)\s+(?!it\b[\s,.!]*$|that\b[\s,.!]*$|about\s+it\b|to\b)"
    r"|(?:delete|erase|remove)\s+(?=(?:what|everything|all|anything)\s+(?:i|you)\b|[mtu]\d+\b))"
    r"(?:(?:that|what|everything|all|anything)\b\s*)?"
    r"(?:(?:i|we)\s+(?:said|told\s+you|mentioned)\s+)?(?:(?:that|about)\s+)?",
    re.IGNORECASE,
)
_PRIVATE = r"(?:off the record|private|confidential|between us)"
_OFF_THE_RECORD = (
    r"off the record|not for the record|in (?:strict )?confidence|this (?:is|stays) (?:private|confidential)"
)
_DO_NOT_KEEP = (
    r"(?:please )?(?:don't|do not|never) (?:remember|save|store|record|keep|note|write down|take note of) "
    r"(?:any of )?(?:this|that|it|what (?:i|follows)\b[^.:;,–—-]*)"
)
_PRIVATE_OPENING = re.compile(
    r"^(?:(?:ok|okay|so|well|and|but|twin)[\s,]+)*"
    rf"(?:{_OFF_THE_RECORD}|just between (?:us|you and me)|keep (?:this|it) {_PRIVATE}|{_DO_NOT_KEEP})"
    r"(?:[\s,]*(?:but|please|now|though|ok|okay)\b)?\s*(?:[:,.;!–—-]+\s*|$)",
    re.IGNORECASE,
)
_PRIVATE_CLOSING = re.compile(
    r"\s*(?:[.,;!–—-]+|\(|\band\b|\bbut\b)\s*(?:and |but )?"
    rf"(?:{_OFF_THE_RECORD}|(?:this|that)(?:'s| is| was) {_PRIVATE}|{_DO_NOT_KEEP}"
    rf"|(?:please )?keep (?:this|that|it) {_PRIVATE})"
    r"[\s,]*(?:please)?[\s.!)]*$",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:used? to|previous(?:ly)?|originally|former(?:ly)?|in the past|back then|earlier|once)\b"
    r"|\bbefore\b|\b(?:did|was|were|had) (?:i|my|our|we)\b",
    re.IGNORECASE,
)


EVERYTHING = "everything"
"""What :func:`asked_to_forget` gives for a wish to forget all there is."""

_ALL_OF_IT = re.compile(r"\b(?:everything|all)\b", re.IGNORECASE)
_NOTHING_IN_PARTICULAR = re.compile(r"(?:of it|(?:that )?you know(?: about me)?|about me|i said|me)?", re.IGNORECASE)


def split_sentences(text: str) -> tuple[str, ...]:
    """Cut ``text`` at full stops, question and exclamation marks and line ends; marks stay with their sentence."""
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        stretch = text[start : end.end()]
        if end.group().startswith(".") and _ABBREVIATION.search(stretch.rstrip("\"”’')]")):
            continue
        sentences.append(stretch.strip())
        start = end.end()
    sentences.append(text[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


def without_lead_in(sentence: str) -> str:
    """``sentence`` without the small words that open it ("So, ok, what …" becomes "what …")."""
    return _LEAD_IN.sub("", sentence.strip())


def is_question(sentence: str) -> bool:
    """Whether ``sentence`` asks something, with or without its question mark, directly or not ("tell me where …")."""
    if sentence.rstrip("\"”’') ").endswith("?"):
        return True
    bare = without_lead_in(sentence)
    if _INDIRECT.match(bare) or _INVERSION.match(bare):
        return True
    return bool(_INTERROGATIVE.match(bare)) and not _NO_QUESTION_AFTER_INTERROGATIVE.match(bare)


def plain_question(text: str) -> str:
    """``text`` in lower case, without its mark and what only addresses the twin ("Do you know where I live?")."""
    plain = _CLOSING.sub("", " ".join(text.replace("’", "'").lower().split()).rstrip("?.! "))
    return _ADDRESSED.sub("", without_lead_in(plain))


def only_asks(text: str) -> bool:
    """Whether ``text`` is nothing but questions: there is nothing in it to remember."""
    sentences = split_sentences(text)
    return bool(sentences) and all(is_question(sentence) for sentence in sentences)


def speaks_of_self(text: str) -> bool:
    """Whether ``text`` has a word of the first person in it."""
    return bool(_FIRST_PERSON.search(text))


def off_the_record(text: str) -> str | None:
    """What the person says in private ("off the record: …", "… but don't remember this"), without the words that say
    so; nothing if they do not say so."""
    plain = text.strip().replace("’", "'")
    for marked in (_PRIVATE_OPENING, _PRIVATE_CLOSING):
        if found := marked.search(plain):
            return f"{plain[: found.start()]} {plain[found.end() :]}".strip()
    return None


def asks_of_the_past(question: str) -> bool:
    """Whether ``question`` is for what was so rather than for what is so."""
    return bool(_PAST.search(question))


def asked_to_remember(text: str) -> str | None:
    """What the person asks to remember ("remember that my locker is 12"), or nothing if they ask no such thing."""
    bare = without_lead_in(text)
    found = None if is_question(text) else _REMEMBER.match(bare)
    return bare[found.end() :].strip() or None if found else None


def asked_to_forget(text: str) -> str | None:
    """What the person asks to forget ("forget what I said about Anna"), or nothing if they ask no such thing."""
    bare = without_lead_in(text)
    found = _FORGET.match(bare)
    if found is None:
        return None
    topic = bare[found.end() :].strip(" .!\"'“”")
    if _ALL_OF_IT.search(found.group()) and _NOTHING_IN_PARTICULAR.fullmatch(topic):
        return EVERYTHING
    return topic or None
