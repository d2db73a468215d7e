"""The configuration file with one setting changed, and everything else in it as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import SettingsError
from twin.paths import Home
from twin.settings import Settings, load_settings
from twin.settings_file import change_setting, change_settings, settings_in_words


def test_every_setting_is_put_into_words(home: Home) -> None:
    settings = {setting.name: setting for setting in settings_in_words(home)}
    assert set(settings) == set(Settings.model_fields) - {"home"}
    assert settings["preload"].choices == ("true", "false")
    assert settings["punctuation"].choices == ("as heard", "spoken only")
    assert settings["digits_from"].text == ""
    assert all(setting.description and not setting.changed for setting in settings.values())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("language", 'with "quotes" and \\', 'with "quotes" and \\'),
        ("pause_seconds", "1.5", 1.5),
        ("preload", "false", False),
        ("digits_from", "10", 10),
        ("approve_automatically", "rewrite, adapt", ("rewrite", "adapt")),
        ("general_recordings", "/some/where", Path("/some/where")),
    ],
)
def test_a_change_is_what_is_read_back(home: Home, name: str, text: str, value: object) -> None:
    change_setting(home, name, text)
    assert getattr(load_settings(home), name) == value
    assert home.config.stat().st_mode & 0o777 == 0o600
    change_setting(home, name, None)
    assert home.config.read_text() == ""


def test_the_rest_of_the_file_stays_as_it_is(home: Home) -> None:
    home.config.write_text('# mine\nlanguage = "de"  # German\n\nbeam_size = 3\n')
    change_setting(home, "beam_size", "4")
    change_setting(home, "threads", "2")
    assert home.config.read_text() == '# mine\nlanguage = "de"  # German\n\nbeam_size = 4\nthreads = 2\n'


def test_what_it_may_not_be_is_refused_and_changes_nothing(home: Home) -> None:
    home.config.write_text("beam_size = 3\n")
    for name, text in (("beam_size", "99"), ("beam_size", "many"), ("theme", "pink")):
        with pytest.raises(SettingsError, match=name):
            change_setting(home, name, text)
    assert home.config.read_text() == "beam_size = 3\n"


def test_an_empty_text_leaves_out_what_may_be_left_out(home: Home) -> None:
    change_setting(home, "digits_from", "10")
    change_setting(home, "digits_from", " ")
    assert load_settings(home).digits_from is None


def test_a_value_over_several_lines_is_not_torn(home: Home) -> None:
    text = 'approve_automatically = [\n  "rewrite",\n]\n'
    home.config.write_text(text)
    with pytest.raises(SettingsError):
        change_setting(home, "approve_automatically", "adapt")
    assert home.config.read_text() == text


def test_where_the_environment_has_its_say_it_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_THREADS", "3")
    settings = {setting.name: setting for setting in settings_in_words(home)}
    assert (settings["threads"].text, settings["threads"].from_environment) == ("3", "TWIN_THREADS")


def test_several_settings_are_changed_and_everything_else_stays(home: Home) -> None:
    home.config.write_text('# mine\nlanguage_model = "old.gguf"  # a note\nbeam_size = 3\n')
    change_settings(home, {"language_model": "http://127.0.0.1:1/v1", "server_model": 'a "b"'})
    assert home.config.read_text() == (
        '# mine\nlanguage_model = "http://127.0.0.1:1/v1"\nbeam_size = 3\nserver_model = "a \\"b\\""\n'
    )
    change_settings(home, {"language_model": None, "server_model": None})
    assert home.config.read_text() == "# mine\nbeam_size = 3\n"
    assert load_settings(home).language_model == "smollm2-135m-instruct"


def test_a_file_that_is_not_there_yet_is_made_private(home: Home) -> None:
    change_settings(home, {"server_model": "m"})
    assert load_settings(home).server_model == "m"
    assert home.config.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["language_model = 3 =", "unknown = 1\n", 'language_model = """\nold\n"""\n'])
def test_a_file_that_cannot_be_changed_stays_as_it_was(home: Home, content: str) -> None:
    home.config.write_text(content)
    with pytest.raises(SettingsError, match="hand"):
        change_settings(home, {"language_model": "m"})
    assert home.config.read_text() == content


def test_the_environment_wins_and_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_LANGUAGE_MODEL", "x")
    with pytest.raises(SettingsError, match="TWIN_LANGUAGE_MODEL in the environment"):
        change_settings(home, {"language_model": "m"})
