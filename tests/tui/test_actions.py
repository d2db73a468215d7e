"""One registry: what is bound, offered, shown and documented is what is in it."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from tests.fakes import FakeClient
from tests.tui.conftest import OpenTwin
from tests.tui.script import with_a_past
from tui.actions import (
    ACTIONS,
    BY_NAME,
    BY_SLASH,
    Place,
    SlashCommand,
    UnknownCommand,
    bindings,
    parse_slash,
    slash_matches,
)
from tui.app import TwinApp
from tui.screens.browse import BrowseScreen
from tui.screens.dialog import Dialog
from tui.screens.dictate import DictateScreen
from tui.screens.doctor import DoctorScreen
from tui.screens.help import HelpScreen, help_tables
from tui.screens.knows import KnowsScreen
from tui.screens.learning import LearningScreen
from tui.screens.proposals import ProposalsScreen
from tui.screens.settings import SettingsScreen
from tui.screens.talk import TalkScreen
from tui.screens.versions import VersionsScreen
from tui.screens.welcome import WelcomeScreen
from tui.widgets.correcting import Correcting
from tui.widgets.knows import KnownItems
from tui.widgets.listening import Listening
from tui.widgets.prompt import Prompt
from tui.widgets.reply import TwinSaid
from tui.widgets.utterance import Dictated
from tui.widgets.writing import Writing

OWNERS: dict[Place, tuple[type, type]] = {
    Place.APP: (TwinApp, TwinApp),
    Place.TALK: (TalkScreen, TalkScreen),
    Place.WRITING: (Writing, Writing),
    Place.PROMPT: (Prompt, Prompt),
    Place.LISTENING: (Listening, TalkScreen),
    Place.UTTERANCE: (Dictated, TalkScreen),
    Place.CORRECTING: (Correcting, Correcting),
    Place.KNOWS: (KnownItems, TalkScreen),
    Place.DIALOG: (Dialog, DictateScreen),
    Place.CHOOSING: (DictateScreen, DictateScreen),
    Place.WELCOME: (WelcomeScreen, WelcomeScreen),
    Place.REPLY: (TwinSaid, TalkScreen),
    Place.BROWSING: (BrowseScreen, BrowseScreen),
    Place.KNOWN: (KnowsScreen, KnowsScreen),
    Place.PROPOSALS: (ProposalsScreen, ProposalsScreen),
    Place.LEARNING: (LearningScreen, LearningScreen),
    Place.VERSIONS: (VersionsScreen, VersionsScreen),
    Place.SETTINGS: (SettingsScreen, SettingsScreen),
    Place.DOCTOR: (DoctorScreen, DoctorScreen),
}
"""Where a place's keys are bound, and whose method they run."""

TOGETHER = (
    (Place.APP, Place.TALK, Place.WRITING, Place.PROMPT),
    (Place.APP, Place.TALK, Place.LISTENING),
    (Place.APP, Place.TALK, Place.UTTERANCE),
    (Place.WRITING, Place.CORRECTING, Place.DIALOG),
    (Place.APP, Place.TALK, Place.KNOWS),
    (Place.APP, Place.TALK, Place.REPLY),
    (Place.BROWSING, Place.KNOWN),
    (Place.BROWSING, Place.PROPOSALS),
    (Place.BROWSING, Place.LEARNING),
    (Place.BROWSING, Place.VERSIONS),
    (Place.BROWSING, Place.SETTINGS),
    (Place.BROWSING, Place.DOCTOR),
)
"""Places that are active at once, where a key of one would hide that of another. On the screens beside the conversation
Escape goes back, and hides that elsewhere it stops what is under way."""


@pytest.mark.parametrize("place", list(Place))
def test_every_key_runs_a_method_that_exists(place: Place) -> None:
    _, owner = OWNERS[place]
    for action in ACTIONS:
        if place in action.keys:
            assert hasattr(owner, f"action_{action.name}"), action.name


@pytest.mark.parametrize("place", list(Place))
def test_each_place_binds_exactly_what_the_registry_says(place: Place) -> None:
    where, _ = OWNERS[place]
    own = where.__dict__["BINDINGS"]
    assert own == bindings(place)
    assert {binding.action for binding in own if isinstance(binding, Binding)} == {
        f"{place.owner}{action.name}" for action in ACTIONS if place in action.keys
    }


