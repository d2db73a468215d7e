"""Voice datasets of every layout, as they lie on a disk; errors name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import NotUnderstoodError
from twin.speech.voice_datasets import Layout, VoiceDataset, read_dataset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dataset"
    made.mkdir()
    return made


def put(path: Path, content: str | bytes = b"sound") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def clips(dataset: VoiceDataset) -> list[tuple[str, str, str]]:
    return [(str(clip.path.relative_to(dataset.folder)), clip.text, clip.speaker) for clip in dataset.clips]


def test_a_manifest_of_json_lines(folder: Path) -> None:
    put(folder / "audio/a.flac")
    put(folder / "b.flac")
    put(
        folder / "manifest.jsonl",
        '{"audio": "audio/a.flac", "text": "Good  morning.", "speaker": "ana", "seconds": 1.5}\n\n'
        '{"audio_filepath": "b.flac", "text": "A line\u2028break."}\n',
    )
    dataset = read_dataset(folder)
    assert dataset.layout is Layout.MANIFEST
    assert clips(dataset) == [("audio/a.flac", "Good morning.", "ana"), ("b.flac", "A line break.", "")]
    assert [clip.where for clip in dataset.clips] == ["manifest.jsonl, line 1", "manifest.jsonl, line 3"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("list.csv", 'path,sentence\na.wav,"Well, ""yes""."\n'),
        ("list.csv", '\ufeffAudio;Transcription\na.wav;"Well, ""yes""."\n'),
        ("list.tsv", 'file_name\ttext\na.wav\tWell, "yes".\n'),
    ],
)
def test_a_table_with_a_header(folder: Path, name: str, table: str) -> None:
    put(folder / "a.wav")
    put(folder / name, table)
    dataset = read_dataset(folder)
    assert dataset.layout is Layout.TABLE
    assert clips(dataset) == [("a.wav", 'Well, "yes".', "")]


def test_ljspeech_is_taken_as_it_is_written_rather_than_with_its_numbers_in_words(folder: Path) -> None:
    put(folder / "wavs/LJ1.wav")
    put(folder / "wavs/LJ2.flac")
    put(folder / "metadata.csv", "LJ1|In 1456 it began.|In fourteen fifty-six it began.\nLJ2||Only this.\n")
    dataset = read_dataset(folder)
    assert dataset.layout is Layout.LJSPEECH
    assert clips(dataset) == [("wavs/LJ1.wav", "In 1456 it began.", ""), ("wavs/LJ2.flac", "Only this.", "")]


def test_an_audiofolder_has_a_list_in_each_of_its_folders(folder: Path) -> None:
    for part in ("train", "test"):
        put(folder / part / "data/1.mp3")
        put(folder / part / "metadata.csv", f"file_name,transcription\ndata/1.mp3,This is to {part}.\n")
    dataset = read_dataset(folder)
    assert dataset.layout is Layout.AUDIOFOLDER
    assert clips(dataset) == [
        ("test/data/1.mp3", "This is to test.", ""),
        ("train/data/1.mp3", "This is to train.", ""),
    ]
    assert dataset.clips[1].where == "train/metadata.csv, line 2"


def test_an_audiofolder_may_have_json_lines(folder: Path) -> None:
    put(folder / "1.wav")
    put(folder / "metadata.jsonl", '{"file_name": "1.wav", "text": "Hello."}\n')
    dataset = read_dataset(folder)
    assert (dataset.layout, clips(dataset)) == (Layout.AUDIOFOLDER, [("1.wav", "Hello.", "")])


def test_common_voice_has_quotation_marks_that_are_never_closed(folder: Path) -> None:
    put(folder / "clips/c1.mp3")
    put(folder / "clips/c2.mp3")
    put(folder / "other.tsv", "client_id\tpath\tsentence\nx\tc9.mp3\tNot validated.\n")
    put(
        folder / "validated.tsv",
        'client_id\tpath\tsentence\tup_votes\nf00\tc1.mp3\t"Stop, he said.\t2\nf00\tc2.mp3\tGo on.\t2\n',
    )
    dataset = read_dataset(folder)
    assert dataset.layout is Layout.COMMON_VOICE
    assert clips(dataset) == [("clips/c1.mp3", '"Stop, he said.', "f00"), ("clips/c2.mp3", "Go on.", "f00")]


def test_texts_beside_recordings(folder: Path) -> None:
    put(folder / "mon/a.wav")
    put(folder / "mon/a.txt", "Two\nlines.\n")
    put(folder / "mon/alone.wav")
    put(folder / "mon/._a.wav")
    put(folder / "mon/._a.txt", "What a Mac leaves behind.")
    dataset = read_dataset(folder)
    assert (dataset.layout, clips(dataset)) == (Layout.PLAIN, [("mon/a.wav", "Two lines.", "")])


def test_a_line_without_its_recording_or_text_does_not_hold_up_the_others(folder: Path) -> None:
    put(folder / "a.wav")
    put(folder / "list.csv", "audio,text\nnone.wav,Gone.\na.wav,...\na.wav,Here.\n")
    dataset = read_dataset(folder)
    assert [clip.text for clip in dataset.clips] == ["Here."]
    assert [(one.where, one.reason) for one in dataset.refused] == [
        ("list.csv, line 2", "Its recording is not there."),
        ("list.csv, line 3", "It has no text."),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("manifest.jsonl", '{"audio": "a.wav", "text": "Yes."}\n{"audio"', "manifest.jsonl, line 2, is no JSON"),
        ("manifest.jsonl", '["a.wav", "Yes."]\n', "line 1, is no JSON object"),
        ("manifest.jsonl", '{"text": "Yes."}\n', "line 1, names no recording"),
        ("list.csv", "name,words\na.wav,Yes.\n", "list.csv, line 1, names no columns"),
        ("list.csv", 'audio,text\na.wav,"Yes.\n', "list.csv, line 2, cannot be read"),
        ("list.csv", "", "line 1, names no columns"),
        ("metadata.csv", "a|Yes.\nb|No.\nnonsense\n", None),
        ("list.csv", "audio,text\na.wav,Gr\udcfc\n".encode(errors="surrogateescape"), "line 2, is no UTF-8"),
        ("notes.txt", "hello", "There is no voice dataset"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(folder: Path, name: str, content: str | bytes, said: str) -> None:
    put(folder / "a.wav")
    put(folder / name, content)
    with pytest.raises(NotUnderstoodError, match=said or "metadata.csv, line 3, has no text"):
        read_dataset(folder)


def test_a_dataset_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstoodError, match="is not there"):
        read_dataset(tmp_path / "none")
    with pytest.raises(NotUnderstoodError, match="is no folder"):
        read_dataset(put(tmp_path / "list.csv", "audio,text\n"))
