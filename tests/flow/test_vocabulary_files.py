"""Word lists in and out on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from twin.cli.exchange import register
from twin.errors import NotUnderstoodError, OutputError
from twin.paths import Home

app = typer.Typer()
register(app)


def twin(*arguments: str | Path, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(app, [*map(str, arguments), "--in-process"], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.csv"
    path.write_text("term,spoken\nkubectl,cube control\nKafka,\n---,\n")
    return path


def test_a_list_comes_in_and_goes_out_again(home: Home, words: Path, tmp_path: Path) -> None:
    taken = twin("import", words, "--domain", "platform")
    assert taken.stdout == "Took in 2 new terms from a list of the format csv.\n"
    assert "skipped: ---" in taken.stderr
    again = json.loads(twin("import", words, "--json").stdout)
    assert (again["new"], again["known"], again["format"]) == (0, 2, "csv")

    assert twin("export").stdout == "term,aliases,domain\nKafka,,platform\nkubectl,cube control,platform\n"
    dragon = tmp_path / "dragon.txt"
    assert "2 terms as dragon" in twin("export", dragon, "--format", "dragon", "--domain", "platform").stderr
    assert dragon.read_bytes() == b"@Version=Plato-UTF8\r\nKafka\r\nkubectl\\\\cube control\r\n"
    apple = twin("export", tmp_path / "text.plist", "--format", "apple")
    assert "left out, for the format cannot hold them: Kafka" in apple.stderr
    with pytest.raises(OutputError, match="there already"):
        twin("export", dragon)


def test_a_dry_run_shows_what_would_come(home: Home, words: Path) -> None:
    shown = twin("import", words, "--dry-run")
    assert "  kubectl (cube control)\n  Kafka\n" in shown.stdout
    assert "Would take in 2 new terms" in shown.stdout
    assert twin("export").stdout == "term,aliases,domain\n"


def test_a_list_may_come_through_a_pipe_in_a_named_format(home: Home) -> None:
    taken = twin("import", "-", "--format", "lines", stdin="Łódź, Polska\n".encode())
    assert "Took in 1 new term from" in taken.stdout
    assert twin("export", "--format", "lines").stdout == "Łódź, Polska\n"


def test_what_is_no_list_is_said_in_a_sentence(home: Home, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be read"):
        twin("import", tmp_path / "none.txt")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(NotUnderstoodError, match="no words"):
        twin("import", tmp_path / "empty.txt")
