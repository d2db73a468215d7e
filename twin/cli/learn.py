"""The command learn, and how a training and the gate's word on it look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import Change, GateReport, Interval, RunState, TrainingRun
from twin.errors import CancelledByPersonError
from twin.requests import Learn, Learned

_FIGURES = {
    "personal_wer_base": "words wrong in your speech, before",
    "personal_wer_candidate": "words wrong in your speech, after",
    "personal_wer_reduction": "of your errors gone",
    "personal_wer_change_from_live": "against the adapter in use (points)",
    "general_wer_change": "in other people's speech (points)",
}


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Learn")(learn)


def learn(
    context: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help="Propose and approve whatever there is to train on, without asking.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Train what you approved, and have it prove itself. What passes the gate is used from the next dictation on.

    Ctrl-C cancels; what was approved stays approved, and the next `twin learn` goes on with it. Dictating goes on
    meanwhile. What came of it: `twin adapters`.
    """
    with session(context, home, in_process, json) as twin, resumable():
        learned = twin.call(Learn(now=now))
    if json:
        documents.print_json(_document(learned))
        return
    if not learned.runs:
        render.out.print("Nothing is approved that has to be trained. What is proposed: `twin proposals`.")
    for run in learned.runs:
        show_run(run)
    if any(_passed(run) for run in learned.runs):
        render.note("  └ in use from the next dictation on  (the way back: twin adapters rollback)")


@contextmanager
def resumable(trains: bool = True) -> Iterator[None]:
    """Have a cancelled training say how to go on with it."""
    try:
        yield
    except CancelledByPersonError as cancelled:
        if not trains:
            raise
        raise CancelledByPersonError(
            cancelled.message, hint="What you approved stays approved: `twin learn` goes on with it."
        ) from cancelled


def show_run(run: TrainingRun) -> None:
    """A training, with the gate's report whether it passed or not."""
    show_outcome(run)
    if run.gate is not None:
        show_gate(run.gate)
    if run.changes:
        better = sum(change.better for change in run.changes)
        render.out.print(f"  of what it had not seen, {better} are heard better, {len(run.changes) - better} worse")


def show_outcome(run: TrainingRun) -> None:
    """A training in a line, and what it failed for."""
    seconds = sum(run.seconds.values())
    took = f" · {seconds:.0f} s" if seconds else ""
    render.headline(f"{run.id} · {run.proposal_id} · {len(run.example_ids)} examples{took} · {_outcome(run)}")
    if run.problem:
        render.out.print(f"  {run.problem}")


def show_changes(what: str, changes: Sequence[Change], style: str) -> None:
    """What is heard otherwise, each as before → after, with what was really said."""
    if not changes:
        return
    render.out.print(Text.assemble("  ", (f"{what} {len(changes)}", style), ":"))
    for change in changes:
        render.out.print(f"    {change.utterance_id}: “{_plain(change.before)}” → “{_plain(change.after)}”")
        if change.said and change.said != change.after:
            render.out.print(f"        you said “{_plain(change.said)}”")


def _plain(text: str) -> str:
    return render.printable(" ".join(text.split()))


def show_gate(gate: GateReport) -> None:
    """Each check, the figures that they rest on, and what would change the gate's mind."""
    checks = Table.grid(padding=(0, 2))
    for name, holds in gate.checks.items():
        checks.add_row("", Text("ok", style="green") if holds else Text("no", style="bold red"), name)
    render.out.print(checks)
    figures = Table.grid(padding=(0, 2))
    for name, figure in gate.figures.items():
        value, interval = _figure(name, figure)
        figures.add_row("", value, interval, _FIGURES.get(name, name.replace("_", " ")))
    render.out.print(figures)
    for reason in gate.reasons:
        render.out.print(f"  because: {reason}")


def _figure(name: str, figure: Interval) -> tuple[str, str]:
    """A figure of the gate and its 95% interval, in the unit that its name tells."""
    form = "{:.0%}" if name.endswith("_reduction") else "{:+.1f}" if "_change" in name else "{:.1f}%"
    value, low, high = (form.format(part) for part in (figure.value, figure.low, figure.high))
    return value, f"{low} to {high}"


def _outcome(run: TrainingRun) -> str:
    if run.gate is not None:
        return "passed the gate" if run.gate.passed else "not passed by the gate: not used"
    return {RunState.RUNNING: "under way, or interrupted"}.get(run.state, run.state.value)


def _passed(run: TrainingRun) -> bool:
    return run.gate is not None and run.gate.passed


def _document(learned: Learned) -> dict[str, Any]:
    last = learned.runs[-1] if learned.runs else None
    return {
        "run_id": last and last.id,
        "gate": last and last.gate,
        "promoted": last is not None and _passed(last),
        "runs": learned.runs,
        "live": learned.live,
    }
