"""What shows a film before it plays: its best picture, and a sheet of small ones from all along it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

import cv2
import numpy as np

from reverie.core.frame import Image

MOST_TILES = 25
TILE_SIDE = 240
"""Pixels of a tile's longer side."""

_LOOKED_AT = 48
_BETTER = 1.03


@dataclass(frozen=True, slots=True)
class Album:
    """A film's `poster` at its full size, and its `sprite`: tiles row by row, tile `n` of `times[n]` seconds.

    `frames` is how many pictures the film has; a sheet's last places are black where there are fewer tiles.
    """

    poster: Image
    sprite: Image
    columns: int
    rows: int
    times: tuple[float, ...]
    frames: int


def album(pictures: Iterable[tuple[Image, Fraction]]) -> Album | None:
    """Look through a film once, holding one picture and some small ones; None where it has no pictures.

    The poster is where there is most to be seen: contrast, colour and detail, so no fade's black and no blur.
    """
    best, poster, tiles = 0.0, None, Tiles()
    for image, time in pictures:
        value = worth(image)
        if poster is None or value > best * _BETTER:
            best, poster = value, image
        tiles.see(image, time)
    if poster is None:
        return None
    chosen = tiles.chosen()
    columns = ceil(sqrt(len(chosen)))
    rows = ceil(len(chosen) / columns)
    times = tuple(float(time) for _, time in chosen)
    return Album(poster, _laid([tile for tile, _ in chosen], columns, rows), columns, rows, times, tiles.seen)


def worth(image: Image) -> float:
    """Return how much there is to be seen in a picture: contrast, colour and detail, each about 0..1."""
    step = max(1, max(image.shape[:2]) // _LOOKED_AT)
    small = image[::step, ::step].astype(np.float32) / 255
    light = small @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    colour = small.max(axis=2) - small.min(axis=2)
    detail = float(np.abs(np.diff(light, axis=1)).mean()) if light.shape[1] > 1 else 0.0
    clipped = float(((light < 0.02) | (light > 0.98)).mean())
    return (float(light.std()) / 0.25 + float(colour.mean()) + detail / 0.08) * (1 - 0.7 * clipped)


class Tiles:
    """Small pictures from all along a film whose length is not known: every second one goes when they get many."""

    def __init__(self) -> None:
        self.seen = 0
        self._every = 1
        self._kept: list[tuple[Image, Fraction]] = []

    def see(self, image: Image, time: Fraction) -> None:
        """Keep a small copy, where it is this one's turn."""
        if self.seen % self._every == 0:
            self._kept.append((_small(image), time))
            if len(self._kept) > 4 * MOST_TILES:
                self._kept, self._every = self._kept[::2], 2 * self._every
        self.seen += 1

    def chosen(self) -> list[tuple[Image, Fraction]]:
        """Return those that are shown: at most 25, evenly spread, each from the middle of its stretch."""
        count = min(MOST_TILES, len(self._kept))
        return [self._kept[int((number + 0.5) * len(self._kept) / count)] for number in range(count)]


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    share = min(1.0, TILE_SIDE / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _laid(tiles: list[Image], columns: int, rows: int) -> Image:
    height, width = tiles[0].shape[:2]
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = tile
    return sheet
