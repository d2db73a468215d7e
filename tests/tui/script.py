"""A scripted past: what was said yesterday, what is known, one dictation and its correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.fakes import FakeClient
from twin.domain import (
    AudioSource,
    Citation,
    Correction,
    Decision,
    EditKind,
    Judgement,
    Memory,
    MemoryKind,
    Reply,
    Route,
    Rung,
    Signal,
    SignalKind,
    Speaker,
    Turn,
    Utterance,
    Word,
    WordEdit,
)
from twin.requests import (
    Alternative,
    CorrectionReport,
    Doubt,
    History,
    Know,
    Knowledge,
    ListUtterances,
    ShowHistory,
    Utterances,
)

SESSION = "ui-now"
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def words(text: str, *unsure: str) -> tuple[Word, ...]:
    return tuple(
        Word(word, index * 0.4, index * 0.4 + 0.3, 0.31 if word in unsure else 0.98)
        for index, word in enumerate(text.split())
    )


def memory(id: str, text: str, kind: MemoryKind = MemoryKind.FACT, *, source: str = "t1", days_ago: int = 1) -> Memory:
    when = NOW - timedelta(days=days_ago)
    return Memory(id, kind, text, (source,), learned_at=when, true_from=when)


COFFEE = memory("m1", "likes oat flat whites", MemoryKind.PREFERENCE)
MEMORIES = (
    COFFEE,
    memory("m2", "works as a field botanist", days_ago=9),
    replace(memory("m3", "OpenRouter", MemoryKind.VOCABULARY, days_ago=3), aliases=("open rider",)),
    memory("m4", "The drying cabinet was repaired on Monday.", MemoryKind.EPISODE, days_ago=2),
)

TURNS = (
    Turn("t1", "ui-before", Speaker.PERSON, "I drink oat flat whites.", YESTERDAY),
    Turn("t2", "ui-before", Speaker.TWIN, "Noted: you like **oat flat whites**.", YESTERDAY, route="told"),
)

HEARD = "Please route the request through open rider before noon."


def utterance(
    id: str = "u4", heard: str = HEARD, *, session_id: str = "ui-before", at: datetime = YESTERDAY
) -> Utterance:
    return Utterance(
        id=id,
        heard=heard,
        words=words(heard, "open", "rider"),
        seconds=6.2,
        language="en",
        audio_sha256="0" * 64,
        source=AudioSource.FILE,
        origin="/recordings/standup.flac",
        model="whisper-base",
        session_id=session_id,
        created_at=at + timedelta(minutes=40),
    )


OPEN_ROUTER = Alternative("OpenRouter", 5, 7, "a term of yours")
DOUBTS = (
    Doubt(5, "open", 0.31, (OPEN_ROUTER, Alternative("opened", 5, 6, "heard so another time"))),
    Doubt(6, "rider", 0.31, (OPEN_ROUTER,)),
    Doubt(8, "noon.", 0.88, (Alternative("one.", 8, 9, "you put it right so before"),)),
)


def coffee_reply(**changes: object) -> Reply:
    fields: dict[str, object] = {
        "text": "You like oat flat whites.",
        "route": Route.ABOUT_PERSON,
        "sources": (Citation("m1", "t1", "I drink oat flat whites.", said_at=YESTERDAY),),
        "abstained": False,
        "turn_id": "t4",
    }
    return Reply(**{**fields, **changes})  # type: ignore[arg-type]


def unknown_reply() -> Reply:
    return coffee_reply(text="I don't know that yet.", sources=(), abstained=True, turn_id="t6")


def correction_report(said: str = HEARD.replace("open rider", "OpenRouter")) -> CorrectionReport:
    edits = (
        WordEdit(EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",), 5, 7, Judgement.SOUND_ALIKE, 0.84, 0.31),
    )
    return CorrectionReport(
        correction=Correction("c1", "u4", said, edits, NOW),
        heard=HEARD,
        signals=(Signal("s1", SignalKind.CORRECTION, "u4", "one mishearing", edits, NOW),),
        decisions=(Decision("d1", Rung.HINT, "OpenRouter", ("heard as “open rider”",), ("s1",), NOW),),
    )


def with_a_past(client: FakeClient) -> FakeClient:
    client.always(ShowHistory, History(TURNS))
    client.always(ListUtterances, Utterances((utterance(),)))
    client.always(Know, Knowledge(MEMORIES))
    return client


def long_past(client: FakeClient, turns: int, *, answered: bool = False) -> None:
    """``Line 1.`` up to ``Line {turns}.``, a quarter of an hour apart, the last just now.

    The person says them all, or (``answered``) those with an odd number, and the twin the others.
    """
    said = [
        Turn(
            f"t{n}",
            "ui-x",
            Speaker.TWIN if answered and n % 2 == 0 else Speaker.PERSON,
            f"Line {n}.",
            NOW - timedelta(minutes=15 * (turns - n)),
        )
        for n in range(1, turns + 1)
    ]

    def answer(request: ShowHistory) -> History:
        older = said[: int(request.before[1:]) - 1] if request.before else said
        return History(tuple(older[-request.limit :]))

    client.always(ShowHistory, answer)
