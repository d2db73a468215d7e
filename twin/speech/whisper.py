"""Whisper, a window of 30 s at a time, on faster-whisper's parts.

What :meth:`faster_whisper.WhisperModel.transcribe` does with a whole recording is done here for one window, so that
features are made per window (an hour's would be gigabytes), a window may begin with words that have settled already,
a second pass over the same window shares the encoder's output, and a decoding can be given up at once. Of
a file of one window the result is faster-whisper's own; where somebody speaks, and waits, the encoder runs on less
silence (:mod:`twin.speech.windows`).

Imported when the recogniser is loaded (``twin/speech/engine.py``): faster-whisper takes a while to import.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens
from faster_whisper.utils import get_end
from numpy.typing import NDArray

from twin.domain import Hint, Word
from twin.errors import CancelledByPersonError
from twin.ports import Hinting, Sound, no_hints
from twin.speech.hints import Criteria, choose
from twin.speech.pieces import is_spaced, token_words_of, whole_words, with_terms
from twin.speech.streaming import TokenWord, text_of, tokens_of
from twin.speech.unspoken import unspoken
from twin.speech.windows import FRAME_SAMPLES, FRAMES_PER_SECOND, encoded_frames

_GLANCE_TOKENS_PER_SECOND = 8
_GLANCE_LEAST_TOKENS = 16
"""More than anybody says: a glance that reaches it is looping, and is given up."""

_LEAST_STEP_FRAMES = 10
"""A window that ends where it began would be recognised for ever."""

_KEPT_ENCODINGS = 4
_POLL_SECONDS = 0.005
_MARGIN_FRAMES = 2
"""Features of a frame reach 12.5 ms to both sides."""

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_RESET_PROMPT_ABOVE_TEMPERATURE = 0.5
_COMPRESSION_LIMIT = 2.4
_LOG_PROBABILITY_LIMIT = -1.0
_NO_SPEECH_LIMIT = 0.6
_OPENING_MARKS = "\"'“¿([{-"
_CLOSING_MARKS = "\"'.。,，!！?？:：”)]}、"

_ROOM_TOKENS = 160
"""What a window's own words need at most of the decoder's 448 positions."""

Features = NDArray[np.float32]
"""Log-mel features, shape ``(mels, frames)``."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the windows before this one leave to it: where it begins, and the end of their text."""

    frame: int = 0
    tokens: tuple[int, ...] = ()
    last_speech: float = 0.0
    """When the last word before it ended, in seconds."""


@dataclass(frozen=True, slots=True)
class HeardWindow:
    """What was recognised in one window; times are those of the sound that it was cut from."""

    words: tuple[Word, ...]
    texts: tuple[str, ...]
    """As the segments have it, for languages without spaces."""
    token_words: tuple[TokenWord, ...]
    after: Before
    """What the next window is given."""
    hints: tuple[Hint, ...] = ()
    """Those that were followed."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a glance brought, and the hints that were followed."""

    words: tuple[TokenWord, ...]
    hints: tuple[Hint, ...] = ()


