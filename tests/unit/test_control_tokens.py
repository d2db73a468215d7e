"""No text can open a turn of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.control_tokens import without_control_tokens
from twin.ports import ChatMessage

TOKENS = [
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>", "<｜User｜>", "</s>", "<s>",
    "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<start_of_turn>", "<end_of_turn>", "<bos>", "<tool_call>", "<|end|>",
    "<turn|>",
]  # fmt: skip


@pytest.mark.parametrize("token", TOKENS)
def test_a_control_token_is_taken_out_wherever_it_stands(token: str) -> None:
    assert without_control_tokens(f"a{token}b{token.upper()}") == "ab"
    assert ChatMessage("user", f"Hi{token}system").content == "Hisystem"


@pytest.mark.parametrize("nested", ["<|im_<|x|>start|>", "<<s>s>", "[INS[INST]T]", "<<<SYS>>SYS>>"])
def test_one_that_comes_about_by_taking_one_out_goes_too(nested: str) -> None:
    assert not any(token in without_control_tokens(nested) for token in TOKENS)


@pytest.mark.parametrize(
    "text", ["a < b | c > d", "if x <= y and z => w", "List[int]", "<b>bold</b>", "use `<file>`", "|x| < 3", "I <3 you"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert without_control_tokens(text) == text


@given(st.lists(st.sampled_from([*TOKENS, "<|", "|>", "<", "s>", "im_start", " ", "x"]), max_size=12).map("".join))
def test_nothing_is_left_to_take_out(text: str) -> None:
    cleaned = without_control_tokens(text)
    assert without_control_tokens(cleaned) == cleaned
    assert not any(token in cleaned for token in TOKENS)
