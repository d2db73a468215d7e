"""Recognising speech with Whisper on CTranslate2, by faster-whisper, words as they settle.

One pass and no more: what is added to plain faster-whisper (:mod:`twin.speech.voice`) must stay within a few percent
of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Lock
from typing import TYPE_CHECKING

from twin.domain import Transcript, Word
from twin.errors import CancelledByPersonError, ModelError, SettingsError
from twin.models.resolve import LocalWeights
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.speech.voice import find_voice

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment
    from faster_whisper.transcribe import Word as RawWord

_POLL_SECONDS = 0.05

_UNSPACED_LANGUAGES = {"zh", "yue", "ja", "th", "lo", "my"}
"""Written without spaces; in all others a word without a leading space belongs to the one before ("-of", ",000")."""


class WhisperTranscriber:
    """A :class:`~twin.ports.Transcriber`. One request at a time; further ones queue, and leave when cancelled."""

    def __init__(
        self,
        weights: LocalWeights,
        *,
        language: str = "en",
        beam_size: int = 5,
        compute_type: str = "int8",
        threads: int,
    ) -> None:
        """Load the model. ``language`` is a Whisper code, or ``auto``. Raises ``ModelError``, ``SettingsError``."""
        from faster_whisper import WhisperModel

        try:
            self._model = WhisperModel(
                str(weights.path), device="cpu", compute_type=compute_type, cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                f"{weights.name} could not be loaded ({error}).",
                hint="Run `twin doctor`; if compute_type was set, try int8 or float32.",
            ) from error
        if language != "auto" and language not in self._model.supported_languages:
            raise SettingsError(
                f"{weights.name} does not know the language {language!r}.",
                hint="Set `language` to a code such as en, de or fr, or to auto.",
            )
        self._name = weights.name
        self._language = None if language == "auto" else language
        self._beam_size = beam_size
        self._lock = Lock()

    @property
    def model(self) -> str:
        return self._name

    def transcribe(self, audio: Audio, *, on_word: Callable[[Word], None], cancelled: Flag) -> Transcript:
        """Recognise ``audio``. Words arrive in bursts, for Whisper settles a window of 30 s at a time.

        Each window sees the text of the one before, which keeps names and style (measured on recordings of one voice
        over several windows: 8.5 against 9.5, 4.4 against 5.8, 7.7 against 7.9% WER; in heavy noise, which is where
        Whisper loops, no difference); faster-whisper drops that text after a window that it had to decode again. If
        nobody speaks, the transcript is empty. Raises ``ModelError``, ``CancelledByPersonError``.
        """
        seconds = round(len(audio) / SAMPLE_RATE_HZ, 3)
        with self._turn(cancelled):
            voiced = find_voice(audio)
            if not voiced.spans:
                return Transcript("", (), self._language or "", seconds)
            with self._model_errors():
                segments, info = self._model.transcribe(
                    voiced.audio,
                    language=self._language,
                    beam_size=self._beam_size,
                    word_timestamps=True,
                    condition_on_previous_text=True,
                )
            spaced = info.language not in _UNSPACED_LANGUAGES
            words: list[Word] = []
            texts: list[str] = []
            for segment in self._each(voiced.in_time(segments), cancelled):
                texts.append(segment.text)
                for word in _whole_words(segment.words or (), spaced=spaced):
                    words.append(word)
                    on_word(word)
        text = " ".join(word.word for word in words) if spaced else "".join(texts).strip()
        return Transcript(text, tuple(words), info.language, seconds)

    @contextmanager
    def _turn(self, cancelled: Flag) -> Iterator[None]:
        while not self._lock.acquire(timeout=_POLL_SECONDS):
            _check(cancelled)
        try:
            _check(cancelled)
            yield
        finally:
            self._lock.release()

    def _each(self, segments: Iterable[Segment], cancelled: Flag) -> Iterator[Segment]:
        """Each segment as it settles; asking for the next one is what runs the model."""
        remaining = iter(segments)
        while True:
            _check(cancelled)
            with self._model_errors():
                segment = next(remaining, None)
            if segment is None:
                return
            _check(cancelled)
            yield segment

    @contextmanager
    def _model_errors(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ModelError(
                f"{self._name} failed while recognising ({error}).", hint="Try again; if it persists, `twin doctor`."
            ) from error


def _check(cancelled: Flag) -> None:
    if cancelled.is_set():
        raise CancelledByPersonError("Cancelled.")


def _whole_words(pieces: Iterable[RawWord], *, spaced: bool) -> Iterator[Word]:
    """Words without their leading space. Where words are spaced, pieces that lack one are put back together:
    faster-whisper splits "state-of-the-art" at its hyphens and "3.5" at its point; the least probability stands.
    """
    word: Word | None = None
    for piece in pieces:
        text = piece.word.strip()
        if not text:
            continue
        start, end, probability = float(piece.start), float(piece.end), float(piece.probability)
        if word is not None and spaced and not piece.word.startswith(" "):
            word = Word(word.word + text, word.start, end, min(word.probability, probability))
            continue
        if word is not None:
            yield word
        word = Word(text, start, end, probability)
    if word is not None:
        yield word
