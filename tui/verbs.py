"""Everything that can be asked of a twin, as :mod:`twin.requests` has it, imported by whoever first asks for something.

A hundred frozen classes take a fifth of the time to the first paint to make, and nothing is asked before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.requests import *  # noqa: F403 - for all of them
else:

    def __getattr__(name: str) -> Any:
        from twin import requests

        return getattr(requests, name)
