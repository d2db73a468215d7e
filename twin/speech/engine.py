"""Recognising speech with Whisper on CTranslate2, by faster-whisper: files window by window, and live.

One pass and no more: what is added to plain faster-whisper (:mod:`twin.speech.voice`) must stay within a few percent
of its time. The model is one window's at a time; between windows, who speaks right now goes before a long file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from threading import Event as Flag
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.domain import Hint, Transcript, Word
from twin.errors import CancelledByPersonError, ModelError, SettingsError
from twin.models.resolve import LocalWeights
from twin.ports import SAMPLE_RATE_HZ, Audio, EncoderStates, Hinting, Sound, Speech, no_hints
from twin.speech.sound import as_sound
from twin.speech.turns import Turns
from twin.speech.voice import find_voice
from twin.speech.windows import FRAME_SAMPLES, WINDOW_FRAMES, frames_left

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer

    from twin.speech.live import LiveHearing
    from twin.speech.whisper import WindowModel

_SECONDS_TO_TELL_A_LANGUAGE = 3.0


class WhisperTranscriber:
    """A :class:`~twin.ports.Transcriber`. Windows of several requests take turns; a cancelled one leaves the queue."""

    def __init__(
        self,
        weights: LocalWeights,
        *,
        language: str = "en",
        beam_size: int = 5,
        compute_type: str = "int8",
        threads: int,
        adapter_id: str | None = None,
    ) -> None:
        """Load the model. ``language`` is a Whisper code, or ``auto``; ``adapter_id`` says what is merged into the
        weights. Raises ``ModelError``, ``SettingsError``."""
        self._beam_size, self._compute_type, self._threads = beam_size, compute_type, threads
        self._adapter_id = adapter_id
        self._of_domains: dict[str, tuple[LocalWeights, str]] = {}
        self._loaded: tuple[str, WindowModel] | None = None
        self._model = self._load(weights)
        if language != "auto" and language not in self._model.supported_languages:
            raise SettingsError(
                f"{weights.name} does not know the language {language!r}.",
                hint="Set `language` to a code such as en, de or fr, or to auto.",
            )
        self._name = weights.name
        self._language = None if language == "auto" else language
        self._turns = Turns()

    def _load(self, weights: LocalWeights) -> WindowModel:
        from twin.speech.whisper import WindowModel

        try:
            return WindowModel(
                weights.path, compute_type=self._compute_type, threads=self._threads, beam_size=self._beam_size
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                f"{weights.name} could not be loaded ({error}).",
                hint="Run `twin doctor`; if compute_type was set, try int8 or float32.",
            ) from error

    def swap(self, weights: LocalWeights, adapter_id: str | None, *, domain: str = "") -> None:
        """Recognise with other weights of the same model from the next utterance on: what is under way ends as it
        began. Those of a ``domain`` are for its utterances alone (:meth:`adapted_to`), and no ``adapter_id`` means that
        it has none any more. Raises ``ModelError``, and goes on with what there was."""
        if domain:
            self._of_domains.pop(domain, None)
            if adapter_id is not None:
                self._of_domains[domain] = weights, adapter_id
            return
        model = self._load(weights)
        with self._turns.one(lambda: False, urgent=True):
            self._model, self._adapter_id = model, adapter_id

    @property
    def model(self) -> str:
        return self._name

    def transcribe(
        self,
        audio: Audio | Sound,
        *,
        on_word: Callable[[Word], None],
        cancelled: Flag,
        hinting: Hinting = no_hints,
        states: NDArray[np.float32] | None = None,
    ) -> Transcript:
        """Recognise ``audio``. Words arrive in bursts, for Whisper settles a window of 30 s at a time.

        Each window sees the text of the one before, which keeps names and style (measured on recordings of one voice
        over several windows: 8.5 against 9.5, 4.4 against 5.8, 7.7 against 7.9% WER; in heavy noise, which is where
        Whisper loops, no difference); that text is dropped after a window that had to be decoded again. If nobody
        speaks, the transcript is empty. ``hinting`` says of each window what to listen for in it. Of a
        :class:`~twin.ports.Sound` no more than a minute is in memory at a time. ``states`` are the encoder's output for
        the first window, if they were computed earlier on these weights' encoder. Raises ``ModelError``,
        ``CancelledByPersonError``.
        """
        from twin.speech.pieces import is_spaced
        from twin.speech.whisper import Before

        sound = as_sound(audio)
        seconds = round(len(sound) / SAMPLE_RATE_HZ, 3)
        voiced = find_voice(sound, lambda: _check(cancelled))
        if not voiced.spans:
            return Transcript("", (), self._language or "", seconds)
        words: list[Word] = []
        texts: list[str] = []
        hints: dict[str, Hint] = {}
        before = Before()
        model, adapter_id = self._model, self._adapter_id
        tokenizer = self._tokenizer_for(voiced, cancelled.is_set)
        while frames := frames_left(voiced, before.frame):
            with self._turn(cancelled.is_set, model):
                features = model.features(voiced, before.frame, frames)
                if states is not None and not before.frame:
                    model.remember(features, states)
                heard = model.hear(features, before, tokenizer, hinting=hinting)
            before = heard.after
            hints.update((hint.term, hint) for hint in heard.hints)
            texts.extend(heard.texts)
            for word in map(voiced.in_time, heard.words):
                words.append(word)
                on_word(word)
        spaced = is_spaced(tokenizer.language_code)
        text = " ".join(word.word for word in words) if spaced else "".join(texts).strip()
        language = str(tokenizer.language_code)
        return Transcript(text, tuple(words), language, seconds, tuple(hints.values()), adapter_id=adapter_id)

    def follow(self, *, hinting: Hinting = no_hints) -> LiveHearing:
        """Recognise a recording that is still growing; ``hinting`` says what to listen for."""
        from twin.speech.live import LiveHearing

        least_seconds = 0.0 if self._language else _SECONDS_TO_TELL_A_LANGUAGE
        model = self._model
        return LiveHearing(
            model,
            partial(self._tokenizer_for, urgent=True),
            lambda unwanted: self._turn(unwanted, model, urgent=True),
            hinting=hinting,
            least_seconds=least_seconds,
            adapter_id=self._adapter_id,
        )

    def adapted_to(self, domain: str) -> WhisperTranscriber:
        """With the weights of a domain, if it has its own. Those of the domain spoken of last stay loaded beside the
        general ones; to load others takes some tenths of a second."""
        weights, adapter_id = self._of_domains.get(domain, (None, ""))
        if weights is None:
            return self
        loaded = self._loaded
        if loaded is None or loaded[0] != adapter_id:
            loaded = self._loaded = adapter_id, self._load(weights)
        adapted = copy(self)
        adapted._adapter_id, adapted._model = loaded
        return adapted

    def encoder_states(self, audio: Audio | Sound) -> EncoderStates | None:
        """The encoder's output for what is said in ``audio``; nothing if that is nothing, or more than a window.

        What a decoder can be trained on without running the encoder again; for what was recognised just before, it
        costs next to nothing. Raises ``ModelError``.
        """
        found = self.features(audio)
        if found is None:
            return None
        features, seconds = found
        with self._turn(lambda: False):
            return EncoderStates(self._model.states(features), seconds, self._adapter_id)

    def features(self, audio: Audio | Sound) -> tuple[NDArray[np.float32], float] | None:
        """What the encoder is given for what is said in ``audio``, log-mel features ``(mels, frames)``, and the seconds
        of it; nothing if that is nothing, or more than a window. Raises ``ModelError``."""
        voiced = find_voice(as_sound(audio))
        if not voiced.spans or len(voiced) > WINDOW_FRAMES * FRAME_SAMPLES:
            return None
        with self._turn(lambda: False):
            return self._model.features(voiced, 0, frames_left(voiced, 0)), len(voiced) / SAMPLE_RATE_HZ

    def _tokenizer_for(self, speech: Speech, unwanted: Callable[[], bool], *, urgent: bool = False) -> Tokenizer:
        """Of the language that is set, or else of the one that ``speech`` begins in."""
        if self._language is not None:
            return self._model.tokenizer_for(self._language)
        with self._turn(unwanted, urgent=urgent):
            features = self._model.features(speech, 0, frames_left(speech, 0))
            return self._model.tokenizer_for(self._model.language_of(features))

    @contextmanager
    def _turn(
        self, unwanted: Callable[[], bool], model: WindowModel | None = None, *, urgent: bool = False
    ) -> Iterator[None]:
        """A model to oneself, given up as soon as ``unwanted`` says so; what goes wrong with it is a ModelError."""
        with self._turns.one(unwanted, urgent=urgent):
            (model or self._model).only_while(unwanted)
            try:
                yield
            except (RuntimeError, ValueError, MemoryError) as error:
                raise ModelError(
                    f"{self._name} failed while recognising ({error}).",
                    hint="Try again; if it persists, `twin doctor`.",
                ) from error


def _check(cancelled: Flag) -> None:
    if cancelled.is_set():
        raise CancelledByPersonError("Cancelled.")
