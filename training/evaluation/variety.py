"""Whether other seeds give other pictures, and whether any is one that was learnt by heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.worlds.render import render
from reverie.worlds.world import World
from training.pictures import Pictures

SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Weights of the scales, finest first (Wang, Simoncelli & Bovik 2003)."""

COARSE, FINE, LIKELY = 16, 64, 20

Plane = npt.NDArray[np.float32]


def ms_ssim(first: Image, second: Image) -> float:
    """Return the multi-scale structural similarity of two pictures' luma, 1 for equal ones; 176 px a side at least."""
    planes = _luma(first), _luma(second)
    found = 1.0
    for place, weight in enumerate(SCALES):
        light, structure = _ssim(*planes)
        whole = light * structure if place == len(SCALES) - 1 else structure
        found *= max(float(whole.mean()), 0.0) ** weight
        planes = _halved(planes[0]), _halved(planes[1])
    return found


def _ssim(first: Plane, second: Plane) -> tuple[Plane, Plane]:
    """Return the maps of likeness in light and in contrast and structure, 11x11 windows of sigma 1.5."""
    mean, other = _soft(first), _soft(second)
    spread, others = _soft(first * first) - mean * mean, _soft(second * second) - other * other
    both = _soft(first * second) - mean * other
    least, small = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    light = (2 * mean * other + least) / (mean * mean + other * other + least)
    return np.asarray(light, np.float32), np.asarray((2 * both + small) / (spread + others + small), np.float32)


def _luma(image: Image) -> Plane:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)


def _halved(plane: Plane) -> Plane:
    size = plane.shape[1] // 2, plane.shape[0] // 2
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _soft(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), np.float32)


def alikeness(pictures: Sequence[Image]) -> float:
    """Return the mean `ms_ssim` of all pairs."""
    return float(np.mean([ms_ssim(*pair) for pair in combinations(pictures, 2)]))


def rendered(world: World, seeds: Sequence[int], side: int) -> list[Image]:
    """Return renders of a world's words under other seeds."""
    pictures = (render(replace(world, seed=seed), side, side) for seed in seeds)
    return [(one.clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).cpu().numpy() for one in pictures]


@dataclass(frozen=True)
class Known:
    """Every picture that was trained on, small: `coarse` is `(N, COARSE * COARSE * 3)`."""

    cache: Pictures
    coarse: Plane

    @classmethod
    def of(cls, cache: Pictures) -> Known:
        """Shrink a whole cache."""
        return cls(cache, np.stack([_small(np.asarray(image), COARSE) for image in cache.array]))

    def nearest(self, image: Image) -> tuple[int, float]:
        """Return which picture is nearest, and how far it is: the root mean square of 8-bit levels at 64 px."""
        far = np.square(self.coarse - _small(image, COARSE)).mean(1)
        likely = np.argsort(far, kind="stable")[:LIKELY]
        fine = _small(image, FINE)
        rows = {int(i): float(np.square(_small(np.asarray(self.cache.array[i]), FINE) - fine).mean()) for i in likely}
        best = min(rows, key=lambda index: rows[index])
        return best, float(np.sqrt(rows[best]))


def _small(image: Image, side: int) -> Plane:
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.float32).ravel()
