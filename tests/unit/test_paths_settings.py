"""The home folder, files that survive a crash, and settings that explain themselves."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from twin.errors import HomeError, SettingsError
from twin.paths import Home, atomic_write
from twin.settings import load_settings


def test_home_is_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "new").create()
    for folder in (home.root, home.audio, home.run, home.logs, home.cache, home.chroma):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_open_home_is_closed(home: Home) -> None:
    home.root.chmod(0o755)
    home.create()
    assert home.root.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir(mode=0o755)
    (folder / "letter.txt").write_text("")
    with pytest.raises(HomeError, match="other things"):
        Home(folder).create()
    assert folder.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("there", ["config.toml", "ledger.sqlite3", "audio"])
def test_a_home_that_is_only_begun_or_restored_in_part_is_still_a_home(tmp_path: Path, there: str) -> None:
    root = tmp_path / "begun"
    root.mkdir()
    (root / there).mkdir() if there == "audio" else (root / there).write_bytes(b"")
    assert Home(root).create().run.is_dir()


def test_explicit_home_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_HOME", str(tmp_path / "environment"))
    assert Home.locate(tmp_path / "given").root == tmp_path / "given"
    assert Home.locate().root == tmp_path / "environment"
    monkeypatch.delenv("TWIN_HOME")
    assert Home.locate().root.name == "twin"


def test_a_home_that_is_a_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="--home"):
        Home(tmp_path / "file").create()


def test_the_socket_fits_however_long_the_home(tmp_path: Path) -> None:
    short, long = Home(Path("/h")), Home(tmp_path / ("x" * 120))
    assert short.socket.parent == short.run
    assert len(os.fsencode(long.socket)) <= 100
    assert Home(tmp_path / ("y" * 120)).socket != long.socket


def test_atomic_write_replaces_whole_files_only(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = folder / "file"
    target.write_bytes(b"old")

    def fail_in_the_middle() -> None:
        with atomic_write(target) as file:
            file.write(b"half of the new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert target.read_bytes() == b"old"
    assert list(folder.iterdir()) == [target]

    with atomic_write(target) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    def write_to_a_full_disk() -> None:
        with atomic_write(folder / "file"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(HomeError, match="No space left") as caught:
        write_to_a_full_disk()
    assert "Free some space" in caught.value.hint
    assert list(folder.iterdir()) == []


def test_settings_come_from_the_environment_over_the_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text('beam_size = 2\nlanguage = "de"\n')
    monkeypatch.setenv("TWIN_BEAM_SIZE", "3")
    settings = load_settings(home)
    assert (settings.beam_size, settings.language, settings.theme) == (3, "de", "dark")
    assert settings.home_folder == home


@pytest.mark.parametrize(
    ("text", "told"),
    [("beam_size = 99", "beam_size"), ("no_such_setting = 1", "no_such_setting"), ("not toml", "not valid TOML")],
)
def test_a_wrong_setting_is_named(home: Home, text: str, told: str) -> None:
    home.config.write_text(text)
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings(home)
    assert str(home.config) in str(caught.value)
