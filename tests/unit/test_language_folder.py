"""A language model from a folder of transformers: a tiny one with random weights, made here."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from twin.errors import ModelError
from twin.language.folder import TransformersLanguageModel, up_to_stop
from twin.ports import ChatMessage

HELLO = (ChatMessage("system", "You are kind."), ChatMessage("user", "Say something."))
TEMPLATE = (
    "{% for message in messages %}[{{ message.role }}]{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TEMPLATE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("model") / "tiny-llama")


def make_folder(folder: Path, *, template: str | None = TEMPLATE) -> Path:
    """A Llama of two layers, with random weights and a tokenizer of single bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    bytes_ = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<end>": 0, **{character: number for number, character in enumerate(bytes_, start=1)}}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<end>")
    fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersLanguageModel:
    return TransformersLanguageModel(folder, name="tiny", context_tokens=4096, threads=1)


def test_a_reply_streams_and_repeats_with_its_seed(model: TransformersLanguageModel) -> None:
    def said(seed: int, temperature: float = 1.0) -> str:
        return "".join(model.stream(HELLO, max_tokens=24, temperature=temperature, seed=seed))

    assert said(7) == said(7) != said(8)
    assert said(1, 0.0) == said(2, 0.0) != ""


def test_a_cancel_ends_the_stream_and_leaves_the_model_usable(model: TransformersLanguageModel) -> None:
    cancelled = threading.Event()
    pieces = []
    for piece in model.stream(HELLO, max_tokens=150, temperature=1.0, seed=3, cancelled=cancelled):
        pieces.append(piece)
        cancelled.set()
    assert len(pieces) == 1
    assert list(model.stream(HELLO, max_tokens=8, temperature=1.0))


def test_the_oldest_turns_are_left_out_of_a_full_context(model: TransformersLanguageModel) -> None:
    """Its context holds 256 tokens, each a character."""
    turns = [ChatMessage("user", "words " * 8), ChatMessage("assistant", "Yes.")] * 6
    assert list(model.stream([HELLO[0], *turns, HELLO[1]], max_tokens=16, temperature=0.0))
    with pytest.raises(ModelError, match=r"too long .* where 256 fit"):
        list(model.stream([ChatMessage("user", "word " * 60)], max_tokens=8))


def test_a_model_without_a_system_role_gets_its_words_all_the_same(tmp_path: Path) -> None:
    model = TransformersLanguageModel(
        make_folder(tmp_path / "m", template=NO_SYSTEM), name="m", context_tokens=256, threads=1
    )
    assert list(model.stream(HELLO, max_tokens=8, temperature=0.0))
    prompt: Any = model._encoded(HELLO)["input_ids"][0]
    assert model._tokenizer.decode(prompt) == "[user]You are kind.\n\nSay something.\n[assistant]"


def test_no_pickle_is_read(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot be used"):
        TransformersLanguageModel(folder, name="m", context_tokens=256, threads=1)


def test_no_code_of_the_folder_is_run(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    (folder / "own.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')\nclass M: pass\nclass C: pass\n")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.C", "AutoModelForCausalLM": "own.M"}}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="cannot be used"):
        TransformersLanguageModel(folder, name="m", context_tokens=256, threads=1)
    assert not (tmp_path / "was-run").exists()


def test_a_model_that_cannot_converse_and_damaged_weights_are_a_sentence(tmp_path: Path) -> None:
    plain = make_folder(tmp_path / "plain", template=None)
    with pytest.raises(ModelError, match="no chat template"):
        TransformersLanguageModel(plain, name="m", context_tokens=256, threads=1)
    (plain / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    with pytest.raises(ModelError, match="cannot be used"):
        TransformersLanguageModel(plain, name="m", context_tokens=256, threads=1)


@pytest.mark.parametrize(
    ("pieces", "stop", "said"),
    [
        (["ab", "cd"], ["c"], "ab"),
        (["a", "\n", "\n", "b"], ["\n\n"], "a"),
        (["a\n", "b"], ["\n\n"], "a\nb"),
        (["a\n"], ["\n\n"], "a\n"),
        (["one END two"], ["END", "one END"], ""),
        (["abc"], [], "abc"),
    ],
)
def test_a_reply_ends_before_its_stop(pieces: list[str], stop: list[str], said: str) -> None:
    assert "".join(up_to_stop(pieces, stop)) == said
