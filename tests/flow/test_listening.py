"""Listening, from sound as it comes in to utterances in the ledger: what is shown, what is kept, what is never lost.

The recogniser is a fake; the sound is a packaged voice, so that the detection of voice is the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event as Flag
from typing import NoReturn

import numpy as np
import pytest

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeTranscriber
from twin.domain import AudioSource, Utterance
from twin.errors import AudioError, CancelledByPersonError, HomeError, LedgerError, MicrophoneError, ModelError
from twin.events import Event, Level, PartialText, Progress, UtteranceHeard
from twin.paths import Home
from twin.ports import Job
from twin.requests import Listen, Pipe, RawFormat
from twin.speech.audio import decode
from twin.speech.listening import Listening, Source
from twin.speech.recordings import Recordings
from twin.speech.sound import Pcm, to_pcm
from twin.speech.take import Origin, Take

RATE = 16_000
TEXT = "the quick brown fox jumps over the lazy dog near the river bank"

MakeListening = Callable[[FakeTranscriber], Listening]


@pytest.fixture
def recordings(home: Home) -> Recordings:
    return Recordings(home.audio)


@pytest.fixture
def listening(ledger: SqliteLedger, recordings: Recordings, home: Home, clock: HeldClock) -> MakeListening:
    return lambda transcriber: Listening(ledger, recordings, home.spool, lambda job: transcriber, clock)


@pytest.fixture
def fox(spoken: Path) -> Pcm:
    return to_pcm(decode(spoken))


def silence(seconds: float) -> Pcm:
    return np.zeros(int(seconds * RATE), np.int16)


class Script:
    """A source: blocks of sound, and things to do between them; ``done`` are the samples that were asked for."""

    def __init__(self, *steps: Pcm | Callable[[], object]) -> None:
        self._steps = steps
        self.done = 0

    def blocks(self, ended: Callable[[], bool]) -> Iterator[Pcm]:
        for step in self._steps:
            if ended():
                return
            if callable(step):
                step()
                continue
            for start in range(0, len(step), 700):
                self.done += len(step[start : start + 700])
                yield step[start : start + 700]

    @property
    def source(self) -> Source:
        return Source(AudioSource.MICROPHONE, "headset", self.blocks)


class Listener:
    """A client: what it was sent, and waits that a script can make for it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.job = Job(self._take)
        self.partly_heard = Flag()
        self.utterances: list[Utterance] = []

    def _take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, PartialText) and event.settled:
            self.partly_heard.set()

    def wait_for_words(self) -> None:
        assert self.partly_heard.wait(30)

    @property
    def settled(self) -> str:
        return "".join(event.settled for event in self.events if isinstance(event, PartialText))


def all_files(home: Home) -> list[Path]:
    return [path for folder in (home.audio, home.spool) for path in folder.rglob("*") if path.is_file()]


def listen(
    listening: Listening, script: Script, listener: Listener, *, hands_free: bool = False, private: bool = False
) -> Sequence[Utterance]:
    request = Listen("ui-1", hands_free=hands_free, private=private)
    return listening.listen_to(script.source, request, listener.job, listener.utterances.append).utterances


def test_an_utterance_is_shown_as_it_settles_and_kept(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, home: Home, fox: Pcm
) -> None:
    listener = Listener()
    script = Script(silence(0.3), fox, listener.wait_for_words, silence(0.3))
    (utterance,) = listen(listening(FakeTranscriber(TEXT)), script, listener)
    assert utterance == ledger.utterance("last")
    assert (utterance.heard, utterance.source, utterance.origin) == (TEXT, AudioSource.MICROPHONE, "headset")
    assert np.array_equal(
        to_pcm(recordings.load(utterance.audio_sha256)), np.concatenate([silence(0.3), fox, silence(0.3)])
    )
    assert listener.settled
    assert TEXT.startswith(listener.settled)
    assert listener.events[-1] == UtteranceHeard(utterance)
    assert listener.utterances == [utterance]
    assert [path.suffix for path in all_files(home)] == [".flac"]  # the take itself is gone


def test_what_is_read_out_is_kept_as_it_was_heard(
    ledger: SqliteLedger, recordings: Recordings, home: Home, clock: HeldClock, fox: Pcm
) -> None:
    listening = Listening(
        ledger,
        recordings,
        home.spool,
        lambda job: FakeTranscriber(TEXT),
        clock,
        edit=lambda *given, **more: pytest.fail("what is read is meant as it stands"),
        hinting=lambda session_id: pytest.fail("what is misheard was to show"),
    )
    listener = Listener()
    source = Source(AudioSource.READING, "headset", Script(fox).blocks)
    listening.listen_to(source, Listen("cli-1", reading=True), listener.job, listener.utterances.append)
    (utterance,) = listener.utterances
    assert (utterance.heard, utterance.source, utterance.edited) == (TEXT, AudioSource.READING, None)


