"""Word lists of dictation tools: what each format holds, read and written.

Each format is a pair of functions over :class:`Entry`. Where a format is described:

- lines: one term a line; what Azure's phrase lists and most tools take.
  https://learn.microsoft.com/azure/ai-services/speech-service/improve-accuracy-phrase-list
- csv, tsv: a table with or without a header; Talon's ``additional_words.csv`` and ``words_to_replace.csv`` are such.
- dragon: Dragon's "Export custom word and phrase list": ``written\\\\spoken`` (before version 11 one backslash) after
  an optional line ``@Version=Plato-UTF8``. dragon-xml: the same as ``<WordExport><Word name="written\\\\spoken"/>``,
  in UTF-16. As in the exports that OpenWhispr's reader was checked against, https://github.com/OpenWhispr/openwhispr
- apple: ``Text Substitutions.plist``, what dragging text replacements out of macOS's keyboard settings gives.
  https://support.apple.com/guide/mac-help/mchl2a7bd795/mac
- talon: ``.talon-list``, lines of ``spoken: written``. https://talon.wiki/Customization/talon_lists
- voiceink: VoiceInk's dictionary export. https://github.com/Beingpax/VoiceInk (DictionaryImportExportService.swift)
- google: a PhraseSet. https://cloud.google.com/speech-to-text/docs/reference/rest/v1/projects.locations.phraseSets
- aws: a custom vocabulary table. https://docs.aws.amazon.com/transcribe/latest/dg/custom-vocabulary-create-table.html
- json: our own, which keeps everything.
"""

from __future__ import annotations

import csv
import io
import plistlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import msgspec

from twin.errors import NotUnderstoodError

DRAGON_HEADER = "@Version=Plato-UTF8"

