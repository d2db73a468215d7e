"""The command that explains learning: why something was learned, and why not yet."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import Decision, Example, Rung
from twin.requests import Explanation, Why

_SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Learn")(why)


def why(
    context: typer.Context,
    id: Annotated[
        str,
        typer.Argument(metavar="ID", help="A decision (d3), proposal (p3), training run (r3) or adapter (a3)."),
    ] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Say why something was learned or proposed; without an ID what there is to learn from, and what is missing."""
    with session(context, home, in_process, json) as twin:
        explanation = twin.call(Why(id))
        if json:
            documents.print_json(explanation)
        else:
            _show(explanation)


def _show(explanation: Explanation) -> None:
    render.out.print(render.printable(explanation.summary))
    for decision in explanation.decisions:
        _show_decision(decision)
    if explanation.missing and not any(decision.missing for decision in explanation.decisions):
        render.out.print(Text.assemble(("missing: ", "bold"), render.printable(explanation.missing)))
    if explanation.subject_id:
        for example in explanation.examples[-_SHOWN:]:
            render.headline(_line(example))
        if len(explanation.examples) > _SHOWN:
            render.note(f"    and {len(explanation.examples) - _SHOWN} before (all with --json)")
    for refused in explanation.refused[-_SHOWN:]:
        render.headline(f"  {refused.id} was not taken: {render.printable(refused.reason)}")
    if len(explanation.refused) > _SHOWN:
        render.note(f"    and {len(explanation.refused) - _SHOWN} before (all with --json)")


def _show_decision(decision: Decision) -> None:
    mark = {Rung.WAIT: "…", Rung.NOTHING: "·"}.get(decision.rung, "→")
    render.out.print(
        Text.assemble((f"  {mark} ", "bold"), render.printable(f"{decision.subject}: {decision.rung}"), style="bold")
    )
    for reason in decision.reasons:
        render.out.print(f"      {render.printable(reason)}")
    gain = decision.expected_gain
    if gain is not None:
        seconds = f", in about {decision.cost_seconds:.0f} s" if decision.cost_seconds else ""
        render.out.print(f"      expected: {gain.value:.0%} fewer errors ({gain.low:.0%} to {gain.high:.0%}){seconds}")
    if decision.missing:
        render.out.print(Text.assemble(("      missing: ", "bold"), render.printable(decision.missing)))


def _line(example: Example) -> str:
    changed = ", ".join(
        f"“{' '.join(edit.heard) or '…'}” → “{' '.join(edit.said) or '…'}”" for edit in example.edits[:3]
    )
    more = " …" if len(example.edits) > 3 else ""
    return f"  {example.id} ({example.utterance_id}): {render.printable(changed) or 'right as it was heard'}{more}"
