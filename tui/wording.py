"""The domain in words: pure functions from values to the lines that the screens show.

Everything that a person said goes through ``Content``, never through
markup, so that a bracket in it stays a bracket.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePath

from textual.content import Content

from tui.times import date_of, short_date_of
from twin.domain import (
    AppliedRule,
    AudioSource,
    Citation,
    Decision,
    EditKind,
    Hint,
    Memory,
    MemoryKind,
    MemoryStatus,
    Proposal,
    Reply,
    Rung,
    SpokenCommand,
    StyleUsed,
    Utterance,
    Word,
    WordEdit,
)
from twin.errors import MicrophoneError, TwinError
from twin.requests import Alternative, AudioDevice, Doubt, ForgetReport, HeardAgain, WordChange

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


def seconds_of(seconds: float) -> str:
    """A duration: ``6.2 s``, ``3:05``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def citation_line(citation: Citation) -> str:
    return f"said on {date_of(citation.said_at)} · {citation.memory_id or citation.source_id} · “{citation.quote}”"


def style_line(style: Sequence[StyleUsed]) -> str:
    """What of the person's style shaped a reply."""
    return f"as you like it · {', '.join(f'“{used.text}” ({used.memory_id})' for used in style)}"


def explanation_content(reply: Reply) -> list[tuple[str, list[Content]]]:
    """How a reply came about: headings, and the lines below each."""
    reasons = [f"{reply.route.value.replace('-', ' ')}: {'; '.join(reply.reasons) or 'so it was understood'}"]
    if reply.considered:
        reasons.append(f"recall is {reply.confidence:.0%} sure that the answer is among what it found")
    sections = [("Route", [Content(reason) for reason in reasons])]
    if reply.considered:
        sections.append(
            (
                "Recalled, best first",
                [_considered(one, reply.rests_on(one)) for one in reply.considered],
            )
        )
    if reply.style:
        lines = [Content(f"“{used.text}” ({used.memory_id}), {used.how}") for used in reply.style]
        sections.append(("Your style", lines))
    sections.append(("Worded by", [Content(reply.worded_by)]))
    if reply.prompt:
        prompt = [Content.assemble((f"{one.role}\n", "$text-muted"), Content(one.content)) for one in reply.prompt]
        sections.append(("What the model was given", prompt))
    return sections


def _considered(citation: Citation, told: bool) -> Content:
    """One memory that was recalled: whether it is a source, its score, and what that is made of."""
    score = f"{citation.score:.2f}  {citation.because_of}"
    source = citation.memory_id or citation.source_id
    mark = ("→ ", "$success") if told else ("  ", "")
    return Content.assemble(
        mark, Content(f"{source} · {date_of(citation.said_at)} · “{citation.quote}”"), (f"\n  {score}", "$text-muted")
    )


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
    """An utterance's text; its unsure words are marked, and what rules wrote, unless the person wrote the text."""
    content = Content(utterance.text)
    if utterance.corrected is not None:
        return content
    places = [found.span() for found in re.finditer(r"\S+", utterance.shown)]
    if len(places) != len(utterance.shown_words):
        return content
    for place, word in zip(places, utterance.shown_words, strict=True):
        if word.probability < UNSURE_BELOW:
            content = content.stylize("underline $text-warning", *place)
    for applied in utterance.rules_applied:
        content = content.stylize("bold", places[applied.first][0], places[applied.last - 1][1])
    return content


def marks_unsure(utterance: Utterance) -> bool:
    """Whether :func:`utterance_content` marks an unsure word."""
    whole = len(utterance.shown.split()) == len(utterance.shown_words)
    return utterance.corrected is None and whole and has_unsure(utterance.shown_words)


def utterance_head(utterance: Utterance) -> str:
    corrected = () if utterance.corrected is None else ("corrected",)
    name = PurePath(utterance.origin).name if utterance.source is AudioSource.FILE else utterance.origin
    return " · ".join(filter(None, (utterance.id, name, seconds_of(utterance.seconds), *corrected)))


def joined(texts: Iterable[str]) -> str:
    """Utterances as one text: a space between them, unless a line break was dictated."""
    text = ""
    for one in texts:
        text += (" " if text and one and not text[-1].isspace() and not one[0].isspace() else "") + one
    return text


# --- what was done to a dictation -------------------------------------------------------------------------------


def hint_line(hint: Hint) -> str:
    return f"listened for {hint.term}, which had been heard as “{hint.heard}”"


def rule_line(applied: AppliedRule) -> str:
    return f"{applied.rule_id} wrote {applied.term} where “{_text(applied.heard)}” was heard"


def commands_line(commands: Sequence[SpokenCommand]) -> str:
    counts = Counter(command.name for command in commands)
    return f"carried out: {', '.join(name if n == 1 else f'{name} ×{n}' for name, n in counts.items())}"


def change_line(change: WordChange) -> str:
    before, after = (f"“{' '.join(words)}”" for words in (change.before, change.after))
    if not change.before:
        return f"{after} is new"
    return f"{before} → {after}" if change.after else f"{before} is gone"


def heard_again_lines(heard: HeardAgain) -> list[str]:
    """What another hearing brought."""
    if not heard.now.strip():
        return ["nothing is understood in it; the recording stays"]
    if not heard.before:
        return []
    if not heard.changes:
        return ["heard again: the same as before"]
    lines = [f"heard again: {change_line(change)}" for change in heard.changes]
    return lines if heard.taken else [*lines, "it stays what you said it was"]


def device_line(device: AudioDevice) -> str:
    usual = " · the usual one" if device.default else ""
    return f"{device.name}  {device.channels} ch, {device.rate_hz / 1000:g} kHz{usual}"


def doubt_line(doubt: Doubt, number: int, of: int) -> Content:
    """A doubtful word, how sure the recogniser was of it, and which of how many this is."""
    return Content.assemble(
        (f"“{doubt.word}”", "bold"), (f"  {doubt.probability:.0%} sure · doubt {number} of {of}", "$text-muted")
    )


def alternative_line(number: int, one: Alternative, words: Sequence[Word]) -> Content:
    """An alternative with the digit that picks it; where it would replace several words, which."""
    instead = f" · for “{_text(words[one.first : one.last])}”" if one.last - one.first > 1 else ""
    return Content.assemble(
        (f" {number} ", "bold $accent"), Content(one.text), (f"  {one.reason}{instead}", "$text-muted")
    )


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.word for word in words)


# --- what was corrected, decided, forgotten ---------------------------------------------------------------------


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
        text += f". {' '.join(_sentence(reason) for reason in decision.reasons)}"
    return f"{text} ({decision.missing})" if decision.missing else text


def proposed_line(proposal: Proposal) -> str:
    """What a correction led to, and where the person's word on it is given."""
    return f"Proposes {proposal.id}: {' '.join(proposal.summary.split())} F3 has it"


def _sentence(text: str) -> str:
    """``text`` with a capital and a full stop; a quotation at its beginning stays as it was said."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


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


def way_out_of(error: TwinError) -> str:
    """What helps in the terminal UI, where an error's own hint is not enough."""
    if isinstance(error, MicrophoneError):
        return "Here, /microphone chooses another, and Ctrl+O takes a recording."
    return ""


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
