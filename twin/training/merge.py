"""From an adapter to a recogniser that runs it: merged matrices, written into a copy of the base's own file.

CTranslate2 has no adapters at run time. No converter is needed: the file keeps its layout, and only the bytes of the
changed matrices are replaced, which takes a tenth of a second for Whisper base.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch

from twin.errors import WeightsError
from twin.models.cache import place_folder
from twin.models.ct2 import locate_ct2
from twin.training.loading import load_whisper
from twin.training.lora import LoraAdapter

_MODEL = "model.bin"
_FUSED = {
    "self.q": ("self_attention/linear_0", 0, 3),
    "self.k": ("self_attention/linear_0", 1, 3),
    "self.v": ("self_attention/linear_0", 2, 3),
    "self.o": ("self_attention/linear_1", 0, 1),
    "cross.q": ("attention/linear_0", 0, 1),
    "cross.o": ("attention/linear_2", 0, 1),
    "fc1": ("ffn/linear_0", 0, 1),
    "fc2": ("ffn/linear_1", 0, 1),
}
"""Where CTranslate2 keeps a matrix: the variable, and which of how many equal parts of its rows."""


def merge(base: Path, adapter: LoraAdapter, scale: float, target: Path) -> Path:
    """Write the recogniser ``base`` with ``scale`` of ``adapter`` merged in as the folder ``target``.

    ``target`` appears whole or not at all. Raises :class:`WeightsError`, ``HomeError``.
    """
    net = load_whisper(base, encoder=any(name.startswith("enc.") for name in adapter.down))
    where = locate_ct2(base / _MODEL)

    def fill(folder: Path) -> None:
        for file in base.iterdir():
            if file.name != _MODEL:
                shutil.copyfile(file, folder / file.name)
        data = bytearray((base / _MODEL).read_bytes())
        for name in adapter.down:
            with torch.no_grad():
                merged = (net.weights[name] + scale * adapter.delta(name)).to(torch.float16).numpy()
            variable, part, parts = _place(name)
            offset, shape, kind = where[variable]
            rows = shape[0] // parts
            if merged.shape != (rows, shape[1]) or kind != np.float16:
                raise WeightsError(f"The adapter's {name} does not fit these weights.")
            start = offset + part * rows * shape[1] * merged.itemsize
            data[start : start + merged.nbytes] = np.ascontiguousarray(merged).tobytes()
        (folder / _MODEL).write_bytes(data)

    return place_folder(target, fill)


def _place(name: str) -> tuple[str, int, int]:
    side, layer, part = name.split(".", 2)
    variable, number, parts = _FUSED[part]
    return f"{'encoder' if side == 'enc' else 'decoder'}/layer_{layer}/{variable}/weight", number, parts
