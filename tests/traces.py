"""What is left of words in a home folder: a search of every byte of every file, in every guise that words take."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from memory.recall.terms import Stemmer
from twin.paths import Home


def traces_of(home: Home, *words: str) -> set[str]:
    """Files that have one of ``words`` in their content or name, in any case, as UTF-8 or UTF-16, or only its stem."""
    stemmer = Stemmer()
    stems = stemmer.stems([word.lower() for word in words if word.isalpha()])
    guises = {*(word.lower() for word in words), *filter(None, stems)}
    stemmer.close()
    wanted = [guise.encode(encoding) for guise in guises for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    found = set()
    for folder, _, names in os.walk(home.root):
        for name in names:
            path = Path(folder) / name
            with suppress(FileNotFoundError):  # of a running engine: gone between the listing and the look
                content = f"{name}\n".lower().encode() + (b"" if path.is_socket() else path.read_bytes().lower())
                if any(guise in content for guise in wanted):
                    found.add(name)
    return found
