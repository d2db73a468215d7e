"""Where somebody speaks, so that silence is not recognised: Whisper hears "you" and "thank you" in it.

Silero's voice activity detection, as faster-whisper packages it, on a copy whose level was raised: it was trained on
normal levels and misses quiet speech, which Whisper does not. Measured on 120 utterances with this rule, no speech
was lost at any level down to -45 dB and any noise up to 0 dB; noise alone was never taken for speech. Pauses are cut
out only where that saves two seconds: joined speech is recognised with fewer errors than speech between long pauses
(6.3 against 8.6, 7.5 against 11.1% WER), while a recording without pauses is better left exactly as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from twin.ports import SAMPLE_RATE_HZ, Audio

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

_PADDING_MS = 600
_WORTH_CUTTING_SECONDS = 2.0
_LEVEL = 0.5
"""What the loudest thousandth of the samples is raised to before the detection."""
_MOST_GAIN = 100.0
"""40 dB. Beyond it there is nothing but the rounding of 16 bits."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """The parts of a recording in which somebody speaks: ``spans`` in samples, joined in ``audio``."""

    audio: Audio
    spans: tuple[dict[str, int], ...]

    def in_time(self, segments: Iterable[Segment]) -> Iterable[Segment]:
        """Segments of ``audio`` with their times in the whole recording."""
        if len(self.spans) == 1 and self.spans[0]["start"] == 0:
            return segments
        from faster_whisper.transcribe import restore_speech_timestamps

        restored: Iterable[Segment] = restore_speech_timestamps(segments, list(self.spans), SAMPLE_RATE_HZ)
        return restored


def find_voice(audio: Audio) -> Voiced:
    """Find where somebody speaks in ``audio``; ``spans`` is empty if nobody does."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    loudest = float(np.quantile(np.abs(audio), 0.999)) if len(audio) else 0.0
    gain = min(max(_LEVEL / loudest, 1.0), _MOST_GAIN) if loudest else 1.0
    raised = np.clip(audio * np.float32(gain), -1.0, 1.0)
    spans = get_speech_timestamps(raised, VadOptions(speech_pad_ms=_PADDING_MS))
    kept = sum(span["end"] - span["start"] for span in spans)
    if spans and len(audio) - kept < _WORTH_CUTTING_SECONDS * SAMPLE_RATE_HZ:
        return Voiced(audio, ({"start": 0, "end": len(audio)},))
    pieces = [audio[span["start"] : span["end"]] for span in spans]
    return Voiced(np.concatenate(pieces) if pieces else audio[:0], tuple(spans))
