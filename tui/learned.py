"""Learning in words and small plots: proposals with their evidence, the gate's report, trainings, versions. Pure.

Everything that a person said goes through ``Content``, never through markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from textual.content import Content

from tui.plots import axis_of, bar, interval_plot
from tui.times import date_of
from tui.wording import count
from twin.domain import (
    Adapter,
    Change,
    Decision,
    GateReport,
    Interval,
    Proposal,
    ProposalState,
    Rung,
    RunState,
    TrainingRun,
)
from twin.requests import Explanation

KINDS: dict[Rung, str] = {
    Rung.REMEMBER: "memory",
    Rung.HINT: "hint",
    Rung.REWRITE: "rewrite rule",
    Rung.ADAPT: "training",
    Rung.NEW_DOMAIN: "domain of its own",
}
STATES: dict[ProposalState, str] = {
    ProposalState.OPEN: "waits for your word",
    ProposalState.APPROVED: "approved, waits for its training",
    ProposalState.REJECTED: "rejected",
    ProposalState.LATER: "put off",
    ProposalState.STALE: "out of date",
    ProposalState.DONE: "carried out",
}
_LADDER = (Rung.REMEMBER, Rung.HINT, Rung.REWRITE, Rung.ADAPT, Rung.NEW_DOMAIN)
_WHY_THIS_RUNG: dict[Rung, str] = {
    Rung.REWRITE: "the same mishearing again and again, and writing the term instead harms nothing you have verified",
    Rung.ADAPT: "errors are left that hints and rules do not explain, and enough of them for the gate to judge",
    Rung.NEW_DOMAIN: "what you talk about has shifted; its own vocabulary and adapters leave the old ones as they are",
}
_FIGURES: dict[str, str] = {
    "personal_wer_base": "your speech, before",
    "personal_wer_candidate": "your speech, after",
    "personal_wer_reduction": "of your errors gone",
    "personal_wer_change_from_live": "against the one in use",
    "general_wer_change": "in other people’s speech",
}
MEGABYTES_OF_A_TRAINING = 3000
"""The most memory that a training takes, as it was measured (docs/learning.md)."""
_LABEL_CELLS = 24
_LISTED = 40


def rung_line(rung: Rung) -> str:
    """Where on the ladder something stands: ``rung 4 of 5, adapt``."""
    return f"rung {_LADDER.index(rung) + 1} of {len(_LADDER)}, {rung.value}" if rung in _LADDER else rung.value


def waits(proposal: Proposal) -> bool:
    """Whether anything can still be said about it."""
    return proposal.state in (ProposalState.OPEN, ProposalState.LATER, ProposalState.APPROVED)


# --- proposals --------------------------------------------------------------------------------------------------


def proposal_line(proposal: Proposal, *, marked: bool) -> tuple[Content, Content]:
    """What it wants in one line; below that, which rung that is and why."""
    mark = ("▣ ", "bold $accent") if marked else ("□ ", "$text-muted")
    state = "" if proposal.state is ProposalState.OPEN else f" · {STATES[proposal.state]}"
    first = Content.assemble(mark, (proposal.id, "$text-muted"), "  ", Content(_flat(proposal.summary)))
    return first, Content.styled(f"    {rung_line(proposal.rung)}: {_because(proposal)}{state}", "$text-muted")


def proposal_content(proposal: Proposal, decision: Decision | None) -> Content:
    """All that speaks for and against it. ``decision`` is that behind it, once the twin has said it."""
    kind = KINDS.get(proposal.rung, proposal.rung.value)
    lines = [
        Content.styled(
            f"{proposal.id} · {kind} · {date_of(proposal.created_at)} · {STATES[proposal.state]}", "$text-muted"
        ),
        Content(_flat(proposal.summary)).stylize("bold"),
    ]
    if proposal.reason:
        lines.append(Content.assemble(("because: ", "$text-muted"), Content(proposal.reason)))
    lines += [Content(), *_facts(proposal)]
    if proposal.rung in _LADDER:
        lines += [
            Content(),
            _titled("Why this rung", rung_line(proposal.rung)),
            Content(_WHY_THIS_RUNG.get(proposal.rung, "")),
        ]
    if decision is not None:
        lines += [Content.assemble(("  · ", "$text-muted"), Content(reason)) for reason in decision.reasons]
    lines += changes_lines("Would fix", "Would break", proposal.changes)
    if not proposal.changes and proposal.rung is Rung.ADAPT and waits(proposal):
        lines += [
            Content(),
            Content.styled("No sentence was heard both ways yet: c computes that evidence.", "$text-muted"),
        ]
    if proposal.example_ids:
        ids = ", ".join(proposal.example_ids[:_LISTED]) + (" …" if len(proposal.example_ids) > _LISTED else "")
        lines += [
            Content(),
            _titled("Rests on", count(len(proposal.example_ids), "example", "examples")),
            Content.styled(ids, "$text-muted"),
        ]
    return Content("\n").join(lines)


def _facts(proposal: Proposal) -> list[Content]:
    facts = []
    if proposal.expected_gain is not None:
        gain = proposal.expected_gain
        text = f"{gain.value:.0%} fewer of your {count(proposal.errors, 'wrong word', 'wrong words')}"
        facts.append(_fact("expected", f"{text} ({gain.low:.0%} to {gain.high:.0%})"))
        facts.append(_fact("", interval_plot(gain, (min(0.0, gain.low), max(1.0, gain.high)), 32) + "  0 to 100%"))
    if proposal.rung is Rung.ADAPT and proposal.cost_seconds:
        memory = f"at most {MEGABYTES_OF_A_TRAINING / 1000:.0f} GB of memory"
        facts.append(_fact("costs", f"about {max(1, round(proposal.cost_seconds))} s at low priority, {memory}"))
    elif proposal.rung is Rung.REWRITE:
        facts.append(_fact("costs", "no time, no memory to speak of"))
    return facts


def _because(proposal: Proposal) -> str:
    examples = count(len(proposal.example_ids), "example", "examples")
    if proposal.expected_gain is not None:
        gain = proposal.expected_gain
        return f"{gain.value:.0%} fewer errors ({gain.low:.0%} to {gain.high:.0%}), {examples}"
    if proposal.changes:
        return f"fixes {len(proposal.fixes)}, breaks {len(proposal.breaks)}, {examples}"
    return examples


# --- what is heard otherwise ------------------------------------------------------------------------------------


def changes_lines(better: str, worse: str, changes: Sequence[Change]) -> list[Content]:
    """What breaks first, then what is fixed; each sentence before and after, the changed words marked."""
    lines: list[Content] = []
    for title, style, mark, some in (
        (worse, "$text-error", "✗", [change for change in changes if not change.better]),
        (better, "$text-success", "✓", [change for change in changes if change.better]),
    ):
        if some:
            lines += [Content(), Content.styled(f"{mark} {title} {len(some)}", f"bold {style}")]
            lines += [line for change in some for line in change_lines(change, style)]
    return lines


def change_lines(change: Change, style: str) -> list[Content]:
    """One utterance before and after, and what was said if that is yet another thing."""
    before, after = marked_words(change.before, change.after, style)
    lines = [
        Content.assemble((f"  {change.utterance_id:>5}  ", "$text-muted"), before),
        Content.assemble(("      →  ", "$text-muted"), after),
    ]
    if change.said and _flat(change.said) != _flat(change.after):
        lines.append(Content.assemble((" you said  ", "$text-muted"), Content(_flat(change.said))))
    return lines


def marked_words(before: str, after: str, style: str) -> tuple[Content, Content]:
    """Two texts with the words in which they differ marked: struck out in one, underlined in the other."""
    old, new = before.split(), after.split()
    gone, come = set[int](), set[int]()
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone |= set(range(old_from, old_to))
            come |= set(range(new_from, new_to))
    return _marked(old, gone, "strike $text-muted"), _marked(new, come, f"bold underline {style}")


def _marked(words: Sequence[str], places: Iterable[int], style: str) -> Content:
    marked = set(places)
    return Content(" ").join(
        [Content.styled(word, style) if place in marked else Content(word) for place, word in enumerate(words)]
    )


# --- the gate ---------------------------------------------------------------------------------------------------


def gate_lines(gate: GateReport, width: int) -> list[Content]:
    """The gate's word, its checks, the figures as a table and as a plot, and what would change its mind."""
    verdict, style = (
        ("✓ passed the gate", "$text-success") if gate.passed else ("✗ not passed by the gate", "$text-error")
    )
    lines = [Content.styled(verdict, f"bold {style}")]
    for name, holds in gate.checks.items():
        mark = ("  ✓ ", "$text-success") if holds else ("  ✗ ", "bold $text-error")
        lines.append(Content.assemble(mark, name if holds else f"{name}: no"))
    lines += [Content.assemble(("  because: ", "$text-muted"), Content(reason)) for reason in gate.reasons]
    lines += [Content(), *figure_lines(gate.figures, width)]
    return lines


