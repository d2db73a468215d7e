"""What learning one thing after another does to the others.

Lopez-Paz and Ranzato 2017, "Gradient Episodic Memory for Continual Learning", https://arxiv.org/abs/1706.08840.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transfer:
    """``accuracy`` on all tasks at the end; ``backward``: what later tasks did to earlier ones; ``forward``: what
    earlier ones did for those yet to come."""

    accuracy: float
    backward: float
    forward: float


def transfer(before: Sequence[float], after: Sequence[Sequence[float]]) -> Transfer:
    """Of two tasks or more: ``before[j]`` is the result on task ``j`` before anything was learned, ``after[i][j]`` once
    task ``i`` was."""
    last, earlier = len(after) - 1, range(len(after) - 1)
    return Transfer(
        accuracy=sum(after[last]) / len(after),
        backward=sum(after[last][task] - after[task][task] for task in earlier) / last,
        forward=sum(after[task][task + 1] - before[task + 1] for task in earlier) / last,
    )
