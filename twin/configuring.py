"""Changing settings in ``config.toml``: line by line, so that the person's own comments and order stay.

Only settings that are one line of text are ever changed so. The file as it would be is read and checked before it takes
the old one's place.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping

from twin.errors import SettingsError
from twin.paths import Home, atomic_write
from twin.settings import Settings

_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def change_settings(home: Home, changes: Mapping[str, str]) -> None:
    """Write ``changes`` into the home's configuration; an empty text takes a setting out, so that its default holds.

    Raises :class:`SettingsError`: a value is wrong, the file cannot be changed so, or the environment would win over
    it; and ``HomeError`` if it cannot be written. The file is then as it was."""
    for name in changes:
        if f"TWIN_{name.upper()}" in os.environ:
            raise SettingsError(
                f"TWIN_{name.upper()} in the environment would win over what is written.",
                hint=f"Unset TWIN_{name.upper()}, stop the engine (`twin engine stop`), and try again.",
            )
    before = home.config.read_text(encoding="utf-8") if home.config.exists() else ""
    after = before
    for name, value in changes.items():
        after = _with(after, name, value)
    try:
        written = tomllib.loads(after)
        Settings.model_validate({**written, "home": home.root})
    except ValueError as error:
        raise SettingsError(f"{home.config} was not changed: {error}.", hint="Correct the file by hand.") from error
    if any(written.get(name, "") != value for name, value in changes.items()):
        raise SettingsError(f"{home.config} cannot be changed line by line.", hint=f"Set {', '.join(changes)} by hand.")
    with atomic_write(home.config) as file:
        file.write(after.encode())


def _with(text: str, name: str, value: str) -> str:
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}\n" if value else ""
    tables = _TABLE.search(text)
    head, rest = (text[: tables.start()], text[tables.start() :]) if tables else (text, "")
    present = re.compile(rf"^[ \t]*{name}[ \t]*=.*(?:\n|\Z)", re.MULTILINE)
    if present.search(head):
        return present.sub(lambda _: line, head, count=1) + rest
    return f"{head}{'' if not head or head.endswith(chr(10)) else chr(10)}{line}{rest}"
