"""The UI on a real (pseudo-)terminal: what a pilot does not go through is the driver, its bytes and its signals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twin.benchmarks.terminal import PAGE_UP, Canvas, Terminal
from twin.paths import Home

SCRIPTED = """
from tests.fakes import FakeClient
from tests.tui.script import with_a_past
from tui.app import TwinApp
from twin.paths import Home

client = FakeClient()
with_a_past(client)
TwinApp(client, Home.locate()).run()
"""

Open = Callable[..., Terminal]


@pytest.fixture
def open_terminal(home: Home) -> Iterator[Open]:
    """Open the UI over a scripted client, and wait for what was said before."""
    opened: list[Terminal] = []

    def open_one(columns: int = 120, rows: int = 40, **environment: str) -> Terminal:
        terminal = Terminal(home, ("-c", SCRIPTED), columns=columns, rows=rows, environment=environment)
        opened.append(terminal)
        terminal.until(lambda screen: "standup.flac" in screen and "● memory" in screen)
        return terminal

    yield open_one
    for terminal in opened:
        terminal.close()


def colours(written: bytes) -> set[tuple[int, ...]]:
    """Every colour that was set, as red, green and blue; one of the sixteen by its number alone."""
    found: set[tuple[int, ...]] = set()
    for sequence in re.findall(rb"\x1b\[([\d;]*)m", written):
        numbers = [int(number or 0) for number in sequence.split(b";")]
        for at, number in enumerate(numbers):
            if number in (38, 48) and numbers[at + 1 : at + 2] == [2]:
                found.add(tuple(numbers[at + 2 : at + 5]))
        if len(numbers) == 1 and (30 <= numbers[0] <= 37 or 40 <= numbers[0] <= 47 or 90 <= numbers[0] <= 107):
            found.add((numbers[0],))
    return found


def test_no_colour_where_none_is_wished_for(open_terminal: Open) -> None:
    plain, coloured = open_terminal(NO_COLOR="1"), open_terminal()
    for terminal in (plain, coloured):
        terminal.press("/re")
        terminal.until(lambda screen: "/remember" in screen)
    assert any(len(set(colour)) > 1 for colour in colours(bytes(coloured.written)))
    assert all(len(set(colour)) == 1 for colour in colours(bytes(plain.written)) if len(colour) == 3)
    assert not [colour for colour in colours(bytes(plain.written)) if len(colour) == 1]
    assert plain.canvas.lines[-1] == coloured.canvas.lines[-1]  # nothing is missing for it


def test_it_follows_the_window(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.press("half a sentence")
    terminal.until(lambda screen: "half a sentence" in screen)
    for columns, rows in ((80, 24), (40, 10), (250, 60), (120, 40)):
        terminal.resize(columns, rows)
        terminal.until(lambda screen: "half a sentence" in screen and "Palette" in screen.splitlines()[-1])
        terminal.settle(0.3)
        lines = terminal.canvas.lines
        assert "Palette" in lines[rows - 1]
        assert any("standup.flac" in line or "route the request" in line for line in lines)
        assert ("Knows" in "\n".join(lines[:5])) == (columns >= 100)
        assert all(len(line) <= columns for line in lines)
        frame = next(line for line in lines if "╭" in line)
        assert frame.rindex("╮") < columns
    terminal.press(" and more")
    terminal.until(lambda screen: "half a sentence and more" in screen)


def test_keys_work_in_the_order_in_which_they_were_pressed(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.press("wrong\x15twim\x7fn is\x1b[D\x1b[D\x1b[D\x1b[3~_")  # clear, backspace, thrice left, delete
    terminal.until(lambda screen: "│ twin_is" in screen or "is" in screen.partition("╭")[2])
    terminal.settle(0.5)
    assert "│ twin_is " in terminal.canvas.text, terminal.canvas.text


def test_nothing_moves_by_itself_where_no_motion_is_wished_for(open_terminal: Open) -> None:
    terminal = open_terminal(TEXTUAL_ANIMATIONS="none")
    terminal.press(PAGE_UP)
    terminal.press("x")
    terminal.until(lambda screen: "│ x" in screen)
    terminal.settle(1.0)
    terminal.written.clear()
    terminal.settle(1.5)  # a cursor would blink three times
    assert not terminal.written


def test_it_leaves_the_terminal_as_it_found_it(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.press("\x11")  # Ctrl+Q
    assert terminal.until_left() == 0
    for mode in (b"?1049", b"?1000", b"?1003", b"?1006", b"?2004", b"?1004"):
        assert terminal.written.rfind(mode + b"l") > terminal.written.rfind(mode + b"h")
    assert terminal.written.rfind(b"?25h") > terminal.written.rfind(b"?25l")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_the_plain_mode_writes_letters_alone(tmp_path: Path, variables: dict[str, str]) -> None:
    terminal = Terminal(Home(tmp_path / "home"), ("-m", "twin", "--plain"), environment=variables)
    terminal.press("/help\n/nonsense\n/quit\n")
    try:
        assert terminal.until_left() == 0
        assert b"/knows [WORDS]" in terminal.written
        assert b"There is no command /nonsense." in terminal.written
        assert b"\x1b" not in terminal.written
    finally:
        terminal.close()


# --- the canvas that the bench and these tests look at --------------------------------------------------------


def test_a_canvas_shows_what_a_terminal_would() -> None:
    canvas = Canvas(12, 3)
    canvas.feed("\x1b[2J\x1b[1;3Habc\x1b[31mdef\x1b[0m\r\nüber\x1b[3;1H日本x".encode())
    assert canvas.lines == ["  abcdef", "über", "日本x"]
    canvas.feed(b"\x1b[1;1Hlonger than twelve\x1b[2;3H\x1b[K")
    assert canvas.lines[:2] == ["longer than", "üb"]
    canvas.feed(b"\x1b]0;a title\x07\x1b[?2026h\x1bP+q\x1b\\\x1b[2;1Hnew\x1b[?2026l")
    assert canvas.lines[1] == "new"


def test_a_canvas_takes_letters_and_sequences_in_pieces() -> None:
    written = "\x1b[2;2Hé\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b[38;2;1;2;3m日\x1b[0m".encode()
    whole = Canvas(20, 3)
    whole.feed(written)
    pieces = Canvas(20, 3)
    for at in range(len(written)):
        pieces.feed(written[at : at + 1])
    assert pieces.text == whole.text == "\n élink 日\n"
