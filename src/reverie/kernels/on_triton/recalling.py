"""Memory attention in one pass: how alike places are is never written down, only who was likest."""

from __future__ import annotations

import torch
import triton.language as tl
from torch import Tensor

from reverie.kernels.on_triton.launching import blocks, compiled, launch, padded

_QUERIES, _PLACES = 16, 64
_NEVER = tl.constexpr(float("-inf"))


def recalled(
    queries: Tensor, keys: Tensor, looks: Tensor, sharpness: Tensor, each: int, most: int | None = None
) -> Tensor:
    """As `reverie.kernels.recalling.recalled`."""
    count, asked, width = queries.shape
    frames, kinds = keys.shape[1] // each, looks.shape[2]
    made = torch.empty((count, asked, kinds), dtype=torch.float32, device=queries.device)
    if not made.numel():
        return made
    bank = (keys.contiguous(), looks.contiguous(), sharpness)
    launch(
        *(_recalled, (blocks(asked, _QUERIES), count), queries, queries.contiguous(), bank, made),
        *((asked, width, each, kinds, frames), min(most or frames, frames)),
        SHAPE=(_QUERIES, _PLACES, padded(width, 16), padded(kinds), padded(frames, 16)),
    )
    return made


@compiled
def _likest(asked: tl.tensor, keys: tl.tensor, width: tl.tensor, each: tl.tensor, SHAPE: tl.constexpr) -> tl.tensor:
    """Return how alike the likest of a frame's places is to each that asks, and its number."""
    column = tl.arange(0, SHAPE[2])
    most = tl.full((SHAPE[0],), _NEVER, tl.float32)
    which = tl.full((SHAPE[0],), 0, tl.int32)
    for start in range(0, each, SHAPE[1]):
        place = start + tl.arange(0, SHAPE[1])
        there = (place[None, :] < each) & (column[:, None] < width)
        held = tl.load(keys + place[None, :] * width + column[:, None], mask=there, other=0.0)
        alike = tl.dot(asked, held.to(tl.float32), input_precision="ieee")
        alike = tl.where(place[None, :] < each, alike, _NEVER)
        here, number = tl.max(alike, axis=1, return_indices=True)
        which = tl.where(here > most, start + number, which)
        most = tl.maximum(most, here)
    return most, which


@compiled
def _kept(said: tl.tensor, most: tl.tensor, SHAPE: tl.constexpr) -> tl.tensor:
    """Return what the likest frames say; the others say nothing."""
    frame = tl.arange(0, SHAPE[4])[None, :]
    left, kept = said, tl.full(said.shape, _NEVER, tl.float32)
    for _ in range(most):
        _, number = tl.max(left, axis=1, return_indices=True)
        chosen = frame == number[:, None]
        kept = tl.where(chosen, said, kept)
        left = tl.where(chosen, _NEVER, left)
    return kept


@compiled
def _recalled(
    queries: tl.tensor, bank: tl.tuple, made: tl.tensor, sizes: tl.tuple, most: tl.tensor, SHAPE: tl.constexpr
) -> None:
    asked, width, each, kinds, frames = sizes
    keys, looks, sharpness = bank
    sample = tl.program_id(1).to(tl.int64)
    row = tl.program_id(0) * SHAPE[0] + tl.arange(0, SHAPE[0])
    column, kind, number = tl.arange(0, SHAPE[2]), tl.arange(0, SHAPE[3]), tl.arange(0, SHAPE[4])[None, :]
    there = (row[:, None] < asked) & (column[None, :] < width)
    given = tl.load(queries + (sample * asked + row[:, None]) * width + column[None, :], mask=there, other=0.0)
    given = given.to(tl.float32)
    said = tl.full((SHAPE[0], SHAPE[4]), _NEVER, tl.float32)
    which = tl.full((SHAPE[0], SHAPE[4]), 0, tl.int32)
    for frame in range(frames):
        first = sample * frames * each + frame * each
        alike, place = _likest(given, keys + first * width, width, each, SHAPE)
        said = tl.where(number == frame, alike[:, None], said)
        which = tl.where(number == frame, place[:, None], which)
    said = _kept(said, most, SHAPE)
    weight = tl.exp(tl.load(sharpness).to(tl.float32) * (said - tl.max(said, axis=1)[:, None]))
    weight = weight / tl.sum(weight, axis=1)[:, None]
    found = tl.full((SHAPE[0], SHAPE[3]), 0, tl.float32)
    for frame in range(frames):
        share = tl.sum(tl.where(number == frame, weight, 0.0), axis=1)
        place = sample * frames * each + frame * each + tl.sum(tl.where(number == frame, which, 0), axis=1)
        look = tl.load(looks + place[:, None] * kinds + kind[None, :], mask=kind[None, :] < kinds, other=0.0)
        found += share[:, None] * look.to(tl.float32)
    inside = (row[:, None] < asked) & (kind[None, :] < kinds)
    tl.store(made + (sample * asked + row[:, None]) * kinds + kind[None, :], found, mask=inside)
