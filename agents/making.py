"""The ways to answer that are neither from memory nor about it: open talk, work on a text, a dictation put right, and
questions about the twin itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Final

from agents import about_twin, said_before
from agents.about_twin import About, Said
from agents.answers import Answer, quoted
from agents.faithful import is_faithful, is_summary, main_sentences
from agents.itself import itself
from agents.prompting import UNSURE, act_prompt, notes, open_prompt
from agents.routing import asks_of_the_world
from agents.state import ConversationState, Run
from agents.style import Style, bulleted, style_of
from twin.domain import MemoryKind, Prompted, ProposalState, Speaker, Utterance
from twin.errors import TwinError
from twin.ports import Adapted, ChatMessage
from twin.requests import Correct, CorrectionReport, Explanation, Why

Say = Callable[[Run, str], None]

_TURNS_LOOKED_AT = 2000
_TURNS_LOOKED_BACK = 20_000
"""For what the twin said before."""
_ALL = 100_000
_NOTHING_TO_SAY: Final = "I have nothing to say to that."
_NOTHING_DICTATED: Final = "You have dictated nothing yet that I could work on. Or give me the text after a colon."
_IN_ITS_WORDS: Final = "In its own sentences:"
_BEYOND_THE_MODEL: Final = (
    "I tried, and what came of it was not your text any more, so I keep it to myself. The language model in use is too "
    "small for this; `twin models` lists larger ones and says what fits this machine."
)
_LONGEST_WORK = 4
"""Times the longest reply: a text that is worked on may be longer than an answer."""


def talk(run: Run, say: Say) -> ConversationState:
    """The language model talks, with the turns of this session that fit before it."""
    parts = run.parts
    turns = parts.ledger.turns(limit=_TURNS_LOOKED_AT, session_id=run.session_id)
    style = _style(run)
    noted = notes(run.recollection.items, parts.timezone) if parts.capable and run.recollection else ()
    messages, kept = open_prompt(
        turns,
        style=style.instructions if parts.capable else style.in_brief,
        noted=noted,
        capable=parts.capable,
        context_tokens=parts.context_tokens,
        reply_tokens=parts.reply_tokens,
        timezone=parts.timezone,
    )
    if run.private:  # what was said off the record is in no ledger
        messages.append(ChatMessage("user", run.text))
    of_notes = (known for item in noted for known in (item.memory.id, *item.memory.source_ids))
    run.drawn_from = (*(turn.id for turn in kept), *of_notes, *style.named_by)
    unsure = not parts.capable and asks_of_the_world(run.text)
    _reply(run, say, messages, style, parts.reply_tokens, begin=UNSURE if unsure else "")
    return {"abstained": False}


def work_on_text(run: Run, say: Say) -> ConversationState:
    """Do what is asked with a text, or with the newest dictation. By rule where a rule can."""
    assert run.to_do is not None
    text = run.to_do.text
    if not text:
        utterance = newest_dictation(run)
        if utterance is None:
            say(run, _NOTHING_DICTATED)
            return {"abstained": True}
        text = utterance.text
        run.drawn_from = (utterance.id,)
    if run.to_do.as_list:
        say(run, bulleted(text))
        return {"abstained": False}
    style = replace(_style(run), sentences=None, bullets=None)  # how long it is to be, the person has just said
    most = max(run.parts.reply_tokens, min(_LONGEST_WORK * run.parts.reply_tokens, len(text) // 2))
    if run.parts.capable:
        prompt = act_prompt(run.to_do.instruction, text, style=style.instructions)
        _reply(run, say, prompt, style, most)
        return {"abstained": False}
    return _tried(run, say, run.to_do.instruction, text, style, most)


def _tried(run: Run, say: Say, instruction: str, text: str, style: Style, max_tokens: int) -> ConversationState:
    """What a small model makes of ``text``, if it is faithful; rules of style that it is only asked for, it would copy
    into the text, so it is not."""
    result = _generate(run, lambda run, piece: None, act_prompt(instruction, text, style=""), style, max_tokens)
    run.style = tuple(used for used in run.style if used.by_code)
    if is_faithful(instruction, text, result):
        say(run, result)
        return {"abstained": False}
    run.model, run.adapters, run.prompt = "", (), ()
    if is_summary(instruction):
        say(run, f"{_IN_ITS_WORDS} {main_sentences(text)}")
        return {"abstained": False}
    say(run, _BEYOND_THE_MODEL)
    return {"abstained": True}


def put_right(run: Run) -> Answer:
    """Put the newest dictation right, as ``twin correct`` does."""
    assert run.put_right is not None
    utterance = newest_dictation(run)
    said = run.put_right.applied_to(utterance.text) if utterance else None
    if utterance is None or said is None:
        return Answer("There is no dictation that says so.", abstained=True)
    report: CorrectionReport = run.parts.handle(Correct(utterance.id, said), run.job)
    run.drawn_from = (utterance.id,)
    lines = [f"Put right: {utterance.id} now says {quoted(said)}"]
    lines += [f"- {one.subject}: {one.rung}. {' '.join(one.reasons)}" for one in report.decisions]
    lines += [
        f"- always write “{rule.term}” for “{rule.heard}”? `twin rules approve {rule.id}`" for rule in report.rules
    ]
    return Answer("\n".join(lines))


def answer_about_twin(run: Run) -> Answer:
    """What the ledger says of the twin itself."""
    if run.about_twin is About.SAID:
        sought = said_before.wanted(run.text, run.parts.now(), run.parts.timezone)
        told = said_before.exchanges(run.parts.ledger.turns(limit=_TURNS_LOOKED_BACK))
        return said_before.told_again(said_before.find(tuple(told), sought), run.parts.timezone)
    said = _about(run)
    run.drawn_from = said.drawn_from
    return Answer(said.text)


def newest_dictation(run: Run) -> Utterance | None:
    """The newest dictation that is recognised and not for the person's own eyes."""
    found = run.parts.ledger.utterances(limit=9)
    return next((one for one in found if one.recognised and not one.source.is_read), None)