_TERM_COLUMNS = frozenset(
    ("term", "word", "words", "word(s)", "phrase", "written", "written form", "displayas", "replacement", "correct",
     "output", "to", "name", "text", "value")
)  # fmt: skip
_ALIAS_COLUMNS = frozenset(
    ("alias", "aliases", "spoken", "spoken form", "spoken form (if different)", "pronunciation", "soundslike",
     "sounds like", "misheard", "original", "incorrect", "wrong", "from", "heard")
)  # fmt: skip
_DOMAIN_COLUMNS = frozenset(("domain", "category", "group", "field"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase as it is written; ``aliases``: how it is spoken, or misheard."""

    text: str
    aliases: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A list in some format; ``left_out`` are the terms that the format cannot hold."""

    content: bytes
    left_out: tuple[str, ...] = ()


# --- plain lines -----------------------------------------------------------------------------------------------


def read_lines(text: str) -> list[Entry]:
    return [Entry(line.strip()) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def write_lines(terms: Sequence[Entry]) -> Written:
    return Written(_utf8(term.text for term in terms))


# --- tables ----------------------------------------------------------------------------------------------------


def read_table(text: str, *, delimiter: str = "") -> list[Entry]:
    """A table with a header that names its columns, or else of terms and, after them, aliases."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = delimiter or next((mark for mark in ("\t", ",", ";") if mark in first), ",")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    names = [" ".join(cell.lower().replace("_", " ").split()) for cell in rows[0]]
    if {"phrase", "displayas"} <= set(names):
        return [_of_aws(dict(zip(names, row, strict=False))) for row in rows[1:]]
    kinds = ["term" if n in _TERM_COLUMNS else "alias" if n in _ALIAS_COLUMNS else "domain" if n in _DOMAIN_COLUMNS
             else "" for n in names]  # fmt: skip
    if "term" not in kinds:
        return [Entry(row[0].strip(), _split(row[1:], delimiter)) for row in rows]
    found = []
    for row in rows[1:]:
        cells = list(zip(kinds, row, strict=False))
        found.append(
            Entry(
                next((cell.strip() for kind, cell in cells if kind == "term" and cell.strip()), ""),
                _split([cell for kind, cell in cells if kind == "alias"], delimiter),
                next((cell.strip() for kind, cell in cells if kind == "domain"), ""),
            )
        )
    return found


def write_csv(terms: Sequence[Entry]) -> Written:
    return Written(_table(terms, ","))


def write_tsv(terms: Sequence[Entry]) -> Written:
    return Written(_table(terms, "\t"))


def _table(terms: Sequence[Entry], delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(("term", "aliases", "domain"))
    writer.writerows((term.text, ";".join(term.aliases), term.domain) for term in terms)
    return out.getvalue().encode()


def _split(cells: Iterable[str], delimiter: str) -> tuple[str, ...]:
    marks = r"[|]" if delimiter == ";" else r"[;|]"
    return tuple(alias.strip() for cell in cells for alias in re.split(marks, cell) if alias.strip())


# --- Dragon ----------------------------------------------------------------------------------------------------


def read_dragon(text: str) -> list[Entry]:
    lines = (line.strip() for line in text.splitlines())
    return [_of_dragon(line) for line in lines if line and not line.lower().startswith("@version")]


def write_dragon(terms: Sequence[Entry]) -> Written:
    entries, left_out = _dragon_entries(terms)
    return Written("".join(f"{line}\r\n" for line in (DRAGON_HEADER, *entries)).encode(), left_out)


def read_dragon_xml(text: str) -> list[Entry]:
    """Raises :class:`NotUnderstoodError` for broken XML, and for XML that declares entities."""
    found: list[Entry] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        if name == "Word" and attributes.get("name", "").strip():
            found.append(_of_dragon(attributes["name"].strip()))

    def entity(*declaration: object) -> None:
        raise NotUnderstoodError("The list declares entities, which no word list needs.")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = element
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise NotUnderstoodError(f"The list is no whole XML: {error}.", hint="Export it again.") from error
    return found


def write_dragon_xml(terms: Sequence[Entry]) -> Written:
    entries, left_out = _dragon_entries(terms)
    words = "".join(f"  <Word name={quoteattr(entry)}/>\n" for entry in entries)
    document = f'<?xml version="1.0" encoding="utf-16"?>\n<WordExport>\n{words}</WordExport>\n'
    return Written(document.encode("utf-16"), left_out)


def _of_dragon(entry: str) -> Entry:
    """The last separator counts, for what is written may hold a backslash."""
    separator = "\\\\" if "\\\\" in entry else "\\"
    written, found, spoken = entry.rpartition(separator)
    return Entry(written.strip(), (spoken.strip(),) if spoken.strip() else ()) if found else Entry(entry)


def _dragon_entries(terms: Sequence[Entry]) -> tuple[list[str], tuple[str, ...]]:
    fitting = [term for term in terms if "\\" not in term.text]
    entries = [f"{term.text}\\\\{alias}" if alias else term.text for term in fitting for alias in term.aliases or ("",)]
    return entries, tuple(term.text for term in terms if "\\" in term.text)


# --- Apple -----------------------------------------------------------------------------------------------------


def read_apple(content: bytes) -> list[Entry]:
    """Raises :class:`NotUnderstoodError` when it is no property list of replacements."""
    try:
        items: Any = plistlib.loads(content)
    except (plistlib.InvalidFileException, expat.ExpatError, ValueError, KeyError, IndexError) as error:
        raise NotUnderstoodError(
            "The list is no whole property list.", hint="Drag it out of the settings again."
        ) from (error)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise NotUnderstoodError("The property list holds no text replacements.")
    pairs = [(item.get("phrase", item.get("with")), item.get("shortcut", item.get("replace"))) for item in items]
    return [Entry(str(phrase), (str(shortcut),) if shortcut else ()) for phrase, shortcut in pairs if phrase]


def write_apple(terms: Sequence[Entry]) -> Written:
    """Replacements have something to replace: terms without aliases are left out."""
    items = [{"phrase": term.text, "shortcut": alias} for term in terms for alias in term.aliases]
    return Written(plistlib.dumps(items), tuple(term.text for term in terms if not term.aliases))


# --- Talon -----------------------------------------------------------------------------------------------------


def read_talon(text: str) -> list[Entry]:
    """After a head that ends in a line with a dash: ``spoken: written``, or a word that is said as it is written."""
    lines = [line.strip() for line in text.splitlines()]
    body = lines[lines.index("-") + 1 :] if "-" in lines else lines
    found = []
    for line in body:
        if not line or line.startswith("#"):
            continue
        spoken, colon, written = line.partition(":")
        found.append(Entry(_unquoted(written), (spoken.strip(),)) if colon else Entry(_unquoted(line)))
    return found


def write_talon(terms: Sequence[Entry]) -> Written:
    """A spoken form is made of words: what is none and has no alias is left out."""
    lines, left_out = ["list: user.vocabulary", "-"], []
    for term in terms:
        spoken = [alias for alias in term.aliases if _is_speakable(alias)]
        if not spoken and not _is_speakable(term.text):
            left_out.append(term.text)
            continue
        lines += [f"{alias}: {_quoted(term.text)}" for alias in spoken] or [term.text]
    return Written(_utf8(lines), tuple(left_out))


def _is_speakable(text: str) -> bool:
    return all(character.isalpha() or character in " '" for character in text)


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w][\w .+-]*", text) else "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


# --- JSON ------------------------------------------------------------------------------------------------------


def read_json(text: str) -> list[Entry]:
    """Any of the JSON lists: ours, VoiceInk's, Google's; also an array of words, and an object of heard to written.

    Raises :class:`NotUnderstoodError` for anything else.
    """
    try:
        document: Any = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise NotUnderstoodError(f"The list is no whole JSON: {error}.", hint="Export it again.") from error
    if isinstance(document, dict):
        for key, read in (("terms", _of_json), ("phrases", _of_google), ("wordReplacements", _of_voiceink)):
            if key in document:
                return read(document)
        if "vocabularyWords" in document or "dictionaryItems" in document:
            return _of_voiceink(document)
        if all(isinstance(value, str) for value in document.values()):
            return [Entry(written, (heard,)) for heard, written in document.items()]
    if isinstance(document, list):
        return _of_json({"terms": document})
    raise NotUnderstoodError("The JSON is none of the lists that are known.", hint="Give an array of words.")


def write_json(terms: Sequence[Entry]) -> Written:
    return Written(_json({"terms": [{"term": t.text, "aliases": t.aliases, "domain": t.domain} for t in terms]}))


def write_voiceink(terms: Sequence[Entry]) -> Written:
    """Version 1.0's form, which newer ones read: words, and replacements by what is heard, comma-separated."""
    replacements = {", ".join(term.aliases): term.text for term in terms if term.aliases}
    words = [term.text for term in terms]
    return Written(_json({"version": "1.0", "vocabularyWords": words, "wordReplacements": replacements}))


def write_google(terms: Sequence[Entry]) -> Written:
    return Written(_json({"phrases": [{"value": term.text} for term in terms]}))


def _of_json(document: dict[str, Any]) -> list[Entry]:
    found = []
    for item in _items(document["terms"]):
        if isinstance(item, str):
            found.append(Entry(item))
        elif isinstance(item, dict):
            text = next((str(item[key]) for key in ("term", "word", "text", "value", "written") if item.get(key)), "")
            aliases = item.get("aliases") or []
            found.append(Entry(text, tuple(map(str, _items(aliases))), str(item.get("domain") or "")))
    return found


def _of_google(document: dict[str, Any]) -> list[Entry]:
    return [
        Entry(str(item["value"])) for item in _items(document["phrases"]) if isinstance(item, dict) and "value" in item
    ]


def _of_voiceink(document: dict[str, Any]) -> list[Entry]:
    words = [*_items(document.get("vocabularyWords")), *_items(document.get("dictionaryItems"))]
    found = [Entry(word) for word in words if isinstance(word, str)]
    replacements = document.get("wordReplacements") or {}
    if isinstance(replacements, list):
        pairs = [(r.get("originalVariants"), r.get("replacement")) for r in replacements if isinstance(r, dict)]
    else:
        pairs = list(replacements.items())
    for heard, written in pairs:
        aliases = tuple(alias.strip() for alias in str(heard or "").split(",") if alias.strip())
        found.append(Entry(str(written or ""), aliases))
    return found


def _items(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


# --- Amazon Transcribe -----------------------------------------------------------------------------------------


def write_aws(terms: Sequence[Entry]) -> Written:
    """Phrases are made of letters, hyphens between words, and full stops after letters that are said by name."""
    rows, left_out = ["Phrase\tSoundsLike\tIPA\tDisplayAs"], []
    for term in terms:
        phrase = "-".join(_aws_word(word) for word in term.text.split())
        if all(character.isalpha() or character in "-.'" for character in phrase):
            rows.append(f"{phrase}\t\t\t{term.text}")
        else:
            left_out.append(term.text)
    return Written(_utf8(rows), tuple(left_out))


def _aws_word(word: str) -> str:
    return (
        "".join(f"{letter}." for letter in word) if 1 < len(word) <= 5 and word.isalpha() and word.isupper() else word
    )


def _of_aws(row: dict[str, str]) -> Entry:
    phrase = row.get("phrase", "").strip().replace("-", " ")
    written = row.get("displayas", "").strip() or re.sub(r"\b(\w)\.(?=\w\b|\s|$)", r"\1", phrase)
    sounds = row.get("soundslike", "").strip().replace("-", " ")
    return Entry(written, (sounds,) if sounds else ())


def _utf8(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


Writer = Callable[[Sequence[Entry]], Written]
