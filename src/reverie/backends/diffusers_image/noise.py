"""Noise that evolves with the camera: never frozen, which traps a loop in one picture, never all new, which flickers.

At every picture it is exactly white and of unit variance: a value travels with the camera to the nearest place, a place
that nothing comes to, or whose value went elsewhere already, gets a new one, and so no two places ever share a value.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import numpy.typing as npt

from reverie.core.frame import Motion
from reverie.core.protocols import State
from reverie.media.geometry import placement

Noise = npt.NDArray[np.float32]

ANEW = 0.9
"""Strength from which on a picture begins from noise of its own: hardly anything of the input is left to flicker."""


class EvolvingNoise:
    """The noise of one run: `shape` is the latents' channels, height and width, `renewal` 0..1 how new each is.

    With a renewal of r the last picture's noise keeps a share of cos(r 90 degrees) and the new one gets the sine: a
    walk on the sphere (slerp) between two draws that are all but orthogonal.
    """

    def __init__(self, shape: tuple[int, int, int], renewal: float) -> None:
        self._shape = shape
        self._kept, self._renewed = cos(renewal * pi / 2), sin(renewal * pi / 2)
        self._last: Noise = np.empty((0, *shape), np.float32)

    def next(self, count: int, seed: int, moved: Motion, *, anew: bool = False) -> Noise:
        """Return noise for `count` evaluations, `(count, C, h, w)`; `moved` is the camera's way since the last picture.

        `anew` begins from `seed` alone, as does an evaluation that the picture before did not have.
        """
        dice = np.random.Generator(np.random.Philox(seed))
        noise = dice.standard_normal((count, *self._shape), np.float32)
        going_on = 0 if anew else min(count, len(self._last))
        if going_on:
            self._evolve(self._last[:going_on], noise[:going_on], moved, dice)
        self._last = noise
        return noise

    def state(self) -> State:
        """Return the last picture's noise."""
        return {"last": self._last}

    def restore(self, state: State) -> None:
        """Go on from another's."""
        self._last = state["last"]

    def _evolve(self, old: Noise, fresh: Noise, moved: Motion, dice: np.random.Generator) -> None:
        """Turn fresh noise into what follows the old one, which the camera moves along."""
        unfilled = None
        if not moved.still:
            places, unfilled = origins(*self._shape[1:], moved, dice)
            old = old.reshape(*old.shape[:2], -1).take(places, axis=2)
        mixed = np.float32(self._kept) * old
        mixed += np.float32(self._renewed) * fresh
        np.copyto(fresh, mixed, where=True if unfilled is None else ~unfilled)


def origins(
    height: int, width: int, moved: Motion, dice: np.random.Generator
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return for each place, `(h, w)`, the number of the place its value comes from, and True where it has none.

    Places are rounded at a random phase, so that motion slower than a place a picture is right on the average.
    """
    placed = placement(moved, width, height)
    back = np.linalg.inv(placed[:, :2])
    start = dice.random(2) - back @ placed[:, 2]
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    column = np.floor(back[0, 0] * columns + (back[0, 1] * rows + start[0])).astype(np.intp)
    row = np.floor(back[1, 0] * columns + (back[1, 1] * rows + start[1])).astype(np.intp)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    places = np.where(inside, row * width + column, height * width)
    # Of several places that a value comes to, the last one written keeps it.
    numbers = np.arange(height * width).reshape(height, width)
    keepers = np.full(height * width + 1, -1)
    keepers[places] = numbers
    unfilled = ~inside | (keepers[places] != numbers)
    return np.where(inside, places, 0), unfilled
