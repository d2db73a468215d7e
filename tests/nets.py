"""A Whisper of a few hundred numbers, random but always the same, for what does not need real weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from twin.training.tokens import WhisperTokens
from twin.training.whisper import WhisperNet

WIDTH, HEADS, LAYERS, WORDS, POSITIONS, MELS = 16, 2, 3, 40, 300, 8
"""Half of a window's positions are silence."""


def tiny_net(device: str = "cpu") -> WhisperNet:
    chance = torch.Generator().manual_seed(5)
    weights: dict[str, Tensor] = {}

    def add(name: str, *shape: int, of: float = 0.3) -> None:
        weights[name] = (torch.randn(*shape, generator=chance) * of).to(device)

    def linear(name: str, out: int, width: int) -> None:
        add(name, out, width)
        add(f"{name}.b", out)

    def norm(name: str) -> None:
        weights[name], weights[f"{name}.b"] = torch.ones(WIDTH).to(device), torch.zeros(WIDTH).to(device)

    add("emb", WORDS, WIDTH)
    add("dec.pos", 64, WIDTH)
    add("enc.pos", POSITIONS, WIDTH)
    add("enc.conv1", WIDTH, MELS, 3)
    add("enc.conv2", WIDTH, WIDTH, 3)
    add("enc.conv1.b", WIDTH)
    add("enc.conv2.b", WIDTH)
    for side in ("enc", "dec"):
        norm(f"{side}.ln")
        for layer in range(LAYERS):
            for kind in ("self", "cross") if side == "dec" else ("self",):
                norm(f"{side}.{layer}.{kind}.ln")
                for part in "qkvo":
                    linear(f"{side}.{layer}.{kind}.{part}", WIDTH, WIDTH)
            norm(f"{side}.{layer}.ffn.ln")
            linear(f"{side}.{layer}.fc1", 2 * WIDTH, WIDTH)
            linear(f"{side}.{layer}.fc2", WIDTH, 2 * WIDTH)
    return WhisperNet(weights, HEADS, LAYERS, LAYERS)


def tiny_tokens() -> WhisperTokens:
    """Words are the tokens up to 20, time stamps those from 24 on."""
    unused: Any = None
    return WhisperTokens((21,), 23, 24, 20, unused)


def features(seed: int, frames: int) -> Tensor:
    return torch.randn(MELS, frames, generator=torch.Generator().manual_seed(seed))
