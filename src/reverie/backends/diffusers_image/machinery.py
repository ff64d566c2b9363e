"""Choosing device, precision and runtime: what is asked, or what suits the machine and the model."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.options import DiffusersImageOptions
from reverie.core.errors import InputError, MachineError

if TYPE_CHECKING:
    import torch

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Machinery:
    """Where and how a model runs.

    A `dtype` of "auto" is left to the runtime, `insisted` tells that the runtime was asked for, `cache` is as in the
    options.
    """

    runtime: str
    device: str
    dtype: str
    threads: int
    cache: str = "off"
    insisted: bool = False


def choose(options: DiffusersImageOptions, facts: ModelFacts) -> Machinery:
    """Settle runtime and device; InputError for a pair that does not go together, MachineError for one missing."""
    threads = options.threads or usable_cores()
    asked = options.runtime == "openvino"
    if asked and options.device not in {AUTO, "cpu"}:
        raise InputError("runtime", "openvino", f"runs on the processor here, not on {options.device}: use torch.")
    if asked and not has_openvino():
        raise MachineError("The runtime openvino is not installed: install it, or use --runtime torch.")
    suits = options.runtime == AUTO and options.device in {AUTO, "cpu"} and facts.small and has_openvino()
    if asked or (suits and options.dtype != "float16" and (options.device == "cpu" or best_device() == "cpu")):
        return Machinery("openvino", "cpu", options.dtype, threads, options.cache, asked)
    device = best_device() if options.device == AUTO else checked_device(options.device)
    return Machinery("torch", device, options.dtype, threads)


def usable_cores() -> int:
    """Return how many processor cores this process may use; OMP_NUM_THREADS has the first word."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    wished = os.environ.get("OMP_NUM_THREADS", "")
    return min(int(wished), cores) if wished.isdecimal() and int(wished) > 0 else cores


def has_openvino() -> bool:
    """True where OpenVINO is installed; it is not imported for the asking."""
    return find_spec("openvino") is not None


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


def torch_dtype(machinery: Machinery) -> torch.dtype:
    """Return the precision for torch: as asked, or half where the device computes in it."""
    import torch

    name = _BEST[machinery.device.partition(":")[0]]() if machinery.dtype == AUTO else machinery.dtype
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def _for_cpu() -> str:
    import torch

    supported: bool = torch.cpu._is_avx512_bf16_supported()
    return "bfloat16" if supported else "float32"


def _half() -> str:
    return "float16"


_BEST: Mapping[str, Callable[[], str]] = {"cpu": _for_cpu, "cuda": _half, "mps": _half}


def _may_have_devices() -> bool:
    """False where it is plain without torch that it has the processor only: by its build or for want of drivers."""
    if version("torch").endswith("+cpu"):
        return False
    return sys.platform != "linux" or any(Path(driver).exists() for driver in DRIVERS)


DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What CUDA, ROCm and either under WSL need on Linux."""
