"""Reading a CTranslate2 ``model.bin``.

The format, version 6, little-endian (``ctranslate2/specs/model_spec.py``, ``ModelSpec._serialize``):
``u32 version, string spec, u32 revision, u32 n``; then n variables, each ``string name, u8 rank, u32 × rank shape,
u8 type, u32 bytes, data``; then ``u32 m`` and m aliases, each ``string alias, string variable``. A string is
``u16 length`` (with its final zero) and its bytes.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import WeightsError

_VERSION = 6
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""By type number; the next, bfloat16, has no numpy type and does not occur in packaged weights."""


@dataclass(frozen=True, slots=True)
class Ct2File:
    """A model as CTranslate2 stores it; arrays are read-only views of the file."""

    spec: str
    revision: int
    variables: dict[str, NDArray[Any]]
    aliases: dict[str, str]


class _Reader:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0

    def number(self, code: str) -> int:
        (value,) = struct.unpack_from(f"<{code}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{code}")
        return int(value)

    def string(self) -> str:
        length = self.number("H")
        self._at += length
        return self._bytes[self._at - length : self._at - 1].decode()

    def place(self) -> tuple[int, tuple[int, ...], np.dtype[Any]]:
        """Skip a variable; its offset in the file, shape and type."""
        shape = tuple(self.number("I") for _ in range(self.number("B")))
        kind = np.dtype(_TYPES[self.number("B")])
        size = self.number("I")
        self._at += size
        return self._at - size, shape, kind

    def variable(self) -> NDArray[Any]:
        offset, shape, kind = self.place()
        return np.frombuffer(self._bytes, kind, int(np.prod(shape)), offset).reshape(shape)


def locate_ct2(path: Path) -> dict[str, tuple[int, tuple[int, ...], np.dtype[Any]]]:
    """Where each variable of a ``model.bin`` lies: offset in bytes, shape, type. Raises :class:`WeightsError`."""
    try:
        reader, _, _ = _opened(path)
        return {reader.string(): reader.place() for _ in range(reader.number("I"))}
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise WeightsError(f"{path} cannot be read as a CTranslate2 model ({error}).") from error


def _opened(path: Path) -> tuple[_Reader, str, int]:
    """A reader that stands before the variables, the spec and its revision."""
    reader = _Reader(path)
    version = reader.number("I")
    if version != _VERSION:
        raise WeightsError(f"{path} is a CTranslate2 file of version {version}; version {_VERSION} is needed.")
    return reader, reader.string(), reader.number("I")


def read_ct2(path: Path) -> Ct2File:
    """Read a ``model.bin`` of version 6. Raises :class:`WeightsError` for anything else."""
    try:
        reader, spec, revision = _opened(path)
        variables = {reader.string(): reader.variable() for _ in range(reader.number("I"))}
        aliases = {reader.string(): reader.string() for _ in range(reader.number("I"))}
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise WeightsError(f"{path} cannot be read as a CTranslate2 model ({error}).") from error
    return Ct2File(spec, revision, variables, aliases)
