"""Every setting, in one class. Each field's description is its help in ``twin settings`` and in docs/settings.md.

Values come from, in order: arguments, ``TWIN_*`` environment variables, ``config.toml`` in the home folder, defaults.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from twin.errors import SettingsError
from twin.paths import Home


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TWIN_", extra="forbid", frozen=True)

    home: Path = Field(default=Path(), description="The folder that holds everything this twin knows.", exclude=True)

    recogniser: str = Field(
        default="whisper-base",
        description="Speech weights: a name from `twin models`, or a folder with a CTranslate2 Whisper model.",
    )
    language: str = Field(
        default="en", description="The language you dictate in (a Whisper code), or `auto` to detect it each time."
    )
    beam_size: int = Field(default=5, ge=1, le=16, description="Beams that the recogniser searches.")
    compute_type: str = Field(default="int8", description="CTranslate2 arithmetic of the recogniser.")
    microphone: str = Field(
        default="", description="The microphone: part of a name from `twin devices`; empty for the system's usual one."
    )
    pause_seconds: float = Field(
        default=0.8, ge=0.3, le=60, description="Hands-free, an utterance ends after so long a pause."
    )
    language_model: str = Field(
        default="smollm2-135m-instruct",
        description="The language model: a name from `twin models`, a GGUF file, a folder of transformers, or the "
        "address of an OpenAI-compatible server (`http://127.0.0.1:11434/v1`). `twin models use` sets it.",
    )
    server_model: str = Field(default="", description="The model's name on that server; empty where it has one only.")
    server_adapter: str = Field(
        default="", description="An adapter's name on that server (vLLM, llama.cpp); empty for none."
    )
    server_key_variable: str = Field(
        default="",
        description="Name of the environment variable that holds that server's key; the key itself is kept nowhere.",
    )
    server_seconds: float = Field(
        default=120.0, gt=0, description="So long may that server say nothing: it may have to load its model first."
    )
    context_tokens: int = Field(default=4096, ge=512, description="The language model's context window, in tokens.")
    reply_tokens: int = Field(default=256, ge=16, description="The longest reply, in tokens.")
    embedder: str = Field(
        default="all-minilm-l6-v2",
        description="Embedding weights: a name from `twin models`, or a sentence-transformers folder.",
    )
    chroma_url: str = Field(
        default="", description="A Chroma server (http://host:port) instead of the embedded one; empty for embedded."
    )
    threads: int = Field(
        default=0, ge=0, description="Threads of each model; 0 means as many as there are processor cores, at most 8."
    )
    engine_idle_minutes: float = Field(
        default=20.0, gt=0, description="The engine stops by itself after so long without a request."
    )
    preload: bool = Field(
        default=True, description="Load the models when the engine starts, rather than when they are first needed."
    )
    extract_with_model: bool = Field(
        default=False,
        description="Have the language model read more out of what you type than rules can, in the background; each "
        "finding waits for your yes (`twin questions`). For a capable model: the embedded one is too small.",
    )
    vocabulary_hints: bool = Field(
        default=True, description="Listen for the terms of your vocabulary where something sounds like one."
    )
    rewrite_rules: bool = Field(
        default=True, description="Apply the rewrite rules that you approved (`twin rules list`) to dictations."
    )
    spoken_take_back: bool = Field(
        default=True, description="Carry out “scratch that”, “strike that” and “delete that” while dictating."
    )
    spoken_layout: bool = Field(default=True, description="Carry out “new line” and “new paragraph” while dictating.")
    spoken_punctuation: bool = Field(
        default=True,
        description="Carry out punctuation that is dictated (“comma”, “full stop”, “open quote”, “no space” …).",
    )
    spoken_capitals: bool = Field(
        default=True, description="Carry out “all caps”, “all caps on … off” and “capital” while dictating."
    )
    spoken_spelling: bool = Field(
        default=True, description="Put together what is spelled out (“spell K U B E”, “Philip, with double L”)."
    )
    digits_from: int | None = Field(
        default=None,
        ge=0,
        description="Dictated numbers from this one on are written in digits, smaller ones in words, dates, sums and "
        "percentages always in digits. Left out: as the recogniser writes them.",
    )
    punctuation: Literal["as heard", "spoken only"] = Field(
        default="as heard",
        description="Whether the recogniser's own punctuation stays in dictations, or only what is dictated.",
    )
    approve_automatically: Annotated[tuple[Literal["rewrite", "adapt", "new-domain"], ...], NoDecode] = Field(
        default=(),
        description="Kinds of proposals that need no word of yours where they break nothing: `rewrite`, `adapt`, "
        "`new-domain`; a list, in the environment with commas. Whether an adapter may be used, the gate decides.",
    )
    general_recordings: Path | None = Field(
        default=None,
        description="A folder with recordings of ordinary speech, each beside a .txt of what is said: new adapters "
        "must not hear them worse. The twin brings sentences of its own; these come on top.",
    )
    train_when_idle: bool = Field(
        default=False,
        description="Train what you approved by itself, once the engine has had nothing to do for five minutes and the "
        "machine is on mains power. Otherwise `twin learn` does.",
    )
    evidence_when_idle: bool = Field(
        default=True,
        description="Try out what is proposed before you are asked: once the engine has had nothing to do for a minute "
        "and the machine is on mains power, an adapter is trained on a part of your corrections and listens to the "
        "rest. What it would fix and break is shown with the proposal, and if you approve it need not be done again.",
    )
    theme: Literal["dark", "light"] = Field(default="dark", description="Colours of the terminal UI.")

    @field_validator("approve_automatically", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value

    @property
    def home_folder(self) -> Home:
        return Home(self.home)

    @property
    def model_threads(self) -> int:
        """Threads that one model may use."""
        return self.threads or min(8, os.cpu_count() or 1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = init_settings().get("home")
        config = Home(Path(home)).config if home else None
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config)


def load_settings(home: Home) -> Settings:
    """Read the settings of ``home``. Raises :class:`SettingsError`, which names the setting and what it may be."""
    try:
        return Settings(home=home.root)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg'].lower()}.",
            hint=f"Correct it in {home.config} or in the environment (TWIN_{name.upper()}).",
        ) from error
    except ValueError as error:  # not TOML
        raise SettingsError(
            f"{home.config} is not valid TOML: {error}.", hint="Correct the file or move it away."
        ) from error
