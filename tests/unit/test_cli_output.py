"""Where dictated text goes, with stand-ins for the desktop's programs and a terminal of our own."""

from __future__ import annotations

import base64
import os
import pty
import stat
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.cli.clipboard import copy
from twin.cli.output import Place, Target, deliver, target
from twin.errors import NotUnderstoodError, OutputError

TEXT = "Grüße aus Łódź,\nbis bald – 日本"


class Desk:
    """A folder of programs that keep what they are given, and nothing else on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PATH": str(folder), "TERM": "xterm-256color"}

    def install(self, name: str, *, exit_code: int = 0) -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho "$@" > "$0.arguments"\n/bin/cat > "$0.got"\nexit {exit_code}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def got(self, name: str) -> bytes:
        return (self.folder / f"{name}.got").read_bytes()

    def arguments(self, name: str) -> str:
        return (self.folder / f"{name}.arguments").read_text().strip()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Desk(folder)


@pytest.fixture
def no_terminal(tmp_path: Path) -> Path:
    return tmp_path / "no such terminal"


class Terminal:
    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self._theirs = theirs
        self.path = Path(os.ttyname(theirs))

    def received(self) -> bytes:
        return os.read(self._ours, 200_000)

    def close(self) -> None:
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


# --- the clipboard ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "variables", "arguments"),
    [
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0"}, ""),
        ("xclip", {"DISPLAY": ":0"}, "-selection clipboard"),
        ("xsel", {"DISPLAY": ":0"}, "--clipboard --input"),
        ("pbcopy", {}, ""),
    ],
)
def test_the_desktops_program_gets_the_text(
    desk: Desk, no_terminal: Path, program: str, variables: dict[str, str], arguments: str
) -> None:
    desk.install(program)
    assert copy(TEXT, environment=desk.environment | variables, terminal=no_terminal) == program
    assert desk.got(program).decode() == TEXT
    assert desk.arguments(program) == arguments


def test_windows_reads_utf_16(desk: Desk, no_terminal: Path) -> None:
    desk.install("clip.exe")
    copy(TEXT, environment=desk.environment, terminal=no_terminal)
    assert desk.got("clip.exe").decode("utf-16") == TEXT


def test_a_program_without_its_display_is_not_asked(desk: Desk, terminal: Terminal) -> None:
    desk.install("wl-copy")
    desk.install("xclip")
    assert "OSC 52" in copy("x", environment=desk.environment, terminal=terminal.path)


def test_the_terminal_is_told_by_osc_52(desk: Desk, terminal: Terminal) -> None:
    copy(TEXT, environment=desk.environment, terminal=terminal.path)
    assert terminal.received() == b"\x1b]52;c;" + base64.b64encode(TEXT.encode()) + b"\x07"


def test_over_ssh_the_terminal_comes_before_the_desktop(desk: Desk, terminal: Terminal) -> None:
    desk.install("xclip")
    remote = desk.environment | {"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}
    assert "OSC 52" in copy("x", environment=remote, terminal=terminal.path)


def test_the_desktop_is_asked_over_ssh_when_there_is_no_terminal(desk: Desk, no_terminal: Path) -> None:
    desk.install("xclip")
    remote = desk.environment | {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}
    assert copy("x", environment=remote, terminal=no_terminal) == "xclip"


def test_tmux_takes_it_to_the_clipboard_by_itself(desk: Desk, no_terminal: Path) -> None:
    desk.install("tmux")
    assert copy(TEXT, environment=desk.environment | {"TMUX": "/tmp/t,1,0"}, terminal=no_terminal) == "tmux"
    assert desk.got("tmux").decode() == TEXT
    assert desk.arguments("tmux") == "load-buffer -w -"


def test_an_old_tmux_passes_the_sequence_through(desk: Desk, terminal: Terminal) -> None:
    desk.install("tmux", exit_code=1)
    copy("hello", environment=desk.environment | {"TMUX": "/tmp/t,1,0"}, terminal=terminal.path)
    assert terminal.received() == b"\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\"


def test_gnu_screen_gets_it_in_pieces(desk: Desk, terminal: Terminal) -> None:
    copy("long " * 200, environment=desk.environment | {"STY": "1.pts"}, terminal=terminal.path)
    pieces = terminal.received().split(b"\x1b\\")[:-1]
    assert len(pieces) > 1
    assert all(piece.startswith(b"\x1bP") and len(piece) <= 252 for piece in pieces)
    sequence = b"".join(piece[2:] for piece in pieces)
    assert base64.b64decode(sequence.removeprefix(b"\x1b]52;c;").removesuffix(b"\x07")).decode() == "long " * 200


def test_the_next_way_is_tried_when_one_fails(desk: Desk, no_terminal: Path) -> None:
    desk.install("wl-copy", exit_code=1)
    desk.install("xclip")
    both = desk.environment | {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}
    assert copy("x", environment=both, terminal=no_terminal) == "xclip"


def test_without_any_way_the_error_says_what_to_do(desk: Desk, no_terminal: Path) -> None:
    with pytest.raises(OutputError) as refused:
        copy("x", environment=desk.environment, terminal=no_terminal)
    assert "There is no terminal." in refused.value.message
    assert "--to FILE" in refused.value.hint


def test_a_text_too_long_for_terminals_is_refused(desk: Desk, terminal: Terminal) -> None:
    with pytest.raises(OutputError, match="74,994 bytes"):
        copy("ü" * 40_000, environment=desk.environment, terminal=terminal.path)


def test_a_file_is_no_terminal(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError):
        copy("x", environment=desk.environment, terminal=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"


# --- targets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "place"),
    [("stdout", Place.STDOUT), ("-", Place.STDOUT), ("clipboard", Place.CLIPBOARD), ("chat", Place.CHAT)],
)
def test_places_by_name(to: str, place: Place) -> None:
    assert target(to) == Target(place)


def test_copy_is_short_for_the_clipboard() -> None:
    assert target(clipboard=True) == target("clipboard") == Target(Place.CLIPBOARD)
    with pytest.raises(NotUnderstoodError):
        target("notes.md", clipboard=True)
    with pytest.raises(NotUnderstoodError, match="for files"):
        target("clipboard", append=True)


def nobody(text: str) -> None:
    raise AssertionError(text)


def test_a_file_gets_the_text_and_then_more(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    deliver("One.\n\nTwo.", target(str(notes)), say=nobody)
    deliver("Three.", target(str(notes), append=True), say=nobody)
    assert notes.read_text() == "One.\n\nTwo.\nThree.\n"


def test_appending_begins_a_line_of_its_own(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("no line end")
    deliver("Three.", target(str(notes), append=True), say=nobody)
    assert notes.read_text() == "no line end\nThree.\n"


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    early = target(str(notes))
    notes.write_text("mine")
    with pytest.raises(OutputError, match="there already"):
        target(str(notes))
    shown: list[str] = []
    with pytest.raises(OutputError, match="there already"):
        deliver("Text.", early, say=nobody, show=shown.append)
    assert notes.read_text() == "mine"
    assert shown == ["Text."], "what could not be delivered is printed"


@pytest.mark.parametrize("to", ["{}", "{}/no/such/folder/notes.md"])
def test_what_cannot_be_written_is_refused_before_anything_is_heard(tmp_path: Path, to: str) -> None:
    with pytest.raises(OutputError):
        target(to.format(tmp_path))


def test_the_conversation_hears_it() -> None:
    said: list[str] = []
    deliver("I like rain.", target("chat"), say=said.append, show=nobody)
    assert said == ["I like rain."]
