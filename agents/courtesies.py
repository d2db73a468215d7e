"""Greetings, thanks and goodbyes, whole turns of them: what one says to them needs no model, and a small one takes them
as an occasion to tell a story. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = r"(?:,? (?:twin|there|again|everyone|buddy|my friend|friend))?"
_FINE: Final = r"ok(?:ay)?|great|perfect|cool|nice|good|awesome|wonderful"
_THANKS: Final = r"(?:many thanks|thanks?(?: you)?|cheers)(?: (?:so much|very much|a lot|again))?"
_NO_MORE: Final = r"(?:that (?:helps|helped)(?: a lot)?|that(?:'s| is) all(?: for (?:now|today))?)"
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
            rf"(?:(?:{_FINE}|no),? )?{_THANKS}{_NAME}(?:,? {_NO_MORE})?",
            "You're welcome{name}.",
        ),
        (rf"(?:good ?night|sleep well){_NAME}", "Good night{name}."),
        (
            rf"(?:(?:{_FINE}),? )?(?:{_THANKS},? )?{_GOODBYE}{_NAME}",
            "See you{name}. What you told me is kept.",
        ),
        (
            rf"{_FINE}|all ?right|fine|very good|i see|got it|understood|good to know|makes sense|never ?mind",
            "All right.",
        ),
    )
)


def courteous(text: str, name: str = "") -> str | None:
    """What one says to ``text`` where it is a courtesy and nothing else; ``name`` is what the person is called."""
    plain = " ".join(re.sub(r"[!.?…]+", " ", text.replace("’", "'").lower()).split()).strip(" ,:;)-")
    for pattern, reply in _KINDS:
        if found := pattern.fullmatch(plain):
            return reply.format(name=f", {name}" if name else "", time=found.groupdict().get("time") or "")
    return None
