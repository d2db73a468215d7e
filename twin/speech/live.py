"""Recognising speech while it is being said: glances that settle words, and a careful last look that keeps them.

The text of a recording is recognised window by window, as that of a file is. What is said in the window that is still
growing is glanced at again and again, and words settle (:mod:`twin.speech.streaming`); once the window is full, or the
recording is over, it is recognised with all care, forced to begin with what has settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import accumulate, takewhile

from faster_whisper.tokenizer import Tokenizer

from twin.domain import Hint, Transcript, Word
from twin.ports import SAMPLE_RATE_HZ, Hinting, Speech, no_hints
from twin.speech.pieces import is_spaced
from twin.speech.streaming import Agreement, AgreementRules, Hypothesis, TokenWord, beyond, text_of, tokens_of
from twin.speech.whisper import Before, HeardWindow, WindowModel
from twin.speech.windows import FRAMES_PER_SECOND, WINDOW_FRAMES, frames_left

Unwanted = Callable[[], bool]
"""Whether what is being done is not wanted any more."""

_EDGE_SECONDS = 0.5
"""A word that ends so near to the end of a full window may have been cut by it, and is left to the next one."""


class LiveHearing:
    """A :class:`~twin.ports.Following`: one recording that grows.

    ``turn`` gives the model to this thread alone, window by window; ``tokenizer_for`` knows the language, or detects
    it once something was said. A method that raises leaves everything as it was.
    """

    def __init__(
        self,
        model: WindowModel,
        tokenizer_for: Callable[[Speech, Unwanted], Tokenizer],
        turn: Callable[[Unwanted], AbstractContextManager[None]],
        *,
        hinting: Hinting = no_hints,
        rules: AgreementRules | None = None,
        least_seconds: float = 0.0,
        adapter_id: str | None = None,
    ) -> None:
        self._model = model
        self._adapter_id = adapter_id
        self._tokenizer_for = tokenizer_for
        self._turn = turn
        self._tokenizer: Tokenizer | None = None
        self._hinting = hinting
        self._hints: dict[str, Hint] = {}
        self._rules = rules or AgreementRules()
        self._least_samples = int(least_seconds * SAMPLE_RATE_HZ)
        self._before = Before()
        self._committed: tuple[TokenWord, ...] = ()
        self._words: tuple[Word, ...] = ()
        self._agreement = Agreement()

    @property
    def settled(self) -> str:
        """Text that will not change any more: it only grows."""
        return text_of((*self._committed, *self._agreement.settled))

    @property
    def tentative(self) -> str:
        """What was heard beyond it, for now; its leading space, where it has one, belongs to it."""
        return self._agreement.tentative

    def is_behind(self, said: Speech) -> bool:
        """Whether a whole window has been said."""
        return frames_left(said, self._before.frame) == WINDOW_FRAMES

    def glance(self, said: Speech, unwanted: Unwanted) -> None:
        """Look at what was said since the last time, at a window at most."""
        if len(said) < self._least_samples:
            return
        tokenizer = self._language(said, unwanted)
        if self.is_behind(said):
            self._close_window(said, tokenizer, unwanted)
            return
        frames = frames_left(said, self._before.frame)
        if not frames:
            return
        settled = self._agreement.settled
        with self._turn(unwanted):
            features = self._model.features(said, self._before.frame, frames)
            seen = self._model.glance(features, self._before, tokenizer, settled=settled, hinting=self._hinting)
        if seen is not None:
            self._note(seen.hints)
            heard = Hypothesis(seen.words, frames / FRAMES_PER_SECOND)
            self._agreement = self._agreement.with_heard(heard, self._rules)

    def finish(self, said: Speech, unwanted: Unwanted) -> Transcript:
        """What was said, if this was all of it. It begins with ``settled``, and may be asked for again."""
        tokenizer = self._language(said, unwanted)
        before, settled = self._before, self._agreement.settled
        words, token_words = list(self._words), list(self._committed)
        while frames := frames_left(said, before.frame):
            heard = self._hear(said, frames, before, tokenizer, settled, unwanted)
            words.extend(heard.words)
            token_words.extend(heard.token_words)
            before, settled = heard.after, beyond(settled, heard.token_words)
        spaced = is_spaced(tokenizer.language_code)
        text = " ".join(word.word for word in words) if spaced else text_of(token_words)
        return Transcript(
            text,
            tuple(map(said.in_time, words)),
            str(tokenizer.language_code),
            round(len(said.sound) / SAMPLE_RATE_HZ, 3),
            hints=self._hints_in(text),
            adapter_id=self._adapter_id,
        )

    def _language(self, said: Speech, unwanted: Unwanted) -> Tokenizer:
        if self._tokenizer is None:
            self._tokenizer = self._tokenizer_for(said, unwanted)
        return self._tokenizer

    def _hear(
        self,
        said: Speech,
        frames: int,
        before: Before,
        tokenizer: Tokenizer,
        settled: Sequence[TokenWord],
        unwanted: Unwanted,
    ) -> HeardWindow:
        with self._turn(unwanted):
            features = self._model.features(said, before.frame, frames)
            heard = self._model.hear(features, before, tokenizer, settled=settled, hinting=self._hinting)
        self._note(heard.hints)
        return heard

    def _note(self, hints: Sequence[Hint]) -> None:
        """Remember which hints were followed: where one was, its term settles, and is no hint any more."""
        self._hints.update((hint.term, hint) for hint in hints)

    def _hints_in(self, text: str) -> tuple[Hint, ...]:
        """Those that were followed and whose terms are still there."""
        return tuple(hint for term, hint in self._hints.items() if term.casefold() in text.casefold())

    def _close_window(self, said: Speech, tokenizer: Tokenizer, unwanted: Unwanted) -> None:
        """Recognise the full window and go on behind the last word in it that is surely whole."""
        heard = self._hear(said, WINDOW_FRAMES, self._before, tokenizer, self._agreement.settled, unwanted)
        edge = (self._before.frame + WINDOW_FRAMES) / FRAMES_PER_SECOND - _EDGE_SECONDS
        whole = tuple(takewhile(lambda word: word.end <= edge, heard.words)) or heard.words
        token_words, after = heard.token_words, heard.after
        if whole:
            token_words = _first(token_words, sum(len(word.word.replace(" ", "")) for word in whole))
            end = whole[-1].end
            text = (*self._before.tokens, *tokens_of(token_words)) if after.tokens else ()
            after = Before(max(round(end * FRAMES_PER_SECOND), self._before.frame + 1), text, end)
        self._before = after
        self._words += whole
        self._committed += token_words
        self._agreement = Agreement(beyond(self._agreement.settled, token_words))


def _first(words: Sequence[TokenWord], letters: int) -> tuple[TokenWord, ...]:
    """Those at the beginning of ``words`` that have so many characters together, spaces aside."""
    lengths = accumulate(len("".join(word.text.split())) for word in words)
    return tuple(word for word, length in zip(words, lengths, strict=True) if length <= letters)