def test_levels_come_ten_times_a_second_and_follow_the_sound(listening: MakeListening, fox: Pcm) -> None:
    listener = Listener()
    listen(listening(FakeTranscriber(TEXT)), Script(silence(1), fox[: 2 * RATE]), listener)
    levels = [event for event in listener.events if isinstance(event, Level)]
    assert len(levels) == 30
    assert all(level == Level(0.0, 0.0) for level in levels[:10])
    assert 0.05 < max(level.rms for level in levels) < max(level.peak for level in levels) <= 1
    opened = next(event for event in listener.events if isinstance(event, Progress))
    assert listener.events.index(opened) < listener.events.index(levels[0])


def test_hands_free_an_utterance_ends_by_itself(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, fox: Pcm
) -> None:
    listener = Listener()
    script = Script(silence(5), fox, silence(4), fox, silence(4))
    first, second = listen(listening(FakeTranscriber(TEXT)), script, listener, hands_free=True)
    assert ledger.utterances(limit=5) == (second, first)
    for utterance in (first, second):
        assert len(fox) / RATE - 0.5 < utterance.seconds < len(fox) / RATE + 2.5  # not what was silent in between
        recordings.load(utterance.audio_sha256)


def test_a_pause_of_twenty_seconds_ends_no_utterance_and_adds_no_words(listening: MakeListening, fox: Pcm) -> None:
    listener = Listener()
    script = Script(fox, listener.wait_for_words, silence(20), fox)
    (utterance,) = listen(listening(FakeTranscriber(TEXT)), script, listener)
    assert utterance.heard == TEXT
    assert utterance.seconds == pytest.approx(len(fox) * 2 / RATE + 20, abs=0.1)


@pytest.mark.parametrize("hands_free", [True, False])
def test_where_nobody_speaks_there_is_nothing(
    listening: MakeListening, ledger: SqliteLedger, home: Home, hands_free: bool
) -> None:
    listener = Listener()
    assert listen(listening(FakeTranscriber("thank you")), Script(silence(8)), listener, hands_free=hands_free) == ()
    assert ledger.utterances(limit=5) == ()
    assert all_files(home) == []


def test_cancelling_keeps_what_was_recorded(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, home: Home, fox: Pcm
) -> None:
    listener = Listener()
    script = Script(fox[: 2 * RATE], listener.wait_for_words, listener.job.cancelled.set, fox)
    with pytest.raises(CancelledByPersonError, match=r"^Cancelled\. The recording is kept: twin dictate --again u1$"):
        listen(listening(FakeTranscriber(TEXT)), script, listener)
    (kept,) = ledger.utterances(limit=5)
    assert (kept.recognised, kept.id, kept.session_id) == (False, "u1", "ui-1")
    assert np.array_equal(to_pcm(recordings.load(kept.audio_sha256)), fox[: 2 * RATE])
    assert [path.suffix for path in all_files(home)] == [".flac"]


def test_cancelling_before_anything_was_said_keeps_nothing(
    listening: MakeListening, ledger: SqliteLedger, home: Home
) -> None:
    listener = Listener()
    with pytest.raises(CancelledByPersonError, match=r"^Cancelled\.$"):
        listen(listening(FakeTranscriber(TEXT)), Script(silence(1), listener.job.cancelled.set, silence(1)), listener)
    assert ledger.utterances(limit=5) == ()
    assert all_files(home) == []


def test_a_model_that_fails_loses_no_recording(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, fox: Pcm
) -> None:
    def fail(number: int) -> NoReturn:
        raise ModelError("It crashed.")

    with pytest.raises(ModelError, match="--again u1"):
        listen(listening(FakeTranscriber(TEXT, before_word=fail)), Script(fox), Listener())
    (kept,) = ledger.utterances(limit=5)
    assert not kept.recognised
    assert np.array_equal(to_pcm(recordings.load(kept.audio_sha256)), fox)


