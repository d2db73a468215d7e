"""What a chat template is made of has no place in what is talked about: control tokens are taken out of every message.

A model's tokeniser reads ``<|im_start|>system`` in a recalled note as the beginning of a system turn, whoever wrote it.
So :class:`twin.ports.ChatMessage` passes its text through here, and no prompt can be built around it: roles are given
by us alone (Wallace et al., "The Instruction Hierarchy", 2024, https://arxiv.org/abs/2404.13208, for why it matters).
"""

from __future__ import annotations

import re
from typing import Final

_TOKENS: Final = re.compile(
    r"<[|｜][^<>|｜\n]{0,64}[|｜]>"  # ChatML, Llama 3, Phi, DeepSeek
    r"|</?s>|<(?:bos|eos|pad|unk|sep|cls|mask)>"
    r"|\[/?INST\]|<</?SYS>>|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\]"  # Llama 2, Mistral
    r"|<(?:start|end)_of_(?:turn|image)>|<turn[|｜]>|<[|｜]turn>"  # Gemma
    r"|</?(?:tool_call|tool_response|think|endoftext|END_OF_TURN_TOKEN|START_OF_TURN_TOKEN)>",
    re.IGNORECASE,
)


def without_control_tokens(text: str) -> str:
    """``text`` without the control tokens of any of the usual chat templates; everything else as it was.

    What comes about by taking one out (``<|im_<|x|>start|>``) goes too."""
    while (cleaned := _TOKENS.sub("", text)) != text:
        text = cleaned
    return text
