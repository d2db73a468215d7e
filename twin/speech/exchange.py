"""Vocabulary from other dictation tools, and for them: any list in, cleaned; any format out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from twin.domain import Memory, MemoryKind, MemoryStatus
from twin.errors import NotUnderstoodError
from twin.events import Progress
from twin.learning.decision import folded
from twin.ports import Clock, Job, Ledger, NewMemory
from twin.requests import ExportVocabulary, ImportVocabulary, VocabularyFile, VocabularyFormat, VocabularyImport
from twin.speech.word_lists import (
    DRAGON_HEADER,
    Entry,
    Writer,
    Written,
    read_apple,
    read_dragon,
    read_dragon_xml,
    read_json,
    read_lines,
    read_table,
    read_talon,
    write_apple,
    write_aws,
    write_csv,
    write_dragon,
    write_dragon_xml,
    write_google,
    write_json,
    write_lines,
    write_talon,
    write_tsv,
    write_voiceink,
)

MOST_TERMS = 50_000
MOST_BYTES = 16_000_000
MOST_CHARACTERS = 80
"""Of a term or an alias; longer ones are texts."""
_MOST_ALIASES = 20
_AT_ONCE = 250
"""Terms that are written in one transaction, for which the ledger is nobody else's."""
_SAMPLE = 20
_ALL = 1_000_000

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners, which Persian and the scripts of India need."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A list that was read: each term once; ``skipped`` are entries that are no terms, as they stood there."""

    terms: tuple[Entry, ...]
    format: VocabularyFormat
    duplicates: int
    skipped: tuple[str, ...]


def read_vocabulary(content: bytes, *, name: str = "", format: VocabularyFormat | None = None) -> Reading:
    """Read a word list; without ``format`` it is told from the content, and from ``name``'s ending.

    UTF-8 and UTF-16 with and without a byte order mark, and Windows-1252, are read. Raises
    :class:`NotUnderstoodError` for what is no list, is empty, or is too much.
    """
    if len(content) > MOST_BYTES:
        raise NotUnderstoodError(
            f"The list is larger than {MOST_BYTES // 1_000_000} MB.", hint="Cut it into parts, or check the file."
        )
    text = "" if content.startswith(b"bplist") else _decode(content)
    told = format or _format_of(content, text, name)
    found = read_apple(content) if told is VocabularyFormat.APPLE else _READERS[told](text)
    terms, duplicates, skipped = _cleaned(found)
    if not terms:
        raise NotUnderstoodError("There are no words in the list.", hint="Check the file, or name its --format.")
    if len(terms) > MOST_TERMS:
        raise NotUnderstoodError(
            f"The list has {len(terms):,} terms; {MOST_TERMS:,} are the most that are of use.",
            hint="Import the part that you dictate.",
        )
    return Reading(terms, told, duplicates, skipped)


def write_vocabulary(terms: Sequence[Entry], format: VocabularyFormat) -> Written:
    return _WRITERS[format](terms)


