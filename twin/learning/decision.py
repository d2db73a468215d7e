"""Deciding at once: what to make of one correction, on the lowest rung of the ladder that suffices.

A misheard term becomes vocabulary (a hint); an ordinary word must be misheard several times before it may take one of
the few hint slots; a rewording teaches the recogniser nothing, and if it tells a fact, that is memory's. What all
corrections together call for is decided in :mod:`twin.learning.ladder`.
Pure rules: what was noticed before, which words are common, and the thresholds are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from twin.domain import Judgement, Memory, MemoryKind, Rung, WordEdit
from twin.learning.marks import folded as bare_words
from twin.sounds import letters

_FIRST_PERSON = {"I", "I'm", "I'll", "I've", "I'd", "I’m", "I’ll", "I’ve", "I’d"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """After how many corrections of one term a hint is made of it, and what is too long to be a term."""

    term_corrections: int = 1
    written_corrections: int = 2
    """For a term that was heard right and only written differently."""
    word_corrections: int = 3
    most_words: int = 4
    most_characters: int = 40


@dataclass(frozen=True, slots=True)
class VocabularyDraft:
    """A term to remember, and the way in which it was misheard."""

    term: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """A decision before the ledger has given it an id; ``vocabulary`` is what it puts into memory at once."""

    rung: Rung
    subject: str
    reasons: tuple[str, ...]
    missing: str = ""
    vocabulary: VocabularyDraft | None = None
    memory_id: str | None = None
    """What memory has taken in already."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a correction is seen against.

    ``heard`` are the words of the utterance; ``earlier`` says in how many other utterances each term
    (:func:`folded`) was put right; ``is_common`` whether the recogniser knows a word as a whole.
    """

    heard: Sequence[str]
    earlier: Mapping[str, int]
    is_common: Callable[[str], bool]


def decide(edits: Sequence[WordEdit], evidence: Evidence, thresholds: Thresholds) -> tuple[DraftDecision, ...]:
    """What to make of the ``edits`` of one utterance; nothing if there are none."""
    drafts: dict[str, DraftDecision] = {}
    for edit in edits:
        draft = _draft(edit, evidence, thresholds)
        same = drafts.get(draft.subject)
        drafts[draft.subject] = draft if same is None else _both(same, draft)
    return tuple(drafts.values())


_REMEMBERED_AS = {
    MemoryKind.FACT: "It is a fact",
    MemoryKind.PREFERENCE: "It is a preference",
    MemoryKind.STYLE: "It is how you want things written",
}


def remembered(edits: Sequence[WordEdit], memories: Sequence[Memory]) -> tuple[DraftDecision, ...]:
    """Where a correction told something about the person, and no more than how they sound: ``memories`` are what was
    taken from the corrected text. A misheard name in it is still vocabulary, whatever is remembered of whom it names.
    """
    told = [f" {bare_words(edit.said)} " for edit in edits if edit.judgement is Judgement.REWORDING and edit.said]
    return tuple(
        DraftDecision(
            Rung.REMEMBER,
            memory.text,
            (f"{_REMEMBERED_AS[memory.kind]}: it goes into memory, where it can be changed, and never into weights.",),
            memory_id=memory.id,
        )
        for memory in memories
        if memory.kind in _REMEMBERED_AS
        and any(words in f" {bare_words(f'{memory.text} {memory.value}'.split())} " for words in told if words.strip())
    )


def terms_put_right(edits: Sequence[WordEdit]) -> set[str]:
    """The terms (:func:`folded`) that a correction put right: what ``earlier`` is counted from."""
    return {folded(term_of(edit.said)) for edit in edits if edit.said and edit.judgement is not Judgement.REWORDING}


def folded(term: str) -> str:
    return " ".join(term.casefold().split())


def _draft(edit: WordEdit, evidence: Evidence, thresholds: Thresholds) -> DraftDecision:
    term, alias = term_of(edit.said), term_of(edit.heard).casefold()
    change = f"{' '.join(edit.heard) or '…'} → {' '.join(edit.said) or '…'}"
    if edit.judgement is Judgement.REWORDING:
        return DraftDecision(Rung.NOTHING, change, (_why_reworded(edit),))
    formatting = edit.judgement is Judgement.FORMATTING
    special = _why_special(edit, evidence)
    if formatting and special != _WRITTEN_LIKE_A_TERM:
        return DraftDecision(
            Rung.NOTHING, "case, punctuation, numbers", ("It was heard right and written differently.",)
        )
    if len(term) > thresholds.most_characters or len(term.split()) > thresholds.most_words:
        return DraftDecision(Rung.NOTHING, change, ("It is too long for a term.",))

    if formatting:
        needed, why = thresholds.written_corrections, f"“{term}” was heard right and written differently."
    else:
        needed = thresholds.term_corrections if special else thresholds.word_corrections
        why = f"“{alias}” sounds like “{term}”."
    reasons = (why, special or "It is an ordinary word.")
    times = evidence.earlier.get(folded(term), 0) + 1
    if times >= needed:
        aliases = (alias,) if folded(alias) != folded(term) else ()
        return DraftDecision(Rung.HINT, term, reasons, vocabulary=VocabularyDraft(term, aliases))
    missing = f"put right {_times(times)}; {_more(needed - times)} would make a hint of it"
    return DraftDecision(Rung.WAIT, term, reasons, missing)


def _both(one: DraftDecision, other: DraftDecision) -> DraftDecision:
    """One decision of two on the same subject, as when a term was misheard twice in one utterance."""
    vocabulary = other.vocabulary
    if one.vocabulary is not None and other.vocabulary is not None:
        aliases = dict.fromkeys((*one.vocabulary.aliases, *other.vocabulary.aliases))
        vocabulary = VocabularyDraft(other.vocabulary.term, tuple(aliases))
    return DraftDecision(
        other.rung, other.subject, tuple(dict.fromkeys((*one.reasons, *other.reasons))), other.missing, vocabulary
    )


def _why_reworded(edit: WordEdit) -> str:
    if not edit.heard:
        return "Nothing was heard in its place: a word that was added, or never recognised."
    if not edit.said:
        return "It was taken out: a change of mind, or a word that was never said."
    return "The two do not sound alike: a change of mind, not a mishearing."


def term_of(words: Sequence[str]) -> str:
    """Words without the punctuation of their sentence and without a possessive: “OpenRouter's,” is “OpenRouter”."""
    term = " ".join(words).lstrip("\"'([{„“‘‚¿¡«").rstrip(".,;:!?…\"')]}”’»")
    return term.removesuffix("'s").removesuffix("’s")


