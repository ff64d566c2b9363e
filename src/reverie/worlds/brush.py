"""Pictures taken apart into pieces: brush strokes, glass cells, flat triangles.

Sizes are in 1/256 of the picture's height, so that a style looks the same at any resolution.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from reverie.worlds.light import blur
from reverie.worlds.noise import hash01, noise


def pixels(image: Tensor, size: float) -> tuple[Tensor, Tensor]:
    """Column (1, W) and row (H, 1) coordinates of the pixels, in units of `size` / 256 of the height."""
    height, width = image.shape[-2:]
    unit = size * height / 256
    x = (torch.arange(width, device=image.device) + 0.5) / unit
    y = (torch.arange(height, device=image.device) + 0.5) / unit
    return x[None], y[:, None]


def sample(image: Tensor, x: Tensor, y: Tensor, size: float) -> Tensor:
    """Colour of a (C, H, W) picture at places given in units of `size` / 256 of its height: (C, …)."""
    height, width = image.shape[-2:]
    unit = size * height / 256
    grid = torch.stack([x * unit / width * 2 - 1, y * unit / height * 2 - 1], -1)
    return F.grid_sample(image[None], grid[None], padding_mode="border", align_corners=False)[0]


def luma(image: Tensor) -> Tensor:
    """Brightness of a picture: (H, W)."""
    return 0.2126 * image[0] + 0.7152 * image[1] + 0.0722 * image[2]


def slopes(plane: Tensor) -> tuple[Tensor, Tensor]:
    """Central differences of a (H, W) plane along x and y."""
    padded = F.pad(plane[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    return (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2, (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2


def edges(image: Tensor, softness: float = 1.0) -> Tensor:
    """Strength of brightness edges, about 0..1: (H, W). `softness` in 1/256 heights."""
    smooth = blur(image, softness / 256)
    total = torch.zeros_like(image[0])
    for plane in smooth:
        dx, dy = slopes(plane)
        total = total + dx * dx + dy * dy
    return total.sqrt() * (image.shape[1] / 256) * 4


def strokes(image: Tensor, size: float, seed: int, length: float = 2.4, turn: float = 0.0) -> tuple[Tensor, Tensor]:
    """Repaint with brush strokes that follow the picture's contours.

    size: spacing of strokes. length: of a stroke against its width. Returns the picture and the height of the paint
    across each stroke, 0..1, for light on its ridges.
    """
    height, width = image.shape[-2:]
    rows, columns = math.ceil(256 / size) + 2, math.ceil(256 / size * width / height) + 2
    j = torch.arange(-1, rows, device=image.device, dtype=torch.float32)[:, None]
    i = torch.arange(-1, columns, device=image.device, dtype=torch.float32)[None]
    dice = hash01(i, j, seed)
    cx, cy = i + 0.1 + 0.8 * dice[0], j + 0.1 + 0.8 * dice[1]
    dx, dy = slopes(blur(luma(image)[None], 0.018)[0])
    wander = noise(cx * size / 110, cy * size / 110, seed)
    gx, gy = sample(torch.stack([dx, dy]), cx, cy, size)
    steady = 0.004 * 256 / height
    angle = (
        torch.atan2(gx + steady * torch.cos(wander * 3), -gy + steady * torch.sin(wander * 3))
        + turn
        + 0.35 * (dice[3] - 0.5)
    )
    cells = torch.cat(
        [sample(blur(image, size * 0.16 / 256), cx, cy, size), torch.stack([cx, cy, angle.cos(), angle.sin(), dice[2]])]
    )

    x, y = pixels(image, size)
    column, row = x[0].floor().long() + 1, y[:, 0].floor().long() + 1
    best = torch.full((height, width), -1.0, device=image.device)
    ridge = torch.zeros_like(best)
    out = image.clone()
    for dj in (-1, 0, 1):
        for di in (-1, 0, 1):
            cell = cells[:, (row + dj).clamp(0, rows)][:, :, (column + di).clamp(0, columns)]
            u, v = x - cell[3], y - cell[4]
            along, across = u * cell[5] + v * cell[6], v * cell[5] - u * cell[6]
            far = (along / length) ** 2 + (across * 1.15) ** 2
            score = torch.where(far < 0.42, cell[7] + 0.001, -0.5 - far)
            wins = score > best
            best = torch.where(wins, score, best)
            ridge = torch.where(wins, across * 1.5, ridge)
            out = torch.where(wins, cell[:3], out)
    return out, ridge


def glass(image: Tensor, size: float, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cells of one colour each: the picture, the distance to the cell's border (in `size`), a chance 0..1 a cell."""
    height, width = image.shape[-2:]
    rows, columns = math.ceil(256 / size) + 3, math.ceil(256 / size * width / height) + 3
    j = torch.arange(-1, rows, device=image.device, dtype=torch.float32)[:, None]
    i = torch.arange(-1, columns, device=image.device, dtype=torch.float32)[None]
    dice = hash01(i, j, seed)
    cx, cy = i + 0.1 + 0.8 * dice[0], j + 0.1 + 0.8 * dice[1]
    cells = torch.cat([sample(blur(image, size * 0.22 / 256), cx, cy, size), torch.stack([cx, cy, dice[2]])])
    x, y = pixels(image, size)
    column, row = x[0].floor().long() + 1, y[:, 0].floor().long() + 1
    first = torch.full((height, width), 9.0, device=image.device)
    second = first.clone()
    found = torch.zeros(6, height, width, device=image.device)
    for dj in (-1, 0, 1):
        for di in (-1, 0, 1):
            cell = cells[:, (row + dj).clamp(0, rows)][:, :, (column + di).clamp(0, columns)]
            far = ((x - cell[3]) ** 2 + (y - cell[4]) ** 2).sqrt()
            wins = far < first
            second = torch.where(wins, first, torch.minimum(second, far))
            found = torch.where(wins, cell, found)
            first = torch.where(wins, far, first)
    return found[:3], (second - first) * 0.6, found[5]


