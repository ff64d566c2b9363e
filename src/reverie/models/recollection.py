"""The memory at work: a network, its bank of constant size, and pictures in and out."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.models.bank import Bank, Remembered
from reverie.models.composing import CELL, Canvas, Moment, Rules
from reverie.models.memory_runtimes import Floats, Network

MOST_PLACES = 64
"""Places of a frame that the bank remembers at most, as many as it was taught with: large pictures are made smaller."""


class Recollection:
    """One run's: a bank of `slots` frames, one in `every`, and a network that asks it."""

    moves: Literal[False] = False
    """True where pictures are moved by the one who settles them, as `models.recollection_on_card` does."""

    def __init__(self, slots: int, every: int, network: Network, rules: Rules | None = None) -> None:
        self._network, self._rules = network, rules or Rules()
        self._bank = Bank(slots, every)
        self._canvas = Canvas(CELL, CELL)

    def prepare(self, rows: int, columns: int) -> None:
        """Make ready for pictures of a size, so that no frame waits for a compiler."""
        blank = np.zeros((rows, columns, 3), np.uint8)
        self._canvas = Canvas(rows, columns)
        told, now = self._canvas.take(Moment(blank, blank, blank, blank, blank[..., 0]))
        self._network.blend(told, np.zeros((1, 2 * now.shape[2], *now.shape[:2]), np.float32))
        if self._bank.slots:
            self._keys(blank)

    def begin(self, source: Image, shown: Image) -> None:
        """Forget everything, and remember this."""
        self._bank.clear()
        self._canvas = Canvas(*source.shape[:2])
        if self._bank.slots:
            self._remember(self._keys(source), self._canvas.look(shown))

    def settle(self, moment: Moment) -> Image:
        """Return the settled picture of a frame, and remember it when it is its turn."""
        rows, columns = moment.size
        if self._canvas.shape != (rows + -rows % CELL, columns + -columns % CELL):
            self._canvas = Canvas(rows, columns)
        told, now = self._canvas.take(moment)
        keys = self._keys(moment.given) if self._bank.slots else None
        known = self._canvas.look(moment.before) if keys is None else self._laid(self._recalled(keys), now)
        remembered = np.ascontiguousarray(np.concatenate([known, now], axis=2).transpose(2, 0, 1))[None]
        blend = self._network.blend(told, remembered)
        settled = np.array(self._canvas.compose(blend, self._rules)[:rows, :columns])
        if keys is not None:
            self._remember(keys, self._canvas.look(settled) if self._bank.due else None)
        return settled

    def state(self) -> State:
        """Return what is remembered."""
        return self._bank.state()

    def restore(self, state: State) -> None:
        """Remember that."""
        self._bank.restore(state)

    @property
    def places(self) -> int:
        """How many places are remembered; never more than `slots` frames have."""
        return sum(len(one.keys) for one in self._bank.held)

    def _keys(self, source: Image) -> Floats:
        return self._network.keys(self._canvas.planes(source, grid_of(self._canvas.shape)))

    def _recalled(self, keys: Floats) -> Floats:
        """Return how each place used to look, `(places, LOOKS)`: of each frame held the likest place has its say."""
        held = self._bank.held
        places, each = len(keys), len(held[0].keys)
        alike = (keys @ np.concatenate([one.keys for one in held]).T).reshape(places, len(held), each)
        best = alike.argmax(axis=2)
        value = np.take_along_axis(alike, best[..., None], axis=2)
        weights = np.exp(np.float32(self._network.sharpness) * (value - value.max(axis=1, keepdims=True)))
        said = np.stack([one.looks for one in held])[np.arange(len(held)), best]
        return np.asarray((weights * said).sum(axis=1) / weights.sum(axis=1), np.float32)

    def _laid(self, recalled: Floats, now: Floats) -> Floats:
        rows, columns = grid_of(self._canvas.shape)
        return _regridded(recalled.reshape(rows, columns, -1), (now.shape[0], now.shape[1]))

    def _remember(self, keys: Floats, seen: Floats | None) -> None:
        if seen is None:
            self._bank.pass_by()
            return
        placed = _regridded(seen, grid_of(self._canvas.shape))
        self._bank.remember(Remembered(keys, placed.reshape(-1, placed.shape[2])))


def grid_of(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return rows and columns of places that a picture of a size is remembered by."""
    rows, columns = shape[0] // CELL, shape[1] // CELL
    share = min(1.0, (MOST_PLACES / (rows * columns)) ** 0.5)
    return max(1, int(rows * share)), max(1, int(columns * share))


def _regridded(places: Floats, grid: tuple[int, int]) -> Floats:
    rows, columns = grid
    if (rows, columns) == places.shape[:2]:
        return places
    return np.asarray(cv2.resize(places, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
