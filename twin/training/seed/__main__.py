"""Rebuild the seed adapter: ``python -m twin.training.seed`` (``make seed``).

Minutes on one GPU; on a CPU it takes patience. The same settings on the same machine give the same adapter but for the
order in which a GPU adds up; another machine gives one that is as good.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

from twin.models.cache import sha256_of
from twin.training.seed.fit import Plan, fit

_HERE = Path(__file__).resolve().parents[2] / "models" / "seed"
CARD_FILE = "card.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m twin.training.seed", description="Rebuild the seed adapter.")
    parser.add_argument("--out", type=Path, default=_HERE, help="the adapter's folder")
    parser.add_argument("--gguf", type=Path, help="the base weights (default: the embedded ones)")
    parser.add_argument("--device", default="", help="cuda or cpu (default: what there is)")
    parser.add_argument("--steps", type=int, default=Plan().steps)
    parser.add_argument("--batch-tokens", type=int, default=Plan().batch_tokens, help="of a step; memory grows with it")
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--processes", type=int, default=min(8, os.cpu_count() or 1), help="that make lessons")
    given = parser.parse_args()
    plan = Plan(steps=given.steps, seed=given.seed, batch_tokens=given.batch_tokens)
    build(given.out, given.gguf or _embedded(), plan, given.device, given.processes)


def build(out: Path, gguf: Path, plan: Plan, device: str, processes: int) -> None:
    """Train by ``plan`` and write the adapter with its card into ``out``."""
    import torch

    from twin.training.plan import WEIGHTS
    from twin.training.seed.base import read_base
    from twin.training.seed.network import save

    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    began = time.monotonic()
    base = read_base(gguf)
    _, attached, _ = fit(base, plan, device, _say, processes=processes)
    save(attached, out, base=gguf.name, rank=plan.rank, alpha=plan.alpha)
    card = {
        "name": "grounded",
        "licence": "Apache-2.0",
        "sha256": sha256_of(out / WEIGHTS),
        "base": {
            "file": gguf.name,
            "sha256": sha256_of(gguf),
            "heads": base.config["num_attention_heads"],
            "kv_heads": base.config["num_key_value_heads"],
        },
        "plan": plan.document(),
        "trained_on": torch.cuda.get_device_name() if device != "cpu" else platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "seconds": round(time.monotonic() - began),
    }
    (out / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")
    _say(f"{out / WEIGHTS}: sha256 {card['sha256']}, {card['seconds']} s")


def _embedded() -> Path:
    from twin.models.cache import WeightsCache
    from twin.models.catalog import Role
    from twin.models.resolve import WeightsStore

    return WeightsStore(WeightsCache.locate()).resolve("smollm2-135m-instruct", Role.LANGUAGE_MODEL).path


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's own output


if __name__ == "__main__":
    main()
