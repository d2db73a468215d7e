"""Editing a memory in the person's own editor: a few lines of TOML, gone from the disk when the editor is closed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from twin.domain import Memory, MemoryStatus
from twin.errors import NotUnderstoodError
from twin.requests import Edit


def edit_by_hand(memory: Memory) -> Edit | None:
    """Open ``memory`` in ``$VISUAL`` or ``$EDITOR``; what was changed, or nothing if nothing was.

    Raises ``NotUnderstoodError`` if there is no editor, or if what comes back cannot be read."""
    before = _written(memory)
    after = _edited(before)
    if after == before:
        return None
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstoodError(
            f"What you saved cannot be read ({error}).",
            hint="Keep each line as NAME = VALUE, words in quotation marks.",
        ) from error
    changed = {name: value for name, value in new.items() if value != old.get(name)}
    if unknown := set(changed) - set(old):
        raise NotUnderstoodError(f"There is no {sorted(unknown)[0]!r} to be set in a memory.")
    until = changed.get("until")
    return Edit(
        memory.id,
        text=_words(changed, "text"),
        value=_words(changed, "value"),
        true_from=_moment(changed["from"]) if "from" in changed else None,
        true_until=_moment(until) if until else None,
        holds=until == "",
        private=bool(changed["private"]) if "private" in changed else None,
    )


def _written(memory: Memory) -> str:
    """A memory as lines of TOML; a JSON string is one of TOML's."""
    until = json.dumps("") if memory.true_until is None else f"{memory.true_until:%Y-%m-%d}"
    value = [f"value = {json.dumps(memory.value, ensure_ascii=False)}"] if memory.slot else []
    lines = (
        f"# {memory.id}: change what is wrong, save, and leave the editor. Saving nothing changes nothing.",
        f"text = {json.dumps(memory.text, ensure_ascii=False)}",
        *value,
        f"from = {memory.true_from:%Y-%m-%d}",
        f'until = {until}  # "" while it holds',
        f"private = {'true' if memory.status is MemoryStatus.PRIVATE else 'false'}",
    )
    return "\n".join(lines) + "\n"


def _edited(text: str) -> str:
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="twin-") as folder:
        path = Path(folder) / "memory.toml"
        path.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*editor, str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotUnderstoodError(
                f"The editor {editor[0]!r} did not work ({error}).",
                hint="Set EDITOR, or say what to change with --text, --value, --from, --until.",
            ) from error
        return path.read_text(encoding="utf-8")


def _words(changed: dict[str, Any], name: str) -> str | None:
    return str(changed[name]) if name in changed else None


def _moment(value: object) -> datetime:
    """A date of the file as memory has dates: midnight in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise NotUnderstoodError(f"{value!r} is no date.", hint="Write it as 2026-03-04, without quotation marks.")
