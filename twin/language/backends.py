"""Which language model the settings mean: weights on this disk, or a server that the person named."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from twin.errors import SettingsError, TwinError
from twin.models.catalog import CATALOG, Role
from twin.ports import LanguageModel
from twin.requests import Check, ServerInfo, UseModel

if TYPE_CHECKING:
    from twin.models.resolve import WeightsStore
    from twin.settings import Settings


_LISTING_SECONDS = 5.0


def is_address(name: str) -> bool:
    """Whether the setting ``language_model`` names a server rather than something on this disk."""
    return name.startswith(("http://", "https://"))


def is_capable(name: str) -> bool:
    """Whether a language model may be trusted with more than small talk: any but the tiny ones that come along."""
    return name not in CATALOG


def load_language_model(settings: Settings, store: WeightsStore) -> LanguageModel:
    """The model that ``settings`` name. Raises ``WeightsError``, ``ModelError``, ``SettingsError``."""
    if is_address(settings.language_model):
        from twin.language.server import ServerLanguageModel

        return ServerLanguageModel(
            settings.language_model,
            model=settings.server_model,
            adapter=settings.server_adapter,
            key=_key(settings.server_key_variable),
            context_tokens=settings.context_tokens,
            silence_seconds=settings.server_seconds,
        )
    weights = store.resolve(settings.language_model, Role.LANGUAGE_MODEL)
    threads, context_tokens = settings.model_threads, settings.context_tokens
    if weights.path.is_dir():
        from twin.language.folder import TransformersLanguageModel

        return TransformersLanguageModel(
            weights.path, name=weights.name, context_tokens=context_tokens, threads=threads
        )
    from twin.language.engine import EmbeddedLanguageModel
    from twin.models.seed_adapter import adapters_for

    adapters = adapters_for(weights.sha256, store.cache)
    return EmbeddedLanguageModel(
        weights.path, name=weights.name, context_tokens=context_tokens, threads=threads, adapters=adapters
    )


def check_language_model(settings: Settings, store: WeightsStore) -> Check:
    """What ``twin doctor`` says of it: that every file is as it should be, or that the server has the model."""
    name = f"{Role.LANGUAGE_MODEL} weights"
    if is_address(settings.language_model):
        model = load_language_model(settings, store)
        return Check(name, ok=True, detail=f"{model.model}, on the server {settings.language_model}")
    weights = store.resolve(settings.language_model, Role.LANGUAGE_MODEL, deep=True)
    return Check(name, ok=True, detail=f"{weights.name}, every file as it should be (sha256)")


def ask_server(settings: Settings, store: WeightsStore, request: UseModel) -> str:
    """The name of the model that the server in ``request`` would answer with. Raises ``ModelError``,
    ``SettingsError``."""
    changes = {
        "language_model": request.name,
        "server_model": request.model,
        "server_adapter": request.adapter,
        "server_key_variable": request.key_variable,
    }
    return load_language_model(settings.model_copy(update=changes), store).model


def describe_server(settings: Settings) -> ServerInfo | None:
    """What the server in use has, if one is in use; it is asked, and waited for a few seconds at most."""
    if not is_address(settings.language_model):
        return None
    from twin.language.server import ServerLanguageModel

    known = ServerInfo(settings.language_model, settings.server_model, settings.server_adapter)
    try:
        server = ServerLanguageModel(
            known.url,
            model=known.model,
            adapter=known.adapter,
            key=_key(settings.server_key_variable),
            silence_seconds=min(_LISTING_SECONDS, settings.server_seconds),
        )
    except TwinError as error:
        return replace(known, problem=str(error))
    return replace(known, model=server.model, models=server.offer.models, adapters=server.offer.adapters)


def _key(variable: str) -> str:
    if not variable:
        return ""
    key = os.environ.get(variable, "")
    if not key:
        raise SettingsError(
            f"The environment variable {variable}, which should hold the language server's key, is empty.",
            hint=f"Set {variable} and start the engine anew (`twin engine stop`), or empty `server_key_variable`.",
        )
    return key
