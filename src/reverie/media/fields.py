"""In which order a picture's places change: fields of numbers, over which one picture is uncovered by another."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Order = npt.NDArray[np.float32]
"""`(H, W)`: 0 changes first, 1 last."""

_SEED = 20_260
_OCTAVES = ((3.0, 1.0), (7.0, 0.7), (15.0, 0.4), (34.0, 0.2), (80.0, 0.09))
"""Cells along the longer side, and how much each counts."""


def smooth(share: float) -> float:
    """Return 0..1 with a slow start and a slow end (3t² - 2t³)."""
    return share * share * (3 - 2 * share)


@dataclass(frozen=True, slots=True)
class Field:
    """An order of change in 256 steps, and how much of it is under way at a time (`soft`, 0..1)."""

    steps: npt.NDArray[np.uint8]
    soft: float

    @classmethod
    def of(cls, order: Order, soft: float) -> Field:
        """Return the field of an order; steps are dithered, so that a slow edge shows no bands."""
        grain = np.random.default_rng(_SEED).random(order.shape, np.float32)
        return cls(np.clip(order * 255 + grain - 0.5, 0, 255).astype(np.uint8), soft)

    def uncover(
        self, before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8], share: float, out: npt.NDArray[np.uint8]
    ) -> None:
        """Write what is seen when a `share` (0..1) of the change is over into `out`; all planes have one size."""
        ramp = np.clip((share * (1 + self.soft) - np.arange(256) / 255) / self.soft, 0, 1)
        table = (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)
        weight, rest = cv2.LUT(self.steps, table), cv2.LUT(self.steps, 1 - table)
        cv2.blendLinear(before, after, rest, weight, dst=out)


def noise(width: int, height: int) -> Order:
    """Return drifts of smooth noise, the same at any size, each of 256 levels of which covers the same area."""
    random = np.random.default_rng(_SEED)
    small = 512 / max(width, height)
    wide, high = max(2, round(width * small)), max(2, round(height * small))
    total = np.zeros((high, wide), np.float32)
    for cells, weight in _OCTAVES:
        across, down = (max(2, round(cells * side / 512)) + 3 for side in (wide, high))
        coarse = random.standard_normal((down, across)).astype(np.float32)
        total += weight * np.asarray(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC), np.float32)
    return _resized(_levelled(total), width, height)


def _levelled(values: Order) -> Order:
    ranks = np.empty(values.size, np.float32)
    ranks[np.argsort(values, axis=None, kind="stable")] = np.linspace(0, 1, values.size, dtype=np.float32)
    return ranks.reshape(values.shape)


def _resized(values: Order, width: int, height: int) -> Order:
    grown = cv2.resize(values, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(grown, np.float32), 0, 1)


def radius(width: int, height: int, *, outwards: bool) -> Order:
    """Return the distance from the middle, the corners being 1; from the corners where the change goes inwards."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None] * width
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * height
    away = np.sqrt(across**2 + down**2) / np.float32(np.hypot(width, height))
    return np.asarray(away if outwards else 1 - away, np.float32)
