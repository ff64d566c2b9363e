"""How far a film is and how long it still takes: one account over all its units, that never falls."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from reverie.execution.plan import Unit
from reverie.jobs.job import UnitState, UnitView

NEARLY = 0.999
"""The most that is said of a film before its file is there and plays."""


class Pace:
    """The progress of one film's units; `begin` and `end` are the share of the job that they are.

    Time left is what remains of each kind of work by the seconds that its kind took so far, waiting not counted; where
    a kind was not measured yet, by the mean of those that were.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        share: tuple[float, float] = (0.0, 1.0),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._units, self._share, self._clock = {unit.key: unit for unit in units}, share, clock
        self._done = {unit.key: 0.0 for unit in units}
        self._state = {unit.key: UnitState.WAITING for unit in units}
        self._attempts = {unit.key: 0 for unit in units}
        self._took: dict[str, float] = defaultdict(float)
        self._made: dict[str, float] = defaultdict(float)
        self._reached = 0.0
        self._since: float | None = None
        self._current: Unit | None = None
        self._spent = 0.0

    def begin(self, unit: Unit, attempt: int) -> None:
        """A unit is being made; what an attempt before had reached is not measured by."""
        self._current, self._spent, self._since = unit, 0.0, self._clock()
        self._done[unit.key] = 0.0
        self._state[unit.key], self._attempts[unit.key] = UnitState.RUNNING, attempt

    def tick(self, done: float) -> None:
        """The unit that is being made has come as far as this share of it."""
        if self._current is not None:
            self._done[self._current.key] = max(self._done[self._current.key], min(1.0, done))

    def hold(self, held: bool) -> None:
        """Stop the watch, or let it go on."""
        if held and self._since is not None:
            self._spent += self._clock() - self._since
            self._since = None
        elif not held and self._since is None and self._current is not None:
            self._since = self._clock()

    def end(self, unit: Unit, state: UnitState) -> None:
        """A unit is there: made, or found."""
        if self._current is unit:
            self._took[unit.kind] += self._elapsed()
            self._made[unit.kind] += unit.weight
            self._current, self._since = None, None
        self._done[unit.key], self._state[unit.key] = 1.0, state

    @property
    def progress(self) -> float:
        """The share of the job that is done, 0..1; it never falls."""
        done = sum(self._done[unit.key] * unit.weight for unit in self._units.values())
        begin, end = self._share
        self._reached = max(self._reached, min(NEARLY, begin + min(1.0, done) * (end - begin)))
        return self._reached

    @property
    def time_left(self) -> float | None:
        """Seconds that are left, None while nothing was measured."""
        rates = self._rates()
        if not rates:
            return None
        mean = sum(rates.values()) / len(rates)
        return sum(
            (1.0 - self._done[unit.key]) * unit.weight * rates.get(unit.kind, mean) for unit in self._units.values()
        )

    def views(self) -> tuple[UnitView, ...]:
        """Return each unit as it stands."""
        return tuple(
            UnitView(
                key=unit.key,
                kind=unit.kind,
                state=self._state[unit.key],
                progress=round(self._done[unit.key], 4),
                attempt=self._attempts[unit.key],
            )
            for unit in self._units.values()
        )

    def _elapsed(self) -> float:
        return self._spent + (0.0 if self._since is None else self._clock() - self._since)

    def _rates(self) -> dict[str, float]:
        """Return seconds a weight of 1 takes, by kind, of what is done and of what is being made."""
        took, made = dict(self._took), dict(self._made)
        unit = self._current
        if unit is not None and self._done[unit.key] > 0:
            took[unit.kind] = took.get(unit.kind, 0.0) + self._elapsed()
            made[unit.kind] = made.get(unit.kind, 0.0) + self._done[unit.key] * unit.weight
        return {kind: seconds / made[kind] for kind, seconds in took.items() if made.get(kind, 0.0) > 0}
