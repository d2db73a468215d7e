"""The commands of memory on a terminal, against scripted answers: what they ask, what they show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes import FakeClient
from twin.cli import options, run
from twin.cli.editor import edit_by_hand
from twin.cli.knowledge import _shortened
from twin.domain import (
    Citation,
    Memory,
    MemoryKind,
    MemoryStatus,
    Polarity,
    Question,
    QuestionKind,
    Reply,
    Route,
)
from twin.errors import NotUnderstoodError
from twin.requests import Ask, AskedOfPerson, Edit, EditReport, Forget, ForgetReport, Going, Know, Knowledge, Quote

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
JAZZ = Memory(
    "m3", MemoryKind.PREFERENCE, "I love jazz", ("t5",), AT, datetime(2019, 1, 1, tzinfo=UTC), slot="preference.jazz",
    value="jazz", polarity=Polarity.LIKES, confidence=0.9, strength=0.8,
)  # fmt: skip
BONN = Memory(
    "m1", MemoryKind.FACT, "I live in Bonn", ("t1",), AT, AT, true_until=AT.replace(month=5), slot="self.home",
    value="Bonn", superseded_by="m2", status=MemoryStatus.PRIVATE, origin="person",
)  # fmt: skip


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    fake = FakeClient()
    monkeypatch.setattr(options, "connect", lambda home, in_process: fake)
    return fake


def test_know_says_since_when_how_sure_and_in_which_words(
    client: FakeClient, capsys: pytest.CaptureFixture[str]
) -> None:
    question = Question("q1", QuestionKind.CONTRADICTION, ("m1", "m2"), AT)
    client.script(
        Know,
        Knowledge(
            (JAZZ, BONN),
            sources=(Quote("t5", f"So, {'well, ' * 30}I love jazz, {'you know, ' * 30}", AT),),
            questions=(AskedOfPerson(question, (), "Which holds?", ("new", "old")),),
        ),
    )
    assert run(["know", "--history", "--private"]) == 0
    assert client.requests(Know) == [Know(history=True, private=True, sources=True)]
    shown = capsys.readouterr().out
    for part in (
        "preference.jazz = jazz · likes · strength 80% · since 1 January 2019 · learned 4 March 2026 · 90% sure",
        "└ t5 · 4 March 2026: “…",
        "4 March 2026 – 4 May 2026 · replaced by m2 · private · edited by you",
        "q1  Which holds?",
        "twin questions answer q1 new|old",
    ):
        assert part in shown
    assert "I love jazz" in shown.split("└ t5")[1].splitlines()[0]


def test_a_quotation_is_cut_around_the_words_that_matter() -> None:
    text = f"{'one ' * 60}the needle{' two' * 60}"
    cut = _shortened(text, "the needle")
    assert "the needle" in cut
    assert (cut[0], cut[-1], len(cut) <= 92) == ("…", "…", True)
    assert _shortened("short\n text", "absent") == "short text"


def test_forget_takes_what_is_named_at_once_and_more_only_if_agreed(
    client: FakeClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ForgetReport(
        ("m3",), ("t5", "u2"), preview=True, summary="Would go: much.", predecessors=(BONN,), audio_seconds=6.2,
        going=(Going("m3", "memory", "I love jazz", AT), Going("u2", "utterance", "jazz", AT, 6.2)),
    )  # fmt: skip
    done = ForgetReport(("m3",), ("t5", "u2"), preview=False, summary="Gone for good: much.")
    client.always(Forget, done)
    assert run(["forget", "m3", "u2"]) == 0
    assert run(["forget", "--before", "2026-03-04T09:30:00+00:00", "--yes"]) == 0
    assert client.requests(Forget) == [Forget(("m3", "u2")), Forget(before=AT)]

    client.always(Forget, shown)
    assert run(["forget", "--about", "jazz"]) == 1  # nobody can be asked
    assert "--yes" in capsys.readouterr().err

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda question: False)
    assert run(["forget", "--about", "jazz"]) == 0
    out, err = capsys.readouterr()
    assert "u2  4 March 2026 · 6.2 s: jazz" in out
    assert "m1 “I live in Bonn” was replaced by it and stays in the past; with --restore it holds again." in err
    assert "Nothing is gone." in err

    monkeypatch.setattr("typer.confirm", lambda question: True)
    client.script(Forget, shown)
    client.script(Forget, done)
    assert run(["forget", "--about", "jazz", "--restore"]) == 0
    assert client.requests(Forget)[-1] == Forget(("m3", "t5", "u2"), restore=True)  # exactly what was shown
    assert run(["forget", "--before", "yesterday"]) == 2


def test_ask_explains_what_was_considered(client: FakeClient, capsys: pytest.CaptureFixture[str]) -> None:
    considered = (
        Citation("m3", "t5", "I love jazz", AT, 0.93, {"cosine": 0.5, "slot": 1.25}),
        Citation("m1", "t1", "I live in Bonn", AT, 0.04, {"cosine": -0.2}),
    )
    reply = Reply("Yes.", Route.ABOUT_PERSON, considered[:1], abstained=False, turn_id="", reasons=("a question",),
                  considered=considered, confidence=0.93)  # fmt: skip
    client.always(Ask, reply)
    assert run(["ask", "do I like jazz?", "--explain"]) == 0
    shown = capsys.readouterr().out
    assert "slot +1.25 cosine +0.50" in shown
    assert "m1  04 Mar 2026  0.04" in shown
    assert "recall is 93% sure" in shown
    assert run(["ask", "do I like jazz?", "--json"]) == 0
    assert '"score_parts"' in capsys.readouterr().out


# --- edit -------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """An editor that carries out a line of Python on the ``text`` of the file."""

    def use(line: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(
            "import sys, pathlib\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n"
            f"{line}\npath.write_text(text)\n"
        )
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")

    return use


@pytest.mark.parametrize(
    ("line", "edit"),
    [
        ("pass", None),
        ("text = text.replace('jazz', 'blues')", Edit("m3", text="I love blues", value="blues")),
        ("text = text.replace('until = \"\"', 'until = 2026-04-01')", Edit("m3", true_until=APRIL)),
        ("text = text.replace('false', 'true')", Edit("m3", private=True)),
    ],
)  # fmt: skip
def test_the_editor_changes_what_was_changed_in_it(editor: Callable[[str], None], line: str, edit: Edit | None) -> None:
    editor(line)
    assert edit_by_hand(JAZZ) == edit


@pytest.mark.parametrize("line", ["text = 'text = oops'", "text += 'colour = 3'", "sys.exit(3)"])
def test_what_the_editor_leaves_has_to_make_sense(editor: Callable[[str], None], line: str) -> None:
    editor(line)
    with pytest.raises(NotUnderstoodError):
        edit_by_hand(JAZZ)


def test_edit_by_options(client: FakeClient) -> None:
    client.always(Edit, EditReport("m3 is as you say now.", memory=JAZZ))
    assert run(["edit", "m3", "--from", "2019-01-01", "--until", "never", "--private"]) == 0
    (request,) = client.requests(Edit)
    assert (request.true_from, request.holds, request.private) == (datetime(2019, 1, 1, tzinfo=UTC), True, True)
    assert run(["edit", "m3"]) == 1  # no terminal for an editor
