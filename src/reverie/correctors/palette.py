"""The palette of a style, kept across a cut: what the style did to light and colours so far is done to the next scene.

What is kept is not how a scene looked, which would tint an indoor scene like the garden before it, but how what was
shown differed from its source: how far the means of light and of the two opponent colours had moved, and by what their
spreads had grown (the moments of `colour`). A new scene's own first picture says how much of that is missing; the one
map that follows from it, bounded, is laid over every picture until the next cut, so that nothing drifts or flickers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.correctors.colour import Dither, affine, moments

FOLLOW = 0.04
"""Share of the way that the palette goes to what is shown in one frame."""

LEARNT = 12
"""Frames that a palette is learnt from until it is one."""

MOST_SHIFT, MOST_GAIN = 0.06, 1.3
"""By how much of white a mean is moved at a cut at most, and by which ratio a spread is changed."""

_LEAST_SPREAD = 1.0
_LEARNED = ("_prompts", "_seen", "_moved", "_grown", "_map", "_frame")

Moments = npt.NDArray[np.float64]


class Palette:
    """The palette of one run; `share` 0..1 is how much of what a new scene lacks is given to it."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._prompts: Any = None
        self._seen = 0
        self._moved: Moments = np.zeros(3)
        self._grown: Moments = np.zeros(3)
        self._map: Moments | None = None
        self._frame = 0
        self._dither = Dither()

    def expect(self, prompts: Any) -> None:
        """Be told, once a frame, what is asked for: another style has another palette."""
        if prompts != self._prompts:
            self._prompts, self._seen, self._map = prompts, 0, None

    def turn(self, painted: Image, source: Image) -> None:
        """Be told of the first picture of a new scene, as it was painted, and of what it was painted from."""
        self._map = None
        if self._share == 0 or self._seen < LEARNT:
            return
        seen, given = moments(painted), moments(source)
        missing = given[0] + self._moved - seen[0]
        spread = np.log(np.maximum(given[1], _LEAST_SPREAD) / np.maximum(seen[1], _LEAST_SPREAD)) + self._grown
        gain = np.exp(np.clip(self._share * spread, -np.log(MOST_GAIN), np.log(MOST_GAIN)))
        most = 255 * MOST_SHIFT
        self._map = affine(gain, seen[0], seen[0] + np.clip(self._share * missing, -most, most))

    def kept(self, painted: Image) -> Image:
        """Return a picture in the palette; as it is where nothing was carried over a cut."""
        if self._map is None:
            return painted
        self._frame += 1
        return self._dither.mapped(painted, self._map, self._frame)

    def learn(self, shown: Image, source: Image) -> None:
        """Follow what is shown of a source."""
        if self._share == 0:
            return
        seen, given = moments(shown), moments(source)
        grown = np.log(np.maximum(seen[1], _LEAST_SPREAD) / np.maximum(given[1], _LEAST_SPREAD))
        pace = max(FOLLOW, 1 / (self._seen + 1))
        self._moved = self._moved + pace * (seen[0] - given[0] - self._moved)
        self._grown = self._grown + pace * (grown - self._grown)
        self._seen = min(LEARNT, self._seen + 1)

    def state(self) -> State:
        """Return what was learnt, see `core.protocols.Resumable`."""
        return told(self, _LEARNED)

    def restore(self, state: State) -> None:
        """Go on from there."""
        retold(self, _LEARNED, state)
