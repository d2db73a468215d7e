"""Questions about somebody: what is written with ``<S>`` put for one person, or for oneself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ME: Final = re.compile(
    r"\b(makes|made|make|got|gave|give|scares|remind|reminds|for|helps|help|with|taught|teach|showed|and|than) I\b"
)
_FIRST: Final = {"has I": "have I", "does I": "do I", "is I": "am I", "I has": "I have", "Has I": "Have I"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about. ``name`` is empty for oneself."""

    name: str = ""
    their: str = "their"

    def about(self, template: str) -> str:
        """ "Where <does S> live?" as "Where does Ana live?" or "Where do I live?"."""
        own = not self.name
        for verb, mine in (("does", "do"), ("is", "am"), ("has", "have"), ("was", "was")):
            template = template.replace(f"<{verb} S>", f"{mine} I" if own else f"{verb} {self.name}")
        possessive = "my" if own else f"{self.name}'s"
        template = template.replace("<S's>", possessive).replace("<S>", "I" if own else self.name)
        template = template.replace("<their>", "my" if own else self.their)
        if own:
            for third, first in _FIRST.items():
                template = re.sub(rf"\b{third}\b", first, template)
            template = _ME.sub(r"\1 me", template)
        return template[:1].upper() + template[1:]
