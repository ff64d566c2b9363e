"""From what the memory's network says to a settled picture: the plain arithmetic of pixels, in OpenCV's hands.

Pictures are `(H, W, 3)` float32 in 0..1 with sides that are whole places. The same as `Memory.forward`, and two rules
that are no matter of learning: detail is nowhere more than the painter's own, and light and colour of a place change
no faster than they must.
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

_LEVEL = np.float32(1 / 255)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds whatever the network says.

    Detail of a place is brought to the painter's own, at most `sharpest` times what it would be; `calm` 0..1 is the
    share of a change in a place's colour that is held back, where the source's own change is small beside `stirred`
    (0..1).
    """

    sharpest: float = 1.0
    calm: float = 0.0
    stirred: float = 0.08


def scaled(picture: npt.NDArray[np.generic]) -> Floats:
    """Return a picture in 0..1, its sides brought to whole places by what is at its border."""
    below, beside = (-side % CELL for side in picture.shape[:2])
    if below or beside:
        picture = cv2.copyMakeBorder(np.ascontiguousarray(picture), 0, below, 0, beside, cv2.BORDER_REPLICATE)
    return np.multiply(picture, _LEVEL, dtype=np.float32)


def halved(picture: Floats) -> Floats:
    """Return a picture at half its size, by area, `(H / 2, W / 2, C)`."""
    rows, columns = picture.shape[:2]
    half = cv2.resize(picture, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half if half.ndim == 3 else half[..., None], np.float32)


def by_place(picture: Floats) -> Floats:
    """Return the mean of each place."""
    rows, columns = picture.shape[:2]
    return np.asarray(
        cv2.resize(picture, (columns // CELL, rows // CELL), interpolation=cv2.INTER_AREA), np.float32
    ).reshape(rows // CELL, columns // CELL, -1)


def looks(picture: Floats) -> Floats:
    """Return how each place of a picture looks, `(H / CELL, W / CELL, 6)`."""
    soft = cv2.blur(picture, (5, 5), borderType=cv2.BORDER_REPLICATE)
    return np.concatenate([by_place(picture), 4 * by_place(cv2.absdiff(picture, soft))], axis=2)


def composed(new: Floats, old: Floats, blend: Blend, stir: Floats, rules: Rules) -> Image:
    """Return the settled picture in levels; `stir` `(H / CELL, W / CELL)` is how much the source itself changed."""
    size = new.shape[1], new.shape[0]
    fresh, past, added, crispness = (_grown(part, size) for part in blend)
    mixed = cv2.multiply(new, fresh)
    mixed += cv2.multiply(old, past)
    mixed += added
    if rules.calm:
        mixed += _grown(_held_back(mixed, old, stir, rules), size)
    soft = _softened(mixed)
    fine = cv2.subtract(mixed, soft)
    fine *= crispness[..., None]
    share = _amount(cv2.subtract(new, _softened(new))) / np.maximum(_amount(fine), np.float32(1e-4))
    fine *= _grown(np.clip(share, 0.0, rules.sharpest), size)[..., None]
    fine += soft
    return np.asarray(cv2.convertScaleAbs(np.maximum(fine, 0.0), alpha=255.0), np.uint8)


def _held_back(mixed: Floats, old: Floats, stir: Floats, rules: Rules) -> Floats:
    went = by_place(cv2.subtract(mixed, old))
    return np.asarray(-went * (rules.calm * np.exp(-np.square(stir / rules.stirred)))[..., None], np.float32)


def _amount(fine: Floats) -> Floats:
    return np.asarray(by_place(np.abs(fine)).mean(axis=2), np.float32)


def _grown(part: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _softened(picture: Floats) -> Floats:
    return np.asarray(cv2.blur(picture, (3, 3), borderType=cv2.BORDER_REPLICATE), np.float32)