def test_a_ledger_that_fails_at_the_end_loses_no_recording(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, fox: Pcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise LedgerError("The disk is full.")

    monkeypatch.setattr(ledger, "add_hearing", refuse)
    with pytest.raises(LedgerError, match="--again u1"):
        listen(listening(FakeTranscriber(TEXT)), Script(fox), Listener())
    recordings.load(ledger.utterances(limit=5)[0].audio_sha256)


def test_a_disk_that_is_full_leaves_the_take_for_the_next_start(
    listening: MakeListening, ledger: SqliteLedger, home: Home, fox: Pcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(blocks: object) -> NoReturn:
        raise HomeError("The recording cannot be stored.")

    with monkeypatch.context() as patch:
        patch.setattr("twin.speech.recordings.Recordings._encode", lambda self, blocks: refuse(blocks))
        with pytest.raises(HomeError):
            listen(listening(FakeTranscriber(TEXT)), Script(fox), Listener())
    assert len(listening(FakeTranscriber()).recover()) == 1
    assert len(ledger.utterances(limit=5)) == 1


def test_a_microphone_that_fails_ends_the_utterance_which_is_recognised(
    listening: MakeListening, ledger: SqliteLedger, fox: Pcm
) -> None:
    def fail() -> NoReturn:
        raise MicrophoneError("It was pulled out.")

    with pytest.raises(MicrophoneError, match="pulled out"):
        listen(listening(FakeTranscriber(TEXT)), Script(fox, fail), Listener())
    assert ledger.utterance("last").heard == TEXT


def test_of_a_private_utterance_nothing_is_kept(
    listening: MakeListening, ledger: SqliteLedger, home: Home, fox: Pcm
) -> None:
    listener = Listener()
    (utterance,) = listen(listening(FakeTranscriber(TEXT)), Script(fox), listener, private=True)
    assert (utterance.id, utterance.text, utterance.private) == ("", TEXT, True)
    assert listener.utterances == []
    assert ledger.utterances(limit=5, private=True) == ()
    assert all_files(home) == []


def test_what_a_killed_engine_was_recording_is_found_and_told_once(
    listening: MakeListening, ledger: SqliteLedger, recordings: Recordings, home: Home, fox: Pcm
) -> None:
    Take.begin(home.spool, Origin(AudioSource.MICROPHONE, "headset", "ui-1")).append(fox)
    Take.begin(home.spool, Origin(AudioSource.MICROPHONE, "headset", "ui-1", private=True)).append(fox)
    Take.begin(home.spool, Origin(AudioSource.MICROPHONE, "headset", "ui-1"))
    (found,) = listening(FakeTranscriber()).recover()
    assert (found.recognised, found.source, found.origin) == (False, AudioSource.MICROPHONE, "headset")
    assert np.array_equal(to_pcm(recordings.load(found.audio_sha256)), fox)
    assert list(home.spool.iterdir()) == []
    assert listening(FakeTranscriber()).recover() == ()
    assert ledger.utterances(limit=5) == (found,)


def test_a_take_that_was_kept_before_the_engine_was_killed_is_not_kept_twice(
    listening: MakeListening, ledger: SqliteLedger, home: Home, fox: Pcm
) -> None:
    for _ in range(2):
        Take.begin(home.spool, Origin(AudioSource.MICROPHONE, "headset", "ui-1")).append(fox)
    listening(FakeTranscriber()).recover()
    assert len(ledger.utterances(limit=5)) == 1


# --- pipes -----------------------------------------------------------------------------------------------------


def hear_pipe(listening: Listening, path: Path, raw: RawFormat | None = None) -> Utterance:
    job = Job(emit=lambda event: None)
    job.ended.set()
    (utterance,) = listening.listen(Listen("cli-1", pipe=Pipe(str(path), raw)), job, lambda utterance: None).utterances
    return utterance


def test_a_recording_out_of_a_pipe(listening: MakeListening, recordings: Recordings, spoken: Path, fox: Pcm) -> None:
    utterance = hear_pipe(listening(FakeTranscriber(TEXT)), spoken)
    assert (utterance.source, utterance.heard) == (AudioSource.PIPE, TEXT)
    assert np.array_equal(to_pcm(recordings.load(utterance.audio_sha256)), fox)


def test_raw_sound_out_of_a_pipe(listening: MakeListening, recordings: Recordings, tmp_path: Path, fox: Pcm) -> None:
    (tmp_path / "raw").write_bytes(fox.tobytes())
    utterance = hear_pipe(listening(FakeTranscriber(TEXT)), tmp_path / "raw", RawFormat())
    assert np.array_equal(to_pcm(recordings.load(utterance.audio_sha256)), fox)


def test_text_is_shown_while_a_pipe_is_still_open(listening: MakeListening, tmp_path: Path, fox: Pcm) -> None:
    """Half of it is written; words settle; only then comes the rest."""
    from threading import Thread

    path, listener = tmp_path / "raw", Listener()
    path.write_bytes(fox[: 3 * RATE].tobytes())

    def go_on() -> None:
        listener.wait_for_words()
        with path.open("ab") as file:
            file.write(fox[3 * RATE :].tobytes())
        listener.job.ended.set()

    writer = Thread(target=go_on)
    writer.start()
    request = Listen("cli-1", pipe=Pipe(str(path), RawFormat()))
    (utterance,) = listening(FakeTranscriber(TEXT)).listen(request, listener.job, lambda _: None).utterances
    writer.join()
    assert utterance.seconds == pytest.approx(len(fox) / RATE, abs=0.01)


def test_a_recording_that_cannot_be_read_from_its_beginning_is_read_at_its_end(
    listening: MakeListening, tmp_path: Path, fox: Pcm
) -> None:
    import av

    with av.open(str(tmp_path / "memo.m4a"), "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(fox[None], format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    utterance = hear_pipe(listening(FakeTranscriber(TEXT)), tmp_path / "memo.m4a")
    assert utterance.seconds == pytest.approx(len(fox) / RATE, abs=0.2)


def test_what_is_no_recording_is_refused(
    listening: MakeListening, ledger: SqliteLedger, home: Home, tmp_path: Path
) -> None:
    (tmp_path / "letter").write_bytes(b"Dear diary, today I dictated nothing.\n" * 200)
    with pytest.raises(AudioError, match="not a recording"):
        hear_pipe(listening(FakeTranscriber(TEXT)), tmp_path / "letter")
    assert ledger.utterances(limit=5) == ()
    assert all_files(home) == []
