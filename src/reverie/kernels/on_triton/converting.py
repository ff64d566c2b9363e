"""Pictures to planes and back, one pass each; see `reverie.kernels.converting` for what they compute."""

from __future__ import annotations

import torch
import triton.language as tl
from torch import Tensor

from reverie.kernels.on_triton.launching import blocks, compiled, launch

_BLOCK = 512
_TO_EVEN = tl.constexpr(12582912.0)
"""1.5 * 2^23: added and taken away again it rounds a small float to the nearest whole, halves to the even one."""


def to_planes(
    pictures: Tensor,
    dtype: torch.dtype = torch.float16,
    memory_format: torch.memory_format = torch.contiguous_format,
) -> Tensor:
    """As `reverie.kernels.converting.to_planes`."""
    count, rows, columns, channels = pictures.shape
    planes = torch.empty(
        (count, channels, rows, columns), dtype=dtype, device=pictures.device, memory_format=memory_format
    )
    pixels = rows * columns
    if not planes.numel():
        return planes
    strides = (planes.stride(0), planes.stride(1), planes.stride(3))
    grid = blocks(pixels, _BLOCK), count
    launch(_to_planes, grid, pictures, pictures.contiguous(), planes, pixels, strides, BLOCK=_BLOCK)
    return planes


def to_pictures(planes: Tensor) -> tuple[Tensor, Tensor]:
    """As `reverie.kernels.converting.to_pictures`."""
    planes = planes if _pixels_follow(planes) else planes.contiguous()
    count, channels, rows, columns = planes.shape
    pictures = torch.empty((count, rows, columns, channels), dtype=torch.uint8, device=planes.device)
    broken = torch.zeros((), dtype=torch.int32, device=planes.device)
    pixels = rows * columns
    if pictures.numel():
        strides = (planes.stride(0), planes.stride(1), planes.stride(3))
        grid = blocks(pixels, _BLOCK), count
        launch(_to_pictures, grid, planes, planes, pictures, broken, pixels, strides, BLOCK=_BLOCK)
    return pictures, broken.eq(0)


def _pixels_follow(planes: Tensor) -> bool:
    """True where a picture's pixels are evenly apart, row after row."""
    return planes.stride(2) == planes.stride(3) * planes.shape[3]


@compiled
def _to_planes(
    pictures: tl.tensor, planes: tl.tensor, pixels: tl.tensor, strides: tl.tuple, BLOCK: tl.constexpr
) -> None:
    picture = tl.program_id(1).to(tl.int64)
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)[:, None]
    channel = tl.arange(0, 4)[None, :]
    inside = (pixel < pixels) & (channel < 3)
    level = tl.load(pictures + picture * pixels * 3 + pixel * 3 + channel, mask=inside, other=0).to(tl.float32)
    value = tl.div_rn(level, tl.full(level.shape, 127.5, tl.float32)) - 1.0
    place = planes + picture * strides[0] + channel * strides[1] + pixel * strides[2]
    tl.store(place, value.to(planes.dtype.element_ty), mask=inside)


@compiled
def _to_pictures(
    planes: tl.tensor, pictures: tl.tensor, broken: tl.tensor, pixels: tl.tensor, strides: tl.tuple, BLOCK: tl.constexpr
) -> None:
    picture = tl.program_id(1).to(tl.int64)
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)[:, None]
    channel = tl.arange(0, 4)[None, :]
    inside = (pixel < pixels) & (channel < 3)
    place = planes + picture * strides[0] + channel * strides[1] + pixel * strides[2]
    value = tl.load(place, mask=inside, other=0.0).to(tl.float32)
    finite = tl.abs(value) < float("inf")
    level = tl.minimum(tl.maximum((value + 1.0) * 127.5, 0.0), 255.0)
    level = tl.where(finite, (level + _TO_EVEN) - _TO_EVEN, 0.0)
    tl.store(pictures + picture * pixels * 3 + pixel * 3 + channel, level.to(tl.uint8), mask=inside)
    found = tl.max(tl.max(tl.where(finite, 0, 1), axis=1), axis=0)
    tl.atomic_max(broken, found)
