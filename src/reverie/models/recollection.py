"""The memory at work: a network, its bank of constant size, and pictures in and out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.models.composing import CELL, Canvas, Moment, Rules
from reverie.models.memory_runtimes import Floats, Network

MOST_PLACES = 64
"""Places of a frame that the bank remembers at most, as many as it was taught with: large pictures are made smaller."""


@dataclass(frozen=True)
class Remembered:
    """One frame of the past: its places' `keys` `(places, width)` and `looks` `(places, 6)`."""

    keys: Floats
    looks: Floats


class Recollection:
    """One run's bank: `slots` frames are remembered, one in `every`, half of them as recent as can be.

    The other half is long-term: a frame that leaves the recent ones takes the place of the remembered frame that it is
    most like, so that what was seen long ago stays while the scene has it, and nothing is ever forgotten all at once.
    """

    def __init__(self, slots: int, every: int, network: Network, rules: Rules | None = None) -> None:
        self._network, self._rules = network, rules or Rules()
        self._slots, self._every = slots, every
        self._canvas = Canvas(CELL, CELL)
        self._recent: list[Remembered] = []
        self._old: list[Remembered] = []
        self._count = 0

    def prepare(self, rows: int, columns: int) -> None:
        """Make ready for pictures of a size, so that no frame waits for a compiler."""
        blank = np.zeros((rows, columns, 3), np.uint8)
        self._canvas = Canvas(rows, columns)
        told, now = self._canvas.take(Moment(blank, blank, blank, blank, blank[..., 0]))
        self._network.blend(told, np.zeros((1, 2 * now.shape[2], *now.shape[:2]), np.float32))
        if self._slots:
            self._keys(blank)

    def begin(self, source: Image, shown: Image) -> None:
        """Forget everything, and remember this."""
        self._recent, self._old, self._count = [], [], 0
        self._canvas = Canvas(*source.shape[:2])
        if self._slots:
            self._remember(self._keys(source), self._canvas.look(shown))

    def settle(self, moment: Moment) -> Image:
        """Return the settled picture of a frame, and remember it when it is its turn."""
        rows, columns = moment.size
        if self._canvas.shape != (rows + -rows % CELL, columns + -columns % CELL):
            self._canvas = Canvas(rows, columns)
        told, now = self._canvas.take(moment)
        keys = self._keys(moment.given) if self._slots else None
        known = self._canvas.look(moment.before) if keys is None else self._laid(self._recalled(keys), now)
        remembered = np.ascontiguousarray(np.concatenate([known, now], axis=2).transpose(2, 0, 1))[None]
        blend = self._network.blend(told, remembered)
        settled = np.array(self._canvas.compose(blend, self._rules)[:rows, :columns])
        if keys is not None:
            self._remember(keys, self._canvas.look(settled) if self._due else None)
        return settled

    def state(self) -> State:
        """Return what is remembered."""
        kept = {"recent": self._recent, "old": self._old}
        arrays = {name: [(one.keys, one.looks) for one in held] for name, held in kept.items()}
        return {**arrays, "count": self._count}

    def restore(self, state: State) -> None:
        """Remember that."""
        self._recent, self._old = ([Remembered(*one) for one in state[name]] for name in ("recent", "old"))
        self._count = state["count"]

    @property
    def places(self) -> int:
        """How many places are remembered; never more than `slots` frames have."""
        return sum(len(one.keys) for one in (*self._recent, *self._old))

    @property
    def _due(self) -> bool:
        return self._count % self._every == 0

    def _keys(self, source: Image) -> Floats:
        return self._network.keys(self._canvas.planes(source, _grid(self._canvas.shape)))

    def _recalled(self, keys: Floats) -> Floats:
        """Return how each place used to look, `(places, LOOKS)`: of each frame held the likest place has its say."""
        held = [*self._recent, *self._old]
        places, each = len(keys), len(held[0].keys)
        alike = (keys @ np.concatenate([one.keys for one in held]).T).reshape(places, len(held), each)
        best = alike.argmax(axis=2)
        value = np.take_along_axis(alike, best[..., None], axis=2)
        weights = np.exp(np.float32(self._network.sharpness) * (value - value.max(axis=1, keepdims=True)))
        said = np.stack([one.looks for one in held])[np.arange(len(held)), best]
        return np.asarray((weights * said).sum(axis=1) / weights.sum(axis=1), np.float32)

    def _laid(self, recalled: Floats, now: Floats) -> Floats:
        rows, columns = _grid(self._canvas.shape)
        return _regridded(recalled.reshape(rows, columns, -1), (now.shape[0], now.shape[1]))

    def _remember(self, keys: Floats, seen: Floats | None) -> None:
        self._count += 1
        if seen is None:
            return
        placed = _regridded(seen, _grid(self._canvas.shape))
        self._recent.append(Remembered(keys, placed.reshape(-1, placed.shape[2])))
        if len(self._recent) > max(1, self._slots - self._slots // 2):
            self._keep(self._recent.pop(0))

    def _keep(self, leaving: Remembered) -> None:
        if len(self._old) < self._slots // 2:
            self._old.append(leaving)
        elif self._old:
            nearest = max(range(len(self._old)), key=lambda place: _alike(self._old[place], leaving))
            self._old[nearest] = leaving


def _alike(one: Remembered, other: Remembered) -> float:
    return float((one.keys * other.keys).sum(axis=1).mean())


def _grid(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return rows and columns of places that a picture of a size is remembered by."""
    rows, columns = shape[0] // CELL, shape[1] // CELL
    share = min(1.0, (MOST_PLACES / (rows * columns)) ** 0.5)
    return max(1, int(rows * share)), max(1, int(columns * share))


def _regridded(places: Floats, grid: tuple[int, int]) -> Floats:
    rows, columns = grid
    if (rows, columns) == places.shape[:2]:
        return places
    return np.asarray(cv2.resize(places, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
