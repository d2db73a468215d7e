"""Playing a recording with what the machine has."""

from __future__ import annotations

from pathlib import Path
from time import sleep

import pytest

from tui.playing import Player
from twin.errors import TwinError


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "a recording.flac"
    path.write_bytes(b"fLaC")
    return path


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the player of this machine was told to play; it plays until it is stopped."""
    programs, told = tmp_path / "bin", tmp_path / "told"
    programs.mkdir()
    player = programs / "paplay"
    player.write_text(f'#!/bin/sh\necho "$1" > "{told}"\nexec /bin/sleep 60\n')
    player.chmod(0o700)
    monkeypatch.setenv("PATH", str(programs))
    return told


def test_it_plays_until_it_is_stopped(recording: Path, told: Path) -> None:
    player = Player()
    player.play(recording)
    for _ in range(500):
        if told.exists() and told.read_text():
            break
        sleep(0.01)
    assert told.read_text().strip() == str(recording)
    assert player.playing
    player.stop()
    assert not player.playing


def test_without_a_player_it_says_what_to_install(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TwinError, match="play sound") as raised:
        Player().play(recording)
    assert "ffplay" in raised.value.hint


def test_a_recording_that_is_gone_is_not_played(tmp_path: Path, told: Path) -> None:
    with pytest.raises(TwinError, match="gone"):
        Player().play(tmp_path / "gone.flac")
