"""Settings, made from the settings class; and the doctor."""

from __future__ import annotations

from threading import Event

import pytest

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.learning_script import DIAGNOSIS, with_learning
from tui.themes import LIGHT
from twin.events import Progress
from twin.paths import Home
from twin.requests import Diagnosis, Doctor, Learn
from twin.settings import Settings, load_settings


async def test_every_setting_is_there_with_what_it_does(open_twin: OpenTwin) -> None:
    async with open_twin(130, 60) as twin:
        await twin.press("f6")
        await twin.sees(*(name for name in Settings.model_fields if name != "home"))
        await twin.sees("recogniser = whisper-base", "Speech weights: a name from", "all as they came")


async def test_a_number_is_changed_refused_and_put_back(open_twin: OpenTwin, home: Home) -> None:
    home.config.write_text('# mine\nlanguage = "de"  # German\n')
    async with open_twin(130, 60) as twin:
        await twin.press("f6", "down", "down")
        await twin.sees("beam_size = 5", "1 changed")
        await twin.press("e")
        await twin.sees("Beams that the recogniser searches.")
        await twin.press("backspace", *"99", "enter")
        await twin.sees("beam_size cannot be “99”", "less than or equal to 16")
        await twin.press("enter", "backspace", "8", "enter")
        await twin.sees("beam_size = 8", "2 changed")
        assert "cannot be" not in twin.screen
        assert home.config.read_text() == '# mine\nlanguage = "de"  # German\nbeam_size = 8\n'
        await twin.press("d")
        await twin.sees("beam_size = 5", "1 changed")
    assert load_settings(home).language == "de"


async def test_a_choice_is_chosen_and_the_theme_is_put_on(open_twin: OpenTwin, home: Home) -> None:
    async with open_twin(130, 60) as twin:
        await twin.press("f6")
        await twin.sees("recogniser = whisper-base")
        await twin.press("end")
        await twin.sees("theme = dark", "One of: dark, light")
        await twin.press("enter", "down", "enter")
        await twin.until(lambda: twin.app.theme == LIGHT.name)
    assert load_settings(home).theme == "light"


async def test_a_training_is_not_interrupted_by_a_change(client: FakeClient, open_twin: OpenTwin, home: Home) -> None:
    with_learning(client)
    client.script(Learn, Event())
    async with open_twin(130, 60) as twin:
        twin.app.news.train()
        await twin.sees("F4 training")
        await twin.press("f6")
        await twin.sees("recogniser = whisper-base")
        await twin.press("end")
        await twin.sees("theme = dark")
        await twin.press("e", "down", "enter")
        await twin.until(lambda: "A training is under way." in twin.toasts)
    assert not home.config.exists()


async def test_what_the_environment_sets_is_left_to_it(
    open_twin: OpenTwin, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_BEAM_SIZE", "3")
    async with open_twin(130, 60) as twin:
        await twin.press("f6", "down", "down")
        await twin.sees("beam_size = 3", "Set by TWIN_BEAM_SIZE in the environment")
        assert "e Change" not in twin.screen
        await twin.press("enter")
        await twin.settle()
        assert len(twin.app.screen_stack) == 2


async def test_a_file_that_is_wrong_says_where(open_twin: OpenTwin, home: Home) -> None:
    home.config.write_text("beam_size = oops\n")
    async with open_twin(130, 60) as twin:
        await twin.press("f6")
        await twin.sees("is not valid TOML", "Correct the file or move it away.")


# --- the doctor -------------------------------------------------------------------------------------------------


async def test_what_is_wrong_comes_first_with_its_way_out(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(80, 24) as twin:
        await twin.press("f7")
        await twin.sees("✓ home folder", "✗ disk", "! microphone", "2 to look at", "Free some space: recordings and")
        await twin.press("down")
        await twin.sees("Plug one in, or allow access to it.", "The twin works without it.")


async def test_it_looks_again_and_rebuilds_the_index(client: FakeClient, open_twin: OpenTwin) -> None:
    with_learning(client)
    async with open_twin(80, 24) as twin:
        await twin.press("f7")
        await twin.sees("✗ disk")
        gate = Event()
        client.script(Doctor, Progress("doctor", "Checking disk …"), gate, Diagnosis(DIAGNOSIS.checks[:1]))
        await twin.press("r")
        await twin.sees("Checking disk …")
        assert "r Again" not in twin.lines[-1]
        gate.set()
        await twin.sees("all is well", "/home/me/.local/share/twin")
        await twin.press("i")
        await twin.until(lambda: "The index is made anew." in twin.toasts)
    assert client.requests(Doctor)[-1] == Doctor(rebuild_index=True)
