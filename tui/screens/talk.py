"""The first screen: the conversation, what the twin knows, and the prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.message import Message

from tui import drafts, first_run, verbs
from tui.actions import BY_NAME, Action, Place, SlashCommand, UnknownCommand, bindings, parse_slash
from tui.calls import calls_of
from tui.messages import Answered, Failed
from tui.past import Past
from tui.screens.dictation import DictationScreen
from tui.widgets.conversation import Conversation
from tui.widgets.entry import Entry, MemoryList, Notice, PersonSaid
from tui.widgets.keys import Keys
from tui.widgets.knows import KnownItems, Knows
from tui.widgets.prompt import PromptBox
from tui.widgets.status import StatusLine
from tui.widgets.writing import Writing
from twin.errors import CancelledByPersonError, EngineError, TwinError
from twin.paths import Home

if TYPE_CHECKING:
    from tui.screens.search import Found
    from tui.widgets.reply import TwinSaid
    from twin.domain import Turn
    from twin.requests import ForgetReport, Request

_SHOWN_AT_ONCE = 40
"""Earlier entries: what is not looked at costs little."""
KNOWS_FROM_WIDTH = 100
"""Narrower than this, the pane of what the twin knows is closed until it is asked for."""


class TalkScreen(DictationScreen):
    """Owns the conversation: handlers here and in the widgets change it, calls only report.

    What has to do with dictating is in :class:`~tui.screens.dictation.DictationScreen`.
    """

    BINDINGS = bindings(Place.TALK)
    PLACE = Place.TALK
    AUTO_FOCUS = "#prompt"

    class SettledIn(Message):
        """The past has been shown, so that there is time for everything else."""

    def __init__(self, session_id: str, here: Path, now: Callable[[], datetime], *, welcomes: bool = False) -> None:
        super().__init__(session_id, here, now)
        self._welcomes = welcomes
        self._wide = False
        self._past = Past(session_id)
        self._past_shown = False
        self._settled_in = False

    def compose(self) -> ComposeResult:
        yield StatusLine()
        with Horizontal(id="panes"):
            with Vertical(id="talk"):
                yield Conversation()
                yield PromptBox(lambda: self.knows.memories, lambda text: drafts.save(self._home, text))
            knows = Knows(self._now)
            self._wide = knows.display = self.app.size.width >= KNOWS_FROM_WIDTH
            yield knows
        yield Keys()

    @property
    def status(self) -> StatusLine:
        return self.query_one(StatusLine)

    # --- opening ---

    def begin(self) -> None:
        """Ask for the past. The app does this once the screen has been painted; the rest waits until it stands."""
        self._fetch_past()
        self._load_draft(self._home)

    def _settle_in(self) -> None:
        """Make the other calls of the beginning: the past is on the screen, or cannot be had."""
        if not self._settled_in:
            self._settled_in = True
            self.status.watch_engine()
            self.knows.look_again()
            self.post_message(self.SettledIn())

    @property
    def _home(self) -> Home:
        home: Home = self.app.home  # type: ignore[attr-defined]
        return home

    @work(thread=True, group="draft")
    def _load_draft(self, home: Home) -> None:
        self.app.call_from_thread(self.prompt.put_back, drafts.load(home))

    @on(PromptBox.Paused)
    def _keep_draft(self, message: PromptBox.Paused) -> None:
        message.stop()
        self._save_draft(self._home, message.text)

    @work(thread=True, exclusive=True, group="draft")
    def _save_draft(self, home: Home, text: str) -> None:
        drafts.save(home, text)

    def _fetch_past(self) -> None:
        for request in self._past.wanted():
            calls_of(self).start(self, request)

    async def _show_past(self) -> None:
        """Show what was said last, once it is known; what came before it comes as the person looks back."""
        if self._past_shown:
            await self._look_further_back()
        elif self._past.known:
            self._past_shown = True
            last = self._past.take(_SHOWN_AT_ONCE)
            await self.conversation.show_history(last, self._now())
            if self._welcomes and not last:
                self._welcome_once(self._home)
            self.call_after_refresh(self._settle_in)
            self._fetch_past()

    @on(Conversation.NearItsTop)
    async def _look_further_back(self) -> None:
        """Have some of the past ready above what is looked at."""
        if self._past_shown and self.conversation.near_its_top:
            earlier = self._past.take(_SHOWN_AT_ONCE)
            await self.conversation.show_earlier(earlier, self._now())
            self._fetch_past()
            if earlier:
                self.call_after_refresh(self._look_further_back)

    def _said_earlier(self, turns: Sequence[Turn]) -> Iterator[str]:
        """What the person said in other sessions; this one's is known."""
        from twin.domain import Speaker

        return (turn.text for turn in turns if turn.speaker is Speaker.PERSON and turn.session_id != self._session_id)

    # --- the panes ---

    def on_resize(self, event: Resize) -> None:
        """Open or close the pane when the width passes the line between narrow and wide; else leave it as it is."""
        wide = event.size.width >= KNOWS_FROM_WIDTH
        if wide is not self._wide:
            self._wide = wide
            self._show_knows(wide)

    def _show_knows(self, shown: bool) -> None:
        self.knows.display = shown
        if not shown and isinstance(self.focused, KnownItems):
            self.prompt.focus()

    def action_toggle_knows(self) -> None:
        self._show_knows(not self.knows.display)

    async def action_look_back(self) -> None:
        await self.conversation.look(-1)
        await self._look_further_back()

    async def action_look_ahead(self) -> None:
        await self.conversation.look(1)

    # --- saying ---

    @on(Writing.Sent)
    async def _sent(self, event: Writing.Sent) -> None:
        self.last_failure = None
        command = parse_slash(event.text)
        if isinstance(command, UnknownCommand):
            self.prompt.put_back(event.text)
            await self._unknown(command)
        elif command is None:
            await self._speak(verbs.Converse(event.text, self._session_id, explain=True), event.text)
        elif command.action.needs_argument and not command.argument:
            self._expect(command.action)
        else:
            await self._run_command(command)

    async def _run_command(self, command: SlashCommand) -> None:
        namespace = "app" if Place.APP in (command.action.palette, *command.action.keys) else "screen"
        arguments = (command.argument,) if command.argument else ()
        await self.app.run_action((namespace, command.action.name, arguments), default_namespace=self)

    async def _unknown(self, command: UnknownCommand) -> None:
        nearest = " or ".join(f"/{name}" for name in command.suggestions)
        hint = f"Did you mean {nearest}?" if nearest else "Type / to see them all, or press F1."
        await self.conversation.add(Notice("No such command", f"There is no /{command.name}.", hint))

    def _expect(self, action: Action) -> None:
        """Begin a command whose argument the person still has to write."""
        self.prompt.write(f"/{action.slash} ")
        self.prompt.focus()

    async def _speak(self, request: Request[Any], text: str) -> None:
        from tui.widgets.reply import TwinReplying

        if calls_of(self).speaking:
            self.prompt.put_back(_typed(request))
            self.notify("The twin is still answering. Escape stops it.", title="One moment", markup=False)
            return
        said = PersonSaid(text, self._now())
        reply = TwinReplying(said, self._now())
        await self.conversation.add(said, reply)
        calls_of(self).start(reply, request)

    async def action_remember(self, text: str = "") -> None:
        if text:
            await self._speak(verbs.Remember(text, self._session_id), text)
        else:
            self._expect(BY_NAME["remember"])

    async def action_ask(self, question: str = "") -> None:
        if question:
            await self._speak(verbs.Ask(question, explain=True), question)
        else:
            self._expect(BY_NAME["ask"])

    def action_know(self, about: str = "") -> None:
        calls_of(self).start(self, verbs.Know(about=about))

    # --- forgetting ---

    def action_forget(self, id: str = "") -> None:
        from tui.screens.forget import ForgetScreen
        from tui.widgets.utterance import Dictated

        entry: Dictated | None = self.focused if isinstance(self.focused, Dictated) else None
        if id:
            entry = next(self.conversation.said(Dictated, id), None)
        memory = self.knows.find(id) if id else self.knows.selected
        if entry is not None:
            screen = ForgetScreen(entry.utterance.id, entry.utterance.text)
        elif memory is not None:
            screen = ForgetScreen(memory.id, memory.text)
        elif id:
            screen = ForgetScreen(id, "")
        else:
            self._expect(BY_NAME["forget"])
            return
        self.app.push_screen(screen, self._forgotten)

    async def _forgotten(self, report: ForgetReport | None) -> None:
        from tui.wording import forget_line

        if report is None:
            return
        gone = {*report.memory_ids, *report.source_ids}
        self._past.forget(gone)
        for entry in await self.conversation.take_out(gone):
            if isinstance(entry, PersonSaid):
                self.prompt.unlearn(entry.text)
            else:
                self.take_out(entry)
        self.notify(forget_line(report), title="Forgotten", markup=False)
        self.knows.look_again()

    # --- replies ---

    def _reply(self) -> TwinSaid | None:
        """The reply that has the focus, or else the latest that is whole; says so if there is none."""
        from tui.widgets.reply import TwinSaid

        replies = (reply for reply in self.conversation.said(TwinSaid) if reply.turn_id)
        focused = self.focused
        found = focused if isinstance(focused, TwinSaid) and focused.turn_id else next(replies, None)
        if found is None:
            self.notify("There is no reply yet.", title="Nothing to do", severity="warning", markup=False)
        return found

    def action_thumbs_up(self) -> None:
        self._rate(good=True)

    def action_thumbs_down(self) -> None:
        self._rate(good=False)

    def _rate(self, *, good: bool) -> None:
        reply = self._reply()
        if reply is not None:
            calls_of(self).start(self, verbs.Rate(reply.turn_id, good))

    def action_edit_reply(self) -> None:
        from tui.screens.ask import AskScreen

        reply = self._reply()
        if reply is None:
            return
        turn_id, before = reply.turn_id, reply.text

        def edited(text: str | None) -> None:
            if text and text != before:
                calls_of(self).start(self, verbs.EditReply(turn_id, text))

        self.app.push_screen(AskScreen("What should it have said?", before, lines=True), edited)

    def action_explain(self) -> None:
        """Of a reply from before this conversation, no more is kept than its words."""
        from tui.screens.explain import ExplainScreen

        found = self._reply()
        if found is None:
            return
        if found.reply is not None:
            self.app.push_screen(ExplainScreen(found.reply))
        else:
            self._nothing("How that reply came about is known as long as the conversation is open, and no longer.")

    async def _mark_reply(self, turn_id: str, detail: str, text: str = "") -> None:
        from tui.widgets.reply import TwinSaid

        async def mark(reply: TwinSaid) -> None:
            if reply.turn_id == turn_id:
                await reply.mark(detail, text)

        await self.conversation.change(turn_id, TwinSaid, mark)

    # --- the first two minutes ---

    def action_welcome(self) -> None:
        from tui.screens.welcome import WelcomeScreen

        self.app.push_screen(WelcomeScreen(self._session_id), self._welcomed)

    @work(thread=True, group="welcome")
    def _welcome_once(self, home: Home) -> None:
        if not first_run.is_over(home):
            self.app.call_from_thread(self._welcome_the_first_time)

    def _welcome_the_first_time(self) -> None:
        """Not over what the person does already: then it is for the next time."""
        if self.app.screen is self and not self.prompt.text and not self.conversation.query(PersonSaid):
            self._welcomes = False
            self._remember_welcome(self._home)
            self.action_welcome()
            self.notify("/welcome brings this back at any time.", title="Esc skips it", markup=False)

    @work(thread=True, group="welcome")
    def _remember_welcome(self, home: Home) -> None:
        first_run.remember(home)

    def _welcomed(self, device: str | None) -> None:
        if device:
            self._use_device(device)
            self._keep_device(self._home, device)

    @work(thread=True, group="settings")
    def _keep_device(self, home: Home, device: str) -> None:
        """A choice that was made in the welcome is a setting."""
        from twin.settings_file import change_setting

        try:
            change_setting(home, "microphone", device)
        except TwinError as error:
            self.app.call_from_thread(self.notify, str(error), title=error.title, severity="warning", markup=False)

    # --- searching ---

    def action_search(self, words: str = "") -> None:
        from tui.screens.search import SearchScreen

        self.app.push_screen(SearchScreen(words, self._now()), self._found)

    async def _found(self, found: Found | None) -> None:
        """Go to what was found; what is too long ago to be on the screen is shown anew."""
        if found is None:
            return
        entry = await self.conversation.bring(found.id, Entry)
        if entry is None:
            await self.conversation.add(Notice(found.head, found.text))
        elif entry.focusable:
            entry.focus(scroll_visible=False)

    # --- what comes of it ---

    @on(Answered)
    async def _answered(self, message: Answered) -> None:
        message.stop()
        match message.call.request:
            case verbs.ShowHistory():
                self._past.add_turns(message.result.turns)
                self.prompt.know_earlier(self._said_earlier(message.result.turns))
                await self._show_past()
            case verbs.ListUtterances() if message.call is self.catching_up:
                await self.catch_up(message.result.utterances)
            case verbs.ListUtterances():
                self._past.add_utterances(message.result.utterances)
                await self._show_past()
            case verbs.Know(about=about):
                await self.conversation.add(MemoryList(message.result.memories, about))
            case verbs.Rate(turn_id=turn_id, good=good):
                await self._mark_reply(turn_id, "+ good, you say" if good else "- not good, you say")
            case verbs.EditReply(turn_id=turn_id, text=text):
                from tui.widgets.reply import IN_YOUR_WORDS

                await self._mark_reply(turn_id, IN_YOUR_WORDS, text)
            case verbs.ListDevices():
                self.choose_device(message.result.devices)
            case (
                verbs.Converse()
                | verbs.Remember()
                | verbs.Dictate()
                | verbs.DictateAgain()
                | verbs.Listen()
                | verbs.TakeBack()
                | verbs.UndoEditing()
            ):
                self.knows.look_again()
        if self._settled_in:
            if self.status.lost:
                self._fetch_past()
            self.status.look_again()

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        error = message.error
        if isinstance(error, EngineError):
            self.status.engine_lost(error)
        request = message.call.request
        if isinstance(request, verbs.ShowHistory | verbs.ListUtterances) and message.call is not self.catching_up:
            self._past.unanswered(request)
            self._settle_in()
        if isinstance(request, verbs.Listen):
            self.listening_failed(message.call, error)
        if isinstance(error, CancelledByPersonError):
            return
        await self._tell(error)
        typed = _typed(request)
        if typed and not self.prompt.put_back(typed):
            self.notify("Press Up in an empty prompt to get your words back.", title="Nothing is lost", markup=False)

    async def _tell(self, error: TwinError) -> None:
        """Show an error once, however many calls it befell."""
        from tui.wording import way_out_of

        failure = (error.title, error.message)
        if failure != self.last_failure:
            self.last_failure = failure
            await self.conversation.add(Notice.of(error, way_out_of(error)))


def _typed(request: Request[Any]) -> str:
    """What the person would type for ``request``: what they get back when it fails."""
    match request:
        case verbs.Converse(text=text):
            return text
        case verbs.Ask(question=question):
            return f"/ask {question}"
        case verbs.Remember(text=text):
            return f"/remember {text}"
        case verbs.Dictate(path=path):
            return f"/dictate {path}"
        case verbs.Know(about=about) if about:
            return f"/know {about}"
    return ""
