"""Moving, mixing and setting right in one pass: nothing in between is ever written down."""

from __future__ import annotations

import torch
import triton.language as tl
from torch import Tensor

from reverie.kernels.on_triton.launching import blocks, compiled, launch

_BLOCK = 128


def warp_blend(painted: Tensor, shown: Tensor, places: Tensor, fresh: Tensor, past: Tensor, added: Tensor) -> Tensor:
    """As `reverie.kernels.warping.warp_blend`."""
    made = torch.empty_like(painted)
    if not painted.numel():
        return made
    count, _, rows, columns = painted.shape
    sizes = (rows, columns, *shown.shape[2:], *fresh.shape[2:])
    pictures = [(one, *one.stride()) for one in (painted, shown, made)]
    maps = tuple(part.contiguous() for part in (fresh, past, added))
    grid = blocks(rows * columns, _BLOCK), count
    launch(_settled, grid, painted, *pictures, places.contiguous(), maps, sizes, BLOCK=_BLOCK)
    return made


@compiled
def _cubic(apart: tl.tensor) -> tl.tensor:
    """Return the weight of a pixel so far away, 0 to 2 pixels."""
    apart = tl.abs(apart)
    near = (1.25 * apart - 2.25) * apart * apart + 1.0
    far = ((-0.75 * apart + 3.75) * apart - 6.0) * apart + 3.0
    return tl.where(apart <= 1.0, near, tl.where(apart < 2.0, far, 0.0))


@compiled
def _moved(picture: tl.tuple, x: tl.tensor, y: tl.tensor, size: tl.tuple, inside: tl.tensor) -> tl.tensor:
    """Return the picture at places, cubic: sixteen pixels for each."""
    first, stride, row_stride, column_stride = picture
    rows, columns = size
    # Farther out all sixteen are the border's own pixels already.
    x = tl.minimum(tl.maximum(x, -2.0), columns + 1.0)
    y = tl.minimum(tl.maximum(y, -2.0), rows + 1.0)
    left, top = tl.floor(x) - 1.0, tl.floor(y) - 1.0
    channel = first + tl.arange(0, 4)[None, :] * stride
    found = tl.zeros(inside.shape, tl.float32)
    for down in tl.static_range(4):
        row = tl.minimum(tl.maximum((top + down).to(tl.int32), 0), rows - 1)
        for along in tl.static_range(4):
            column = tl.minimum(tl.maximum((left + along).to(tl.int32), 0), columns - 1)
            share = _cubic(x - left - along) * _cubic(y - top - down)
            value = tl.load(channel + row * row_stride + column * column_stride, mask=inside, other=0.0)
            found += share * value.to(tl.float32)
    return found


@compiled
def _grown(part: tl.tensor, x: tl.tensor, y: tl.tensor, size: tl.tuple, inside: tl.tensor) -> tl.tensor:
    """Return a map's values at places of its own, bilinear."""
    rows, columns = size
    left, top = tl.floor(x), tl.floor(y)
    column, row = left.to(tl.int32), top.to(tl.int32)
    right, below = tl.minimum(column + 1, columns - 1), tl.minimum(row + 1, rows - 1)
    channel = part + tl.arange(0, 4)[None, :] * rows * columns
    upper = tl.load(channel + row * columns + column, mask=inside, other=0.0).to(tl.float32)
    upper += (x - left) * (tl.load(channel + row * columns + right, mask=inside, other=0.0).to(tl.float32) - upper)
    lower = tl.load(channel + below * columns + column, mask=inside, other=0.0).to(tl.float32)
    lower += (x - left) * (tl.load(channel + below * columns + right, mask=inside, other=0.0).to(tl.float32) - lower)
    return upper + (y - top) * (lower - upper)


@compiled
def _settled(
    painted: tl.tuple,
    shown: tl.tuple,
    made: tl.tuple,
    places: tl.tensor,
    maps: tl.tuple,
    sizes: tl.tuple,
    BLOCK: tl.constexpr,
) -> None:
    rows, columns, shown_rows, shown_columns, map_rows, map_columns = sizes
    picture = tl.program_id(1).to(tl.int64)
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)[:, None]
    channel = tl.arange(0, 4)[None, :]
    within = pixel < rows * columns
    inside = within & (channel < 3)
    row, column = pixel // columns, pixel % columns
    place = places + picture * 2 * rows * columns + pixel
    x = tl.load(place, mask=within, other=0.0).to(tl.float32)
    y = tl.load(place + rows * columns, mask=within, other=0.0).to(tl.float32)
    old = (shown[0] + picture * shown[1], shown[2], shown[3], shown[4])
    moved = _moved(old, x, y, (shown_rows, shown_columns), inside)
    u = tl.maximum((column + 0.5) * (map_columns / columns) - 0.5, 0.0)
    v = tl.maximum((row + 0.5) * (map_rows / rows) - 0.5, 0.0)
    first = picture * 3 * map_rows * map_columns
    small = (map_rows, map_columns)
    by_new = _grown(maps[0] + first, u, v, small, inside)
    by_old = _grown(maps[1] + first, u, v, small, inside)
    plus = _grown(maps[2] + first, u, v, small, inside)
    there = painted[0] + picture * painted[1] + channel * painted[2] + row * painted[3] + column * painted[4]
    new = tl.load(there, mask=inside, other=0.0).to(tl.float32)
    mixed = new * by_new + moved * by_old + plus
    into = made[0] + picture * made[1] + channel * made[2] + row * made[3] + column * made[4]
    tl.store(into, mixed.to(made[0].dtype.element_ty), mask=inside)
