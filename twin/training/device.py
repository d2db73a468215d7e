"""Where a training computes: on CUDA if it is there, else on the processor; and so that it comes out the same again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import torch

CPU: Final = torch.device("cpu")


def training_device() -> torch.device:
    return torch.device("cuda") if torch.cuda.is_available() else CPU


def training_dtype(device: torch.device = CPU) -> torch.dtype:
    """bfloat16 where it is multiplied natively, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    native: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if native and (_cpu_flags() & {"avx512_bf16", "amx_bf16", "bf16"}) else torch.float32


def repeat_exactly(threads: int) -> None:
    """Have the same training on the same machine give the same adapter, bit by bit. To be called before anything is
    computed: cuBLAS reads its setting once (https://docs.nvidia.com/cuda/cublas/#results-reproducibility)."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    if training_device().type == "cuda":
        # The fused kernels of attention add up gradients in no fixed order there. (The switch is one for both: the
        # processor's, which does, would be off, too.)
        torch.backends.cuda.enable_flash_sdp(False)
        torch.backends.cuda.enable_mem_efficient_sdp(False)
        torch.backends.cuda.enable_cudnn_sdp(False)


def _cpu_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    return next((set(line.split()) for line in lines if line.startswith(("flags", "Features"))), set())
