"""The training loop: one optimiser, a schedule, and a checkpoint that a killed training goes on from."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from torch import Tensor

from twin.training.batches import Batch, TrainingExample
from twin.training.ewc import Fisher
from twin.training.lora import LoraAdapter
from twin.training.objective import batch_loss
from twin.training.recipe import Recipe
from twin.training.tokens import WhisperTokens
from twin.training.whisper import BelowTop, CrossMemory, Source, Thinned, WhisperNet, joined, joined_below


@dataclass(frozen=True, slots=True)
class Step:
    """Where a training stands after a step; ``seconds`` since it began."""

    number: int
    of: int
    loss: float
    seconds: float


class SourceCache:
    """What the decoder listens to, by example. Where the encoder is frozen that is computed once for each of ``often``
    (ids), and kept up to ``budget_bytes``. Several threads may ask at once."""

    def __init__(self, net: WhisperNet, budget_bytes: int, often: Collection[str] = ()) -> None:
        self._net = net
        self._often = often
        self._left = budget_bytes
        self._kept: dict[str, CrossMemory] = {}
        self._lock = Lock()

    def of(self, examples: Sequence[TrainingExample]) -> Source:
        """Of ``examples`` as one batch."""
        below = [example.states for example in examples if isinstance(example.states, BelowTop)]
        if below:
            return joined_below(below).to(self._net.device, self._net.dtype)
        return joined([self._one(example) for example in examples])

    def _one(self, example: TrainingExample) -> CrossMemory:
        known = self._kept.get(example.id)
        if known is not None:
            return known
        assert isinstance(example.states, Thinned)  # a training is in one mode
        with torch.no_grad():
            computed = self._net.cross_memory(example.states)
        with self._lock:
            if example.id in self._often and example.id not in self._kept and computed.size_bytes <= self._left:
                self._left -= computed.size_bytes
                self._kept[example.id] = computed
        return computed


@dataclass(frozen=True, slots=True)
class Anchor:
    """The adapter that training starts from, and what it rests on."""

    adapter: LoraAdapter
    fisher: Fisher


class Training:
    """Trains ``adapter`` on ``batches``; one :class:`Step` at a time, so that whoever drives it can report and stop.

    The same arguments and the same number of threads give the same adapter, bit by bit.
    """

    def __init__(
        self,
        net: WhisperNet,
        adapter: LoraAdapter,
        batches: Sequence[Batch],
        tokens: WhisperTokens,
        recipe: Recipe,
        sources: SourceCache,
        anchor: Anchor | None = None,
    ) -> None:
        self.adapter = adapter.to(net.device).trainable()
        self._net = net
        self._batches = batches
        self._tokens = tokens
        self._recipe = recipe
        self._sources = sources
        self._anchor = anchor
        self._done = 0
        self._optimiser = torch.optim.Adam(self.adapter.parameters(), lr=recipe.learning_rate)

    @property
    def done(self) -> int:
        """Steps."""
        return self._done

    def __iter__(self) -> Iterator[Step]:
        began = time.monotonic()
        while self._done < len(self._batches):
            loss = self._step(self._batches[self._done])
            self._done += 1
            yield Step(self._done, len(self._batches), loss, time.monotonic() - began)

    def _step(self, batch: Batch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.learning_rate * self._factor()
        self._optimiser.zero_grad(set_to_none=True)
        source = self._sources.of([row.example for row in batch])
        loss: Tensor = batch_loss(self._net, self.adapter, source, batch, self._tokens, self._recipe)
        if self._anchor is not None and self._recipe.ewc:
            loss = loss + self._recipe.ewc * self._anchor.fisher.penalty(self.adapter, self._anchor.adapter)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.adapter.parameters(), self._recipe.clip)
        self._optimiser.step()
        return float(loss.detach())

    def _factor(self) -> float:
        """Of the learning rate: up over the warm-up, then down to nothing."""
        total = len(self._batches)
        warm = max(1, int(self._recipe.warm_up * total))
        if self._done < warm:
            return (self._done + 1) / warm
        return 1 - (self._done - warm) / max(1, total - warm)

    # --- going on after a kill ----------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Everything that :meth:`restore` needs: tensors by name, and the number of steps."""
        tensors: dict[str, Any] = {f"down.{name}": value.detach() for name, value in self.adapter.down.items()}
        tensors |= {f"up.{name}": value.detach() for name, value in self.adapter.up.items()}
        for place, parameter in enumerate(self.adapter.parameters()):
            moments = self._optimiser.state.get(parameter, {})
            for moment in ("exp_avg", "exp_avg_sq"):
                if moment in moments:
                    tensors[f"adam.{place}.{moment}"] = moments[moment]
        tensors["steps"] = torch.tensor(self._done)
        return tensors

    def restore(self, tensors: dict[str, Any]) -> None:
        """Go on from :meth:`state`."""
        self._done = int(tensors["steps"])
        with torch.no_grad():
            for side, matrices in (("down", self.adapter.down), ("up", self.adapter.up)):
                for name, value in matrices.items():
                    value.copy_(tensors[f"{side}.{name}"])
        for place, parameter in enumerate(self.adapter.parameters()):
            if f"adam.{place}.exp_avg" in tensors:
                self._optimiser.state[parameter] = {
                    "step": torch.tensor(float(self._done)),
                    "exp_avg": tensors[f"adam.{place}.exp_avg"].to(parameter.device, copy=True),
                    "exp_avg_sq": tensors[f"adam.{place}.exp_avg_sq"].to(parameter.device, copy=True),
                }
