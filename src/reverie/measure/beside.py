"""A film beside the one it was made from, frame by frame: is it the same scene, and is it another picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.measure.appearance import WORKING_WIDTH
from reverie.measure.temporal import Flow, Follower

_Plane = npt.NDArray[np.float32]
_DEVIATION = 1.5
_STEADY = (0.01 * 255) ** 2, (0.03 * 255) ** 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two films stand to one another.

    `edges`: SSIM of where the edges are, -1..1. `difference`: mean absolute difference, 0..1. `motion_apart`: how far
    their motions differ on average, in widths a frame (tOF, Chu et al. 2020, with DIS for the flow).
    """

    edges: float
    difference: float
    motion_apart: float


@dataclass
class Comparing:
    """Looks at pairs of pictures, of any two sizes: each pair is brought to the first's."""

    _rows: list[tuple[float, float]] = field(default_factory=list)
    _motions: list[float] = field(default_factory=list)
    _follower: Follower = field(default_factory=Follower)
    _last: tuple[Image, Image] | None = None

    def see(self, made: Image, given: Image) -> None:
        """Take a frame and the one it was made from."""
        height, width = made.shape[:2]
        share = min(1.0, WORKING_WIDTH / width)
        size = max(16, round(width * share)), max(16, round(height * share))
        one, other = (
            np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8) for image in (made, given)
        )
        self._rows.append((edges_alike(one, other), float(cv2.absdiff(one, other).mean()) / 255))
        if self._last is not None:
            ways = [self._flow(before, now) for before, now in zip(self._last, (one, other), strict=True)]
            self._motions.append(float(np.linalg.norm(ways[0] - ways[1], axis=2).mean()) / size[0])
        self._last = one, other

    def likeness(self) -> Likeness | None:
        """Sum up, None where nothing was seen."""
        if not self._rows:
            return None
        edges, difference = np.mean(self._rows, axis=0)
        return Likeness(float(edges), float(difference), float(np.mean(self._motions)) if self._motions else 0.0)

    def _flow(self, before: Image, now: Image) -> Flow:
        return self._follower.flow(before, now)


def edges_alike(first: Image, second: Image) -> float:
    """Return the SSIM (Wang et al. 2004, Gaussian of 1.5 pixels) of two pictures' edges, whatever their colours."""
    return _ssim(_edges(first), _edges(second))


def pictures_alike(first: Image, second: Image) -> float:
    """Return the SSIM of two pictures' luma, as `edges_alike` has it of their edges; 1 where they are the same."""
    one, other = (np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32) for image in (first, second))
    return _ssim(one, other)


def _edges(image: Image) -> _Plane:
    grey = cv2.GaussianBlur(np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32), (0, 0), 1.0)
    slope = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    steepest = float(np.percentile(slope, 99))
    return np.asarray(np.clip(slope * (255 / max(steepest, 8.0)), 0, 255), np.float32)


def _ssim(first: _Plane, second: _Plane) -> float:
    one, other = _soft(first), _soft(second)
    spread, others = _soft(first * first) - one * one, _soft(second * second) - other * other
    common = _soft(first * second) - one * other
    light, contrast = _STEADY
    same = ((2 * one * other + light) * (2 * common + contrast)) / (
        (one * one + other * other + light) * (spread + others + contrast)
    )
    return float(same.mean())


def _soft(plane: _Plane) -> _Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), _DEVIATION), np.float32)
