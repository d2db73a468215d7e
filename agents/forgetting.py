"""A wish to forget, in a conversation: what would go is shown, and how to say that it should. Nothing goes by talk."""

from __future__ import annotations

from agents.answers import Answer, quoted
from agents.state import Run
from twin.errors import NotFoundError
from twin.ports import Ledger
from twin.sentences import EVERYTHING

_RECALLED = 10
_PROPOSED_FROM = 0.4
"""Of a wish to forget, what scores at least so is shown: past values too, and rather too much than too little."""
_MOST_PROPOSED = 5
_ALL_AT_ONCE = (
    "I forget one thing at a time: `twin know` lists what I know, `twin forget ID` takes it out for good. To begin "
    "anew, `twin engine stop` and delete the home folder that `twin doctor` names."
)


def what_would_go(topic: str, run: Run) -> Answer:
    """Also notes in ``run`` what the reply rests on."""
    if topic == EVERYTHING:
        return Answer(_ALL_AT_ONCE)
    found = _to_forget(topic, run)
    if not found:
        return Answer(f"I have nothing about that: {quoted(topic)}", abstained=True)
    lines = [f"- {known}: {quoted(text)}{_along(along)}" for known, text, along in found]
    run.drawn_from = tuple(named for known, _, along in found for named in (known, *along))
    commands = " or ".join(f"`twin forget {known}`" for known, _, _ in found)
    return Answer("\n".join(("This would go:", *lines, f"Nothing is forgotten yet. To forget it, say {commands}.")))


def _to_forget(topic: str, run: Run) -> list[tuple[str, str, tuple[str, ...]]]:
    """Id, text and what would go along, of each memory, turn or utterance that ``topic`` means."""
    named = _named(topic, run.parts.ledger)
    if named is None:
        items = run.parts.recall.recall(topic, limit=_RECALLED, lexical_only=run.lexical_only).items
        named = [(item.memory.id, item.quote) for item in items if item.score >= _PROPOSED_FROM]
    found = []
    for known, text in named[:_MOST_PROPOSED]:
        goes = run.parts.memoriser.forget(known, preview=True)
        found.append((known, text, tuple(other for other in (*goes.memory_ids, *goes.source_ids) if other != known)))
    return found


def _named(topic: str, ledger: Ledger) -> list[tuple[str, str]] | None:
    """What ``topic`` names by its id, with its text; nothing if it is no id."""
    if not topic[1:].isdigit() or topic[:1] not in ("m", "t", "u"):
        return None
    try:
        if topic[0] == "m":
            return [(topic, ledger.memory(topic).text)]
        return [(topic, (ledger.turn(topic) if topic[0] == "t" else ledger.utterance(topic)).text)]
    except NotFoundError:
        return []


def _along(ids: tuple[str, ...]) -> str:
    return f" (with {', '.join(ids)})" if ids else ""
