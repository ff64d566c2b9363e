"""Noise that is a function of place: the same everywhere, whatever the size, the view or the device asked on.

All of it is looked up in one tile of gradient noise (Perlin 2002) that is made once for a device: a tile of
CELLS x CELLS lattice cells with TEXELS samples a cell, holding the noise and its two derivatives. Looking up is an
order of magnitude cheaper than hashing, seeds choose where in the tile a lookup starts, and octaves are turned
against each other so that the tile's period is never seen.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

CELLS = 32
TEXELS = 16
REFERENCE_PIXEL = 2.0 / 256
"""Pixel, in world units, for which octave counts are stated; half the pixel shows one octave more."""

_TURN = math.radians(37.0)


def _fade(t: Tensor) -> Tensor:
    return t * t * t * (t * (t * 6 - 15) + 10)


def _corner_angles(layers: int) -> Tensor:
    generator = torch.Generator().manual_seed(20240607)
    return torch.rand(layers, CELLS, CELLS, generator=generator) * (2 * math.pi)


def _gradient_noise(angles: Tensor) -> Tensor:
    size = CELLS * TEXELS
    place = (torch.arange(size, dtype=torch.float32)) / TEXELS
    low = place.floor().long()
    part = place - low
    high = (low + 1) % CELLS

    def corner(row: Tensor, column: Tensor, v: Tensor, u: Tensor) -> Tensor:
        angle = angles[:, row][:, :, column]
        return angle.cos() * u[None, None, :] + angle.sin() * v[None, :, None]

    top = torch.lerp(corner(low, low, part, part), corner(low, high, part, part - 1), _fade(part)[None, None, :])
    bottom = torch.lerp(
        corner(high, low, part - 1, part), corner(high, high, part - 1, part - 1), _fade(part)[None, None, :]
    )
    return torch.lerp(top, bottom, _fade(part)[None, :, None]) * 1.55


@lru_cache(maxsize=8)
def _tile(device: torch.device) -> Tensor:
    """(1, 3, N + 1, N + 1): noise, d/dx and d/dy a cell; the first row and column again at the end."""
    noise = _gradient_noise(_corner_angles(1))
    along = (noise.roll(-1, 2) - noise.roll(1, 2)) * (TEXELS / 2)
    down = (noise.roll(-1, 1) - noise.roll(1, 1)) * (TEXELS / 2)
    tile = torch.cat([noise, along, down])
    tile = torch.cat([tile, tile[:, :1]], 1)
    return torch.cat([tile, tile[:, :, :1]], 2)[None].to(device)


@lru_cache(maxsize=8)
def _table(device: torch.device) -> Tensor:
    """(4, 128 * 128) even random numbers in 0..1 for lattice cells."""
    generator = torch.Generator().manual_seed(77)
    return torch.rand(4, 128 * 128, generator=generator).to(device)


def _start(seed: int) -> tuple[float, float]:
    a = math.modf(math.sin(seed * 12.9898 + 78.233) * 43758.5453)[0]
    b = math.modf(math.sin(seed * 39.3467 + 11.135) * 24634.6345)[0]
    return abs(a) * CELLS, abs(b) * CELLS


def _look_up(x: Tensor, y: Tensor, channels: int) -> Tensor:
    """Look up (H, W) lattice coordinates: (channels, H, W)."""
    grid = torch.empty(*torch.broadcast_shapes(x.shape, y.shape), 2, device=x.device)
    for axis, place in enumerate((x / CELLS, y / CELLS)):
        grid[..., axis] = (place - place.floor()).mul_(2).sub_(1)
    tile = _tile(x.device)[:, :channels]
    return F.grid_sample(tile, grid[None], mode="bilinear", padding_mode="border", align_corners=True)[0]


def hash01(i: Tensor, j: Tensor, seed: int = 0, count: int = 4) -> Tensor:
    """Up to four independent even numbers in 0..1 for each lattice cell (i, j), whole floats: (count, ...)."""
    i, j = torch.broadcast_tensors(i, j)
    shift = int(_start(seed)[0] * 997), int(_start(seed)[1] * 991)
    index = torch.remainder(i + shift[0], 128) * 128 + torch.remainder(j + shift[1], 128)
    return _table(i.device)[:count, index.long()]


def noise(x: Tensor, y: Tensor, seed: int = 0) -> Tensor:
    """Gradient noise of one octave, about -1..1, one feature a unit; `x` and `y` broadcast: (H, W)."""
    a, b = _start(seed)
    return _look_up(x + a, y + b, 1)[0]


def _weights(frequency: float, octaves: float, gain: float, pixel: float | Tensor) -> list[float | Tensor]:
    """Amplitude of each octave: falls with `gain`, fades in as the view comes nearer, fades out under 3 pixels."""
    weights: list[float | Tensor] = []
    if isinstance(pixel, Tensor):
        budget = octaves + torch.log2(REFERENCE_PIXEL / pixel.clamp_min(1e-6))
        for k in range(math.ceil(octaves) + 3):
            seen = (1 / (frequency * 2**k * pixel.clamp_min(1e-6)) - 2.5) / 2.5
            weights.append(gain**k * torch.minimum((budget - k).clamp(0, 1), seen.clamp(0, 1)))
        return weights[: math.ceil(octaves) + 1]
    budget_at = octaves + math.log2(REFERENCE_PIXEL / pixel)
    for k in range(max(1, math.ceil(budget_at))):
        seen_at = (1 / (frequency * 2**k * pixel) - 2.5) / 2.5
        weight = min(max(budget_at - k, 0.0), 1.0) * min(max(seen_at, 0.0), 1.0)
        if weight <= 0:
            break
        weights.append(gain**k * weight)
    return weights or [1e-3]


def _octaves(x: Tensor, y: Tensor, frequency: float, seed: int, count: int) -> list[tuple[Tensor, Tensor, float]]:
    """Lattice coordinates of each octave, turned against the last, and their scale."""
    places = []
    for k in range(count):
        a, b = _start(seed + 31 * k)
        scale = frequency * 2.0**k
        cos, sin = math.cos(_TURN * k) * scale, math.sin(_TURN * k) * scale
        places.append((x * cos - y * sin + a, x * sin + y * cos + b, scale))
    return places


def fbm(
    x: Tensor, y: Tensor, *, frequency: float, octaves: float, pixel: float | Tensor, seed: int = 0, gain: float = 0.5
) -> Tensor:
    """Sum of octaves of gradient noise, about -1..1: (H, W).

    frequency: features a world unit of the first octave. octaves: how many at the standard view of 256 pixels; a nearer
    view shows more by itself. pixel: size of a pixel in world units, a number or a map (for ground planes).
    """
    weights = _weights(frequency, octaves, gain, pixel)
    places = _octaves(x, y, frequency, seed, len(weights))
    total = weights[0] * _look_up(places[0][0], places[0][1], 1)[0]
    for weight, (u, v, _) in zip(weights[1:], places[1:], strict=True):
        total = total + weight * _look_up(u, v, 1)[0]
    return total


def ridged(
    x: Tensor, y: Tensor, *, frequency: float, octaves: float, pixel: float | Tensor, seed: int = 0, gain: float = 0.5
) -> Tensor:
    """Sum of folded octaves, sharp crests at the top, 0..1: (H, W). Arguments as for `fbm`."""
    weights = _weights(frequency, octaves, gain, pixel)
    places = _octaves(x, y, frequency, seed, len(weights))
    norm = sum(gain**k for k in range(len(weights)))
    total: Tensor | float = 0.0
    for weight, (u, v, _) in zip(weights, places, strict=True):
        total = total + weight * (1 - _look_up(u, v, 1)[0].abs().clamp_max(1))
    assert isinstance(total, Tensor)
    return total / norm


def relief(
    x: Tensor, y: Tensor, *, frequency: float, octaves: float, pixel: float | Tensor, seed: int = 0, gain: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    """Height (about -1..1) of `fbm` with its slopes along x and y (about -2..2, for shading): three (H, W)."""
    weights = _weights(frequency, octaves, gain, pixel)
    height = slope_x = slope_y = torch.zeros((), device=x.device)
    for k, (weight, (u, v, _)) in enumerate(zip(weights, _octaves(x, y, frequency, seed, len(weights)), strict=True)):
        found = _look_up(u, v, 3)
        cos, sin = math.cos(_TURN * k), math.sin(_TURN * k)
        height = height + weight * found[0]
        # Slopes keep the amplitude of their octave, not times its frequency: shading stays soft at every scale.
        slope_x = slope_x + weight * (found[1] * cos + found[2] * sin)
        slope_y = slope_y + weight * (found[2] * cos - found[1] * sin)
    return height, slope_x, slope_y


def warp(x: Tensor, y: Tensor, *, amount: float, frequency: float, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Coordinates bent by one octave of noise; `amount` in world units."""
    a, b = _start(seed)
    bent = _look_up(x * frequency + a, y * frequency + b, 3)
    return x + amount * bent[0], y + amount * 0.4 * bent[1]


def worley(x: Tensor, y: Tensor, seed: int = 0, jitter: float = 0.8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Cells about scattered points, one a unit square.

    Returns distance to the nearest point, distance to the second nearest, and the nearest cell's indices i and j
    (floats, for `hash01`), each (H, W).
    """
    x, y = torch.broadcast_tensors(x, y)
    i0, j0 = x.floor(), y.floor()
    first = torch.full_like(x, 9.0)
    second = torch.full_like(x, 9.0)
    near_i, near_j = i0, j0
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            i, j = i0 + di, j0 + dj
            dot = hash01(i, j, seed, 2)
            far = (x - i - 0.5 - (dot[0] - 0.5) * jitter) ** 2 + (y - j - 0.5 - (dot[1] - 0.5) * jitter) ** 2
            closer = far < first
            second = torch.where(closer, first, torch.minimum(second, far))
            near_i, near_j = torch.where(closer, i, near_i), torch.where(closer, j, near_j)
            first = torch.where(closer, far, first)
    return first.sqrt(), second.sqrt(), near_i, near_j


def smoothstep(low: float, high: float, value: Tensor) -> Tensor:
    """0 under `low`, 1 over `high`, smooth between; with low > high it falls instead."""
    t = ((value - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)
