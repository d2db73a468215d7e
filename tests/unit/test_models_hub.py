"""Fetching weights from a hub, which is faked: nothing here opens the network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from twin.errors import WeightsError
from twin.models.cache import WeightsCache
from twin.models.catalog import Role, Weights, WeightsFile
from twin.models.hub import HubFile, HubRepository, install_from_hub
from twin.models.resolve import WeightsStore

WHISPER = {
    "model.bin": b"tensors",
    "config.json": b"{}",
    "tokenizer.json": b"[]",
    "vocabulary.txt": b"a\nb",
    "README.md": b"# hello",
    "model.onnx": b"not needed",
}
EMBEDDER = {
    "model.safetensors": b"tensors",
    "pytorch_model.bin": b"pickle",
    "modules.json": b"[]",
    "config.json": b"{}",
    "1_Pooling/config.json": b"{}",
    "onnx/config.json": b"{}",
    "vocab.txt": b"a",
}


class FakeHub:
    """Serves ``files`` as ``someone/something``; counts what was fetched; may be unreachable or send other bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.sent = dict(files)
        self.fetched: list[str] = []
        self.unreachable_after = len(files)

    def look(self, repository: str) -> HubRepository:
        if repository != "someone/something":
            raise OSError(f"404: no repository {repository}\nand a long explanation")
        listed = (
            HubFile(name, len(content), hashlib.sha256(content).hexdigest() if name.startswith("model.") else "")
            for name, content in self.files.items()
        )
        return HubRepository("abc123", "mit", tuple(listed))

    def fetch(self, repository: str, revision: str, name: str, target: Path, on_bytes: Callable[[int], None]) -> None:
        assert revision == "abc123"
        if len(self.fetched) >= self.unreachable_after:
            raise ConnectionError("The network is gone")
        self.fetched.append(name)
        target.write_bytes(self.sent[name])
        on_bytes(len(self.sent[name]))


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return WeightsStore(WeightsCache(tmp_path / "cache"))


def nothing(message: str, fraction: float) -> None:
    """Progress that nobody watches."""


@pytest.mark.parametrize(
    ("files", "role", "kept"),
    [
        (WHISPER, Role.RECOGNISER, ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"]),
        (
            EMBEDDER,
            Role.EMBEDDER,
            ["model.safetensors", "modules.json", "config.json", "1_Pooling/config.json", "vocab.txt"],
        ),
    ],
)
def test_what_is_fetched_is_what_is_needed_and_resolves_from_then_on(
    store: WeightsStore, files: dict[str, bytes], role: Role, kept: list[str]
) -> None:
    hub = FakeHub(files)
    fetched = install_from_hub(store, "someone/something", nothing, hub)
    assert hub.fetched == kept
    assert fetched == store.resolve("someone/something", role, deep=True)
    assert fetched.sha256 == hashlib.sha256(b"tensors").hexdigest()
    (row,) = (row for row in store.listing() if row.name == "someone/something")
    assert (row.found, row.role, row.licence) == (True, str(role), "mit")


def test_one_gguf_file_of_a_repository(store: WeightsStore) -> None:
    hub = FakeHub({"model.Q4.gguf": b"four bits", "model.Q8.gguf": b"eight bits"})
    fetched = install_from_hub(store, "someone/something/model.Q4.gguf", nothing, hub)
    assert hub.fetched == ["model.Q4.gguf"]
    assert fetched.path.read_bytes() == b"four bits"
    assert fetched.role is Role.LANGUAGE_MODEL


def test_a_name_of_the_catalogue_is_fetched_from_its_repository(tmp_path: Path) -> None:
    weights = Weights(
        "base", Role.RECOGNISER, "MIT", ("x==1",), (WeightsFile("model.bin", 7, "0", ("absent_package/x",)),)
    )
    store = WeightsStore(WeightsCache(tmp_path), {"base": replace(weights, hub="someone/something")})
    install_from_hub(store, "base", nothing, FakeHub(WHISPER))
    assert store.resolve("base", Role.RECOGNISER).sha256 == hashlib.sha256(b"tensors").hexdigest()
    assert store.info("base").found


def test_what_is_here_is_not_fetched_again_unless_it_is_damaged(store: WeightsStore) -> None:
    hub = FakeHub(WHISPER)
    fetched = install_from_hub(store, "someone/something", nothing, hub)
    hub.fetched.clear()
    install_from_hub(store, "someone/something", nothing, hub)
    assert hub.fetched == []
    (fetched.path / "model.bin").write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="damaged or was changed") as caught:
        store.resolve("someone/something", Role.RECOGNISER)
    assert caught.value.hint == "Fetch them again: twin models install someone/something"
    install_from_hub(store, "someone/something", nothing, hub)
    assert (fetched.path / "model.bin").read_bytes() == b"tensors"