class _Interruptible:
    """CTranslate2's Whisper, whose decoding is left alone when it is not wanted any more: it ends in the background."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.unwanted: Callable[[], bool] = lambda: False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def generate(self, *args: Any, **options: Any) -> list[Any]:
        return [self._wait(result) for result in self._model.generate(*args, asynchronous=True, **options)]

    def _wait(self, result: Any) -> Any:
        while not result.done():
            if self.unwanted():
                raise CancelledByPersonError("Cancelled.")
            time.sleep(_POLL_SECONDS)
        return result.result()


class WindowModel(WhisperModel):  # type: ignore[misc]  # published without types
    """Whisper weights with what recognises one window. Not for several threads at a time."""

    def __init__(self, folder: Path, *, compute_type: str, threads: int, beam_size: int) -> None:
        super().__init__(
            str(folder), device="cpu", compute_type=compute_type, cpu_threads=threads, local_files_only=True
        )
        self.model: Any = _Interruptible(self.model)
        self._beam_size = beam_size
        self._encodings: OrderedDict[bytes, Any] = OrderedDict()

    def only_while(self, unwanted: Callable[[], bool]) -> None:
        """From now on give a decoding up, with ``CancelledByPersonError``, as soon as ``unwanted`` says so."""
        self.model.unwanted = unwanted

    def tokenizer_for(self, language: str) -> Tokenizer:
        return Tokenizer(self.hf_tokenizer, self.model.is_multilingual, task="transcribe", language=language)

    def language_of(self, features: Features) -> str:
        """The language spoken in a window, as a Whisper code."""
        if not self.model.is_multilingual:
            return "en"
        language, _, _ = self.detect_language(features=features)
        return str(language)

    def features(self, sound: Sound, first: int, frames: int) -> Features:
        """Features of ``frames`` frames of ``sound`` from the ``first`` on, shape ``(mels, frames)``."""
        margin = min(first, _MARGIN_FRAMES)
        start, stop = first - margin, first + frames + _MARGIN_FRAMES + 1
        audio = sound.read(start * FRAME_SAMPLES, min(len(sound), stop * FRAME_SAMPLES))
        features: Features = self.feature_extractor(audio)[:, margin : margin + frames]
        return features

    def encode(self, features: Features) -> Any:
        """The encoder's output for a padded window; that of the last few is kept for another pass."""
        key = self._key(features)
        if key not in self._encodings:
            self._keep(key, super().encode(features))
        self._encodings.move_to_end(key)
        return self._encodings[key]

    def _key(self, features: Features) -> bytes:
        return hashlib.blake2b(features.tobytes(), digest_size=16).digest()

    def _keep(self, key: bytes, encoded: Any) -> None:
        self._encodings[key] = encoded
        while len(self._encodings) > _KEPT_ENCODINGS:
            self._encodings.popitem(last=False)

    def states(self, features: Features) -> NDArray[np.float32]:
        """The encoder's output for a window, shape ``(1500, width)``; at once if it was just recognised."""
        states: NDArray[np.float32] = np.array(self.encode(pad_or_trim(features)), dtype=np.float32)[0]
        return states

    def remember(self, features: Features, states: NDArray[np.float32]) -> None:
        """Have the window's encoding be ``states``, shape ``(1500, width)``: it need not be computed."""
        from ctranslate2 import StorageView

        encoded = StorageView.from_array(np.ascontiguousarray(states[None], dtype=np.float32))
        self._keep(self._key(pad_or_trim(features)), encoded)

    def hear(
        self,
        features: Features,
        before: Before,
        tokenizer: Tokenizer,
        *,
        settled: Sequence[TokenWord] = (),
        hinting: Hinting = no_hints,
    ) -> HeardWindow:
        """Recognise a window with all care: beams, fallbacks, word times. Its text begins with ``settled``.

        What begins so is decoded without Whisper's own time stamps, as it was when it settled: with them the decoder
        is prone to end where the settled words do (on 34 utterances 33 against 29 words wrong). A window is then used
        up whole; where it was cut is for the caller to see.

        More than can have been said (:mod:`twin.speech.unspoken`) is heard again without the text before, or dropped.

        Where ``hinting`` says what to listen for, it is decoded once more, and the better of both texts is put
        together (:mod:`twin.speech.hints`). Not in languages without spaces.
        """
        heard = self._hear(features, before, tokenizer, settled)
        if before.tokens and _too_much(heard, features):
            heard = self._hear(features, replace(before, tokens=()), tokenizer, settled)
            if _too_much(heard, features):
                heard = replace(heard, words=(), texts=(), token_words=())
        hints = hinting(heard.words) if heard.words and is_spaced(tokenizer.language_code) else ()
        if not hints:
            return heard
        terms = [hint.term for hint in hints]
        prompt = self._prompt(tokenizer, before.tokens, settled, terms, timestamps=not settled)
        encoded = self.encode(_padded(features, before, settled))
        once = replace(self._options(tokenizer), temperatures=[0.0])
        result, *_ = self.generate_with_fallback(encoded, prompt, tokenizer, once)
        hinted = token_words_of(tokenizer, result.sequences_ids[0], spaced=True)
        chosen = choose(heard.words, [word.text.strip() for word in hinted], hints)
        token_words = with_terms(heard.token_words, chosen, tokenizer)
        if token_words == heard.token_words:
            return heard
        said = (*before.tokens, *tokens_of(token_words))[-(self.max_length // 2) :]
        after = replace(heard.after, tokens=said if heard.after.tokens else ())
        return HeardWindow(chosen.words, (f" {text_of(token_words)}",), token_words, after, chosen.used)

    def _hear(
        self, features: Features, before: Before, tokenizer: Tokenizer, settled: Sequence[TokenWord]
    ) -> HeardWindow:
        frames = features.shape[-1]
        offset = before.frame / FRAMES_PER_SECOND
        encoded = self.encode(_padded(features, before, settled))
        timestamps = not settled
        prompt = self._prompt(tokenizer, before.tokens, settled, (), timestamps=timestamps)
        result, log_probability, temperature, _ = self.generate_with_fallback(
            encoded, prompt, tokenizer, self._options(tokenizer)
        )
        if not settled and result.no_speech_prob > _NO_SPEECH_LIMIT and log_probability <= _LOG_PROBABILITY_LIMIT:
            return HeardWindow((), (), (), Before(before.frame + frames, before.tokens, before.last_speech))
        segments, next_frame, ends_in_silence = self._split_segments_by_timestamps(
            tokenizer=tokenizer,
            tokens=result.sequences_ids[0],
            time_offset=offset,
            segment_size=frames,
            segment_duration=frames / FRAMES_PER_SECOND,
            seek=before.frame,
        )
        self.add_word_timestamps(
            [segments],
            tokenizer,
            encoded,
            frames,
            _OPENING_MARKS,
            _CLOSING_MARKS,
            last_speech_timestamp=before.last_speech,
        )
        last_end = get_end(segments)
        if not timestamps:
            next_frame = before.frame + frames
        elif last_end is not None and last_end > offset and not ends_in_silence:
            next_frame = round(last_end * FRAMES_PER_SECOND)
        spaced = is_spaced(tokenizer.language_code)
        texts: list[str] = []
        tokens: list[int] = []
        words: list[Word] = []
        for number, segment in enumerate(segments):
            text = tokenizer.decode(segment["tokens"])
            if text.strip() and (segment["start"] != segment["end"] or (settled and number == 0)):
                texts.append(text)
                tokens.extend(segment["tokens"])
                words.extend(whole_words(segment["words"], spaced=spaced))
        forget_text = temperature > _RESET_PROMPT_ABOVE_TEMPERATURE
        after = Before(
            frame=max(next_frame, before.frame + _LEAST_STEP_FRAMES),
            tokens=() if forget_text else (*before.tokens, *tokens)[-(self.max_length // 2) :],
            last_speech=before.last_speech if last_end is None else last_end,
        )
        return HeardWindow(tuple(words), tuple(texts), token_words_of(tokenizer, tokens, spaced=spaced), after)

    def glance(
        self,
        features: Features,
        before: Before,
        tokenizer: Tokenizer,
        *,
        settled: Sequence[TokenWord] = (),
        hinting: Hinting = no_hints,
    ) -> Glimpse | None:
        """Recognise the beginning of a window quickly: greedily, no times, on no more silence than it takes.

        Nothing if the decoder loops, as it may where a word is cut. ``hinting`` as in :meth:`hear`.
        """
        frames = features.shape[-1]
        encoded = super().encode(_cut(features))
        words = self._look(encoded, frames, before, tokenizer, settled, ())
        if words is None or not is_spaced(tokenizer.language_code):
            return Glimpse(words) if words is not None else None
        doubted = [Word(word.text.strip(), 0.0, 0.0, 0.0) for word in words]
        if not hinting(doubted):  # nothing sounds like a term, however unsure of it the recogniser may be
            return Glimpse(words)
        hints = hinting(self._with_probabilities(encoded, encoded_frames(frames), tokenizer, words))
        hinted = (
            self._look(encoded, frames, before, tokenizer, settled, [hint.term for hint in hints]) if hints else None
        )
        if hinted is None:
            return Glimpse(words)
        chosen = choose(doubted, [word.text.strip() for word in hinted], hints, Criteria(hinted_marks=True))
        return Glimpse(with_terms(words, chosen, tokenizer), chosen.used)

    def _look(
        self,
        encoded: Any,
        frames: int,
        before: Before,
        tokenizer: Tokenizer,
        settled: Sequence[TokenWord],
        hints: Sequence[str],
    ) -> tuple[TokenWord, ...] | None:
        """Decode greedily, without times; nothing if the decoder loops."""
        prompt = self._prompt(tokenizer, before.tokens, settled, hints, timestamps=False)
        said = sum(len(word.tokens) for word in settled)
        limit = max(_GLANCE_LEAST_TOKENS, _GLANCE_TOKENS_PER_SECOND * frames // FRAMES_PER_SECOND - said)
        (result,) = self.model.generate(
            encoded,
            [prompt],
            beam_size=1,
            max_length=min(self.max_length, len(prompt) + limit),
            suppress_tokens=get_suppressed_tokens(tokenizer, (-1,)),
        )
        tokens = result.sequences_ids[0]
        if len(tokens) - said >= limit:
            return None
        return token_words_of(tokenizer, tokens, spaced=is_spaced(tokenizer.language_code))

    def _with_probabilities(
        self, encoded: Any, frames: int, tokenizer: Tokenizer, words: Sequence[TokenWord]
    ) -> list[Word]:
        """``words`` with how sure the recogniser is of each of them."""
        (aligned,) = self.model.align(encoded, tokenizer.sot_sequence, [list(tokens_of(words))], frames)
        of_tokens = iter(aligned.text_token_probs)
        return [Word(word.text.strip(), 0.0, 0.0, fmean(islice(of_tokens, len(word.tokens)))) for word in words]

    def _prompt(
        self,
        tokenizer: Tokenizer,
        previous: Sequence[int],
        settled: Sequence[TokenWord],
        hints: Sequence[str],
        *,
        timestamps: bool,
    ) -> list[int]:
        hotwords = ", ".join(hints)
        taken = len(tokenizer.sot_sequence) + _ROOM_TOKENS + (len(tokenizer.encode(f" {hotwords}")) if hints else 0)
        prompt: list[int] = self.get_prompt(
            tokenizer,
            list(previous[-max(1, self.max_length - taken) :]),
            without_timestamps=not timestamps,
            hotwords=hotwords or None,
        )
        if settled:
            prompt += [tokenizer.timestamp_begin] if timestamps else []
            prompt += [token for word in settled for token in word.tokens]
        return prompt

    def _options(self, tokenizer: Tokenizer) -> TranscriptionOptions:
        """faster-whisper's own defaults, but for the beam."""
        return TranscriptionOptions(
            beam_size=self._beam_size,
            best_of=5,
            patience=1,
            length_penalty=1,
            repetition_penalty=1,
            no_repeat_ngram_size=0,
            log_prob_threshold=_LOG_PROBABILITY_LIMIT,
            no_speech_threshold=_NO_SPEECH_LIMIT,
            compression_ratio_threshold=_COMPRESSION_LIMIT,
            condition_on_previous_text=True,
            prompt_reset_on_temperature=_RESET_PROMPT_ABOVE_TEMPERATURE,
            temperatures=list(_TEMPERATURES),
            initial_prompt=None,
            prefix=None,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, (-1,)),
            without_timestamps=False,
            max_initial_timestamp=1.0,
            word_timestamps=True,
            prepend_punctuations=_OPENING_MARKS,
            append_punctuations=_CLOSING_MARKS,
            multilingual=False,
            max_new_tokens=None,
            clip_timestamps="0",
            hallucination_silence_threshold=None,
            hotwords=None,
        )


def _cut(features: Features) -> Features:
    """With as little silence after it as will do."""
    cut: Features = pad_or_trim(features, encoded_frames(features.shape[-1]))
    return cut


def _padded(features: Features, before: Before, settled: Sequence[TokenWord]) -> Features:
    """A window as the encoder is to have it; where words have settled somebody waits for it."""
    padded: Features = _cut(features) if settled and not before.tokens else pad_or_trim(features)
    return padded


def _too_much(heard: HeardWindow, features: Features) -> bool:
    return unspoken(len(heard.words), features.shape[-1] / FRAMES_PER_SECOND)
