"""Rebuild a seed adapter: ``python -m twin.training.seed [grounded | suits]`` (``make seed``).

Minutes on one GPU; on a CPU it takes patience. The same settings on the same machine give the same adapter but for the
order in which a GPU adds up; another machine gives one that is as good.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from twin.grounding.notes import GROUNDED_ADAPTER, SUITS_ADAPTER
from twin.models.cache import sha256_of
from twin.models.seed_adapter import CARD, seed_folder
from twin.training.seed.base import Base, read_base
from twin.training.seed.fit import Plan, fit
from twin.training.seed.network import LoraLinear, save
from twin.training.seed.suits import SuitsPlan, fit_suits

Fitted = Callable[[Base, str], dict[str, LoraLinear]]
"""What trains an adapter for a base, on a device."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m twin.training.seed", description="Rebuild a seed adapter.")
    parser.add_argument("adapter", nargs="?", choices=(GROUNDED_ADAPTER, SUITS_ADAPTER), default=GROUNDED_ADAPTER)
    parser.add_argument("--out", type=Path, help="the adapter's folder (default: where the package has it)")
    parser.add_argument("--gguf", type=Path, help="the base weights (default: the embedded ones)")
    parser.add_argument("--device", default="", help="cuda or cpu (default: what there is)")
    parser.add_argument("--steps", type=int, help="of the training (default: as the adapter that comes along)")
    parser.add_argument("--batch-tokens", type=int, default=Plan().batch_tokens, help="of a step of grounded")
    parser.add_argument("--kinds", type=int, default=SuitsPlan().kinds, help="in a step of suits")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--processes", type=int, default=min(8, os.cpu_count() or 1), help="that make lessons")
    given = parser.parse_args()
    chosen = {name: value for name in ("steps", "seed") if (value := getattr(given, name)) is not None}
    out, gguf = given.out or seed_folder(given.adapter), given.gguf or _embedded()
    if given.adapter == SUITS_ADAPTER:
        suits = SuitsPlan(kinds=given.kinds, **chosen)
        build(given.adapter, out, gguf, suits, lambda base, device: fit_suits(base, suits, device, _say), given.device)
    else:
        plan, processes = Plan(batch_tokens=given.batch_tokens, **chosen), given.processes
        train: Fitted = lambda base, device: fit(base, plan, device, _say, processes=processes)[1]  # noqa: E731
        build(given.adapter, out, gguf, plan, train, given.device)


def build(name: str, out: Path, gguf: Path, plan: Plan | SuitsPlan, train: Fitted, device: str) -> None:
    """Train by ``plan`` and write the adapter with its card into ``out``."""
    import torch

    from twin.training.plan import WEIGHTS

    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    began = time.monotonic()
    base = read_base(gguf)
    save(train(base, device), out, base=gguf.name, rank=plan.rank, alpha=plan.alpha)
    card = {
        "name": name,
        "licence": "Apache-2.0",
        "sha256": sha256_of(out / WEIGHTS),
        "base": {
            "file": gguf.name,
            "sha256": sha256_of(gguf),
            "heads": base.config["num_attention_heads"],
            "kv_heads": base.config["num_key_value_heads"],
        },
        "plan": asdict(plan),
        "trained_on": torch.cuda.get_device_name() if device != "cpu" else platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "seconds": round(time.monotonic() - began),
    }
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n")
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
