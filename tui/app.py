"""The terminal UI: a client of the twin, and nothing more."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App, SystemCommand
from textual.screen import ModalScreen, Screen

from tui import themes, verbs
from tui.actions import ACTIONS, Action, Place, bindings
from tui.calls import Calls, LazyClient
from tui.messages import Accepted, Answered, Ended, Failed, Progressed
from tui.news import Newsroom, changes_proposals
from tui.screens.talk import TalkScreen
from tui.trouble import unexpected
from tui.widgets.spinner import Spinner
from twin.errors import CancelledByPersonError
from twin.paths import Home

if TYPE_CHECKING:
    from textual.theme import Theme

    from tui.screens.browse import BrowseScreen
    from twin.client import TwinClient
    from twin.domain import TrainingRun

SCREENS = {
    "knows": "KnowsScreen",
    "proposals": "ProposalsScreen",
    "learning": "LearningScreen",
    "versions": "VersionsScreen",
    "settings": "SettingsScreen",
    "doctor": "DoctorScreen",
}
"""The screens beside the conversation: each is a module of ``tui.screens``, imported when it is first opened."""
_SCREENS_AFTER_SECONDS = 1.0
"""So long is for the conversation alone."""


def _screen_class(name: str) -> type[BrowseScreen]:
    from importlib import import_module

    opened: type[BrowseScreen] = getattr(import_module(f"tui.screens.{name}"), SCREENS[name])
    return opened


def _now() -> datetime:
    return datetime.now(UTC)


class TwinApp(App[None]):
    """The app: it owns the calls, the themes and what works on every screen.

    ``client`` may build itself on its first call (:class:`~tui.calls.LazyClient`): none is made before the first
    paint. ``now`` is the clock, ``here`` the folder that relative paths start from. With ``welcomes`` the welcome opens
    by itself in a home that is new.
    """

    TITLE = "Twin"
    CSS_PATH = Path(__file__).with_name("twin.tcss")
    BINDINGS = bindings(Place.APP)

    def __init__(
        self,
        client: TwinClient,
        home: Home,
        *,
        session_id: str = "",
        now: Callable[[], datetime] = _now,
        here: Path | None = None,
        welcomes: bool = False,
    ) -> None:
        super().__init__()
        self.home = home
        self.calls = Calls(self, client, home)
        self.news = Newsroom(self, self.calls)
        self._now = now
        session_id = session_id or f"ui-{os.urandom(4).hex()}"
        self._talk = TalkScreen(session_id, here or Path.cwd(), now, welcomes=welcomes)
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        self._begin_with(themes.preferred(home))

    def _begin_with(self, theme: Theme) -> None:
        """Have a theme from the beginning: a change to it has the style sheet read twice."""
        self.set_reactive(TwinApp.theme, theme.name)
        self.set_class(theme.dark, "-dark-mode")
        self.set_class(not theme.dark, "-light-mode")
        self.add_class(f"-theme-{theme.name}")
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        return self._talk

    def on_ready(self) -> None:
        """The first frame is on the screen: now there is time for the past."""
        if not gc.isenabled():  # as the command starts
            gc.freeze()
            gc.enable()
        self._talk.begin()
        self._load_entries()

    @on(TalkScreen.SettledIn)
    def _past_shown(self) -> None:
        self.news.look_again()
        self.set_timer(_SCREENS_AFTER_SECONDS, self._load_screens)

    @work(thread=True, group="imports")
    def _load_entries(self) -> None:
        """Import what the past needs, while the twin looks for it."""
        import tui.widgets.reply
        import tui.widgets.utterance  # noqa: F401

    @work(thread=True, group="imports")
    def _load_screens(self) -> None:
        """Import what the first reply, the first listening and the other screens need, so that they need not wait."""
        from textual.widgets import Markdown  # noqa: F401 - it is imported by being asked for

        import tui.widgets.listening  # noqa: F401

        for name in SCREENS:
            _screen_class(name)

    # --- calls ---

    def refresh_bindings(self) -> None:
        """A call may end while the app closes, when no screen is left whose footer could say so."""
        if self.screen_stack:
            super().refresh_bindings()

    @on(Accepted)
    def _accepted(self, message: Accepted) -> None:
        self.calls.accepted(message)
        self.refresh_bindings()

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self.calls.ended(message.call)
        self.news.ended(message.call)
        self.refresh_bindings()
        if changes_proposals(message.call.request):
            self.news.look_again()

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        if self.news.came_on(message.call):
            self.news.advanced(message)

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        if self.news.is_training(message.call):
            self.news.over()
            self._trained(message.result.runs)
        elif self.news.is_looking(message.call):
            self.news.counted(message.result.proposals)

    def _trained(self, runs: Sequence[TrainingRun]) -> None:
        from tui.learned import learned_line

        self.notify(learned_line(runs), title="Learning", markup=False)

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        """A failure of what belongs to no screen, or whose screen is gone.

        That a cancel or an end came too late, or that proposals could not be counted or no training be followed, needs
        no words.
        """
        error = message.error
        if self.news.is_training(message.call):
            self.news.over()
            if isinstance(error, CancelledByPersonError):
                stays = "What you approved stays approved; the training goes on from there when you ask for it."
                self.notify(stays, title="Stopped", markup=False)
                return
        elif isinstance(
            message.call.request, verbs.Cancel | verbs.EndListening | verbs.ListProposals | verbs.FollowTraining
        ):
            return
        self.notify(str(error), title=error.title, severity="error", markup=False)

    # --- actions ---

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: the registry's actions, for the screen that is open."""
        for action in ACTIONS:
            if action.palette is not None and action.palette in (Place.APP, getattr(screen, "PLACE", None)):
                yield SystemCommand(action.title, self._palette_help(action), partial(self._act, action))

    def _palette_help(self, action: Action) -> str:
        keys = [self.key_display(key) for key in action.keys.get(action.palette or Place.APP, "").split(",") if key]
        slash = [action.usage] if action.slash else []
        return "  ·  ".join((action.help, *keys, *slash)).replace("[", r"\[")  # the palette reads markup

    async def _act(self, action: Action) -> None:
        assert action.palette is not None
        await self.run_action(f"{action.palette.owner}{action.name}")

    def key_display(self, key: str) -> str:
        """A key as the footer shows it."""
        from textual.binding import Binding

        return self.get_key_display(Binding(key, ""))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stopping is offered only while there is something to stop."""
        return self.calls.stoppable if action == "stop" else True

    def action_stop(self) -> None:
        call = self.calls.stop_latest()
        if call is not None:
            for spinner in call.sender.query(Spinner):
                spinner.say("stopping")
            self.refresh_bindings()

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.key_display))

    def _show(self, name: str) -> None:
        """Open one of the other screens, in the place of another that is open; a dialog is answered first."""
        if isinstance(self.screen, ModalScreen):
            return
        if not self.is_screen_installed(name):  # it stays once it is made: what it waits for comes back to it
            self.install_screen(_screen_class(name)(self._now), name)
        if self.screen is self._talk:
            self.push_screen(name)
        elif self.screen is not self.get_screen(name):
            self.switch_screen(name)

    def action_show_knows(self) -> None:
        self._show("knows")

    def action_show_proposals(self) -> None:
        self._show("proposals")

    def action_show_learning(self) -> None:
        self._show("learning")

    def action_show_versions(self) -> None:
        self._show("versions")

    def action_show_settings(self) -> None:
        self._show("settings")

    def action_show_doctor(self) -> None:
        self._show("doctor")

    def action_theme(self) -> None:
        name = "dark" if self.theme == themes.LIGHT.name else "light"
        self.theme = themes.named(name).name
        self._remember_theme(name)

    @work(thread=True, group="theme")
    def _remember_theme(self, name: str) -> None:
        themes.remember(self.home, name)

    # --- the end ---

    def _fatal_error(self) -> None:
        """Leave with one line and a trace without content, where Textual would print the values of local variables."""
        if "debug" in self.features or self._exception is None:
            super()._fatal_error()
            return
        from rich.text import Text

        error = unexpected(self._exception, self.home)
        self.panic(Text(f"{error.message} {error.hint}"))


def run(home: Home, in_process: bool = False) -> int:
    """Open the terminal UI of the twin in ``home``; returns the exit code once the person has left.

    The client is built by the first call, which is made after the first paint.
    """

    def build() -> TwinClient:
        from twin.client import connect

        return connect(home, in_process=in_process)

    client = LazyClient(build)
    app = TwinApp(client, home, welcomes=True)
    try:
        app.run()
    finally:
        client.close()
    return app.return_code or 0
