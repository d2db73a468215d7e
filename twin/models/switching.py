"""Switching to other weights: what they are for, whether they can serve, and which settings then change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from twin.errors import NotUnderstoodError
from twin.models.catalog import Role
from twin.models.resolve import LocalWeights, WeightsStore
from twin.requests import ModelInUse, UseModel

SETTINGS: Mapping[Role, str] = MappingProxyType(
    {Role.RECOGNISER: "recogniser", Role.EMBEDDER: "embedder", Role.LANGUAGE_MODEL: "language_model"}
)
"""The setting that names the weights for each role."""

_OF_SERVERS = ("server_model", "server_adapter", "server_key_variable")


@dataclass(frozen=True, slots=True)
class Switch:
    """``changes`` are to be written; ``None`` puts a setting back to its default."""

    changes: Mapping[str, str | None]
    in_use: ModelInUse


def switch_to_weights(request: UseModel, store: WeightsStore) -> Switch:
    """What using weights on this disk changes. Raises ``WeightsError``, ``NotUnderstoodError``."""
    if request.model or request.adapter or request.key_variable:
        raise NotUnderstoodError(
            "Only a server has a --model, an --adapter or a --key-variable.",
            hint="Name its address: twin models use http://127.0.0.1:11434/v1 --model NAME",
        )
    weights = _resolved(request.name, store)
    setting = SETTINGS[weights.role]
    changes: dict[str, str | None] = {setting: request.name}
    if weights.role is Role.LANGUAGE_MODEL:
        changes |= dict.fromkeys(_OF_SERVERS)
    return Switch(changes, ModelInUse(setting, weights.name, str(weights.path)))


def switch_to_server(request: UseModel, ask: Callable[[UseModel], str]) -> Switch:
    """What using a language server changes; ``ask`` asks it, and gives the name of the model that it will answer with.

    Raises what ``ask`` raises."""
    model = ask(request)
    values = (request.model or None, request.adapter or None, request.key_variable or None)
    changes = {"language_model": request.name, **dict(zip(_OF_SERVERS, values, strict=True))}
    return Switch(changes, ModelInUse("language_model", model, request.name))


def _resolved(name: str, store: WeightsStore) -> LocalWeights:
    known = {info.name: Role(info.role) for info in store.listing()}
    return store.resolve(name, known.get(name) or _role_of(Path(name).expanduser()))


def _role_of(path: Path) -> Role:
    """What a folder or a file of the person's own can serve as."""
    if (path / "model.bin").is_file():
        return Role.RECOGNISER
    return Role.EMBEDDER if (path / "modules.json").is_file() else Role.LANGUAGE_MODEL
