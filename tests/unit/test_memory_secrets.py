"""Secrets are taken out of what is kept, and ordinary talk is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.extraction.secrets import holds_secret, redact
from tests.kept_out import ORDINARY
from tests.kept_out import SECRETS as MORE_SECRETS
from twin.domain import SECRET_PLACEHOLDER

SECRETS = [
    ("My password is hunter2.", "hunter2"),
    ("my password for the bank is correct horse battery staple", "correct horse battery staple"),
    ("The wifi password: Fox-Glove_77!", "Fox-Glove_77!"),
    ("my pin is 4711", "4711"),
    ("PIN code for my phone is 90210 and I live in Berlin", "90210"),
    ("my passphrase was seven lazy otters; change it", "seven lazy otters"),
    ("the api key is abc-def-123", "abc-def-123"),
    ("API_KEY=s3cr3tvalue", "s3cr3tvalue"),
    ("use sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx to log in", "AbCdEfGhIjKlMnOpQrStUvWx"),
    ("token ghp_0123456789abcdefghijABCDEFGHIJ0123", "ghp_0123456789"),
    ("aws AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123", "eyJzdWIiOiIxMjM0In0"),
    ("Authorization: Bearer 0123456789abcdefXYZ", "0123456789abcdefXYZ"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1\n-----END OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1"),
    ("-----BEGIN RSA PRIVATE KEY-----\ncut off in the mid", "cut off"),
    ("my card is 4111 1111 1111 1111", "1111 1111"),
    ("card 4111-1111-1111-1111 123", "4111-1111"),
    ("amex 378282246310005, thanks", "378282246310005"),
    ("pay to GB29 NWBK 6016 1331 9268 19 I think", "NWBK 6016"),
    ("DE89370400440532013000", "370400440532013000"),
    ("my social security number is 078-05-1120", "078-05-1120"),
    ("key Zm9vYmFyQmF6MTIzNDU2Nzg5MHF1eHg= end", "Zm9vYmFyQmF6"),
    ("my seed phrase is ladder tuna arch", "ladder tuna arch"),
]


@pytest.mark.parametrize(("text", "secret"), [*SECRETS, *MORE_SECRETS])
def test_a_secret_is_taken_out(text: str, secret: str) -> None:
    redacted = redact(text)
    assert secret not in redacted.text
    assert SECRET_PLACEHOLDER in redacted.text
    assert redacted.kinds


@pytest.mark.parametrize(
    "text",
    [
        "I drink oat flat whites",
        "my password is too short",
        "the password is expired and I cannot log in",
        "I keep forgetting my password",
        "Is my password safe?",
        "my phone number is +49 30 1234567",
        "my birthday is 1984-05-03",
        "the meeting is on 2026-03-04 at 10:30",
        "I ran 4111 steps and then 1111 more",
        "the order number is 1234567890123",
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709 broke it",
        "see src/adapters/SpeechAdapterTrainerFactoryBuilder.py",
        "donaudampfschifffahrtsgesellschaftskapitän",
        "my locker is number 12",
        "I pinned the note to the fridge",
        "my token of thanks was a cake",
        "it cost 3,999.99 and then 4,000.00",
        *ORDINARY,
    ],
)
def test_ordinary_talk_is_left_alone(text: str) -> None:
    assert redact(text).text == text
    assert not holds_secret(text)


def test_only_the_secret_goes() -> None:
    redacted = redact("I live in Berlin, my pin is 4711, and my sister is called Anna.")
    assert redacted.text.startswith("I live in Berlin, my pin is ")
    assert redacted.text.endswith("and my sister is called Anna.")
    assert redacted.kinds == ("pin",)


@given(st.text(alphabet="abcXYZ 0123456789.:-=\n", max_size=80), st.sampled_from([secret for secret, _ in SECRETS]))
def test_what_was_redacted_stays_as_it_is(noise: str, secret: str) -> None:
    once = redact(f"{noise} {secret} {noise}").text
    assert redact(once).text == once


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("I use hunter2Zebra as my password for github", "hunter2Zebra"),
        ("pw: Tr0ub4dor", "Tr0ub4dor"),
        ("mein Passwort ist geheim123", "geheim123"),
        ("the code for the door is 9913", "9913"),
        ("the alarm code is 4711", "4711"),
    ],
)
def test_secrets_said_in_other_ways_are_kept_out_too(text: str, secret: str) -> None:
    assert secret not in redact(text).text


@pytest.mark.parametrize("text", ["the code for the parser is on the server", "I use Emacs as my editor"])
def test_codes_and_tools_are_no_secrets(text: str) -> None:
    assert redact(text).text == text
