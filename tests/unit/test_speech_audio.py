"""Decoding: every format that people record in, and one clear sentence for every file that is no good.

The recordings are made here: a short chord for wav, flac and ogg (soundfile), m4a, mp3, webm and more (PyAV).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from twin.errors import AudioError, CancelledByPersonError, NotUnderstoodError
from twin.requests import RawFormat
from twin.speech.audio import decode, decode_live, decode_raw, opened
from twin.speech.sound import to_audio

SECONDS = 6.0
RATE = 24_000

Samples = NDArray[np.float32]
Write = Callable[[Path, Samples], None]


def chord(seconds: float = SECONDS, rate: int = RATE) -> Samples:
    """Tones that grow and fade, so that a codec has something to do and every second is unlike the others."""
    at = np.arange(int(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * pitch * at * (1 + at / 20)) for pitch in (220, 330, 1100))
    return (0.2 * tones * (0.6 + 0.4 * np.sin(2 * np.pi * at))).astype(np.float32)


def with_soundfile(format: str, subtype: str) -> Write:
    def write(path: Path, samples: Samples) -> None:
        soundfile.write(path, samples, RATE, format=format, subtype=subtype)

    return write


def with_av(
    codec: str,
    format: str,
    rate: int,
    options: dict[str, str] | None = None,
    *,
    video: bool = False,
    late_by: float = 0.0,
) -> Write:
    def write(path: Path, samples: Samples) -> None:
        with av.open(str(path), "w", format=format, options=options or {}) as container:
            if video:
                pictures = container.add_stream("mpeg4", rate=10)
                pictures.width = pictures.height = 32
                pictures.pix_fmt = "yuv420p"
            stream = container.add_stream(codec, rate=rate, layout="mono")
            encoder = stream.codec_context
            resampler = av.AudioResampler(encoder.format, "mono", rate, frame_size=encoder.frame_size)
            frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], format="s16", layout="mono")
            frame.sample_rate = RATE
            frame.pts = int(late_by * RATE)
            frame.time_base = Fraction(1, RATE)
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(piece))
            container.mux(stream.encode(None))
            if video:
                for _ in range(30):
                    picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
                    container.mux(pictures.encode(picture))
                container.mux(pictures.encode(None))

    return write


FORMATS: dict[str, Write] = {
    "wav": with_soundfile("WAV", "PCM_16"),
    "float.wav": with_soundfile("WAV", "FLOAT"),
    "flac": with_soundfile("FLAC", "PCM_16"),
    "ogg": with_soundfile("OGG", "VORBIS"),
    "opus": with_av("libopus", "ogg", 48_000),
    "mp3": with_av("libmp3lame", "mp3", 44_100),
    "m4a": with_av("aac", "ipod", 44_100),
    "front.m4a": with_av("aac", "ipod", 44_100, {"movflags": "faststart"}),
    "webm": with_av("libopus", "webm", 48_000),
    "aiff": with_av("pcm_s16be", "aiff", 44_100),
    "aac": with_av("aac", "adts", 44_100),
    "mp4": with_av("aac", "mp4", 44_100, video=True),
}


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same chord in every format."""
    folder = tmp_path_factory.mktemp("recorded")
    samples = chord()
    for suffix, write in FORMATS.items():
        write(folder / f"chord.{suffix}", samples)
    return {suffix: folder / f"chord.{suffix}" for suffix in FORMATS}


def refusal(path: Path) -> AudioError:
    """The error that ``path`` is refused with: one sentence, and a way out."""
    with pytest.raises(AudioError) as caught:
        decode(path)
    error = caught.value
    assert error.message.endswith(".")
    assert "\n" not in str(error)
    assert error.hint
    return error


