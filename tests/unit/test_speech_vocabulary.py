"""What the recogniser knows as whole words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest

from twin.errors import WeightsError
from twin.models.resolve import LocalWeights
from twin.speech.vocabulary import RecogniserVocabulary


@pytest.mark.weights
def test_common_words_are_known_and_jargon_is_not(recogniser_weights: LocalWeights) -> None:
    vocabulary = RecogniserVocabulary(lambda: recogniser_weights.path)
    assert all(map(vocabulary.knows, ["beam", "bean", "their", "Monday", "monday", "experiment", "I"]))
    assert not any(map(vocabulary.knows, ["bradycardia", "kubectl", "lisinopril", "Grafana", "idempotency"]))


@pytest.mark.parametrize("file", ["vocabulary.json", "vocabulary.txt"])
def test_both_forms_of_the_list(tmp_path: Path, file: str) -> None:
    tokens = ["Ġhouse", "hold", "ĠParis"]
    (tmp_path / file).write_text(json.dumps(tokens) if file.endswith("json") else "\n".join(tokens))
    vocabulary = RecogniserVocabulary(lambda: tmp_path)
    assert (vocabulary.knows("House"), vocabulary.knows("hold"), vocabulary.knows("paris")) == (True, False, True)


def test_words_beyond_ascii_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.json").write_text('["Ġhouse"]')
    assert RecogniserVocabulary(lambda: tmp_path).knows("Straße")


def test_without_weights_nothing_counts_as_unknown() -> None:
    def missing() -> NoReturn:
        raise WeightsError("The weights are not installed.")

    assert RecogniserVocabulary(missing).knows("bradycardia")
