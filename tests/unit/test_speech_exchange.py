"""Word lists of other dictation tools, in and out."""

from __future__ import annotations

import plistlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from twin.domain import MemoryKind
from twin.errors import CancelledByPersonError, NotUnderstoodError
from twin.events import Event, Progress
from twin.ports import Job
from twin.requests import ExportVocabulary, ImportVocabulary, VocabularyFormat
from twin.speech.exchange import Exchange, read_vocabulary, write_vocabulary
from twin.speech.word_lists import Entry

KUBECTL = Entry("kubectl", ("cube control",))
F = VocabularyFormat


def read(content: str | bytes, name: str = "") -> list[Entry]:
    return list(read_vocabulary(content.encode() if isinstance(content, str) else content, name=name).terms)


# --- formats ---------------------------------------------------------------------------------------------------

DRAGON_XML = """<?xml version="1.0" encoding="utf-16"?>
<!DOCTYPE WordExport SYSTEM "gone.dtd">
<WordExport><Word name="kubectl\\\\cube control"><Property id="1"/></Word><Word name="A &amp; B"/></WordExport>"""
NEWER_VOICEINK = """{"dictionaryItems": ["Kafka"], "wordReplacements":
[{"originalVariants": "cube control, q control", "replacement": "kubectl"}]}"""
AWS = """Phrase\tSoundsLike\tIPA\tDisplayAs
Los-Angeles\t\t\tLos Angeles
C.L.I.\t\t\tCLI
Andorra-la-Vella\t\t\t
"""
LISTS: list[tuple[str, str, VocabularyFormat, list[Entry]]] = [
    ("lines", "Kafka\n# a comment\n\nLos Angeles\n  3D Secure \n", F.LINES,
     [Entry("Kafka"), Entry("Los Angeles"), Entry("3D Secure")]),
    ("commas in lines", "Smith, John\nKafka\n", F.LINES, [Entry("Smith, John"), Entry("Kafka")]),
    ("csv", "kubectl,cube control;q control\nKafka,\n", F.CSV,
     [Entry("kubectl", ("cube control", "q control")), Entry("Kafka")]),
    ("csv with a header", 'Domain,Term,Aliases\nIT,"kubectl","cube control"\n', F.CSV,
     [Entry("kubectl", ("cube control",), "IT")]),
    ("quoted csv", '"Smith, John","jon smith|john smyth"\n"a ""b""",c\n', F.CSV,
     [Entry("Smith, John", ("jon smith", "john smyth")), Entry('a "b"', ("c",))]),
    ("csv.tsv", "term\taliases\nkubectl\tcube control\n", F.TSV, [KUBECTL]),
    ("talon words.csv", "Word(s),Spoken Form (If Different)\nkubectl,cube control\nnmap,\n", F.CSV,
     [KUBECTL, Entry("nmap")]),
    ("talon replace.csv", "Replacement,Original\nkubectl,cube control\n", F.CSV, [KUBECTL]),
    ("wrong first.csv", "wrong,correct\ncube control,kubectl\n", F.CSV, [KUBECTL]),
    ("dragon", "@Version=Plato-UTF8\r\nApplas\r\nkubectl\\\\cube control\r\n", F.DRAGON, [Entry("Applas"), KUBECTL]),
    ("old dragon", "kubectl\\cube control\nC:\\temp\\see temp\n", F.DRAGON,
     [KUBECTL, Entry("C:\\temp", ("see temp",))]),
    ("dragon xml", DRAGON_XML, F.DRAGON_XML, [KUBECTL, Entry("A & B")]),
    ("apple", plistlib.dumps([{"phrase": "kubectl", "shortcut": "cube control"}]).decode(), F.APPLE, [KUBECTL]),
    ("old apple", plistlib.dumps([{"with": "kubectl", "replace": "cube control", "on": 1}]).decode(), F.APPLE,
     [KUBECTL]),
    ("talon", "list: user.vocabulary\nmode: command\n-\ncube control: 'kubectl'\nCisco\n# no\nit's: \"it\\\"s\"\n",
     F.TALON, [KUBECTL, Entry("Cisco"), Entry('it"s', ("it's",))]),
    ("voiceink", '{"version": "1", "vocabularyWords": ["Kafka"], "wordReplacements": {"cube control": "kubectl"}}',
     F.JSON, [Entry("Kafka"), KUBECTL]),
    ("newer voiceink", NEWER_VOICEINK, F.JSON, [Entry("Kafka"), Entry("kubectl", ("cube control", "q control"))]),
    ("google", '{"name": "x", "phrases": [{"value": "Kafka", "boost": 10}]}', F.JSON, [Entry("Kafka")]),
    ("pairs", '{"cube control": "kubectl"}', F.JSON, [KUBECTL]),
    ("array", '["Kafka", {"word": "kubectl", "aliases": ["cube control"]}]', F.JSON, [Entry("Kafka"), KUBECTL]),
    ("aws", AWS, F.TSV, [Entry("Los Angeles"), Entry("CLI"), Entry("Andorra la Vella")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "format", "entries"), LISTS, ids=[line[0] for line in LISTS])
def test_a_list_is_recognised_and_read(name: str, content: str, format: VocabularyFormat, entries: list[Entry]) -> None:
    reading = read_vocabulary(content.encode(), name=name)
    assert (list(reading.terms), reading.format, reading.skipped) == (entries, format, ())


def test_a_binary_property_list_is_read() -> None:
    content = plistlib.dumps([{"phrase": "kubectl", "shortcut": "cube control"}], fmt=plistlib.FMT_BINARY)
    assert read(content) == [KUBECTL]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    assert read("Łódź\nСофия\n東京\nhyphen\n".encode(encoding)) == [
        Entry("Łódź"), Entry("София"), Entry("東京"), Entry("hyphen"),
    ]  # fmt: skip


def test_windows_lists_are_read() -> None:
    assert read("Müller\r\nCafé “Zoë”\r\n".encode("cp1252")) == [Entry("Müller"), Entry("Café “Zoë”")]


EVERYTHING = [
    Entry("kubectl", ("cube control", "q control"), "platform"),
    Entry("Los Angeles", (), ""),
    Entry("Łódź", ("woodge",), "travel"),
    Entry("3D Secure", ("three d secure",), ""),
    Entry("A & B, “quoted”", ("a and b",), ""),
    Entry("CLI", (), "platform"),
    Entry("東京", ("tokyo",), ""),
]
SPOKEN = {F.DRAGON, F.DRAGON_XML, F.APPLE, F.TALON, F.VOICEINK}


@pytest.mark.parametrize("format", VocabularyFormat)
def test_what_is_written_can_be_read_again(format: VocabularyFormat) -> None:
    written = write_vocabulary(EVERYTHING, format)
    again = read_vocabulary(written.content, format=format)
    kept = [entry for entry in EVERYTHING if entry.text not in written.left_out]
    assert [entry.text for entry in again.terms] == [entry.text for entry in kept]
    assert again.skipped == ()
    if format in SPOKEN | {F.CSV, F.TSV, F.JSON}:
        assert [entry.aliases for entry in again.terms] == [entry.aliases for entry in kept]
    if format in (F.CSV, F.TSV, F.JSON):
        assert list(again.terms) == EVERYTHING
    detected = read_vocabulary(written.content, name=f"list.{format}").terms
    assert [entry.text for entry in detected] == [entry.text for entry in kept]


def test_what_a_format_cannot_hold_is_named() -> None:
    assert write_vocabulary([Entry("kubectl"), KUBECTL], F.APPLE).left_out == ("kubectl",)
    assert write_vocabulary([Entry("C++"), Entry("Go")], F.TALON).left_out == ("C++",)
    assert write_vocabulary([Entry("a\\b")], F.DRAGON).left_out == ("a\\b",)
    assert write_vocabulary([Entry("VX02"), Entry("Dynamo DB")], F.AWS).left_out == ("VX02",)


# --- cleaning --------------------------------------------------------------------------------------------------


def test_terms_are_composed_and_visible() -> None:
    assert read("Mu\u0308ller\nzero\u200bwidth\nsoft\u00adhyphen\n  many   spaces \nنمی\u200cخواهم\n") == [
        Entry("Müller"), Entry("zerowidth"), Entry("softhyphen"), Entry("many spaces"), Entry("نمی\u200cخواهم"),
    ]  # fmt: skip


def test_duplicates_become_one_with_all_aliases() -> None:
    reading = read_vocabulary(b"term,alias\nKafka,cafca\nkafka,kaf car\nKAFKA,cafca\nKafka,Kafka\n", name="x.csv")
    assert reading.terms == (Entry("Kafka", ("cafca", "kaf car")),)
    assert reading.duplicates == 3


def test_what_is_no_term_is_skipped_and_named() -> None:
    reading = read_vocabulary(f"Kafka\n---\n{'long ' * 40}\n".encode())
    assert reading.terms == (Entry("Kafka"),)
    assert reading.skipped[0] == "---"
    assert reading.skipped[1].startswith("long long")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no words"),
        (b"\n \n", "no words"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0", "no word list"),
        (b"<html><body>", "XML is none"),
        (b"<?xml version='1.0'?><WordExport><Word name=", "no whole XML"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><WordExport><Word name='&a;'/></WordExport>", "entities"),
        (b"{\"a\": 1}", "none of the lists"),
        (b"[1, 2", "no whole JSON"),
        (b"bplist00nonsense", "property list"),
        (plistlib.dumps({"a": 1}), "no text replacements"),
        (b"x" * 16_000_001, "16 MB"),
        ("\n".join(f"term {i}" for i in range(50_001)).encode(), "50,001 terms"),
    ],
    ids=lambda given: given if isinstance(given, str) else "content",
)  # fmt: skip
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotUnderstoodError, match=why):
        read_vocabulary(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        reading = read_vocabulary(content)
    except NotUnderstoodError:
        return
    assert reading.terms
    assert all(entry.text == " ".join(entry.text.split()) for entry in reading.terms)


# --- the ledger ------------------------------------------------------------------------------------------------


@pytest.fixture
def exchange(ledger: SqliteLedger, clock: HeldClock) -> Exchange:
    return Exchange(ledger, clock)


def quiet(on_event: Callable[[Event], None] = lambda event: None) -> Job:
    return Job(emit=on_event)


def test_an_import_is_what_the_person_said(exchange: Exchange, ledger: SqliteLedger) -> None:
    report = exchange.import_vocabulary(
        ImportVocabulary(b"kubectl,cube control\nKafka,\n", "list.csv", domain="platform"), quiet()
    )
    assert (report.new, report.known, report.format) == (2, 0, F.CSV)
    kubectl = next(m for m in ledger.memories(kind=MemoryKind.VOCABULARY) if m.value == "kubectl")
    assert (kubectl.text, kubectl.slot, kubectl.aliases) == ("kubectl", "term.kubectl", ("cube control",))
    assert (kubectl.origin, kubectl.domain, kubectl.confidence) == ("person", "platform", 1.0)


def test_a_preview_changes_nothing(exchange: Exchange, ledger: SqliteLedger) -> None:
    report = exchange.import_vocabulary(ImportVocabulary(b"kubectl,cube control\n", "x.csv", preview=True), quiet())
    assert (report.new, report.sample, report.preview) == (1, ("kubectl (cube control)",), True)
    assert ledger.memories(kind=MemoryKind.VOCABULARY) == ()


def test_importing_again_adds_only_what_is_new(exchange: Exchange, ledger: SqliteLedger) -> None:
    exchange.import_vocabulary(ImportVocabulary(b"kubectl,cube control\n", "x.csv"), quiet())
    report = exchange.import_vocabulary(ImportVocabulary(b"Kubectl,q control\nKafka,\n", "x.csv"), quiet())
    assert (report.new, report.known) == (1, 1)
    terms = {m.value: m.aliases for m in ledger.memories(kind=MemoryKind.VOCABULARY)}
    assert terms == {"kubectl": ("cube control", "q control"), "Kafka": ()}


def test_secrets_are_kept_out_and_named(exchange: Exchange, ledger: SqliteLedger) -> None:
    secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD"
    report = exchange.import_vocabulary(ImportVocabulary(f"Kafka\n{secret}\n".encode()), quiet())
    assert (report.new, report.skipped) == (1, (secret,))
    assert [m.value for m in ledger.memories(kind=MemoryKind.VOCABULARY)] == ["Kafka"]


def test_a_long_import_says_how_far_it_is_and_can_be_stopped(exchange: Exchange, ledger: SqliteLedger) -> None:
    content = "\n".join(f"term {number}" for number in range(600)).encode()
    events: list[Event] = []
    job = quiet(events.append)

    def stop_at_the_second(event: Event) -> None:
        if isinstance(event, Progress) and event.fraction:
            job.cancelled.set()
        events.append(event)

    job = quiet(stop_at_the_second)
    with pytest.raises(CancelledByPersonError):
        exchange.import_vocabulary(ImportVocabulary(content), job)
    taken = len(ledger.memories(kind=MemoryKind.VOCABULARY, limit=1000))
    assert 0 < taken < 600
    report = exchange.import_vocabulary(ImportVocabulary(content), quiet())
    assert (report.new, report.known) == (600 - taken, taken)


def test_an_export_is_what_was_imported(exchange: Exchange) -> None:
    content = write_vocabulary(EVERYTHING, F.JSON).content
    exchange.import_vocabulary(ImportVocabulary(content), quiet())
    everything = exchange.export_vocabulary(ExportVocabulary(F.JSON), quiet())
    assert everything.terms == len(EVERYTHING)
    assert sorted(read(everything.content), key=lambda e: e.text) == sorted(EVERYTHING, key=lambda e: e.text)
    travel = exchange.export_vocabulary(ExportVocabulary(F.LINES, domain="Travel"), quiet())
    assert travel.content.decode() == "Łódź\n"
