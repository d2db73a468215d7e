"""What the twin knows, browsed and searched: each item with its sources, its past, and what was trained on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from textual import on
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call
from tui.knowing import KINDS, ORDERS, Order, matches, memory_content, ordered
from tui.playing import Player
from tui.screens.ask import AskScreen
from tui.screens.browse import BrowseScreen, heading, option
from tui.screens.forget import ForgetScreen
from tui.widgets.head import Head
from tui.wording import forget_line, memory_details, seconds_of
from twin.domain import Adapter, Example, Memory, MemoryKind, MemoryStatus, Utterance
from twin.errors import TwinError
from twin.paths import Home
from twin.requests import (
    Edit,
    EditReport,
    ForgetReport,
    Know,
    Knowledge,
    ListAdapters,
    ListUtterances,
    Quote,
    Request,
    Why,
)

_MOST = 5000


class KnowsScreen(BrowseScreen):
    BINDINGS = bindings(Place.KNOWN)
    PLACE = Place.KNOWN
    TITLE_TEXT = "Knows"
    EMPTY_TEXT = "Nothing here. What you tell your twin about yourself appears here, and can be taken out again."

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._memories: dict[str, Memory] = {}
        self._quotes: dict[str, Quote] = {}
        self._private: dict[str, Quote] = {}
        self._adapters: tuple[Adapter, ...] = ()
        self._examples: tuple[Example, ...] = ()
        self._kind: MemoryKind | None = None
        self._order = Order.KIND
        self._player = Player()

    def compose_above(self) -> Sequence[Widget]:
        words = Input(placeholder="words to find", id="words", select_on_focus=False)
        words.display = False
        return (words,)

    def requests(self) -> Sequence[Request[Any]]:
        return Know(history=True, private=True, sources=True, limit=_MOST), ListAdapters(), Why()

    async def take(self, call: Call, result: Any) -> None:
        match call.request:
            case Know():
                knowledge: Knowledge = result
                self._memories = {memory.id: memory for memory in knowledge.memories}
                self._quotes = {quote.id: quote for quote in knowledge.sources}
                self._private = {quote.id: quote for quote in knowledge.said_in_private}
                await self._list()
            case ListAdapters():
                self._adapters = result.adapters
                self.show_detail()
            case Why():
                self._examples = result.examples
                self.show_detail()
            case ListUtterances():
                self._play(result.utterances)
            case Edit():
                report: EditReport = result
                self.say(report.summary, "Edited")
                self.look_again()

    # --- the list ---

    async def _list(self) -> None:
        words = self.query_one("#words", Input).value
        standing = [one for one in self._memories.values() if one.superseded_by is None and not one.withdrawn]
        shown = [
            one
            for one in standing
            if (self._kind is None or one.kind is self._kind) and matches(one, words, self._quotes)
        ]
        options: list[Option | None] = []
        for title, group in ordered(shown, self._order, self.now()):
            options.append(heading(title))
            options += [self._option(memory) for memory in group]
        private = [quote for quote in self._private.values() if words.casefold() in quote.text.casefold()]
        if private and self._kind is None:
            options.append(heading("Said for your eyes only"))
            options += [option(quote.id, Content(" ".join(quote.text.split()))) for quote in private]
        await self.show(options)
        which = KINDS[self._kind].lower() if self._kind else "all"
        self.query_one(Head).say(f"{len(shown)} · {which} · by {self._order.value}")

    def _option(self, memory: Memory) -> Option:
        details = memory_details(memory, self.now())
        private = " · private" if memory.status is MemoryStatus.PRIVATE else ""
        waits = " · waits for your word" if memory.status is MemoryStatus.PROPOSED else ""
        return option(memory.id, Content(memory.text), Content.styled(f"  {details}{private}{waits}", "$text-muted"))

    def detail(self, id: str) -> Content:
        if id in self._private:
            quote = self._private[id]
            return Content.assemble((f"{id}  ", "$text-muted"), ("for your eyes only\n\n", "bold"), Content(quote.text))
        memory = self._memories.get(id)
        if memory is None:
            return Content()
        past = [one for one in self._memories.values() if memory.slot and one.slot == memory.slot and one.id != id]
        return memory_content(memory, past, self._quotes, self._learned_from(memory, self._quotes))

    def _learned_from(self, memory: Memory, quotes: Mapping[str, Quote]) -> list[Adapter]:
        """The versions that were trained on a source of ``memory``."""
        examples = {one.id for one in self._examples if {one.id, one.utterance_id} & set(memory.source_ids)}
        examples |= set(memory.source_ids)
        return [adapter for adapter in self._adapters if examples & {*adapter.example_ids, *adapter.replay_ids}]

    # --- searching and ordering ---

    def action_find(self) -> None:
        words = self.query_one("#words", Input)
        words.display = True
        words.focus()

    @on(Input.Changed, "#words")
    async def _find(self, event: Input.Changed) -> None:
        event.stop()
        await self._list()

    @on(Input.Submitted, "#words")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.items.focus()

    def on_key(self, event: Key) -> None:
        """From the search, Down goes to what it found."""
        if event.key == "down" and self.query_one("#words").has_focus:
            event.stop()
            self.items.focus()

    def action_leave(self) -> None:
        """First out of the search, then out of the screen."""
        words = self.query_one("#words", Input)
        if words.display:
            words.display = False
            words.value = ""
            self.items.focus()
        else:
            super().action_leave()

    async def action_next_kind(self) -> None:
        kinds = [None, *KINDS]
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        await self._list()

    async def action_next_order(self) -> None:
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        await self._list()

    # --- what is offered ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return True
        if action == "edit_memory":
            return self.selected in self._memories
        return bool(self.selected) if action in ("make_private", "forget", "play") else True

    # --- hearing where it comes from ---

    def action_play(self) -> None:
        if self._player.playing:
            self._player.stop()
        else:
            self.do(ListUtterances(limit=_MOST, private=True))

    def _play(self, utterances: Sequence[Utterance]) -> None:
        memory = self._memories.get(self.selected)
        sources = set(memory.source_ids if memory is not None else (self.selected,))
        sources |= {example.utterance_id for example in self._examples if example.id in sources}
        found = next((utterance for utterance in utterances if utterance.id in sources), None)
        if found is None:
            self.say("It was typed, not dictated.", "Nothing to play")
            return
        try:
            self._player.play(self._home.recording(found.audio_sha256))
        except TwinError as error:
            self.notify(str(error), title=error.title, severity="warning", markup=False)
        else:
            self.say(f"{found.id}, {seconds_of(found.seconds)}; s stops it.", "Playing")

    def on_screen_suspend(self) -> None:
        self._player.stop()

    def on_unmount(self) -> None:
        self._player.stop()

    @property
    def _home(self) -> Home:
        home: Home = self.app.home  # type: ignore[attr-defined]
        return home

    # --- what becomes of it ---

    def action_edit_memory(self) -> None:
        memory = self._memories[self.selected]

        def edited(text: str | None) -> None:
            if text and text != memory.text:
                self.do(Edit(memory.id, text=text))

        self.app.push_screen(AskScreen(f"Edit {memory.id}", memory.text, lines=True), edited)

    def action_make_private(self) -> None:
        memory = self._memories.get(self.selected)
        private = memory is None or memory.status is MemoryStatus.PRIVATE
        self.do(Edit(self.selected, private=not private))

    def action_forget(self) -> None:
        memory, quote = self._memories.get(self.selected), self._private.get(self.selected)
        text = memory.text if memory is not None else quote.text if quote is not None else ""
        self.app.push_screen(ForgetScreen(self.selected, text), self._forgotten)

    def _forgotten(self, report: ForgetReport | None) -> None:
        if report is not None:
            self.say(forget_line(report), "Forgotten")
            self.look_again()
