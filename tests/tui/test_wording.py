"""The domain in words, and paths as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.color import Color

from tests.tui.script import HEARD, NOW, utterance, words
from tui.screens.dictate import candidates
from tui.themes import DARK, LIGHT, preferred
from tui.times import day_of, short_date_of
from tui.wording import (
    decision_line,
    edit_line,
    path_from,
    seconds_of,
    utterance_content,
    utterance_head,
    words_content,
)
from twin.domain import Decision, EditKind, Judgement, Rung, WordEdit
from twin.paths import Home


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (NOW, "Today"),
        (NOW - timedelta(hours=10), "Yesterday"),
        (NOW - timedelta(days=2), "Monday 2 March"),
        (datetime(2025, 12, 24, 12, tzinfo=UTC), "Wednesday 24 December 2025"),
    ],
)
def test_days_are_called_what_people_call_them(when: datetime, day: str) -> None:
    assert day_of(when, NOW) == day


def test_short_dates_name_the_year_when_it_is_another() -> None:
    assert short_date_of(NOW, NOW) == "4 Mar"
    assert short_date_of(NOW - timedelta(days=365), NOW) == "4 Mar 2025"


@pytest.mark.parametrize(("seconds", "text"), [(6.24, "6.2 s"), (59.9, "59.9 s"), (60, "1:00"), (185.4, "3:05")])
def test_durations(seconds: float, text: str) -> None:
    assert seconds_of(seconds) == text


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (
            WordEdit(EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",), 5, 7, Judgement.SOUND_ALIKE, 0.8),
            "“open rider” → “OpenRouter” · sound-alike",
        ),
        (
            WordEdit(EditKind.INSERT, (), ("not",), 3, 3, Judgement.REWORDING, 0.0),
            "“not” had been missed · rewording",
        ),
        (
            WordEdit(EditKind.DELETE, ("um",), (), 0, 1, Judgement.REWORDING, 0.0),
            "“um” was never said · rewording",
        ),
    ],
)
def test_edits(edit: WordEdit, line: str) -> None:
    assert edit_line(edit) == line


@pytest.mark.parametrize("rung", list(Rung))
def test_every_rung_has_words(rung: Rung) -> None:
    decision = Decision("d1", rung, "OpenRouter", ("heard twice",), ("s1",), NOW, missing="three more")
    assert decision_line(decision).endswith("OpenRouter. Heard twice. (three more)")


def test_unsure_words_are_marked_only_while_the_text_is_what_was_heard() -> None:
    marked = words_content(words("Please open rider", "open"))
    assert [marked.plain[span.start : span.end] for span in marked.spans] == ["open"]
    corrected = utterance(heard="a [bold] word")
    assert utterance_content(corrected).plain == "a [bold] word"
    from dataclasses import replace

    rewritten = replace(utterance(), corrected="Please [b]route[/b] it.")
    assert utterance_content(rewritten).plain == "Please [b]route[/b] it."
    assert not utterance_content(rewritten).spans
    assert utterance_head(rewritten) == "u4 · standup.flac · 6.2 s · corrected"
    assert utterance_content(utterance()).plain == HEARD


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("talk.wav", "/here/talk.wav"),
        ("/abs/talk.wav", "/abs/talk.wav"),
        ("~/talk.wav", "/home/me/talk.wav"),
        ("'my talk.wav' ", "/here/my talk.wav"),
        ('"my talk.wav"', "/here/my talk.wav"),
        ("my\\ talk.wav", "/here/my talk.wav"),
        ("my talk.wav", "/here/my talk.wav"),
        ("mum's talk.wav", "/here/mum's talk.wav"),
        ("'t is.wav", "/here/'t is.wav"),
        ("~nobody-of-this-name/talk.wav", "/here/~nobody-of-this-name/talk.wav"),
    ],
)
def test_paths_are_read_as_terminals_paste_them(typed: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert path_from(typed, Path("/here")) == Path(path)


def test_completion_offers_folders_and_recordings(tmp_path: Path) -> None:
    tmp_path = tmp_path / "recordings"
    tmp_path.mkdir()
    for name in ("b.wav", "A.FLAC", "notes.txt", ".hidden.wav", "m4a"):
        (tmp_path / name).touch()
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "one.ogg").touch()
    assert [candidate.completed for candidate in candidates("", tmp_path)] == ["talks/", "A.FLAC", "b.wav"]
    assert [candidate.completed for candidate in candidates("a", tmp_path)] == ["A.FLAC"]
    assert [candidate.completed for candidate in candidates(".h", tmp_path)] == [".hidden.wav"]
    assert [candidate.completed for candidate in candidates("talks/", tmp_path)] == ["talks/one.ogg"]
    assert [candidate.completed for candidate in candidates(f"{tmp_path}/b", Path("/"))] == [f"{tmp_path}/b.wav"]
    assert candidates("nowhere/", tmp_path) == ()
    assert candidates("~nobody-of-this-name/", tmp_path) == ()


def test_the_theme_of_the_settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert preferred(home) is DARK
    home.config.write_text('theme = "light"\n')
    assert preferred(home) is LIGHT
    monkeypatch.setenv("TWIN_THEME", "dark")
    assert preferred(home) is DARK
    monkeypatch.delenv("TWIN_THEME")
    home.config.write_text("theme = [not toml")
    assert preferred(home) is DARK


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_is_legible(theme: object) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1, https://www.w3.org/TR/WCAG22/#contrast-minimum."""
    colours = theme.to_color_system().generate()  # type: ignore[attr-defined]
    for background in ("background", "surface"):
        for name in ("foreground", "text-muted", "primary", "secondary", "accent", "warning", "error", "success"):
            assert _contrast(colours[name], colours[background]) >= 4.5, (name, background)
    assert _contrast(colours["block-cursor-foreground"], colours["block-cursor-background"]) >= 4.5
    assert _contrast(colours["text-muted"], colours["block-cursor-background"]) >= 3.0


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in Color.parse(colour).normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
