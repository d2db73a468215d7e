"""Terms, rewrite rules, and word lists of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.domain import Memory, RewriteRule, Term, Utterance
from twin.requests.base import Request


class VocabularyFormat(StrEnum):
    """Formats of word lists; :mod:`twin.speech.word_lists` says where each is described."""

    LINES = "lines"
    CSV = "csv"
    TSV = "tsv"
    DRAGON = "dragon"
    DRAGON_XML = "dragon-xml"
    APPLE = "apple"
    TALON = "talon"
    VOICEINK = "voiceink"
    GOOGLE = "google"
    AWS = "aws"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Terms:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[RewriteRule, ...]


@dataclass(frozen=True, slots=True)
class VocabularyImport:
    """What an import of a word list brought, or (``preview``) would bring.

    ``known``: terms that were there already; ``duplicates``: entries that came again in the list; ``skipped``: entries
    that are no terms or are kept out of memory; ``sample``: the first terms, with their aliases.
    """

    format: VocabularyFormat
    new: int
    known: int
    duplicates: int
    skipped: tuple[str, ...]
    sample: tuple[str, ...]
    preview: bool


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A word list as the bytes of a file; ``left_out`` are terms that its format cannot hold."""

    content: bytes
    format: VocabularyFormat
    terms: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListTerms(Request[Terms]):
    """The vocabulary with its use, those terms first that are used most; all of it, or that of a ``domain``."""

    retry_after_crash = True
    domain: str = ""


@dataclass(frozen=True, slots=True)
class AddTerm(Request[Memory]):
    """Add a term to the vocabulary, or to a known one what is new: aliases, a domain, another way of writing it."""

    term: str
    aliases: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class RemoveTerm(Request[Memory]):
    """Take a term out of use. What it was taken from stays; to let go of that too is :class:`Forget`."""

    term: str


@dataclass(frozen=True, slots=True)
class ListRules(Request[Rules]):
    """All rewrite rules: those proposed, those in force, those withdrawn."""

    retry_after_crash = True


@dataclass(frozen=True, slots=True)
class AddRule(Request[RewriteRule]):
    """State outright that ``heard`` is a mishearing of ``term``: in force at once, wherever it does no damage."""

    heard: str
    term: str


@dataclass(frozen=True, slots=True)
class DecideRule(Request[RewriteRule]):
    """Put a rewrite rule in force, or withdraw it."""

    rule_id: str
    approve: bool


@dataclass(frozen=True, slots=True)
class TakeBack(Request[Utterance]):
    """Put back what was heard where a rule rewrote it: the ``number``-th, from 1, of the utterance's
    ``rules_applied``; ``last`` names the newest utterance."""

    utterance_id: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class ImportVocabulary(Request[VocabularyImport]):
    """Take in a word list, the bytes of a file; ``name`` is the file's, ``format`` is told from both if not given.

    ``domain``: the trade that its terms belong to. ``preview``: only say what it holds."""

    content: bytes
    name: str = ""
    format: VocabularyFormat | None = None
    domain: str = ""
    preview: bool = False


@dataclass(frozen=True, slots=True)
class ExportVocabulary(Request[VocabularyFile]):
    """The vocabulary as a word list; all of it, or that of a ``domain``."""

    retry_after_crash = True
    format: VocabularyFormat = VocabularyFormat.CSV
    domain: str = ""
