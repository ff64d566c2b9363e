"""Pictures to what networks read, and back: `(T, H, W, 3)` uint8 and `(T, 3, H, W)` floats in -1..1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

HALF_RANGE = 127.5


def to_planes(
    pictures: Tensor,
    dtype: torch.dtype = torch.float16,
    memory_format: torch.memory_format = torch.contiguous_format,
) -> Tensor:
    """Return pictures `(T, H, W, 3)` uint8 as `(T, 3, H, W)` in -1..1."""
    planes = (pictures.permute(0, 3, 1, 2).float() / HALF_RANGE - 1).to(dtype)
    return planes.contiguous(memory_format=memory_format)


def to_pictures(planes: Tensor) -> tuple[Tensor, Tensor]:
    """Return floats `(T, 3, H, W)` in -1..1 as `(T, H, W, 3)` uint8, and `()` bool: True where all were finite.

    Values outside are cut off, the rest rounded to the nearest, halves to the even one; what is not finite becomes 0.
    """
    finite = planes.isfinite()
    levels = ((planes.float() + 1) * HALF_RANGE).clamp(0, 255).round()
    levels = torch.where(finite, levels, torch.zeros_like(levels))
    return levels.to(torch.uint8).permute(0, 2, 3, 1).contiguous(), finite.all()


def _pictures(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    return (torch.randint(0, 256, (2, 9, 37, 3), dtype=torch.uint8, generator=dice).to(device),)


def _planes(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    return (torch.randn((2, 3, 9, 37), generator=dice).to(device, torch.float16),)


EXAMPLES: Mapping[str, Callable[[str], tuple[Any, ...]]] = {"to_planes": _pictures, "to_pictures": _planes}
"""What each kernel is tried with on a device."""
