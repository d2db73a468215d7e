"""The conversation as a LangGraph graph: understand -> recall -> capture -> route -> answer.

Capture stands before the answer, because an acknowledgement is made of what was taken in, and because what the person
told must be kept even if the model fails over the reply. The person's turn is stored before the graph runs at all, the
reply when it is over, whole or cut short.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from agents.about_twin import asks_about_twin
from agents.acting import asked_to_act, asked_to_put_right
from agents.answers import Answer, acknowledgement, ask_back, cite
from agents.courtesies import assents, courteous, still_waiting
from agents.forgetting import what_would_go
from agents.from_memory import about_person, by_meaning, remembered, said_by
from agents.making import answer_about_twin, last_words, named, newest_dictation, put_right, talk, work_on_text
from agents.offered import advice, offered_in
from agents.overview import asks_overview
from agents.people import asks_of, asks_who, named_in, naming
from agents.places import Places
from agents.reckoning import reckoned
from agents.routing import choose_route
from agents.state import ConversationState, Parts, Run
from twin.domain import SECRET_PLACEHOLDER, Memory, MemoryStatus, RecallMode, Reply, Route, Speaker, Turn
from twin.errors import NotFoundError, NotUnderstoodError, TwinError
from twin.events import Progress, Token
from twin.grounding.notes import SUITS_ADAPTER
from twin.ports import Job
from twin.requests import Ask, Converse, Remember
from twin.sentences import off_the_record

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

_PRIVATE_NOTICE = "That stays off the record: I have kept nothing of it."
_SECRET_NOTICE = "That held a secret, which I kept out of memory and out of our conversation's record. "  # noqa: S105


class Conversation:
    """Talks: one method a verb. Built by :func:`build_conversation`; safe from any thread."""

    def __init__(self, parts: Parts, places: Places) -> None:
        self._parts = parts
        self._places = places
        self._answered: tuple[str, ...] = ()
        """What "that" is in the next question by ``twin ask``: ids alone, and in no file."""

    def converse(self, request: Converse, job: Job) -> Reply:
        """Reply to what the person says. Raises ``NotUnderstoodError`` for nothing said, ``LedgerError``,
        ``ModelError``, and ``CancelledByPersonError``; what was said by then is kept."""
        return self._talk(request.text, request.session_id, job, private=request.private, explain=request.explain)

    def remember(self, request: Remember, job: Job) -> Reply:
        """Keep what the person says, whether or not a rule fits it."""
        return self._talk(request.text, request.session_id, job, outright=True)

    def ask(self, request: Ask, job: Job) -> Reply:
        """Answer from memory. Nothing of the question is kept."""
        run = Run(self._parts, job, _said(request.question), lexical_only=request.lexical_only, explain=request.explain)
        run.answered = self._answered
        state = self._places.invoke({}, run)
        self._answered = tuple(source.memory_id for source in run.sources) or self._answered
        return _reply(run, state, turn_id="")

    def _talk(
        self,
        text: str,
        session_id: str,
        job: Job,
        *,
        outright: bool = False,
        private: bool = False,
        explain: bool = False,
    ) -> Reply:
        said = _said(text)
        self._answered = ()
        told_in_private = off_the_record(said)
        private = private or told_in_private is not None
        turn = self._parts.ledger.add_turn(session_id=session_id, speaker=Speaker.PERSON, text=said, private=private)
        own = (said if told_in_private is None else told_in_private) if private else turn.text
        run = Run(self._parts, job, own, session_id, turn, outright, private=private, explain=explain)
        return self._replied(run)

    def go_on(self, job: Job) -> tuple[Reply, ...]:
        """Reply to what a crash left without a reply; each once, for what ended the engine then may end it again.
        Raises as :meth:`converse` does."""
        replies = []
        for turn_id, state in self._places.left():
            self._places.leave(turn_id)
            turn = self._without_reply(turn_id)
            if turn is not None:
                run = Run(self._parts, job, turn.text, turn.session_id, turn, state.get("outright", False), again=True)
                if "learned_ids" in state:
                    run.learned, run.captured = self._still_known(state["learned_ids"]), True
                replies.append(self._replied(run))
        return tuple(replies)

    def close(self) -> None:
        self._places.close()

    def _without_reply(self, turn_id: str) -> Turn | None:
        """The turn, if it is there and among the last of its session, and nothing was said after it."""
        try:
            turn = self._parts.ledger.turn(turn_id)
        except NotFoundError:
            return None
        (*_, last) = self._parts.ledger.turns(limit=1, session_id=turn.session_id) or (None,)
        return turn if last is not None and last.id == turn.id else None

    def _still_known(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        found = []
        for known in ids:
            with suppress(NotFoundError):
                found.append(self._parts.ledger.memory(known))
        return tuple(found)

    def _replied(self, run: Run) -> Reply:
        assert run.turn is not None
        try:
            try:
                state = self._places.invoke({"turn_id": run.turn.id, "outright": run.outright}, run)
            except BaseException:
                if run.pieces:
                    self._keep(run, Route.OPEN, complete=False)
                raise
            kept = self._keep(run, Route(state["route"]), complete=True)
            return _reply(run, state, turn_id=kept.id)
        finally:
            with suppress(TwinError):  # a place that is not left is seen to be over at the next start
                self._places.leave(run.turn.id)

    def _keep(self, run: Run, route: Route, *, complete: bool) -> Turn:
        assert run.turn is not None
        rests_on = [run.turn.id, *run.drawn_from, *(memory.id for memory in run.learned)]
        for source in run.sources:
            rests_on += (source.memory_id, source.source_id)
        return self._parts.ledger.add_turn(
            session_id=run.session_id,
            speaker=Speaker.TWIN,
            text="".join(run.pieces),
            route=route,
            complete=complete,
            source_ids=() if run.private else tuple(dict.fromkeys(rests_on)),
            private=run.private,
        )


def build_conversation(parts: Parts, checkpoints: Path | None = None) -> Conversation:
    """Build the graph over ``parts``; ``checkpoints`` is the file that it keeps its places in. Imports LangGraph, which
    takes about a second."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(ConversationState, context_schema=Run)
    graph.add_node("understand", _understand)
    graph.add_node("recall", _recall)
    graph.add_node("capture", _capture)
    graph.add_node("route", _route)
    graph.add_node("answer", _answer)
    order = (START, "understand", "recall", "capture", "route", "answer")
    for before, after in pairwise(order):
        graph.add_edge(before, after)
    graph.add_edge("answer", END)
    return Conversation(parts, Places(graph, checkpoints))


