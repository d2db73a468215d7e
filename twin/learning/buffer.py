"""The buffer: which corrections are examples to learn from, a sample of them to replay, a split of them to judge by.

A careless or malicious correction is worst where it teaches a text that nobody said, so the first line of defence is
here: what does not sound like what was heard is refused, each refusal with its reason. The gate is the second.
Nothing is an example without a word of the person's own on that very recording. A dictation that was said again is
none, though its second try was corrected: the two are rarely the same to the word, and what has no correction of its
own would not be unlearned when that is forgotten. Pure rules: the clock and the test for secrets are arguments.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from twin.domain import Buffer, Correction, EditKind, Example, Judgement, Refused, Utterance, WordEdit
from twin.learning.feedback import SOUND_ALIKE
from twin.sounds import letters, similarity

ANOTHER_TEXT = "It does not sound like what was heard."
"""Why a text that is suspected to be wrong is refused; many of these in a row are a sign of careless corrections."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    most_seconds: float = 30.0
    """The recogniser's window: of a longer recording it is not known which words are in which window."""
    oldest: timedelta = timedelta(days=2 * 365)
    """Voices, microphones and vocabularies change."""
    latest: timedelta = timedelta(days=30)
    """From dictating to correcting: later nobody knows any more what they said to the word."""
    reworded: float = 0.2
    """Share of the words that may be reworded. A word that was dropped, or misheard beyond recognition, looks like a
    rewording too, so some are let pass: one wrong word in five teaches less wrong than the other four teach right (a
    fifth of all texts shuffled cost 4 of 35 points of gain)."""
    replaced: float = 0.1
    """Share of the words in whose place something else may stand that does not sound like it, which is worse: another
    term in the same sentence. Of 141 utterances of a speaker with an accent 136 pass, and none with shuffled texts; of
    200 sentences in which another term was put in the place of one, a fifth."""
    reworded_when_read: float = 0.5
    """What may be reworded where a given text was read out: nobody changes their mind then, but a manifest may be off
    by a line."""
    long_words: int = 8
    """From so many heard words on, a text that shares little with them is suspected to be another one."""
    shared: float = 0.4
    """The share of the heard words that counts as little."""
    repeats: int = 3
    """So many recordings of one sentence, the newest: more would only teach that sentence."""


def is_read(example: Example) -> bool:
    """Whether a given text was read out (an imported dataset, a guided reading) rather than dictated."""
    return example.source.is_read


def too_long(thresholds: Thresholds) -> str:
    """Why a recording of more than ``most_seconds`` is refused."""
    return f"It is longer than {thresholds.most_seconds:.0f} s, which is what the recogniser hears at once."


def gather(
    taught: Iterable[tuple[Utterance, Correction]],
    *,
    now: datetime,
    holds_secret: Callable[[str], bool],
    domain_of: Callable[[str], str] = lambda text: "",
    thresholds: Thresholds | None = None,
) -> Buffer:
    """The examples among what the person ``taught`` (``Ledger.taught``: oldest word first), and what is refused.

    ``domain_of`` gives the trade that a text is of. An example has the time of its dictation, and its text is the
    person's own, as it stands.
    """
    thresholds = thresholds or Thresholds()
    admitted, refused = list[Example](), dict[str, str]()
    recordings, sentences = dict[str, str](), Counter[str]()
    for utterance, correction in sorted(taught, key=lambda pair: pair[1].created_at, reverse=True):  # the newest word
        reason = _why_not(utterance, correction, now, holds_secret, thresholds)  # first: it stands over older ones
        sentence = letters(correction.said)
        if not reason and utterance.audio_sha256 in recordings:
            same = recordings[utterance.audio_sha256] == sentence
            reason = f"The same recording is there already{'' if same else ', with a newer text'}."
        if not reason and sentences[sentence] >= thresholds.repeats:
            reason = f"There are {thresholds.repeats} newer recordings of the same sentence."
        if reason:
            refused[correction.id] = reason
            continue
        recordings[utterance.audio_sha256] = sentence
        sentences[sentence] += 1
        admitted.append(
            Example(
                id=correction.id,
                utterance_id=utterance.id,
                audio_sha256=utterance.audio_sha256,
                seconds=utterance.seconds,
                heard=utterance.heard,
                said=correction.said,
                edits=correction.edits,
                at=utterance.created_at,
                source=utterance.source,
                domain=domain_of(correction.said),
            )
        )
    return Buffer(
        tuple(sorted(admitted, key=lambda example: (example.at, example.id))),
        tuple(Refused(known, reason) for known, reason in reversed(refused.items())),
    )


