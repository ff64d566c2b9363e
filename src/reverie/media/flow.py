"""Pictures between two others, along the motion seen in them, without weights; what one hides comes of the other.

No single field of motion is right at the edge of what moves: there two motions meet, and one of the two pictures shows
what the other hides. So several motions are tried at every place (what each picture's own flow says, what the
neighbourhood does, what the whole view does, and none), each is asked how well both pictures agree along it, and what
they show is mixed by that. A side that would be looked for outside the picture does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.media.geometry import fit

Field = npt.NDArray[np.float32]
"""Motion at every place, `(height, width, 2)`: x and y in pixels of that field."""

_Plane = npt.NDArray[np.float32]

MOST_PIXELS = 1920 * 1088
"""Above this motion is looked for in a smaller picture: it has no finer detail than that."""

_LEAST_SIDE = 32
"""Pixels of the shorter side below which there is nothing that a flow could be found in."""

_TOLERANCE = 6.0
"""Levels of disagreement by which a motion's weight falls to 1/e."""

_PATCH = 2.3
"""Radius, in pixels of the picture, over which both are compared: a Gaussian's deviation."""

_REACH = 16
"""Pixels from where a neighbour's motion is tried."""

_UNKNOWN = 4.0
"""Levels of disagreement that are taken where one picture has nothing to compare with."""

_OUTSIDE = 0.02
"""The weight of a side whose picture ends before the place it would be taken from."""

_ROWS = 256
"""Rows mixed at a time, so that memory does not grow with the picture."""

_NOTHING: Any = None
"""What OpenCV takes for "nothing given", and its types do not know; an empty array is not the same to it."""


def between(before: Image, after: Image, share: float) -> Image:
    """Return the picture `share` (0..1) of the way from one to the other, both `(height, width, 3)` uint8."""
    return Pair(before, after).at(share)


class Pair:
    """Two pictures of one size and the motion between them, which is looked for once and serves every share."""

    def __init__(self, before: Image, after: Image) -> None:
        if before.shape != after.shape:
            raise ValueError(f"both pictures must have one size, not {before.shape} and {after.shape}")
        self._before, self._after = before, after
        self._same = np.array_equal(before, after)
        self._seen = None if self._same or min(before.shape[:2]) < _LEAST_SIDE else _Seen.of(before, after)

    def at(self, share: float) -> Image:
        """Return the picture `share` (0..1) of the way; at 0 and 1 it is the given one itself."""
        if self._same or share <= 0:
            return self._before
        if share >= 1:
            return self._after
        if self._seen is None:
            return np.asarray(cv2.addWeighted(self._before, 1 - share, self._after, share, 0), np.uint8)
        return _mixed(self._before, self._after, self._seen.weighed(share), share)


