"""Settings, made from the settings class: each with what it does, its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.news import news_of
from tui.screens.ask import AskScreen
from tui.screens.browse import BrowseScreen, option
from tui.screens.choose import Choice, ChooseScreen
from tui.themes import named, remember
from tui.widgets.entry import Notice
from tui.widgets.head import Head
from twin.errors import TwinError
from twin.paths import Home
from twin.settings_file import Setting, change_setting, settings_in_words


class Read(Message):
    """The settings as they stand, or why they cannot be read or changed."""

    def __init__(self, settings: tuple[Setting, ...], error: TwinError | None = None, changed: str = "") -> None:
        super().__init__()
        self.settings = settings
        self.error = error
        self.changed = changed


class SettingsScreen(BrowseScreen):
    """Files are read and written in a thread; the engine takes a change up with the next request."""

    BINDINGS = bindings(Place.SETTINGS)
    PLACE = Place.SETTINGS
    TITLE_TEXT = "Settings"

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._settings: dict[str, Setting] = {}
        self._one_at_a_time = Lock()

    @property
    def _home(self) -> Home:
        home: Home = self.app.home  # type: ignore[attr-defined]
        return home

    def look_again(self) -> None:
        super().look_again()
        self._read(self._home)

    @work(thread=True, group="settings")
    def _read(self, home: Home, name: str = "", value: str | None = None) -> None:
        """Change ``name`` if one is given, then read them all; one after the other, so that the last has read all."""
        with self._one_at_a_time:
            self._read_alone(home, name, value)

    def _read_alone(self, home: Home, name: str, value: str | None) -> None:
        error = None
        try:
            if name:
                change_setting(home, name, value)
            if name == "theme":
                remember(home, "")  # it goes by the settings again
        except TwinError as failure:
            error = failure
        try:
            self.post_message(Read(settings_in_words(home), error, name if error is None else ""))
        except TwinError as failure:
            self.post_message(Read((), failure))

    @on(Read)
    async def _show_settings(self, message: Read) -> None:
        message.stop()
        if message.error is not None or message.changed:
            await self.query("#notices Notice").remove()
        if message.error is not None:
            await self.query_one("#notices").mount(Notice.of(message.error))
        if message.settings or not self._settings:
            self._settings = {setting.name: setting for setting in message.settings}
        await self.show([_option(setting) for setting in self._settings.values()])
        changed = sum(setting.changed for setting in self._settings.values())
        self.query_one(Head).say(f"{changed} changed" if changed else "all as they came")
        if message.changed == "theme":
            self.app.theme = named(self._settings["theme"].text).name
        if message.changed:
            self.say("The engine takes it up with the next thing you ask.", message.changed)

    def detail(self, id: str) -> Content:
        setting = self._settings.get(id)
        if setting is None:
            return Content()
        lines = [
            Content.assemble((setting.name, "bold"), (" = ", "$text-muted"), (setting.text, "bold $primary")),
            Content(),
            Content(setting.description),
            Content(),
            Content.styled(f"By default: {setting.default_text}", "$text-muted"),
        ]
        if setting.choices:
            lines.append(Content.styled(f"One of: {', '.join(setting.choices)}", "$text-muted"))
        if setting.from_environment:
            lines.append(
                Content.styled(
                    f"Set by {setting.from_environment} in the environment, which goes before the file.",
                    "$text-warning",
                )
            )
        else:
            lines.append(Content.styled(f"Kept in {self._home.config.name} in the home folder", "$text-muted"))
        return Content("\n").join(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        setting = self._settings.get(self.selected) if self.is_mounted else None
        if action == "change_setting":
            return setting is not None and not setting.from_environment
        if action == "reset_setting":
            return setting is not None and setting.changed and not setting.from_environment
        return True

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.check_action("change_setting", ()):
            self.action_change_setting()

    def action_change_setting(self) -> None:
        setting = self._settings[self.selected]

        def changed(text: str | None) -> None:
            if text is not None and text != setting.text:
                self._change(setting.name, text)

        if setting.choices:
            choices = [Choice(value, value) for value in setting.choices]
            screen: Any = ChooseScreen(setting.name, choices, chosen=setting.text, note=setting.description)
        else:
            screen = AskScreen(setting.name, setting.text, label=setting.description)
        self.app.push_screen(screen, changed)

    def action_reset_setting(self) -> None:
        self._change(self.selected, None)

    def _change(self, name: str, text: str | None) -> None:
        """A change restarts the engine, which would interrupt a training."""
        if news_of(self).now.training is not None:
            self.say("A training is under way. Change it when that is over, or cancel it first (F4).", "One moment")
            return
        self._read(self._home, name, text)


def _option(setting: Setting) -> Option:
    mark = ("● ", "$accent") if setting.changed else ("  ", "")
    return option(
        setting.name,
        Content.assemble(
            mark, Content(setting.name), (f"  {setting.text}", "bold $primary" if setting.changed else "$text-muted")
        ),
    )
