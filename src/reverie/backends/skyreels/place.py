"""On which device and in which precision a video model's network runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from reverie.models.place import best_device, checked_device, half_on_processor

if TYPE_CHECKING:
    import torch

AUTO = "auto"
BEST: Mapping[str, Callable[[], str]] = {
    "cpu": half_on_processor,
    "cuda": lambda: "bfloat16",
    "mps": lambda: "float16",
}
"""The precision for each device: the published weights are in bfloat16."""


def place_of(device: str, dtype: str) -> tuple[str, torch.dtype]:
    """Settle device and precision; MachineError for a device that is not there."""
    import torch

    found = best_device() if device == AUTO else checked_device(device)
    name = BEST[found.partition(":")[0]]() if dtype == AUTO else dtype
    precision: torch.dtype = getattr(torch, name)
    return found, precision
