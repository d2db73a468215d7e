"""What is known, put in order, searched, and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from itertools import groupby

from textual.content import Content

from tui.times import date_of, day_of
from tui.wording import KIND_HEADINGS
from twin.domain import Adapter, Memory, MemoryKind, MemoryStatus, Polarity
from twin.requests import Quote

KINDS: Mapping[MemoryKind, str] = KIND_HEADINGS


class Order(Enum):
    KIND = "kind"
    TIME = "time"
    TOPIC = "topic"


ORDERS = tuple(Order)


def matches(memory: Memory, words: str, quotes: Mapping[str, Quote]) -> bool:
    """Whether every one of ``words`` stands in the memory, in what it is about, or in a source of it."""
    said = " ".join(quotes[source].text for source in memory.source_ids if source in quotes)
    whole = " ".join(
        (memory.id, memory.text, memory.slot, memory.value, *memory.aliases, memory.domain, said)
    ).casefold()
    return all(word in whole for word in words.casefold().split())


def ordered(memories: Iterable[Memory], order: Order, now: datetime) -> list[tuple[str, list[Memory]]]:
    """Headings, each with what stands below it, the newest first."""
    newest = sorted(memories, key=lambda one: one.learned_at, reverse=True)
    match order:
        case Order.KIND:
            groups = [(heading, [one for one in newest if one.kind is kind]) for kind, heading in KINDS.items()]
            return [group for group in groups if group[1]]
        case Order.TIME:
            return [(day, list(group)) for day, group in groupby(newest, key=lambda one: day_of(one.learned_at, now))]
        case Order.TOPIC:
            topics = sorted({topic_of(one) for one in newest}, key=lambda topic: (topic == _NO_TOPIC, topic))
            return [(topic, [one for one in newest if topic_of(one) == topic]) for topic in topics]


_NO_TOPIC = "Everything else"


def topic_of(memory: Memory) -> str:
    """What it is about: the first part of its slot (``sister.name``: sister), or the trade of a term."""
    topic = memory.domain or memory.slot.partition(".")[0]
    return topic[:1].upper() + topic[1:] if topic else _NO_TOPIC


def memory_content(
    memory: Memory, same_slot: Sequence[Memory], quotes: Mapping[str, Quote], adapters: Sequence[Adapter]
) -> Content:
    """A memory with where it comes from, what it was before, and what was trained on it."""
    lines = [
        Content.styled(f"{memory.id} · {KINDS[memory.kind]}", "$text-muted"),
        Content(memory.text).stylize("bold"),
        Content.styled(" · ".join(details_of(memory)), "$text-muted"),
    ]
    lines += [Content(), Content.styled("Where it comes from", "bold $primary")]
    for source_id in memory.source_ids:
        quote = quotes.get(source_id)
        if quote is None:
            lines.append(Content.styled(f"  {source_id}", "$text-muted"))
            continue
        how = "dictated" if source_id.startswith(("u", "c")) else "typed"
        lines.append(Content.styled(f"  {source_id} · {how} on {date_of(quote.said_at)}", "$text-muted"))
        lines.append(Content.assemble("  “", Content(" ".join(quote.text.split())), "”"))
    if same_slot:
        lines += [Content(), Content.styled("What it was before, and since", "bold $primary")]
        for one in sorted((memory, *same_slot), key=lambda one: one.true_from, reverse=True):
            lines.append(
                Content.assemble(
                    ("  ▸ " if one.id == memory.id else "    ", "$accent"),
                    (f"{one.id}  ", "$text-muted"),
                    Content(one.value or one.text),
                    (f"  {validity_of(one)}", "$text-muted"),
                )
            )
    if adapters:
        names = ", ".join(f"{one.id}{' (in use)' if one.live else ''}" for one in adapters)
        lines += [Content(), Content.styled("Versions trained on it", "bold $primary"), Content(f"  {names}")]
        lines.append(Content.styled("  To forget it takes them out of use.", "$text-muted"))
    return Content("\n").join(lines)


def details_of(memory: Memory) -> list[str]:
    """What is to be said of a memory beside its text."""
    details = [f"{memory.slot} = {memory.value}"] if memory.slot and memory.value else []
    if memory.polarity is not Polarity.NEUTRAL:
        details.append(memory.polarity.value)
    details.append(validity_of(memory))
    if date_of(memory.learned_at) != date_of(memory.true_from):
        details.append(f"learned {date_of(memory.learned_at)}")
    if memory.aliases:
        details.append(f"heard as {', '.join(memory.aliases)}")
    if memory.confidence < 1:
        details.append(f"{memory.confidence:.0%} sure")
    if memory.status is MemoryStatus.PRIVATE:
        details.append("private")
    elif memory.status is MemoryStatus.PROPOSED:
        details.append("waits for your word")
    if memory.origin != "rules":
        details.append("in your own words" if memory.origin == "person" else f"read by {memory.origin}")
    return details


def validity_of(memory: Memory) -> str:
    if memory.withdrawn:
        return "never held"
    if memory.true_until is not None:
        return f"{date_of(memory.true_from)} to {date_of(memory.true_until)}"
    return f"since {date_of(memory.true_from)}"