# --- nodes ----------------------------------------------------------------------------------------------------


def _understand(state: ConversationState, runtime: Runtime[Run]) -> ConversationState:
    """What kind of wish it is, where the words alone say so: that decides what is recalled and what is taken in."""
    run = runtime.context
    if run.outright:
        return {}
    run.by_rule = _by_rule(run)
    run.about_twin = asks_about_twin(run.text)
    run.overview = asks_overview(run.text, run.parts.now(), run.parts.timezone)
    if run.turn is not None:
        run.to_do = asked_to_act(run.text)
        wish = asked_to_put_right(run.text) if run.to_do is None and not run.private else None
        newest = newest_dictation(run) if wish else None
        run.put_right = wish if wish and newest and wish.applied_to(newest.text) is not None else None
    run.offer = offered_in(run.text) if run.to_do is None and not run.lexical_only else None
    return {}


def _by_rule(run: Run) -> str:
    """What to say where no model is needed; to a courtesy, a capable one finds better words."""
    answer = reckoned(run.text, run.parts.now().astimezone(run.parts.timezone))
    if answer is None and run.turn is not None and assents(run.text):  # else the ledger need not be read
        answer = still_waiting(run.text, last_words(run))
    if answer is None and run.turn is not None and not run.parts.capable and courteous(run.text):
        name, run.drawn_from = named(run)
        answer = courteous(run.text, name)
    return answer or ""


def _recall(state: ConversationState, runtime: Runtime[Run]) -> ConversationState:
    run = runtime.context
    run.job.check()
    if run.to_do or run.put_right or run.by_rule or run.overview:  # nothing of what is known has to do with it
        return {"recalled_ids": (), "confidence": 0.0, "recall_mode": RecallMode.FULL.value}
    return remembered(run, lexical_only=run.lexical_only)


def _capture(state: ConversationState, runtime: Runtime[Run]) -> ConversationState:
    run = runtime.context
    if run.turn is not None and not run.private and not run.to_do and not run.put_right and not run.captured:
        run.learned = run.parts.memoriser.capture(run.turn, outright=run.outright)
    return {"learned_ids": tuple(memory.id for memory in run.learned)}


def _route(state: ConversationState, runtime: Runtime[Run]) -> ConversationState:
    run = runtime.context
    return _routed(state, run, offered=len(run.offer.options) if run.offer else 0)


def _routed(state: ConversationState, run: Run, *, offered: int) -> ConversationState:
    routing = choose_route(
        run.text,
        asking=run.asking,
        outright=run.outright,
        learned=bool(run.learned),
        confidence=state["confidence"],
        of_time=run.timeline is not None,
        of_somebody_known=_names_somebody_known(run),
        private=run.private,
        of_twin=run.about_twin or "",
        acting=run.to_do is not None,
        putting_right=run.put_right is not None,
        offered=offered,
        overview=run.overview is not None,
        by_rule=bool(run.by_rule),
    )
    return {"route": routing.route.value, "reasons": routing.reasons, "topic": routing.topic}


