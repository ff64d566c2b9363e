"""The last picture moved to where things are now, mixed with the new one and set right in colour, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def warp_blend(painted: Tensor, shown: Tensor, places: Tensor, fresh: Tensor, past: Tensor, added: Tensor) -> Tensor:
    """Return painted * fresh + moved * past + added, cut off at 0 and 1, `(N, 3, H, W)` as `painted` is.

    `moved` is `shown` taken at `places` `(N, 2, H, W)`: for each pixel the column and the row in `shown` that it comes
    from, finite, in pixels; cubic (Keys 1981, with -0.75 as OpenCV has it), the border's pixels repeated outside.
    `fresh`, `past` and `added` are `(N, 3, h, w)` and are made as large bilinearly, with pixels' centres aligned.
    """
    size = painted.shape[2:]
    large = (functional.interpolate(part.float(), size=size, mode="bilinear") for part in (fresh, past, added))
    by_new, by_old, plus = large
    mixed = painted.float() * by_new + moved(shown, places) * by_old + plus
    return mixed.clamp(0, 1).to(painted.dtype)


def moved(shown: Tensor, places: Tensor) -> Tensor:
    """Return a picture `(N, 3, H, W)` taken at places `(N, 2, H, W)`, float32."""
    rows, columns = shown.shape[2:]
    ends = torch.tensor([max(1, columns - 1), max(1, rows - 1)], dtype=torch.float32, device=shown.device)
    grid = places.float().permute(0, 2, 3, 1) * (2 / ends) - 1
    return functional.grid_sample(shown.float(), grid, mode="bicubic", padding_mode="border", align_corners=True)


def _example(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    painted, shown = (torch.rand((1, 3, 20, 36), generator=dice).to(device, torch.float16) for _ in range(2))
    places = (torch.rand((1, 2, 20, 36), generator=dice) * 44 - 4).to(device)
    parts = (torch.rand((1, 3, 5, 9), generator=dice).to(device, torch.float16) for _ in range(3))
    return painted, shown, places, *parts


EXAMPLES: Mapping[str, Callable[[str], tuple[Any, ...]]] = {"warp_blend": _example}
"""What the kernel is tried with on a device."""