def cut(path: Path, tmp_path: Path, keep: float | int) -> Path:
    """A copy of ``path`` without its end: a share of it, or all but so many bytes."""
    content = path.read_bytes()
    shorter = tmp_path / f"cut-{path.name}"
    shorter.write_bytes(content[: int(len(content) * keep)] if isinstance(keep, float) else content[:keep])
    return shorter


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_sound(recorded: dict[str, Path], suffix: str) -> None:
    audio = decode(recorded[suffix])
    assert audio.dtype == np.float32
    assert audio.ndim == 1
    assert len(audio) / 16_000 == pytest.approx(SECONDS, abs=0.1)
    plain = decode(recorded["wav"])
    both = min(len(audio), len(plain))
    # Lossy codecs shift by their delay, so compare what is loud when, not sample by sample.
    loudness = [np.sqrt((sound[: both // 800 * 800].reshape(-1, 800) ** 2).mean(axis=1)) for sound in (audio, plain)]
    assert np.corrcoef(*loudness)[0, 1] > 0.95


def test_what_is_16_khz_and_16_bit_comes_through_to_the_bit(tmp_path: Path) -> None:
    samples = (chord(rate=16_000) * 32767).astype(np.int16)
    soundfile.write(tmp_path / "exact.flac", samples, 16_000)
    assert np.array_equal(decode(tmp_path / "exact.flac") * 32768, samples)


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "stereo.wav", np.stack([chord(), np.zeros_like(chord())], axis=1), RATE)
    audio, left = decode(tmp_path / "stereo.wav"), chord(rate=16_000)
    assert np.sqrt((audio**2).mean()) == pytest.approx(np.sqrt((left**2).mean()) / 2, rel=0.05)


@pytest.mark.parametrize("suffix", ["wav", "float.wav", "flac", "opus", "mp3", "front.m4a", "webm", "aiff"])
@pytest.mark.parametrize("keep", [0.4, 0.8])
def test_a_cut_off_file_says_how_much_of_it_can_be_read(
    recorded: dict[str, Path], tmp_path: Path, suffix: str, keep: float
) -> None:
    error = refusal(cut(recorded[suffix], tmp_path, keep))
    assert "is cut off" in error.message
    readable = float(error.message.split(": ")[1].replace("its end is missing, after ", "").split(" s")[0])
    assert 0 < readable < SECONDS
    assert readable == pytest.approx(SECONDS * keep, abs=1.1)  # a page of opus holds a second


def test_an_ogg_is_cut_off_even_at_the_end_of_a_page(recorded: dict[str, Path], tmp_path: Path) -> None:
    content = recorded["ogg"].read_bytes()
    assert "is cut off" in refusal(cut(recorded["ogg"], tmp_path, content.rfind(b"OggS"))).message


@pytest.mark.parametrize("suffix", ["wav", "ogg", "opus", "aac"])
def test_the_last_bytes_are_missed_too(recorded: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    assert "is cut off" in refusal(cut(recorded[suffix], tmp_path, -3)).message


@pytest.mark.parametrize(("codec", "format", "rate"), [("libopus", "webm", 48_000), ("aac", "mp4", 44_100)])
def test_a_track_that_begins_late_is_whole(tmp_path: Path, codec: str, format: str, rate: int) -> None:
    with_av(codec, format, rate, late_by=2.0)(tmp_path / "late", chord())
    assert len(decode(tmp_path / "late")) / 16_000 == pytest.approx(SECONDS, abs=0.1)


def test_an_m4a_without_its_index_is_called_cut_off(recorded: dict[str, Path], tmp_path: Path) -> None:
    assert "its index, which stands at the end, is missing" in refusal(cut(recorded["m4a"], tmp_path, 0.9)).message


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 0x7FFF_F000])
def test_a_wav_that_was_streamed_is_whole_without_a_size(recorded: dict[str, Path], tmp_path: Path, size: int) -> None:
    content = bytearray(recorded["wav"].read_bytes())
    data = content.index(b"data")
    content[data + 4 : data + 8] = size.to_bytes(4, "little")
    (tmp_path / "streamed.wav").write_bytes(content)
    assert len(decode(tmp_path / "streamed.wav")) / 16_000 == pytest.approx(SECONDS, abs=0.1)


def test_a_wav_with_more_after_its_sound_is_whole(recorded: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "tagged.wav").write_bytes(recorded["wav"].read_bytes() + b"LIST\x04\x00\x00\x00INFO")
    decode(tmp_path / "tagged.wav")


def test_damage_in_the_middle_is_noticed(recorded: dict[str, Path], tmp_path: Path) -> None:
    content = bytearray(recorded["flac"].read_bytes())
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    (tmp_path / "damaged.flac").write_bytes(content)
    assert "is damaged: " in refusal(tmp_path / "damaged.flac").message


@pytest.mark.parametrize(
    "content",
    [
        b"Dear diary, today I dictated nothing.\n" * 200,
        b"%PDF-1.7\n" + bytes(range(256)) * 60,
        b"PK\x03\x04" + bytes(6000),
        b"\x89PNG\r\n\x1a\n" + bytes(3000),
        b"#EXTM3U\n#EXTINF:5,\n/etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        bytes(20_000),
    ],
    ids=["text", "pdf", "zip", "png", "playlist", "concat", "zeros"],
)
def test_what_is_no_recording_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "thing.wav").write_bytes(content)
    assert refusal(tmp_path / "thing.wav").message == "thing.wav is not a recording."


@pytest.mark.parametrize(
    "content",
    [b"RIFF", b"OggS" + bytes(100), b"ID3\x03\x00" + bytes(300), b"fLaC\0\0\0"],
    ids=["wav", "ogg", "mp3", "flac"],
)
def test_a_bare_beginning_is_called_cut_off(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "begun.ogg").write_bytes(content)
    assert "none of it can be read" in refusal(tmp_path / "begun.ogg").message


def test_random_bytes_are_no_recording(tmp_path: Path) -> None:
    for seed in range(20):
        (tmp_path / "noise.mp3").write_bytes(np.random.default_rng(seed).bytes(30_000))
        refusal(tmp_path / "noise.mp3")


def test_a_film_without_sound(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "silent.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        container.mux(stream.encode(None))
    assert refusal(tmp_path / "silent.mp4").message == "silent.mp4 holds no sound."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.wav").message == f"There is no file {tmp_path / 'gone.wav'}."


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path).message


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    assert "is empty" in refusal(tmp_path / "empty.wav").message


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "is no ordinary file" in refusal(tmp_path / "pipe.wav").message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(recorded: dict[str, Path], tmp_path: Path) -> None:
    secret = cut(recorded["wav"], tmp_path, 1.0)
    secret.chmod(0)
    assert "cannot be opened" in refusal(secret).message


@pytest.mark.parametrize("suffix", ["wav", "float.wav"])
def test_a_recording_of_no_length(tmp_path: Path, suffix: str) -> None:
    FORMATS[suffix](tmp_path / "nothing.wav", np.zeros(0, np.float32))
    assert "0 seconds long" in refusal(tmp_path / "nothing.wav").message


def test_a_name_that_looks_like_an_address_is_a_file(recorded: dict[str, Path], tmp_path: Path) -> None:
    odd = tmp_path / "concat:a b|'quoted'.wav"
    odd.write_bytes(recorded["wav"].read_bytes())
    decode(odd)
    assert "'\"'\"'" in refusal(cut(odd, tmp_path, 0.5)).hint  # the command in the hint can be pasted


def test_decoding_can_be_stopped(recorded: dict[str, Path]) -> None:
    def stop() -> None:
        raise CancelledByPersonError("Cancelled.")

    with pytest.raises(CancelledByPersonError):
        decode(recorded["mp3"], checkpoint=stop)


def test_it_is_decoded_a_second_at_a_time(recorded: dict[str, Path]) -> None:
    with opened(recorded["flac"]) as decoding:
        assert decoding.seconds == pytest.approx(SECONDS)
        blocks = list(decoding.blocks)
    assert max(map(len, blocks)) < 20_000
    assert np.array_equal(to_audio(np.concatenate(blocks)), decode(recorded["flac"]))


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "opus", "mp3", "webm", "aac"])
def test_it_is_read_while_it_comes_in(recorded: dict[str, Path], suffix: str) -> None:
    """A few hundred bytes at a time, as out of a pipe."""
    trickle = Trickle(recorded[suffix].read_bytes())
    sound = np.concatenate(list(decode_live(trickle, "pipe")))
    assert len(sound) / 16_000 == pytest.approx(SECONDS, abs=0.1)
    assert np.abs(to_audio(sound)).max() > 0.1


class Trickle(io.RawIOBase):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(min(size, 700) if size > 0 else 700)


@pytest.mark.parametrize(
    ("sample_format", "dtype", "scale"),
    [("s16le", "<i2", 32767), ("s32le", "<i4", 2**31 - 1), ("f32le", "<f4", 1.0)],
)
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2)])
def test_raw_sound(sample_format: str, dtype: str, scale: float, rate: int, channels: int) -> None:
    samples = chord(rate=rate)
    raw = np.repeat((samples * scale).astype(dtype)[:, None], channels, axis=1).tobytes()
    sound = to_audio(np.concatenate(list(decode_raw(Trickle(raw), RawFormat(rate, channels, sample_format)))))
    expected = chord(rate=16_000)
    assert len(sound) == pytest.approx(len(expected), abs=20)
    both = min(len(sound), len(expected))
    assert np.corrcoef(sound[:both], expected[:both])[0, 1] > 0.95


def test_raw_sound_of_an_unknown_form_is_refused() -> None:
    with pytest.raises(NotUnderstoodError, match="s24be") as caught:
        list(decode_raw(Trickle(b""), RawFormat(sample_format="s24be")))
    assert "s16le" in caught.value.hint
