"""What every screen shows at its top: how many proposals wait, and how far a training is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from tui import verbs
from tui.calls import Call, Calls
from twin.time_left import TimeLeft

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.signal import Signal

    from tui.messages import Progressed
    from twin.domain import Proposal
    from twin.requests import Request

_LOSSES_KEPT = 200


@dataclass(frozen=True, slots=True)
class Training:
    """A training under way: what was said of it last. ``losses`` are those of the steps of this stage, in order."""

    message: str = "Beginning …"
    stage: str = ""
    fraction: float | None = None
    seconds_left: float | None = None
    losses: tuple[float, ...] = ()
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class News:
    proposals: int = 0
    """Those that wait for the person's word."""
    training: Training | None = None


class Newsroom:
    """Gathers the news, and tells whoever subscribed to ``changed``. It owns the training, which outlives screens."""

    def __init__(self, app: App[None], calls: Calls, time_left: Callable[[], TimeLeft] = TimeLeft) -> None:
        from textual.signal import Signal

        self.now = News()
        self.changed: Signal[News] = Signal(app, "news")
        self._app = app
        self._calls = calls
        self._looking: Call | None = None
        self._training: Call | None = None
        self._following: Call | None = None
        """Asks whether somebody else began one."""
        self._new_time_left = time_left
        self._left = time_left()

    def look_again(self) -> None:
        """Count the proposals anew."""
        self._looking = self._calls.start(self._app, verbs.ListProposals())

    def is_looking(self, call: Call) -> bool:
        """Whether ``call`` is the newest look; an older one has been overtaken."""
        return call is self._looking

    def counted(self, proposals: Sequence[Proposal]) -> None:
        from twin.domain import ProposalState

        waiting = sum(proposal.state is ProposalState.OPEN for proposal in proposals)
        self._tell(replace(self.now, proposals=waiting))

    # --- the training ---

    def train(self, *, unasked: bool = False) -> bool:
        """Train what was approved, or (``unasked``) whatever there is; false if a training is under way."""
        if self._training is not None:
            return False
        self._left = self._new_time_left()
        self._training = self._calls.start(self._app, verbs.Learn(now=unasked))
        self._tell(replace(self.now, training=Training()))
        return True

    def follow(self) -> None:
        """Attend a training that was begun elsewhere in the same engine, if there is one."""
        if self._training is None and self._following is None:
            self._following = self._calls.start(self._app, verbs.FollowTraining())

    def came_on(self, call: Call) -> bool:
        """Whether ``call``, of which there is progress, is the training; one that is followed becomes it."""
        if call is self._following and self._training is None:
            self._training = call
            self._left = self._new_time_left()
        return self.is_training(call)

    def ended(self, call: Call) -> None:
        if call is self._following:
            self._following = None

    def stop_training(self) -> None:
        if self._training is not None and self.now.training is not None and not self._training.stopping:
            self._calls.stop(self._training)
            self._tell(replace(self.now, training=replace(self.now.training, stopping=True)))

    def is_training(self, call: Call) -> bool:
        return call is self._training

    def advanced(self, message: Progressed) -> None:
        """The training says where it stands."""
        training = self.now.training or Training()
        losses = training.losses if message.stage == training.stage else ()
        if message.loss is not None:
            losses = (*losses, message.loss)[-_LOSSES_KEPT:]
        self._tell(
            replace(
                self.now,
                training=Training(
                    message.text,
                    message.stage,
                    message.fraction,
                    self._left.after(message.fraction),
                    losses,
                    training.stopping,
                ),
            )
        )

    def over(self) -> None:
        """The training has ended, one way or the other."""
        self._training = None
        self._tell(replace(self.now, training=None))

    def _tell(self, news: News) -> None:
        if news != self.now:
            self.now = news
            self.changed.publish(news)


def changes_proposals(request: Request[Any]) -> bool:
    """Whether other proposals may wait after it."""
    return isinstance(
        request,
        verbs.Correct
        | verbs.DecideProposal
        | verbs.DecideRule
        | verbs.Forget
        | verbs.ImportVoice
        | verbs.Learn
        | verbs.ReadSentence,
    )


class HasNews(Protocol):
    """The app, as widgets see it."""

    @property
    def news(self) -> Newsroom: ...


def news_of(node: DOMNode) -> Newsroom:
    return cast(HasNews, node.app).news
