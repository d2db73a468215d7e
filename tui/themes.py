"""The twin's own two themes. The person's words are apricot, the twin's are teal; ``$accent`` and ``$primary``.

Text against its background has a contrast of at least 4.5 to 1 in both (WCAG AA), and nothing is told by colour
alone, so ``NO_COLOR``, which Textual honours, loses nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.theme import Theme

from twin.errors import HomeError
from twin.paths import Home, atomic_write

if TYPE_CHECKING:
    from pathlib import Path

DARK = Theme(
    name="twin-dark",
    dark=True,
    primary="#7cc7bd",
    secondary="#b3a8f2",
    accent="#f0b27a",
    foreground="#dfe1e8",
    background="#14161b",
    surface="#1b1e25",
    panel="#232730",
    success="#93cf8f",
    warning="#e6c36a",
    error="#f08a86",
    variables={
        "text-muted": "#949aa9",
        "border": "#7cc7bd",
        "border-blurred": "#343a47",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#26504b",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#2a303a",
        "footer-background": "#1b1e25",
        "footer-key-foreground": "#f0b27a",
        "footer-description-foreground": "#b9bdc9",
        "scrollbar": "#343a47",
        "scrollbar-hover": "#465062",
        "scrollbar-background": "#14161b",
        "scrollbar-background-hover": "#14161b",
        "scrollbar-background-active": "#14161b",
    },
)

LIGHT = Theme(
    name="twin-light",
    dark=False,
    primary="#0d6b63",
    secondary="#5a4bbf",
    accent="#a14a06",
    foreground="#26262e",
    background="#fbf9f5",
    surface="#f3efe7",
    panel="#eae5da",
    success="#2c6e2f",
    warning="#7d5700",
    error="#ab2318",
    variables={
        "text-muted": "#65645f",
        "border": "#0d6b63",
        "border-blurred": "#d3ccbd",
        "block-cursor-foreground": "#14141a",
        "block-cursor-background": "#c3e0d8",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#dfe8e2",
        "footer-background": "#f3efe7",
        "footer-key-foreground": "#a14a06",
        "footer-description-foreground": "#4a4944",
        "scrollbar": "#d3ccbd",
        "scrollbar-hover": "#b9b09d",
        "scrollbar-background": "#fbf9f5",
        "scrollbar-background-hover": "#fbf9f5",
        "scrollbar-background-active": "#fbf9f5",
    },
)


def preferred(home: Home) -> Theme:
    """The theme that the person chose here last, or else that of their settings.

    Those are read without the settings class, whose library would delay the first paint; what is wrong with them is
    the engine's to say, and here merely means dark.
    """
    name = os.environ.get("TWIN_THEME", "")
    if not name:
        with suppress(OSError, UnicodeDecodeError):
            name = _chosen(home).read_text(encoding="utf-8").strip()
    if not name and home.config.exists():
        import tomllib

        try:
            name = str(tomllib.loads(home.config.read_text(encoding="utf-8")).get("theme", ""))
        except (OSError, ValueError):
            name = ""
    return named(name)


def named(name: str) -> Theme:
    """The theme that is called ``light``, or the dark one."""
    return LIGHT if name.lower() == "light" else DARK


def remember(home: Home, name: str) -> None:
    """Keep the choice of ``dark`` or ``light`` for the next time; of nothing, go by the settings again.

    It is no part of the configuration file, a change of which would restart the engine. A disk that is full costs no
    more than the choice.
    """
    chosen = _chosen(home)
    with suppress(HomeError, OSError):
        if name:
            chosen.parent.mkdir(mode=0o700, exist_ok=True)
            with atomic_write(chosen) as file:
                file.write(name.encode())
        else:
            chosen.unlink(missing_ok=True)


def _chosen(home: Home) -> Path:
    return home.ui / "theme"