def wrong_words(edits: Iterable[WordEdit]) -> int:
    """How many words are wrong, as a word error rate counts them; ways of writing do not count."""
    return sum(max(len(edit.heard), len(edit.said)) for edit in edits if edit.judgement is not Judgement.FORMATTING)


def reservoir(examples: Sequence[Example], size: int) -> tuple[Example, ...]:
    """A sample of ``size`` examples to replay, oldest first: every domain and month in proportion, none left out first.

    Within each of them those with the smallest hash are taken (bottom-k sampling: as uniform as the reservoir of
    Vitter 1985, "Random sampling with a reservoir", https://doi.org/10.1145/3147.3165, with no state to keep, the same
    each time, and little changed by an example more).
    """
    strata: defaultdict[tuple[str, int, int], list[Example]] = defaultdict(list)
    for example in examples:
        strata[example.domain, example.at.year, example.at.month].append(example)
    ranked = []
    for stratum in strata.values():
        stratum.sort(key=lambda example: _hash(example.id))
        ranked += [(rank / len(stratum), _hash(example.id), example) for rank, example in enumerate(stratum)]
    ranked.sort(key=lambda one: one[:2])
    return tuple(sorted((example for _, _, example in ranked[:size]), key=lambda one: (one.at, one.id)))


def fold_count(examples: int) -> int:
    """Into how many folds to split for out-of-fold evidence: two understate the gain a little, and save trainings; of
    few examples more are needed, so that enough are learned from (docs/research/speech-adapters.md)."""
    return 2 if examples >= 60 else 4


def folds(examples: Sequence[Example], count: int) -> tuple[tuple[Example, ...], ...]:
    """``examples`` in ``count`` parts of like size, always the same; repeats of a sentence are in one part, so that no
    model is judged by a sentence that it has learned. Fewer parts where there are fewer sentences."""
    sentences: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        sentences[letters(example.said)].append(example)
    groups = sorted(sentences.values(), key=lambda group: (-len(group), _hash(min(one.id for one in group))))
    parts: list[list[Example]] = [[] for _ in range(min(count, len(groups)))]
    for group in groups:
        min(parts, key=len).extend(group)
    return tuple(tuple(sorted(part, key=lambda one: (one.at, one.id))) for part in parts)


def _why_not(
    utterance: Utterance,
    correction: Correction,
    now: datetime,
    holds_secret: Callable[[str], bool],
    thresholds: Thresholds,
) -> str:
    """Why a correction is no example; empty if it may be one."""
    if utterance.private:
        return "It is private."
    if not letters(correction.said) or utterance.seconds <= 0:
        return "Nothing is said in it."
    if utterance.seconds > thresholds.most_seconds:
        return too_long(thresholds)
    if utterance.edited is not None and utterance.edited.commands_applied:
        return "It was edited by voice: the words of the commands are on the recording and not in the text."
    if now - correction.created_at > thresholds.oldest:
        return f"It is older than {thresholds.oldest.days // 365} years."
    if correction.created_at - utterance.created_at > thresholds.latest:
        return f"It was corrected more than {thresholds.latest.days} days after it was dictated."
    if _is_another_text(utterance, correction, thresholds):
        return ANOTHER_TEXT
    words = max(len(utterance.shown_words), len(correction.said.split()))
    reworded = [edit for edit in correction.edits if edit.judgement is Judgement.REWORDING]
    replaced = wrong_words(edit for edit in reworded if edit.kind is EditKind.SUBSTITUTE)
    if utterance.source.is_read:
        too_many = wrong_words(reworded) > thresholds.reworded_when_read * words
    else:
        too_many = wrong_words(reworded) > thresholds.reworded * words or replaced > thresholds.replaced * words
    if too_many:
        return f"{wrong_words(reworded)} of its {words} words were reworded rather than misheard."
    if holds_secret(utterance.heard) or holds_secret(correction.said):
        return "There is a secret in it."
    return ""


def _is_another_text(utterance: Utterance, correction: Correction, thresholds: Thresholds) -> bool:
    """Whether the text shares little with what was heard, and does not sound like it either, as what is
    misheard throughout still does."""
    heard = [word.word for word in utterance.shown_words]
    if len(heard) < thresholds.long_words:
        return False
    changed = sum(e.heard_to - e.heard_from for e in correction.edits if e.judgement is not Judgement.FORMATTING)
    shares_little = len(heard) - changed < thresholds.shared * len(heard)
    return shares_little and similarity(heard, correction.said.split()) < SOUND_ALIKE


def _hash(text: str) -> bytes:
    return sha256(text.encode()).digest()
