"""The embedded weights, as they are in their GGUF file, for torch: a Llama of transformers, and its tokenizer.

The adapter is trained on the very numbers that llama.cpp computes with, quantised as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import WeightsError
from twin.models.llama import LINEAR_PARTS, unpermuted

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

_NORMS = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
_LAYER_PARTS = {**{theirs: ours for ours, theirs in LINEAR_PARTS.items()}, **_NORMS}


@dataclass(frozen=True, slots=True)
class Base:
    """The weights of a GGUF file: ``tensors`` are float32, under their names in transformers."""

    tensors: dict[str, NDArray[np.float32]]
    config: dict[str, Any]
    tokenizer: Tokenizer

    def network(self, device: str) -> torch.nn.Module:
        """A Llama with these weights: bfloat16 on a GPU, float32 on a CPU. Imports transformers."""
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        net = LlamaForCausalLM(LlamaConfig(**self.config))
        weights = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in self.tensors.items()}
        net.load_state_dict(weights, strict=False)
        net.tie_weights()
        net.requires_grad_(requires_grad=False)
        net.train(False)
        dtype = torch.float32 if device == "cpu" else torch.bfloat16
        placed: torch.nn.Module = net.to(device=device, dtype=dtype)  # type: ignore[call-arg]
        return placed


def read_base(file: Path) -> Base:
    """Read a GGUF file of the Llama architecture. Raises :class:`WeightsError` for another."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    reader = GGUFReader(file)

    def value(key: str) -> Any:
        field = reader.get_field(key)
        if field is None:
            raise WeightsError(f"{file} does not say its {key}, so it cannot be trained.")
        return field.contents()

    if value("general.architecture") != "llama":
        raise WeightsError(f"{file} holds no Llama model but a {value('general.architecture')}.")
    heads, kv_heads = value("llama.attention.head_count"), value("llama.attention.head_count_kv")
    tensors: dict[str, NDArray[np.float32]] = {}
    for tensor in reader.tensors:
        name = _name(tensor.name)
        numbers = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if name.endswith("q_proj.weight"):
            numbers = unpermuted(numbers, heads)
        elif name.endswith("k_proj.weight"):
            numbers = unpermuted(numbers, kv_heads)
        tensors[name] = numbers
    config = {
        "vocab_size": len(tensors["model.embed_tokens.weight"]),
        "hidden_size": value("llama.embedding_length"),
        "intermediate_size": value("llama.feed_forward_length"),
        "num_hidden_layers": value("llama.block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "rms_norm_eps": float(value("llama.attention.layer_norm_rms_epsilon")),
        "rope_theta": float(value("llama.rope.freq_base")),
        "max_position_embeddings": value("llama.context_length"),
        "tie_word_embeddings": "lm_head.weight" not in tensors,
        "bos_token_id": value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.eos_token_id"),
    }
    return Base(
        tensors,
        config,
        _tokenizer(value("tokenizer.ggml.tokens"), value("tokenizer.ggml.merges"), value("tokenizer.ggml.token_type")),
    )


def _name(name: str) -> str:
    match name.split("."):
        case ["token_embd", "weight"]:
            return "model.embed_tokens.weight"
        case ["output_norm", "weight"]:
            return "model.norm.weight"
        case ["output", "weight"]:
            return "lm_head.weight"
        case ["blk", layer, part, "weight"] if part in _LAYER_PARTS:
            return f"model.layers.{layer}.{_LAYER_PARTS[part]}.weight"
        case _:
            raise WeightsError(f"{name} has no place in a Llama model.")


_CONTROL_TOKEN = 3


def _tokenizer(tokens: list[str], merges: list[str], kinds: list[int]) -> Tokenizer:
    """SmolLM's tokenizer: byte-level BPE, every digit by itself."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: number for number, token in enumerate(tokens)}
    pairs = [(first, second) for first, _, second in (merge.partition(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, kind in zip(tokens, kinds, strict=True) if kind == _CONTROL_TOKEN]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in control])
    return tokenizer
