"""How what is known looks on a terminal, and what becomes of it: edited, forgotten, exported, imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.text import Text

from twin.cli.render import day, headline, note, out, printable
from twin.domain import Memory, MemoryKind, MemoryStatus, Polarity
from twin.requests import EditReport, ExportReport, ForgetReport, Going, ImportReport, Knowledge, Quote

_KIND_TITLES = {
    MemoryKind.FACT: "Facts",
    MemoryKind.PREFERENCE: "Preferences",
    MemoryKind.STYLE: "How to answer",
    MemoryKind.VOCABULARY: "Vocabulary",
    MemoryKind.EPISODE: "Things you said",
}
_GOING_TITLES = {
    "memory": "Memories",
    "turn": "What you said",
    "reply": "My replies to it",
    "utterance": "Dictations",
    "correction": "Your corrections",
    "signal": "What I noticed in them",
    "decision": "What I made of it",
    "question": "What I asked about it",
    "adapter": "What was trained on it",
}
_QUOTE_CHARACTERS = 90
_SHOWN_OF_A_KIND = 40


def show(knowledge: Knowledge) -> None:
    """What is known, by kind, each with its time, its strength and its sources; then what waits for an answer."""
    if not knowledge.memories and not knowledge.said_in_private:
        about = f" about {knowledge.about}" if knowledge.about else ""
        out.print(f"I know nothing{about} yet. Tell me: twin remember “I drink oat flat whites”.")
    sources = {quote.id: quote for quote in knowledge.sources}
    for kind, title in _KIND_TITLES.items():
        memories = [memory for memory in knowledge.memories if memory.kind is kind]
        if memories:
            out.print(Text(title, style="bold"))
        for memory in memories:
            _show_memory(memory, sources)
    if knowledge.said_in_private:
        out.print(Text("Said for your eyes only", style="bold"))
        for quote in knowledge.said_in_private:
            out.print(Text.assemble((f"  {quote.id}", "cyan"), f"  {printable(quote.text)}"))
    if knowledge.questions:
        out.print(Text("What I would like to know", style="bold"))
    for asked in knowledge.questions:
        out.print(Text.assemble((f"  {asked.question.id}", "cyan"), f"  {printable(asked.text)}"))
        headline(f"      twin questions answer {asked.question.id} {'|'.join(asked.answers)}")


def _show_memory(memory: Memory, sources: Mapping[str, Quote]) -> None:
    over = memory.true_until is not None
    line = Text.assemble((f"  {memory.id}", "cyan"), "  ", (printable(memory.text), "strike" if over else ""))
    if memory.aliases:
        line.append(f"  (heard as {', '.join(memory.aliases)})", style="dim")
    out.print(line)
    headline(f"      {' · '.join(_details(memory))}")
    for source_id in memory.source_ids:
        if (quote := sources.get(source_id)) is not None:
            headline(f"      └ {quote.id} · {day(quote.said_at)}: “{_shortened(quote.text, memory.text)}”")


def _details(memory: Memory) -> list[str]:
    details = []
    if memory.slot and memory.value:
        details.append(f"{memory.slot} = {memory.value}")
    if memory.polarity is not Polarity.NEUTRAL:
        details.append(memory.polarity.value)
    if memory.kind is MemoryKind.PREFERENCE and memory.strength:
        details.append(f"strength {memory.strength:.0%}")
    began = _date(memory.true_from)
    if memory.withdrawn:
        details.append("never held")
    elif memory.true_until is not None:
        details.append(f"{began} – {_date(memory.true_until)}")
    else:
        details.append(f"since {began}")
    if day(memory.learned_at) != began:
        details.append(f"learned {day(memory.learned_at)}")
    if memory.confidence < 1:
        details.append(f"{memory.confidence:.0%} sure")
    if memory.superseded_by:
        details.append(f"replaced by {memory.superseded_by}")
    if memory.status is not MemoryStatus.HELD:
        details.append(memory.status.value)
    if memory.origin != "rules":
        details.append({"person": "edited by you"}.get(memory.origin, f"read by {memory.origin}"))
    return details


def _date(moment: datetime) -> str:
    """A day of validity: midnight in UTC is a date that the person gave, anything else an instant."""
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return f"{moment.day} {moment:%B %Y}"
    return day(moment)


def _shortened(text: str, part: str) -> str:
    """``text`` in one line, cut to what stands around ``part``."""
    text, part = " ".join(printable(text).split()), " ".join(part.split())
    if len(text) <= _QUOTE_CHARACTERS:
        return text
    start = max(0, text.casefold().find(part.casefold()))
    start = max(0, min(start - (_QUOTE_CHARACTERS - len(part)) // 2, len(text) - _QUOTE_CHARACTERS))
    end = start + _QUOTE_CHARACTERS
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


# --- what becomes of it ---------------------------------------------------------------------------------------


def show_edited(report: EditReport) -> None:
    out.print(report.summary)
    if report.memory is not None:
        _show_memory(report.memory, {})


def show_forgotten(report: ForgetReport) -> None:
    if report.preview:
        _show_going(report)
    out.print(report.summary)
    for memory in report.predecessors:
        held = f"{memory.id} “{printable(memory.text)}”"
        if report.restored:
            out.print(f"Holds again: {held}.")
        else:
            note(f"{held} was replaced by it and stays in the past; with --restore it holds again.")
    if report.reworded_ids:
        note(f"Stays, because you said it elsewhere too: {', '.join(report.reworded_ids)}.")
    for memory in report.perhaps:
        note(f"Perhaps about it too, and stays: {memory.id} “{printable(memory.text)}”.")
    if report.preview and report.going:
        note("Nothing is gone yet.")


def _show_going(report: ForgetReport) -> None:
    for kind, title in _GOING_TITLES.items():
        going = [one for one in report.going if one.kind == kind]
        if going:
            out.print(Text(title, style="bold"))
        for one in going[:_SHOWN_OF_A_KIND]:
            out.print(Text.assemble((f"  {one.id}", "cyan"), f"  {_going_line(one)}"))
        if len(going) > _SHOWN_OF_A_KIND:
            note(f"  and {len(going) - _SHOWN_OF_A_KIND} more (--json lists them all)")


def _going_line(one: Going) -> str:
    parts = [day(one.at)] if one.at is not None else []
    if one.seconds:
        parts.append(f"{one.seconds:.1f} s")
    return f"{' · '.join(parts)}: {_shortened(one.text, '')}"


def show_export(report: ExportReport) -> None:
    out.print(
        f"Wrote {report.turns} turns, {report.utterances} dictations, {report.corrections} corrections and "
        f"{report.memories} memories to {report.path}."
    )


def show_import(report: ImportReport) -> None:
    turns, memories = report.turns, report.memories
    out.print(f"Took in {turns} turn{'s' * (turns != 1)} and {memories} memor{'y' if memories == 1 else 'ies'}.")
    if report.known:
        note(f"{report.known} were here already.")
    if report.forgotten:
        note(f"{report.forgotten} were refused, because you forgot them.")
