"""Conversations about what changed, what contradicts, and what is off the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.answers import ABSTENTION
from agents.conversation import build_conversation
from agents.state import Parts
from memory.memoriser import TwinMemory
from memory.store.ledger import SqliteLedger
from tests.conftest import HeldClock
from tests.fakes import FakeLanguageModel
from tests.flow.test_conversation import Talk
from twin.domain import (
    PRIVATE_PLACEHOLDER,
    Memory,
    MemoryKind,
    MemoryStatus,
    Recalled,
    RecallMode,
    Recollection,
    Route,
    Speaker,
    Transcript,
)
from twin.paths import Home
from twin.ports import NewTurn
from twin.requests import Ask, Converse


@pytest.fixture
def talk(ledger: SqliteLedger, memory: TwinMemory) -> Talk:
    return Talk(ledger, memory, FakeLanguageModel("Once ", "upon ", "a time."))


# --- in time --------------------------------------------------------------------------------------------------


def test_a_life_in_time(talk: Talk, clock: HeldClock) -> None:
    talk.say("I live in Berlin.")
    clock.advance(days=7)
    assert talk.say("I moved to Bonn.").text == "Noted: you moved to Bonn."
    changed = talk.say("When did that change?")
    assert (changed.route, changed.abstained) == (Route.ABOUT_PERSON, False)
    assert "11 March 2026: “I moved to Bonn.”" in changed.text
    assert "4 March 2026, it was “I live in Berlin.”" in changed.text
    assert "Bonn" in talk.say("where do I live?").text
    before = talk.say("Where did I live before Bonn?")
    assert before.text == "You told me on 4 March 2026: “I live in Berlin.” That was so until 11 March 2026."
    assert talk.say("Since when do I live in Bonn?").text.startswith("At least since then: you told me on 11 March")
    clock.advance(days=7)
    assert talk.say("I no longer live in Bonn.").text == "Noted: you no longer live in Bonn."
    now = talk.say("where do I live?").text
    assert "no longer" in now
    assert "You live in" not in now


def test_that_it_ended_is_the_answer_until_something_else_is_so(talk: Talk, clock: HeldClock) -> None:
    talk.say("I live in Bonn.")
    clock.advance(days=7)
    talk.say("I moved to Porto.")
    clock.advance(days=7)
    talk.say("I no longer live in Porto.")
    gone = talk.say("Where do I live?")
    assert (gone.text, gone.abstained) == ("You told me on 18 March 2026: “I no longer live in Porto.”", False)
    clock.advance(days=7)
    talk.say("I live in Braga now.")
    assert "You live in Braga" in talk.say("Where do I live?").text


def test_a_date_that_was_said_is_the_answer(talk: Talk) -> None:
    talk.say("I joined Siemens in 2019.")
    assert talk.say("Since when do I work for Siemens?").text == (
        "Since 2019: you told me on 4 March 2026: “I joined Siemens in 2019.”"
    )
    assert talk.ask("how long have I been working for Siemens?").text.startswith("Since 2019")


def test_tastes_of_before(talk: Talk, clock: HeldClock) -> None:
    talk.say("I love techno.")
    clock.advance(days=3)
    talk.say("I don't like techno any more.")
    assert "“I love techno.” That was so until 7 March 2026." in talk.say("What did I like before?").text


def test_a_history_that_is_not_known_is_not_made_up(talk: Talk) -> None:
    talk.say("I live in Bonn.")
    reply = talk.say("Where did I live before?")
    assert reply.abstained
    assert reply.text.startswith(ABSTENTION)
    assert talk.say("When did that change?").abstained


def test_that_is_what_the_last_question_was_about(talk: Talk, clock: HeldClock) -> None:
    assert "Say what is meant" in talk.ask("When did that change?").text
    talk.say("I live in Berlin.")
    talk.say("I joined Siemens in 2019.")
    clock.advance(days=7)
    talk.say("I moved to Bonn.")
    talk.say("I love techno.")
    talk.ask("who do I work for?")
    assert "Siemens" in talk.ask("when did that change?").text
    talk.ask("where do I live?")
    assert "I moved to Bonn" in talk.ask("when did that change?").text
    talk.say("I joined Nokia.")
    assert "Nokia" in talk.ask("when did that change?").text


def test_a_change_that_was_told_as_one_is_known(talk: Talk) -> None:
    talk.say("I've just relocated to Lisbon.")
    changed = talk.ask("when did I move to Lisbon?")
    assert not changed.abstained
    assert changed.text == "You told me on 4 March 2026: “I've just relocated to Lisbon.”"


def test_nothing_is_made_up_about_somebody_who_was_named(talk: Talk) -> None:
    talk.say("My uncle is called Ben.")
    reply = talk.say("where does Ben's dog sleep?")
    assert (reply.route, reply.abstained) == (Route.ABOUT_PERSON, True)
    assert talk.say("what should I cook for Ben?").route is Route.OPEN


# --- contradictions -------------------------------------------------------------------------------------------


def test_a_contradiction_is_asked_about_in_the_reply(talk: Talk, clock: HeldClock) -> None:
    talk.say("My birthday is on 9 June.")
    clock.advance(days=1)
    reply = talk.say("My birthday is on 10 June.")
    assert reply.route is Route.TOLD
    assert [known.status for known in reply.learned] == [MemoryStatus.PROPOSED]
    assert reply.text == (
        "You told me “My birthday is on 9 June” (4 March 2026), and now “My birthday is on 10 June” (5 March 2026): "
        "which holds? Say `twin questions answer q1 new`, or old, both, neither."
    )
    assert "9 June" in talk.ask("when is my birthday?").text
    talk.memory.resolve("q1", "new")
    answer = talk.ask("when is my birthday?").text
    assert "10 June" in answer
    assert "9 June" not in answer


def test_what_is_plain_is_noted_beside_the_question(talk: Talk) -> None:
    talk.say("My birthday is on 9 June.")
    reply = talk.say("My birthday is on 10 June and I live in Bonn.")
    assert reply.text.startswith("Noted: you live in Bonn. You told me")


# --- whose words ----------------------------------------------------------------------------------------------


def test_the_twins_reply_pasted_back_teaches_nothing(talk: Talk) -> None:
    talk.model.pieces = ("I live in Atlantis ", "and my name is Proteus.")
    told = talk.say("Tell me a story")
    assert talk.say(told.text).learned == ()
    assert talk.ledger.memories() == ()


class Finds:
    """A recall that is sure to have found one thing."""

    def __init__(self, id: str, text: str, said_at: datetime) -> None:
        self._found = Memory(id, MemoryKind.EPISODE, text, (id,), said_at, said_at)

    def recall(self, query: str, *, limit: int = 10, lexical_only: bool = False) -> Recollection:
        found = Recalled(self._found, 0.9, {"cover": 1.0}, self._found.text, self._found.learned_at)
        return Recollection(query, (found,), 0.9, RecallMode.FULL)


def answered_from(talk: Talk, id: str, text: str, at: datetime) -> str:
    parts = Parts(talk.ledger, Finds(id, text, at), talk.memory, talk._load, talk._wait, UTC)
    return build_conversation(parts).ask(Ask("who grows dahlias?"), talk.job).text


@pytest.mark.parametrize(
    ("speaker", "name", "begins"),
    [
        (Speaker.OTHER, "Mira", "Mira said on 4 March 2026: “"),
        (Speaker.OTHER, "", "Somebody said on 4 March 2026: “"),
        (Speaker.TWIN, "", "I said on 4 March 2026: “"),
        (Speaker.PERSON, "", "You told me on 4 March 2026: “"),
    ],
)
def test_only_what_you_said_is_what_you_told_me(
    talk: Talk, clock: HeldClock, speaker: Speaker, name: str, begins: str
) -> None:
    new = NewTurn("chat-1", speaker, "I grow dahlias", clock.now(), name=name)
    (turn,) = talk.ledger.import_turns([new])
    assert answered_from(talk, turn.id, turn.text, clock.now()).startswith(begins)


def test_what_was_dictated_is_said_to_be(talk: Talk, clock: HeldClock) -> None:
    utterance = talk.ledger.add_utterance(
        Transcript("I keep the spare key under the blue pot", (), "en", 3.0),
        audio_sha256="ab" * 32, source="file", origin="memo.wav", model="whisper-base", session_id="cli-1",
    )  # fmt: skip
    assert answered_from(talk, utterance.id, utterance.text, clock.now()).startswith("You dictated on 4 March 2026")


# --- off the record -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("Off the record: I hate my boss Zebulon.", False),
        ("This is private. I hate my boss Zebulon.", False),
        ("I hate my boss Zebulon, but don't remember this.", False),
        ("I hate my boss Zebulon. Please don't store that!", False),
        ("I hate my boss Zebulon", True),
    ],
)
def test_what_is_off_the_record_leaves_nothing(talk: Talk, home: Home, text: str, private: bool) -> None:
    reply = talk.conversation.converse(Converse(text, "cli-1", private=private), talk.job)
    assert (reply.route, reply.learned) == (Route.TOLD, ())
    assert "off the record" in reply.text
    assert [turn.text for turn in talk.ledger.turns(limit=9, private=True)] == [PRIVATE_PLACEHOLDER] * 2
    assert talk.ledger.memories(history=True, status=None) == ()
    talk.memory.catch_up()
    talk.memory.close()
    talk.ledger.close()
    assert not any(b"Zebulon" in file.read_bytes() for file in home.root.rglob("*") if file.is_file())


def test_a_private_question_is_answered_and_not_kept(talk: Talk) -> None:
    talk.say("I live in Bonn.")
    reply = talk.say("Off the record: where do I live?")
    assert "Bonn" in reply.text
    assert [turn.text for turn in talk.ledger.turns(limit=2, private=True)] == [PRIVATE_PLACEHOLDER] * 2


def test_a_private_request_reaches_the_model_and_no_later_prompt(talk: Talk) -> None:
    talk.conversation.converse(Converse("Write a poem about Zebulon", "cli-1", private=True), talk.job)
    assert talk.model.prompts[-1][-1].content == "Write a poem about Zebulon"
    talk.say("Tell me a story")
    said = " ".join(message.content for message in talk.model.prompts[-1])
    assert "Zebulon" not in said
    assert PRIVATE_PLACEHOLDER not in said


@pytest.mark.parametrize(
    "text", ["I don't remember this film", "I keep that private key in a drawer", "The record is off the shelf"]
)
def test_what_only_sounds_private_is_kept(talk: Talk, text: str) -> None:
    talk.say(text)
    assert talk.ledger.turns(limit=2)[0].text == text
