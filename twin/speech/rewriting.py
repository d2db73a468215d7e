"""The listen stage's last step but keeping: rewrite rules in a dictation, after what was said to edit it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from twin.domain import AppliedRule, Edited, RuleStatus, Transcript, Utterance, Word
from twin.errors import NotUnderstoodError
from twin.learning.rewrite import Rewritten, apply_rules, take_back
from twin.ports import Ledger, Sound
from twin.requests import UndoEditing
from twin.speech.editor import Edit


class Rewriter:
    """An :class:`~twin.speech.editor.Edit` that has ``edit`` carried out and then applies the person's active rules.

    ``domain`` says which trade is spoken of in a text.
    """

    def __init__(
        self, ledger: Ledger, edit: Edit, *, domain: Callable[[str], str] = lambda text: "", enabled: bool = True
    ) -> None:
        self._ledger = ledger
        self._edit = edit
        self._domain = domain
        self._enabled = enabled

    def edit(self, transcript: Transcript, sound: Sound, *, utterance: Utterance | None = None) -> Transcript:
        """What was heard stays as it was heard; what it comes to has the terms. Raises ``LedgerError``."""
        transcript = self._edit(transcript, sound, utterance=utterance)
        rules = self._ledger.rules(RuleStatus.ACTIVE) if self._enabled else ()
        edited = transcript.edited or Edited(transcript.text, transcript.words)
        if not rules or len(edited.text.split()) != len(edited.words):
            return transcript
        domain = self._domain(edited.text) if any(rule.scope.domain for rule in rules) else ""
        rewritten = apply_rules(edited.words, rules, domain=domain)
        if not rewritten.applied:
            return transcript
        text = _respelled(edited.text, edited.words, rewritten.words, rewritten.applied)
        edited = replace(edited, text=text, words=rewritten.words)
        return replace(transcript, edited=edited, rules_applied=rewritten.applied)


def without_rule(utterance: Utterance, number: int) -> tuple[Edited, tuple[AppliedRule, ...]]:
    """What ``utterance`` comes to without what the rule ``number`` (from 0) did in it, and what others did."""
    applied = utterance.rules_applied
    taken_back = take_back(utterance.shown_words, applied, number)
    undone = applied[number]
    places = list(re.finditer(r"\S+", utterance.shown))
    start, end = places[undone.first].start(), places[undone.last - 1].end()
    heard = " ".join(word.word for word in undone.heard)
    text = utterance.shown[:start] + heard + utterance.shown[end:]
    commands = utterance.edited.commands_applied if utterance.edited else ()
    return Edited(text, taken_back.words, commands), taken_back.applied


def undo_editing(request: UndoEditing, ledger: Ledger) -> Utterance:
    """Answers :class:`~twin.requests.UndoEditing`. What it took from the utterance before stays taken.

    Raises ``NotFoundError``; ``NotUnderstoodError`` where nothing was said to edit, or the person said already what it
    really was; ``LedgerError``.
    """
    utterance = ledger.utterance(request.utterance_id)
    if utterance.corrected is not None:
        raise NotUnderstoodError(
            f"You have said already what {utterance.id} really was.",
            hint=f"Correct it again: twin correct {utterance.id} TEXT",
        )
    standing = {applied.rule_id for applied in utterance.rules_applied}
    rewritten = Rewritten(utterance.words, ())
    if standing and len(utterance.heard.split()) == len(utterance.words):
        # of a rule that fired here its domain holds
        rules = [replace(rule, scope=replace(rule.scope, domain="")) for rule in ledger.rules() if rule.id in standing]
        rewritten = _as_left(apply_rules(utterance.words, rules), utterance)
    text = utterance.heard
    if rewritten.applied:
        text = _respelled(text, utterance.words, rewritten.words, rewritten.applied)
    if text == utterance.shown:
        raise NotUnderstoodError(
            f"Nothing was said to edit {utterance.id}.", hint="`twin utterances --json` shows what was carried out."
        )
    undone = ledger.add_edited(utterance.id, Edited(text, rewritten.words) if rewritten.applied else None)
    if standing:
        ledger.set_rules_applied(undone, Edited(text, rewritten.words), rewritten.applied)
    return ledger.utterance(utterance.id)


def _as_left(rewritten: Rewritten, utterance: Utterance) -> Rewritten:
    """``rewritten`` without what the person took back: where what a rule had replaced stands as it was heard."""
    standing = {(one.rule_id, one.heard[0].start) for one in utterance.rules_applied}
    shown = {word.start for word in utterance.shown_words}
    for number in reversed(range(len(rewritten.applied))):
        one = rewritten.applied[number]
        began = one.heard[0].start
        if (one.rule_id, began) not in standing and began in shown:
            rewritten = take_back(rewritten.words, rewritten.applied, number)
    return rewritten


def _respelled(text: str, before: Sequence[Word], after: Sequence[Word], applied: Sequence[AppliedRule]) -> str:
    """``text``, line breaks and all, with the terms in place of the words that they replaced."""
    places = list(re.finditer(r"\S+", text))
    pieces, at, shift = list[str](), 0, 0
    for one in applied:
        first = one.first + shift
        last = first + len(one.heard)
        pieces += (text[at : places[first].start()], " ".join(word.word for word in after[one.first : one.last]))
        at = places[last - 1].end()
        shift += len(one.heard) - (one.last - one.first)
    return "".join((*pieces, text[at:]))
