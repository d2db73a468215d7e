"""The one registry of what a person can do: key bindings, footer, palette, slash commands and help all come from it.

An action is a method ``action_NAME(argument="")`` of whoever owns it; a key, the palette and a slash command all end
up in that one method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from textual.binding import Binding, BindingType


class Place(Enum):
    """Where a key works; the value is the heading in the help, then what prefixes the action's name."""

    APP = ("Everywhere", "app.")
    TALK = ("While talking", "screen.")
    WRITING = ("While writing", "")
    PROMPT = ("In the prompt", "")
    LISTENING = ("While listening", "screen.")
    UTTERANCE = ("On a dictation", "screen.")
    CORRECTING = ("While correcting", "")
    KNOWS = ("In what the twin knows", "screen.")
    DIALOG = ("In a dialog", "screen.")
    CHOOSING = ("Choosing a recording", "screen.")

    @property
    def heading(self) -> str:
        return self.value[0]

    @property
    def owner(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do.

    ``label`` is for the footer, ``title`` for palette and help, ``help`` says in one sentence what it does.
    ``keys`` gives Textual's names of keys, separated by commas, for each place where they work. ``slash`` is the
    command's name without its stroke; ``argument`` what it takes, in brackets where it may be left out.
    """

    name: str
    label: str
    title: str
    help: str
    keys: Mapping[Place, str] = field(default_factory=dict)
    footer: bool = False
    palette: Place | None = None
    """The place whose screen offers it in the palette."""
    slash: str = ""
    argument: str = ""
    priority: bool = False
    """The key comes before whatever the focused widget would do with it."""

    @property
    def needs_argument(self) -> bool:
        return bool(self.argument) and not self.argument.startswith("[")

    @property
    def usage(self) -> str:
        return f"/{self.slash} {self.argument}".rstrip()


ACTIONS: tuple[Action, ...] = (
    Action(
        "end", "Done", "Say that this was all", "End the listening; what you said is written down.",
        {Place.LISTENING: "enter"}, footer=True,
    ),
    Action(
        "talk", "Talk", "Push to talk",
        "Press to begin, press again (or Enter) when you have said it: a terminal cannot tell that a key is let go.",
        {Place.TALK: "ctrl+l"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "hands_free", "Hands-free", "Listen hands-free",
        "Every pause ends an utterance; press again when you have said all.",
        {Place.TALK: "ctrl+g"}, palette=Place.TALK,
    ),
    Action(
        "dictate", "Dictate", "Dictate a recording",
        "Choose a sound file; the twin writes down what it hears.",
        {Place.TALK: "ctrl+o"}, footer=True, palette=Place.TALK, slash="dictate", argument="[PATH]",
    ),
    Action(
        "correct", "Correct", "Correct a dictation",
        "Say what you really said, in the one at hand or the latest.",
        {Place.TALK: "ctrl+r", Place.UTTERANCE: "c,enter"}, footer=True, palette=Place.TALK,
        slash="correct", argument="[ID]",
    ),
    Action(
        "take_back", "Undo rule", "Take back what a rule rewrote",
        "What was heard stands again; a rule that you take back twice is suspended.",
        {Place.UTTERANCE: "u"}, footer=True, palette=Place.TALK, slash="undo", argument="[ID]",
    ),
    Action(
        "undo_editing", "As heard", "Undo spoken editing",
        "Have a dictation stand as it was heard, with “scratch that”, “comma” and the like written out.",
        {Place.UTTERANCE: "e"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "again", "Again", "Recognise a recording again",
        "With the model and the words of today; also one that was cut short and is not recognised yet.",
        {Place.UTTERANCE: "a"}, footer=True, palette=Place.TALK, slash="again", argument="[ID]",
    ),
    Action(
        "copy", "Copy", "Copy a dictation", "Put its text on the clipboard, through the terminal (OSC 52).",
        {Place.UTTERANCE: "y"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "use", "Use", "Use a dictation", "Put its text where you write, at the cursor.",
        {Place.UTTERANCE: "p"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "clipboard", "Clipboard", "Dictate to the clipboard, or to where you write",
        "Switch where what you say goes, until you leave.",
        palette=Place.TALK, slash="clipboard",
    ),
    Action(
        "microphone", "Microphone", "Choose the microphone",
        "From a list, or by a part of its name; until you leave.",
        palette=Place.TALK, slash="microphone", argument="[NAME]",
    ),
    Action(
        "next_doubt", "Next doubt", "Next doubtful word", "Select the word that is the next least certain.",
        {Place.CORRECTING: "tab"},
    ),
    Action(
        "previous_doubt", "Previous doubt", "Previous doubtful word", "Select the one before.",
        {Place.CORRECTING: "shift+tab"},
    ),
    Action(
        "pick", "Pick", "Pick an alternative",
        "While a doubtful word is selected: put the alternative of that number in its place.",
        {Place.CORRECTING: "1,2,3,4,5,6,7,8,9"},
    ),
    Action(
        "remember", "Remember", "Remember something",
        "Tell the twin something that it should keep.",
        palette=Place.TALK, slash="remember", argument="TEXT",
    ),
    Action(
        "ask", "Ask", "Ask what the twin knows",
        "Ask about yourself; the question is not remembered.",
        palette=Place.TALK, slash="ask", argument="QUESTION",
    ),
    Action(
        "know", "Know", "List what the twin knows",
        "All of it, or what is about one thing, as a list here.",
        palette=Place.TALK, slash="know", argument="[ABOUT]",
    ),
    Action(
        "forget", "Forget", "Forget something",
        "See what would go, then let it go for good.",
        {Place.KNOWS: "f,delete", Place.UTTERANCE: "f,delete"}, footer=True, palette=Place.TALK,
        slash="forget", argument="ID",
    ),
    Action(
        "toggle_knows", "Knows", "Show or hide what the twin knows",
        "Open or close the pane on the right.",
        {Place.TALK: "ctrl+t"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "stop", "Stop", "Stop",
        "Stop the reply or the dictation under way; what the microphone recorded is kept.",
        {Place.APP: "escape"}, footer=True,
    ),
    Action(
        "look_back", "Back", "Look back", "Scroll the conversation up by a page.",
        {Place.TALK: "pageup", Place.PROMPT: "pageup"},
    ),
    Action(
        "look_ahead", "Ahead", "Look ahead", "Scroll the conversation down by a page.",
        {Place.TALK: "pagedown", Place.PROMPT: "pagedown"},
    ),
    Action("send", "Send", "Send", "Say what you have written.", {Place.WRITING: "enter"}),
    Action(
        "newline", "New line", "New line", "Begin a new line without sending.",
        {Place.WRITING: "ctrl+j,shift+enter,alt+enter"},
    ),
    Action("earlier", "Earlier", "Earlier words", "On the first line: what you said before.", {Place.PROMPT: "up"}),
    Action("later", "Later", "Later words", "On the last line: what you said after that.", {Place.PROMPT: "down"}),
    Action(
        "complete", "Complete", "Complete a command or path", "Fill in the suggestion that is marked.",
        {Place.PROMPT: "tab", Place.CHOOSING: "tab"},
    ),
    Action("choose_previous", "Previous", "Previous choice", "Mark the choice above.", {Place.DIALOG: "up,left"}),
    Action("choose_next", "Next", "Next choice", "Mark the choice below.", {Place.DIALOG: "down,right"}),
    Action("dismiss", "Close", "Close", "Leave the dialog; nothing changes.", {Place.DIALOG: "escape"}),
    Action(
        "theme", "Theme", "Switch between dark and light", "Change the colours until you leave.",
        palette=Place.APP,
    ),
    Action(
        "help", "Help", "Help", "Every key and command on one page.",
        {Place.APP: "f1"}, footer=True, palette=Place.APP, slash="help",
    ),
    Action(
        "command_palette", "Palette", "Palette", "Find any action by its name.", {Place.APP: "ctrl+p"},
    ),
    Action(
        "quit", "Quit", "Quit", "Leave; the twin stays warm for a while.",
        {Place.APP: "ctrl+q"}, footer=True, palette=Place.APP, slash="quit", priority=True,
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}
BY_SLASH: Mapping[str, Action] = {action.slash: action for action in ACTIONS if action.slash}


def bindings(place: Place) -> list[BindingType]:
    """The key bindings of a place, for a widget's, screen's or app's ``BINDINGS``."""
    return [
        Binding(
            action.keys[place],
            f"{place.owner}{action.name}",
            action.label,
            show=action.footer,
            tooltip=action.help,
            priority=action.priority,
        )
        for action in ACTIONS
        if place in action.keys
    ]


def action_of(place: Place, key: str) -> Action | None:
    """What ``key`` does in ``place``."""
    return next((action for action in ACTIONS if key in action.keys.get(place, "").split(",")), None)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command as it was typed."""

    action: Action
    argument: str


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A stroke and a word that is no command; ``suggestions`` are the commands it resembles, best first."""

    name: str
    suggestions: tuple[str, ...]


def parse_slash(text: str) -> SlashCommand | UnknownCommand | None:
    """Read a slash command; ``None`` for ordinary text, which includes a path such as ``/usr/bin``."""
    if not text.startswith("/"):
        return None
    name, _, argument = text[1:].partition(" ")
    if "/" in name or "\n" in name:
        return None
    name = name.strip().lower()
    if name in BY_SLASH:
        return SlashCommand(BY_SLASH[name], argument.strip())
    from difflib import get_close_matches

    near = [slash for slash in BY_SLASH if name and slash.startswith(name)]
    near += [slash for slash in get_close_matches(name, BY_SLASH, n=3, cutoff=0.6) if slash not in near]
    return UnknownCommand(name, tuple(near))


def slash_matches(text: str) -> tuple[Action, ...]:
    """The commands that ``text``, as far as it is typed, may become."""
    if not text.startswith("/") or " " in text or "\n" in text:
        return ()
    return tuple(action for slash, action in BY_SLASH.items() if slash.startswith(text[1:].lower()))
