"""Strength that follows motion: what moves much is kept closer to the input, so that it does not boil.

The measure is StreamDiffusionV2's: the root mean square of the change from one input to the next, as a share of 0.2.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.media.cuts import is_cut

_SIZE = 64, 36
_FULL = 0.2 * 255
"""Levels of change that count as all motion there is."""

_FOLLOW = 0.25
"""Share of the way that is gone in one frame, so that the look does not jump."""

_LEVELS = 8
"""Strengths that are told apart: each new one has the network told of its timestep anew."""

_LEARNED = ("_last", "_share", "_level")


class Easing:
    """One run's: `most` 0..1 is the share of the strength that is taken back where all moves."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._last: npt.NDArray[np.uint8] | None = None
        self._share = 0.0
        self._level = 0

    def eased(self, strength: float, image: Image) -> float:
        """Return the strength for the next input, `(H, W, 3)`; at a cut it is the whole one again."""
        if self._most == 0:
            return strength
        small = np.asarray(cv2.resize(image, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        moved = self._moved(small)
        self._share += _FOLLOW * (moved - self._share)
        self._last = small
        # A level is left only for one that is nearer by far: else noise would have it change at every frame.
        if abs(self._share * _LEVELS - self._level) > 0.75:
            self._level = round(self._share * _LEVELS)
        return strength * (1 - self._most * self._level / _LEVELS)

    def state(self) -> State:
        """Return what was seen last, and how much moved."""
        return told(self, _LEARNED)

    def restore(self, state: State) -> None:
        """Go on from there."""
        retold(self, _LEARNED, state)

    def _moved(self, small: npt.NDArray[np.uint8]) -> float:
        if self._last is None:
            return 0.0
        if is_cut(self._last, small):
            self._share, self._level = 0.0, 0
            return 0.0
        change = small.astype(np.float32) - self._last
        return min(1.0, float(np.sqrt(np.square(change).mean())) / _FULL)
