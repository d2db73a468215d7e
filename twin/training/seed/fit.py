"""The training: answers alone are learned, in batches of about one length; AdamW, warm-up and a cosine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from twin.training.seed.base import Base
from twin.training.seed.lessons import Course, Lesson, batches
from twin.training.seed.network import Descent, LoraLinear, attach

_WARM_UP_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides the result, beside the base."""

    steps: int = 921
    rank: int = 16
    alpha: float = 32.0
    learning_rate: float = 1.5e-3
    batch_tokens: int = 16384
    choice_share: float = 0.5
    longest: int = 1400
    seed: int = 20261122
    dropout: float = 0.0


def fit(
    base: Base, plan: Plan, device: str, say: Callable[[str], None], *, seconds: float = math.inf, processes: int = 1
) -> tuple[torch.nn.Module, dict[str, LoraLinear], int]:
    """Train an adapter; returns the network with it, the adapter, and the steps done, which are fewer than planned only
    where ``seconds`` were over first (the learning rate then follows the clock)."""
    torch.manual_seed(plan.seed)
    net = base.network(device)
    attached = attach(net, rank=plan.rank, alpha=plan.alpha, seed=plan.seed, dropout=plan.dropout)
    net.train()
    descent = Descent(attached, plan.learning_rate)
    began, recent, done = time.monotonic(), 0.0, 0
    course = Course(plan.seed, plan.batch_tokens, plan.choice_share, plan.longest)
    source = batches(base.tokenizer, course, processes)
    for step, batch in enumerate(source):
        share = max(step / plan.steps, (time.monotonic() - began) / seconds)
        if share >= 1:
            break
        loss = batch_loss(net, batch, device)
        descent.step(loss, _rate(share))
        done = step + 1
        if step % 100 == 0:
            recent = loss.item()
            say(f"step {step} of {plan.steps}, {time.monotonic() - began:.0f} s, loss {recent:.3f}")
    return net.eval(), attached, done


def _rate(share: float) -> float:
    if share < _WARM_UP_SHARE:
        return share / _WARM_UP_SHARE
    return 0.5 * (1 + math.cos(math.pi * (share - _WARM_UP_SHARE) / (1 - _WARM_UP_SHARE)))


def batch_loss(net: torch.nn.Module, batch: Sequence[Lesson], device: str) -> Tensor:
    """The mean loss over the batch's answer tokens.

    Padding stands behind everything, where causal attention cannot see it, so no mask is needed; and scores of the
    vocabulary are computed only where an answer stands.
    """
    width = max(map(len, batch))
    tokens = torch.zeros(len(batch), width, dtype=torch.long)
    rows, places, labels = [], [], []
    for row, one in enumerate(batch):
        tokens[row, : len(one)] = torch.tensor((*one.prompt, *one.answer))
        for place, label in enumerate(one.answer, start=len(one.prompt) - 1):
            rows.append(row)
            places.append(place)
            labels.append(label)
    hidden = net.model(tokens.to(device), use_cache=False).last_hidden_state  # type: ignore[operator]
    scores = net.lm_head(hidden[rows, places])  # type: ignore[operator]
    return functional.cross_entropy(scores.float(), torch.tensor(labels, device=device))
