"""The conversation on its real weights: told in one process, asked in another, on another day."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from agents.conversation import build_conversation
from agents.state import Parts
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.memories import memory_of
from twin.domain import Route, Speaker
from twin.errors import CancelledByPersonError
from twin.events import Event, Token
from twin.language.engine import EmbeddedLanguageModel
from twin.paths import Home
from twin.ports import Embedder, Job
from twin.requests import Ask, Converse

pytestmark = pytest.mark.weights

_PROCESS = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from agents.conversation import build_conversation
from agents.state import Parts
from memory.store.ledger import SqliteLedger
from memory.memoriser import TwinMemory
from twin.language.embedder import load_embedder
from twin.paths import Home
from twin.ports import Job
from twin.requests import Ask, Converse

root, weights, now, verb, *texts = sys.argv[1:]
home = Home.locate(root).create()

class Clock:
    def now(self):
        return datetime.fromisoformat(now)

loaded = []

def wait(job):
    if not loaded:
        loaded.append(load_embedder(Path(weights), name="all-minilm-l6-v2", threads=1))
    return loaded[0]

ledger = SqliteLedger(home.ledger, Clock())
memory = TwinMemory(
    ledger,
    chroma_folder=home.chroma,
    embedder=lambda: loaded[0] if loaded else None,
    wait_for_embedder=wait,
    embedder_name="all-minilm-l6-v2",
    delete_recording=lambda sha256: None,
)
conversation = build_conversation(
    Parts(ledger, memory.recall, memory, lambda job: None, memory.wait_until_ready, UTC)
)
job = Job(emit=lambda event: None)
for text in texts:
    if verb == "tell":
        reply = conversation.converse(Converse(text, "cli-1"), job)
    else:
        reply = conversation.ask(Ask(text, lexical_only=verb == "ask-at-once"), job)
    print(json.dumps({
        "text": reply.text, "abstained": reply.abstained, "mode": reply.recall_mode,
        "sources": [[source.memory_id, source.quote] for source in reply.sources],
    }))
memory.close()
ledger.close()
"""


def _in_a_process(home: Home, weights: Path, now: str, verb: str, *texts: str) -> list[dict[str, Any]]:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROCESS, str(home.root), str(weights), now, verb, *texts],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_told_today_and_answered_tomorrow_by_another_process(home: Home, minilm_folder: Path) -> None:
    (told,) = _in_a_process(home, minilm_folder, "2026-03-04T22:10:00+00:00", "tell", "I drink oat flat whites")
    assert told["text"] == "Noted: you drink oat flat whites."

    def ask(verb: str) -> list[dict[str, Any]]:
        questions = ("what coffee do I like?", "what is my sister's name?")
        return _in_a_process(home, minilm_folder, "2026-03-05T08:00:00+00:00", verb, *questions)

    coffee, sister = ask("ask")
    assert coffee["text"] == "You told me on 4 March 2026: “I drink oat flat whites.”"
    assert coffee["sources"] == [["m1", "I drink oat flat whites"]]
    assert sister["text"].startswith("I don't know that yet.")
    assert (sister["abstained"], sister["mode"], sister["sources"]) == (True, "full", [])
    at_once, unknown = ask("ask-at-once")
    assert (at_once["text"], at_once["mode"]) == (coffee["text"], "lexical")
    assert unknown["abstained"]


def test_open_talk_streams_from_the_real_model_and_can_be_cancelled(
    home: Home, ledger: SqliteLedger, clock: HeldClock, minilm: Embedder, smollm2: EmbeddedLanguageModel
) -> None:
    memory = memory_of(ledger, home, minilm)
    parts = Parts(ledger, memory.recall, memory, lambda job: smollm2, memory.wait_until_ready, UTC, reply_tokens=24)
    conversation = build_conversation(parts)
    try:
        tokens: list[str] = []
        job = Job(emit=lambda event: tokens.append(event.text) if isinstance(event, Token) else None)
        reply = conversation.converse(Converse("Tell me about rivers.", "cli-1"), job)
        assert reply.route is Route.OPEN
        assert len(tokens) > 3
        assert reply.text == "".join(tokens)
        again = conversation.converse(Converse("What did you tell me about rivers?", "cli-2"), job)
        assert again.route is Route.ABOUT_TWIN
        assert " ".join(reply.text.split()).casefold() in again.text.casefold()
        assert [source.source_id for source in again.sources] == [reply.turn_id]
        known = conversation.ask(Ask("What do I think of rivers?"), job)
        assert reply.turn_id not in [source.source_id for source in known.considered]

        def cancel_at_the_third(event: Event) -> None:
            tokens.append("")
            if isinstance(event, Token) and len(tokens) >= 3:
                cut.cancelled.set()

        tokens.clear()
        cut = Job(emit=cancel_at_the_third)
        with pytest.raises(CancelledByPersonError):
            conversation.converse(Converse("Tell me about mountains.", "cli-1"), cut)
        last = ledger.turns(limit=1)[0]
        assert (last.speaker, last.complete) == (Speaker.TWIN, False)
        assert last.text
    finally:
        memory.close()
