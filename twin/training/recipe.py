"""How an adapter is trained: every choice that changes the result, so that a manifest of it gives the same adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twin.domain import TrainingMode


@dataclass(frozen=True, slots=True)
class Recipe:
    """The defaults were chosen by the study in docs/research/speech-adapters.md.

    ``alpha / rank`` scales the update while training; ``scale`` (0 to 1) is what of it goes live. LoRA: Hu et al.
    2021, https://arxiv.org/abs/2106.09685.
    """

    mode: TrainingMode = TrainingMode.DECODER
    rank: int = 32
    alpha: float = 64.0
    learning_rate: float = 5e-4
    warm_up: float = 0.1
    epochs: int = 3
    least_steps: int = 20
    """A handful of corrections is seen more often, up to so many steps."""
    batch: int = 8
    label_smoothing: float = 0.1
    replay_per_step: int = 2
    """Sentences of the product's own, distilled to the base's distribution (Hinton et al. 2015, arXiv 1503.02531)."""
    own_replay_per_step: int = 2
    """Older corrections of the person, when training goes on from a live adapter."""
    ewc: float = 0.0
    """Strength of elastic weight consolidation around the adapter that training starts from."""
    clip: float = 1.0
    scale: float = 0.75
    scales: tuple[float, ...] = (0.5, 0.75, 1.0)
    """What is searched on held-back recordings, other than those that judge; none: :attr:`scale` it is."""
    encoder_layers: int = 2
    """Of ``voice``: how many layers from the top."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not (self.rank > 0 and self.epochs > 0 and self.batch > 0 and 0 < self.scale <= 1):
            raise ValueError("A recipe needs a positive rank, epochs and batch, and a scale above 0 and up to 1.")

    @property
    def trained_encoder_layers(self) -> int:
        return self.encoder_layers if self.mode is TrainingMode.VOICE else 0

    def epochs_for(self, examples: int) -> int:
        """As many as make :attr:`least_steps`, and at least :attr:`epochs`."""
        per_epoch = -(-examples // self.batch)
        return max(self.epochs, -(-self.least_steps // max(1, per_epoch)))


SPEECH: Final = Recipe()
"""Of an ordinary speech adapter."""
VOICE: Final = Recipe(mode=TrainingMode.VOICE, rank=16, alpha=32.0, learning_rate=3e-4)
"""Where the decoder alone leaves errors."""
