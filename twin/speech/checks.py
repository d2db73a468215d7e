"""What ``twin doctor`` says of the recordings: are all there, are all recognised, does the ledger know them all."""

from __future__ import annotations

from collections.abc import Sequence

from twin.domain import Utterance
from twin.requests import Check
from twin.speech.recordings import Recordings

_NAME = "recordings"
_NAMED = 3


def check_recordings(utterances: Sequence[Utterance], recordings: Recordings) -> Check:
    """``utterances`` are all that the ledger holds."""
    known = {utterance.audio_sha256 for utterance in utterances}
    missing = sum(not recordings.path(sha256).is_file() for sha256 in known)
    orphans = recordings.orphans(known)
    waiting = [utterance.id for utterance in utterances if not utterance.recognised]
    if missing:
        hint = "Put the home folder's audio back from a backup; the texts are whole."
        return Check(_NAME, ok=False, detail=f"{missing} of {len(known)} are missing", hint=hint)
    if orphans and not known:
        return Check(
            _NAME,
            ok=False,
            detail=f"there are {len(orphans)}, and the ledger knows of none: it may have been lost",
            hint="Put the ledger back from a backup; or recognise them again with `twin dictate FILE`.",
        )
    if waiting:
        commands = ", ".join(f"twin dictate --again {utterance_id}" for utterance_id in waiting[:_NAMED])
        return Check(
            _NAME,
            ok=False,
            detail=f"{len(waiting)} were kept when recognising them was cut short",
            hint=f"Recognise them: {commands}{' …' if len(waiting) > _NAMED else ''}",
            optional=True,
        )
    if orphans:
        paths = ", ".join(str(recordings.path(sha256)) for sha256 in orphans[:_NAMED])
        return Check(
            _NAME,
            ok=False,
            detail=f"{len(orphans)} were kept when the ledger could not be written",
            hint=f"Recognise them again with `twin dictate FILE`, or delete them: {paths}",
            optional=True,
        )
    return Check(_NAME, ok=True, detail=f"{len(known)}, none missing")
