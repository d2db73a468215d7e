"""Secrets are kept out of memory: passwords, keys, tokens, card and account numbers.

Rules by shape (a private key's frame, a vendor's token prefix), by checksum (Luhn's for cards, ISO 13616 for
accounts) and by announcement ("my password is …"). They lean towards keeping too much out: the person sees what
was kept out and can say it differently, whereas a secret that was stored is stored.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from twin.domain import SECRET_PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, and what kinds of secret were taken out, in order."""

    text: str
    kinds: tuple[str, ...]


_BY_SHAPE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*-----|\Z)", re.S)),
    ("private key", re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]{20,}")),
    (
        "token",
        re.compile(
            r"\b(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{16,}"
            r"|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|hf_[A-Za-z0-9]{20,}"
            r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"
            r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)"
        ),
    ),
    ("token", re.compile(r"(?<=[Bb]earer )[\w.~+/-]{16,}=*")),
    ("password", re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)")),
    (
        "key",
        re.compile(
            r"(?<![A-Za-z0-9])[\w.-]{0,40}_(?:password|passwd|pwd|passphrase|secret|token|key)\s*[:=]\s*(?!\[)\S+",
            re.IGNORECASE,
        ),
    ),
    ("token", re.compile(r"(?<=\btoken is )(?=\S*\d)\S{6,}|(?<=\btoken: )(?=\S*\d)\S{6,}", re.IGNORECASE)),
    ("password", re.compile(r"\S+(?=\s+as\s+(?:my|the|our|a)\s+(?:pass\s?(?:word|code|phrase)|pin)\b)", re.IGNORECASE)),
    ("social security number", re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b")),
)

_CARD = re.compile(r"(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d]|[.,]\d)")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_LEAST_ACCOUNT_DIGITS = 8
_LONG_RUN = re.compile(r"(?<![\w/+=.-])[A-Za-z0-9+/_=-]{24,}(?![\w/+=-])")

