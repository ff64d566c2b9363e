"""History augmentation: pictures damaged as loops and painters damage them, for a network that learns to undo it.

Each returns pictures of the shape it was given, `(N, 3, H, W)` in 0..1, every sample worn in its own way.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def painters(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return what a painter makes of a frame with no thought of the last: it wobbles, and its colours do."""
    moved = _wobbled(pictures, generator, pixels=2.0)
    toned = _toned(moved, generator, spread=0.07)
    grain = _smooth_noise(pictures, generator, 0.1)
    return (toned + grain * _each(pictures, generator)).clamp(0, 1)


def history(pictures: Tensor, generator: torch.Generator, share: float = 0.5) -> Tensor:
    """Return past frames as a loop leaves them, for about `share` of the batch: drifted, burnt, blurred or noisy."""
    worn = _toned(pictures, generator, spread=0.12)
    burnt = worn + (worn - worn.mean((2, 3), keepdim=True)) * (0.5 * _each(pictures, generator).square())
    soft = torch.lerp(burnt, functional.avg_pool2d(burnt, 3, 1, 1, count_include_pad=False), _each(pictures, generator))
    noisy = soft + 0.05 * _each(pictures, generator) * torch.randn(soft.shape, generator=generator)
    moved = _wobbled(noisy, generator, pixels=1.5)
    chosen = (_each(pictures, generator) < share).float()
    return torch.lerp(pictures, moved.clamp(0, 1), chosen)


def _each(pictures: Tensor, generator: torch.Generator) -> Tensor:
    return torch.rand(len(pictures), 1, 1, 1, generator=generator)


def _toned(pictures: Tensor, generator: torch.Generator, spread: float) -> Tensor:
    gain = 1 + spread * torch.randn(len(pictures), 3, 1, 1, generator=generator)
    shift = 0.5 * spread * torch.randn(len(pictures), 3, 1, 1, generator=generator)
    return pictures * gain + shift


def _smooth_noise(pictures: Tensor, generator: torch.Generator, size: float) -> Tensor:
    """Return coloured blots, from a few pixels to a quarter of the picture wide."""
    rows, columns = pictures.shape[2:]
    total = torch.zeros_like(pictures)
    for part in (4, 16):
        small = torch.randn(len(pictures), 3, math.ceil(rows / part), math.ceil(columns / part), generator=generator)
        total += functional.interpolate(small, size=(rows, columns), mode="bicubic", align_corners=False)
    return size * total / 2


def _wobbled(pictures: Tensor, generator: torch.Generator, pixels: float) -> Tensor:
    count, _, rows, columns = pictures.shape
    amount = pixels * torch.rand(count, 1, 1, 1, generator=generator)
    field = amount * torch.randn(count, 2, 6, 6, generator=generator)
    wide = functional.interpolate(field, size=(rows, columns), mode="bicubic", align_corners=False)
    return moved(pictures, wide)


def moved(pictures: Tensor, flow: Tensor) -> Tensor:
    """Return pictures taken from where `flow` `(N, 2, H, W)`, in pixels, points; the border goes on beyond itself."""
    rows, columns = pictures.shape[2:]
    y, x = torch.meshgrid(
        torch.arange(rows, dtype=torch.float32), torch.arange(columns, dtype=torch.float32), indexing="ij"
    )
    places = torch.stack([(x + flow[:, 0]) * 2 + 1, (y + flow[:, 1]) * 2 + 1], dim=-1)
    grid = places / torch.tensor([columns, rows]) - 1
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)
