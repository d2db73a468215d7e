"""Decoding any recording to mono 16 kHz, and telling in one sentence why one cannot be read.

PyAV brings FFmpeg's libraries, so every format that people's phones and recorders write is read (wav, flac, mp3,
ogg, opus, m4a, the sound of videos), streamed and resampled through 16 bits: what is recognised is, bit for bit,
what is stored. Playlists and network formats are not opened: a recording never makes the twin read another file.

A file that was cut off is refused. How that shows differs between formats:

- wav: its data chunk promises more bytes than the file has (headers of streams, which promise nothing, pass);
- ogg, opus: the last page is incomplete, or is not marked as the end of its stream (RFC 3533, section 6);
- flac, m4a, mp4, aiff, matroska, webm, and mp3 with a Xing, Info or VBRI header: less sound than the header
  declares; an m4a whose index was at the end cannot be opened at all;
- others (aac, amr, …): the last packet is incomplete or cannot be decoded.

What cannot be noticed: an mp3 without such a header, a live recording in webm without a duration, or a fragmented
mp4 or aac stream cut exactly between two packets; a loss of less than ``_TOLERANCE_SECONDS`` in a format that
shows it only by its duration.
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

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

MAX_SECONDS = 2 * 3600.0
"""Features of a whole recording are held in memory while it is recognised: about half a gigabyte an hour."""

_TOLERANCE_SECONDS = 0.3
"""By so much a whole file may be shorter than it declares (padding of the last packet, rounding)."""

_DAMAGED_SHARE = 0.05
"""With more undecodable packets than this, words would be missing without anybody knowing which."""

_FORMATS = "wav,w64,flac,mp3,ogg,mov,mp4,m4a,matroska,webm,aac,aiff,caf,au,amr,asf,avi,flv,mpegts,mpeg,ac3,ape,wv,tta"

_DECLARES_DURATION = {"flac", "ogg", "aiff", "asf", "avi", "mov,mp4,m4a,3gp,3g2,mj2"}
"""Formats whose stream duration was written by the encoder. Others estimate it from the file's size."""

_UNKNOWN_WAV_SIZE = 0x7FFF_0000
"""From here on, a wav's data size is what programs write that could not know it."""

_BEGINNINGS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"FORM", b"\x1aE\xdf\xa3")
"""First bytes of wav, ogg, flac, mp3, aiff and matroska."""

_OGG_PAGE_BYTES = 27 + 255 + 255 * 255


@dataclass(frozen=True, slots=True)
class _Sound:
    """What came out of a file: 16-bit samples at 16 kHz, and how the packets fared."""

    samples: bytes
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
        declared = _declared_seconds(path, container, stream)
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
        raise AudioError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
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
                take(frame)
        except (av.error.FFmpegError, ValueError):  # the latter when the form of the sound changes on the way
            failed, last_failed = failed + 1, True
            if failed > 100 and failed > packets / 2:
                break
    take(None)
    return _Sound(bytes(samples), packets, failed, last_failed)


# --- is it whole? ----------------------------------------------------------------------------------------------


def _refuse_if_not_whole(path: Path, container_format: str, declared: float | None, sound: _Sound) -> None:
    readable = sound.seconds
    if declared is not None and readable < declared - _TOLERANCE_SECONDS:
        raise _cut_off(path, f"{_span(readable)} of {_span(declared)} can be read")
    if sound.failed > _DAMAGED_SHARE * sound.packets + 1:
        raise AudioError(
            f"{path.name} is damaged: {sound.failed} of its {sound.packets} parts cannot be decoded.",
            hint=_way_to_convert(path),
        )
    if container_format == "wav":
        cut = _wav_is_cut(path)
    elif container_format == "ogg":
        cut = _ogg_is_cut(path)
    else:
        # A frame of junk after the sound (tags) is common in mp3 and harmless where the duration is right.
        cut = sound.last_failed and declared is None and container_format != "mp3"
    if cut:
        raise _cut_off(path, f"its end is missing, after {_span(readable)} that can be read")
    if not sound.samples:
        raise AudioError(f"{path.name} holds no sound: it is 0 seconds long.", hint="Record it again.")


def _declared_seconds(path: Path, container: InputContainer, stream: AudioStream) -> float | None:
    """How long the file says it is, or nothing where that is a guess."""
    name = container.format.name
    if name == "matroska,webm":
        written = stream.metadata.get("DURATION", "")  # hours:minutes:seconds, of this track alone
        if written:
            hours, minutes, seconds = written.split(":")
            return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        alone = len(container.streams) == 1 and container.duration is not None
        return container.duration / 1e6 if alone and container.duration is not None else None
    if stream.duration is None or stream.time_base is None:
        return None
    if name in _DECLARES_DURATION or (name == "mp3" and _mp3_has_frame_count(path)):
        return float(stream.duration * stream.time_base)
    return None


def _wav_is_cut(path: Path) -> bool:
    """Whether the data chunk promises more than the file holds."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            chunk_size = int.from_bytes(head[4:], "little")
            if head[:4] == b"data":
                return file.tell() + chunk_size > size and chunk_size < _UNKNOWN_WAV_SIZE
            file.seek(chunk_size + chunk_size % 2, 1)
    return True


def _ogg_is_cut(path: Path) -> bool:
    """Whether the last page is incomplete or does not end its stream."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _OGG_PAGE_BYTES))
        tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    segments = page[26] if len(page) > 26 else 0
    length = 27 + segments + sum(page[27 : 27 + segments])
    ends_stream = len(page) > 5 and bool(page[5] & 0x04)
    return not ends_stream or len(page) < length


def _mp3_has_frame_count(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            file.seek(10 + size)
        else:
            file.seek(0)
        first_frame = file.read(512)
    return any(tag in first_frame for tag in (b"Xing", b"Info", b"VBRI"))


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


def _cut_off(path: Path, how: str) -> AudioError:
    return AudioError(f"{path.name} is cut off: {how}.", hint=_way_to_convert(path))


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
