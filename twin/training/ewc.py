"""Elastic weight consolidation: what an earlier adapter rests on is held more firmly than what it does not.

Kirkpatrick et al. 2017, "Overcoming catastrophic forgetting in neural networks", https://arxiv.org/abs/1612.00796:
a quadratic penalty around the earlier parameters, weighed by the diagonal of their Fisher information, here over the
adapter's own matrices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from twin.training.batches import Row
from twin.training.lora import LoraAdapter
from twin.training.objective import batch_loss
from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import Source, WhisperNet

_FILE = "fisher.safetensors"


@dataclass(frozen=True, slots=True)
class Fisher:
    """Mean squared gradients of the log-likelihood, of the shapes of the adapter's matrices."""

    down: dict[str, Tensor]
    up: dict[str, Tensor]

    def penalty(self, adapter: LoraAdapter, anchor: LoraAdapter) -> Tensor:
        """Half the weighted squared distance of ``adapter`` from ``anchor``; a scalar with gradients."""
        terms = []
        for weights, now, then in ((self.down, adapter.down, anchor.down), (self.up, adapter.up, anchor.up)):
            for name, weight in weights.items():
                terms.append((weight * (now[name] - then[name]).square()).sum())
        return 0.5 * torch.stack(terms).sum()

    def save(self, folder: Path) -> None:
        from safetensors.torch import save_file

        tensors = {f"{name}.A": value for name, value in self.down.items()}
        save_file(tensors | {f"{name}.B": value for name, value in self.up.items()}, folder / _FILE)

    @classmethod
    def load(cls, folder: Path) -> Fisher | None:
        """What :meth:`save` wrote; nothing if the adapter has none."""
        from safetensors.torch import load_file

        if not (folder / _FILE).is_file():
            return None
        tensors = load_file(folder / _FILE)
        return cls(
            {name[:-2]: value for name, value in tensors.items() if name.endswith(".A")},
            {name[:-2]: value for name, value in tensors.items() if name.endswith(".B")},
        )


def fisher_information(
    net: WhisperNet,
    adapter: LoraAdapter,
    examples: Iterable[tuple[Row, Source]],
    tokens: WhisperTokens,
    recipe: Recipe,
) -> Fisher:
    """The empirical Fisher information of ``adapter`` on ``examples``, one backward pass each."""
    adapter = adapter.to(net.device).trainable()
    down = {name: torch.zeros_like(value) for name, value in adapter.down.items()}
    up = {name: torch.zeros_like(value) for name, value in adapter.up.items()}
    count = 0
    for row, source in examples:
        loss = batch_loss(net, adapter, source, (row,), tokens, recipe)
        # One gradient a sequence: the loss is a mean over its tokens, the log-likelihood is their sum.
        length = len(row.label(tokens)[1])
        gradients = torch.autograd.grad(loss * length, adapter.parameters())
        names = [*adapter.down, *adapter.up]
        for place, (name, gradient) in enumerate(zip(names, gradients, strict=True)):
            (down if place < len(adapter.down) else up)[name].add_(gradient.square())
        count += 1
    for values in (down, up):
        for value in values.values():
            value.div_(max(1, count))
    return Fisher(down, up)
