"""What answers a question about the person: an overview, the history of a slot, an age, what recall found with its
point said first, or words of theirs that have the name; else that it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from agents.ages import age_from
from agents.answers import ANSWER_FROM, YOU, Answer, answer_from, cite
from agents.history import answer_in_time
from agents.overview import Overview, overview
from agents.people import asks_of, named_in, naming
from agents.pointed import needs_point, with_point
from agents.state import ConversationState, Run
from twin.domain import Memory, RecallMode, Recollection, Speaker
from twin.errors import CancelledByPersonError, TwinError
from twin.grounding.notes import GROUNDED_ADAPTER
from twin.ports import Ledger
from twin.sentences import is_question, split_sentences

_RECALLED = 10
_ALL = 100_000


def remembered(run: Run, *, lexical_only: bool) -> ConversationState:
    """Recall for what is asked; also notes in ``run`` what was found."""
    questions = [sentence for sentence in split_sentences(run.text) if is_question(sentence)]
    asked = questions[-1] if questions else run.text
    run.timeline = run.parts.memoriser.timeline(asked, session_id=run.session_id, answered=run.answered)
    found = run.recollection = run.parts.recall.recall(run.text, limit=_RECALLED, lexical_only=lexical_only)
    return {
        "recalled_ids": tuple(item.memory.id for item in found.items),
        "confidence": found.confidence,
        "recall_mode": found.mode.value,
    }


def about_person(state: ConversationState, run: Run) -> tuple[ConversationState, Answer]:
    """The answer, and what changed by looking once more: what words alone do not find is looked for by meaning."""
    ledger, timezone = run.parts.ledger, run.parts.timezone
    if run.overview is not None:
        return {}, _overview(run, run.overview)
    assert run.recollection is not None
    if run.timeline is not None:
        memories = [item.memory for item in run.timeline.items]
        run.drawn_from = tuple(known for memory in memories for known in (memory.id, *memory.source_ids))
        return {}, answer_in_time(run.timeline, timezone)
    changed, aside = by_meaning(run) if run.recollection.confidence < ANSWER_FROM else ({}, "")
    if age := age_from(run.recollection, run.parts.now(), timezone):
        return changed, age
    told_by = said_by(run.recollection, ledger)
    answer = answer_from(run.recollection, timezone, aside=aside, said_by=told_by)
    if not answer.abstained:
        wanting = needs_point(answer) and not run.lexical_only  # nothing is waited for
        return changed, _pointed(run, answer, told_by) if wanting else answer
    if mentioned := naming(named_in(run.text) or asks_of(run.text), run.recollection):
        changed["reasons"] = (*state["reasons"], "nothing tells who that is; these words have the name")
        return changed, answer_from(mentioned, timezone, said_by=told_by)
    why = f"an answer needs {ANSWER_FROM:.0%}, and what was found has {run.recollection.confidence:.0%}"
    changed["reasons"] = (*state["reasons"], why)
    return changed, answer


def by_meaning(run: Run) -> tuple[ConversationState, str]:
    """Recall once more, by meaning, if it went by words alone; beside it what stood in the way."""
    if run.recollection is None or run.recollection.mode is not RecallMode.LEXICAL or run.lexical_only:
        return {}, ""
    try:
        run.parts.wait_until_ready(run.job)
        return remembered(run, lexical_only=False), ""
    except CancelledByPersonError:
        raise
    except TwinError as error:  # no embedder, no index: words will have to do, and the person is told
        return {}, error.message


def _pointed(run: Run, answer: Answer, said_by: Mapping[str, str]) -> Answer:
    """The answer with its point first; without a model that finds it, the quotation alone, which is no less true."""
    assert run.recollection is not None
    try:
        model = run.parts.language_model(run.job)
        pointed = with_point(answer, run.recollection, model, run.parts.timezone, run.job.cancelled, said_by=said_by)
    except CancelledByPersonError:
        raise
    except TwinError:
        return answer
    if pointed is not answer:
        run.adapters, run.model = (GROUNDED_ADAPTER,), model.model
    return pointed


def said_by(recollection: Recollection, ledger: Ledger) -> dict[str, str]:
    """Who said what, where the person did not type it themselves: by the memory's id, as a sentence begins."""
    tellers = {item.memory.id: _teller(cite(item).source_id, ledger) for item in recollection.items}
    return {known: teller for known, teller in tellers.items() if teller != YOU}


def _teller(source_id: str, ledger: Ledger) -> str:
    if source_id[0] == "u":
        return "You dictated"
    if source_id[0] == "t" and (turn := ledger.turn(source_id)).speaker is not Speaker.PERSON:
        return "I said" if turn.speaker is Speaker.TWIN else f"{turn.name or 'Somebody'} said"
    return YOU


def _overview(run: Run, asked: Overview) -> Answer:
    """Also notes in ``run`` all that it rests on."""
    ledger = run.parts.ledger
    known = {memory.id: memory for memory in ledger.memories(history=asked.told, limit=_ALL)}

    def told_by(memory: Memory) -> str:
        return _teller((memory.source_ids or (memory.id,))[0], ledger)

    answer = overview(tuple(known.values()), asked, run.parts.timezone, told_by=told_by)
    run.drawn_from = tuple(source for cited in answer.sources for source in known[cited.memory_id].source_ids)
    return answer
