"""An adapter's files as PEFT writes them, so that ``PeftModel.from_pretrained`` reads what this project trains.

https://huggingface.co/docs/peft/developer_guides/checkpoint
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from twin.training.plan import WEIGHTS

CONFIG = "adapter_config.json"


def save_peft(
    folder: Path,
    tensors: Mapping[str, Tensor],
    *,
    base: str,
    rank: int,
    alpha: float,
    modules: Iterable[str],
    task_type: str | None,
) -> None:
    """Write low-rank ``tensors``, by PEFT's names; ``base`` names the weights, ``modules`` have an update."""
    from safetensors.torch import save_file

    save_file(dict(tensors), folder / WEIGHTS, metadata={"format": "pt"})
    config: dict[str, Any] = {
        "peft_type": "LORA",
        "task_type": task_type,
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "target_modules": sorted(modules),
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n")
