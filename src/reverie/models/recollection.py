"""The memory at work: a network, its bank of constant size, and pictures in and out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.models.composing import CELL, Rules, by_place, composed, halved, looks, scaled
from reverie.models.memory_runtimes import Floats, Network

MOST_PLACES = 256
"""Places of a frame that the bank remembers, at most: a larger picture's keys are taken from it at a smaller size."""


@dataclass(frozen=True)
class Moment:
    """What is known of a frame to be settled, all of one size.

    `painted` is the new picture, `before` the last one that was shown, moved as the source moved, and `given` what the
    camera gives; `change` is what of the source no motion explains, in levels; `seen` `(H, W)` is 1 where `before`
    shows anything.
    """

    painted: Image
    before: Image
    given: Image
    change: Floats
    seen: Floats


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
        self._recent: list[Remembered] = []
        self._old: list[Remembered] = []
        self._count = 0

    def begin(self, source: Image, shown: Image) -> None:
        """Forget everything, and remember this."""
        self._recent, self._old, self._count = [], [], 0
        if self._slots:
            self._remember(self._network.keys(_sight(scaled(source))), shown)

    def settle(self, moment: Moment) -> Image:
        """Return the settled picture of a frame, and remember it when it is its turn."""
        rows, columns = moment.painted.shape[:2]
        new, old, given, change = map(scaled, (moment.painted, moment.before, moment.given, moment.change))
        seen = scaled(moment.seen * np.float32(255.0))
        keys = self._network.keys(_sight(given)) if self._slots else None
        now = looks(new)
        recalled = looks(old) if keys is None else _laid(self._recalled(keys), given.shape, now.shape)
        told = np.concatenate([halved(one) for one in (new, old, given, change, seen)], axis=2)
        blend = self._network.blend(told, np.concatenate([recalled, now], axis=2))
        stir = np.abs(by_place(change)).mean(axis=2)
        settled = np.ascontiguousarray(composed(new, old, blend, stir, self._rules)[:rows, :columns])
        if keys is not None:
            self._remember(keys, settled)
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

    def _recalled(self, keys: Floats) -> Floats:
        """Return how each place used to look, `(places, 6)`: of each remembered frame the likest place has its say."""
        held = [*self._recent, *self._old]
        alike = np.stack([keys @ one.keys.T for one in held])
        best = alike.argmax(axis=2)
        value = np.take_along_axis(alike, best[..., None], axis=2)
        weights = np.exp(self._network.sharpness * (value - value.max(axis=0)))
        said = np.stack([one.looks[chosen] for one, chosen in zip(held, best, strict=True)])
        return np.asarray((weights * said).sum(axis=0) / weights.sum(axis=0), np.float32)

    def _remember(self, keys: Floats, shown: Image) -> None:
        turn = self._count % self._every == 0
        self._count += 1
        if not turn:
            return
        picture = scaled(shown)
        seen = _regridded(looks(picture), _grid(picture.shape))
        self._recent.append(Remembered(keys, seen.reshape(-1, seen.shape[2])))
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


def _sight(picture: Floats) -> Floats:
    """Return a picture as its keys are taken from it: itself, or smaller."""
    rows, columns = _grid(picture.shape)
    if (rows * CELL, columns * CELL) == picture.shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (columns * CELL, rows * CELL), interpolation=cv2.INTER_AREA), np.float32)


def _laid(recalled: Floats, shape: tuple[int, ...], wanted: tuple[int, ...]) -> Floats:
    rows, columns = _grid(shape)
    return _regridded(recalled.reshape(rows, columns, -1), (wanted[0], wanted[1]))


def _regridded(places: Floats, grid: tuple[int, int]) -> Floats:
    rows, columns = grid
    if (rows, columns) == places.shape[:2]:
        return places
    return np.asarray(cv2.resize(places, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
