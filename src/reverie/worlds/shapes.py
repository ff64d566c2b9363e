"""Shapes that several families share."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import Layer
from reverie.worlds.noise import hash01


def crest(layer: Layer, profile: Tensor) -> Tensor:
    """Anti-aliased mask of everything under a height `profile` (world units, broadcast to (H, W))."""
    return layer.cover(profile - layer.y)


def conifers(layer: Layer, ground: Tensor, spacing: float, height: float, seed: int) -> Tensor:
    """Mask of a row of pines on a `ground` profile: 0..1, (H, W). `spacing` and mean `height` in world units."""
    total: Tensor | float = 0.0
    cell = (layer.x / spacing).floor()
    for shift in (-1.0, 0.0, 1.0):
        i = cell + shift
        dice = hash01(i, torch.zeros_like(i), seed)
        tall = height * (0.45 + 0.9 * dice[0]) * (dice[3] > 0.18)
        centre = (i + 0.2 + 0.6 * dice[1]) * spacing
        up = (layer.y - ground + 0.02) / tall.clamp_min(1e-3)
        saw = torch.remainder(up * (5 + 3 * dice[2]), 1.0)
        half = tall * 0.20 * (1 - up).clamp(0, 1) * (1.15 - 0.55 * saw) + tall * 0.012
        tree = layer.cover(half - (layer.x - centre).abs()) * layer.cover((1 - up) * tall) * (tall > 0)
        total = torch.maximum(torch.as_tensor(total, device=layer.x.device), tree)
    assert isinstance(total, Tensor)
    return total
