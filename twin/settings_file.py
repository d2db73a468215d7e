"""Settings for people to look at and to change: each in words, and the configuration file with some of them changed.

Imports pydantic only inside its functions, so that a client may import this without waiting for it.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from twin.errors import SettingsError
from twin.paths import Home, atomic_write

_YES, _NO = "true", "false"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its value and its default as one would type them; ``choices`` are all that it may be, if few.

    ``from_environment`` names the variable that it comes from, which goes before the file."""

    name: str
    text: str
    default_text: str
    description: str
    choices: tuple[str, ...] = ()
    from_environment: str = ""

    @property
    def changed(self) -> bool:
        return self.text != self.default_text


def settings_in_words(home: Home) -> tuple[Setting, ...]:
    """Every setting of ``home``. Raises ``SettingsError``."""
    from twin.settings import load_settings

    current = load_settings(home)
    return tuple(
        Setting(
            name,
            as_text(getattr(current, name)),
            as_text(field.default),
            field.description or "",
            _choices(field.annotation),
            variable if (variable := f"TWIN_{name.upper()}") in os.environ else "",
        )
        for name, field in type(current).model_fields.items()
        if not field.exclude
    )


def change_setting(home: Home, name: str, text: str | None) -> None:
    """:func:`change_settings` for one of them."""
    change_settings(home, {name: text})


def change_settings(home: Home, changes: Mapping[str, str | None]) -> None:
    """Write each text for its setting into the configuration file, or (``None``) take it out of there. The rest of the
    file stays as it is, with the person's own comments and order; if anything is wrong with one, all of it does.

    Raises ``SettingsError`` for what a setting may not be, for a file that line by line cannot be changed so, and where
    a variable of the environment would go before it; ``HomeError`` if the file cannot be written."""
    for variable in (f"TWIN_{name.upper()}" for name in changes):
        if variable in os.environ:
            raise SettingsError(
                f"{variable} in the environment would win over what is written.",
                hint=f"Unset {variable}, stop the engine (`twin engine stop`), and try again.",
            )
    before = _read(home)
    intended = _parsed(home, before)
    after = before
    for name, text in changes.items():
        value = None if text is None else _validated(home, name, text)
        after = _with(after, name, value)
        intended.pop(name, None)
        if value is not None:
            intended[name] = list(value) if isinstance(value, tuple) else value
    if not _says(after, intended):
        raise SettingsError(f"{home.config} cannot be changed line by line.", hint=f"Set {', '.join(changes)} by hand.")
    with atomic_write(home.config) as file:
        file.write(after.encode())


def as_text(value: object) -> str:
    """A value as one would type it."""
    match value:
        case bool():
            return _YES if value else _NO
        case tuple():
            return ", ".join(map(str, value))
        case None:
            return ""
    return str(value)


def _choices(annotation: Any) -> tuple[str, ...]:
    if annotation is bool:
        return _YES, _NO
    return tuple(map(str, get_args(annotation))) if get_origin(annotation) is Literal else ()


def _validated(home: Home, name: str, text: str) -> Any:
    """What the settings class makes of ``text``; ``None`` where that means to leave it out."""
    from pydantic import ValidationError

    from twin.settings import Settings

    field = Settings.model_fields[name]
    optional = type(None) in get_args(field.annotation)
    if optional and not text.strip():
        return None
    given: dict[str, Any] = {"home": home.root, name: text}
    try:
        value = getattr(Settings(**given), name)
    except ValidationError as error:
        of_it = next((one["msg"] for one in error.errors() if name in one["loc"]), "")
        if not of_it:  # another line of the file is wrong
            raise SettingsError(f"{home.config} was not changed: {error}.", hint="Correct the file by hand.") from error
        raise SettingsError(f"{name} cannot be “{text}”: {of_it.lower()}.", hint=field.description or "") from error
    return str(value) if isinstance(value, Path) else value


def _read(home: Home) -> str:
    try:
        return home.config.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{home.config} cannot be read.", hint="Mend the file or move it away.") from error


def _parsed(home: Home, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{home.config} is not valid TOML: {error}.", hint="Correct the file by hand, or move it away."
        ) from error


def _says(text: str, intended: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == intended
    except tomllib.TOMLDecodeError:
        return False


def _with(text: str, name: str, value: Any) -> str:
    """The file's text with one line changed, added or taken out."""
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines) if re.match(rf"\s*{re.escape(name)}\s*=", line)), None)
    line = [] if value is None else [f"{name} = {_toml(value)}"]
    if at is not None:
        lines[at : at + 1] = line
    else:
        table = next((n for n, one in enumerate(lines) if one.lstrip().startswith("[")), len(lines))
        lines[table:table] = line
    return "\n".join(lines) + "\n" if lines else ""


def _toml(value: Any) -> str:
    """A value as TOML; its basic strings are JSON's."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
