"""Noticing what the person does with a dictation besides correcting it: say it again, throw it away, send it changed;
and what they do with a reply: a thumb up or down, or words of their own in its place.

None of it says what was wrong, only that something was. It is written down, and nothing is learned from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin.domain import EditKind, Judgement, Signal, SignalKind, Speaker, Turn, Utterance, WordEdit
from twin.errors import NotFoundError, NotUnderstoodError
from twin.learning.feedback import notice
from twin.ports import Clock, Ledger
from twin.sounds import letters

_LOOKED_BACK = 20


@dataclass(frozen=True, slots=True)
class Thresholds:
    retry_within: timedelta = timedelta(minutes=2)
    retry_similarity: float = 0.7
    """Of the letters: what was misheard is heard otherwise the second time."""
    retry_words: int = 3
    """Less is said twice without meaning anything by it."""
    deletion_within: timedelta = timedelta(seconds=60)
    edit_within: timedelta = timedelta(minutes=10)
    edit_similarity: float = 0.6


def is_retry(earlier: Utterance, later: Utterance, thresholds: Thresholds) -> bool:
    """Whether ``later`` is ``earlier`` dictated once more: nearly the same text, soon after, in another recording."""
    return (
        timedelta() <= later.created_at - earlier.created_at <= thresholds.retry_within
        and earlier.audio_sha256 != later.audio_sha256
        and min(len(earlier.heard.split()), len(later.heard.split())) >= thresholds.retry_words
        and _likeness(earlier.heard, later.heard) >= thresholds.retry_similarity
    )


def is_prompt_deletion(utterance: Utterance, at: datetime, thresholds: Thresholds) -> bool:
    """Whether ``utterance``, forgotten ``at`` that time, was thrown away at once."""
    return timedelta() <= at - utterance.created_at <= thresholds.deletion_within


def edits_before_sending(utterance: Utterance, sent: str, at: datetime, thresholds: Thresholds) -> tuple[WordEdit, ...]:
    """What the person changed of ``utterance`` in what they ``sent``; nothing if that was the same, or another text."""
    soon = timedelta() <= at - utterance.created_at <= thresholds.edit_within
    if not soon or utterance.text.split() == sent.split():
        return ()
    return notice(utterance.shown_words, sent) if _likeness(utterance.text, sent) >= thresholds.edit_similarity else ()


class Noticing:
    """Writes signals down. Raises ``LedgerError``."""

    def __init__(self, ledger: Ledger, clock: Clock, thresholds: Thresholds | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._thresholds = thresholds or Thresholds()

    def dictated(self, utterance: Utterance) -> Signal | None:
        """``utterance`` is new: was it said before?"""
        for earlier in self._ledger.utterances(limit=_LOOKED_BACK):
            if earlier.id != utterance.id and is_retry(earlier, utterance, self._thresholds):
                seconds = (utterance.created_at - earlier.created_at).total_seconds()
                return self._ledger.add_signal(
                    SignalKind.RETRY,
                    subject_id=earlier.id,
                    summary=f"said again {seconds:.0f} s later, as {utterance.id}",
                    edits=(),
                )
        return None

    def thrown_away(self, ids: Iterable[str]) -> tuple[Utterance, ...]:
        """Which of ``ids``, if they are forgotten now, are dictations of just before."""
        now = self._clock.now()
        found = []
        for known in ids:
            if known.startswith("u"):
                try:
                    utterance = self._ledger.utterance(known)
                except NotFoundError:
                    continue  # the forgetting says so
                if not utterance.source.is_read and is_prompt_deletion(utterance, now, self._thresholds):
                    found.append(utterance)
        return tuple(found)

    def deleted(self, utterance: Utterance) -> Signal:
        """``utterance`` is gone."""
        seconds = (self._clock.now() - utterance.created_at).total_seconds()
        summary = f"thrown away {seconds:.0f} s after it was dictated"
        return self._ledger.add_signal(SignalKind.DELETION, subject_id=utterance.id, summary=summary, edits=())

    def sent(self, text: str, session_id: str) -> Signal | None:
        """``text`` was sent in a session: is it a dictation of it, changed?"""
        now = self._clock.now()
        for utterance in self._ledger.utterances(limit=_LOOKED_BACK):
            if utterance.session_id != session_id or utterance.corrected is not None:
                continue
            if utterance.text.split() == text.split():
                return None
            edits = edits_before_sending(utterance, text, now, self._thresholds)
            if edits:
                count = f"{len(edits)} place{'s' * (len(edits) > 1)}"
                return self._ledger.add_signal(
                    SignalKind.EDIT, subject_id=utterance.id, summary=f"changed in {count} before sending", edits=edits
                )
        return None

    def rated(self, turn_id: str, *, good: bool) -> Signal:
        """The person said of a reply that it was good, or was not. Raises ``NotFoundError``, ``NotUnderstoodError``."""
        reply = self._reply(turn_id)
        kind = SignalKind.THUMBS_UP if good else SignalKind.THUMBS_DOWN
        summary = f"a reply was {'good' if good else 'not good'}"
        return self._ledger.add_signal(kind, subject_id=reply.id, summary=summary, edits=())

    def reply_edited(self, turn_id: str, text: str) -> Signal:
        """The person made ``text`` of a reply, which stands as that from now on. Raises ``NotFoundError``,
        ``NotUnderstoodError``."""
        reply = self._reply(turn_id)
        edits = reworded(reply.shown, text)
        if not edits:
            raise NotUnderstoodError(f"Nothing is changed in {reply.id}.")
        summary = f"a reply was changed in {len(edits)} place{'s' * (len(edits) > 1)}"
        with self._ledger.together():
            self._ledger.add_edited_reply(reply.id, text)
            return self._ledger.add_signal(SignalKind.EDIT, subject_id=reply.id, summary=summary, edits=edits)

    def _reply(self, turn_id: str) -> Turn:
        turn = self._ledger.turn(turn_id)
        if turn.speaker is not Speaker.TWIN:
            raise NotUnderstoodError(f"{turn_id} is not something that the twin said.")
        return turn


def reworded(before: str, after: str) -> tuple[WordEdit, ...]:
    """What differs between a text and what was made of it, word by word; nothing of it was misheard."""
    from difflib import SequenceMatcher

    old, new = before.split(), after.split()
    kinds = {"replace": EditKind.SUBSTITUTE, "insert": EditKind.INSERT, "delete": EditKind.DELETE}
    return tuple(
        WordEdit(kinds[tag], tuple(old[a:b]), tuple(new[c:d]), a, b, Judgement.REWORDING, similarity=0.0)
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    )


def _likeness(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(letters(one), letters(other)))
