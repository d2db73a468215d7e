"""Greetings, thanks and goodbyes, whole turns of them: what one says to them needs no model, and a small one takes them
as an occasion to tell a story. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = r"(?:,? (?:twin|there|again|everyone|buddy|my friend|friend))?"
_FINE: Final = r"ok(?:ay)?|great|perfect|cool|nice|good|awesome|wonderful"
_SEEN: Final = r"i see|got it|understood|good to know|makes sense"
_THANKS: Final = (
    r"(?:many thanks|thanks?(?: you)?|cheers)(?: (?:so much|very much|a lot|again))?"
    r"(?: for (?:your|the|all your) (?:help|answer|time))?"
)
_NO_MORE: Final = (
    r"(?:that (?:helps|helped)(?: a lot)?|that(?:'s| is) (?:all(?: for (?:now|today))?|great|good|perfect|nice))"
)
_GOODBYE: Final = (
    r"(?:(?:good)?bye(?: bye)?|see (?:you|ya)(?: (?:later|soon|tomorrow|around))?|(?:talk|speak) to you (?:later|soon)"
    r"|until (?:later|tomorrow)|have a (?:nice|good|great) (?:day|evening|weekend))"
)
_KINDS: Final = tuple(
    (re.compile(pattern), reply)
    for pattern, reply in (
        (
            rf"(?:hi|hello|hey|hiya|howdy|greetings){_NAME}",
            "Hello{name}! Tell me something, or ask me what I know.",
        ),
        (rf"good (?P<time>morning|afternoon|evening|day){_NAME}", "Good {time}{name}!"),
        (
            rf"(?:(?:hi|hello|hey){_NAME},? )?(?:how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what's up)",
            "All is well here, thank you. And with you?",
        ),
        (
            rf"(?:(?:{_FINE}),? )?{_THANKS}{_NAME}(?:,? {_NO_MORE})?",
            "You're welcome{name}.",
        ),
        (rf"(?:good ?night|sleep well){_NAME}", "Good night{name}."),
        (
            rf"(?:(?:{_FINE}),? )?(?:{_THANKS},? )?{_GOODBYE}{_NAME}",
            "See you{name}.",
        ),
        (
            rf"{_FINE}|{_SEEN}|no,? thanks?(?: you)?|all ?right|fine|very good|never ?mind",
            "All right.",
        ),
    )
)


_YES: Final = rf"yes|yep|yeah|sure|please do|do (?:it|that)|go ahead|of course|{_FINE}|all ?right|fine"
_ASSENTS: Final = re.compile(rf"(?:{_YES})(?:,? (?:please|do (?:it|that)|go ahead|thanks))*")
_WAITS: Final = re.compile(r"[^.!?\n]*`twin (?:forget|questions answer) [^\n]*")


def courteous(text: str, name: str = "") -> str | None:
    """What one says to ``text`` where it is a courtesy and nothing else; ``name`` is what the person is called."""
    plain = _plain(text)
    for pattern, reply in _KINDS:
        if found := pattern.fullmatch(plain):
            return reply.format(name=f", {name}" if name else "", time=found.groupdict().get("time") or "")
    return None


def assents(text: str) -> bool:
    """Whether ``text`` is a "yes" and nothing else."""
    return _ASSENTS.fullmatch(_plain(text)) is not None


def still_waiting(text: str, said_before: str) -> str | None:
    """What to say to a "yes" where the twin's last words, ``said_before``, wait for a command: nothing is done by talk.
    Nothing if they do not, or ``text`` is no assent."""
    waits = _WAITS.search(said_before) if assents(text) else None
    if waits is None:
        return None
    return f"Nothing is done yet; a word alone does not do it. {waits.group().strip()}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[!.?…]+", " ", text.replace("’", "'").lower()).split()).strip(" ,:;)-")
