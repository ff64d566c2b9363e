"""The bank of frames that the memory asks: of constant size, half of it recent, half of it from long ago."""

from __future__ import annotations

from dataclasses import dataclass

from reverie.core.protocols import State
from reverie.models.memory_runtimes import Floats


@dataclass(frozen=True)
class Remembered:
    """One frame of the past: its places' `keys` `(places, width)` and `looks` `(places, 6)`."""

    keys: Floats
    looks: Floats


class Bank:
    """One run's: `slots` frames are remembered, one in `every`, half of them as recent as can be.

    The other half is long-term: a frame that leaves the recent ones takes the place of the remembered frame that it is
    most like, so that what was seen long ago stays while the scene has it, and nothing is ever forgotten all at once.
    """

    def __init__(self, slots: int, every: int) -> None:
        self.slots, self._every = slots, every
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._recent: list[Remembered] = []
        self._old: list[Remembered] = []
        self._count = 0

    @property
    def held(self) -> list[Remembered]:
        """The frames that are remembered."""
        return [*self._recent, *self._old]

    @property
    def due(self) -> bool:
        """True where it is the next frame's turn to be remembered."""
        return self._count % self._every == 0

    def pass_by(self) -> None:
        """Count a frame whose turn it is not."""
        self._count += 1

    def remember(self, frame: Remembered) -> None:
        """Take a frame in."""
        self._count += 1
        self._recent.append(frame)
        if len(self._recent) > max(1, self.slots - self.slots // 2):
            self._keep(self._recent.pop(0))

    def state(self) -> State:
        """Return what is remembered."""
        kept = {"recent": self._recent, "old": self._old}
        arrays = {name: [(one.keys, one.looks) for one in held] for name, held in kept.items()}
        return {**arrays, "count": self._count}

    def restore(self, state: State) -> None:
        """Remember that."""
        self._recent, self._old = ([Remembered(*one) for one in state[name]] for name in ("recent", "old"))
        self._count = state["count"]

    def _keep(self, leaving: Remembered) -> None:
        if len(self._old) < self.slots // 2:
            self._old.append(leaving)
        elif self._old:
            nearest = max(range(len(self._old)), key=lambda place: _alike(self._old[place], leaving))
            self._old[nearest] = leaving


def _alike(one: Remembered, other: Remembered) -> float:
    return float((one.keys * other.keys).sum(axis=1).mean())