def facets(image: Tensor, size: float, seed: int) -> Tensor:
    """Flat triangles of a jittered mesh, each of the colour at its middle, turned a little to or from the light."""
    x, y = torch.broadcast_tensors(*pixels(image, size))
    p, q = x.clone(), y.clone()
    # The mesh is a regular one whose corners are moved; its inverse is found by a few fixed-point steps.
    for _ in range(4):
        i, j, weights, corners = _triangle(p, q)
        move = [_move(i + a, j + b, seed) for a, b in corners]
        p = x - sum(w * m[0] for w, m in zip(weights, move, strict=True))
        q = y - sum(w * m[1] for w, m in zip(weights, move, strict=True))
    i, j, _, corners = _triangle(p, q)
    move = [_move(i + a, j + b, seed) for a, b in corners]
    cx = sum(i + a + m[0] for (a, _), m in zip(corners, move, strict=True)) / 3
    cy = sum(j + b + m[1] for (_, b), m in zip(corners, move, strict=True)) / 3
    flat = sample(blur(image, size * 0.13 / 256), torch.as_tensor(cx), torch.as_tensor(cy), size)
    upper = 1 - corners[1][1]
    tilt = hash01(i, j, seed + 5)[0] * 0.7 + 0.3 * upper
    return flat * (0.84 + 0.30 * tilt)


def _triangle(p: Tensor, q: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, ...], tuple[tuple[Tensor, Tensor], ...]]:
    i, j = p.floor(), q.floor()
    # Squares are cut along one diagonal and the other in turn, like a chessboard, so that no direction rules.
    odd = torch.remainder(i + j, 2.0)
    u, v = torch.lerp(p - i, 1 - (p - i), odd), q - j
    upper = (u > v).float()
    weights = (1 - torch.maximum(u, v), (u - v).abs(), torch.minimum(u, v))
    zero, one = torch.zeros_like(u), torch.ones_like(u)
    across = torch.lerp(upper, 1 - upper, odd)
    return i, j, weights, ((odd, zero), (across, 1 - upper), (one - odd, one))


def _move(i: Tensor, j: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    dice = hash01(i, j, seed)
    return (dice[0] - 0.5) * 0.62, (dice[1] - 0.5) * 0.62
