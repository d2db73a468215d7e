"""Corpora are read as they are published, wherever in a tree they lie."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.corpora import NEVER_SAID, write_all, write_beam, write_locomo, write_prefeval, write_realtalk
from twin.benchmarks.corpora import Asked, Purpose, Store, find_stores
from twin.domain import Speaker
from twin.errors import NotUnderstoodError


def asked(store: Store, text: str) -> Asked:
    (one,) = [one for one in store.asked if text in one.text]
    return one


def test_a_tree_of_all_four(tmp_path: Path) -> None:
    write_all(tmp_path)
    stores = find_stores([tmp_path])
    assert [(store.corpus, store.name) for store in stores] == [
        ("beam", "1"),
        ("locomo", "conv-1"),
        ("prefeval", "food"),
        ("prefeval", "trips"),
        ("prefeval_all", "prefeval"),
        ("realtalk", "Chat_1_Tilda_Ravi"),
    ]
    assert find_stores([tmp_path, tmp_path / "a"]) == stores, "what is named twice is measured once"


def test_one_file_can_be_named(tmp_path: Path) -> None:
    write_realtalk(tmp_path)
    (store,) = find_stores([tmp_path / "Chat_1_Tilda_Ravi.json"])
    assert [one.name for one in store.said] == ["Tilda", "Ravi"]


def test_locomo_is_in_the_order_in_which_it_was_said(tmp_path: Path) -> None:
    write_locomo(tmp_path)
    (store,) = find_stores([tmp_path])
    assert [one.key for one in store.said] == ["D1:1", "D1:2", "D1:3", "D2:1", "D10:1"]
    first = store.said[0]
    assert first.when == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    assert first.stamped == "[8 May 2023] Mira: I started to learn the accordion last winter."
    assert {one.speaker for one in store.said} == {Speaker.OTHER}


def test_a_picture_is_what_it_shows_and_never_the_query_that_found_it(tmp_path: Path) -> None:
    write_locomo(tmp_path)
    (store,) = find_stores([tmp_path])
    assert store.said[2].text == "Look at this! [picture: a red canoe on a lake]"
    assert all(NEVER_SAID not in one.text for one in store.said)


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("Which instrument", {"D1:1"}),
        ("brother keep", {"D1:2", "D10:1"}),  # joined by ;, with a zero
        ("Which exam", {"D2:1"}),  # D:2:1, and one that does not exist
        ("nobody write down", set()),
        ("talked about first", {"D1:1", "D1:2", "D1:3"}),  # a range
    ],
)
def test_evidence_as_annotators_wrote_it(tmp_path: Path, question: str, evidence: set[str]) -> None:
    write_locomo(tmp_path)
    (store,) = find_stores([tmp_path])
    assert asked(store, question).evidence == evidence


def test_what_an_audit_corrected_stands_beside_the_corpus_s_own(tmp_path: Path) -> None:
    write_locomo(tmp_path)
    (store,) = find_stores([tmp_path])
    picture = asked(store, "picture")
    assert (picture.evidence, picture.corrected) == ({"D1:2"}, {"D1:3"})
    assert asked(store, "instrument").corrected is None
    (tmp_path / "audit_errors.json").unlink()
    (store,) = find_stores([tmp_path])
    assert asked(store, "picture").corrected is None


def test_category_5_of_locomo_has_no_answer(tmp_path: Path) -> None:
    write_locomo(tmp_path)
    (store,) = find_stores([tmp_path])
    assert [one.text for one in store.asked if one.purpose is Purpose.ABSENT] == ["Which submarine did Oskar buy?"]


@pytest.mark.parametrize("in_plans", [False, True])
def test_beam(tmp_path: Path, in_plans: bool) -> None:
    write_beam(tmp_path, in_plans=in_plans)
    (store,) = find_stores([tmp_path])
    assert store.said[0].text == "The budget of the greenhouse is 900 euros."
    assert [one.speaker for one in store.said] == [Speaker.PERSON, Speaker.TWIN] * 2
    assert [one.when.month for one in store.said if one.when] == [3, 3, 4, 4]
    update = next(one for one in store.asked if one.category == "knowledge_update")
    assert (update.evidence, update.stale, update.fresh) == ({"0", "2"}, {"0"}, {"2"})
    assert asked(store, "bicycle").purpose is Purpose.ABSENT


def test_an_update_is_also_asked_about_its_past(tmp_path: Path) -> None:
    write_beam(tmp_path)
    (store,) = find_stores([tmp_path])
    past = [one for one in store.asked if one.purpose is Purpose.PAST]
    assert len(past) == 3
    assert all(one.evidence == {"0"} and "budget of the greenhouse" in one.text for one in past)


def test_prefeval_has_a_pool_of_each_topic_and_one_of_all(tmp_path: Path) -> None:
    write_prefeval(tmp_path)
    food, trips, everything = find_stores([tmp_path])
    assert (len(food.said), len(trips.said)) == (2, 2)
    assert len(everything.said) == 3, "the same preference twice is one"
    assert len(everything.asked) == 4
    assert asked(everything, "Bangkok").evidence == asked(everything, "soup").evidence


def test_nothing_to_measure_on(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    with pytest.raises(NotUnderstoodError, match="no conversations"):
        find_stores([tmp_path])


@pytest.mark.parametrize("content", ["{", "[1]", '[{"conversation": {}}]', '[{"conversation": {}, "qa": [{}]}]'])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, content: str) -> None:
    (tmp_path / "locomo.json").write_text(content)
    with pytest.raises(NotUnderstoodError, match=r"locomo\.json is not laid out"):
        find_stores([tmp_path])


def test_the_development_data_is_recognised(eval_folder: Path) -> None:
    stores = find_stores([eval_folder / "memory"])
    assert {store.corpus for store in stores} == {"beam", "locomo", "prefeval", "prefeval_all", "realtalk"}
    for store in stores:
        assert store.said
        answerable = [one for one in store.asked if one.purpose is Purpose.RECALL]
        assert sum(bool(one.evidence) for one in answerable) > 0.8 * len(answerable)