def test_progress_goes_from_nothing_to_all(store: WeightsStore) -> None:
    seen: list[tuple[str, float]] = []
    install_from_hub(
        store, "someone/something", lambda message, fraction: seen.append((message, fraction)), FakeHub(WHISPER)
    )
    fractions = [fraction for _, fraction in seen]
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert fractions == sorted(fractions)
    assert "model.bin" in seen[0][0]
    assert len(fractions) > len(WHISPER) - 2


def test_other_bytes_than_the_hub_states_are_refused_and_not_kept(store: WeightsStore) -> None:
    hub = FakeHub(WHISPER)
    hub.sent["model.bin"] = b"TENSORS"
    with pytest.raises(WeightsError, match=r"model\.bin arrived damaged"):
        install_from_hub(store, "someone/something", nothing, hub)
    assert not store.hub_folder("someone/something").exists()


def test_a_network_that_goes_away_leaves_nothing(store: WeightsStore) -> None:
    hub = FakeHub(WHISPER)
    hub.unreachable_after = 2
    with pytest.raises(WeightsError, match="could not be fetched from the hub: The network is gone"):
        install_from_hub(store, "someone/something", nothing, hub)
    assert not store.hub_folder("someone/something").exists()
    hub.unreachable_after = 99
    install_from_hub(store, "someone/something", nothing, hub)
    assert len(hub.fetched) == len(set(hub.fetched)), "what had come is not fetched again"


CAUSAL = {
    "config.json": b'{"architectures": ["LlamaForCausalLM"]}',
    "tokenizer_config.json": b"{}",
    "tokenizer.json": b"{}",
    "model.safetensors": b"tensors",
    "pytorch_model.bin": b"pickle",
    "modeling_own.py": b"print()",
}


def test_a_language_model_of_transformers_without_pickles_and_code(store: WeightsStore) -> None:
    fetched = install_from_hub(store, "someone/something", nothing, FakeHub(CAUSAL))
    assert fetched.role is Role.LANGUAGE_MODEL
    kept = {path.name for path in fetched.path.iterdir()} - {"twin-weights.json"}
    assert kept == {"model.safetensors", "config.json", "tokenizer_config.json", "tokenizer.json"}


def test_a_language_model_in_several_files(store: WeightsStore) -> None:
    shards = {f"model-0000{n}-of-00002.safetensors": b"tensors" for n in (1, 2)}
    files = {**CAUSAL, **shards, "model.safetensors.index.json": b"{}"}
    del files["model.safetensors"]
    fetched = install_from_hub(store, "someone/something", nothing, FakeHub(files))
    assert all((fetched.path / shard).is_file() for shard in shards)


def test_a_model_that_does_not_converse_is_refused_once_its_configuration_says_so(store: WeightsStore) -> None:
    with pytest.raises(WeightsError, match=r"no causal language model \(BertForMaskedLM\)"):
        install_from_hub(
            store, "someone/something", nothing,
            FakeHub({**CAUSAL, "config.json": b'{"architectures": ["BertForMaskedLM"]}'}),
        )  # fmt: skip
    assert not store.hub_folder("someone/something").exists()


def test_a_repository_that_does_not_exist(store: WeightsStore) -> None:
    with pytest.raises(WeightsError, match=r"404: no repository no/such\. Check"):
        install_from_hub(store, "no/such", nothing, FakeHub(WHISPER))


@pytest.mark.parametrize("files", [{"pytorch_model.bin": b"pickle"}, {"model.bin": b"a translation model"}])
def test_what_the_twin_cannot_use_is_not_fetched(store: WeightsStore, files: dict[str, bytes]) -> None:
    hub = FakeHub(files)
    with pytest.raises(WeightsError, match="nothing that the twin can use"):
        install_from_hub(store, "someone/something", nothing, hub)
    assert hub.fetched == []


@pytest.mark.parametrize("name", ["whisper-enormous", "https://example.org/model", "a/b/c/d", "../x"])
def test_a_name_that_is_no_repository_is_refused(store: WeightsStore, name: str) -> None:
    with pytest.raises(WeightsError, match="cannot be fetched from the hub"):
        install_from_hub(store, name, nothing, FakeHub(WHISPER))


def test_offline_is_respected(store: WeightsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsError, match="HF_HUB_OFFLINE forbids"):
        install_from_hub(store, "someone/something", nothing)
