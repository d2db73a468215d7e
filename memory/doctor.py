"""What ``twin doctor`` says about memory: is the ledger whole, do the indexes match it, is all forgetting done."""

from __future__ import annotations

from collections.abc import Callable

from memory.store.ledger import SqliteLedger
from memory.vectors.profile import VectorProfile
from twin.errors import MemoryIndexError
from twin.requests import Check

_REBUILD = "Run `twin doctor --rebuild-index`."


def check_memory(ledger: SqliteLedger, profile: VectorProfile) -> tuple[tuple[str, Callable[[], Check]], ...]:
    """One check each of the ledger, the index of words, the vector profile, and unfinished forgetting, by name.

    Each may raise a ``TwinError``, which is then what is wrong."""
    return (
        ("ledger", lambda: check_ledger(ledger)),
        ("index of words", lambda: _words(ledger)),
        ("vector profile", lambda: _profile(profile)),
        ("forgetting", lambda: _forgetting(ledger, profile)),
    )


def check_ledger(ledger: SqliteLedger) -> Check:
    """Whether the file is whole and what it holds fits together."""
    if faults := ledger.database.faults():
        return Check(
            "ledger",
            ok=False,
            detail=f"damaged: {faults[0]}" + (f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""),
            hint=f"Put back a copy of {ledger.database.path} from a backup, or salvage it with `sqlite3 … .recover`.",
        )
    memories = ledger.database.rows("SELECT count(*) FROM memories WHERE true_until IS NULL")[0][0]
    sayings = ledger.database.rows("SELECT (SELECT count(*) FROM turns) + (SELECT count(*) FROM utterances)")[0][0]
    return Check("ledger", ok=True, detail=f"whole: {memories} memories, {sayings} turns and utterances")


def _words(ledger: SqliteLedger) -> Check:
    if ledger.database.lexicon_in_step():
        return Check("index of words", ok=True, detail="matches the ledger")
    return Check("index of words", ok=False, detail="does not match the ledger", hint=_REBUILD)


def _profile(profile: VectorProfile) -> Check:
    try:
        state = profile.check()
    except MemoryIndexError as error:
        return Check("vector profile", ok=False, detail=error.message, hint=error.hint or _REBUILD)
    if state.in_step:
        mended = f" ({profile.mended()})" if profile.mended() else ""
        return Check("vector profile", ok=True, detail=f"matches the ledger: {state.expected} vectors{mended}")
    lacks = [
        f"{n} {what}"
        for n, what in ((state.missing, "missing"), (state.surplus, "surplus"), (state.stale, "stale"))
        if n
    ]
    return Check(
        "vector profile",
        ok=False,
        detail=f"{', '.join(lacks)} of {state.expected}",
        hint=f"The engine mends this by itself once the embedder has loaded. {_REBUILD}",
    )


def _forgetting(ledger: SqliteLedger, profile: VectorProfile) -> Check:
    (due,) = ledger.database.rows("SELECT count(*) FROM purges")[0]
    if due:
        return Check(
            "forgetting",
            ok=False,
            detail="what was forgotten last may still be on the disk",
            hint="Close other programs that read the ledger and start the twin again: it finishes by itself.",
        )
    if profile.clearing_is_due():
        return Check(
            "forgetting",
            ok=False,
            detail="no text is left, but vectors of what was forgotten may still be in Chroma's files",
            hint="They are cleared in the background, within a minute or when the twin starts again; ask again then.",
            optional=True,
        )
    return Check("forgetting", ok=True, detail="complete")
