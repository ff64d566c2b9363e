"""From what the memory's network says to a settled picture: the plain arithmetic of pixels, in OpenCV's hands.

The same as `Memory.forward`, and rules beside it that are no matter of learning (`Rules`). All of it happens in arrays
that are made once for a size: to ask the system for new ones takes longer than to compute.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.models.memory_runtimes import Blend, Floats

CELL = 16
"""Pixels of a place's sides, as in `models.memory`."""

FINE, COARSE, LARGE = 2, 4, 192 * 192
"""Pixels of the sides of what the network is told something of; the latter in pictures of more than `LARGE` pixels.

It was taught on pictures of 128 pixels, looked at from half their size: of larger ones it sees the more from a quarter
of theirs, and in a quarter of the time.
"""

LOOKS = 6
TOLD = 13
"""Channels of what the network is told: painted, before, source, how that changed, and seen at all."""

Mask = npt.NDArray[np.uint8]
"""`(H, W)`, 255 where something is."""

_LEVEL = np.float32(1 / 255)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds whatever the network says.

    Detail of a place is brought to `detail` times the painter's own (a little of it is lost between places), at most
    `sharpest` times what it would be. Light and colour of a
    place follow the painter's by a share of 1 - `calm` a frame, and at once where the source itself changes much
    beside `stirred` (0..1); None leaves them to the network.
    """

    detail: float = 1.02
    sharpest: float = 2.0
    calm: float | None = 0.9
    stirred: float = 0.08


@dataclass(frozen=True)
class Moment:
    """What is known of a frame to be settled, all of one size, in levels.

    `painted` is the new picture, `before` the last one that was shown, moved as the source moved, `given` what the
    camera gives and `past` what it gave before, moved too; `seen` is where `before` shows anything.
    """

    painted: Image
    before: Image
    given: Image
    past: Image
    seen: Mask

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.painted.shape[0], self.painted.shape[1]


class Canvas:
    """Room for the arithmetic of pictures of one size; what it returns is written over by the next picture."""

    def __init__(self, rows: int, columns: int) -> None:
        self.coarse = FINE if rows * columns <= LARGE else COARSE
        self.shape = rows + -rows % CELL, columns + -columns % CELL
        self._size = self.shape[1], self.shape[0]
        self._grid = self._size[0] // CELL, self._size[1] // CELL
        self._new, self._old, self._mixed, self._soft, self._fine, self._part = (
            np.empty((*self.shape, 3), np.float32) for _ in range(6)
        )
        self._told = np.empty((1, TOLD, self.shape[0] // self.coarse, self.shape[1] // self.coarse), np.float32)
        self._made = np.empty((*self.shape, 3), np.uint8)
        self._stir = self._seen = np.zeros((self._grid[1], self._grid[0]), np.float32)

    def planes(self, picture: Image, grid: tuple[int, int]) -> Floats:
        """Return a picture in 0..1 at the size of so many rows and columns of places, `(1, 3, H, W)`."""
        rows, columns = (CELL * number for number in grid)
        small = cv2.resize(self._whole(picture), (columns, rows), interpolation=cv2.INTER_AREA)
        planes = np.empty((1, 3, rows, columns), np.float32)
        _laid(np.asarray(small, np.uint8), planes[0])
        return planes

    def look(self, picture: Image) -> Floats:
        """Return how each place of a picture looks, `(H / CELL, W / CELL, LOOKS)`."""
        return self._looks(_scaled(self._whole(picture), self._part))

    def take(self, moment: Moment) -> tuple[Floats, Floats]:
        """Return what the network is told of a moment, and how the painted picture's places look; keep both."""
        painted, before, given, past = map(self._whole, (moment.painted, moment.before, moment.given, moment.past))
        told = self._told[0]
        for number, picture in enumerate((painted, before, given, past)):
            _laid(self._reduced(picture), told[3 * number : 3 * number + 3])
        np.subtract(told[6:9], told[9:12], out=told[9:12])
        np.multiply(self._reduced(self._whole(moment.seen)), _LEVEL, out=told[12], casting="unsafe")
        self._stir = np.abs(self._by_place(told[9:12].mean(axis=0))[..., 0])
        self._seen = self._by_place(told[12])[..., 0]
        _scaled(before, self._old)
        return self._told, self._looks(_scaled(painted, self._new))

    def compose(self, blend: Blend, rules: Rules) -> Image:
        """Return the settled picture of what was taken, in levels."""
        fresh, past, added, crispness = blend
        mixed, soft, fine, part = self._mixed, self._soft, self._fine, self._part
        np.multiply(self._new, self._grown(fresh), out=mixed)
        np.add(mixed, np.multiply(self._old, self._grown(past), out=part), out=mixed)
        np.add(mixed, self._grown(added), out=mixed)
        if rules.calm is not None:
            np.add(mixed, self._grown(self._toned(mixed, rules.calm, rules.stirred)), out=mixed)
        np.subtract(mixed, _softened(mixed, soft), out=fine)
        np.multiply(fine, self._grown(_threefold(crispness)), out=fine)
        own = self._amount(np.subtract(self._new, _softened(self._new, part), out=part))
        share = np.float32(rules.detail) * own / np.maximum(self._amount(fine), np.float32(1e-4))
        np.multiply(fine, self._grown(_threefold(np.minimum(share, np.float32(rules.sharpest)))), out=fine)
        np.maximum(np.add(fine, soft, out=fine), 0.0, out=fine)
        return np.asarray(cv2.convertScaleAbs(fine, dst=self._made, alpha=255.0), np.uint8)

    def _toned(self, mixed: Floats, calm: float, stirred: float) -> Floats:
        """Return by how much each place's colour is off: on its way from what it was to the painter's."""
        new, old, made = map(self._by_place, (self._new, self._old, mixed))
        kept = calm * self._seen * np.exp(-np.square(self._stir / np.float32(stirred)))
        return np.asarray(new + (old - new) * kept[..., None] - made, np.float32)

    def _looks(self, picture: Floats) -> Floats:
        soft = cv2.blur(picture, (5, 5), dst=self._soft, borderType=cv2.BORDER_REPLICATE)
        detail = np.asarray(cv2.absdiff(picture, soft, dst=self._soft), np.float32)
        return np.concatenate([self._by_place(picture), 4 * self._by_place(detail)], axis=2)

    def _amount(self, fine: Floats) -> Floats:
        return np.asarray(np.sqrt(self._by_place(np.square(fine, out=self._part)).mean(axis=2)), np.float32)

    def _by_place(self, picture: Floats) -> Floats:
        found = cv2.resize(picture, self._grid, interpolation=cv2.INTER_AREA)
        return np.asarray(found, np.float32).reshape(self._grid[1], self._grid[0], -1)

    def _grown(self, part: Floats) -> Floats:
        return np.asarray(cv2.resize(part, self._size, dst=self._part, interpolation=cv2.INTER_LINEAR), np.float32)

    def _reduced(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        size = self._size[0] // self.coarse, self._size[1] // self.coarse
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _whole(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        below, beside = (there - here for there, here in zip(self.shape, picture.shape[:2], strict=True))
        if not below and not beside:
            return picture
        return np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE), np.uint8)


def _laid(picture: npt.NDArray[np.uint8], into: Floats) -> None:
    for plane, there in zip(cv2.split(picture), into, strict=True):
        np.multiply(plane, _LEVEL, out=there, casting="unsafe")


def _scaled(picture: npt.NDArray[np.uint8], into: Floats) -> Floats:
    return np.multiply(picture, _LEVEL, out=into, casting="unsafe")


def _threefold(part: Floats) -> Floats:
    return np.asarray(cv2.merge([part] * 3), np.float32)


def _softened(picture: Floats, into: Floats) -> Floats:
    return np.asarray(cv2.blur(picture, (3, 3), dst=into, borderType=cv2.BORDER_REPLICATE), np.float32)
