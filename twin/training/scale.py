"""How much of an update to use: the dial between stability and plasticity, searched on held-back recordings.

Each fold's adapter is tried, at several scales, on what it did not learn, by the likelihood of what was said: far
cheaper than decoding. The scale at which a fold is judged is chosen on the other folds, so what chooses never judges.
Interpolating between a base and its fine-tuned form: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models",
https://arxiv.org/abs/2109.01903.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from twin.training.batches import Row, TrainingExample
from twin.training.loop import SourceCache
from twin.training.lora import LoraAdapter
from twin.training.objective import token_losses
from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import WhisperNet

_MOST_LOOKED_AT = 40
"""Held-back recordings of a fold; the first of them are as good as any."""
_WORTH_MORE = 0.01
"""Nats a token by which a larger update must be better: of equals the smaller is taken."""


def scale_losses(
    net: WhisperNet,
    adapter: LoraAdapter,
    held: Sequence[TrainingExample],
    tokens: WhisperTokens,
    recipe: Recipe,
    sources: SourceCache,
) -> Mapping[float, float]:
    """Mean loss a token on ``held`` by scale, from an adapter that did not learn them."""
    rows = [Row(example, distilled=False, timestamps=True) for example in held[:_MOST_LOOKED_AT]]
    rows.sort(key=lambda row: len(row.example.text))
    adapter = adapter.to(net.device)
    losses: dict[float, list[float]] = {scale: [] for scale in recipe.scales}
    for start in range(0, len(rows), recipe.batch):
        batch = rows[start : start + recipe.batch]
        kept = sources.of([row.example for row in batch])
        for scale, found in losses.items():
            found += token_losses(net, adapter.scaled(scale), kept, batch, tokens)
    return {scale: fmean(found) if found else 0.0 for scale, found in losses.items()}


def best_scale(recipe: Recipe, losses: Sequence[Mapping[float, float]]) -> float:
    """The smallest scale that is as good as the best, by the mean over ``losses``."""
    means = {scale: fmean(one[scale] for one in losses) for scale in recipe.scales}
    least = min(means.values())
    return min(scale for scale, loss in means.items() if loss <= least + _WORTH_MORE)
