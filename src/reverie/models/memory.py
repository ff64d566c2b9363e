"""The memory against error accumulation: what was seen here before, and what of it to keep.

Two parts. The bank holds how places looked, and is asked by what they are now: a picture's place finds its like in the
source frames of the past and recalls the colours and the detail that were painted there (memory attention). The network
then decides, place by place, how much of the picture before to keep and how much of the new one to trust, and takes
colour and detail of both back to what it recalls.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from reverie.kernels import recalling
from reverie.kernels.choosing import chosen

CELL = 16
"""Pixels of a place's sides: what the bank remembers by."""

LOOKS = 6
"""Numbers that a place's look is remembered in: three colours, and how much detail each has."""

_MAPS = 14
"""What the network says of a pixel: which picture to trust, gains and shifts of both, how sharp it should be."""

_CHANNELS = (3, 3, 3, 3, 1, LOOKS, LOOKS)
"""Of what it is told: painted, before, source, how that changed, seen at all, recalled, and painted's own looks."""


@dataclass(frozen=True)
class Recorded:
    """Places of the past: their `keys` `(N, M, width)` and their `looks` `(N, M, LOOKS)`."""

    keys: Tensor
    looks: Tensor

    def joined(self, newer: Recorded, most: int) -> Recorded:
        """Return both, the newest `most` places of them."""
        keys, looks = torch.cat([self.keys, newer.keys], 1), torch.cat([self.looks, newer.looks], 1)
        return Recorded(keys[:, -most:], looks[:, -most:])


@dataclass(frozen=True)
class Moment:
    """What is known when a frame is to be settled; pictures are `(N, 3, H, W)` in 0..1, sides multiples of `CELL`.

    `painted` is the new picture, `before` the last one that was shown, moved as the source moved; `source` what the
    camera gives, `change` what of it no motion explains; `seen` `(N, 1, H, W)` is 1 where `before` shows anything.
    """

    painted: Tensor
    before: Tensor
    source: Tensor
    change: Tensor
    seen: Tensor


def looks(picture: Tensor) -> Tensor:
    """Return how each place of a picture looks: `(N, LOOKS, H / CELL, W / CELL)`."""
    soft = functional.avg_pool2d(picture, 5, 1, 2, count_include_pad=False)
    detail = (picture - soft).abs()
    return functional.avg_pool2d(torch.cat([picture, 4.0 * detail], 1), CELL)


class Block(nn.Module):
    """Two convolutions around a skip."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same shape."""
        changed: Tensor = features + self.second(functional.silu(self.first(functional.silu(features))))
        return changed


