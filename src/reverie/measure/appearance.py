"""What a frame looks like in nine numbers, for judging how a long run changed; slower and finer than the vitals."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image

WORKING_WIDTH = 480
"""Pixels of width that everything here is measured at, at most: figures of large and small films can be compared."""

BINS = 64
DARK, LIGHT = 2, 253
"""Levels from which on a pixel counts as clipped."""

_NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)

Histogram = npt.NDArray[np.float32]
"""Shares of pixels by channel and level, `(3, BINS)`; each channel sums to 1."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A frame's measures; levels are of 255.

    `luma` and `contrast`: mean and deviation of the luma, levels. `saturation`: mean S of HSV, 0..1. `colourfulness`:
    Hasler and Süsstrunk (2003), levels. `detail`: variance of the luma's Laplacian, squared levels. `noise`: deviation
    of the noise, levels (Immerkær 1996). `entropy`: of the luma's histogram, bits, 0..8. `clipped`: share of pixels at
    either end, 0..1.
    """

    luma: float
    contrast: float
    saturation: float
    colourfulness: float
    detail: float
    noise: float
    entropy: float
    clipped: float


def working(image: Image) -> Image:
    """Return a picture no wider than `WORKING_WIDTH`, by area."""
    height, width = image.shape[:2]
    if width <= WORKING_WIDTH:
        return image
    size = (WORKING_WIDTH, max(8, round(height * WORKING_WIDTH / width)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def appearance(image: Image) -> Appearance:
    """Measure a working picture, `(H, W, 3)` uint8."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    mean, deviation = cv2.meanStdDev(grey)
    laplacian = cv2.Laplacian(grey, cv2.CV_32F, ksize=1)
    return Appearance(
        luma=float(mean[0, 0]),
        contrast=float(deviation[0, 0]),
        saturation=float(cv2.cvtColor(image, cv2.COLOR_RGB2HSV)[..., 1].mean()) / 255,
        colourfulness=_colourfulness(image),
        detail=float(laplacian.var()),
        noise=_noise(grey),
        entropy=_entropy(grey),
        clipped=float(((image <= DARK) | (image >= LIGHT)).all(axis=2).mean()),
    )


def histogram(image: Image) -> Histogram:
    """Return how its pixels spread over the levels of each channel."""
    counts = [cv2.calcHist([image], [channel], None, [BINS], [0, 256]).ravel() for channel in range(3)]
    return np.stack(counts).astype(np.float32) / np.float32(image.shape[0] * image.shape[1])


def histograms_apart(first: Histogram, second: Histogram) -> float:
    """Return 1 less the Bhattacharyya coefficient, mean of the channels: 0 the same colours, 1 none in common."""
    return float(1.0 - np.sqrt(first * second).sum(axis=1).mean())


def _colourfulness(image: Image) -> float:
    red, green, blue = (image[..., channel].astype(np.float32) for channel in range(3))
    across, along = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(across.std(), along.std())
    return float(spread + 0.3 * np.hypot(across.mean(), along.mean()))


def _noise(grey: npt.NDArray[np.uint8]) -> float:
    inside = np.abs(cv2.filter2D(grey, cv2.CV_32F, _NOISE)[1:-1, 1:-1])
    return float(np.sqrt(np.pi / 2) / 6 * inside.mean())


def _entropy(grey: npt.NDArray[np.uint8]) -> float:
    shares = np.bincount(grey.ravel(), minlength=256) / grey.size
    told = shares[shares > 0]
    return float(-(told * np.log2(told)).sum())
