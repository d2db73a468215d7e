"""Telling a recording that was cut off from one that is whole.

How it shows differs between formats:

- wav: its data chunk promises more bytes than the file has (headers of streams, which promise nothing, pass);
- ogg, opus: the last page is incomplete, or is not marked as the end of its stream (RFC 3533, section 6);
- flac, m4a, mp4, aiff, matroska, webm, and mp3 with a Xing, Info or VBRI header: less sound than the header
  declares; an m4a whose index was at the end cannot be opened at all;
- others (aac, amr, …): the last packet is incomplete or cannot be decoded.

What cannot be noticed: an mp3 without such a header, a live recording in webm without a duration, or a fragmented
mp4 or aac stream cut exactly between two packets; and a loss of less than ``TOLERANCE_SECONDS`` in a format that
shows it only by its duration.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

TOLERANCE_SECONDS = 0.3
"""By so much a whole file may be shorter than it declares (padding of the last packet, rounding)."""

_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_MATROSKA = "matroska,webm"

_DECLARES_DURATION = {"flac", "ogg", "aiff", _MP4}
"""Formats whose stream duration was written by the encoder. Others estimate it from the file's size."""

MAY_HAVE_GAPS = {_MP4, _MATROSKA}
"""Formats with a time for each packet, so that a track may begin late or pause."""

_MATROSKA_DURATION = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)")
"""When a track ends; a tag of its own, for the container's duration is that of its longest track."""

_UNKNOWN_WAV_SIZE = 0x7FFF_0000
"""From here on, a wav's data size is what programs write that could not know it."""

_OGG_PAGE_BYTES = 27 + 255 + 255 * 255


def declared_seconds(path: Path, container: InputContainer, stream: AudioStream) -> float | None:
    """How long the file says it is, or nothing where that is a guess."""
    name = container.format.name
    if name == _MATROSKA:
        if written := _MATROSKA_DURATION.fullmatch(stream.metadata.get("DURATION", "")):
            hours, minutes, seconds = map(float, written.groups())
            return hours * 3600 + minutes * 60 + seconds
        alone = len(container.streams) == 1
        return container.duration / 1e6 if alone and container.duration is not None else None
    if stream.duration is None or stream.time_base is None:
        return None
    if name in _DECLARES_DURATION or (name == "mp3" and _mp3_has_frame_count(path)):
        return float(stream.duration * stream.time_base)
    return None


def end_is_missing(path: Path, container_format: str, *, declared: bool, last_packet_failed: bool) -> bool:
    """Whether the file stops before its end; ``declared`` if its length was compared already."""
    if container_format == "wav":
        return _wav_is_cut(path)
    if container_format == "ogg":
        return _ogg_is_cut(path)
    # Junk after the sound (tags) is common in mp3, and harmless where the duration is right.
    return last_packet_failed and not declared and container_format != "mp3"


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