def figure_lines(figures: dict[str, Interval], width: int) -> list[Content]:
    """A line a figure: value, 95% interval, and where there is room the two on an axis; like figures share one."""
    room = min(48, width - _LABEL_CELLS - 32)
    lines = []
    for name, figure in figures.items():
        value, low, high = (figure_text(name, part) for part in (figure.value, figure.low, figure.high))
        line = f"{_FIGURES.get(name, name.replace('_', ' ')):<{_LABEL_CELLS}} {value:>7}  {low + ' to ' + high:<18}"
        shared = [other for known, other in figures.items() if _is_rate(known)] if _is_rate(name) else [figure]
        plot = interval_plot(figure, _axis(name, shared), room) if room >= 12 else ""
        lines.append(Content.assemble(line, "  " if plot else "", (plot, "$primary")))
    return lines


def _axis(name: str, figures: Sequence[Interval]) -> tuple[float, float]:
    """The axis that ``figures``, all of one kind, share."""
    low, high = axis_of(figures)
    if name.endswith("_reduction"):
        return min(-0.2, low), max(1.0, high)
    if _is_rate(name):
        return low, high
    widest = max(-low, high, 0.5)
    return -widest, widest


def _is_rate(name: str) -> bool:
    return not name.endswith("_reduction") and "_change" not in name