def _names_somebody_known(run: Run) -> bool:
    """Whether the person names one of theirs: a made-up answer about Anna is as bad as one about "my sister". A small
    model knows nobody by a single name."""
    if run.recollection is None:
        return False
    if naming(named_in(run.text), run.recollection):
        return True
    if not run.parts.capable and (asks_who(run.text) or naming(asks_of(run.text), run.recollection)):
        return True
    words = set(re.findall(r"[\w-]+", run.text.replace("'s", " ").replace("’s", " ")))
    found = run.recollection.items
    return any(item.memory.value in words and item.memory.slot.endswith(".name") for item in found)


def _answer(state: ConversationState, runtime: Runtime[Run]) -> ConversationState:
    run = runtime.context
    run.job.check()
    if SECRET_PLACEHOLDER in run.text:
        _say(run, _SECRET_NOTICE)
    return _ANSWERS[Route(state["route"])](state, run)


# --- the ways to answer ---------------------------------------------------------------------------------------


def _about_person(state: ConversationState, run: Run) -> ConversationState:
    changed, answer = about_person(state, run)
    return changed | _given(run, answer)


def _choice(state: ConversationState, run: Run) -> ConversationState:
    """By what the person told of themselves; where none of it tells the offers apart, like any other question."""
    assert run.recollection is not None
    assert run.offer is not None
    model = run.parts.language_model(run.job)
    advised, found = None, ConversationState()
    if SUITS_ADAPTER in model.adapters:
        found, _ = by_meaning(run)
        run.job.emit(Progress("choice", "Weighing it by what you told me …"))
        told_by = said_by(run.recollection, run.parts.ledger)
        advised = advice(run.offer, run.recollection, model, run.parts.timezone, run.job.check, said_by=told_by)
    if advised is not None:
        run.adapters, run.model = (SUITS_ADAPTER,), model.model
        return found | _given(run, advised)
    state = state | found
    routed = _routed(state, run, offered=0)
    reasons = (*routed["reasons"], "nothing known of the person tells apart what they offered")
    changed: ConversationState = {**found, **routed, "reasons": reasons}
    return changed | _ANSWERS[Route(routed["route"])]({**state, **changed}, run)


def _told(state: ConversationState, run: Run) -> ConversationState:
    assert run.turn is not None
    if run.private:
        return _given(run, Answer(_PRIVATE_NOTICE))
    if not run.learned:
        return _given(run, Answer("There was nothing in it that I could keep."))
    waiting = [memory.id for memory in run.learned if memory.status is MemoryStatus.PROPOSED]
    held = [memory for memory in run.learned if memory.id not in waiting]
    outright = state["route"] == Route.REMEMBER
    told = (
        [acknowledgement(held, said_at=run.turn.created_at, timezone=run.parts.timezone, outright=outright)]
        if held
        else []
    )
    told += [ask_back(asked) for asked in (run.parts.memoriser.questions(about=waiting) if waiting else ())]
    return _given(run, Answer(" ".join(told)))


def _forget(state: ConversationState, run: Run) -> ConversationState:
    return _given(run, what_would_go(state["topic"], run))


def _by_rules(state: ConversationState, run: Run) -> ConversationState:
    return _given(run, Answer(run.by_rule))


def _open(state: ConversationState, run: Run) -> ConversationState:
    return talk(run, _say)


def _act(state: ConversationState, run: Run) -> ConversationState:
    return work_on_text(run, _say)


def _correct(state: ConversationState, run: Run) -> ConversationState:
    return _given(run, put_right(run))


def _about_twin(state: ConversationState, run: Run) -> ConversationState:
    return _given(run, answer_about_twin(run))


_ANSWERS: dict[Route, Callable[[ConversationState, Run], ConversationState]] = {
    Route.ABOUT_PERSON: _about_person,
    Route.CHOICE: _choice,
    Route.TOLD: _told,
    Route.REMEMBER: _told,
    Route.FORGET: _forget,
    Route.CORRECT: _correct,
    Route.ABOUT_TWIN: _about_twin,
    Route.ACT: _act,
    Route.BY_RULE: _by_rules,
    Route.OPEN: _open,
}


def _given(run: Run, answer: Answer) -> ConversationState:
    run.sources = answer.sources
    _say(run, answer.text)
    return {"abstained": answer.abstained}


def _say(run: Run, text: str) -> None:
    run.pieces.append(text)
    run.job.emit(Token(text))


def _said(text: str) -> str:
    if not text.strip():
        raise NotUnderstoodError("Nothing was said.", hint="Say or ask something.")
    return text.strip()


def _reply(run: Run, state: ConversationState, *, turn_id: str) -> Reply:
    found = run.recollection
    return Reply(
        text="".join(run.pieces),
        route=Route(state["route"]),
        sources=run.sources,
        abstained=state["abstained"],
        turn_id=turn_id,
        recall_mode=RecallMode(state["recall_mode"]),
        learned=run.learned,
        reasons=state["reasons"],
        considered=tuple(cite(item) for item in found.items) if found else (),
        confidence=found.confidence if found else 0.0,
        style=run.style,
        model=run.model,
        adapters=run.adapters,
        prompt=run.prompt if run.explain else (),
    )
