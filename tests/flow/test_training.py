"""Training an adapter on real weights: it learns, goes on after a kill, and runs in the recogniser once merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from twin.models.resolve import LocalWeights
from twin.ports import Audio
from twin.training.batches import Batch, Row, TrainingExample, plan_batches
from twin.training.ewc import Fisher, fisher_information
from twin.training.loading import load_whisper
from twin.training.loop import Anchor, SourceCache, Training
from twin.training.lora import LoraAdapter, trained_matrices
from twin.training.merge import merge
from twin.training.objective import token_losses
from twin.training.recipe import SPEECH, VOICE, Recipe
from twin.training.tokens import WhisperTokens, load_tokens
from twin.training.whisper import WhisperNet, positions_of, thinned

pytestmark = pytest.mark.weights

SAID = ("Ask Quillon about the froom.", "The froom is on Quillon.", "Call Quillon today.", "A froom needs oil.")
RECIPE = replace(SPEECH, rank=4, alpha=8.0, batch=2, epochs=2, least_steps=1, replay_per_step=1, own_replay_per_step=0)


@pytest.fixture(scope="module")
def net(recogniser_weights: LocalWeights) -> WhisperNet:
    return load_whisper(recogniser_weights.path)


@pytest.fixture(scope="module")
def tokens(recogniser_weights: LocalWeights) -> WhisperTokens:
    return load_tokens(recogniser_weights.path, "en")


@pytest.fixture(scope="module")
def examples(recogniser_weights: LocalWeights, tokens: WhisperTokens, voice: Any) -> list[TrainingExample]:
    """A few sentences as the recogniser's own encoder hears them."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(recogniser_weights.path), device="cpu", compute_type="int8", cpu_threads=2)
    made = []
    for number, text in enumerate(SAID):
        audio = _at_16_khz(np.asarray(voice(text), np.float32))
        features = model.feature_extractor(audio)[:, :-1]
        window = np.pad(features, ((0, 0), (0, 3000 - features.shape[1])))
        end = positions_of(len(audio) / 16_000)
        states = torch.from_numpy(np.array(model.encode(window)).astype(np.float16)[0])
        made.append(TrainingExample(f"u{number}", thinned(states, end), tokens.encode(text), end))
    return made


def _at_16_khz(audio: Audio) -> Audio:
    length = int(len(audio) * 16_000 / 24_000)
    return np.interp(np.linspace(0, len(audio) - 1, length), np.arange(len(audio)), audio).astype(np.float32)


@pytest.fixture
def training(net: WhisperNet, tokens: WhisperTokens, examples: list[TrainingExample]) -> Callable[..., Training]:
    memory = SourceCache(net, 500_000_000, {example.id for example in examples})

    def begin(recipe: Recipe = RECIPE, batches: tuple[Batch, ...] | None = None, **more: Any) -> Training:
        planned = plan_batches(recipe, examples[:3], examples[3:]) if batches is None else batches
        return Training(net, LoraAdapter.fresh(net, recipe), planned, tokens, recipe, memory, **more)

    return begin


def test_it_learns_what_it_is_shown(
    net: WhisperNet, tokens: WhisperTokens, examples: list[TrainingExample], training: Callable[..., Training]
) -> None:
    rows = [Row(example, distilled=False, timestamps=False) for example in examples[:3]]
    memory = SourceCache(net, 0).of(examples[:3])
    before = sum(token_losses(net, None, memory, rows, tokens))
    run = training()
    steps = list(run)
    assert [step.number for step in steps] == list(range(1, steps[0].of + 1))
    after = sum(token_losses(net, run.adapter, memory, rows, tokens))
    assert after < before


def test_a_killed_training_goes_on_to_the_same_adapter(training: Callable[..., Training]) -> None:
    whole = training()
    list(whole)
    first = training()
    next(iter(first))
    state = {name: torch.as_tensor(value).clone() for name, value in first.state().items()}
    second = training()
    second.restore(state)
    assert [step.number for step in second] == list(range(2, 5))
    assert all(torch.equal(second.adapter.up[name], whole.adapter.up[name]) for name in whole.adapter.up)
    assert all(torch.equal(second.adapter.down[name], whole.adapter.down[name]) for name in whole.adapter.down)


def test_it_is_kept_and_read_again(training: Callable[..., Training], tmp_path: Path) -> None:
    run = training()
    next(iter(run))
    run.adapter.save(tmp_path, "whisper-base")
    again = LoraAdapter.load(tmp_path)
    assert again.factor == run.adapter.factor
    assert all(torch.equal(again.up[name], run.adapter.up[name]) for name in again.up)


def test_merged_it_runs_in_the_recogniser(
    recogniser_weights: LocalWeights, net: WhisperNet, training: Callable[..., Training], tmp_path: Path
) -> None:
    from twin.models.ct2 import read_ct2

    run = training()
    next(iter(run))
    unchanged = merge(recogniser_weights.path, LoraAdapter.fresh(net, RECIPE), 1.0, tmp_path / "unchanged")
    base = read_ct2(recogniser_weights.path / "model.bin").variables
    assert all(np.array_equal(value, base[name]) for name, value in read_ct2(unchanged / "model.bin").variables.items())
    merged = read_ct2(merge(recogniser_weights.path, run.adapter, 0.5, tmp_path / "merged") / "model.bin").variables
    expected = net.weights["dec.0.cross.q"] + 0.5 * run.adapter.delta("dec.0.cross.q").detach()
    found = torch.from_numpy(merged["decoder/layer_0/attention/linear_0/weight"].copy())
    assert torch.equal(found, expected.half())
    query_key_value = torch.from_numpy(merged["decoder/layer_3/self_attention/linear_0/weight"].copy())
    value = net.weights["dec.3.self.v"] + 0.5 * run.adapter.delta("dec.3.self.v").detach()
    assert torch.equal(query_key_value[-len(value) :], value.half())


def test_elastic_weights_hold_what_the_anchor_rests_on(
    net: WhisperNet,
    tokens: WhisperTokens,
    examples: list[TrainingExample],
    training: Callable[..., Training],
    tmp_path: Path,
) -> None:
    run = training()
    list(run)
    anchor = LoraAdapter(
        {name: value.detach() for name, value in run.adapter.down.items()},
        {name: value.detach() for name, value in run.adapter.up.items()},
        run.adapter.factor,
    )
    row = Row(examples[0], distilled=False, timestamps=True)
    memory = SourceCache(net, 0).of(examples[:1])
    fisher = fisher_information(net, anchor, [(row, memory)], tokens, RECIPE)
    assert float(fisher.penalty(anchor, anchor)) == 0.0
    fisher.save(tmp_path)
    again = Fisher.load(tmp_path)
    assert again is not None
    assert all(torch.equal(again.up[name], fisher.up[name]) for name in fisher.up)

    def moved(strength: float) -> float:
        recipe = replace(RECIPE, ewc=strength, seed=1)
        later = Training(
            net, anchor, plan_batches(recipe, examples[1:3], ()), tokens, recipe,
            SourceCache(net, 500_000_000, {example.id for example in examples}), Anchor(anchor, fisher),
        )  # fmt: skip
        list(later)
        return float(fisher.penalty(later.adapter, anchor).detach())

    assert moved(1e4) < moved(0.0)


def test_a_voice_adapter_also_trains_the_top_of_the_encoder(net: WhisperNet) -> None:
    names = trained_matrices(net, VOICE)
    assert {name for name in names if name.startswith("enc.")} >= {"enc.4.self.q", "enc.5.fc2"}
    assert not any(name.startswith("enc.3") or ".cross.k" in name or ".cross.v" in name for name in names)