def figure_text(name: str, value: float) -> str:
    """A figure of the gate in the unit that its name tells: a share, points, or percent of words."""
    if name.endswith("_reduction"):
        return f"{value:.0%}"
    return f"{value:+.1f} pt" if "_change" in name else f"{value:.1f}%"


# --- trainings --------------------------------------------------------------------------------------------------


def outcome_of(run: TrainingRun) -> str:
    if run.gate is not None:
        return "passed the gate" if run.gate.passed else "refused by the gate"
    return {RunState.RUNNING: "under way, or interrupted"}.get(run.state, run.state.value)


def run_content(run: TrainingRun, adapter: Adapter | None, width: int) -> Content:
    """A training: what came of it, how it proved itself, what is heard otherwise, where the time went."""
    made = "" if adapter is None else f" · {adapter.id}{' in use' if adapter.live else ''}"
    head = f"{run.id} · for {run.proposal_id} · {date_of(run.started_at)}{made}"
    lines = [
        Content.styled(head, "$text-muted"),
        Content.styled(f"Trained on {count(len(run.example_ids), 'example', 'examples')}: {outcome_of(run)}", "bold"),
    ]
    if run.replay_ids:
        lines.append(
            Content.styled(f"{len(run.replay_ids)} older ones were seen again, so that they stay known", "$text-muted")
        )
    if run.problem:
        lines.append(Content.assemble(("✗ ", "bold $text-error"), Content(run.problem)))
    if run.gate is not None:
        lines += [Content(), *gate_lines(run.gate, width)]
    lines += changes_lines("Heard better", "Heard worse", run.changes)
    if run.seconds:
        lines += [Content(), _titled("Where the time went", f"{sum(run.seconds.values()):.0f} s")]
        lines += seconds_lines(run.seconds)
    return Content("\n").join(lines)


def seconds_lines(seconds: dict[str, float]) -> list[Content]:
    most = max(seconds.values())
    return [
        Content.assemble(f"  {stage:<12} {spent:>6.1f} s  ", (bar(spent, most, 24), "$primary"))
        for stage, spent in seconds.items()
    ]


def history_lines(runs: Sequence[TrainingRun]) -> list[Content]:
    """Personal error over time: what the gate measured of each training, before and after it, oldest first."""
    judged = [(run, run.gate.figures) for run in runs if run.gate is not None]
    known = [
        (run, figures) for run, figures in judged if {"personal_wer_base", "personal_wer_candidate"} <= set(figures)
    ]
    if not known:
        return []
    most = max(max(figures["personal_wer_base"].value, figures["personal_wer_candidate"].value) for _, figures in known)
    lines = [
        Content(),
        _titled("Words wrong in your speech", "before and after each training, on what it had not seen"),
    ]
    for run, figures in known:
        passed = run.gate is not None and run.gate.passed
        for what, name, style in (
            (f"{run.id:<4} {date_of(run.started_at):>11}", "personal_wer_base", "$text-muted"),
            (
                f"{'✓ passed' if passed else '✗ refused':>16}",
                "personal_wer_candidate",
                "$primary" if passed else "$text-error",
            ),
        ):
            value = figures[name].value
            lines.append(Content.assemble(f"  {what} {value:>5.1f}%  ", (bar(value, most, 28), style)))
    return lines


def learned_line(runs: Sequence[TrainingRun]) -> str:
    """What came of a training, for a notice."""
    if not runs:
        return "Nothing is approved that has to be trained."
    passed = [run for run in runs if run.gate is not None and run.gate.passed]
    if len(passed) == len(runs):
        return "It passed the gate, and is in use from the next dictation on."
    names = ", ".join(run.id for run in runs if run not in passed)
    return f"The gate did not let {names} through: nothing changed by it. F4 says why."


