"""Who the twin is, what it can do, and who sees what it is told: one's first questions. A small model would answer them
with a story, so the answers stand here. Pure.
"""

from __future__ import annotations

import re
from typing import Final

from twin.sentences import plain_question

_KINDS_OF_THING: Final = (
    "ai|artificial intelligence|robot|bot|chat ?bot|human|person|alive|machine|computer|program|language model|llm|"
    "chat ?gpt|assistant"
)
_DATA: Final = (
    r"(?:(?:all )?(?:my|this) (?:data|memories|words|recordings|conversation)|our (?:conversations?|chats?)"
    r"|(?:everything|all|what) (?:that )?i (?:say|tell you|told you|said|write|dictate))"
)
_IT: Final = rf"(?:{_DATA}|this|that|it|everything)"
_WHO_IT_IS: Final = re.compile(
    r"^(?:who|what)(?: exactly)? are you$|^what(?:'s| is) your name$|^do you have a name$|^what are you called$"
    rf"|^are you (?:(?:an?|really|real) )*(?:{_KINDS_OF_THING}|real)(?: being)?$"
    r"|^who (?:made|built|created|trained|wrote) you$|^how old are you$"
    r"|^(?:what|which) (?:language )?model (?:are you|do you use)$"
    r"|^introduce yourself$|^(?:tell me )?(?:something )?about yourself$"
)
_WHAT_IT_CAN_DO: Final = re.compile(
    r"^(?:help(?: me)?|what (?:else )?(?:can|do) you do"
    r"|what (?:can|could) i (?:ask(?: you)?|(?:do|say) (?:here|with you))"
    r"|how (?:can|could|do) you help(?: me)?|what are you (?:for|good (?:at|for)|able to do)"
    r"|how (?:do|can) i use you|how do you work)(?: here| for me| with you)?$"
)
_WHO_SEES_IT: Final = re.compile(
    rf"^(?:is|are) {_IT}(?: all| really)* (?:private|confidential)$|^(?:is|are) {_DATA} (?:safe|secure|local|offline)$"
    rf"|^where (?:is|are) (?:{_DATA}|{_IT} (?:kept|stored|saved))(?: kept| stored| saved)?$"
    rf"|^where do you (?:keep|store|save|put) {_IT}$|^where do(?:es)? {_DATA} go$"
    rf"|^(?:do|will) you (?:send|share|upload|sell|leak|store|keep|save|record) (?:any of )?(?:anything|{_IT})"
    r"(?: (?:to|with|anywhere|online|in the cloud)\b.*)?$"
    r"|^are you (?:online|offline|connected|listening|private|recording)(?: to the internet| to me| now| me)*$"
    rf"|^(?:who|can (?:any|some)(?:one|body))(?: else)?(?: can| could)? (?:see|read|hear|access) (?:us|{_DATA})$"
)

_ITSELF: Final = (
    "I am Twin, a program on this computer, and no person. I remember what you tell me and say when you said it; I "
    "write down what you dictate, notice what I got wrong, and learn from it once you say yes."
)
_SMALL_MODEL: Final = (
    " The language model that I chat with is small: take what it says about the world as a guess. What I say about you "
    "is quoted from your own words. `twin models` lists larger ones."
)
_ABLE: Final = """You can
- tell me things (“I'm allergic to penicillin”), and ask later: “what am I allergic to?”, “where did I live before?”
- see all of it (“what do you know about me?”) and take it back: “forget what I said about …”
- have me choose by what you told me: “should I fly or take the night train?”
- dictate (`twin dictate --mic`), put right what I misheard, and let me learn from it
- have me work on a text: “summarise my last dictation”, “make a list of this: …”
- tell me how to answer: “keep your answers short”, “call me Sam”
- ask about me: “what have you learned this week?”, “why did you write it so?”, “is this private?”"""
_PRIVATE: Final = (
    "It stays on this computer, in a folder that only your account can read (`twin doctor` names it), unless you set "
    "it up otherwise: a language server that you named is sent what we say, what you told me that bears on it, and "
    "texts you have me work on; a Chroma server, what it needs to find things again. Else I use the network only to "
    "install weights, when you say so. I listen only while you dictate. What you say after “off the record:” is not "
    "kept, and `twin forget` takes out what was."
)


def itself(question: str, *, capable: bool = False) -> str | None:
    """The answer, if ``question`` asks for any of this; ``capable``: the language model is not the small one that comes
    with the twin."""
    plain = plain_question(question)
    if _WHO_IT_IS.match(plain):
        return _ITSELF if capable else _ITSELF + _SMALL_MODEL
    if _WHAT_IT_CAN_DO.match(plain):
        return _ABLE
    return _PRIVATE if _WHO_SEES_IT.match(plain) else None
