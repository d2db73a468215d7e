"""The listen stage's last step: what was said to edit a dictation is carried out, and kept beside what was heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from twin.domain import Edited, Transcript, Utterance
from twin.ports import Ledger, Sound
from twin.speech.commands import Group
from twin.speech.editing import Preferences, edit_spoken
from twin.speech.pauses import find_silences

if TYPE_CHECKING:
    from twin.settings import Settings

_LOOKED_BACK = 20
"""Utterances among which the one before in the session is sought."""


def preferences_of(settings: Settings) -> Preferences:
    """The person's preferences, as far as they are settings."""
    switches = {
        Group.TAKE_BACK: settings.spoken_take_back,
        Group.LAYOUT: settings.spoken_layout,
        Group.PUNCTUATION: settings.spoken_punctuation,
        Group.CAPITALS: settings.spoken_capitals,
        Group.SPELLING: settings.spoken_spelling,
    }
    return Preferences(
        groups=frozenset(group for group, on in switches.items() if on),
        digits_from=settings.digits_from,
        own_punctuation=settings.punctuation == "as heard",
    )


class Edit(Protocol):
    """See :meth:`SpokenEditor.edit`."""

    def __call__(self, transcript: Transcript, sound: Sound, *, utterance: Utterance | None = None) -> Transcript: ...


def as_heard(transcript: Transcript, sound: Sound, *, utterance: Utterance | None = None) -> Transcript:
    """An :class:`Edit` that leaves everything as it was heard."""
    return transcript


class SpokenEditor:
    """Carries out what was said to edit, between hearing and keeping.

    ``capitals`` gives the words that keep their capital wherever they stand (names of the vocabulary), in lower case.
    """

    def __init__(
        self, ledger: Ledger, preferences: Preferences, capitals: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        self._ledger = ledger
        self._preferences = preferences
        self._capitals = capitals

    def edit(self, transcript: Transcript, sound: Sound, *, utterance: Utterance | None = None) -> Transcript:
        """``transcript`` with what it comes to, for ``Ledger.add_hearing``; as it is where nothing was said to edit.

        ``sound`` is the recording. ``utterance`` is the one that it was heard in, for the first time: then a take-back
        or a mark at its beginning reaches the utterance before it in the session, in the ledger too, unless the person
        corrected that one. Without it nothing goes back. Raises ``LedgerError``.
        """
        before = self._before(utterance) if utterance is not None else None
        done = edit_spoken(
            transcript.words,
            before.shown if before else "",
            replace(self._preferences, capitals=self._preferences.capitals | self._capitals()),
            silences=find_silences(sound),
            language=transcript.language,
        )
        if before is not None and done.previous_text != before.shown:
            self._ledger.add_edited(before.id, cut_to(before, done.previous_text))
        as_heard = done.edited.text == transcript.text and not done.edited.commands_applied
        return transcript if as_heard else replace(transcript, edited=done.edited)

    def _before(self, utterance: Utterance) -> Utterance | None:
        """The last utterance of the session before this one that has any text left."""
        earlier = (
            other
            for other in self._ledger.utterances(limit=_LOOKED_BACK, private=True)
            if other.session_id == utterance.session_id and int(other.id[1:]) < int(utterance.id[1:])
        )
        before = next((other for other in earlier if other.shown.strip()), None)
        return before if before is not None and before.corrected is None else None


def cut_to(utterance: Utterance, text: str) -> Edited:
    """What ``utterance`` comes to when ``text`` is left of it: its beginning, perhaps with another mark at the end."""
    commands = utterance.edited.commands_applied if utterance.edited else ()
    left = zip(text.split(), utterance.shown_words, strict=False)
    return Edited(text, tuple(replace(word, word=written) for written, word in left), commands)
