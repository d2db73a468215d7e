"""Which of the person's sayings recall should find."""

from __future__ import annotations

from memory.extraction.secrets import holds_secret
from twin.sentences import asked_to_forget, only_asks


def is_recallable(text: str) -> bool:
    """Whether there is something in what the person said that recall should find."""
    return bool(text.strip()) and not only_asks(text) and asked_to_forget(text) is None and not holds_secret(text)
