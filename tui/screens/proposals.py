"""The review queue: what the twin wishes to learn, why it may, and the person's word on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual.content import Content
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call, calls_of
from tui.learned import KINDS, proposal_content, proposal_line, waits
from tui.news import news_of
from tui.screens.ask import AskScreen
from tui.screens.browse import option
from tui.screens.choose import Choice, ChooseScreen
from tui.screens.lasting import LastingScreen
from tui.screens.pick import PickScreen
from tui.widgets.head import Head
from tui.wording import count
from twin.domain import Decision, Proposal, ProposalState, Rung
from twin.requests import Decided, DecideProposal, Explanation, ListProposals, Request, ShowProposal, Verdict, Why

_NOW, _WITH_NEXT = "now", "next"


class ProposalsScreen(LastingScreen):
    """What is marked is what the next word is about; where nothing is marked, it is about the one under the cursor."""

    BINDINGS = bindings(Place.PROPOSALS)
    PLACE = Place.PROPOSALS
    TITLE_TEXT = "Proposals"
    EMPTY_TEXT = (
        "Nothing is proposed. Correct what is misheard, and what the twin makes of that comes here. "
        "What it still lacks stands in Learning (F4)."
    )

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._proposals: dict[str, Proposal] = {}
        self._decisions: dict[str, Decision | None] = {}
        """Those behind the proposals, as far as they were asked for."""
        self._marked: set[str] = set()
        self._everything = False
        self._waiting: list[DecideProposal] = []
        """Words that are said one after the other."""
        self._train_after = False

    # --- looking ---

    def requests(self) -> Sequence[Request[Any]]:
        return (ListProposals(),)

    async def take(self, call: Call, result: Any) -> None:
        match call.request:
            case ListProposals():
                self._proposals = {proposal.id: proposal for proposal in result.proposals}
                self._marked &= set(self._proposals)
                news_of(self).counted(result.proposals)  # some may have come from another terminal
                await self._list()
            case ShowProposal():
                await self.over()
                self._proposals[result.id] = result
                await self._list()
                self.say("The evidence is here: see what it would fix, and what it would break.", result.id)
            case Why(id=asked_about):
                explanation: Explanation = result
                self._decisions[asked_about] = next(iter(explanation.decisions), None)
                self.show_detail()
            case DecideProposal():
                self._decided(result)

    async def failed(self, call: Call) -> None:
        await super().failed(call)
        if isinstance(call.request, Why):  # forgotten meanwhile: it is not asked for again
            self._decisions[call.request.id] = None
        if isinstance(call.request, DecideProposal):
            self._waiting.clear()
            self._train_after = False
            self.look_again()  # it may be out of date, and proposed anew

    async def _list(self) -> None:
        shown = [one for one in self._proposals.values() if waits(one) or self._everything]
        shown.sort(key=lambda one: (not waits(one), one.state is not ProposalState.OPEN))
        await self.show([self._option(proposal) for proposal in shown])
        waiting = sum(waits(one) for one in self._proposals.values())
        marked = f" · {len(self._marked)} marked" if self._marked else ""
        self.query_one(Head).say(f"{waiting} wait{'s' * (waiting == 1)}{marked}" if waiting else "")

    def _option(self, proposal: Proposal) -> Option:
        return option(proposal.id, *proposal_line(proposal, marked=proposal.id in self._marked))

    def detail(self, id: str) -> Content:
        proposal = self._proposals.get(id)
        if proposal is None:
            return Content()
        if id not in self._decisions and not any(
            isinstance(call.request, Why) and call.request.id == id for call in calls_of(self).running
        ):
            self.ask(Why(id))
        return proposal_content(proposal, self._decisions.get(id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What makes no sense for the proposal at hand is not offered."""
        at_hand = self._proposals.get(self.selected) if self.is_mounted else None
        match action:
            case "cancel":
                return self.lasting is not None
            case "replay" | "take_out":
                return at_hand is not None and at_hand.rung is Rung.ADAPT and waits(at_hand)
            case "approve" | "reject" | "put_off" | "mark" | "mark_kind":
                return at_hand is not None and (waits(at_hand) or bool(self._marked))
        return True

    # --- marking ---

    async def action_mark(self) -> None:
        self._marked ^= {self.selected}
        await self._list()
        self.items.action_cursor_down()

    async def action_mark_kind(self) -> None:
        at_hand = self._proposals[self.selected]
        alike = {one.id for one in self._proposals.values() if one.rung is at_hand.rung and waits(one)}
        self._marked = self._marked - alike if alike <= self._marked else self._marked | alike
        await self._list()

    async def action_show_decided(self) -> None:
        self._everything = not self._everything
        await self._list()

    def _meant(self) -> list[Proposal]:
        """What the next word is about."""
        ids = self._marked or {self.selected}
        return [proposal for proposal in self._proposals.values() if proposal.id in ids and waits(proposal)]

    # --- the person's word ---

    def action_approve(self) -> None:
        meant = self._meant()
        trainings = [proposal for proposal in meant if proposal.rung is Rung.ADAPT]
        if not trainings:
            self._say_of(meant, Verdict.APPROVE)
            return
        seconds = max(1, round(sum(proposal.cost_seconds for proposal in trainings)))
        choices = [
            Choice(_NOW, f"Train now: about {seconds} s, while you can go on dictating"),
            Choice(_WITH_NEXT, "With the next learning (F4, or `twin learn`)"),
        ]

        def chosen(when: str | None) -> None:
            if when is not None:
                self._train_after = when == _NOW
                self._say_of(meant, Verdict.APPROVE)

        title = f"Approve {_named(meant)}"
        note = "It goes into use only if it proves itself on what it has not seen."
        self.app.push_screen(ChooseScreen(title, choices, note=note), chosen)

    def action_reject(self) -> None:
        meant = self._meant()

        def rejected(reason: str | None) -> None:
            if reason is not None:
                self._say_of(meant, Verdict.REJECT, reason)

        label = "Why? It is kept with the proposal; leave it empty if you like."
        self.app.push_screen(AskScreen(f"Reject {_named(meant)}", label=label), rejected)

    def action_put_off(self) -> None:
        self._say_of(self._meant(), Verdict.LATER)

    def action_take_out(self) -> None:
        proposal = self._proposals[self.selected]

        def taken_out(ids: tuple[str, ...] | None) -> None:
            if ids:
                self.do(DecideProposal(proposal.id, Verdict.EDIT, without=ids))

        self.app.push_screen(PickScreen(proposal), taken_out)

    def _say_of(self, meant: Sequence[Proposal], verdict: Verdict, reason: str = "") -> None:
        words = [DecideProposal(proposal.id, verdict, reason=reason) for proposal in meant]
        if words:
            self._waiting = words[1:]
            self.do(words[0])

    def _decided(self, decided: Decided) -> None:
        self._marked.discard(decided.proposal.id)
        self.say(decided.summary, "Proposals")
        if self._waiting:
            self.do(self._waiting.pop(0))
            return
        self.look_again()
        if self._train_after:
            self._train_after = False
            news_of(self).train()
            self.app.call_later(self.app.run_action, "app.show_learning")

    # --- evidence ---

    async def action_replay(self) -> None:
        if self.lasting is not None:
            self.say("Evidence is being computed already; x cancels it.", "One moment")
            return
        await self.begin(ShowProposal(self.selected, replay=True), f"computing the evidence of {self.selected}")


def _named(meant: Sequence[Proposal]) -> str:
    if len(meant) == 1:
        return f"{meant[0].id}, a {KINDS.get(meant[0].rung, meant[0].rung.value)}"
    return count(len(meant), "proposal", "proposals")
