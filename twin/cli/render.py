"""How results look on a terminal. Results go to stdout; progress, notes and errors to stderr."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from twin.domain import Citation, Judgement, Memory, MemoryKind, RecallMode, Reply, Route, Utterance, Word, WordEdit
from twin.errors import TwinError
from twin.requests import CorrectionReport, Diagnosis, EngineStatus, ForgetReport, Knowledge, WeightsList

UNSURE = 0.5
"""A word below this probability is underlined: worth a look, by no means always wrong."""

out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

_KIND_TITLES = {
    MemoryKind.FACT: "Facts",
    MemoryKind.PREFERENCE: "Preferences",
    MemoryKind.STYLE: "How to answer",
    MemoryKind.VOCABULARY: "Vocabulary",
    MemoryKind.EPISODE: "Things you said",
}


class Spinner:
    """What is being waited for, on stderr, and only on a terminal."""

    def __init__(self, *, enabled: bool) -> None:
        self._status: Status | None = None
        self._enabled = enabled and err.is_terminal

    def __enter__(self) -> Spinner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def show(self, message: str, fraction: float | None) -> None:
        if not self._enabled:
            return
        line = message if fraction is None else f"{message} {fraction:.0%}"
        if self._status is None:
            self._status = err.status(Text(line))
            self._status.start()
        else:
            self._status.update(Text(line))

    def hide(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def show_error(error: TwinError) -> None:
    """One line: what, why, what to do."""
    err.print(Text.assemble((f"{error.title}: ", "bold red"), str(error)))


def note(text: str) -> None:
    """An aside, kept off stdout so that pipes carry results only."""
    err.print(Text(text, style="dim"))


def headline(text: str) -> None:
    """The line above an item of a list, part of the result."""
    out.print(Text(text, style="dim"))


def printable(text: str) -> str:
    """``text`` without control characters, which would steer the terminal; line ends and tabs stay."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())


def day(moment: datetime) -> str:
    """A date as people write it, in local time: 4 March 2026."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"


def styled(word: Word) -> Text:
    return Text(word.word, style="underline" if word.probability < UNSURE else "")


# --- conversation ----------------------------------------------------------------------------------------------


def show_reply_notes(reply: Reply) -> None:
    """What belongs to a reply beside its text: sources, what was learned, whether it is complete."""
    for citation in reply.sources:
        note(f"  └ {source_line(citation)}")
    for memory in reply.learned:
        note(f"  + remembered {memory.id}: {memory.text}  (undo: twin forget {memory.id})")
    if reply.recall_mode is RecallMode.LEXICAL and reply.route is Route.ABOUT_PERSON:
        note("  (found by words alone: the embedding model was still loading)")
    if not reply.complete:
        note("  (cut short)")


def source_line(citation: Citation) -> str:
    return f"{citation.memory_id or citation.source_id} · you said on {day(citation.said_at)}: “{citation.quote}”"


def show_knowledge(knowledge: Knowledge) -> None:
    if not knowledge.memories:
        about = f" about {knowledge.about}" if knowledge.about else ""
        out.print(f"I know nothing{about} yet. Tell me: twin remember “I drink oat flat whites”.")
        return
    for kind, title in _KIND_TITLES.items():
        memories = [memory for memory in knowledge.memories if memory.kind is kind]
        if not memories:
            continue
        out.print(Text(title, style="bold"))
        table = Table.grid(padding=(0, 2))
        for memory in memories:
            table.add_row(*_memory_row(memory))
        out.print(table)


def _memory_row(memory: Memory) -> tuple[Text, Text, Text]:
    text = Text(memory.text)
    if memory.aliases:
        text.append(f"  (heard as {', '.join(memory.aliases)})", style="dim")
    when = day(memory.learned_at)
    if memory.true_until is not None:
        text.stylize("strike")
        when = f"until {day(memory.true_until)}"
    return Text(f"  {memory.id}", style="cyan"), text, Text(f"{when} · {', '.join(memory.source_ids)}", style="dim")


def show_forgotten(report: ForgetReport) -> None:
    out.print(report.summary)
    if report.preview:
        note("Nothing is gone yet: leave off --preview to let it go.")


# --- speech ----------------------------------------------------------------------------------------------------


def show_utterance_notes(utterance: Utterance) -> None:
    unsure = [word.word for word in utterance.words if word.probability < UNSURE]
    if not utterance.id:
        note("Nothing was said in this recording; nothing was kept.")
        return
    parts = [utterance.id, f"{utterance.seconds:.1f} s"]
    if unsure:
        parts.append(f"unsure of: {', '.join(unsure[:6])}")
    note(f"  └ {' · '.join(parts)}  (wrong? twin correct {utterance.id} “what I really said”)")


def show_correction(report: CorrectionReport) -> None:
    if not report.correction.edits:
        out.print(f"{report.correction.utterance_id}: noted that it was right as it stood.")
    for edit in report.correction.edits:
        out.print(Text.assemble("  ", (edit_line(edit), ""), ("  " + edit.judgement.value, _judgement_style(edit))))
    for decision in report.decisions:
        out.print(
            Text.assemble(("  → ", "bold"), f"{decision.subject}: {decision.rung.value}. {' '.join(decision.reasons)}")
        )
        if decision.missing:
            note(f"    missing: {decision.missing}")
        if decision.memory_id:
            note(f"    kept as {decision.memory_id}  (undo: twin forget {decision.memory_id})")


def edit_line(edit: WordEdit) -> str:
    heard = " ".join(edit.heard) or "(nothing)"
    said = " ".join(edit.said) or "(nothing)"
    sure = "" if edit.probability is None else f" [{edit.probability:.2f}]"
    return f"heard “{heard}”{sure}, said “{said}”"


def _judgement_style(edit: WordEdit) -> str:
    return {Judgement.SOUND_ALIKE: "green", Judgement.REWORDING: "yellow", Judgement.FORMATTING: "dim"}[edit.judgement]


# --- system ----------------------------------------------------------------------------------------------------


def show_diagnosis(diagnosis: Diagnosis) -> None:
    for check in diagnosis.checks:
        mark = ("ok  ", "green") if check.ok else (("note", "yellow") if check.optional else ("FAIL", "bold red"))
        out.print(Text.assemble(mark, f"  {check.name}: {check.detail}"))
        if not check.ok and check.hint:
            out.print(Text(f"      → {check.hint}"))


def show_status(status: EngineStatus) -> None:
    out.print(
        f"The engine (process {status.pid}) has run since {status.started_at.astimezone():%H:%M} for {status.home}."
    )
    out.print(f"Peak memory {status.peak_rss_mb:.0f} MB; stops after {status.idle_minutes:g} idle minutes.")
    for model in status.models:
        seconds = f" ({model.seconds:.1f} s)" if model.seconds else ""
        out.print(f"  {model.role}: {model.name}, {model.state}{seconds} {model.detail}".rstrip())


def show_weights(listing: WeightsList) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("name", "for", "MB", "licence", "where"):
        table.add_column(column)
    for weights in listing.weights:
        name = Text(weights.name, style="bold" if weights.in_use else "")
        table.add_row(name, weights.role, f"{weights.megabytes:.0f}", weights.licence, weights.where)
    out.print(table)
