"""The memory's whole frame on a graphics card: pictures go there as bytes, and one comes back.

The same as `composing.Canvas` does on the host around the network, in tensors of fixed shapes and without a word from
the host in between, so that it can be captured as one graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from reverie.kernels.choosing import chosen
from reverie.kernels.warping import moved
from reverie.models.composing import CELL, COARSE, FINE, LARGE, Rules
from reverie.models.memory import Memory, Recorded, looks


@dataclass(frozen=True)
class Seen:
    """A frame to be settled, on the card.

    Pictures are `(1, H, W, 3)` uint8, sides multiples of `CELL`: `painted` is the new one, `shown` the last one that
    was shown, `given` what the camera gives and `past` what it gave before. `places` `(1, 2, H, W)` is the column and
    the row that each pixel was at before, in pixels.
    """

    painted: Tensor
    shown: Tensor
    given: Tensor
    past: Tensor
    places: Tensor


@dataclass(frozen=True)
class Settled:
    """What came of a frame: the picture `(1, H, W, 3)` uint8, and its places' keys and looks for the bank."""

    picture: Tensor
    keys: Tensor
    looks: Tensor


class CardMemory:
    """The network and the rules beside it for pictures of one size; `grid` is rows and columns that are remembered."""

    def __init__(self, network: Memory, size: tuple[int, int], grid: tuple[int, int], rules: Rules) -> None:
        self._network, self._size, self._grid, self._rules = network, size, grid, rules
        self._coarse = FINE if size[0] * size[1] <= LARGE else COARSE
        first = next(network.parameters())
        self._dtype, device = first.dtype, str(first.device)
        kernels = (chosen(name, device) for name in ("to_planes", "to_pictures", "recalled", "warp_blend"))
        self.kernels = {one.name: one for one in kernels}

    @torch.inference_mode()
    def settle(self, seen: Seen, bank: Recorded) -> Settled:
        """Return a frame settled; what the bank holds is of the same grid."""
        new, shown, given, past = map(self._planes, (seen.painted, seen.shown, seen.given, seen.past))
        old = moved(shown, seen.places).clamp(0, 1).to(self._dtype)
        before = moved(past, seen.places, "bilinear").to(self._dtype)
        told = self._told((new, old, given, before), _inside(seen.places, self._size).to(self._dtype))
        keys = self.keys(given)
        laid = looks(new)
        recalled = self._recalled(keys, bank, laid)
        fresh, kept, added, crispness = self._network.blend(told, torch.cat([recalled, laid], 1))
        mixed = self.kernels["warp_blend"].run(new, shown, seen.places, fresh, kept, added)
        mixed = self._toned(mixed, new, old, told)
        settled = self._sharpened(mixed, new, crispness).clamp(0, 1)
        picture, _ = self.kernels["to_pictures"].run(settled * 2 - 1)
        return Settled(picture, keys, self._at_grid(looks(settled)))

    def begin(self, given: Tensor, shown: Tensor) -> Recorded:
        """Return what is to be remembered of the first frame, both `(1, H, W, 3)` uint8."""
        with torch.inference_mode():
            return Recorded(self.keys(self._planes(given)), self._at_grid(looks(self._planes(shown))))

    def keys(self, given: Tensor) -> Tensor:
        """Return the keys of a picture's places, `(1, places, width)`."""
        rows, columns = (CELL * number for number in self._grid)
        small = functional.interpolate(given, size=(rows, columns), mode="area")
        return _places(self._network.keys(small))

    def _planes(self, picture: Tensor) -> Tensor:
        planes: Tensor = self.kernels["to_planes"].run(picture, self._dtype, torch.channels_last)
        return planes / 2 + 0.5

    def _told(self, pictures: tuple[Tensor, Tensor, Tensor, Tensor], inside: Tensor) -> Tensor:
        new, old, given, before = pictures
        whole = torch.cat([new, old, given, given - before, inside], 1)
        return functional.avg_pool2d(whole, self._coarse)

    def _recalled(self, keys: Tensor, bank: Recorded, laid: Tensor) -> Tensor:
        rows, columns = self._grid
        sharpness = self._network.sharpness.exp()
        known = self.kernels["recalled"].run(keys, bank.keys, bank.looks, sharpness, rows * columns)
        placed = known.transpose(1, 2).unflatten(2, (rows, columns)).to(self._dtype)
        return functional.interpolate(placed, size=laid.shape[2:], mode="bilinear")

    def _at_grid(self, laid: Tensor) -> Tensor:
        return _places(functional.interpolate(laid, size=self._grid, mode="bilinear"))

    def _toned(self, mixed: Tensor, new: Tensor, old: Tensor, told: Tensor) -> Tensor:
        """Bring each place's colour to what it is on its way to from what it was: the painter's."""
        rules, cell = self._rules, CELL // self._coarse
        if rules.calm is None:
            return mixed
        stir = functional.avg_pool2d(told[:, 9:12].mean(1, keepdim=True), cell).abs()
        seen = functional.avg_pool2d(told[:, 12:], cell)
        kept = rules.calm * seen * torch.exp(-((stir / rules.stirred) ** 2))
        is_new, is_old, is_mixed = (functional.avg_pool2d(one, CELL) for one in (new, old, mixed))
        return mixed + self._grown(is_new + (is_old - is_new) * kept - is_mixed)

    def _sharpened(self, mixed: Tensor, new: Tensor, crispness: Tensor) -> Tensor:
        """Return the picture with as much detail in each place as the painter's own has."""
        soft = _softened(mixed)
        fine = (mixed - soft) * self._grown(crispness)
        own, there = _amount(new - _softened(new)), _amount(fine)
        share = (self._rules.detail * own / there.clamp(min=1e-4)).clamp(max=self._rules.sharpest)
        return soft + fine * self._grown(share.to(fine.dtype))

    def _grown(self, part: Tensor) -> Tensor:
        return functional.interpolate(part, size=self._size, mode="bilinear")


def _inside(places: Tensor, size: tuple[int, int]) -> Tensor:
    rows, columns = size
    x, y = places[:, :1], places[:, 1:]
    return (x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)


def _softened(picture: Tensor) -> Tensor:
    return functional.avg_pool2d(functional.pad(picture, (1, 1, 1, 1), mode="replicate"), 3, 1)


def _amount(fine: Tensor) -> Tensor:
    # Squares of half precision's small numbers vanish.
    return functional.avg_pool2d(fine.float() ** 2, CELL).mean(1, keepdim=True).sqrt()


def _places(features: Tensor) -> Tensor:
    return features.flatten(2).transpose(1, 2).contiguous()
