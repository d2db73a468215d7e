"""The recogniser, with the real weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein
from whisper_normalizer.english import EnglishTextNormalizer

from tests.conftest import SPOKEN_TEXT
from twin.domain import Hint, Transcript, Word
from twin.errors import CancelledByPersonError, ModelError, SettingsError
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights
from twin.ports import Audio, Hinting
from twin.speech.audio import decode
from twin.speech.engine import WhisperTranscriber
from twin.speech.sound import InMemory
from twin.speech.turns import Turns
from twin.speech.voice import Span, Voiced, find_voice

pytestmark = pytest.mark.weights

RATE = 16_000
normalised = EnglishTextNormalizer()

LONG_TEXT = """
The harbour wakes long before the town does. Two men carry crates of ice across the wet stones, and a dog follows
them as far as the fence. When the first boat comes in, everybody knows at once whether the night was good. Later,
the market fills with voices from four villages, and my aunt buys mussels, lemons and a loaf of dark bread.
In the afternoon we repair the roof of the shed, because the forecast promises thunder and the old boards have begun
to leak. Before supper somebody tunes a guitar, nobody sings in the right key, and nobody minds at all.
"""


def ignore(word: Word) -> None:
    """Words that nobody listens to."""


def hear(transcriber: WhisperTranscriber, audio: Audio) -> Transcript:
    return transcriber.transcribe(audio, on_word=ignore, cancelled=Event())


def silence(seconds: float) -> Audio:
    return np.zeros(int(seconds * RATE), np.float32)


def noise(seconds: float, level: float) -> Audio:
    return (np.random.default_rng(0).standard_normal(int(seconds * RATE)) * level).astype(np.float32)


def hum(seconds: float, level: float) -> Audio:
    at = np.arange(int(seconds * RATE)) / RATE
    return (level * (np.sin(2 * np.pi * 50 * at) + 0.3 * np.sin(2 * np.pi * 150 * at))).astype(np.float32)


def test_words_come_once_in_order_and_make_the_text(transcriber: WhisperTranscriber, spoken: Path) -> None:
    audio = decode(spoken)
    words: list[Word] = []
    transcript = transcriber.transcribe(audio, on_word=words.append, cancelled=Event())
    assert normalised(transcript.text) == normalised(SPOKEN_TEXT.replace("river bank", "riverbank"))
    assert tuple(words) == transcript.words
    assert transcript.text.split() == [word.word for word in words]
    assert transcript.seconds == pytest.approx(len(audio) / RATE, abs=0.001)
    assert transcript.language == "en"
    assert all(0 <= word.probability <= 1 for word in words)
    assert all(0 <= word.start <= word.end <= transcript.seconds + 0.1 for word in words)
    assert all(one.start <= other.start for one, other in pairwise(words))


def test_a_recording_without_pauses_is_recognised_as_plain_faster_whisper_would(
    transcriber: WhisperTranscriber, recogniser_weights: LocalWeights, spoken: Path
) -> None:
    from faster_whisper import WhisperModel

    audio = decode(spoken)
    plain = WhisperModel(str(recogniser_weights.path), device="cpu", compute_type="int8", cpu_threads=2)
    segments, _ = plain.transcribe(audio, language="en", beam_size=5, word_timestamps=True)
    expected = [word for segment in segments for word in segment.words or ()]
    heard = hear(transcriber, audio)
    assert heard.text == "".join(word.word for word in expected).strip()
    assert [word.probability for word in heard.words] == pytest.approx([word.probability for word in expected])


@pytest.mark.parametrize(
    "audio",
    [silence(3), silence(0), silence(0.01), silence(40), noise(5, 0.001), noise(5, 0.1), hum(5, 0.1), hum(5, 0.001)],
    ids=["silence", "nothing", "blink", "long-silence", "hiss", "loud-noise", "hum", "faint-hum"],
)
def test_nothing_is_heard_where_nobody_speaks(transcriber: WhisperTranscriber, audio: Audio) -> None:
    transcript = hear(transcriber, audio)
    assert (transcript.text, transcript.words) == ("", ())


@pytest.mark.parametrize("decibels", [-30, -45])
def test_quiet_speech_is_heard(transcriber: WhisperTranscriber, spoken: Path, decibels: int) -> None:
    quiet = np.round(decode(spoken) * 10 ** (decibels / 20) * 32768).astype(np.float32) / 32768
    assert "quick brown fox" in hear(transcriber, quiet).text


def test_pauses_are_skipped_and_times_are_those_of_the_recording(transcriber: WhisperTranscriber, spoken: Path) -> None:
    once = decode(spoken)
    hiss = noise(12, 0.001)
    again_at = (len(hiss) * 2 + len(once)) / RATE
    transcript = hear(transcriber, np.concatenate([hiss, once, hiss, once, hiss]))
    jumps = [word for word in transcript.words if word.word.startswith("jumps")]
    assert len(jumps) == 2
    assert jumps[0].start == pytest.approx(len(hiss) / RATE + 1.2, abs=1)
    assert jumps[1].start == pytest.approx(again_at + 1.2, abs=1)
    spans = [(12, 12 + len(once) / RATE), (again_at, again_at + len(once) / RATE)]
    assert all(any(begin - 1 < word.start < end + 1 for begin, end in spans) for word in transcript.words)


def test_a_recording_without_pauses_is_left_as_it_is(spoken: Path) -> None:
    audio = decode(spoken)
    voiced = find_voice(InMemory(audio))
    assert np.array_equal(voiced.read(0, len(voiced)), audio)


def test_hyphens_and_decimals_stay_within_their_word(
    transcriber: WhisperTranscriber, say: Callable[[str], Audio]
) -> None:
    transcript = hear(transcriber, say("This state-of-the-art engine costs 3.5 million dollars, well-known by 2024."))
    assert transcript.text.split() == [word.word for word in transcript.words]
    assert not [word for word in transcript.words if word.word[0] in "-.,%"]
    assert any("-" in word.word or "." in word.word[:-1] for word in transcript.words)


def test_a_short_clip_does_not_loop(transcriber: WhisperTranscriber, spoken: Path) -> None:
    assert len(hear(transcriber, decode(spoken)[: int(0.9 * RATE)]).words) <= 5


def test_the_language_can_be_detected(recogniser_weights: LocalWeights, spoken: Path) -> None:
    detecting = WhisperTranscriber(recogniser_weights, language="auto", threads=2)
    assert hear(detecting, decode(spoken)).language == "en"
    assert hear(detecting, silence(2)).text == ""


def test_a_cancelled_request_does_not_start(transcriber: WhisperTranscriber, spoken: Path) -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(CancelledByPersonError):
        transcriber.transcribe(decode(spoken), on_word=ignore, cancelled=cancelled)


def test_cancelling_stops_within_the_window(transcriber: WhisperTranscriber, say: Callable[[str], Audio]) -> None:
    cancelled = Event()
    heard: list[Word] = []
    long = say(LONG_TEXT)
    assert len(long) > 33 * RATE

    def listen(word: Word) -> None:
        heard.append(word)
        cancelled.set()

    with pytest.raises(CancelledByPersonError):
        transcriber.transcribe(long, on_word=listen, cancelled=cancelled)
    assert max(word.end for word in heard) < 30


def test_cancelling_stops_in_the_middle_of_a_window(
    transcriber: WhisperTranscriber, say: Callable[[str], Audio]
) -> None:
    """While it decodes: no word of the window comes, and the next request is served."""
    cancelled, decoding, heard = Event(), Event(), list[Word]()
    generate = transcriber._model.model.generate

    def watched(*args: object, **options: object) -> object:
        decoding.set()
        return generate(*args, **options)

    def cancel() -> None:
        decoding.wait()
        cancelled.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcriber._model.model, "generate", watched)
        canceller = Thread(target=cancel)
        canceller.start()
        with pytest.raises(CancelledByPersonError):
            transcriber.transcribe(say(LONG_TEXT), on_word=heard.append, cancelled=cancelled)
        canceller.join()
    assert heard == []
    assert hear(transcriber, say("The harbour wakes long before the town does.")).words


def test_a_long_recording_is_read_in_pieces(transcriber: WhisperTranscriber, say: Callable[[str], Audio]) -> None:
    class Watched(InMemory):
        longest = 0

        def read(self, start: int, stop: int) -> Audio:
            Watched.longest = max(Watched.longest, stop - start)
            return super().read(start, stop)

    long = np.concatenate([say(LONG_TEXT)] * 3)
    transcript = transcriber.transcribe(Watched(long), on_word=ignore, cancelled=Event())
    assert Watched.longest <= 60 * RATE < len(long)
    said = normalised(LONG_TEXT * 3).split()
    assert Levenshtein.distance(said, normalised(transcript.text).split()) < 0.12 * len(said)
    assert all(one.start <= other.start for one, other in pairwise(transcript.words))


def test_a_second_pass_over_the_same_sound_shares_the_encoder(
    transcriber: WhisperTranscriber, spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[int] = []
    encode = transcriber._model.model.encode

    def counted(*args: object, **options: object) -> object:
        encoded.append(1)
        return encode(*args, **options)

    transcriber._model._encodings.clear()
    monkeypatch.setattr(transcriber._model.model, "encode", counted, raising=False)
    plain = hear(transcriber, decode(spoken))
    hinted = transcriber.transcribe(decode(spoken), on_word=ignore, cancelled=Event(), hinting=listen_for("dog"))
    states = transcriber.encoder_states(decode(spoken))
    assert len(encoded) == 1
    assert states is not None
    assert states.states.shape == (1500, 512)
    assert states.states.dtype == np.float32
    assert plain == hinted


def listen_for(*terms: str) -> Hinting:
    """Terms that are always listened for, whatever is heard."""
    return lambda heard: tuple(Hint(term, 0.9, (), "", "m1") for term in terms)


def test_hints_are_listened_for(transcriber: WhisperTranscriber, say: Callable[[str], Audio]) -> None:
    sentence = say("We deployed the [Kubernetes](/kuːbɚnˈɛɾiːz/) operator with Zarvox.")
    assert "Zarvox" not in hear(transcriber, sentence).text
    hinted = transcriber.transcribe(sentence, on_word=ignore, cancelled=Event(), hinting=listen_for("Zarvox"))
    assert "Zarvox" in hinted.text
    assert [hint.term for hint in hinted.hints] == ["Zarvox"]
    plain = hear(transcriber, sentence)
    others = [word for word in plain.words if word.word.strip(".") not in hinted.hints[0].heard.split()]
    assert {word.word.strip(".") for word in others} <= {word.word.strip(".") for word in hinted.words}


def test_what_was_not_said_is_not_heard_however_much_it_is_listened_for(
    transcriber: WhisperTranscriber, spoken: Path
) -> None:
    audio = decode(spoken)
    names = listen_for("Kubernetes", "Terraform", "Zarvox", "Prometheus", "Grafana", "Istio", "Kafka")
    hinted = transcriber.transcribe(audio, on_word=ignore, cancelled=Event(), hinting=names)
    assert hinted == hear(transcriber, audio)


def test_turns_are_taken_and_somebody_who_waits_can_leave() -> None:
    turns, cancelled, outcome = Turns(), Event(), list[str]()

    def wait(name: str, *, urgent: bool = False, unwanted: Callable[[], bool] = lambda: False) -> Thread:
        def run() -> None:
            try:
                with turns.one(unwanted, urgent=urgent):
                    outcome.append(name)
            except CancelledByPersonError:
                outcome.append(f"{name} left")

        thread = Thread(target=run)
        thread.start()
        return thread

    with turns.one(lambda: False):
        leaving = wait("queued", unwanted=cancelled.is_set)
        cancelled.set()
        leaving.join()
        assert outcome == ["queued left"]
        file = wait("file")
        time.sleep(0.1)
        speaker = wait("speaker", urgent=True)
        time.sleep(0.1)
        assert outcome == ["queued left"]
    file.join()
    speaker.join()
    assert outcome[1:] == ["speaker", "file"]


# --- while it is being said ------------------------------------------------------------------------------------


def follow(transcriber: WhisperTranscriber, audio: Audio, step: float = 0.6) -> tuple[Transcript, list[str]]:
    """``audio`` as it comes in, and what had settled after each look at it."""
    following, settled = transcriber.follow(), [""]
    for stop in range(int(step * RATE), len(audio), int(step * RATE)):
        said = Voiced(InMemory(audio[:stop]), (Span(0, stop),))
        following.glance(said, lambda: False)
        settled.append(following.settled)
    return following.finish(Voiced(InMemory(audio), (Span(0, len(audio)),)), lambda: False), settled


def test_words_settle_while_they_are_said_and_stay(
    transcriber: WhisperTranscriber, say: Callable[[str], Audio]
) -> None:
    audio = say("Two men carry crates of ice across the wet stones, and a dog follows them as far as the fence.")
    transcript, settled = follow(transcriber, audio)
    assert all(later.startswith(earlier) for earlier, later in pairwise(settled))
    assert 2 <= len(settled[-1].split()) < len(transcript.words)
    assert transcript.text.startswith(settled[-1])
    assert normalised(transcript.text) == normalised(hear(transcriber, audio).text)
    assert all(one.start <= other.start for one, other in pairwise(transcript.words))


def test_what_is_said_for_longer_than_a_window_goes_on(
    transcriber: WhisperTranscriber, say: Callable[[str], Audio]
) -> None:
    long = say(LONG_TEXT)
    transcript, settled = follow(transcriber, long, step=5)
    assert all(later.startswith(earlier) for earlier, later in pairwise(settled))
    assert transcript.text.startswith(settled[-1])
    said = normalised(LONG_TEXT).split()
    assert Levenshtein.distance(said, normalised(transcript.text).split()) < 0.12 * len(said)
    assert transcript.words[-1].end == pytest.approx(len(long) / RATE, abs=1.5)


def test_a_look_that_is_not_wanted_any_more_ends_and_changes_nothing(
    transcriber: WhisperTranscriber, spoken: Path
) -> None:
    following = transcriber.follow()
    said = find_voice(InMemory(decode(spoken)))
    with pytest.raises(CancelledByPersonError):
        following.glance(said, lambda: True)
    assert (following.settled, following.tentative) == ("", "")
    assert "fox" in following.finish(said, lambda: False).text


def test_what_goes_wrong_in_a_listener_is_no_fault_of_the_model(transcriber: WhisperTranscriber, spoken: Path) -> None:
    def fail(word: Word) -> None:
        raise ValueError("the listener failed")

    with pytest.raises(ValueError, match="the listener failed"):
        transcriber.transcribe(decode(spoken), on_word=fail, cancelled=Event())
    assert hear(transcriber, decode(spoken)).words  # and the next in the queue has its turn


def test_a_model_that_fails_says_so_and_serves_the_next(
    transcriber: WhisperTranscriber, spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr("faster_whisper.WhisperModel.encode", crash)
        transcriber._model._encodings.clear()
        with pytest.raises(ModelError, match=r"failed while recognising \(out of memory\)"):
            hear(transcriber, decode(spoken))
    assert hear(transcriber, decode(spoken)).words


def test_a_language_that_the_model_does_not_know(recogniser_weights: LocalWeights) -> None:
    with pytest.raises(SettingsError, match="does not know the language 'tlh'") as caught:
        WhisperTranscriber(recogniser_weights, language="tlh", threads=2)
    assert "auto" in caught.value.hint


def test_arithmetic_that_the_processor_does_not_know(recogniser_weights: LocalWeights) -> None:
    with pytest.raises(ModelError, match="could not be loaded") as caught:
        WhisperTranscriber(recogniser_weights, compute_type="int5", threads=2)
    assert "compute_type" in caught.value.hint


def test_damaged_weights(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0damaged")
    with pytest.raises(ModelError, match="could not be loaded"):
        WhisperTranscriber(LocalWeights("broken", Role.RECOGNISER, tmp_path, "0" * 64), threads=2)


@pytest.mark.parametrize(("corpus", "most_wrong"), [("daniel", 0.12), ("philipp", 0.25)])
def test_real_people_are_understood(
    transcriber: WhisperTranscriber, eval_folder: Path, corpus: str, most_wrong: float
) -> None:
    manifest = (eval_folder / "speech" / corpus / "manifest.jsonl").read_text()
    rows = [json.loads(line) for line in manifest.splitlines()[:2]]
    for row in rows:
        said = normalised(row["text"]).split()
        heard = normalised(hear(transcriber, decode(eval_folder / "speech" / corpus / row["audio"])).text).split()
        assert Levenshtein.distance(said, heard) <= most_wrong * len(said)