class Keys(nn.Module):
    """What a place is found again by, from the source picture alone: `(N, width, H / CELL, W / CELL)`, length 1."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        sizes = (3, 16, 24, 32, width)
        self.layers = nn.ModuleList(nn.Conv2d(inside, outside, 4, 2, 1) for inside, outside in pairwise(sizes))

    def forward(self, picture: Tensor) -> Tensor:
        """Return the keys."""
        features = picture - 0.5
        for number, layer in enumerate(self.layers):
            features = layer(functional.silu(features) if number else features)
        return functional.normalize(features, dim=1)


class Memory(nn.Module):
    """Bank, attention and network: two hundred thousand parameters, the same for every size, prompt and model."""

    def __init__(self, widths: tuple[int, int, int] = (16, 32, 48), key_width: int = 32) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.keys = Keys(key_width)
        self.sharpness = nn.Parameter(torch.tensor(3.0))
        self.enter = nn.Conv2d(sum(_CHANNELS), fine, 3, padding=1)
        self.fine_in, self.fine_out = Block(fine), Block(fine)
        self.down = nn.Conv2d(fine, middle, 4, 2, 1)
        self.middle_in, self.middle_out = Block(middle), Block(middle)
        self.lower = nn.Conv2d(middle, coarse, 4, 2, 1)
        self.coarse = nn.Sequential(Block(coarse), Block(coarse))
        self.rise, self.up = nn.Conv2d(coarse, middle, 1), nn.Conv2d(middle, fine, 1)
        self.leave = nn.Conv2d(fine, _MAPS, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        if self.leave.bias is not None:
            nn.init.zeros_(self.leave.bias)

    def record(self, source: Tensor, shown: Tensor) -> Recorded:
        """Return what is to be remembered of a frame: what the camera gave, and what was shown for it."""
        return Recorded(_places(self.keys(source)).float(), _places(looks(shown)).float())

    def recall(self, source: Tensor, bank: Recorded) -> Tensor:
        """Return how each place of a source picture used to look: `(N, LOOKS, H / CELL, W / CELL)`.

        Of each frame in the bank the likest place has its say; all of a frame's places lie together in it.
        """
        queries = self.keys(source)
        rows, columns = queries.shape[2:]
        taught = torch.is_grad_enabled() and (queries.requires_grad or self.sharpness.requires_grad)
        recalled = recalling.recalled if taught else chosen("recalled", str(queries.device)).run
        found: Tensor = recalled(_places(queries), bank.keys, bank.looks, self.sharpness.exp(), rows * columns)
        laid: Tensor = found.transpose(1, 2).unflatten(2, (rows, columns))
        return laid

    def forward(self, moment: Moment, recalled: Tensor) -> Tensor:
        """Return the settled picture, `(N, 3, H, W)` in 0..1."""
        told = torch.cat([moment.painted, moment.before, moment.source, moment.change, moment.seen], 1)
        blend = self.blend(functional.avg_pool2d(told, 2), torch.cat([recalled, looks(moment.painted)], 1))
        fresh, past, shift, crispness = (_twice_as_wide(part) for part in blend)
        mixed = moment.painted * fresh + moment.before * past + shift
        soft = _softened(mixed)
        fine = crispness * (mixed - soft)
        return (soft + _held(fine, moment.painted - _softened(moment.painted))).clamp(0, 1)

    def blend(self, told: Tensor, remembered: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return by what to multiply the new picture and the one before, what to add, and detail by what, at half size.

        `told` is painted, before, source, change and seen at half size, `(N, 13, H / 2, W / 2)`, `remembered` recalled
        and painted's own looks, `(N, 2 * LOOKS, H / CELL, W / CELL)`. Each answer has 3 channels, the last one 1.
        """
        trust, gain, shift, old_gain, old_shift, crispness = self._maps(told, remembered).split((1, 3, 3, 3, 3, 1), 1)
        kept = torch.sigmoid(trust) * told[:, -1:]
        fresh, past = (1 - kept) * (1 + 0.5 * torch.tanh(gain)), kept * (1 + 0.5 * torch.tanh(old_gain))
        added = 0.25 * ((1 - kept) * torch.tanh(shift) + kept * torch.tanh(old_shift))
        return fresh, past, added, 1 + torch.tanh(crispness)

    def _maps(self, told: Tensor, remembered: Tensor) -> Tensor:
        wide = functional.interpolate(remembered, size=told.shape[2:], mode="bilinear", align_corners=False)
        fine = self.fine_in(self.enter(torch.cat([told, wide], 1)))
        middle = self.middle_in(self.down(fine))
        coarse = self.coarse(self.lower(middle))
        middle = self.middle_out(middle + _twice(self.rise(coarse)))
        fine = self.fine_out(fine + _twice(self.up(middle)))
        maps: Tensor = self.leave(functional.silu(fine))
        return maps


def _softened(picture: Tensor) -> Tensor:
    return functional.avg_pool2d(picture, 3, 1, 1, count_include_pad=False)


def _held(fine: Tensor, painted: Tensor) -> Tensor:
    """Return detail that is nowhere more than the painter's own: what sharpens a little each frame has no end."""
    most, there = (functional.avg_pool2d(one.abs().mean(1, keepdim=True), CELL) for one in (painted, fine))
    share = (most / there.clamp(min=1e-4)).clamp(max=1.0)
    return fine * functional.interpolate(share, size=fine.shape[2:], mode="bilinear", align_corners=False)


def _places(features: Tensor) -> Tensor:
    return features.flatten(2).transpose(1, 2)


def _twice(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2, mode="nearest")


def _twice_as_wide(part: Tensor) -> Tensor:
    return functional.interpolate(part, scale_factor=2, mode="bilinear", align_corners=False)
