"""Choosing device, precision and runtime: what is asked, or what suits the machine and the model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.options import DiffusersImageOptions
from reverie.core.errors import InputError, MachineError
from reverie.models.place import best_device, checked_device, half_on_processor

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


def torch_dtype(machinery: Machinery) -> torch.dtype:
    """Return the precision for torch: as asked, or half where the device computes in it."""
    import torch

    name = _BEST[machinery.device.partition(":")[0]]() if machinery.dtype == AUTO else machinery.dtype
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def _half() -> str:
    return "float16"


_BEST: Mapping[str, Callable[[], str]] = {"cpu": half_on_processor, "cuda": _half, "mps": _half}
