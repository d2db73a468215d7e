"""What of a manifest is learned and what is held out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.benchmarks.recordings import Recording
from twin.errors import NotUnderstoodError


@dataclass(frozen=True, slots=True)
class Split:
    """Both in the order of the manifest, which is that of time."""

    learn: tuple[Recording, ...]
    test: tuple[Recording, ...]


def by_folder(recordings: Sequence[Recording]) -> dict[Path, tuple[Recording, ...]]:
    """Those of each manifest, in the order in which they were named."""
    folders = dict.fromkeys(recording.folder for recording in recordings)
    return {folder: tuple(one for one in recordings if one.folder == folder and one.text) for folder in folders}


def split_of(recordings: Sequence[Recording], learn: int, test: int | None, *, seed: int | None = None) -> Split:
    """The first ``learn`` of ``recordings`` are learned, the next ``test`` (none: all others) held out; of a manifest
    with a split, the first of each of its parts. With a ``seed`` they are drawn, and then put in order again.

    Raises ``NotUnderstoodError`` if nothing is left to learn or to be held out.
    """
    order = list(range(len(recordings)))
    if seed is not None:
        random.Random(seed).shuffle(order)  # noqa: S311 - an experiment, no secret
    if any(recording.split for recording in recordings):
        learned = [at for at in order if recordings[at].split == "learn"][:learn]
        held = [at for at in order if recordings[at].split == "test"][:test]
    else:
        learned, held = order[:learn], order[learn : None if test is None else learn + test]
    if not learned or not held:
        name = recordings[0].folder.name if recordings else "--data"
        raise NotUnderstoodError(
            f"{name} has {len(recordings)} recordings with a text: too few to learn {learn} and to hold some out.",
            hint="Give a smaller --learn.",
        )
    return Split(*(tuple(recordings[at] for at in sorted(part)) for part in (learned, held)))
