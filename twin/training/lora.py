"""A low-rank adapter: two thin matrices for each trained matrix of Whisper, kept as PEFT keeps them.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", https://arxiv.org/abs/2106.09685.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from twin.errors import WeightsError
from twin.training.peft_files import CONFIG, save_peft
from twin.training.plan import WEIGHTS
from twin.training.recipe import Recipe
from twin.training.whisper import WhisperNet

_DECODER_PARTS = ("self.q", "self.k", "self.v", "self.o", "cross.q", "cross.o", "fc1", "fc2")
_ENCODER_PARTS = ("self.q", "self.k", "self.v", "self.o", "fc1", "fc2")
_PEFT_NAMES = {
    "self.q": "self_attn.q_proj",
    "self.k": "self_attn.k_proj",
    "self.v": "self_attn.v_proj",
    "self.o": "self_attn.out_proj",
    "cross.q": "encoder_attn.q_proj",
    "cross.o": "encoder_attn.out_proj",
    "fc1": "fc1",
    "fc2": "fc2",
}
_OUR_NAMES = {theirs: ours for ours, theirs in _PEFT_NAMES.items()}
_SIDES = {"enc": "encoder", "dec": "decoder"}
_KEY = re.compile(r"base_model\.model\.model\.(encoder|decoder)\.layers\.(\d+)\.(.+)\.lora_(A|B)\.weight")


@dataclass(slots=True)
class LoraAdapter:
    """``down[name]`` is ``[rank, in]``, ``up[name]`` is ``[out, rank]``, in float32; the update is up·down·factor."""

    down: dict[str, Tensor]
    up: dict[str, Tensor]
    factor: float

    @classmethod
    def fresh(cls, net: WhisperNet, recipe: Recipe) -> LoraAdapter:
        """An adapter that changes nothing yet, from the recipe's seed alone."""
        chance = torch.Generator().manual_seed(recipe.seed)
        down, up = {}, {}
        for name in trained_matrices(net, recipe):
            out, width = net.weights[name].shape
            down[name] = (torch.rand(recipe.rank, width, generator=chance) * 2 - 1) / math.sqrt(width)
            up[name] = torch.zeros(out, recipe.rank)
        return cls(down, up, recipe.alpha / recipe.rank)

    @property
    def rank(self) -> int:
        return len(next(iter(self.down.values())))

    def parameters(self) -> list[Tensor]:
        return [*self.down.values(), *self.up.values()]

    def trainable(self) -> LoraAdapter:
        """A copy with gradients."""
        return LoraAdapter(
            {name: value.detach().clone().requires_grad_() for name, value in self.down.items()},
            {name: value.detach().clone().requires_grad_() for name, value in self.up.items()},
            self.factor,
        )

    def to(self, device: torch.device) -> LoraAdapter:
        """The same matrices, where they are computed with; without gradients."""
        return LoraAdapter(
            {name: value.detach().to(device) for name, value in self.down.items()},
            {name: value.detach().to(device) for name, value in self.up.items()},
            self.factor,
        )

    def going_on(self, net: WhisperNet, recipe: Recipe) -> LoraAdapter:
        """What a training of ``recipe`` that goes on from this adapter begins with: what it adds is new, and of this
        adapter's rank."""
        alike = replace(recipe, rank=self.rank, alpha=self.factor * self.rank)
        new = LoraAdapter.fresh(net, alike)
        return LoraAdapter(new.down | self.down, new.up | self.up, self.factor)

    def scaled(self, scale: float) -> LoraAdapter:
        """The same matrices, of which ``scale`` is used; without gradients."""
        return LoraAdapter(
            {name: value.detach() for name, value in self.down.items()},
            {name: value.detach() for name, value in self.up.items()},
            self.factor * scale,
        )

    def apply(self, name: str, x: Tensor) -> Tensor | None:
        if name not in self.down:
            return None
        inner = functional.linear(x, self.down[name].to(x.dtype)) * self.factor
        return functional.linear(inner, self.up[name].to(x.dtype))

    def delta(self, name: str) -> Tensor:
        """What the adapter adds to the matrix ``name``, ``[out, in]``."""
        return self.up[name] @ self.down[name] * self.factor

    # --- files --------------------------------------------------------------------------------------------------

    def save(self, folder: Path, base: str) -> None:
        """Write the adapter as PEFT does, so that ``PeftModel.from_pretrained`` loads it too; ``base`` is the weights'
        name."""
        tensors = {}
        for side, matrices in (("A", self.down), ("B", self.up)):
            for name, value in matrices.items():
                tensors[f"{_peft_name(name)}.lora_{side}.weight"] = value.detach().contiguous()
        save_peft(
            folder,
            tensors,
            base=base,
            rank=self.rank,
            alpha=self.factor * self.rank,
            modules=map(_module, self.down),
            task_type=None,
        )

    @classmethod
    def load(cls, folder: Path) -> LoraAdapter:
        """Read what :meth:`save` wrote. Raises :class:`WeightsError` for anything else."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            config = json.loads((folder / CONFIG).read_text())
            tensors = load_file(folder / WEIGHTS)
            factor = float(config["lora_alpha"]) / int(config["r"])
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise WeightsError(f"The adapter in {folder} cannot be read ({error}).") from error
        down: dict[str, Tensor] = {}
        up: dict[str, Tensor] = {}
        for key, value in tensors.items():
            parts = _KEY.fullmatch(key)
            if parts is None or parts[3] not in _OUR_NAMES:
                raise WeightsError(f"The adapter in {folder} trains {key}, which this twin does not know.")
            name = f"{parts[1][:3]}.{parts[2]}.{_OUR_NAMES[parts[3]]}"
            (down if parts[4] == "A" else up)[name] = value
        if not down or down.keys() != up.keys():
            raise WeightsError(f"The adapter in {folder} is not whole.")
        return cls(down, up, factor)


def trained_matrices(net: WhisperNet, recipe: Recipe) -> tuple[str, ...]:
    """All of the decoder but the cross-attention's keys and values; for a voice, the encoder's top layers too."""
    decoder = (f"dec.{layer}.{part}" for layer in range(net.decoder_layers) for part in _DECODER_PARTS)
    first = net.encoder_layers - recipe.trained_encoder_layers
    encoder = (f"enc.{layer}.{part}" for layer in range(first, net.encoder_layers) for part in _ENCODER_PARTS)
    return (*decoder, *encoder)


def _module(name: str) -> str:
    """ "dec.0.self.q" as transformers names it: "decoder.layers.0.self_attn.q_proj"."""
    side, layer, part = name.split(".", 2)
    return f"{_SIDES[side]}.layers.{layer}.{_PEFT_NAMES[part]}"


def _peft_name(name: str) -> str:
    return f"base_model.model.model.{_module(name)}"
