"""What an adapter is trained on: examples, their labels, and the order in which they are seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import BelowTop, Thinned


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """One stretch of speech of at most 30 s, with what was said in it.

    ``states`` are the encoder's, in float16; in ``voice`` mode those that its trained layers work on. ``text`` are the
    label's tokens without any special one; ``end`` is the encoder position (20 ms each) at which the speech ends.
    """

    id: str
    states: Thinned | BelowTop
    text: tuple[int, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """An example in a batch: whether it is ``distilled`` from the base, and whether its label has timestamps."""

    example: TrainingExample
    distilled: bool
    timestamps: bool

    def label(self, tokens: WhisperTokens) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The prompt that is given, and the tokens that are to follow it."""
        text, end = self.example.text, tokens.timestamp(self.example.end)
        if self.timestamps:
            return tokens.prompt, (tokens.timestamp(0), *text, end, tokens.end)
        return (*tokens.prompt, tokens.no_timestamps), (*text, tokens.end)


Batch = tuple[Row, ...]


def plan_batches(
    recipe: Recipe,
    learn: Sequence[TrainingExample],
    replay: Sequence[TrainingExample],
    own: Sequence[TrainingExample] = (),
) -> tuple[Batch, ...]:
    """All batches of a training, from the recipe's seed alone.

    Each holds ``batch`` of the examples to learn, some of ``replay`` (distilled) and some of ``own``, older
    corrections of the person. Half of the labels have timestamps, so that neither way of decoding drifts.
    """
    chance = random.Random(recipe.seed)  # noqa: S311 - an order, no secret
    replays, older = _Deck(replay, chance), _Deck(own, chance)
    batches: list[Batch] = []
    for _ in range(recipe.epochs_for(len(learn))):
        order = list(learn)
        chance.shuffle(order)
        for start in range(0, len(order), recipe.batch):
            rows = [(example, False) for example in order[start : start + recipe.batch]]
            rows += [(example, True) for example in replays.draw(recipe.replay_per_step)]
            rows += [(example, False) for example in older.draw(recipe.own_replay_per_step)]
            batches.append(tuple(Row(example, distilled, chance.random() < 0.5) for example, distilled in rows))
    return tuple(batches)


class _Deck:
    """Deals examples without repetition until all were dealt, then shuffles anew."""

    def __init__(self, examples: Sequence[TrainingExample], chance: random.Random) -> None:
        self._examples = list(examples)
        self._chance = chance
        self._left: list[TrainingExample] = []

    def draw(self, count: int) -> list[TrainingExample]:
        dealt: list[TrainingExample] = []
        while self._examples and len(dealt) < count:
            self._left = self._left or self._chance.sample(self._examples, len(self._examples))
            dealt.append(self._left.pop())
        return dealt