@pytest.mark.parametrize("places", TOGETHER)
def test_no_key_means_two_things_at_once(places: tuple[Place, ...]) -> None:
    meanings: dict[str, set[str]] = {}
    for action in ACTIONS:
        for place in places:
            for key in filter(None, action.keys.get(place, "").split(",")):
                meanings.setdefault(key, set()).add(action.name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


def test_every_action_can_be_reached_and_is_explained() -> None:
    for action in ACTIONS:
        assert action.keys or action.palette or action.slash, action.name
        assert action.help.endswith("."), action.name
    assert len(BY_NAME) == len(ACTIONS)


def test_every_command_has_somebody_to_run_it() -> None:
    for action in BY_SLASH.values():
        assert action.palette is not None
        assert hasattr(OWNERS[action.palette][1], f"action_{action.name}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", None),
        ("/usr/bin is a folder", None),
        ("/ask what coffee?", SlashCommand(BY_NAME["ask"], "what coffee?")),
        ("/ASK  what? ", SlashCommand(BY_NAME["ask"], "what?")),
        ("/know", SlashCommand(BY_NAME["know"], "")),
        ("/remember one\ntwo", SlashCommand(BY_NAME["remember"], "one\ntwo")),
        ("/rember x", UnknownCommand("rember", ("remember",))),
        ("/dic x", UnknownCommand("dic", ("dictate",))),
        ("/", UnknownCommand("", ())),
        ("/xyzzy", UnknownCommand("xyzzy", ())),
    ],
)
def test_slash_commands_are_read(text: str, expected: object) -> None:
    assert parse_slash(text) == expected


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("/", tuple(BY_SLASH)),
        ("/re", ("remember",)),
        ("/F", ("forget",)),
        ("/forget m1", ()),
        ("forget", ()),
        ("", ()),
    ],
)
def test_commands_are_suggested_until_their_argument_begins(typed: str, matches: tuple[str, ...]) -> None:
    assert tuple(action.slash for action in slash_matches(typed)) == matches


async def test_the_footer_shows_the_registrys_keys_for_where_the_focus_is(
    client: FakeClient, open_twin: OpenTwin
) -> None:
    with_a_past(client)
    async with open_twin(80, 24) as twin:
        assert " ".join(twin.lines[-1].split()) == "^l Talk ^o Dictate ^r Correct ^t Knows ^q Quit f1 Help ^p Palette"
        await twin.press("shift+tab")
        await twin.sees("c Correct a Again y Copy p Use f Forget ^l Talk")


async def test_a_click_in_the_footer_is_a_key_press(open_twin: OpenTwin) -> None:
    async with open_twin(80, 24) as twin:
        await twin.sees("Dictate", "Palette")  # the footer is there, and stays as it is
        await twin.pilot.pause()
        await twin.pilot.click("Keys", offset=(twin.lines[-1].index("Dictate"), 0))
        await twin.until(lambda: isinstance(twin.app.screen, DictateScreen))


async def test_the_palette_offers_the_registrys_actions(open_twin: OpenTwin) -> None:
    async with open_twin(120, 100) as twin:
        await twin.press("ctrl+p")
        offered = (Place.APP, Place.TALK)
        await twin.sees(*(action.title for action in ACTIONS if action.palette in offered))
        assert not any(action.title in twin.screen for action in ACTIONS if action.palette is Place.VERSIONS)
        assert "/dictate [PATH]" in twin.screen
        await twin.press(*"switch")
        await twin.until(lambda: "Remember something" not in twin.screen)
        theme = twin.app.theme
        await twin.press("enter")
        await twin.until(lambda: twin.app.theme != theme)


async def test_the_palette_begins_a_command_that_needs_words(open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.press("ctrl+p", *"remember", "enter")
        await twin.until(lambda: twin.prompt.text == "/remember ")
        assert twin.prompt.has_focus


async def test_the_help_has_every_key_and_command(open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.says("/help")
        await twin.sees("Commands, typed where you write", "/dictate [PATH]")
        tables = help_tables(twin.app.key_display)
        shown = {row for _, rows in tables for row in rows}
        for action in ACTIONS:
            assert any(title == action.title and text == action.help for _, title, text in shown), action.name
        await twin.press("end")
        await twin.sees("Only in the palette")
        await twin.press("escape")
        await twin.until(lambda: not isinstance(twin.app.screen, HelpScreen))


async def test_quitting_by_command(open_twin: OpenTwin) -> None:
    async with open_twin() as twin:
        await twin.says("/quit")
        await twin.until(lambda: not twin.app.is_running)
