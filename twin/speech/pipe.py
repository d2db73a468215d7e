"""Sound that another program writes into a pipe: the client puts it into a file, which is read while it grows."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from twin.errors import AudioError
from twin.requests import Pipe
from twin.speech.audio import decode_live, decode_raw, opened
from twin.speech.sound import Pcm

_POLL_SECONDS = 0.02


class GrowingFile(io.RawIOBase):
    """Reads a file that another process is writing: waits for more at its end, until ``ended`` says that it is all."""

    def __init__(self, path: Path, ended: Callable[[], bool]) -> None:
        """Raises :class:`AudioError` if there is none."""
        super().__init__()
        self._ended = ended
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise AudioError(
                f"{path.name} cannot be opened: {error.strerror or error}.", hint="Send it again."
            ) from error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while True:
            over = self._ended()  # asked first: what is written before the end is read
            if (content := self._file.read(size)) or over:
                return content
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        self._file.close()
        super().close()


def pipe_blocks(pipe: Pipe, ended: Callable[[], bool]) -> Iterator[Pcm]:
    """Mono sound at 16 kHz, as it comes out of ``pipe``.

    A recording that cannot be read from its beginning on is waited for and read whole. Raises :class:`AudioError`,
    :class:`NotUnderstoodError`.
    """
    path = Path(pipe.path)
    with GrowingFile(path, ended) as file:
        if pipe.raw is not None:
            yield from decode_raw(file, pipe.raw)
            return
        blocks = decode_live(file, "What comes out of the pipe")
        try:
            first = next(blocks, None)
        except AudioError:
            first = None
        if first is not None:
            yield first
            yield from blocks
            return
    while not ended():
        time.sleep(_POLL_SECONDS)
    with opened(path) as decoding:
        yield from decoding.blocks
