"""Listening, correcting, and recordings that are brought along."""

from __future__ import annotations

from dataclasses import dataclass

from twin.domain import AudioSource, Correction, Decision, Proposal, RewriteRule, Signal, Utterance
from twin.requests.base import Request


@dataclass(frozen=True, slots=True)
class CorrectionReport:
    correction: Correction
    heard: str
    signals: tuple[Signal, ...]
    decisions: tuple[Decision, ...]
    rules: tuple[RewriteRule, ...] = ()
    """Rewrite rules that it made for a proposal."""
    proposals: tuple[Proposal, ...] = ()
    """What the twin now wishes to learn from all corrections."""


@dataclass(frozen=True, slots=True)
class VoiceOf:
    """Whose recordings are in a voice dataset, and how many; ``name`` is empty where it names nobody."""

    name: str
    recordings: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A recording of a voice dataset that is not learned from; ``where`` names it or its line."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class VoiceImport:
    """What an import of a voice dataset brought; ``layout`` is told from its files.

    ``imported`` are those learned from, of ``seconds`` in all (in a ``preview`` of all there is); ``known`` were in
    already, ``left`` are those beyond the limit, ``refused`` those not taken in, or in and not learned from."""

    layout: str
    recordings: int
    imported: int
    known: int
    refused: tuple[NotTaken, ...]
    seconds: float
    speakers: tuple[VoiceOf, ...]
    restored: bool
    """Whether its texts are in one case, so that case and punctuation are taken from what is heard."""
    preview: bool = False
    left: int = 0
    sample: tuple[str, ...] = ()
    summary: str = ""
    """What there is to learn from now."""
    missing: str = ""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences to read out, and how many were read already."""

    sentences: tuple[str, ...]
    read: int


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """``report`` is what came of taking the sentence for what was said; nothing if it was not taken."""

    heard: str
    report: CorrectionReport | None = None


@dataclass(frozen=True, slots=True)
class Utterances:
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class WordChange:
    """A place where two hearings of one recording differ; ``position`` counts the words before it in the earlier."""

    position: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeardAgain:
    """What another hearing of a kept recording brought. ``utterance`` is as it stands now."""

    utterance: Utterance
    before: str
    """What was heard before; empty if the recording had not been recognised yet."""
    now: str
    changes: tuple[WordChange, ...]
    taken: bool
    """Whether the new hearing is the utterance's text now. Where the person said what they had really said, that
    stays, and the new hearing is kept beside it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What may have been said instead of the words ``first`` to before ``last`` of an utterance's ``shown_words``.

    ``text`` has the marks of what it would replace; ``reason`` says, for people, where it comes from."""

    text: str
    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word to look at twice, with its position among ``shown_words`` and what it may have been, likeliest first."""

    position: int
    word: str
    probability: float
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubts:
    """The doubtful words of an utterance, the least certain first; none if the person has said what it really was."""

    utterance: Utterance
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """Something that sound can be recorded from. ``name`` is what :class:`Listen` takes."""

    name: str
    channels: int
    rate_hz: int
    default: bool


@dataclass(frozen=True, slots=True)
class AudioDevices:
    devices: tuple[AudioDevice, ...]


@dataclass(frozen=True, slots=True)
class Dictate(Request[Utterance]):
    """Recognise a recording; streams :class:`~twin.events.WordHeard`. ``path`` is absolute."""

    survives_disconnect = True
    path: str
    session_id: str
    source: AudioSource = AudioSource.FILE
    private: bool = False
    """Only give the text: keep neither that nor the recording."""


@dataclass(frozen=True, slots=True)
class RawFormat:
    """Sound without a header: ``sample_format`` is s16le, s32le, u8 or f32le."""

    rate_hz: int = 16_000
    channels: int = 1
    sample_format: str = "s16le"


PIPE_SUFFIX = ".pipe"
"""Of the files in ``home/spool`` that pipes are copied into; an engine that starts removes those left behind."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A file that another process is still writing: a recording in any streamable format, or raw sound.

    It has ended when the request is ended (:class:`EndListening`), and stays its writer's."""

    path: str
    raw: RawFormat | None = None


@dataclass(frozen=True, slots=True)
class Listen(Request[Utterances]):
    """Recognise what is being said, from the microphone or a pipe, while it is said.

    Streams ``Level`` ten times a second, ``PartialText`` as words come and settle, and ``UtteranceHeard`` for each
    utterance. Without ``hands_free`` all is one utterance, which :class:`EndListening` ends; with it an utterance
    ends by itself after a pause, and listening goes on until :class:`EndListening`. Nothing that was recorded is lost
    by a cancel, a failure or a crash: it is an utterance that is not recognised yet (:class:`DictateAgain`).
    """

    session_id: str
    device: str = ""
    """Part of a device's name; empty means the one that is set, or else the system's."""
    hands_free: bool = False
    pipe: Pipe | None = None
    private: bool = False
    """Only give the text: keep neither that nor the recording."""
    reading: bool = False
    """A sentence of the guided reading is read to the microphone (:class:`ListSentences`)."""


@dataclass(frozen=True, slots=True)
class ListSentences(Request[Sentences]):
    """What is to be read out, in this order; without what was read already."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class ReadSentence(Request[SentenceRead]):
    """An utterance is ``sentence``, read out: that is taken for what was said in it. If it sounds like something else,
    the recording is let go of and nothing is learned from it."""

    utterance_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportVoice(Request[VoiceImport]):
    """Take in recordings whose text is known, as corrected dictations; ``path`` is an absolute folder, of any layout in
    :mod:`twin.speech.voice_datasets`.

    ``speaker`` is the person, in a dataset of several. ``limit``: at most so many new recordings, 0 is all.
    ``preview``: only say what there is. What was taken in before a cancel stays; the same import goes on from there."""

    survives_disconnect = True
    path: str
    speaker: str = ""
    limit: int = 0
    preview: bool = False


@dataclass(frozen=True, slots=True)
class EndListening(Request[bool]):
    """All has been said: have a running :class:`Listen` finish; false if it was over already."""

    retry_after_crash = True
    job_id: str


@dataclass(frozen=True, slots=True)
class ListDevices(Request[AudioDevices]):
    """What sound can be recorded from."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class DictateAgain(Request[HeardAgain]):
    """Recognise the recording of an utterance anew, with the model and the hints of today; ``last`` is the newest."""

    utterance_id: str


@dataclass(frozen=True, slots=True)
class Correct(Request[CorrectionReport]):
    """Say what was really said in an utterance; ``last`` names the newest one."""

    utterance_id: str
    said: str


@dataclass(frozen=True, slots=True)
class Alternatives(Request[Doubts]):
    """Which words of an utterance are to be looked at twice, and what they may have been; ``last`` is the newest."""

    retry_after_crash = True
    utterance_id: str = "last"


@dataclass(frozen=True, slots=True)
class UndoEditing(Request[Utterance]):
    """Have an utterance stand as it was heard, with nothing carried out that was said to edit it; ``last`` names the
    newest. What rules did in it they do in that as well."""

    utterance_id: str


@dataclass(frozen=True, slots=True)
class ListUtterances(Request[Utterances]):
    """The newest utterances, newest first; ``before``: only those older than that utterance."""

    retry_after_crash = True
    limit: int = 50
    private: bool = False
    before: str = ""
