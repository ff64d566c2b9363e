"""How a clip ends: its last picture, and how the camera moves there."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import STILL, Image, Motion
from reverie.media.film import FilmReader
from reverie.media.geometry import fit

LOOKED_AT = 13
"""Pictures at the end by which the camera's motion is measured."""

_SIDE = 480
_TRACKS, _LEAST_TRACKS, _LEAST_AGREED = 200, 12, 0.4
_MOST_ZOOM, _MOST_PAN, _MOST_ROLL = 2.0, 0.5, 45.0
_STEADY_ZOOM, _STEADY_PAN, _STEADY_ROLL = 0.004, 0.002, 0.15

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tail:
    """The last picture of a clip, `(height, width, 3)` uint8 upright, and the camera's motion there, a second."""

    picture: Image
    motion: Motion


def read_tail(path: str | Path, field: str = "video") -> Tail:
    """Return how a clip ends; InputError where it is none that can be read."""
    with FilmReader(path, field) as film:
        pictures = film.end(LOOKED_AT)
    return Tail(pictures[-1][0], measured([(_grey(picture), time) for picture, time in pictures]))


def measured(pictures: list[tuple[Grey, Fraction]]) -> Motion:
    """Return the camera's motion over grey pictures and their times: what most of the picture agrees on.

    Corners are followed by Lucas and Kanade's method from picture to picture, a similarity is fitted to them by RANSAC,
    and the middle value of each of its rates is taken. STILL where too few corners agree, or nothing moves to speak of.
    """
    rates = [rate for before, after in pairwise(pictures) if (rate := _between(before, after)) is not None]
    if len(rates) < max(1, (len(pictures) - 1) // 2):
        return STILL
    zoom, across, down, roll = (median(values) for values in zip(*rates, strict=True))
    zoom = _settled(zoom, _STEADY_ZOOM, math.log(_MOST_ZOOM))
    pan = _settled(across, _STEADY_PAN, _MOST_PAN), _settled(down, _STEADY_PAN, _MOST_PAN)
    return Motion(math.exp(zoom), pan, _settled(roll, _STEADY_ROLL, _MOST_ROLL))


def _settled(value: float, least: float, most: float) -> float:
    return 0.0 if abs(value) < least else round(max(-most, min(most, value)), 5)


def _grey(picture: Image) -> Grey:
    height, width = picture.shape[:2]
    share = min(1.0, _SIDE / max(width, height))
    small = fit(picture, max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def _between(before: tuple[Grey, Fraction], after: tuple[Grey, Fraction]) -> tuple[float, float, float, float] | None:
    """Return rates a second between two pictures: logarithm of the zoom, pan across and down, roll in degrees."""
    seconds = float(after[1] - before[1])
    corners = cv2.goodFeaturesToTrack(before[0], _TRACKS, 0.01, 8)
    if corners is None or len(corners) < _LEAST_TRACKS or seconds <= 0:
        return None
    found, seen, _ = cv2.calcOpticalFlowPyrLK(before[0], after[0], corners, np.zeros_like(corners))
    kept = seen[:, 0] == 1
    if int(kept.sum()) < _LEAST_TRACKS:
        return None
    placed, agreed = cv2.estimateAffinePartial2D(corners[kept], found[kept], ransacReprojThreshold=1.0)
    if placed is None or float(agreed.mean()) < _LEAST_AGREED:
        return None
    return _rates(placed, before[0].shape[1], before[0].shape[0], seconds)


def _rates(
    placed: npt.NDArray[np.float64], width: int, height: int, seconds: float
) -> tuple[float, float, float, float]:
    """Turn a similarity between two pictures into rates: the way back from `geometry.placement`."""
    turn = complex(placed[0, 0], placed[1, 0])
    rate, centre = cmath.log(turn), complex((width - 1) / 2, (height - 1) / 2)
    shift = turn * centre + complex(placed[0, 2], placed[1, 2]) - centre
    drift = shift / ((turn - 1) / rate) if abs(rate) > 1e-9 else shift
    return (
        rate.real / seconds,
        -drift.real / width / seconds,
        -drift.imag / height / seconds,
        math.degrees(rate.imag) / seconds,
    )
