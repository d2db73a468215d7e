"""The line at the top: whose twin this is, and the state of the engine's models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui import verbs
from tui.calls import Call, calls_of
from tui.messages import Answered, Failed, Progressed
from tui.widgets.badge import Badge
from tui.widgets.spinner import FRAMES, STILL
from twin.errors import EngineError, ModelError, WeightsError

if TYPE_CHECKING:
    from twin.requests import EngineStatus, ModelState

_POLL_SECONDS = 0.5
_TURN_SECONDS = 0.1

_ROLES = {"recogniser": "hearing", "embedder": "memory", "language-model": "language", "conversation": "talk"}
_MARKS = {"ready": ("●", "$text-success"), "failed": ("✗", "$text-error"), "waiting": ("○", "$text-muted")}


class StatusLine(Vertical):
    """Warms the engine up, and watches its models until each is ready or has failed.

    It asks only until then, so that an idle interface does not keep the engine from going to sleep.
    """

    def __init__(self) -> None:
        super().__init__(id="status")
        self._models: tuple[ModelState, ...] = ()
        self._sentence = "starting"
        self._warming: Call | None = None
        self._asking: Call | None = None
        self._watching: list[Timer] = []
        self._frame = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="status-line"):
            yield Static(Content.assemble(("●", "$accent"), ("●", "$primary"), ("  twin", "bold")), id="brand")
            yield Static(id="models")
            yield Badge()
        yield Static(id="model-failures")

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def watch_engine(self) -> None:
        """Have the models loaded, unless that is under way, and watch them."""
        if self._warming is None:
            self._warming = calls_of(self).start(self, verbs.WarmUp())
        if not self._watching:
            self._watching = [self.set_interval(_POLL_SECONDS, self._poll)]
            if self.app.animation_level != "none":
                self._watching.append(self.set_interval(_TURN_SECONDS, self._turn))

    def look_again(self) -> None:
        """Something has been answered: watch the engine if it was lost, look again at models that are not ready."""
        if self.lost:
            self.watch_engine()
        elif not self._watching and any(model.state != "ready" for model in self._models):
            self._poll()

    def engine_lost(self, error: EngineError) -> None:
        """Say what is wrong with the engine, and look no more."""
        self._lose(f"{error.title.lower()}; your next message tries again")

    @property
    def lost(self) -> bool:
        """Whether nothing is known of the engine, and nobody looks."""
        return not self._models and not self._watching

    def _lose(self, sentence: str) -> None:
        self._settle()
        self._models, self._sentence = (), sentence
        self._draw()

    def _poll(self) -> None:
        if self._asking is None:
            self._asking = calls_of(self).start(self, verbs.Status())

    def _turn(self) -> None:
        self._frame = (self._frame + 1) % len(FRAMES)
        self._draw()

    def _settle(self) -> None:
        for timer in self._watching:
            timer.stop()
        self._watching.clear()

    @on(Progressed)
    def _progress(self, message: Progressed) -> None:
        message.stop()
        self._sentence = message.text
        self._draw()

    @on(Answered)
    def _show(self, message: Answered) -> None:
        message.stop()
        self._over(message.call)
        status: EngineStatus = message.result
        self._models = status.models
        if self._warming is None and not any(model.state == "loading" for model in self._models):
            self._settle()
        self._draw()

    @on(Failed)
    def _fail(self, message: Failed) -> None:
        """A model that failed is told by its state; any other failure, once, by the screen."""
        warming = message.call is self._warming
        self._over(message.call)
        if isinstance(message.error, ModelError | WeightsError):
            message.stop()
            return
        if not warming:
            message.stop()
        if isinstance(message.error, EngineError):
            self.engine_lost(message.error)
        else:
            self._lose("state unknown")

    def _over(self, call: Call) -> None:
        if call is self._warming:
            self._warming = None
        elif call is self._asking:
            self._asking = None

    def _draw(self) -> None:
        turning = FRAMES[self._frame] if len(self._watching) > 1 else STILL
        if self._models:
            line = models_content(self._models, turning, named=self.app.size.width >= 120)
        elif self._watching:
            line = Content.assemble((turning, "$primary"), (f" {self._sentence}", "$text-muted"))
        else:
            line = Content.styled(self._sentence, "$text-muted")
        self.query_one("#models", Static).update(line)
        failures = [model for model in self._models if model.state == "failed"]
        below = self.query_one("#model-failures", Static)
        below.display = bool(failures)
        below.update(Content("\n").join(_failure(model) for model in failures))


def models_content(models: Sequence[ModelState], turning: str, *, named: bool) -> Content:
    """Each model by what it is for, with a mark for its state; with its name where there is room."""
    parts = []
    for model in models:
        mark, style = _MARKS.get(model.state, (turning, "$primary"))
        name = f" {model.name}" if named else ""
        state = "" if model.state == "ready" else f" {model.state}"
        if model.state == "loading" and model.seconds >= 1:
            state += f" {model.seconds:.0f} s"
        parts.append(Content.assemble((mark, style), f" {_role(model)}", (f"{name}{state}", "$text-muted")))
    return Content("   ").join(parts)


def _failure(model: ModelState) -> Content:
    return Content.assemble((f"✗ {_role(model)}: ", "bold $text-error"), Content(model.detail or "it did not load."))


def _role(model: ModelState) -> str:
    return _ROLES.get(model.role, model.role)
