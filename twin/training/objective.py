"""The loss of a batch: what was said, smoothed; and on replayed sentences, to stay what the base is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from twin.training.batches import Batch, Row
from twin.training.lora import LoraAdapter
from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import Source, WhisperNet

_TOKENS_AT_ONCE: Final = 64


def batch_loss(
    net: WhisperNet,
    adapter: LoraAdapter,
    source: Source,
    batch: Batch,
    tokens: WhisperTokens,
    recipe: Recipe,
) -> Tensor:
    """Mean loss per label token, a scalar with gradients. ``adapter`` lies where ``net`` does.

    Cross-entropy with label smoothing (Szegedy et al. 2016, arXiv 1512.00567) on what is to be learnt; on distilled
    rows the Kullback-Leibler divergence from the base's distribution to the adapter's. Logits are computed only where
    labels are.
    """
    inputs, where, targets, distilled = _laid_out(batch, tokens, net.device)
    hidden = net.decode(inputs, source.under(net, adapter), adapter).flatten(0, 1)[where]
    rows = [number for number, row in enumerate(batch) if row.distilled]
    base = _base_hidden(net, inputs, source, rows, where[distilled]) if rows else hidden[:0].detach()
    loss: Tensor = _VocabularyLoss.apply(  # type: ignore[no-untyped-call]
        hidden, net.weights["emb"], targets, distilled, base, recipe.label_smoothing
    )
    return loss / len(targets)


class _VocabularyLoss(torch.autograd.Function):
    """The summed loss over all label tokens, and at once its gradient with respect to the hidden states, a few tokens
    at a time: scores of 50,000 words for hundreds of tokens, and what a gradient needs of them, would take most of the
    memory of a training. After Hsu et al. 2024, "Liger Kernel", https://arxiv.org/abs/2410.10989."""

    @staticmethod
    def forward(
        context: Any,
        hidden: Tensor,
        vocabulary: Tensor,
        targets: Tensor,
        distilled: Tensor,
        base: Tensor,
        smoothing: float,
    ) -> Tensor:
        """``hidden`` is ``(tokens, width)``, ``base`` that of the base for the ``distilled`` ones among them."""
        gradient = torch.empty_like(hidden)
        total = torch.zeros((), device=hidden.device)
        base_rows = torch.cumsum(distilled, 0) - 1
        for start in range(0, len(hidden), _TOKENS_AT_ONCE):
            stop = min(len(hidden), start + _TOKENS_AT_ONCE)
            logs = torch.log_softmax(functional.linear(hidden[start:stop], vocabulary).float(), -1)
            learned = torch.nonzero(~distilled[start:stop])[:, 0]
            kept = torch.nonzero(distilled[start:stop])[:, 0]
            difference = logs.exp()
            if len(learned):
                chosen = targets[start:stop][learned]
                entropy = -(1 - smoothing) * logs[learned, chosen] - smoothing * logs[learned].mean(1)
                total += entropy.sum()
                difference[learned] -= smoothing / logs.shape[1]
                difference[learned, chosen] -= 1 - smoothing
            if len(kept):
                states = base[base_rows[start:stop][kept]]
                base_logs = torch.log_softmax(functional.linear(states, vocabulary).float(), -1)
                total += (base_logs.exp() * (base_logs - logs[kept])).sum()
                difference[kept] -= base_logs.exp()
            gradient[start:stop] = difference.to(vocabulary.dtype) @ vocabulary
        context.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(context: Any, upstream: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        (gradient,) = context.saved_tensors
        return gradient * upstream, None, None, None, None, None


def token_losses(
    net: WhisperNet, adapter: LoraAdapter | None, source: Source, rows: Sequence[Row], tokens: WhisperTokens
) -> list[float]:
    """Mean cross-entropy of each row's label, without smoothing and gradients: a cheap look at progress."""
    inputs, where, targets, _ = _laid_out(tuple(rows), tokens, net.device)
    with torch.no_grad():
        hidden = net.decode(inputs, source.under(net, adapter), adapter).flatten(0, 1)
        losses = -torch.log_softmax(net.logits(hidden[where]), -1).gather(1, targets[:, None])[:, 0]
    owner = where // inputs.shape[1]
    return [float(losses[owner == number].mean()) for number in range(len(rows))]


def _laid_out(batch: Batch, tokens: WhisperTokens, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
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
    return (
        inputs.to(device),
        torch.tensor(where, device=device),
        torch.tensor(targets, device=device),
        torch.tensor(distilled, device=device),
    )


def _base_hidden(net: WhisperNet, inputs: Tensor, source: Source, rows: Sequence[int], where: Tensor) -> Tensor:
    """The base's hidden states on ``rows`` alone, at the places ``where`` of the whole batch."""
    width = inputs.shape[1]
    chosen = torch.tensor(rows, device=inputs.device)
    back = torch.full((len(inputs),), -1, device=inputs.device)
    back[chosen] = torch.arange(len(rows), device=inputs.device)
    with torch.no_grad():
        hidden = net.decode(inputs[chosen], source.rows(chosen).under(net, None))
        return hidden.flatten(0, 1)[back[where // width] * width + where % width]
