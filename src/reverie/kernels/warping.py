"""The last picture moved to where things are now, mixed with the new one and set right in colour, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def warp_blend(painted: Tensor, shown: Tensor, places: Tensor, fresh: Tensor, past: Tensor, added: Tensor) -> Tensor:
    """Return painted * fresh + moved * past + added, `(N, 3, H, W)` as `painted` is, not cut off.

    `moved` is `shown` taken at `places` `(N, 2, H, W)`: for each pixel the column and the row in `shown` that it comes
    from, finite, in pixels; cubic (Keys 1981, with -0.75 as OpenCV has it), the border's pixels repeated outside.
    `fresh`, `past` and `added` are `(N, 3, h, w)` and are made as large bilinearly, with pixels' centres aligned.
    """
    size = painted.shape[2:]
    large = (functional.interpolate(part.float(), size=size, mode="bilinear") for part in (fresh, past, added))
    by_new, by_old, plus = large
    mixed = painted.float() * by_new + moved(shown, places) * by_old + plus
    return mixed.to(painted.dtype)


def moved(shown: Tensor, places: Tensor, mode: str = "bicubic") -> Tensor:
    """Return a picture `(N, 3, H, W)` taken at places `(N, 2, H, W)`, float32; `mode` is bicubic or bilinear."""
    rows, columns = shown.shape[2:]
    x, y = places.float().unbind(1)
    grid = torch.stack([x * (2 / max(1, columns - 1)) - 1, y * (2 / max(1, rows - 1)) - 1], -1)
    return functional.grid_sample(shown.float(), grid, mode=mode, padding_mode="border", align_corners=True)


def _example(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    painted, shown = (torch.rand((1, 3, 20, 36), generator=dice).to(device, torch.float16) for _ in range(2))
    places = (torch.rand((1, 2, 20, 36), generator=dice) * 44 - 4).to(device)
    parts = (torch.rand((1, 3, 5, 9), generator=dice).to(device, torch.float16) for _ in range(3))
    return painted, shown, places, *parts


EXAMPLES: Mapping[str, Callable[[str], tuple[Any, ...]]] = {"warp_blend": _example}
"""What the kernel is tried with on a device."""
