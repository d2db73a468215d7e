"""Decoding any recording to mono 16 kHz, and telling in one sentence why one cannot be read.

PyAV brings FFmpeg's libraries, so every format that people's phones and recorders write is read (wav, flac, mp3,
ogg, opus, m4a, the sound of videos), streamed and resampled through 16 bits: what is recognised is, bit for bit,
what is stored. Playlists and network formats are not opened: a recording never makes the twin read another file.

A file that was cut off is refused, as far as that can be noticed (:mod:`twin.speech.truncation`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import IO, TYPE_CHECKING

import numpy as np

from twin.errors import AudioError, NotUnderstoodError
from twin.ports import SAMPLE_RATE_HZ, Audio
from twin.requests import RawFormat
from twin.speech.sound import Pcm, to_audio
from twin.speech.truncation import MAY_HAVE_GAPS, TOLERANCE_SECONDS, declared_seconds, end_is_missing

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_DAMAGED_SHARE = 0.05
"""With more undecodable packets than this, words would be missing without anybody knowing which."""

_FORMATS = "wav,w64,flac,mp3,ogg,mov,mp4,m4a,matroska,webm,aac,aiff,caf,au,amr,asf,avi,flv,mpegts,mpeg,ac3,ape,wv,tta"

_BEGINNINGS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"FORM", b"\x1aE\xdf\xa3")
"""First bytes of wav, ogg, flac, mp3, aiff and matroska."""


_BLOCK_SAMPLES = SAMPLE_RATE_HZ
_LIVE_BLOCK_SAMPLES = SAMPLE_RATE_HZ // 25
"""Sound that is waited for is passed on every 40 ms."""

_RAW_FORMATS = {"s16le": "s16", "s32le": "s32", "u8": "u8", "f32le": "flt"}
"""Names that recorders use, and FFmpeg's."""


@dataclass(slots=True)
class _Fate:
    """How the packets fared, and the time at which the last sample stands."""

    samples: int = 0
    reached: float = 0.0
    packets: int = 0
    failed: int = 0
    last_failed: bool = False

    @property
    def seconds(self) -> float:
        return self.samples / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Decoding:
    """A recording that is being decoded: ``seconds`` is how long it says it is, where it does."""

    seconds: float | None
    blocks: Iterator[Pcm]
    """Mono sound at 16 kHz, a second at a time. Raises :class:`AudioError` at its end if the file was not whole."""


def decode(path: Path, *, checkpoint: Callable[[], None] = lambda: None) -> Audio:
    """The whole of a recording as mono samples at 16 kHz, from -1 to 1, shape ``(samples,)``.

    ``checkpoint`` is called now and then and may raise to stop. Raises :class:`AudioError` for a file that is
    missing, unreadable, empty, not audio, silent by having no samples, cut off, or damaged.
    """
    with opened(path) as decoding:
        parts = []
        for block in decoding.blocks:
            checkpoint()
            parts.append(block)
        return to_audio(np.concatenate(parts))


@contextmanager
def opened(path: Path) -> Iterator[Decoding]:
    """Decode a recording block by block. Raises :class:`AudioError` as :func:`decode` does."""
    _look_at(path)
    with _opened(path) as container:
        stream = _sound_of(container, path)
        declared = declared_seconds(path, container, stream)
        yield Decoding(declared, _whole(path, container, stream, declared))


def decode_live(file: IO[bytes] | io.RawIOBase, name: str) -> Iterator[Pcm]:
    """Sound out of a container that is still being written, as far as it can be read; ``file`` blocks for more.

    Raises :class:`AudioError` for what is no recording, or cannot be read from its beginning on (an m4a).
    """
    import av

    try:
        container = av.open(file, "r", metadata_errors="ignore", options={"format_whitelist": _FORMATS})
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise AudioError(
            f"{name} is no recording that can be read while it comes in.",
            hint="Give wav, flac, mp3 or ogg, or name the form of raw sound: --format s16le --rate 16000 --channels 1.",
        ) from error
    with container:
        yield from _decoded(container, _sound_of(container, Path(name)), _Fate(), _LIVE_BLOCK_SAMPLES)


