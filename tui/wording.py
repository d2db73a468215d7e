"""The domain in words: pure functions from values to the lines that the screens show.

Times are shown in the machine's own time zone. Everything that a person said goes through ``Content``, never through
markup, so that a bracket in it stays a bracket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePath

from textual.content import Content

from twin.domain import Citation, Decision, EditKind, Memory, MemoryKind, MemoryStatus, Rung, Utterance, Word, WordEdit
from twin.requests import ForgetReport

UNSURE_BELOW = 0.5
"""A word that the recogniser gives less probability than this is marked."""

KIND_HEADINGS: dict[MemoryKind, str] = {
    MemoryKind.FACT: "Facts",
    MemoryKind.PREFERENCE: "Preferences",
    MemoryKind.VOCABULARY: "Vocabulary",
    MemoryKind.STYLE: "How to answer",
    MemoryKind.EPISODE: "Things you said",
}

_RUNGS: dict[Rung, str] = {
    Rung.REMEMBER: "Remembers",
    Rung.HINT: "Will listen for",
    Rung.REWRITE: "Would rewrite",
    Rung.ADAPT: "Would train on",
    Rung.NEW_DOMAIN: "Would open a domain for",
    Rung.WAIT: "Waits with",
    Rung.NOTHING: "Learns nothing from",
}


def time_of(when: datetime) -> str:
    return f"{when.astimezone():%H:%M}"


def date_of(when: datetime) -> str:
    local = when.astimezone()
    return f"{local.day} {local:%b %Y}"


def short_date_of(when: datetime, now: datetime) -> str:
    """The date, without the year if it is this one."""
    local = when.astimezone()
    return f"{local.day} {local:%b}" if local.year == now.astimezone().year else date_of(when)


def day_of(when: datetime, now: datetime) -> str:
    """A day as one would call it: Today, Yesterday, Tuesday 3 March."""
    local, today = when.astimezone().date(), now.astimezone().date()
    days_ago = (today - local).days
    if days_ago == 0:
        return "Today"
    if days_ago == 1:
        return "Yesterday"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%A} {local.day} {local:%B}{year}"


def seconds_of(seconds: float) -> str:
    """A duration: ``6.2 s``, ``3:05``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def citation_line(citation: Citation) -> str:
    return f"said on {date_of(citation.said_at)} · {citation.memory_id or citation.source_id} · “{citation.quote}”"


def learned_line(memory: Memory) -> str:
    how = "remembered" if memory.status is MemoryStatus.HELD else "not yet remembered"
    return f"{how} {memory.id} · {memory.text}"


def memory_details(memory: Memory, now: datetime) -> str:
    """Id, when it was learned, and for a term how it was misheard."""
    heard_as = (f"heard as {', '.join(memory.aliases)}",) if memory.aliases else ()
    return " · ".join((memory.id, short_date_of(memory.learned_at, now), *heard_as))


def words_content(words: Sequence[Word]) -> Content:
    """Recognised words with the unsure ones underlined (and coloured, for those who see it)."""
    return Content.assemble(
        *(
            piece
            for index, word in enumerate(words)
            for piece in (
                " " if index else "",
                (word.word, "underline $text-warning") if word.probability < UNSURE_BELOW else word.word,
            )
        )
    )


def has_unsure(words: Iterable[Word]) -> bool:
    return any(word.probability < UNSURE_BELOW for word in words)


def utterance_content(utterance: Utterance) -> Content:
    """An utterance's text; its unsure words are marked where the text is still exactly what was heard."""
    if utterance.corrected is None and " ".join(word.word for word in utterance.shown_words) == utterance.shown:
        return words_content(utterance.shown_words)
    return Content(utterance.text)


def marks_unsure(utterance: Utterance) -> bool:
    """Whether :func:`utterance_content` marks a word."""
    return bool(utterance_content(utterance).spans)


def utterance_head(utterance: Utterance) -> str:
    corrected = () if utterance.corrected is None else ("corrected",)
    name = PurePath(utterance.origin).name
    return " · ".join(filter(None, (utterance.id, name, seconds_of(utterance.seconds), *corrected)))


def edit_line(edit: WordEdit) -> str:
    """What became of a stretch of words, with what the twin makes of it."""
    heard, said = f"“{' '.join(edit.heard)}”", f"“{' '.join(edit.said)}”"
    match edit.kind:
        case EditKind.SUBSTITUTE:
            change = f"{heard} → {said}"
        case EditKind.INSERT:
            change = f"{said} had been missed"
        case EditKind.DELETE:
            change = f"{heard} was never said"
    return f"{change} · {edit.judgement}"


def decision_line(decision: Decision) -> str:
    text = f"{_RUNGS[decision.rung]} {decision.subject}"
    if decision.reasons:
        text += f": {'; '.join(decision.reasons)}"
    return f"{text} ({decision.missing})" if decision.missing else text


def forget_line(report: ForgetReport) -> str:
    return report.summary or f"{count(len(report.memory_ids), 'memory', 'memories')} forgotten."


def forget_details(report: ForgetReport) -> list[str]:
    """What a person may not expect of a forget: audio, adapters, and what becomes of the value before."""
    details = []
    if report.audio_seconds:
        details.append(f"With it goes the recording, {seconds_of(report.audio_seconds)}.")
    if adapters := [one.id for one in report.going if one.kind == "adapter"]:
        details.append(f"Trained on it, and taken out of use: {', '.join(adapters)}.")
    details += [
        f"{memory.id} “{memory.text}” was replaced by it and stays in the past." for memory in report.predecessors
    ]
    return details


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def path_from(text: str, here: Path) -> Path:
    """The file that a person means: quoted or escaped as a terminal pastes it, ``~``, or relative to ``here``."""
    text = text.strip()
    if text[:1] in {"'", '"'} or "\\ " in text:
        import shlex

        try:
            parts = shlex.split(text)
        except ValueError:  # an apostrophe, not a quotation mark
            parts = []
        text = parts[0] if len(parts) == 1 else text
    try:
        return here / Path(text).expanduser()
    except RuntimeError:  # no such user
        return here / text
