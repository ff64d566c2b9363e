"""Pictures taken apart into pieces: brush strokes, glass cells, flat triangles.

Sizes are in 1/256 of the picture's height, so that a style looks the same at any resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

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


class Cells:
    """A jittered grid over a picture: one point in every square of `size` / 256 heights, a margin around included.

    cx, cy: the points, (rows, columns), in units of `size`. dice: four chances each. x, y: the pixels' coordinates.
    """

    def __init__(self, image: Tensor, size: float, seed: int) -> None:
        """Lay the grid."""
        height, width = image.shape[-2:]
        self.rows, self.columns = math.ceil(256 / size) + 3, math.ceil(256 / size * width / height) + 3
        j = torch.arange(-1, self.rows - 1, device=image.device, dtype=torch.float32)[:, None]
        i = torch.arange(-1, self.columns - 1, device=image.device, dtype=torch.float32)[None]
        self.dice = hash01(i, j, seed)
        self.cx, self.cy = i + 0.1 + 0.8 * self.dice[0], j + 0.1 + 0.8 * self.dice[1]
        self.x, self.y = pixels(image, size)
        self._column, self._row = self.x[0].floor().long() + 1, self.y[:, 0].floor().long() + 1

    def around(self, values: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """For the nine squares about each pixel: `values` (C, rows, columns) there, and the squares' numbers."""
        for dj in (-1, 0, 1):
            for di in (-1, 0, 1):
                row = (self._row + dj).clamp(0, self.rows - 1)
                column = (self._column + di).clamp(0, self.columns - 1)
                yield values[:, row][:, :, column], row[:, None] * self.columns + column[None]

    def pick(self, values: Tensor, number: Tensor) -> Tensor:
        """Values (C, rows, columns) of the squares with these numbers, (H, W): (C, H, W)."""
        return values.flatten(1)[:, number]


def _directions(image: Tensor, cells: Cells, size: float, seed: int) -> Tensor:
    """Angle of a stroke at each cell: along the contours, and a slow wander where there are none."""
    dx, dy = slopes(blur(luma(image)[None], 0.018)[0])
    wander = 3 * noise(cells.cx * size / 110, cells.cy * size / 110, seed)
    gx, gy = sample(torch.stack([dx, dy]), cells.cx, cells.cy, size)
    steady = 0.004 * 256 / image.shape[1]
    angle = torch.atan2(gx + steady * wander.cos(), -gy + steady * wander.sin())
    return angle + 0.35 * (cells.dice[3] - 0.5)


def strokes(image: Tensor, size: float, seed: int, length: float = 2.4, turn: float = 0.0) -> tuple[Tensor, Tensor]:
    """Repaint with brush strokes that follow the picture's contours.

    size: spacing of strokes. length: of a stroke against its width. Returns the picture and the height of the paint
    across each stroke, about -1..1, for light on its ridges.
    """
    cells = Cells(image, size, seed)
    angle = _directions(image, cells, size, seed) + turn
    cos, sin = angle.cos(), angle.sin()
    line = torch.stack(
        [cos, sin, -cells.cx * cos - cells.cy * sin, cells.cx * sin - cells.cy * cos, cells.dice[2] + 0.001]
    )
    best = torch.full(image.shape[1:], -9.0, device=image.device)
    ridge, winner = torch.zeros_like(best), torch.zeros_like(best, dtype=torch.long)
    for cell, number in cells.around(line):
        along = (cells.x * cell[0] + cells.y * cell[1] + cell[2]) / length
        across = cells.y * cell[0] - cells.x * cell[1] + cell[3]
        far = along * along + 1.32 * across * across
        score = torch.where(far < 0.42, cell[4], -far)
        wins = score > best
        best = torch.maximum(best, score)
        ridge = torch.where(wins, across, ridge)
        winner = torch.where(wins, number, winner)
    colours = sample(blur(image, size * 0.16 / 256), cells.cx, cells.cy, size)
    return cells.pick(colours, winner), ridge * 1.5


def glass(image: Tensor, size: float, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cells of one colour each: the picture, the distance to the cell's border (in `size`), a chance 0..1 a cell."""
    cells = Cells(image, size, seed)
    first = torch.full(image.shape[1:], 9.0, device=image.device)
    second, winner = first.clone(), torch.zeros_like(first, dtype=torch.long)
    for cell, number in cells.around(torch.stack([cells.cx, cells.cy])):
        far = ((cells.x - cell[0]) ** 2 + (cells.y - cell[1]) ** 2).sqrt()
        wins = far < first
        second = torch.minimum(second, torch.maximum(first, far))
        first = torch.minimum(first, far)
        winner = torch.where(wins, number, winner)
    colours = sample(blur(image, size * 0.22 / 256), cells.cx, cells.cy, size)
    found = cells.pick(torch.cat([colours, cells.dice[2:3]]), winner)
    return found[:3], (second - first) * 0.6, found[3]


def facets(image: Tensor, size: float, seed: int) -> Tensor:
    """Flat triangles of a jittered mesh, each of the colour at its middle, turned a little to or from the light."""
    x, y = torch.broadcast_tensors(*pixels(image, size))
    p, q = x.clone(), y.clone()
    # The mesh is a regular one whose corners are moved; its inverse is found by a few fixed-point steps.
    for _ in range(3):
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
    tilt = hash01(i, j, seed + 5, 1)[0] * 0.7 + 0.3 * upper
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
    dice = hash01(i, j, seed, 2)
    return (dice[0] - 0.5) * 0.62, (dice[1] - 0.5) * 0.62
