"""Versions: what was learned by training, in its lineage; used, compared, rolled back, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call
from tui.comparing import heard_content
from tui.learned import adapter_state, compared_content, run_content
from tui.screens.browse import heading, option
from tui.screens.choose import Choice, ChooseScreen
from tui.screens.lasting import LastingScreen
from tui.screens.recordings import RecordingsScreen
from tui.times import date_of
from tui.widgets.head import Head
from tui.wording import count
from twin.domain import Adapter, TrainingRun
from twin.requests import (
    Adapters,
    CompareVersions,
    DeleteAdapter,
    ListAdapters,
    Request,
    UseAdapter,
    VersionsCompared,
)

_BASE = "base"


class VersionsScreen(LastingScreen):
    BINDINGS = bindings(Place.VERSIONS)
    PLACE = Place.VERSIONS
    TITLE_TEXT = "Versions"
    EMPTY_TEXT = "Nothing was learned by training yet. What could be stands in Proposals (F3)."

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._adapters: dict[str, Adapter] = {}
        self._runs: dict[str, TrainingRun] = {}
        self._beside = ""
        """The version that the one at hand is compared with."""
        self._heard: dict[tuple[str, str], VersionsCompared] = {}
        """What two versions heard in the person's recordings, by the two."""

    def requests(self) -> Sequence[Request[Any]]:
        return (ListAdapters(),)

    async def take(self, call: Call, result: Any) -> None:
        if isinstance(result, VersionsCompared):
            await self._compared(result)
            return
        listing: Adapters = result
        self._adapters = {adapter.id: adapter for adapter in listing.adapters}
        self._runs = {run.id: run for run in listing.runs}
        live = [adapter.id for adapter in listing.adapters if adapter.live]
        at = live[0] if live and not self.selected else ""
        await self.show(_timeline(listing.adapters, self._beside), at=at)
        self.query_one(Head).say(
            f"{', '.join(live)} in use" if live else "the base is in use" if self._adapters else ""
        )
        match call.request:
            case UseAdapter():
                using = ", ".join(live) if live else "the base, as it came"
                self.say(f"From the next dictation on: {using}.", "Versions")
            case DeleteAdapter(id=id):
                self.say(f"The files of {id} are gone.", "Versions")

    def detail(self, id: str) -> Content:
        heard = self._heard.get((self._other(id), id))
        described = self._described(id)
        return described if heard is None else Content("\n\n").join((heard_content(heard), described))

    def _described(self, id: str) -> Content:
        adapter = self._adapters.get(id)
        if adapter is None:
            return Content("The recogniser as it came, with nothing learned by training.") if id else Content()
        beside = self._adapters.get(self._beside)
        if beside is not None and beside.id != id:
            pair = (beside, self._runs[beside.run_id]), (adapter, self._runs[adapter.run_id])
            return compared_content(*pair, self.detail_width)
        state, style = adapter_state(adapter)
        lineage = " → ".join((adapter.base, *(one.id for one in self._lineage(adapter))))
        domain = f" · {adapter.domain}" if adapter.domain else ""
        head = [
            Content.assemble(
                (adapter.id, "bold"), (f" · {date_of(adapter.created_at)}{domain}  ", "$text-muted"), (state, style)
            ),
            Content.assemble(("lineage   ", "$text-muted"), lineage),
            Content.assemble(("learned   ", "$text-muted"), ", ".join(adapter.example_ids)),
        ]
        if self._beside == id:
            head.append(Content.styled("to be compared: move to another version; c ends it", "$accent"))
        run = run_content(self._runs[adapter.run_id], adapter, self.detail_width)
        return Content("\n").join([*head, Content(), run])

    def _lineage(self, adapter: Adapter) -> list[Adapter]:
        lineage = [adapter]
        while (parent := self._adapters.get(lineage[0].parent_id or "")) is not None:
            lineage.insert(0, parent)
        return lineage

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return self.lasting is not None
        ours = ("use_version", "roll_back", "compare", "hear_both", "delete_version")
        if not self.is_mounted or action not in ours:
            return True
        adapter = self._adapters.get(self.selected)
        any_live = any(one.live for one in self._adapters.values())
        match action:
            case "roll_back":
                return any_live
            case "use_version":
                usable = adapter is not None and adapter.promoted and not adapter.live and not adapter.withdrawn_because
                return usable or (self.selected == _BASE and any_live)
            case "hear_both":
                return self.lasting is None and all(map(self._can_hear, (self.selected, self._other(self.selected))))
        return adapter is not None

    def action_use_version(self) -> None:
        self.do(UseAdapter(self.selected))

    def action_roll_back(self) -> None:
        self.do(UseAdapter("previous"))

    async def action_compare(self) -> None:
        self._beside = "" if self._beside else self.selected
        await self.show(_timeline(tuple(self._adapters.values()), self._beside))

    # --- hearing with two ---

    def _other(self, id: str) -> str:
        """What a version is heard beside: the one it is compared with, or else the one in use, or the base."""
        live = [adapter.id for adapter in self._adapters.values() if adapter.live and not adapter.domain]
        return next((one for one in (self._beside, *live, _BASE) if one and one != id), "")

    def _can_hear(self, id: str) -> bool:
        adapter = self._adapters.get(id)
        return id == _BASE if adapter is None else not adapter.withdrawn_because

    def action_hear_both(self) -> None:
        first, second = self._other(self.selected), self.selected

        async def chosen(ids: tuple[str, ...] | None) -> None:
            if ids:
                await self.begin(CompareVersions(first, second, ids), f"hearing with {first} and {second}")

        self.app.push_screen(RecordingsScreen(f"Hear with {first} and with {second}"), chosen)

    def on_screen_suspend(self) -> None:
        """What was seen is let go of: some of it may be forgotten meanwhile."""
        if not isinstance(self.app.screen, ModalScreen):
            self._heard.clear()

    async def _compared(self, compared: VersionsCompared) -> None:
        await self.over()
        self._heard[compared.first, compared.second] = compared
        self.query_one("#detail").scroll_home(animate=False)
        self.show_detail()
        heard = count(len(compared.heard), "recording", "recordings")
        self.say(f"{compared.first} and {compared.second} have heard {heard}.", "Versions")

    def action_delete_version(self) -> None:
        adapter = self._adapters[self.selected]

        def chosen(id: str | None) -> None:
            if id == "delete":
                self.do(DeleteAdapter(adapter.id))

        instead = "The version before it takes its place. " if adapter.live else ""
        note = f"{instead}What it was made of stays known, so that it can be trained again."
        choices = [Choice("keep", "Keep it"), Choice("delete", f"Delete the files of {adapter.id}")]
        self.app.push_screen(ChooseScreen(f"Delete {adapter.id}?", choices, note=note), chosen)


