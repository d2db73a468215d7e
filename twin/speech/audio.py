"""Decoding any recording to mono 16 kHz, and telling in one sentence why one cannot be read.

PyAV brings FFmpeg's libraries, so every format that people's phones and recorders write is read (wav, flac, mp3,
ogg, opus, m4a, the sound of videos), streamed and resampled through 16 bits: what is recognised is, bit for bit,
what is stored. Playlists and network formats are not opened: a recording never makes the twin read another file.

A file that was cut off is refused, as far as that can be noticed (:mod:`twin.speech.truncation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import numpy as np

from twin.errors import AudioError
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.speech.truncation import MAY_HAVE_GAPS, TOLERANCE_SECONDS, declared_seconds, end_is_missing

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

MAX_SECONDS = 2 * 3600.0
"""Features of a whole recording are held in memory while it is recognised: about half a gigabyte an hour."""

_DAMAGED_SHARE = 0.05
"""With more undecodable packets than this, words would be missing without anybody knowing which."""

_FORMATS = "wav,w64,flac,mp3,ogg,mov,mp4,m4a,matroska,webm,aac,aiff,caf,au,amr,asf,avi,flv,mpegts,mpeg,ac3,ape,wv,tta"

_BEGINNINGS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"FORM", b"\x1aE\xdf\xa3")
"""First bytes of wav, ogg, flac, mp3, aiff and matroska."""


@dataclass(frozen=True, slots=True)
class _Sound:
    """What came out of a file: 16-bit samples at 16 kHz, the time at which the last of them stands, and how the
    packets fared.
    """

    samples: bytes
    reached: float
    packets: int
    failed: int
    last_failed: bool

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / SAMPLE_RATE_HZ


def decode(path: Path, *, max_seconds: float = MAX_SECONDS, checkpoint: Callable[[], None] = lambda: None) -> Audio:
    """Read a recording as mono samples at 16 kHz, from -1 to 1, shape ``(samples,)``.

    ``checkpoint`` is called now and then and may raise to stop. Raises :class:`AudioError` for a file that is
    missing, unreadable, empty, not audio, silent by having no samples, cut off, damaged, or longer than
    ``max_seconds``.
    """
    _look_at(path)
    with _opened(path) as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise AudioError(f"{path.name} holds no sound.", hint="Give a recording: wav, flac, mp3, ogg, m4a, …")
        if stream.codec_context is None:
            raise AudioError(
                f"The sound in {path.name} is stored in a way that cannot be decoded.", hint=_way_to_convert(path)
            )
        declared = declared_seconds(path, container, stream)
        if declared is not None and declared > max_seconds:
            raise _too_long(path, max_seconds)
        sound = _read(container, stream, max_seconds, checkpoint)
        container_format = container.format.name
    if sound.seconds > max_seconds:
        raise _too_long(path, max_seconds)
    _refuse_if_not_whole(path, container_format, declared, sound)
    return np.frombuffer(sound.samples, np.int16).astype(np.float32) / 32768.0


def _look_at(path: Path) -> None:
    """Refuse what no decoder needs to see."""
    try:
        if path.is_dir():
            raise AudioError(f"{path.name} is a folder.", hint="Give one recording.")
        if path.exists() and not path.is_file():
            raise AudioError(f"{path.name} is no ordinary file.", hint="Save the recording to a file first.")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        raise AudioError(f"There is no file {path}.", hint="Check the path.") from error
    except OSError as error:
        raise AudioError(
            f"{path.name} cannot be opened: {error.strerror or error}.", hint="Check its permissions."
        ) from error
    if empty:
        raise AudioError(f"{path.name} is empty.", hint="Nothing was recorded into it; record or copy it again.")


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    import av

    try:
        container = av.open(str(path.absolute()), metadata_errors="ignore", options={"format_whitelist": _FORMATS})
    except (av.error.FFmpegError, OSError) as error:
        raise _not_opened(path) from error
    with container:
        yield container


def _read(container: InputContainer, stream: AudioStream, max_seconds: float, checkpoint: Callable[[], None]) -> _Sound:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    samples = bytearray()
    packets = failed = 0
    last_failed = False
    reached = 0.0
    limit = int((max_seconds + 1) * SAMPLE_RATE_HZ) * 2

    def take(frame: av.AudioFrame | None) -> None:
        if frame is not None:
            frame.pts = None  # gaps in time stamps are no gaps in the sound
        for piece in resampler.resample(frame):
            samples.extend(piece.to_ndarray().tobytes())

    packets_of_stream = container.demux(stream)
    while len(samples) < limit:
        checkpoint()
        try:
            packet = next(packets_of_stream, None)
            if packet is None:
                break
            if packet.size:
                packets, last_failed = packets + 1, packet.is_corrupt
            for frame in packet.decode():
                reached = max(reached, (frame.time or 0.0) + frame.samples / frame.sample_rate)
                take(frame)
        except (av.error.FFmpegError, ValueError):  # the latter when the form of the sound changes on the way
            failed, last_failed = failed + 1, True
            if failed > 100 and failed > packets / 2:
                break
    take(None)
    return _Sound(bytes(samples), reached, packets, failed, last_failed)


def _refuse_if_not_whole(path: Path, container_format: str, declared: float | None, sound: _Sound) -> None:
    readable = sound.seconds
    covered = max(readable, sound.reached) if container_format in MAY_HAVE_GAPS else readable
    if declared is not None and covered < declared - TOLERANCE_SECONDS:
        what = "damaged" if sound.reached >= declared - TOLERANCE_SECONDS else "cut off"
        raise _not_whole(path, what, f"{_span(readable)} of {_span(declared)} can be read")
    if sound.failed > _DAMAGED_SHARE * sound.packets + 1:
        raise _not_whole(path, "damaged", f"{sound.failed} of its {sound.packets} parts cannot be decoded")
    if end_is_missing(path, container_format, declared=declared is not None, last_packet_failed=sound.last_failed):
        raise _not_whole(path, "cut off", f"its end is missing, after {_span(readable)} that can be read")
    if not sound.samples:
        raise AudioError(f"{path.name} holds no sound: it is 0 seconds long.", hint="Record it again.")


# --- sentences -------------------------------------------------------------------------------------------------


def _not_opened(path: Path) -> AudioError:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return AudioError(
            f"{path.name} is cut off: its index, which stands at the end, is missing, so none of it can be read.",
            hint="Copy or record it again.",
        )
    if head.startswith(_BEGINNINGS):
        return AudioError(
            f"{path.name} begins like a recording, but is cut off or damaged so early that none of it can be read.",
            hint="Copy or record it again.",
        )
    return AudioError(f"{path.name} is not a recording.", hint="Give a recording: wav, flac, mp3, ogg, m4a, …")


def _not_whole(path: Path, what: str, how: str) -> AudioError:
    return AudioError(f"{path.name} is {what}: {how}.", hint=_way_to_convert(path))


def _too_long(path: Path, max_seconds: float) -> AudioError:
    return AudioError(
        f"{path.name} is longer than {_span(max_seconds)}, the most that a dictation may last.",
        hint="Cut it into parts and dictate them one by one.",
    )


def _way_to_convert(path: Path) -> str:
    return f"Copy or record it again; to use what can be read, save it anew: ffmpeg -i {quote(path.name)} again.wav"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