class Exchange:
    """Takes word lists into the ledger, as terms that the person gave, and out of it."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def import_vocabulary(self, request: ImportVocabulary, job: Job) -> VocabularyImport:
        """Take in a list, or (``preview``) only say what it holds; emits ``Progress``.

        It is written in portions: what was taken in before a cancel stays, and importing the list again goes on from
        there, for a term that is known gains no more than its new aliases. Raises ``NotUnderstoodError`` for what is
        no list, ``LedgerError``, ``CancelledByPersonError``.
        """
        reading = read_vocabulary(request.content, name=request.name, format=request.format)
        terms = [replace(term, domain=request.domain or term.domain) for term in reading.terms]
        known = {folded(memory.value) for memory in self._known()}
        kept_out: list[str] = []
        for start in range(0, 0 if request.preview else len(terms), _AT_ONCE):
            job.check()
            job.emit(Progress("import", f"Taking in terms: {start} of {len(terms)} …", start / len(terms)))
            portion = terms[start : start + _AT_ONCE]
            stored = self._ledger.add_memories([self._memory(term) for term in portion])
            kept_out += [term.text for term, memory in zip(portion, stored, strict=True) if memory is None]
        new = [term for term in terms if folded(term.text) not in known]
        return VocabularyImport(
            format=reading.format,
            new=len(new) - sum(folded(text) not in known for text in kept_out),
            known=len(terms) - len(new),
            duplicates=reading.duplicates,
            skipped=(*reading.skipped, *kept_out),
            sample=tuple(f"{t.text} ({', '.join(t.aliases)})" if t.aliases else t.text for t in terms[:_SAMPLE]),
            preview=request.preview,
        )

    def export_vocabulary(self, request: ExportVocabulary, job: Job) -> VocabularyFile:
        """All terms, or those of a ``domain``, by the alphabet. Raises ``LedgerError``."""
        entries = [
            Entry(memory.value, memory.aliases, memory.domain)
            for memory in self._known()
            if not request.domain or memory.domain.casefold() == request.domain.casefold()
        ]
        entries.sort(key=lambda entry: folded(entry.text))
        written = write_vocabulary(entries, request.format)
        return VocabularyFile(written.content, request.format, len(entries) - len(written.left_out), written.left_out)

    def _known(self) -> Iterable[Memory]:
        return (
            memory
            for memory in self._ledger.memories(kind=MemoryKind.VOCABULARY, limit=_ALL)
            if memory.value and memory.status is MemoryStatus.HELD
        )

    def _memory(self, entry: Entry) -> NewMemory:
        return NewMemory(
            kind=MemoryKind.VOCABULARY,
            text=entry.text,
            source_ids=(),
            true_from=self._clock.now(),
            slot=f"term.{folded(entry.text)}",
            value=entry.text,
            aliases=entry.aliases,
            origin="person",
            domain=entry.domain,
        )


# --- reading ---------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    head = content[:200]
    if head[1::2].count(0) > len(head) // 4:
        return content.decode("utf-16-le", "replace")
    if head[::2].count(0) > len(head) // 4:
        return content.decode("utf-16-be", "replace")
    if b"\0" in head:
        raise NotUnderstoodError("That is no word list.", hint="Give a text file, CSV, or one of the known formats.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _format_of(content: bytes, text: str, name: str) -> VocabularyFormat:
    start = text.lstrip()
    lines = [line for line in start.splitlines()[:50] if line.strip()]
    ending = name.lower().rpartition(".")[2]
    if content.startswith(b"bplist") or "<plist" in start[:500]:
        return VocabularyFormat.APPLE
    if start.startswith("<"):
        if "<WordExport" in text:
            return VocabularyFormat.DRAGON_XML
        raise NotUnderstoodError("The XML is none of the lists that are known.", hint="Export it as text.")
    if start.startswith(("{", "[")):
        return VocabularyFormat.JSON
    if lines and (lines[0].lower().startswith(DRAGON_HEADER.lower()[:8]) or _share(lines, "\\") > 0.2):
        return VocabularyFormat.DRAGON
    if ending == "talon-list" or (lines and re.match(r"list:\s*\S", lines[0]) and "-" in lines[:5]):
        return VocabularyFormat.TALON
    if ending == "tsv" or _share(lines, "\t") > 0.5:
        return VocabularyFormat.TSV
    if ending == "csv" or (len(lines) > 1 and _share(lines, ",") == 1.0 and ending != "txt"):
        return VocabularyFormat.CSV
    return VocabularyFormat.LINES


def _share(lines: Sequence[str], mark: str) -> float:
    return sum(mark in line for line in lines) / max(1, len(lines))


_READERS: dict[VocabularyFormat, Callable[[str], list[Entry]]] = {
    VocabularyFormat.LINES: read_lines,
    VocabularyFormat.CSV: read_table,
    VocabularyFormat.TSV: lambda text: read_table(text, delimiter="\t"),
    VocabularyFormat.DRAGON: read_dragon,
    VocabularyFormat.DRAGON_XML: read_dragon_xml,
    VocabularyFormat.TALON: read_talon,
    VocabularyFormat.VOICEINK: read_json,
    VocabularyFormat.GOOGLE: read_json,
    VocabularyFormat.AWS: lambda text: read_table(text, delimiter="\t"),
    VocabularyFormat.JSON: read_json,
}
_WRITERS: dict[VocabularyFormat, Writer] = {
    VocabularyFormat.LINES: write_lines,
    VocabularyFormat.CSV: write_csv,
    VocabularyFormat.TSV: write_tsv,
    VocabularyFormat.DRAGON: write_dragon,
    VocabularyFormat.DRAGON_XML: write_dragon_xml,
    VocabularyFormat.APPLE: write_apple,
    VocabularyFormat.TALON: write_talon,
    VocabularyFormat.VOICEINK: write_voiceink,
    VocabularyFormat.GOOGLE: write_google,
    VocabularyFormat.AWS: write_aws,
    VocabularyFormat.JSON: write_json,
}


# --- cleaning --------------------------------------------------------------------------------------------------


def _cleaned(found: Iterable[Entry]) -> tuple[tuple[Entry, ...], int, tuple[str, ...]]:
    """Each term once, by its first writing, with the aliases of all; how many came again; what is no term."""
    terms: dict[str, Entry] = {}
    duplicates = 0
    skipped: list[str] = []
    for entry in found:
        term = Entry(_clean(entry.text), tuple(map(_clean, entry.aliases)), _clean(entry.domain))
        if not _is_term(term.text):
            skipped.append(entry.text[:MOST_CHARACTERS])
            continue
        key = folded(term.text)
        known = terms.get(key)
        duplicates += known is not None
        aliases = (*(known.aliases if known else ()), *filter(_is_term, term.aliases))
        unlike: dict[str, str] = {}
        for alias in aliases:
            if alias != (known or term).text:
                unlike.setdefault(folded(alias), alias)
        terms[key] = replace(
            known or term,
            aliases=tuple(unlike.values())[:_MOST_ALIASES],
            domain=(known.domain if known else "") or term.domain,
        )
    return tuple(terms.values()), duplicates, tuple(skipped)


def _clean(text: str) -> str:
    """Composed characters (NFC), single spaces, and nothing that cannot be seen."""
    visible = "".join(
        character if character in _JOINERS or (kind := unicodedata.category(character)) not in ("Cc", "Cf")
        else " " * (kind == "Cc")
        for character in unicodedata.normalize("NFC", text)
    )  # fmt: skip
    return " ".join(visible.split())


def _is_term(text: str) -> bool:
    return 0 < len(text) <= MOST_CHARACTERS and any(map(str.isalnum, text))
