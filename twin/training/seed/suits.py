"""The training of the adapter that tells what suits: which of Yes and No comes first, and nothing else."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from twin.grounding.notes import Note, suits_messages
from twin.training.seed.base import Base
from twin.training.seed.choices import NO, YES
from twin.training.seed.lessons import chat_text
from twin.training.seed.network import Descent, LoraLinear, attach
from twin.training.seed.suiting import Suiting, domains, lessons

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WARM_UP_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class SuitsPlan:
    """All that decides the result, beside the base. ``kinds`` are those in a batch, seven judgements about each."""

    steps: int = 1200
    rank: int = 16
    alpha: float = 32.0
    learning_rate: float = 1e-3
    kinds: int = 22
    seed: int = 0


def fit_suits(base: Base, plan: SuitsPlan, device: str, say: Callable[[str], None]) -> dict[str, LoraLinear]:
    """Train an adapter."""
    torch.manual_seed(plan.seed)
    chance = Random(plan.seed)  # noqa: S311 - a draw of lessons
    net = base.network(device)
    attached = attach(net, rank=plan.rank, alpha=plan.alpha, seed=plan.seed)
    net.train()
    descent = Descent(attached, plan.learning_rate)
    began = time.monotonic()
    for step in range(plan.steps):
        batch = lessons(chance, domains(), plan.kinds)
        wanted = torch.tensor([float(one.suits) for one in batch], device=device)
        loss = functional.binary_cross_entropy_with_logits(margins(net, base.tokenizer, batch, device), wanted)
        descent.step(loss, _rate(step, plan.steps))
        if step % 100 == 0:
            say(f"step {step} of {plan.steps}, {time.monotonic() - began:.0f} s, loss {loss.item():.3f}")
    return attached


def margins(net: torch.nn.Module, tokenizer: Tokenizer, batch: Sequence[Suiting], device: str) -> Tensor:
    """By how much Yes is likelier than No, in nats, ``(batch,)``. Padding stands behind everything, where causal
    attention cannot see it."""
    prompts = [chat_text(suits_messages((Note(one.wish),), one.question, one.suggestion)) for one in batch]
    encoded = [one.ids for one in tokenizer.encode_batch(prompts)]
    tokens = torch.zeros(len(encoded), max(map(len, encoded)), dtype=torch.long)
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = torch.tensor(ids)
    hidden = net.model(tokens.to(device), use_cache=False).last_hidden_state  # type: ignore[operator]
    last = hidden[torch.arange(len(encoded)), torch.tensor([len(ids) - 1 for ids in encoded])].float()
    yes, no = (net.lm_head.weight[tokenizer.encode(word).ids[0]].float() for word in (YES, NO))  # type: ignore[index, union-attr]
    margin: Tensor = last @ (yes - no)
    return margin


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (_WARM_UP_SHARE * steps)) * 0.5 * (1 + math.cos(math.pi * step / steps))