_ANNOUNCEMENT = (
    r"pass\s?words?|pw|passwort|kennwort|mot\sde\spasse|contraseña|senha|pass\s?codes?|pass\s?phrases?|pwd|passwd"
    r"|pin(?:\s(?:code|number))?|cvv|cvc|security\s(?:code|answer)|(?:wi-?fi|wpa2?|network)\skey"
    r"|(?:secret|api|access|private|encryption|recovery|licen[cs]e)\s(?:key|token|code|phrase)s?|api[_-]key|seed\sphrase"
    r"|(?:auth|access|login|bearer)\s?token|(?:door|gate|alarm|safe|entry|entrance)\s?codes?"
    r"|(?:one-?time|verification|confirmation|backup|2fa|two-factor|sort|unlock)\scodes?|otp"
    r"|(?:(?:credit|debit|bank)\s)?card\snumber|(?:bank\s)?account\snumber|routing\snumber|social\ssecurity\snumber|ssn"
    r"|codes?(?=\s(?:for|of|to)\s(?:the|my|our)\s(?:\w+\s)?(?:door|gate|alarm|safe|entrance|building|house|office)\b)"
    r"|combination(?=\s(?:for|of|to|on)\s(?:the|my|our)\s(?:\w+\s)?(?:safe|(?:pad)?lock|locker|vault)\b)"
)
_SAYS = (
    r"(?:\b(?:(?:was|got|has\sbeen)\s(?:changed|set|reset)\sto|is|are|was|were|will\sbe|ist|est|es)\b"
    r"|\bhas\s(?:\w+\s)?been\b|'s\b|[:=])(?:\s+(?:now|still|actually)\b(?=\s+\S*\d))?"
)
_ANNOUNCED = re.compile(
    rf"\b(?P<name>{_ANNOUNCEMENT})\b(?:\s(?:for|of|on|at|to(?=\s(?:the|my|our)\b))\s[^.:;=\n]{{1,40}}?)?"
    rf"\s?(?:{_SAYS})\s*(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    rf"\b(?:chang|set|reset|updat)\w*\s(?:my|our|the|your)\s(?:\w+\s){{0,2}}?(?P<name>{_ANNOUNCEMENT})\b"
    r"(?:\s(?:for|of|on|at)\s[^.:;=\n]{1,40}?)?\sto\s(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    # Said without a verb: "password gr8Otter", "2FA code 559201". Only what has a digit in it is taken for one.
    rf"\b(?!pins?\b)(?P<name>{_ANNOUNCEMENT})\s(?P<value>(?=\S*\d)[^\s,]{{3,}})|\bpin\s(?P<pin>\d{{4,8}})\b",
    re.IGNORECASE,
)
_NO_VALUE = re.compile(
    # what people say about a secret without saying it
    r"^(?:(?:also|still|now|really|always|just|not|no\s+longer|never|too|very|so|that|what|where|the\s+same|in|on|at|"
    r"wrong|expired?|expiring|long|longer|short|weak|strong|stronger|old|new|secure|safe|invalid|incorrect|required|needed|lost|"
    r"forgotten|changed|saved|stored|written|hidden|being|going|getting|something|nothing|none|a\s+secret|"
    r"hard|easy|difficult|important|different|unknown|ok|okay|fine|with|by|under|inside|behind|kept|known|shared)\b|\[secret)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"(?:[.!?;](?=\s|$)|,?\s(?:and|but)\s(?=(?:i|my|it|the|we)\b))", re.IGNORECASE)


def redact(text: str) -> Redacted:
    """Put :data:`~twin.domain.SECRET_PLACEHOLDER` in the place of every secret in ``text``."""
    kinds: list[str] = []
    for kind, shape in _BY_SHAPE:
        text, count = shape.subn(SECRET_PLACEHOLDER, text)
        kinds += [kind] * count
    for kind, pattern, is_secret in (
        ("account number", _ACCOUNT, _is_account_number),
        ("card number", _CARD, _is_card_number),
        ("key", _LONG_RUN, _looks_random),
    ):
        for found in reversed(list(pattern.finditer(text))):
            run = found.group()
            while run and not is_secret(run):  # "4111 1111 1111 1111 123": a card number and what stands behind it
                run = re.sub(r"[ -]?[^ -]*$", "", run)
            if run:
                text = text[: found.start()] + SECRET_PLACEHOLDER + text[found.start() + len(run) :]
                kinds.append(kind)
    return _redact_announced(text, kinds)


def holds_secret(text: str) -> bool:
    return bool(redact(text).kinds)


def _redact_announced(text: str, kinds: list[str]) -> Redacted:
    """Take out what follows "my password is", up to the end of the clause: a passphrase has spaces in it."""
    at = 0
    text, shown = _SHOWN.subn(_without_shown, text)
    kinds += ["password"] * shown
    while announced := _ANNOUNCED.search(text, at) or _CHANGED.search(text, at):
        value, start = announced["value"], announced.start("value")
        at = announced.end("name")
        clause_end = _CLAUSE_END.search(value)
        end = start + (clause_end.start() if clause_end else len(value))
        if _NO_VALUE.match(value) or end == start:
            continue
        text = text[:start] + SECRET_PLACEHOLDER + text[end:]
        kinds.append(re.sub(r"\s+", " ", announced["name"].lower()))
        at = start + len(SECRET_PLACEHOLDER)
    return Redacted(text, tuple(kinds))


def _without_shown(shown: re.Match[str]) -> str:
    secret = shown["value"] or shown["pin"]
    return shown.group().removesuffix(secret) + SECRET_PLACEHOLDER


def _is_card_number(run: str) -> bool:
    """Luhn's checksum (ISO/IEC 7812-1) over 13 to 19 digits."""
    digits = [int(character) for character in run if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_account_number(run: str) -> bool:
    """The checksum of an international bank account number (ISO 13616: the rotated number is 1 modulo 97)."""
    number = run.replace(" ", "")
    if not 15 <= len(number) <= 34:
        return False
    enough_digits = sum(character.isdigit() for character in number) >= _LEAST_ACCOUNT_DIGITS
    return enough_digits and int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def _looks_random(run: str) -> bool:
    """Whether a long unbroken run is a key rather than a word, a path or a hash that names a commit or a file."""
    if not (any(c.isdigit() for c in run) and any(c.islower() for c in run) and any(c.isupper() for c in run)):
        return False
    counts = Counter(run).values()
    bits_per_character = -sum(n / len(run) * math.log2(n / len(run)) for n in counts)
    return bits_per_character > 3.7
