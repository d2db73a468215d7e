"""``voice`` mode on real weights: its encoder is the recogniser's, and a merged adapter hears what the net says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.trainings import kill_while_fitting
from twin.models.cache import WeightsCache
from twin.models.resolve import LocalWeights
from twin.paths import Home
from twin.ports import Audio, Job
from twin.speech.engine import WhisperTranscriber
from twin.speech.recordings import Recordings
from twin.training.batches import TrainingExample, plan_batches
from twin.training.job import carry_out
from twin.training.loading import load_whisper
from twin.training.loop import SourceCache, Training
from twin.training.lora import LoraAdapter
from twin.training.merge import merge
from twin.training.plan import Clip, Plan
from twin.training.recipe import VOICE
from twin.training.tokens import load_tokens
from twin.training.whisper import WhisperNet, positions_of

pytestmark = pytest.mark.weights

SAID = ("Ask Quillon about the froom.", "The froom is on Quillon.", "Call Quillon today.", "A froom needs oil.")
RECIPE = replace(
    VOICE, rank=8, alpha=16.0, learning_rate=2e-3, batch=2, epochs=2, least_steps=4, replay_per_step=1,
    own_replay_per_step=0,
)  # fmt: skip
LAYERS = RECIPE.encoder_layers


@pytest.fixture(scope="module")
def net(recogniser_weights: LocalWeights) -> WhisperNet:
    return load_whisper(recogniser_weights.path)


@pytest.fixture(scope="module")
def exact(recogniser_weights: LocalWeights) -> WhisperTranscriber:
    return WhisperTranscriber(recogniser_weights, compute_type="float32", threads=2)


@pytest.fixture
def spoken(say: Callable[[str], Audio]) -> list[Audio]:
    return [say(text) for text in SAID]


def keys(states: np.ndarray[Any, Any], net: WhisperNet) -> torch.Tensor:
    """What the cross-attention of the last layer makes of a window's states, ``(positions, width)``."""
    return torch.from_numpy(states).float() @ net.weights[f"dec.{net.decoder_layers - 1}.cross.k"].T


def unlike(found: torch.Tensor, other: torch.Tensor) -> float:
    return float((found - other).norm() / other.norm())


def heard_by(
    net: WhisperNet, transcriber: WhisperTranscriber, audio: Audio, update: LoraAdapter | None
) -> torch.Tensor:
    """The same of speech, from the net."""
    features, seconds = transcriber.features(audio) or pytest.fail("nobody speaks")
    below = net.below_top(torch.from_numpy(features), positions_of(seconds), LAYERS)
    with torch.no_grad():
        found = net.encode_top(below, update).layers[-1][0][0]
    return found.transpose(0, 1).flatten(1)[: below.speech.shape[1]]


def test_its_encoder_is_the_recognisers(net: WhisperNet, exact: WhisperTranscriber, spoken: list[Audio]) -> None:
    for audio in spoken[:2]:
        found = heard_by(net, exact, audio, None)
        states = exact.encoder_states(audio)
        assert states is not None
        assert unlike(found, keys(states.states[: len(found)], net)) < 0.02


def test_merged_the_recogniser_hears_what_the_net_says(
    net: WhisperNet,
    exact: WhisperTranscriber,
    spoken: list[Audio],
    recogniser_weights: LocalWeights,
    tmp_path: Path,
) -> None:
    tokens = load_tokens(recogniser_weights.path, "en")
    examples = []
    for number, (audio, text) in enumerate(zip(spoken, SAID, strict=True)):
        features, seconds = exact.features(audio) or pytest.fail("nobody speaks")
        end = positions_of(seconds)
        below = net.below_top(torch.from_numpy(features), end, LAYERS)
        examples.append(TrainingExample(f"u{number}", below, tokens.encode(text), end))
    batches = plan_batches(RECIPE, examples[:3], examples[3:])
    run = Training(net, LoraAdapter.fresh(net, RECIPE), batches, tokens, RECIPE, SourceCache(net, 0))
    losses = [step.loss for step in run]
    assert min(losses[-2:]) < losses[0]
    merged = merge(recogniser_weights.path, run.adapter, 1.0, tmp_path / "merged")
    own = WhisperTranscriber(replace(recogniser_weights, path=merged), compute_type="float32", threads=2)
    update = run.adapter.scaled(1.0)
    before, after = exact.encoder_states(spoken[0]), own.encoder_states(spoken[0])
    assert before is not None
    assert after is not None
    says = heard_by(net, exact, spoken[0], update)
    hears = keys(after.states[: len(says)], net)
    moved = unlike(keys(before.states[: len(says)], net), hears)
    assert unlike(says, hears) < 0.25 * moved
    from threading import Event

    heard = own.transcribe(spoken[0], on_word=lambda word: None, cancelled=Event())
    assert "Quillon" in heard.text


@pytest.fixture
def plan(home: Home, spoken: list[Audio], recogniser_weights: LocalWeights, weights_cache: WeightsCache) -> Plan:
    recordings = Recordings(home.audio)
    clips = []
    for number, (audio, text) in enumerate(zip(spoken, SAID, strict=True)):
        with recordings.hold([(audio * 32767).astype(np.int16)]) as held:
            clips.append(Clip(f"c{number}", text, str(recordings.path(held.sha256)), held.sha256, "something"))
    return Plan(
        base=str(recogniser_weights.path), base_sha256=recogniser_weights.sha256, language="en", compute_type="int8",
        beam_size=1, threads=2, recipe=RECIPE, learn=tuple(clips), replay=(), folds=(("c0", "c1"), ("c2", "c3")),
        parent=None, live=None, states=str(home.states), cache=str(weights_cache.root),
        spoken={"general": 2, "more": 2, "replay": 6, "short": 1},
    )  # fmt: skip


def test_a_killed_training_goes_on_to_the_same_adapter(plan: Plan, tmp_path: Path) -> None:
    def quiet() -> Job:
        return Job(emit=lambda event: None)

    stages = list[str]()
    whole = carry_out(tmp_path / "whole", plan, quiet(), lambda standing: stages.append(standing.stage))
    assert {"prepare", "encode", "train", "judge", "prove"} <= set(stages)
    assert {one.id for one in whole.heard if one.arm == "candidate"} == {"c0", "c1", "c2", "c3"}
    killed = tmp_path / "killed"
    kill_while_fitting(killed, plan)
    again = carry_out(killed, plan, quiet(), lambda standing: None)
    assert again.sha256 == whole.sha256
    assert sorted(again.heard, key=str) == sorted(whole.heard, key=str)
