"""Choosing a recording by its path, with completion."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.screens.dialog import Dialog
from tui.wording import path_from

AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".m4a"})
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file or folder that a path, as far as it is typed, may become."""

    completed: str
    """The whole path as it would stand in the input; a folder ends in a stroke."""
    name: str

    @property
    def is_folder(self) -> bool:
        return self.completed.endswith(os.sep)


def candidates(typed: str, here: Path) -> tuple[Candidate, ...]:
    """Folders and recordings that begin as ``typed`` does, folders first; none if the folder cannot be read.

    ``typed`` is completed as it was written: with ``~``, absolute, or relative to ``here``.
    """
    stem, _, beginning = typed.rpartition(os.sep)
    stem = f"{stem}{os.sep}" if os.sep in typed else ""
    found: list[Candidate] = []
    try:
        with os.scandir(path_from(stem, here)) as entries:
            for entry in entries:
                if not entry.name.lower().startswith(beginning.lower()):
                    continue
                if entry.name.startswith(".") and not beginning.startswith("."):
                    continue
                if entry.is_dir():
                    found.append(Candidate(f"{stem}{entry.name}{os.sep}", f"{entry.name}{os.sep}"))
                elif Path(entry.name).suffix.lower() in AUDIO_SUFFIXES:
                    found.append(Candidate(f"{stem}{entry.name}", entry.name))
    except OSError:  # no such folder, or no permission
        return ()
    return tuple(sorted(found, key=lambda candidate: (not candidate.is_folder, candidate.name.lower())))


class Listed(Message):
    """A folder has been read, for what was typed when that began."""

    def __init__(self, typed: str, found: Sequence[Candidate]) -> None:
        super().__init__()
        self.typed = typed
        self.found = found


class DictateScreen(Dialog[Path]):
    """Asks for a recording; its result is the file's absolute path."""

    BINDINGS = bindings(Place.CHOOSING)
    TITLE_TEXT = "Dictate a recording"
    KEYS_TEXT = "Tab completes · ↑↓ choose · Enter hears it · Esc leaves"

    def __init__(self, here: Path) -> None:
        super().__init__()
        self._here = here
        self._found: tuple[Candidate, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="path of a wav, flac, mp3, ogg or m4a file", id="path", select_on_focus=False)
        yield OptionList(compact=True, id="files")
        yield Static("No folder or recording here begins like that.", id="no-files")

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._list("")

    @work(thread=True, exclusive=True, group="folder")
    def _list(self, typed: str) -> None:
        self.post_message(Listed(typed, candidates(typed, self._here)))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    @on(Listed)
    def _show(self, message: Listed) -> None:
        if message.typed != self.query_one(Input).value:
            return
        self._found = tuple(message.found)
        files = self.query_one(OptionList)
        files.set_options(
            Option(Content.styled(item.name, "bold" if item.is_folder else ""), id=item.completed)
            for item in self._found[:_MOST_SHOWN]
        )
        files.highlighted = 0 if self._found else None
        files.display = bool(self._found)
        self.query_one("#no-files").display = not self._found

    def action_complete(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None and option.id is not None:
            self._fill(option.id)

    def action_choose_previous(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_choose_next(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            self._fill(event.option_id)
            self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submit(self) -> None:
        """A whole path is taken as it stands; of a partial one, what is marked."""
        typed = self.query_one(Input).value
        path = path_from(typed, self._here)
        option = self.query_one(OptionList).highlighted_option
        if typed.strip() and path.is_file():
            self.dismiss(path)
        elif option is not None and option.id is not None:
            self._fill(option.id)
            if not option.id.endswith(os.sep):
                self.dismiss(path_from(option.id, self._here))
        elif typed.strip():
            self.dismiss(path)  # the engine says what is wrong with it

    def _fill(self, completed: str) -> None:
        path = self.query_one(Input)
        path.value = completed
        path.cursor_position = len(completed)
