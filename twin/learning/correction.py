"""The notice stage: from what the person really said to what the twin makes of it, all of it in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from twin.domain import Correction, Decision, Judgement, MemoryKind, Rung, Signal, SignalKind, Utterance, WordEdit
from twin.errors import NotUnderstoodError
from twin.learning.decision import DraftDecision, Evidence, Thresholds, decide, folded, remembered, terms_put_right
from twin.learning.feedback import notice
from twin.ports import Ledger, Memoriser, NewMemory
from twin.requests import Correct, CorrectionReport

_UTTERANCES_LOOKED_BACK = 500
"""How far back it is counted how often a term was put right."""


def correct(
    request: Correct,
    ledger: Ledger,
    memoriser: Memoriser,
    *,
    is_common: Callable[[str], bool] = lambda word: True,
    thresholds: Thresholds | None = None,
) -> CorrectionReport:
    """Take in what was really said in an utterance: store the correction, what it shows, and what follows from it, all
    in one transaction.

    ``is_common`` says whether the recogniser knows a word as a whole (``RecogniserVocabulary.knows``).

    A text without any difference is a confirmation. An utterance may be corrected again; the newest correction is
    the one that stands, and is always compared with what was heard. Raises ``NotFoundError``,
    ``NotUnderstoodError`` for an empty text, ``LedgerError``.
    """
    utterance = ledger.utterance(request.utterance_id)
    said = request.said.strip()
    if not said:
        raise NotUnderstoodError(
            "The correction is empty.",
            hint=f"Give the whole text as you said it, or throw the dictation away: twin forget {utterance.id}",
        )
    edits = notice(utterance.shown_words, said)
    evidence = Evidence(
        heard=[word.word for word in utterance.shown_words],
        earlier=_earlier(ledger, utterance) if edits else {},
        is_common=is_common,
    )
    drafts = decide(edits, evidence, thresholds or Thresholds())
    with ledger.together():
        correction = ledger.add_correction(utterance.id, said, edits)
        signal = ledger.add_signal(
            SignalKind.CORRECTION if edits else SignalKind.CONFIRMATION,
            subject_id=utterance.id,
            summary=_summary(edits),
            edits=edits,
        )
        decisions = [_carry_out(draft, utterance, correction, signal, ledger, memoriser) for draft in drafts]
    # Outside: this takes what recall knew from its index, whose lock must not be waited for with the ledger's held.
    captured = memoriser.capture(ledger.utterance(utterance.id))
    decisions += [
        _carry_out(draft, utterance, correction, signal, ledger, memoriser) for draft in remembered(edits, captured)
    ]
    return CorrectionReport(correction, utterance.shown, (signal,), tuple(decisions))


def _earlier(ledger: Ledger, current: Utterance) -> Mapping[str, int]:
    """In how many other utterances each term was put right. Noticed anew, so that a newer correction counts alone."""
    earlier: Counter[str] = Counter()
    for utterance in ledger.utterances(limit=_UTTERANCES_LOOKED_BACK):
        if utterance.corrected is not None and utterance.id != current.id:
            earlier.update(terms_put_right(notice(utterance.shown_words, utterance.corrected)))
    return earlier


def _carry_out(
    draft: DraftDecision,
    utterance: Utterance,
    correction: Correction,
    signal: Signal,
    ledger: Ledger,
    memoriser: Memoriser,
) -> Decision:
    """Put into memory at once what needs no approval, and write the decision down. A term that an adapter had heard
    right unaided, and now has not, is hinted again."""
    rung, reasons, memory_id = draft.rung, draft.reasons, draft.memory_id
    if draft.vocabulary is not None:
        term = draft.vocabulary.term
        try:
            memory_id = memoriser.add(
                NewMemory(
                    kind=MemoryKind.VOCABULARY,
                    text=term,
                    source_ids=(correction.id,),
                    true_from=correction.created_at,
                    slot=f"term.{folded(term)}",
                    value=term,
                    aliases=draft.vocabulary.aliases,
                )
            ).id
            ledger.end_graduations([memory_id], heard_at=utterance.created_at)
        except NotUnderstoodError as refusal:  # a secret, which the ledger keeps out of memory
            rung, reasons = Rung.NOTHING, (*reasons, refusal.message)
    return ledger.add_decision(
        rung,
        subject=draft.subject,
        reasons=reasons,
        signal_ids=(signal.id,),
        missing=draft.missing,
        memory_id=memory_id,
    )


def _summary(edits: Sequence[WordEdit]) -> str:
    if not edits:
        return "right as it was heard"
    counts = Counter(edit.judgement for edit in edits)
    names = {
        Judgement.SOUND_ALIKE: ("mishearing", "mishearings"),
        Judgement.REWORDING: ("rewording", "rewordings"),
        Judgement.FORMATTING: ("matter of writing", "matters of writing"),
    }
    return ", ".join(
        f"{count} {names[judgement][count > 1]}" for judgement in Judgement if (count := counts[judgement])
    )
