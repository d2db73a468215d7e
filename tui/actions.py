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
    WELCOME = ("In the welcome", "screen.")
    REPLY = ("On a reply of the twin", "screen.")
    BROWSING = ("On every screen with a list", "screen.")
    KNOWN = ("Knows (F2)", "screen.")
    PROPOSALS = ("Proposals (F3)", "screen.")
    LEARNING = ("Learning (F4)", "screen.")
    VERSIONS = ("Versions (F5)", "screen.")
    SETTINGS = ("Settings (F6)", "screen.")
    DOCTOR = ("Doctor (F7)", "screen.")

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
        {Place.KNOWS: "f,delete", Place.UTTERANCE: "f,delete", Place.KNOWN: "f,delete"}, footer=True,
        palette=Place.TALK, slash="forget", argument="ID",
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
        "show_knows", "Knows", "Open what the twin knows",
        "Browse, search and mend all of it, with where it comes from.",
        {Place.APP: "f2"}, palette=Place.APP, slash="knows", priority=True,
    ),
    Action(
        "show_proposals", "Proposals", "Open the proposals",
        "What the twin wishes to learn, with its evidence, and your word on it.",
        {Place.APP: "f3"}, palette=Place.APP, slash="proposals", priority=True,
    ),
    Action(
        "show_learning", "Learning", "Open the learning",
        "The training under way, what came of others, and why not yet.",
        {Place.APP: "f4"}, palette=Place.APP, slash="learning", priority=True,
    ),
    Action(
        "show_versions", "Versions", "Open the versions",
        "What was learned by training: use, compare, go back, delete.",
        {Place.APP: "f5"}, palette=Place.APP, slash="versions", priority=True,
    ),
    Action(
        "show_settings", "Settings", "Open the settings", "Every setting, what it does, and its value.",
        {Place.APP: "f6"}, palette=Place.APP, slash="settings", priority=True,
    ),
    Action(
        "show_doctor", "Doctor", "Open the doctor", "Have everything looked at; what is wrong comes with its way out.",
        {Place.APP: "f7"}, palette=Place.APP, slash="doctor", priority=True,
    ),
    Action(
        "leave", "Back", "Back to the conversation", "Close this screen.", {Place.BROWSING: "escape,q"}, footer=True,
    ),
    Action(
        "detail_ahead", "Ahead", "Read on", "Scroll what is shown of the item down.",
        {Place.BROWSING: "shift+down,J"},
    ),
    Action(
        "detail_back", "Back", "Read back", "Scroll what is shown of the item up.",
        {Place.BROWSING: "shift+up,K"},
    ),
    Action(
        "cancel", "Cancel", "Cancel what is under way",
        "A training, evidence that is being computed, a comparison; what was approved stays approved.",
        {Place.LEARNING: "x", Place.PROPOSALS: "x", Place.VERSIONS: "x"}, footer=True, palette=Place.LEARNING,
    ),
    Action(
        "approve", "Approve", "Approve proposals",
        "Say yes to the one at hand, or to all that are marked; a training asks when it shall be.",
        {Place.PROPOSALS: "a"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "reject", "Reject", "Reject proposals",
        "Say no, with a reason if you like; its like is not proposed again unless something new speaks for it.",
        {Place.PROPOSALS: "r"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "put_off", "Later", "Put proposals off", "They stay in the list, and nothing happens.",
        {Place.PROPOSALS: "l"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "take_out", "Edit", "Take examples out of a training",
        "Choose what it shall not learn from; whether it learns from the rest you say another time.",
        {Place.PROPOSALS: "e"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "replay", "Replay", "Compute the evidence",
        "Train on a part of the examples and see what would be fixed and what would break in the rest; takes a while.",
        {Place.PROPOSALS: "c"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "mark", "Mark", "Mark a proposal", "Have it among those that the next word is about.",
        {Place.PROPOSALS: "space"}, footer=True,
    ),
    Action(
        "mark_kind", "Kind", "Mark all of a kind",
        "All rewrite rules, all trainings, all domains: those like the one at hand.",
        {Place.PROPOSALS: "k"}, footer=True, palette=Place.PROPOSALS,
    ),
    Action(
        "show_decided", "All", "Show what is decided too", "Also those that are carried out, rejected or out of date.",
        {Place.PROPOSALS: "h"}, palette=Place.PROPOSALS,
    ),
    Action(
        "train", "Train", "Train what is approved",
        "It goes on while you dictate; where nothing is approved, the twin can look for what there is to train on.",
        {Place.LEARNING: "t"}, footer=True, palette=Place.LEARNING,
    ),
    Action(
        "use_version", "Use", "Use a version", "From the next dictation on; what is hot is swapped, nothing restarts.",
        {Place.VERSIONS: "u"}, footer=True, palette=Place.VERSIONS,
    ),
    Action(
        "roll_back", "Roll back", "Go back a version",
        "To the one that the version in use came from; nothing is deleted.",
        {Place.VERSIONS: "b"}, footer=True, palette=Place.VERSIONS,
    ),
    Action(
        "compare", "Compare", "Compare two versions",
        "Press it on one, then on another: how each proved itself on your recordings, side by side.",
        {Place.VERSIONS: "c"}, footer=True, palette=Place.VERSIONS,
    ),
    Action(
        "hear_both", "Hear", "Hear your recordings with two versions",
        "Your last few, or those you choose, anew with the one at hand and the one compared with or in use.",
        {Place.VERSIONS: "h"}, footer=True, palette=Place.VERSIONS,
    ),
    Action(
        "delete_version", "Delete", "Delete a version",
        "Its files go; what it was made of stays known. One in use is replaced by the one before.",
        {Place.VERSIONS: "d,delete"}, footer=True, palette=Place.VERSIONS,
    ),
    Action(
        "search", "Search", "Search in what was said", "Find words in the conversation and in what you dictated.",
        {Place.TALK: "ctrl+f", Place.PROMPT: "ctrl+f"}, palette=Place.TALK, slash="search", argument="[WORDS]",
    ),
    Action(
        "find", "Find", "Find in what the twin knows",
        "By words of it, of what it is about, or of where it comes from.",
        {Place.KNOWN: "slash,ctrl+f"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "next_kind", "Kind", "Only one kind", "All, facts, preferences, vocabulary, style, things you said.",
        {Place.KNOWN: "k"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "next_order", "Order", "By kind, time or topic", "How the list is put in order.",
        {Place.KNOWN: "o"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "edit_memory", "Edit", "Put a memory right", "Your words stand over what rules or models make of the source.",
        {Place.KNOWN: "e"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "make_private", "Private", "Mark private, or public again",
        "Private: for your eyes only, not recalled, not answered from, not learned from.",
        {Place.KNOWN: "p"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "change_setting", "Change", "Change a setting", "Written to the configuration file; the engine takes it up.",
        {Place.SETTINGS: "e"}, footer=True, palette=Place.SETTINGS,
    ),
    Action(
        "reset_setting", "Default", "Back to the default", "Take a setting out of the configuration file.",
        {Place.SETTINGS: "d,delete"}, footer=True, palette=Place.SETTINGS,
    ),
    Action(
        "examine", "Again", "Look again", "Run every check anew.", {Place.DOCTOR: "r"}, footer=True,
        palette=Place.DOCTOR,
    ),
    Action(
        "rebuild_index", "Rebuild index", "Rebuild the index of memory",
        "Make it anew from the ledger, then look again; nothing is lost by it.",
        {Place.DOCTOR: "i"}, footer=True, palette=Place.DOCTOR,
    ),
    Action(
        "thumbs_up", "Good", "A good reply", "Tell the twin so; it is written down.",
        {Place.REPLY: "plus,g"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "thumbs_down", "Bad", "A bad reply", "Tell the twin so; it is written down.",
        {Place.REPLY: "minus,b"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "edit_reply", "Edit", "Edit a reply",
        "Make of the twin’s draft what you would have written; it is written down.",
        {Place.REPLY: "e,enter"}, footer=True, palette=Place.TALK,
    ),
    Action(
        "explain", "Why", "Say why it answered so",
        "What was recalled for the reply and how well it fits, the route, the style, the model and its prompt.",
        {Place.REPLY: "w"}, footer=True, palette=Place.TALK, slash="why",
    ),
    Action(
        "play", "Play", "Play where it comes from", "The recording that it was taken from; again stops it.",
        {Place.KNOWN: "s"}, footer=True, palette=Place.KNOWN,
    ),
    Action(
        "welcome", "Welcome", "Welcome", "What the twin keeps, which microphone, and three sentences read aloud.",
        palette=Place.TALK, slash="welcome",
    ),
    Action("go_on", "Go on", "Go on", "Begin to read, end it, or close.", {Place.WELCOME: "enter"}),
    Action(
        "theme", "Theme", "Switch between dark and light", "Change the colours; they stay until you choose again.",
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
