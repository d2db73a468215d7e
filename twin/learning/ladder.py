"""Deciding: which rung of the ladder all corrections together call for, always the lowest that suffices. Pure.

Remember, hint, rewrite, adapt, new domain. One correction is decided on at once (:mod:`twin.learning.decision`);
here is what only many of them show: errors that hints and rules do not take away, and whether they are enough to train
an adapter on (:mod:`twin.learning.adapting`); a rule that waits for a word; a new trade. Where the twin waits it says
what for. Facts never go into weights: what was reworded is no error of the recogniser here.
"""

from __future__ import annotations

from collections.abc import Sequence

from twin.domain import Example, Judgement, ProposalState, RuleStatus, Rung
from twin.learning import shift
from twin.learning.adapting import adapt, ground, needed_anew
from twin.learning.buffer import wrong_words
from twin.learning.gain import expected_seconds
from twin.learning.remaining import Matter
from twin.learning.situation import WAITING, Cost, Draft, Situation, Thresholds, count, listed, quoted


def climb(
    situation: Situation, *, cost: Cost = expected_seconds, thresholds: Thresholds | None = None
) -> tuple[Draft, ...]:
    """What to make of a situation: of each matter which rung suffices, of each domain whether to adapt or to wait."""
    thresholds = thresholds or Thresholds()
    opened = opened_domains(situation)
    drafts = [*_rules(situation), *_style(situation.buffer.examples, thresholds)]
    turned = shift.shift(situation.buffer.examples, situation.terms, opened, thresholds.shift)
    new_domain = _new_domain(turned, situation, thresholds) if turned is not None else None
    if new_domain is not None:
        drafts.append(new_domain)
    elsewhere = opened | ({new_domain.domain} if new_domain is not None and new_domain.domain else set())
    for domain in ("", *sorted(opened)):
        examples = [
            example
            for example in situation.buffer.examples
            if (example.domain == domain if domain else example.domain not in elsewhere)
        ]
        on = ground(domain, examples, situation, thresholds)
        drafts += [draft for matter in on.found if (draft := _of_matter(matter, situation)) is not None]
        drafts.append(adapt(on, situation, cost, thresholds))
    return tuple(drafts)


def opened_domains(situation: Situation) -> frozenset[str]:
    """The domains that have a profile of their own."""
    agreed = (ProposalState.APPROVED, ProposalState.DONE)
    of_adapters = {adapter.domain for adapter in situation.adapters if not adapter.withdrawn_because}
    proposed = {one.domain for one in situation.proposals if one.rung is Rung.NEW_DOMAIN and one.state in agreed}
    return frozenset((of_adapters | proposed) - {""})


# --- rewrite ----------------------------------------------------------------------------------------------------


def _rules(situation: Situation) -> list[Draft]:
    """Rules that wait for the person's word, and were not proposed yet."""
    proposed = {proposal.subject_id for proposal in situation.proposals}
    drafts = []
    for rule in situation.rules:
        if rule.status is not RuleStatus.PROPOSED or rule.id in proposed:
            continue
        subject = f"“{rule.heard}” → “{rule.term}”"
        changes = situation.replays.get(rule.id, ())
        broken = [change.utterance_id for change in changes if not change.better]
        sources = set(rule.source_ids)
        examples = [example for example in situation.buffer.examples if example.utterance_id in sources]
        heard = f"It was put right in {count(len(sources), 'utterance')}."
        if broken:
            spoilt = f"It would spoil what was right in {listed(broken)}: a hint can do no such harm."
            drafts.append(Draft(Rung.NOTHING, subject, (heard, spoilt)))
            continue
        good = f"In what you have corrected it would put right {count(len(changes), 'utterance')} and spoil none."
        drafts.append(
            Draft(
                Rung.REWRITE,
                subject,
                (heard, good),
                subject_id=rule.id,
                example_ids=tuple(example.id for example in examples),
                changes=changes,
                errors=sum(wrong_words(example.edits) for example in examples),
            )
        )
    return drafts


# --- new domain -------------------------------------------------------------------------------------------------


def _new_domain(turned: shift.Shift, situation: Situation, thresholds: Thresholds) -> Draft | None:
    """A profile for the new trade; nothing if the person does not want one."""
    words = quoted(turned.terms)
    if not turned.domain:
        return Draft(
            Rung.WAIT,
            "a new field",
            (f"What you dictated last is full of terms that never came before: {words}.",),
            missing=f"a name for it: twin vocabulary add “{turned.terms[0]}” --domain NAME, for a few of them",
            example_ids=tuple(example.id for example in turned.examples),
        )
    subject = f"a profile for {turned.domain}"
    first, utterances = turned.examples[0].at.date(), count(len(turned.examples), "corrected utterance")
    reasons = (
        f"Since {first} you mostly speak of {turned.domain}, as in {utterances}, and hardly did before.",
        *([f"Its terms: {words}."] if words else []),
        "With a vocabulary and an adapter of its own it takes nothing from what you spoke of before.",
    )
    past = [one for one in situation.proposals if one.rung is Rung.NEW_DOMAIN and one.domain == turned.domain]
    waiting = next((one for one in past if one.state in WAITING), None)
    if waiting is None and needed_anew(past, turned.examples, thresholds):
        return None
    return Draft(
        Rung.NEW_DOMAIN if waiting is None else Rung.WAIT,
        subject,
        reasons,
        missing="" if waiting is None else f"your word on {waiting.id}",
        domain=turned.domain,
        example_ids=tuple(example.id for example in turned.examples),
        errors=sum(wrong_words(example.edits) for example in turned.examples),
    )


# --- hints, and what is no matter of hearing ----------------------------------------------------------------------


def _of_matter(matter: Matter, situation: Situation) -> Draft | None:
    """The rung below an adapter that takes the errors on one term away; nothing for ordinary words."""
    as_what = f"as {quoted(matter.variants)}"
    if matter.by is Rung.NOTHING:
        alike = f"“{matter.text}” and “{matter.rival}” sound alike, and {quoted(matter.variants)} was heard for both."
        return Draft(Rung.NOTHING, matter.text, (alike, "A domain for each would let the topic decide."))
    if not matter.memory_id or matter.by is Rung.REWRITE:
        return None
    times = f"It was misheard in {count(len(matter.example_ids), 'utterance')}, {as_what}."
    if matter.memory_id in situation.graduated:
        return Draft(Rung.NOTHING, matter.text, (times, "The adapter in use gets it right unaided: it needs no hint."))
    if matter.memory_id in situation.regressed:
        return Draft(Rung.HINT, matter.text, (times, "The adapter in use had it right unaided; its hint is back."))
    if matter.by is Rung.HINT:
        return Draft(Rung.HINT, matter.text, (times, "A hint suffices."))
    return Draft(Rung.HINT, matter.text, (times, "Its hint stays, and does not suffice."))


def _style(examples: Sequence[Example], thresholds: Thresholds) -> list[Draft]:
    edited = [example for example in examples if example.edits]
    style = [e for e in edited if all(edit.judgement is not Judgement.SOUND_ALIKE for edit in e.edits)]
    if len(style) < thresholds.style_edits:
        return []
    told = f"In {count(len(style), 'utterance')} you changed the wording or the writing, and nothing was misheard."
    return [Draft(Rung.NOTHING, "how you write", (told, "A speech adapter learns nothing from that."))]
