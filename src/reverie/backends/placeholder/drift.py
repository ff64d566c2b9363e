"""Sheets of light that the camera flies through without end: each grows, fades and is followed by another."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, floor, log, pi

import numpy as np

from reverie.core.frame import Motion
from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.media.geometry import Matrix, placement

SPACING = log(3)
"""How much larger a sheet is than the next, as a logarithm; a sheet is seen from a third to three times its size."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its number, where its pixels lie in the picture, `(2, 3)`, and how much of it is seen, 0..1.

    The shares of all sheets sum to 1.
    """

    number: int
    place: Matrix
    share: float


class Drift:
    """Where the camera has come to among the sheets."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._gone = 0.0
        self._places: dict[int, Matrix] = {}
        self._enter()

    def go(self, motion: Motion) -> None:
        """Move on by a motion, already `Motion.over` some seconds."""
        step = _square(placement(motion, *self._size))
        self._gone += log(motion.zoom)
        self._places = {number: (step @ _square(place))[:2] for number, place in self._places.items()}
        self._enter()

    def sheets(self) -> list[Sheet]:
        """Return the sheets in view, the largest first."""
        return [Sheet(number, self._places[number], self._share(number)) for number in sorted(self._places)]

    def state(self) -> State:
        """Return where the camera is."""
        return told(self, ("_gone", "_places"))

    def restore(self, state: State) -> None:
        """Go to where another was."""
        retold(self, state, state)

    def _size_of(self, number: int) -> float:
        return self._gone - number * SPACING

    def _share(self, number: int) -> float:
        return cos(pi / 2 * self._size_of(number) / SPACING) ** 2

    def _enter(self) -> None:
        """Forget the sheets that are out of view, and let those that have come into it begin in the middle."""
        first = floor(self._gone / SPACING)
        self._places = {
            number: self._places[number] if number in self._places else self._begun(number)
            for number in (first, first + 1)
        }

    def _begun(self, number: int) -> Matrix:
        return placement(Motion(zoom=exp(self._size_of(number))), *self._size)


def _square(place: Matrix) -> Matrix:
    return np.vstack([place, [0.0, 0.0, 1.0]])