@dataclass(frozen=True)
class _Seen:
    """Both pictures at half the size motion was looked for in, and the flow of each to the other, in its pixels."""

    before: Image
    after: Image
    forwards: Field
    backwards: Field
    scale: float

    @classmethod
    def of(cls, before: Image, after: Image) -> _Seen:
        rows, columns = before.shape[:2]
        shrink = min(1.0, (MOST_PIXELS / (rows * columns)) ** 0.5)
        size = max(_LEAST_SIDE, round(columns * shrink)), max(_LEAST_SIDE, round(rows * shrink))
        first, second = (cv2.cvtColor(fit(image, *size), cv2.COLOR_RGB2GRAY) for image in (before, after))
        finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        half = (max(8, size[0] // 2), max(8, size[1] // 2))
        forwards, backwards = (
            _shrunk(np.asarray(finder.calc(*pair, _NOTHING), np.float32), half)
            for pair in ((first, second), (second, first))
        )
        return cls(_area(before, half), _area(after, half), forwards, backwards, half[0] / columns)

    def weighed(self, share: float) -> list[tuple[Field, _Plane]]:
        """Return the motions tried at this moment, each with its weight at every place; weights sum to 1."""
        motions = list(self._motions(share))
        costs = np.stack([self._disagreement(motion, share) for motion in motions])
        weights = np.exp((costs.min(axis=0) - costs) / _TOLERANCE)
        weights /= weights.sum(axis=0)
        return list(zip(motions, weights, strict=True))

    def _motions(self, share: float) -> Iterator[Field]:
        common = (1 - share) * self.forwards - share * self.backwards
        yield _found(self.forwards, _along(common, -share))
        yield -_found(self.backwards, _along(common, 1 - share))
        yield from _neighbours(common, max(1, round(_REACH * self.scale)))
        yield _whole(common)
        yield np.zeros_like(common)

    def _disagreement(self, motion: Field, share: float) -> _Plane:
        height, width = motion.shape[:2]
        early, late = _along(motion, -share), _along(motion, 1 - share)
        apart = cv2.absdiff(_found(self.before, early), _found(self.after, late))
        levels = cv2.transform(apart.astype(np.float32), np.full((1, 3), 1 / 3, np.float32))
        both = np.minimum(_inside(early, width, height), _inside(late, width, height))
        return np.asarray(
            cv2.GaussianBlur(both * levels + (1 - both) * _UNKNOWN, (0, 0), max(0.5, _PATCH * self.scale)), np.float32
        )


def _area(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _shrunk(flow: npt.NDArray[np.floating], size: tuple[int, int]) -> Field:
    small = cv2.resize(flow, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small * np.array([size[0] / flow.shape[1], size[1] / flow.shape[0]], np.float32), np.float32)


@lru_cache(maxsize=2)
def _places(width: int, height: int) -> Field:
    places = np.dstack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))
    places.flags.writeable = False
    return places


def _along(motion: Field, share: float) -> Field:
    """Return where every place comes to when it goes a share of its own motion."""
    return np.asarray(_places(motion.shape[1], motion.shape[0]) + np.float32(share) * motion, np.float32)


def _found(picture: npt.NDArray[Any], places: Field) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = cv2.remap(picture, places, _NOTHING, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found


def _neighbours(motion: Field, reach: int) -> Iterator[Field]:
    """Give the motion as it is `reach` pixels to each of four sides."""
    height, width = motion.shape[:2]
    wide = cv2.copyMakeBorder(motion, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    for down, right in ((reach, 0), (reach, 2 * reach), (0, reach), (2 * reach, reach)):
        yield np.asarray(wide[down : down + height, right : right + width], np.float32)


def _whole(motion: Field) -> Field:
    """Return the affine motion that most places agree on; where none is found, what is given."""
    height, width = motion.shape[:2]
    step = max(4, min(height, width) // 32)
    places = _places(width, height)
    starts = places[::step, ::step].reshape(-1, 2)
    ends = starts + motion[::step, ::step].reshape(-1, 2)
    found, _ = cv2.estimateAffine2D(starts, ends, ransacReprojThreshold=1.0)
    if found is None or not np.isfinite(found).all():
        return motion
    return np.asarray(cv2.transform(places, found) - places, np.float32)


def _mixed(before: Image, after: Image, weighed: list[tuple[Field, _Plane]], share: float) -> Image:
    height = before.shape[0]
    made = np.empty_like(before)
    layers = [np.dstack([motion, weight]) for motion, weight in weighed]
    for top in range(0, height, _ROWS):
        rows = min(_ROWS, height - top)
        made[top : top + rows] = _strip(before, after, layers, share, (top, rows))
    return made


def _strip(
    before: Image, after: Image, layers: list[npt.NDArray[np.float32]], share: float, where: tuple[int, int]
) -> Image:
    (top, rows), (height, width) = where, before.shape[:2]
    total = np.zeros((rows, width, 3), np.float32)
    start = _places(width, rows) + np.array([0, top], np.float32)
    for layer in layers:
        motion, weight = _grown(layer, (height, width), where)
        early, late = start - np.float32(share) * motion, start + np.float32(1 - share) * motion
        picture = cv2.blendLinear(
            _sampled(before, early),
            _sampled(after, late),
            (1 - share) * _inside(early, width, height),
            share * _inside(late, width, height),
        )
        total += weight[..., None] * picture
    return np.asarray(np.clip(np.rint(total), 0, 255), np.uint8)


def _grown(layer: npt.NDArray[np.float32], shape: tuple[int, int], where: tuple[int, int]) -> tuple[Field, _Plane]:
    """Return rows of a motion and its weight at the size of a picture, the motion in that picture's pixels."""
    (height, width), (top, rows) = shape, where
    across, down = layer.shape[1] / width, layer.shape[0] / height
    place = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grown = cv2.warpAffine(layer, place, (width, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    motion = np.asarray(grown[..., :2] / np.array([across, down], np.float32), np.float32)
    return motion, np.ascontiguousarray(grown[..., 2])


def _sampled(image: Image, places: Field) -> Image:
    return np.asarray(cv2.remap(image, places, _NOTHING, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _inside(places: Field, width: int, height: int) -> _Plane:
    """Return 1 where a place is inside a picture, nearly 0 from a pixel outside on."""
    middle = np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
    past = (np.abs(places - middle) - middle).max(axis=2)
    return np.asarray(np.clip(1 - past, _OUTSIDE, 1), np.float32)
