"""``voice`` mode on a tiny net: what its encoder's top layers see, learn, and go on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.nets import POSITIONS, features, tiny_net, tiny_tokens
from twin.training import below
from twin.training.batches import Row, TrainingExample, plan_batches
from twin.training.device import CPU, training_device, training_dtype
from twin.training.ewc import fisher_information
from twin.training.loop import Anchor, SourceCache, Training
from twin.training.lora import LoraAdapter
from twin.training.objective import token_losses
from twin.training.recipe import SPEECH, VOICE
from twin.training.scale import scale_losses
from twin.training.states import FEATURES, StatesCache
from twin.training.whisper import BelowTop, WhisperNet

RECIPE = replace(
    VOICE, rank=2, alpha=4.0, batch=2, epochs=3, least_steps=1, learning_rate=0.02, replay_per_step=1,
    own_replay_per_step=0, label_smoothing=0.0,
)  # fmt: skip
LAYERS = RECIPE.encoder_layers


def example(net: WhisperNet, number: int, end: int) -> TrainingExample:
    states = net.below_top(features(number, 2 * end + 40), end, LAYERS)
    text = tuple(int(token) for token in torch.randint(0, 20, (4,), generator=torch.Generator().manual_seed(number)))
    return TrainingExample(f"u{number}", states, text, min(end, 15))


def examples(net: WhisperNet) -> list[TrainingExample]:
    return [example(net, number, end) for number, end in enumerate((40, 90, 60, 20))]


def training(net: WhisperNet, learn: Sequence[TrainingExample], start: LoraAdapter | None = None) -> Training:
    batches = plan_batches(RECIPE, learn[:3], learn[3:])
    start = start or LoraAdapter.fresh(net, RECIPE)
    return Training(net, start, batches, tiny_tokens(), RECIPE, SourceCache(net, 0))


def below_of(example: TrainingExample) -> BelowTop:
    assert isinstance(example.states, BelowTop)
    return example.states


def test_untrained_it_is_the_frozen_encoder() -> None:
    net = tiny_net()
    # Speech to the end of the window: nothing is thinned, so that it is exact whatever layers are computed anew.
    whole, top = (net.below_top(features(1, 2 * POSITIONS), POSITIONS, layers) for layers in (2, 1))
    assert whole.tails[-1].shape[1] == 0
    for pair, other in zip(net.encode_top(whole, None).layers, net.encode_top(top, None).layers, strict=True):
        torch.testing.assert_close(pair, other)


def test_a_batch_hears_what_each_of_its_windows_hears() -> None:
    net = tiny_net()
    learn = examples(net)
    update = training(net, learn)
    next(iter(update))
    rows = [Row(one, distilled=False, timestamps=False) for one in learn]
    together = token_losses(net, update.adapter, SourceCache(net, 0).of(learn), rows, tiny_tokens())
    alone = [
        token_losses(net, update.adapter, SourceCache(net, 0).of([row.example]), [row], tiny_tokens())[0]
        for row in rows
    ]
    assert together == pytest.approx(alone, abs=1e-5)


def test_it_learns_with_the_top_of_the_encoder_and_leaves_the_rest_alone() -> None:
    net = tiny_net()
    learn = examples(net)
    run = training(net, learn)
    losses = [step.loss for step in run]
    assert losses[-1] < losses[0]
    assert {name.split(".")[1] for name in run.adapter.up if name.startswith("enc.")} == {"1", "2"}
    assert all(float(run.adapter.up[f"enc.{layer}.self.v"].detach().abs().max()) > 0 for layer in (1, 2))
    before = below_of(learn[0]).tails[-1].clone()
    assert torch.equal(below_of(learn[0]).tails[-1], before)


def test_a_killed_training_goes_on_to_the_same_adapter() -> None:
    net = tiny_net()
    learn = examples(net)
    whole, first, second = (training(net, learn) for _ in range(3))
    list(whole)
    next(iter(first))
    second.restore({name: torch.as_tensor(value).clone() for name, value in first.state().items()})
    list(second)
    assert all(torch.equal(second.adapter.up[name], whole.adapter.up[name]) for name in whole.adapter.up)


def test_how_much_of_it_to_use_is_searched_with_the_encoder_s_part() -> None:
    net = tiny_net()
    learn = examples(net)
    run = training(net, learn)
    list(run)
    recipe, sources = replace(RECIPE, scales=(0.0, 1.0)), SourceCache(net, 0)
    found = scale_losses(net, run.adapter, learn[:3], tiny_tokens(), recipe, sources)
    rows = [Row(one, distilled=False, timestamps=True) for one in learn[:3]]
    unaided = [token_losses(net, None, sources.of([row.example]), [row], tiny_tokens())[0] for row in rows]
    assert found[0.0] == pytest.approx(sum(unaided) / 3, abs=1e-5)
    assert found[1.0] != pytest.approx(found[0.0], abs=1e-3)


def test_it_goes_on_from_an_adapter_of_the_decoder() -> None:
    net = tiny_net()
    parent = LoraAdapter.fresh(net, replace(SPEECH, rank=3, alpha=3.0, seed=4))
    start = parent.going_on(net, RECIPE)
    assert (start.rank, start.factor) == (3, 1.0)
    assert all(torch.equal(start.down[name], parent.down[name]) for name in parent.down)
    assert {name for name in start.down if name not in parent.down} == {
        name for name in start.down if name.startswith("enc.")
    }
    row = Row(examples(net)[0], distilled=False, timestamps=False)
    source = SourceCache(net, 0).of([row.example])
    fisher = fisher_information(net, parent, [(row, source)], tiny_tokens(), RECIPE)
    anchor = Anchor(parent, fisher)
    assert float(anchor.fisher.penalty(start, anchor.adapter)) == 0.0


def test_what_the_top_works_on_is_kept_and_goes_with_the_recording(tmp_path: Path) -> None:
    net, states = tiny_net(), StatesCache(tmp_path, "e" * 64)
    heard = np.asarray(features(3, 100), np.float16)
    states.keep_part("ab", FEATURES, {FEATURES: heard}, 0.9)
    states.keep("ab", np.zeros((3, 2), np.float32), 0.9)
    below.compute(net, states, "ab", LAYERS)
    below.compute(net, states, "cd", LAYERS)  # nobody speaks in it
    made = net.below_top(torch.from_numpy(heard), 45, LAYERS)

    class Tokens:
        def encode(self, text: str) -> tuple[int, ...]:
            return (1, 2)

    found = below.read(states, "ab", LAYERS, "c1", "a text", Tokens())  # type: ignore[arg-type]
    assert found is not None
    assert found.end == 45
    torch.testing.assert_close(below_of(found).speech.float(), made.speech, atol=2e-3, rtol=2e-3)
    assert [tail.shape for tail in below_of(found).tails] == [tail.shape for tail in made.tails]
    assert below.read(states, "cd", LAYERS, "c2", "a text", Tokens()) is None  # type: ignore[arg-type]
    states.forget(["ab"])
    assert not list(tmp_path.glob("*/ab*"))


def test_it_computes_on_cuda_if_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training_device() == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert training_device().type == "cuda"
    assert training_dtype(training_device()) is torch.bfloat16


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_on_cuda_it_learns_the_same_twice_and_about_what_the_processor_learns() -> None:
    here, there = tiny_net(), tiny_net("cuda")
    runs = [training(here, examples(here)), training(there, examples(there)), training(there, examples(there))]
    ours, theirs, again = ([step.loss for step in run] for run in runs)
    assert theirs == pytest.approx(ours, rel=1e-3)
    assert theirs == again
    assert all(torch.equal(runs[1].adapter.up[name], runs[2].adapter.up[name]) for name in runs[1].adapter.up)
