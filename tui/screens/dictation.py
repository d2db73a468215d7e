"""What the first screen does about dictation: listen, hear, correct, undo, and put the text where it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.screen import Screen

from tui import verbs
from tui.actions import BY_NAME, Place
from tui.calls import Call, calls_of
from tui.messages import Rewritten, UtteranceOver
from tui.screens.choose import Choice, ChooseScreen
from tui.widgets.conversation import Conversation
from tui.widgets.entry import Entry
from tui.widgets.knows import Knows
from tui.widgets.prompt import Prompt
from twin.errors import CancelledByPersonError, TwinError

if TYPE_CHECKING:
    from tui.widgets.utterance import Dictated
    from twin.domain import Utterance
    from twin.requests import AudioDevice, CorrectionReport

_LOOKED_BACK = 20
"""Utterances among which those of this session are found again."""


class DictationScreen(Screen[None]):
    """The part of :class:`~tui.screens.talk.TalkScreen` that has to do with dictation.

    What is spoken goes to the prompt, at the cursor, or (``_to_clipboard``) to the clipboard: there all that was said
    since the listening began. As long as it stands there as it was dictated, what becomes of it is amended there too.
    """

    def __init__(self, session_id: str, here: Path, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._session_id = session_id
        self._here = here
        self._now = now
        self._device = ""
        self._to_clipboard = False
        self._copied: list[str] = []
        self.catching_up: Call | None = None
        """The call that looks again at the dictations of this session."""
        self.last_failure: tuple[str, str] | None = None

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def knows(self) -> Knows:
        return self.query_one(Knows)

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """On a dictation, undoing is offered only where something was done."""
        if action not in ("take_back", "undo_editing"):
            return True
        from tui.widgets.utterance import Dictated

        if not isinstance(self.focused, Dictated):
            return True
        utterance = self.focused.utterance
        done = bool(utterance.rules_applied) if action == "take_back" else _was_edited(utterance)
        return done and utterance.corrected is None

    # --- listening ---

    async def action_talk(self) -> None:
        await self._listen(hands_free=False)

    async def action_hands_free(self) -> None:
        await self._listen(hands_free=True)

    async def _listen(self, *, hands_free: bool) -> None:
        from tui.widgets.listening import Listening

        if calls_of(self).listening is not None:
            self.action_end()
            return
        self.last_failure = None
        self._copied = []
        entry = Listening(self._now(), hands_free=hands_free, keys=self._keys_of(hands_free=hands_free))
        await self.conversation.add(entry)
        if not hands_free:
            self.set_focus(entry)  # at once: the call may fail before a message about it were read
        calls_of(self).start(entry, verbs.Listen(self._session_id, device=self._device, hands_free=hands_free))

    def _keys_of(self, *, hands_free: bool) -> str:
        action = BY_NAME["hands_free" if hands_free else "talk"]
        key = self.app.get_key_display(Binding(action.keys[Place.TALK], ""))
        ends = f"{key} ends" if hands_free else f"Enter or {key} ends"
        where = " · to the clipboard" if self._to_clipboard else ""
        return f"{ends} · Esc stops and keeps the recording{where}"

    def action_end(self) -> None:
        """All has been said."""
        from tui.widgets.listening import Listening

        call = calls_of(self).listening
        if call is not None:
            calls_of(self).end(call)
            assert isinstance(call.sender, Listening)
            call.sender.end()

    @on(UtteranceOver)
    def _utterance_over(self, message: UtteranceOver) -> None:
        message.stop()
        utterance = message.utterance
        if utterance.text:
            self._deliver(utterance)
        if utterance.edited is not None:
            self._look_again()  # "scratch that" may have reached into the utterance before

    def listening_failed(self, call: Call, error: TwinError) -> None:
        """Say what became of the recording, once the engine has said it."""
        calls_of(self).ended(call)
        if isinstance(error, CancelledByPersonError) and not error.hint:
            self.notify("Nothing was said, nothing is kept.", title="Stopped", markup=False)
            return
        self._look_again()

    def _look_again(self) -> None:
        self.catching_up = calls_of(self).start(self, verbs.ListUtterances(limit=_LOOKED_BACK))

    async def catch_up(self, utterances: Sequence[Utterance]) -> None:
        """Show dictations as they stand now, and recordings of this session that were not recognised."""
        from tui.widgets.utterance import Dictated

        for utterance in reversed(utterances):
            entry = next(self.conversation.said(Dictated, utterance.id), None)
            if entry is not None:
                before = entry.utterance
                if entry.busy or before == utterance:
                    continue
                await self.conversation.change(utterance.id, Dictated, partial(Dictated.show, utterance=utterance))
                if not entry.is_attached and before.text != utterance.text:
                    self._rewritten(Rewritten(before, utterance))
            elif utterance.session_id == self._session_id and not (utterance.recognised or calls_of(self).hearing):
                await self.conversation.add(Dictated(utterance))

    # --- where the text goes ---

    def _deliver(self, utterance: Utterance) -> None:
        if self._to_clipboard:
            self._copied.append(utterance.id)
            self._copy()
        else:
            self.prompt.insert_dictated(utterance.text)

    def _copy(self) -> None:
        from tui.widgets.utterance import Dictated
        from tui.wording import joined

        entries = [entry for copied in self._copied for entry in self.conversation.said(Dictated, copied)]
        self.app.copy_to_clipboard(joined(entry.utterance.text for entry in entries))

    @on(Rewritten)
    def _rewritten(self, message: Rewritten) -> None:
        message.stop()
        before, now = message.before, message.now
        if now.id in self._copied:
            self._copy()
            self.notify("The clipboard has it as it stands now.", title="Dictation", markup=False)
        elif not before.text.strip() and now.session_id == self._session_id:
            self._deliver(now)  # it was not recognised, or taken back by voice
        else:
            self.prompt.amend(before.text, now.text)

    def take_out(self, entry: Entry) -> None:
        """A dictation is forgotten: it does not stay where it was written either."""
        from tui.widgets.utterance import Dictated

        if isinstance(entry, Dictated):
            self.prompt.amend(entry.utterance.text, "")

    def action_clipboard(self) -> None:
        self._to_clipboard = not self._to_clipboard
        where = "goes to the clipboard" if self._to_clipboard else "goes to where you write"
        self.notify(f"What you say {where} from now on.", title="Dictation", markup=False)

    async def action_copy(self, id: str = "") -> None:
        entry = await self._at_hand(id)
        if entry is not None:
            self.app.copy_to_clipboard(entry.utterance.text)
            self.notify("Copied, if your terminal lets programs do that (OSC 52).", title="Clipboard", markup=False)

    async def action_use(self, id: str = "") -> None:
        entry = await self._at_hand(id)
        if entry is not None and entry.utterance.text.strip():
            self.prompt.insert_dictated(entry.utterance.text)
            self.prompt.focus()

    # --- recordings and microphones ---

    async def action_dictate(self, path: str = "") -> None:
        from tui.screens.dictate import DictateScreen
        from tui.wording import path_from

        if path:
            await self._dictate(path_from(path, self._here))
        else:
            self.app.push_screen(DictateScreen(self._here), self._dictate)

    async def _dictate(self, path: Path | None) -> None:
        from tui.widgets.utterance import Dictating

        if path is None:
            return
        self.last_failure = None
        entry = Dictating(path.name, self._now())
        await self.conversation.add(entry)
        calls_of(self).start(entry, verbs.Dictate(str(path), self._session_id))

    def action_microphone(self, name: str = "") -> None:
        if name:
            self._use_device(name)
        else:
            calls_of(self).start(self, verbs.ListDevices())

    def choose_device(self, devices: Sequence[AudioDevice]) -> None:
        """Ask which of ``devices`` to listen to."""
        from tui.wording import device_line

        if not devices:
            missing = "Plug one in, or allow access to it; Ctrl+O takes a recording."
            self.notify(missing, title="There is no microphone", severity="warning", markup=False)
            return
        lines = {"": "as set, or the system's usual one"}
        for device in devices:
            lines.setdefault(device.name, device_line(device))
        choices = [Choice(name, line) for name, line in lines.items()]
        note = "Until you leave. To keep it, set `microphone` (`twin settings` says where)."
        screen = ChooseScreen("Choose the microphone", choices, chosen=self._device, note=note)
        self.app.push_screen(screen, self._use_device)

    def _use_device(self, name: str | None) -> None:
        if name is None:
            return
        self._device = name
        self.notify(f"Listens to {name or 'the usual one'} from now on.", title="Microphone", markup=False)

    # --- what is done to a dictation ---

    async def action_correct(self, id: str = "") -> None:
        from tui.screens.correct import CorrectScreen

        entry = await self._at_hand(id)
        if entry is None:
            return
        if not entry.utterance.recognised:
            self._nothing(f"{entry.utterance.id} is not recognised yet: the key a does that.")
            return
        dictated = entry

        async def corrected(report: CorrectionReport | None) -> None:
            if report is not None:
                await dictated.corrected(report)
                self.knows.look_again()

        self.app.push_screen(CorrectScreen(entry.utterance), corrected)

    async def action_take_back(self, id: str = "") -> None:
        from tui.wording import rule_line

        entry = await self._at_hand(id)
        if entry is None:
            return
        dictated, applied = entry, entry.utterance.rules_applied

        async def take_back(number: str | None) -> None:
            if number is not None:
                await dictated.ask(verbs.TakeBack(dictated.utterance.id, int(number)), "taking back")

        if not applied:
            self._nothing(f"No rule wrote anything in {entry.utterance.id}.")
        elif len(applied) == 1:
            await take_back("1")
        else:
            choices = [Choice(str(number), rule_line(one)) for number, one in enumerate(applied, start=1)]
            self.app.push_screen(ChooseScreen("What was wrong?", choices), take_back)

    async def action_undo_editing(self, id: str = "") -> None:
        entry = await self._at_hand(id)
        if entry is not None and entry.utterance.edited is None:
            self._nothing(f"Nothing was said to edit {entry.utterance.id}.")
        elif entry is not None:
            await entry.ask(verbs.UndoEditing(entry.utterance.id), "undoing")

    async def action_again(self, id: str = "") -> None:
        entry = await self._at_hand(id)
        if entry is not None:
            self.last_failure = None
            await entry.ask(verbs.DictateAgain(entry.utterance.id), "opening the recording")

    async def _at_hand(self, id: str) -> Dictated | None:
        """The dictation with this id; without one, that which has the focus, or else the latest.

        It is on the screen then. Says so if there is none.
        """
        from tui.widgets.utterance import Dictated

        entry: Dictated | None = self.focused if isinstance(self.focused, Dictated) and not id else None
        entry = entry or next(self.conversation.said(Dictated, id), None)
        if entry is not None and not entry.is_attached:
            entry = await self.conversation.bring(entry.utterance.id, Dictated)
        if entry is None:
            self._nothing(f"There is no dictation {id} here." if id else "There is no dictation yet.")
        return entry

    def _nothing(self, why: str) -> None:
        self.notify(why, title="Nothing to do", severity="warning", markup=False)


def _was_edited(utterance: Utterance) -> bool:
    """Whether it does not stand as it was heard because of what was said to edit it."""
    edited = utterance.edited
    return edited is not None and (bool(edited.commands_applied) or not utterance.rules_applied)
