"""The loss of a batch: what was said, smoothed; and on replayed sentences, to stay what the base is."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from twin.training.batches import Batch, Row
from twin.training.lora import LoraAdapter
from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import CrossMemory, WhisperNet


def batch_loss(
    net: WhisperNet,
    adapter: LoraAdapter,
    memory: CrossMemory,
    batch: Batch,
    tokens: WhisperTokens,
    recipe: Recipe,
) -> Tensor:
    """Mean loss per label token, a scalar with gradients.

    Cross-entropy with label smoothing (Szegedy et al. 2016, arXiv 1512.00567) on what is to be learnt; on distilled
    rows the Kullback-Leibler divergence from the base's distribution to the adapter's. Logits are computed only where
    labels are.
    """
    inputs, where, targets, distilled = _laid_out(batch, tokens)
    hidden = net.decode(inputs, memory, adapter).flatten(0, 1)
    logs = torch.log_softmax(net.logits(hidden[where]), -1)
    smoothing = recipe.label_smoothing
    entropy = -(1 - smoothing) * logs.gather(1, targets[:, None])[:, 0] - smoothing * logs.mean(1)
    loss = entropy[~distilled].sum()
    rows = [number for number, row in enumerate(batch) if row.distilled]
    if rows:
        base = _base_logs(net, inputs, memory, rows, where[distilled])
        loss = loss + (base.exp() * (base - logs[distilled])).sum()
    return loss / len(targets)


def token_losses(
    net: WhisperNet, adapter: LoraAdapter | None, memory: CrossMemory, rows: Sequence[Row], tokens: WhisperTokens
) -> list[float]:
    """Mean cross-entropy of each row's label, without smoothing and gradients: a cheap look at progress."""
    inputs, where, targets, _ = _laid_out(tuple(rows), tokens)
    with torch.no_grad():
        hidden = net.decode(inputs, memory, adapter).flatten(0, 1)
        losses = -torch.log_softmax(net.logits(hidden[where]), -1).gather(1, targets[:, None])[:, 0]
    owner = where // inputs.shape[1]
    return [float(losses[owner == number].mean()) for number in range(len(rows))]


def _laid_out(batch: Batch, tokens: WhisperTokens) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs ``[rows, width]``; of each label token its place among the flattened outputs, itself, and whether it is
    distilled."""
    labels = [row.label(tokens) for row in batch]
    width = max(len(prompt) + len(label) - 1 for prompt, label in labels)
    inputs = torch.full((len(batch), width), tokens.end)
    where: list[int] = []
    targets: list[int] = []
    distilled: list[bool] = []
    for number, ((prompt, label), row) in enumerate(zip(labels, batch, strict=True)):
        whole = (*prompt, *label)
        inputs[number, : len(whole) - 1] = torch.tensor(whole[:-1])
        where += [number * width + len(prompt) - 1 + place for place in range(len(label))]
        targets += label
        distilled += [row.distilled] * len(label)
    return inputs, torch.tensor(where), torch.tensor(targets), torch.tensor(distilled)


def _base_logs(net: WhisperNet, inputs: Tensor, memory: CrossMemory, rows: Sequence[int], where: Tensor) -> Tensor:
    """The base's log-probabilities on ``rows`` alone, at the places ``where`` of the whole batch."""
    width = inputs.shape[1]
    chosen = torch.tensor(rows)
    back = torch.full((len(inputs),), -1)
    back[chosen] = torch.arange(len(rows))
    with torch.no_grad():
        hidden = net.decode(inputs[chosen], memory.rows(chosen))
        places = back[where // width] * width + where % width
        return torch.log_softmax(net.logits(hidden.flatten(0, 1)[places]), -1)