def decode_raw(file: IO[bytes] | io.RawIOBase, form: RawFormat) -> Iterator[Pcm]:
    """Sound out of raw samples; ``file`` blocks for more. Raises :class:`NotUnderstoodError` for an unknown form."""
    converter = RawConverter(form)
    while block := file.read(form.rate_hz // 25 * converter.frame_bytes):
        yield from converter.add(block)
    yield from converter.end()


class RawConverter:
    """Raw samples of any rate and number of channels, made into ours as they come."""

    def __init__(self, form: RawFormat) -> None:
        """Raises :class:`NotUnderstoodError` for a form that is not known."""
        import av

        if form.sample_format not in _RAW_FORMATS:
            raise NotUnderstoodError(
                f"The sample format {form.sample_format!r} is not known.", hint=f"Known are: {', '.join(_RAW_FORMATS)}."
            )
        self._form = form
        self._format = av.AudioFormat(_RAW_FORMATS[form.sample_format])
        self._layout = {1: "mono", 2: "stereo"}.get(form.channels, f"{form.channels} channels")
        self._resampler = _resampler()
        self._rest = b""
        self.frame_bytes: int = self._format.bytes * form.channels

    def add(self, content: bytes) -> Iterator[Pcm]:
        import av

        content = self._rest + content
        samples = len(content) // self.frame_bytes
        self._rest = content[samples * self.frame_bytes :]
        if samples:
            frame = av.AudioFrame(format=self._format, layout=self._layout, samples=samples)
            frame.sample_rate = self._form.rate_hz
            # A plane may be longer than its samples, for alignment.
            frame.planes[0].update(content[: samples * self.frame_bytes].ljust(frame.planes[0].buffer_size, b"\0"))
            yield from _resampled(self._resampler, frame)

    def end(self) -> Iterator[Pcm]:
        yield from _resampled(self._resampler, None)


def _sound_of(container: InputContainer, path: Path) -> AudioStream:
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        raise AudioError(f"{path.name} holds no sound.", hint="Give a recording: wav, flac, mp3, ogg, m4a, …")
    if stream.codec_context is None:
        raise AudioError(
            f"The sound in {path.name} is stored in a way that cannot be decoded.", hint=_way_to_convert(path)
        )
    return stream


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


def _whole(path: Path, container: InputContainer, stream: AudioStream, declared: float | None) -> Iterator[Pcm]:
    fate = _Fate()
    yield from _decoded(container, stream, fate, _BLOCK_SAMPLES)
    _refuse_if_not_whole(path, container.format.name, declared, fate)


def _decoded(container: InputContainer, stream: AudioStream, fate: _Fate, block_samples: int) -> Iterator[Pcm]:
    """Blocks of at least ``block_samples``, and the rest."""
    waiting: list[Pcm] = []
    count = 0
    for block in _decoded_packets(container, stream, fate):
        waiting.append(block)
        count += len(block)
        fate.samples += len(block)
        if count >= block_samples:
            yield np.concatenate(waiting)
            waiting, count = [], 0
    if count:
        yield np.concatenate(waiting)


def _decoded_packets(container: InputContainer, stream: AudioStream, fate: _Fate) -> Iterator[Pcm]:
    import av

    resampler = _resampler()
    packets = container.demux(stream)
    while True:
        frames: list[av.AudioFrame] = []
        try:
            packet = next(packets, None)
            if packet is None:
                break
            if packet.size:
                fate.packets, fate.last_failed = fate.packets + 1, packet.is_corrupt
            for frame in packet.decode():
                fate.reached = max(fate.reached, (frame.time or 0.0) + frame.samples / frame.sample_rate)
                frame.pts = None  # gaps in time stamps are no gaps in the sound
                frames += resampler.resample(frame)
        except (av.error.FFmpegError, ValueError):  # the latter when the form of the sound changes on the way
            fate.failed, fate.last_failed = fate.failed + 1, True
            if fate.failed > 100 and fate.failed > fate.packets / 2:
                break
        yield from map(_samples, frames)
    yield from _resampled(resampler, None)


def _resampler() -> AudioResampler:
    import av

    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> Iterator[Pcm]:
    yield from map(_samples, resampler.resample(frame))


def _samples(frame: AudioFrame) -> Pcm:
    return np.asarray(frame.to_ndarray().reshape(-1), np.int16)


def _refuse_if_not_whole(path: Path, container_format: str, declared: float | None, sound: _Fate) -> None:
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


def _way_to_convert(path: Path) -> str:
    return f"Copy or record it again; to use what can be read, save it anew: ffmpeg -i {quote(path.name)} again.wav"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
