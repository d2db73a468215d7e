"""Examples as tokens, in batches of about one length, always the same from the same seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING

from twin.grounding.notes import grounded_messages, suits_messages
from twin.ports import ChatMessage
from twin.training.seed.choices import NO, YES, Judged, judged
from twin.training.seed.examples import Example, example

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_POOL_BATCHES = 12
"""Lessons are sorted by length within so many batches' worth, and the batches shuffled."""
_CLOSE = "<|im_end|>\n"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A prompt with its answer; only the answer is learned. Both are token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


def chat_text(messages: Sequence[ChatMessage]) -> str:
    """``messages`` as SmolLM2's chat template writes them, up to where the reply begins."""
    turns = "".join(f"<|im_start|>{message.role}\n{message.content}{_CLOSE}" for message in messages)
    return f"{turns}<|im_start|>assistant\n"


def lesson(tokenizer: Tokenizer, one: Example | Judged) -> Lesson:
    if isinstance(one, Example):
        messages, answer = grounded_messages(one.notes, one.question), one.answer
    else:
        messages, answer = suits_messages(one.notes, one.question, one.option), YES if one.suits else NO
    prompt, close = tokenizer.encode(chat_text(messages)).ids, tokenizer.encode("<|im_end|>").ids
    return Lesson(tuple(prompt), (*tokenizer.encode(answer).ids, *close))


@dataclass(frozen=True, slots=True)
class Course:
    """Which lessons there are, and how they are put into batches."""

    seed: int
    batch_tokens: int
    choice_share: float
    longest: int


def pool(tokenizer: Tokenizer, course: Course, number: int) -> list[list[Lesson]]:
    """The batches of the ``number``-th pool of lessons: always the same, whichever process makes them."""
    chance = Random(f"{course.seed} {number}")  # noqa: S311 - invented people, not secrets
    size = _POOL_BATCHES * max(1, course.batch_tokens // 300)
    made = (judged(chance) if chance.random() < course.choice_share else example(chance) for _ in range(size))
    lessons = sorted((one for one in (lesson(tokenizer, item) for item in made) if len(one) <= course.longest), key=len)
    batches: list[list[Lesson]] = [[]]
    for one in lessons:
        if batches[-1] and (len(batches[-1]) + 1) * len(one) > course.batch_tokens:
            batches.append([])
        batches[-1].append(one)
    chance.shuffle(batches)
    return batches


def batches(tokenizer: Tokenizer, course: Course, processes: int) -> Iterator[list[Lesson]]:
    """Batches of lessons of at most about so many tokens with their padding; without end, and however many processes
    make them, the same."""
    if processes < 2:
        for number in count():
            yield from pool(tokenizer, course, number)
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as workers:
        waiting = deque(workers.submit(pool, tokenizer, course, number) for number in range(2 * processes))
        for number in count(2 * processes):
            made = waiting.popleft().result()
            waiting.append(workers.submit(pool, tokenizer, course, number))
            yield from made
