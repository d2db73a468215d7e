"""Low-rank adapters on all linear layers of a Llama, and their files, as PEFT writes them.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", https://arxiv.org/abs/2106.09685.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from twin.models.llama import LINEAR_PARTS
from twin.training.peft_files import save_peft
from twin.training.plan import WEIGHTS

_LARGEST_GRADIENT = 1.0


class LoraLinear(nn.Module):
    """A frozen linear layer with a trained low-rank update beside it."""

    def __init__(self, frozen: nn.Linear, rank: int, factor: float, chance: torch.Generator, dropout: float) -> None:
        super().__init__()
        self.frozen = frozen
        self.factor = factor
        self.dropout = dropout
        down = (torch.rand(rank, frozen.in_features, generator=chance) * 2 - 1) / math.sqrt(frozen.in_features)
        self.down = nn.Parameter(down.to(frozen.weight.device))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank, device=frozen.weight.device))

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.dropout(x, self.dropout, self.training) if self.dropout else x
        inner = functional.linear(inner, self.down.to(x.dtype)) * self.factor
        update: Tensor = functional.linear(inner, self.up.to(x.dtype))
        unchanged: Tensor = self.frozen(x)
        return unchanged + update


def attach(net: nn.Module, *, rank: int, alpha: float, seed: int, dropout: float = 0.0) -> dict[str, LoraLinear]:
    """Put an adapter that changes nothing yet on every linear layer of ``net``'s blocks; by the layers' names."""
    chance = torch.Generator().manual_seed(seed)
    attached = {}
    for name, module in list(net.named_modules()):
        parent, _, last = name.rpartition(".")
        if isinstance(module, nn.Linear) and any(name.endswith(part) for part in LINEAR_PARTS):
            attached[name] = LoraLinear(module, rank, alpha / rank, chance, dropout)
            setattr(net.get_submodule(parent), last, attached[name])
    return attached


class Descent:
    """AdamW over an adapter, with gradients of at most 1."""

    def __init__(self, attached: dict[str, LoraLinear], learning_rate: float) -> None:
        self._learning_rate = learning_rate
        self._parameters = [value for layer in attached.values() for value in (layer.down, layer.up)]
        self._optimizer = torch.optim.AdamW(self._parameters, lr=learning_rate, betas=(0.9, 0.99), weight_decay=0.0)

    def step(self, loss: Tensor, rate: float) -> None:
        """Go down ``loss`` by ``rate`` of the learning rate."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._learning_rate * rate
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._parameters, _LARGEST_GRADIENT)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)


def save(attached: dict[str, LoraLinear], folder: Path, *, base: str, rank: int, alpha: float) -> None:
    """Write the adapter into ``folder`` as PEFT does, in float16."""
    tensors = {}
    for name, layer in attached.items():
        for side, value in (("A", layer.down), ("B", layer.up)):
            tensors[f"base_model.model.{name}.lora_{side}.weight"] = (
                value.detach().to("cpu", torch.float16).contiguous()
            )
    folder.mkdir(parents=True, exist_ok=True)
    modules = (part.rpartition(".")[2] for part in LINEAR_PARTS)
    save_peft(folder, tensors, base=base, rank=rank, alpha=alpha, modules=modules, task_type="CAUSAL_LM")


def load_into(attached: dict[str, LoraLinear], folder: Path) -> None:
    """Give attached adapters the numbers that :func:`save` wrote."""
    from safetensors.torch import load_file

    tensors = load_file(folder / WEIGHTS)
    with torch.no_grad():
        for name, layer in attached.items():
            layer.down.copy_(tensors[f"base_model.model.{name}.lora_A.weight"])
            layer.up.copy_(tensors[f"base_model.model.{name}.lora_B.weight"])
