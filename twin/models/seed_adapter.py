"""The seed adapters that come with the package: checked by their hashes, and made fit for llama.cpp once.

They are kept as PEFT keeps adapters; llama.cpp wants GGUF files, which lie in the weights cache under the hashes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.errors import WeightsError
from twin.models.cache import WeightsCache, sha256_of
from twin.models.llama import LINEAR_PARTS, permuted

_SEEDS = Path(__file__).parent / "seed"
CARD = "card.json"
_WEIGHTS = "adapter_model.safetensors"
_PREFIX = "base_model.model.model.layers."


@dataclass(frozen=True, slots=True)
class SeedAdapter:
    """``folder`` holds the weights and their card; ``base_sha256`` names the one base that it fits."""

    folder: Path
    sha256: str
    base_sha256: str
    alpha: float
    heads: int
    kv_heads: int

    def gguf(self, cache: WeightsCache) -> Path:
        """The adapter as a GGUF file, made once. Raises :class:`WeightsError` if its file is not what the card says."""
        folder = cache.build(f"seed-adapter-{self.sha256[:12]}-gguf", self._convert)
        return folder / "adapter.gguf"

    def _convert(self, folder: Path) -> None:
        from gguf import GGUFWriter
        from safetensors.numpy import load_file

        weights = self.folder / _WEIGHTS
        if sha256_of(weights) != self.sha256:
            raise WeightsError(f"{weights} is not the file that its card names.", hint="Install twin again.")
        writer = GGUFWriter(folder / "adapter.gguf", "llama")
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", self.alpha)
        for name, value in sorted(load_file(weights).items()):
            layer, _, rest = name.removeprefix(_PREFIX).partition(".")
            part, _, side = rest.removesuffix(".weight").rpartition(".")
            theirs = LINEAR_PARTS[part]
            if side == "lora_B" and theirs in ("attn_q", "attn_k"):
                value = permuted(value, self.heads if theirs == "attn_q" else self.kv_heads)
            writer.add_tensor(f"blk.{layer}.{theirs}.weight.{side.lower()}", value)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def seed_folder(name: str) -> Path:
    """Where the package has the adapter of that name."""
    return _SEEDS / name


def adapters_for(base_sha256: str, cache: WeightsCache) -> dict[str, Path]:
    """Those that come along for a base, as GGUF files, by name. Raises :class:`WeightsError`."""
    known = {folder.name: seed_adapter(folder) for folder in sorted(_SEEDS.iterdir()) if folder.is_dir()}
    return {name: one.gguf(cache) for name, one in known.items() if one.base_sha256 == base_sha256}


def seed_adapter(folder: Path) -> SeedAdapter:
    """Read the card. Raises :class:`WeightsError` if there is none."""
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text())
        return SeedAdapter(
            folder,
            sha256=card["sha256"],
            base_sha256=card["base"]["sha256"],
            alpha=card["plan"]["alpha"],
            heads=card["base"]["heads"],
            kv_heads=card["base"]["kv_heads"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(f"The adapter in {folder} cannot be read ({error}).", hint="Install twin again.") from error
