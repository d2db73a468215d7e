"""A Llama's linear layers, between transformers' names and order of rows and those of a GGUF file.

In a GGUF file of the Llama architecture the rows of the query and key matrices are permuted within each head, so that
the two halves that are rotated together stand side by side.
"""

from __future__ import annotations

from typing import Any, Final

from numpy.typing import NDArray

LINEAR_PARTS: Final = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""The linear layers of a block, by their names in transformers, with their names in a GGUF file."""


def permuted(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Rows of a query or key matrix ``[out, width]`` in the order in which a GGUF file has them."""
    out, width = rows.shape
    return rows.reshape(heads, 2, out // heads // 2, width).swapaxes(1, 2).reshape(out, width)


def unpermuted(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """The inverse of :func:`permuted`."""
    out, width = rows.shape
    return rows.reshape(heads, out // heads // 2, 2, width).swapaxes(1, 2).reshape(out, width)