def _about(run: Run) -> Said:
    ledger, timezone = run.parts.ledger, run.parts.timezone
    match run.about_twin:
        case About.WHY:
            return about_twin.why_it_wrote(newest_dictation(run), run.text)
        case About.PROPOSES:
            waiting = [*ledger.proposals(ProposalState.OPEN), *ledger.proposals(ProposalState.LATER)]
            missing = ""
            if not waiting:
                with suppress(TwinError):
                    why: Explanation = run.parts.handle(Why(), run.job)
                    missing = why.missing
            return about_twin.what_it_proposes(waiting, missing)
        case About.ITSELF:
            return Said(itself(run.text, capable=run.parts.capable) or "")
        case About.ADAPTERS:
            return about_twin.what_it_was_trained_on(ledger.adapters(), timezone)
        case _:
            return about_twin.what_it_learned(
                ledger.memories(),
                ledger.rules(),
                ledger.decisions(limit=_ALL),
                ledger.runs(),
                after=about_twin.since(run.text, run.parts.now()),
                timezone=timezone,
            )


def _style(run: Run) -> Style:
    ledger = run.parts.ledger
    style = style_of((*ledger.memories(kind=MemoryKind.STYLE), *ledger.memories(kind=MemoryKind.FACT)))
    run.style = style.used()
    return style


def named(run: Run) -> tuple[str, tuple[str, ...]]:
    """What the person asked to be called, or is called, and the memory that says so; empty if that is not known."""
    held = run.parts.ledger.memories(kind=MemoryKind.FACT, limit=_ALL)
    names = [one for one in held if one.slot == "self.name" and one.value]
    (*_, best) = sorted(names, key=lambda one: "call me" in one.text.lower()) or (None,)
    return (best.value, (best.id, *best.source_ids)) if best else ("", ())


def last_words(run: Run) -> str:
    """What the twin said last in this session; empty if nothing."""
    turns = run.parts.ledger.turns(limit=2, session_id=run.session_id)
    return next((turn.text for turn in reversed(turns) if turn.speaker is Speaker.TWIN), "")


def _reply(run: Run, say: Say, messages: Sequence[ChatMessage], style: Style, max_tokens: int, begin: str = "") -> None:
    """What the model replies, after ``begin``; or that it is nothing."""
    if not _generate(run, say, messages, style, max_tokens, begin):
        say(run, _NOTHING_TO_SAY)


def _generate(
    run: Run, say: Say, messages: Sequence[ChatMessage], style: Style, max_tokens: int, begin: str = ""
) -> str:
    """Have the model reply, said piece by piece after ``begin``; returns the whole reply."""
    model = run.parts.language_model(run.job)
    run.model = model.model
    run.adapters = model.through if isinstance(model, Adapted) else ()
    run.prompt = tuple(Prompted(message.role, message.content) for message in messages)
    pieces = model.stream(messages, max_tokens=max_tokens, cancelled=run.job.cancelled)
    with closing(style.apply(pieces)) as styled:
        written: list[str] = []
        for piece in styled:
            say(run, piece if written else begin + piece)
            written.append(piece)
    run.job.check()
    return "".join(written).strip()
