"""Learning: the training under way, what came of others, how errors went over time, and why there is no more yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call
from tui.learned import explanation_lines, history_lines, outcome_of, run_content, seconds_left_line
from tui.news import News, Training, news_of
from tui.plots import bar, curve
from tui.screens.browse import BrowseScreen, option
from tui.screens.choose import Choice, ChooseScreen
from tui.times import date_of
from twin.domain import Adapter, Proposal, ProposalState, RunState, TrainingRun
from twin.requests import Explanation, ListAdapters, ListProposals, Request, Why

_NOW = "now"
_STAGES = {
    "prepare": "preparing",
    "train": "training",
    "scale": "choosing how much of it to use",
    "merge": "merging",
    "judge": "proving it on your speech",
    "prove": "proving it on ordinary speech",
    "gate": "judging",
    "swap": "putting it in use",
}
"""The stages that a training reports, in words."""


class LearningScreen(BrowseScreen):
    """The first item is the present; below it are the trainings, the newest first."""

    BINDINGS = bindings(Place.LEARNING)
    PLACE = Place.LEARNING
    TITLE_TEXT = "Learning"

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._runs: dict[str, TrainingRun] = {}
        self._adapters: dict[str, Adapter] = {}
        self._approved: tuple[Proposal, ...] = ()
        self._why: Explanation | None = None
        self._training = False

    def on_mount(self) -> None:
        news = news_of(self)
        self._training = news.now.training is not None
        news.changed.subscribe(self, self._news)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        news_of(self).follow()

    def requests(self) -> Sequence[Request[Any]]:
        return ListAdapters(), ListProposals(), Why()

    async def take(self, call: Call, result: Any) -> None:
        match call.request:
            case ListAdapters():
                self._runs = {run.id: run for run in reversed(result.runs)}
                self._adapters = {adapter.run_id: adapter for adapter in result.adapters}
                await self._list()
            case ListProposals():
                self._approved = tuple(one for one in result.proposals if one.state is ProposalState.APPROVED)
                self._show_present()
            case Why():
                self._why = result
                self.show_detail()

    async def _list(self) -> None:
        await self.show([self._now_option(), *(self._option(run) for run in self._runs.values())])

    def _show_present(self) -> None:
        """What there is to be said of the present has changed."""
        if self.items.option_count:
            self.items.replace_option_prompt(_NOW, self._now_option().prompt)
        if self.selected in (_NOW, ""):
            self.query_one("#shown", Static).update(self.detail(_NOW))
        self.refresh_bindings()

    def _now_option(self) -> Option:
        return option(_NOW, Content.styled("Now", "bold"), Content.styled(f"    {self._present()}", "$text-muted"))

    def _option(self, run: TrainingRun) -> Option:
        passed = run.gate is not None and run.gate.passed
        mark, style = ("✓", "$text-success") if passed else ("✗", "$text-error")
        if run.gate is None and run.state is RunState.RUNNING:
            mark, style = "…", "$primary"
        first = Content.assemble((f"{mark} ", style), (run.id, "bold"), (f"  {date_of(run.started_at)}", "$text-muted"))
        outcome = "under way" if run.id == self._trained_now() else outcome_of(run)
        adapter = self._adapters.get(run.id)
        made = f" · {adapter.id} in use" if adapter is not None and adapter.live else ""
        return option(run.id, first, Content.styled(f"    {outcome}{made}", "$text-muted"))

    def _trained_now(self) -> str:
        """The run of the training under way, as far as the list has it: the newest that is not over."""
        running = (run.id for run in self._runs.values() if run.state is RunState.RUNNING)
        return next(running, "") if news_of(self).now.training is not None else ""

    def _present(self) -> str:
        if news_of(self).now.training is not None:
            return "a training is under way"
        return f"{len(self._approved)} approved, t trains" if self._approved else "nothing is under way"

    def _news(self, news: News) -> None:
        """The training has come on, or is over: then there is something new in the list."""
        over = self._training and news.training is None
        self._training = news.training is not None
        if over:
            self.look_again()
        else:
            self._show_present()

    def detail(self, id: str) -> Content:
        if id in self._runs:
            return run_content(self._runs[id], self._adapters.get(id), self.detail_width)
        training = news_of(self).now.training
        lines = _training_lines(training, self.detail_width) if training is not None else self._approved_lines()
        if self._why is not None:
            lines += explanation_lines(self._why)
        return Content("\n").join([*lines, *history_lines(list(reversed(self._runs.values())))])

    def _approved_lines(self) -> list[Content]:
        under_way = [run for run in self._runs.values() if run.gate is None and run.state is RunState.RUNNING]
        lines = [
            Content.assemble((f"{run.id} ", "bold"), "is under way elsewhere, or was interrupted: t goes on with it.")
            for run in under_way
        ]
        if self._approved:
            lines.append(Content.styled("Approved, waits for its training", "bold $primary"))
            lines += [
                Content.assemble((f"  {one.id}  ", "$text-muted"), Content(" ".join(one.summary.split())))
                for one in self._approved
            ]
            lines.append(Content.styled("  t trains it now; you can go on dictating meanwhile.", "$text-muted"))
        return [*lines, Content()] if lines else lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        training = news_of(self).now.training if self.is_mounted else None
        match action:
            case "cancel":
                return training is not None and not training.stopping
            case "train":
                return training is None
        return True

    def action_train(self) -> None:
        if self._approved or any(run.state is RunState.RUNNING for run in self._runs.values()):
            self._train(unasked=False)
            return

        def chosen(id: str | None) -> None:
            if id == "learn":
                self._train(unasked=True)

        choices = [Choice("leave", "Leave it"), Choice("learn", "Look for what there is, and train on it now")]
        note = "Whatever there is to train on counts as approved by this; the gate decides whether it is used."
        self.app.push_screen(ChooseScreen("Nothing is approved", choices, note=note), chosen)

    def _train(self, *, unasked: bool) -> None:
        news_of(self).train(unasked=unasked)
        self.items.highlighted = 0
        self.show_detail()

    def action_cancel(self) -> None:
        news_of(self).stop_training()


def _training_lines(training: Training, width: int) -> list[Content]:
    """Stage, step, how far, how long still, and the course of the loss."""
    cells = max(10, min(48, width - 18))
    stage = _STAGES.get(training.stage, training.stage)
    lines = [
        Content.assemble(("A training is under way", "bold $primary"), (f"  {stage}" if stage else "", "$text-muted")),
        Content("stopping …" if training.stopping else training.message),
    ]
    if training.fraction is not None:
        filled = bar(training.fraction, 1.0, cells)
        rest = "·" * (cells - len(filled))
        left = seconds_left_line(training.seconds_left)
        lines.append(Content.assemble((filled, "$primary"), (rest, "$text-muted"), f"  {training.fraction:.0%}"))
        lines.append(Content.styled(left, "$text-muted"))
    if training.losses:
        shown = curve(training.losses, cells)
        lines.append(Content.assemble(("loss  ", "$text-muted"), (shown, "$accent"), f"  {training.losses[-1]:.3f}"))
    lines.append(
        Content.styled("x cancels it; what you approved stays approved. Dictating goes on meanwhile.", "$text-muted")
    )
    return [*lines, Content()]
