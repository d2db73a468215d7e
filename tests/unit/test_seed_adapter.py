"""The seed adapter that comes with the package, on the real weights."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from twin.benchmarks.language import run
from twin.errors import NotUnderstoodError, WeightsError
from twin.grounding.answering import answer_from_notes
from twin.grounding.choosing import choose, usual
from twin.grounding.notes import GROUNDED_ADAPTER, SUITS_ADAPTER, Note, grounded_messages
from twin.language.engine import EmbeddedLanguageModel
from twin.models.cache import WeightsCache, sha256_of
from twin.models.llama import permuted, unpermuted
from twin.models.seed_adapter import adapters_for, seed_adapter, seed_folder
from twin.training.seed.__main__ import main as rebuild

pytestmark = pytest.mark.weights

GROUNDED = seed_folder(GROUNDED_ADAPTER)

NOTES = (
    Note("My sister Zosia is a vet.", date(2023, 5, 6)),
    Note("I live in Bonn.", date(2024, 1, 3)),
    Note("Hey Anna! We moved to Porto last week. It was hard.", date(2025, 5, 6)),
)


@pytest.fixture(scope="module")
def grounded(smollm2_gguf: Path, weights_cache: WeightsCache) -> Iterator[EmbeddedLanguageModel]:
    adapters = adapters_for(sha256_of(smollm2_gguf), weights_cache)
    model = EmbeddedLanguageModel(smollm2_gguf, name="smollm2", context_tokens=1024, threads=2, adapters=adapters)
    yield model
    model.close()


@pytest.mark.parametrize("name", [GROUNDED_ADAPTER, SUITS_ADAPTER])
def test_the_card_names_the_file_and_its_base(smollm2_gguf: Path, name: str) -> None:
    adapter, weights = seed_adapter(seed_folder(name)), seed_folder(name) / "adapter_model.safetensors"
    assert sha256_of(weights) == adapter.sha256
    assert sha256_of(smollm2_gguf) == adapter.base_sha256
    assert weights.stat().st_size < 10_500_000


def test_for_another_base_there_are_none(weights_cache: WeightsCache) -> None:
    assert adapters_for("0" * 64, weights_cache) == {}


def test_another_file_than_the_cards_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(GROUNDED, tmp_path / "seed")
    with (folder / "adapter_model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(WeightsError, match="not the file"):
        seed_adapter(folder).gguf(WeightsCache(tmp_path / "cache"))
    (folder / "card.json").write_text("{}")
    with pytest.raises(WeightsError, match="cannot be read"):
        seed_adapter(folder)


@pytest.mark.parametrize(
    ("name", "small"),
    [(GROUNDED_ADAPTER, ["--batch-tokens", "300", "--processes", "1"]), (SUITS_ADAPTER, ["--kinds", "1"])],
)
def test_a_rebuild_of_a_few_steps_is_an_adapter_that_runs(
    smollm2_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, small: list[str]
) -> None:
    """As ``make seed`` does it, but for the number of steps."""
    short = ["--steps", "2", "--device", "cpu", *small]
    monkeypatch.setattr("sys.argv", ["seed", name, "--gguf", str(smollm2_gguf), "--out", str(tmp_path / "new"), *short])
    rebuild()
    adapter = seed_adapter(tmp_path / "new")
    assert sha256_of(tmp_path / "new" / "adapter_model.safetensors") == adapter.sha256
    assert adapter.base_sha256 == sha256_of(smollm2_gguf)
    gguf = adapter.gguf(WeightsCache(tmp_path / "cache"))
    model = EmbeddedLanguageModel(smollm2_gguf, name="smollm2", context_tokens=512, threads=2, adapters={"new": gguf})
    try:
        assert model.first_tokens(grounded_messages(NOTES, "Where do I live?"), adapter="new")
    finally:
        model.close()


def test_rows_go_to_gguf_and_back() -> None:
    rows = np.arange(24.0).reshape(12, 2)
    assert np.array_equal(unpermuted(permuted(rows, 3), 3), rows)
    assert not np.array_equal(permuted(rows, 3), rows)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Where do I live?", "Porto"), ("What does my sister do?", "vet"), ("What is my favourite colour?", "")],
)
def test_it_answers_from_notes_and_abstains(grounded: EmbeddedLanguageModel, question: str, answer: str) -> None:
    assert answer_from_notes(grounded, NOTES, question).text == answer


def test_it_is_used_only_where_it_is_asked_for(grounded: EmbeddedLanguageModel) -> None:
    asked = grounded_messages(NOTES, "Where do I live?")
    with_it = grounded.first_tokens(asked, adapter=GROUNDED_ADAPTER)
    without = grounded.first_tokens(asked)
    assert max(with_it, key=with_it.__getitem__) == "Port"
    assert without.get("Port", -math.inf) < math.log(0.5)
    assert grounded.first_tokens(asked, adapter=GROUNDED_ADAPTER)["Port"] == pytest.approx(with_it["Port"], abs=0.05)


@pytest.mark.parametrize(
    ("wish", "question", "options", "suits"),
    [
        ("Ladders make me dizzy.", "How do I see the town?", ["Climb the church tower.", "Walk along the river."], 1),
        ("I eat nothing that swims.", "What could I cook?", ["A mushroom risotto.", "Grilled mackerel."], 0),
        ("I want to be asleep by nine.", "What shall we do?", ["A late show at eleven.", "A matinee at two."], 1),
    ],
)
def test_what_suits_is_told_by_the_wish(
    grounded: EmbeddedLanguageModel, wish: str, question: str, options: list[str], suits: int
) -> None:
    assert choose(grounded, (Note(wish),), question, options, usual(grounded, question, options)) == suits


def test_what_must_not_be_said_is_not(grounded: EmbeddedLanguageModel) -> None:
    asked = grounded_messages(NOTES, "What is my favourite colour?")
    assert "".join(grounded.stream(asked, max_tokens=12, temperature=0.0, adapter=GROUNDED_ADAPTER)).startswith(
        "I don't"
    )
    other = grounded.stream(asked, max_tokens=12, temperature=0.0, adapter=GROUNDED_ADAPTER, never=("I",))
    assert not "".join(other).startswith("I")


def test_llama_cpp_computes_what_torch_computes(grounded: EmbeddedLanguageModel, smollm2_gguf: Path) -> None:
    torch = pytest.importorskip("torch")
    from twin.training.seed.base import read_base
    from twin.training.seed.fit import Plan
    from twin.training.seed.lessons import chat_text
    from twin.training.seed.network import attach, load_into

    base = read_base(smollm2_gguf)
    net = base.network("cpu")
    load_into(attach(net, rank=Plan().rank, alpha=Plan().alpha, seed=1), GROUNDED)
    for question in ("Where do I live?", "What is my favourite colour?"):
        asked = grounded_messages(NOTES, question)
        theirs = grounded.first_tokens(asked, adapter=GROUNDED_ADAPTER)
        tokens = torch.tensor([base.tokenizer.encode(chat_text(asked)).ids])
        with torch.no_grad():
            ours = net(tokens).logits[0, -1].log_softmax(-1)
        best = max(theirs, key=theirs.__getitem__)
        assert base.tokenizer.decode([int(ours.argmax())]) == best
        assert float(ours.max()) == pytest.approx(theirs[best], abs=0.1)


def test_the_bench_measures_each_part(tmp_path: Path) -> None:
    _invented_corpus(tmp_path)
    metrics = run([tmp_path], limit=2).metrics
    for name in ("grounded_f1", "grounded_f1_extractive", "unsupported_rate", "abstain_absent", "abstain_answerable"):
        assert 0 <= metrics[name].value <= 1
    assert metrics["unsupported_rate"].value == 0
    assert {"plain", "extractive", "unchecked"} <= metrics["grounded_f1"].baselines.keys()
    assert {"exact_match_generated", "prefeval_choice", "prefeval_choice.swapped"} <= metrics.keys()
    with pytest.raises(NotUnderstoodError, match="no part"):
        run([tmp_path], ["everything"])


def _invented_corpus(folder: Path) -> None:
    """A conversation and choices in the layouts of LoCoMo and PrefEval."""
    said = ["I moved to Porto in May.", "How nice!", "My cat is called Toffee.", "I bake on Sundays."]
    turns = [{"speaker": "AnaBob"[3 * (n % 2) :][:3], "dia_id": f"D1:{n}", "text": text} for n, text in enumerate(said)]
    asked = [
        {"question": "Where did Ana move?", "answer": "Porto", "evidence": ["D1:0"], "category": 4},
        {"question": "Where did Bob move?", "evidence": ["D1:0"], "category": 5},
    ]
    talk = {"speaker_a": "Ana", "speaker_b": "Bob", "session_1": turns, "session_1_date_time": "1:56 pm on 8 May, 2023"}
    (folder / "locomo.json").write_text(json.dumps([{"sample_id": "c1", "conversation": talk, "qa": asked}]))
    options = ["A pear tart.", "A fish stew.", "Grilled salmon.", "Shrimp tacos."]
    choices = [
        {"preference": "I hate seafood.", "question": "What could I eat?", "classification_task_options": options},
        {"preference": "I avoid the sun.", "question": "Where could I go?", "classification_task_options": options},
    ]
    (folder / "mcq_options").mkdir()
    (folder / "mcq_options" / "food.json").write_text(json.dumps(choices))
