"""Requests, events, results and errors cross the socket whole."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import errors, events, requests
from twin.domain import (
    Adapter,
    Change,
    Citation,
    EditKind,
    GateReport,
    Interval,
    Judgement,
    Memory,
    MemoryKind,
    Proposal,
    ProposalState,
    Reply,
    Route,
    Rung,
    RunState,
    TrainingRun,
    Word,
    WordEdit,
)

MOMENT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def all_errors(root: type[errors.TwinError] = errors.TwinError) -> list[type[errors.TwinError]]:
    return [root, *(found for child in root.__subclasses__() for found in all_errors(child))]


@pytest.mark.parametrize("kind", all_errors())
def test_errors_keep_their_class_and_texts(kind: type[errors.TwinError]) -> None:
    sent = kind("It broke.", title="Broken", hint="Mend it.")
    with pytest.raises(errors.TwinError) as caught:
        events.decode_line(events.encode_error(sent), object)
    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.title, caught.value.hint) == ("It broke.", "Broken", "Mend it.")


def test_an_error_of_a_newer_engine_is_still_an_error() -> None:
    rebuilt = errors.error_from_wire("FromTheFutureError", "It broke.", "", "")
    assert type(rebuilt) is errors.TwinError


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    for kind in all_errors():
        assert kind.__name__ in (errors.__doc__ or "")


@given(st.text(), st.floats(0, 1), st.floats(0, 1e6))
def test_events_survive_the_wire(text: str, probability: float, start: float) -> None:
    word = Word(text, start, start + 1, probability)
    for event in (
        events.Token(text),
        events.WordHeard(word),
        events.Progress("listen", text, None),
        events.Started(text),
    ):
        line = events.encode_event(event)
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")
        assert events.decode_line(line, object) == event


@pytest.mark.parametrize("name", sorted(requests.REQUESTS))
def test_every_verb_names_its_result(name: str) -> None:
    verb = requests.REQUESTS[name]
    assert dataclasses.is_dataclass(verb.result_type()) or verb.result_type() is bool
    assert name == verb.__name__.lower()


def round_trip(value: object) -> object:
    message = events.decode_line(events.encode_result(value), type(value))
    assert isinstance(message, events.Finished)
    return message.result


EDIT = WordEdit(EditKind.SUBSTITUTE, ("open", "rider"), ("OpenRouter",), 2, 4, Judgement.SOUND_ALIKE, 0.8, 0.4)
GATE = GateReport(False, {"personal": False}, {"personal_wer": Interval(8.0, 7.0, 9.0)}, ("not better",))


@pytest.mark.parametrize(
    "value",
    [
        Reply(
            "Oat flat whites.", Route.ABOUT_PERSON, (Citation("m1", "t1", "I drink …", MOMENT, 0.9, {"dense": 0.4}),),
            False, "t2", learned=(Memory("m1", MemoryKind.PREFERENCE, "x", ("t1",), MOMENT, MOMENT),),
        ),
        Proposal(
            "p1", "d1", Rung.ADAPT, "Train", ProposalState.OPEN, MOMENT, example_ids=("c1",), cost_seconds=41.0,
            changes=(Change("u1", "open rider", "OpenRouter", "OpenRouter", better=True),),
            expected_gain=Interval(0.3, 0.1, 0.4),
        ),
        TrainingRun("r1", "p1", RunState.FINISHED, "", "{}", ("c1",), (), None, MOMENT, MOMENT, GATE, (), {"fit": 7.5}),
        Adapter("a1", "r1", None, "work", "base", "0" * 64, "1" * 64, "{}", ("c1",), ("c2",), MOMENT, promoted=True),
        EDIT,
    ],
)  # fmt: skip
def test_results_survive_the_wire(value: object) -> None:
    assert round_trip(value) == value


def test_a_request_that_does_not_fit_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"question": 3}', type=requests.Ask)