_WRITTEN_LIKE_A_TERM = "It is written like a name or a technical term."


def _why_special(edit: WordEdit, evidence: Evidence) -> str:
    """Why what was said is a term and no ordinary word; empty if it is one."""
    words = [bare for word in edit.said if (bare := term_of((word,)))]
    if any(map(_is_written_like_a_term, words)):
        return _WRITTEN_LIKE_A_TERM
    before = evidence.heard[edit.heard_from - 1] if edit.heard_from else "."
    begins_sentence = before.endswith((".", "?", "!", "…"))
    if any(word[0].isupper() and word not in _FIRST_PERSON for word in words[begins_sentence:]):
        return "It has a capital where no sentence begins."
    if len(words) == 1 < len(edit.heard) and letters("".join(edit.heard)) != letters(words[0]):
        return "Several words were heard in its place, as for a word that the recogniser does not know."
    if not all(evidence.is_common(part) for word in words for part in word.split("-")):
        return "It is no common word to the recogniser."
    return ""


def _is_written_like_a_term(word: str) -> bool:
    """Capitals within a word, digits or signs among letters: "OpenRouter", "k8s", "C++", "Vue.js"."""
    if any(character.isupper() for character in word[1:]):
        return True
    if all(part.isalpha() for part in word.split("-")):  # "well-known"
        return False
    return word[0].isalpha() and not all(character.isalpha() or character in "'’" for character in word)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _more(count: int) -> str:
    return f"{count} more correction{'s' if count > 1 else ''}"
