"""Where modules run: the devices that this build of torch has, and the precision that suits each."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from reverie.core.errors import MachineError

DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What CUDA, ROCm and either under WSL need on Linux."""


def best_device() -> str:
    """Return cuda or mps where torch has them and cpu otherwise; torch is not imported where it is a build without."""
    if not _may_have_devices():
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def checked_device(device: str) -> str:
    """Return the device if torch has it; MachineError with what there is otherwise."""
    if device == "cpu":
        return device
    import torch

    kind, _, number = device.partition(":")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    there = torch.backends.mps.is_available() if kind == "mps" else int(number or 0) < count
    if not there:
        raise MachineError(f"The device {device} is not there for this build of torch: use --device {best_device()}.")
    return device


def half_on_processor() -> str:
    """Return bfloat16 where the processor computes in it, float32 otherwise."""
    import torch

    supported: bool = torch.cpu._is_avx512_bf16_supported()
    return "bfloat16" if supported else "float32"


def _may_have_devices() -> bool:
    """False where it is plain without torch that it has the processor only: by its build or for want of drivers."""
    if version("torch").endswith("+cpu"):
        return False
    return sys.platform != "linux" or any(Path(driver).exists() for driver in DRIVERS)
