"""Group normalisation and SiLU in two passes over the features: what there is, and what becomes of it.

A group is cut into pieces, so that a picture with few groups keeps a whole card busy. Each piece leaves its mean and
the sum of its squared deviations; the second pass joins them (Chan, Golub and LeVeque 1979), which loses nothing where
the mean is far from zero, as a sum of squares would.
"""

from __future__ import annotations

import torch
import triton.language as tl
from torch import Tensor

from reverie.kernels.on_triton.launching import blocks, compiled, launch, padded

_LEAST, _MOST, _PIECES = 1024, 8192, 64


def group_norm_silu(features: Tensor, weight: Tensor, bias: Tensor, groups: int, eps: float = 1e-5) -> Tensor:
    """As `reverie.kernels.normalising.group_norm_silu`."""
    last = features.is_contiguous(memory_format=torch.channels_last) and not features.is_contiguous()
    features = features if last else features.contiguous()
    made = torch.empty_like(features)
    count, channels, rows, columns = features.shape
    if not features.numel():
        return made
    each = channels // groups
    total = each * rows * columns
    block = min(_MOST, max(_LEAST, padded(total // _PIECES)))
    pieces = blocks(total, block)
    found = torch.empty((count * groups, pieces, 2), dtype=torch.float32, device=features.device)
    grid = pieces, count * groups
    sizes = (channels, each, rows * columns, groups)
    launch(_measured, grid, features, features, found, sizes, BLOCK=block, LAST=last)
    steps = channels * (weight.ndim - 1), channels * (bias.ndim - 1)
    affine = (weight.contiguous(), bias.contiguous(), *steps, eps)
    given = (features, made, found, affine, sizes)
    launch(_applied, grid, features, *given, BLOCK=block, LAST=last, PIECES=padded(pieces))
    return made


@compiled
def _places(sizes: tl.tuple, BLOCK: tl.constexpr, LAST: tl.constexpr) -> tl.tensor:
    """Return where the elements of a group's piece are, their channels, and how many the group has."""
    channels, each, pixels, groups = sizes
    number = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    sample, group = tl.program_id(1) // groups, tl.program_id(1) % groups
    if LAST:
        channel = group * each + number % each
        place = number // each * channels + channel
    else:
        channel = group * each + number // pixels
        place = channel * pixels + number % pixels
    return sample.to(tl.int64) * channels * pixels + place, channel, number < each * pixels


@compiled
def _measured(features: tl.tensor, found: tl.tensor, sizes: tl.tuple, BLOCK: tl.constexpr, LAST: tl.constexpr) -> None:
    place, _, inside = _places(sizes, BLOCK, LAST)
    value = tl.load(features + place, mask=inside, other=0.0).to(tl.float32)
    count = tl.sum(tl.where(inside, 1.0, 0.0), axis=0)
    mean = tl.sum(value, axis=0) / count
    apart = tl.where(inside, value - mean, 0.0)
    into = found + 2 * (tl.program_id(1) * tl.num_programs(0) + tl.program_id(0))
    tl.store(into, mean)
    tl.store(into + 1, tl.sum(apart * apart, axis=0))


@compiled
def _joined(found: tl.tensor, total: tl.tensor, BLOCK: tl.constexpr, PIECES: tl.constexpr) -> tl.tensor:
    """Return mean and variance of a group from those of its pieces."""
    piece = tl.arange(0, PIECES)
    inside = piece < tl.num_programs(0)
    row = found + 2 * (tl.program_id(1) * tl.num_programs(0) + piece)
    means = tl.load(row, mask=inside, other=0.0)
    squares = tl.load(row + 1, mask=inside, other=0.0)
    counts = tl.where(inside, tl.minimum(total - piece * BLOCK, BLOCK), 0).to(tl.float32)
    mean = tl.sum(means * counts, axis=0) / total
    apart = means - mean
    return mean, tl.sum(squares + counts * apart * apart, axis=0) / total


@compiled
def _applied(
    features: tl.tensor,
    made: tl.tensor,
    found: tl.tensor,
    affine: tl.tuple,
    sizes: tl.tuple,
    BLOCK: tl.constexpr,
    LAST: tl.constexpr,
    PIECES: tl.constexpr,
) -> None:
    weight, bias, weight_step, bias_step, eps = affine
    mean, variance = _joined(found, sizes[1] * sizes[2], BLOCK, PIECES)
    place, channel, inside = _places(sizes, BLOCK, LAST)
    sample = tl.program_id(1) // sizes[3]
    value = tl.load(features + place, mask=inside, other=0.0).to(tl.float32)
    scale = tl.load(weight + sample * weight_step + channel, mask=inside, other=0.0).to(tl.float32)
    shift = tl.load(bias + sample * bias_step + channel, mask=inside, other=0.0).to(tl.float32)
    normed = (value - mean) * tl.rsqrt(variance + eps) * scale + shift
    tl.store(made + place, (normed * tl.sigmoid(normed)).to(made.dtype.element_ty), mask=inside)
