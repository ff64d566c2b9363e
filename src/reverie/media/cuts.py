"""Where one shot ends and another begins: two pictures that have nothing to do with each other."""

from __future__ import annotations

import cv2
import numpy as np

from reverie.core.frame import Image
from reverie.media.geometry import fit

_WIDTH, _HEIGHT = 64, 36
_BINS = 16

MOST_APART = 24.0
"""Levels, of 255, by which two small pictures of one shot differ in the mean at most, as far as we have seen."""

LEAST_SHARED = 0.8
"""Share of their colours that two pictures of one shot have in common at least."""


def is_cut(before: Image, after: Image) -> bool:
    """True where two pictures, `(height, width, 3)` uint8, are of different shots.

    Both what is where and which colours there are must have changed: a fast pan keeps its colours, a flash its shapes
    after the next picture, and what fades stays near enough from one picture to the next.
    """
    first, second = (fit(image, _WIDTH, _HEIGHT, enlarge=cv2.INTER_AREA) for image in (before, after))
    apart = float(np.abs(first.astype(np.int16) - second).mean())
    return apart > MOST_APART and _shared(first, second) < LEAST_SHARED


def _shared(first: Image, second: Image) -> float:
    """Return how much of two pictures' histograms, channel by channel, lies in both: 0..1."""
    shares = []
    for channel in range(3):
        counts = [
            np.histogram(cv2.GaussianBlur(image[..., channel], (3, 3), 0), _BINS, (0, 256))[0]
            for image in (first, second)
        ]
        shares.append(float(np.minimum(*counts).sum()) / (_WIDTH * _HEIGHT))
    return min(shares)