# --- why not yet ------------------------------------------------------------------------------------------------


def explanation_lines(explanation: Explanation) -> list[Content]:
    """The ladder's answer: what there is to learn from, what is made of that, what is missing, what was refused."""
    lines = [_titled("Why not yet", ""), Content(explanation.summary)]
    for decision in explanation.decisions:
        mark = {Rung.WAIT: "…", Rung.NOTHING: "·"}.get(decision.rung, "→")
        lines.append(
            Content.assemble((f"{mark} ", "bold $primary"), (f"{decision.subject}: {decision.rung.value}", "bold"))
        )
        lines += [Content.assemble("    ", Content(reason)) for reason in decision.reasons]
        if decision.missing:
            lines.append(Content.assemble(("    missing: ", "$text-warning"), Content(decision.missing)))
    if explanation.missing and not any(decision.missing for decision in explanation.decisions):
        lines.append(Content.assemble(("missing: ", "$text-warning"), Content(explanation.missing)))
    if explanation.refused:
        lines += [Content(), _titled("Not taken", f"{len(explanation.refused)}")]
        lines += [
            Content.assemble((f"  {one.id}  ", "$text-muted"), Content(one.reason))
            for one in explanation.refused[-_LISTED:]
        ]
    return lines


# --- versions ---------------------------------------------------------------------------------------------------


def adapter_state(adapter: Adapter) -> tuple[str, str]:
    """How a version stands, in words, and in which style."""
    if adapter.withdrawn_because:
        return f"withdrawn: {adapter.withdrawn_because}", "$text-error"
    if adapter.live:
        return "● in use", "bold $text-success"
    return ("", "") if adapter.promoted else ("not passed by the gate", "$text-warning")


def compared_content(one: tuple[Adapter, TrainingRun], other: tuple[Adapter, TrainingRun], width: int) -> Content:
    """Two versions side by side: the figures of both gates, and each sentence that either hears otherwise."""
    (first, first_run), (second, second_run) = one, other
    lines = [
        Content.styled(f"{first.id} beside {second.id}", "bold"),
        Content.styled("as each proved itself on your recordings that it had not seen", "$text-muted"),
        Content(),
    ]
    figures = (first_run.gate.figures if first_run.gate else {}), (second_run.gate.figures if second_run.gate else {})
    for name in _FIGURES:
        both = {
            adapter.id: known[name] for adapter, known in zip((first, second), figures, strict=True) if name in known
        }
        if both:
            lines.append(Content.styled(_FIGURES[name], "$text-muted"))
        for known_id, figure in both.items():
            value, low, high = (figure_text(name, part) for part in (figure.value, figure.low, figure.high))
            room = min(40, width - 39)
            plot = interval_plot(figure, _axis(name, tuple(both.values())), room) if room >= 12 else ""
            lines.append(
                Content.assemble(f"  {known_id:<5} {value:>7}  {low + ' to ' + high:<18} ", (plot, "$primary"))
            )
    heard = ({change.utterance_id: change for change in run.changes} for run in (first_run, second_run))
    by_first, by_second = heard
    ids = list(dict.fromkeys((*by_first, *by_second)))
    if ids:
        lines += [Content(), _titled("Heard otherwise by either", f"{len(ids)}")]
    for known_id in ids:
        either = by_first.get(known_id) or by_second[known_id]
        lines.append(
            Content.assemble((f"  {known_id:>5}  ", "$text-muted"), Content(_flat(either.said or either.before)))
        )
        for adapter, known in ((first, by_first), (second, by_second)):
            change = known.get(known_id)
            if change is None:
                lines.append(Content.styled(f"  {adapter.id:>7}  as before", "$text-muted"))
                continue
            mark, style = ("✓", "$text-success") if change.better else ("✗", "$text-error")
            _, after = marked_words(change.said or change.before, change.after, style)
            lines.append(Content.assemble((f"  {adapter.id:>5} ", "$text-muted"), (f"{mark} ", style), after))
    return Content("\n").join(lines)


def _titled(title: str, detail: str) -> Content:
    return Content.assemble((title, "bold $primary"), (f"  {detail}", "$text-muted"))


def _fact(name: str, text: str) -> Content:
    return Content.assemble((f"{name:<10}", "$text-muted"), text)


def _flat(text: str) -> str:
    return " ".join(text.split())


def seconds_left_line(seconds: float | None) -> str:
    if seconds is None or not math.isfinite(seconds):
        return "no telling yet how long"
    return f"about {max(1, round(seconds))} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"
