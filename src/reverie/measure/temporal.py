"""How two frames hang together: what moved between them, and what changed that no motion explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image

Flow = npt.NDArray[np.float32]
"""Where each pixel goes, `(H, W, 2)`: x and y in pixels."""

_NOTHING: Any = None  # what OpenCV takes for "nothing given", and its types do not know
_MOVING = 0.05


@dataclass(frozen=True, slots=True)
class Passage:
    """From one frame to the next.

    `change`: mean absolute difference, 0..1. `warp_error`: mean squared difference where motion is accounted for and
    nothing is hidden, 0..1 squared (E_warp, Lai et al. 2018). `motion`: mean of the fastest twentieth, in widths.
    `camera`: how far the picture as a whole went, in widths: the median of all motion.
    """

    change: float
    warp_error: float
    motion: float
    camera: float


class Follower:
    """Finds motion between working pictures (DIS, Kroeger et al. 2016, the fast preset)."""

    def __init__(self) -> None:
        self._finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    def flow(self, first: Image, second: Image) -> Flow:
        """Return where the first picture's pixels are in the second."""
        before, after = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (first, second))
        return np.asarray(self._finder.calc(before, after, _NOTHING), np.float32)

    def passage(self, first: Image, second: Image) -> Passage:
        """Measure the way from one working picture to the next."""
        change = float(cv2.absdiff(first, second).mean()) / 255
        if change == 0.0:
            return Passage(0.0, 0.0, 0.0, 0.0)
        forwards, backwards = self.flow(first, second), self.flow(second, first)
        speed = np.hypot(forwards[..., 0], forwards[..., 1])
        fastest = np.partition(speed.ravel(), -max(1, int(speed.size * _MOVING)))[-max(1, int(speed.size * _MOVING)) :]
        shift = np.median(forwards.reshape(-1, 2), axis=0)
        width = first.shape[1]
        return Passage(
            change,
            warp_error(first, second, forwards, backwards),
            float(fastest.mean()) / width,
            float(np.hypot(*shift)) / width,
        )


def warp_error(first: Image, second: Image, forwards: Flow, backwards: Flow) -> float:
    """Return the mean squared difference, in 0..1 squared, of the first picture and the second brought back to it.

    What is hidden in one of them, and the edges of what moves, are left out, as in the code of Lai et al. (2018).
    """
    seen = visible(forwards, backwards)
    if not seen.any():
        return 0.0
    brought = cv2.remap(second, *_places(forwards), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    apart = (brought.astype(np.float32) - first) / 255
    return float(np.square(apart).mean(axis=2)[seen].mean())


def visible(forwards: Flow, backwards: Flow) -> npt.NDArray[np.bool_]:
    """Return where both pictures show the same thing: `(H, W)`."""
    rows, columns = forwards.shape[:2]
    x, y = _places(forwards)
    inside = (x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)
    back = np.asarray(cv2.remap(backwards, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    returned = np.square(forwards + back).sum(axis=2)
    length = np.square(forwards).sum(axis=2)
    agreed = returned <= 0.01 * (length + np.square(back).sum(axis=2)) + 0.5
    steep = sum(np.square(np.gradient(forwards[..., axis])[side]) for axis in (0, 1) for side in (0, 1))
    calm = steep <= 0.01 * length + 0.002
    return np.asarray(inside & agreed & calm, np.bool_)


def flicker(lumas: npt.NDArray[np.float64]) -> float:
    """Return the mean absolute second difference of the frames' mean luma, in levels: 0 where it changes evenly."""
    return float(np.abs(np.diff(lumas, 2)).mean()) if len(lumas) > 2 else 0.0


def _places(flow: Flow) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    rows, columns = flow.shape[:2]
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    return np.clip(x + flow[..., 0], -1e4, 1e4), np.clip(y + flow[..., 1], -1e4, 1e4)