def _timeline(adapters: Sequence[Adapter], beside: str) -> list[Option | None]:
    """A tree for each domain with the base at its root, each version below the one that it came from."""
    options: list[Option | None] = []
    for domain in dict.fromkeys(adapter.domain for adapter in adapters):
        of_domain = [adapter for adapter in adapters if adapter.domain == domain]
        if domain:
            options.append(heading(domain))
        else:
            in_use = not any(adapter.live for adapter in adapters)
            live = ("  ● in use", "bold $text-success") if in_use else ""
            options.append(option(_BASE, Content.assemble(("◇ ", "$text-muted"), of_domain[0].base, live)))
        options += _branch(of_domain, None, 1, beside)
    return options


def _branch(adapters: Sequence[Adapter], parent_id: str | None, depth: int, beside: str) -> list[Option]:
    known = {adapter.id for adapter in adapters}
    options = []
    for adapter in adapters:
        # One whose parent is of another domain begins a line of its own.
        if (adapter.parent_id if adapter.parent_id in known else None) == parent_id:
            state, style = adapter_state(adapter)
            indent = "  " * (depth - 1) + "└ "
            mark = ("⇄ ", "bold $accent") if adapter.id == beside else ""
            first = Content.assemble(
                (indent, "$text-muted"),
                mark,
                (adapter.id, "bold"),
                (f"  {date_of(adapter.created_at)}  ", "$text-muted"),
                (state, style),
            )
            learned = f"{'  ' * depth}{count(len(adapter.example_ids), 'example', 'examples')}"
            options.append(option(adapter.id, first, Content.styled(learned, "$text-muted")))
            options += _branch(adapters, adapter.id, depth + 1, beside)
    return options
