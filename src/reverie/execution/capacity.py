"""How fast a live session can be painted here, and whether there is room for one more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, pairwise
from math import floor, log10
from statistics import fmean, median
from threading import Condition

import cv2
import numpy as np

from reverie.core import registry
from reverie.core.errors import Busy
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Tick
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.engine.adjusting import adjustable, rungs_of
from reverie.engine.assemble import House, assemble
from reverie.engine.session import Session
from reverie.engine.troupe import card_of

SHARE = 0.95
"""Of the measured rate that a session is painted at: the rest is for viewers, and for what is not always the same."""

LEAST_RATE = 5.0
"""Frames a second under which another session beside one that is live would be no moving picture."""

UNCOUNTED = 2
"""Frames at the beginning that are not measured: they compile, warm caches, and have no input."""

MOST_SECONDS, MOST_FRAMES, FEWEST_FRAMES = 1.0, 30, 4
"""How long is measured: until there are enough frames or the time is over."""

RESTLESS, RESTLESS_SECONDS = 1.25, 3.0
"""Where the usual frame takes so many times what a quick one does, the machine has other work: it is watched longer."""

QUICK = 0.25
"""Share of the frames that are quicker than what counts: a rate stays for the whole session, other work does not."""

REHEARSED_PIXELS = 3
"""By how much a picture moves from one to the next while it is measured what painting takes."""

MOST_KNOWN = 64
"""Costs that are remembered."""

_ROUNDING = 1e-9

WORTH_TELLING = 1.5
"""How many times a session's rate must be possible before whoever performs is told."""

WAIT_SECONDS = 120.0
"""How long a session waits for another that is being measured."""


def measured(spec: RenderSpec, tick: Tick, house: House, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds that a painted frame takes when nothing else is to be done, by painting some unwatched.

    All that a frame takes is in it: the network, correctors, vitals, filters. Weights are loaded by it. What other
    programs take now and then is not: of frames that differ the quick ones count, and more of them are painted.
    """
    scenes = tuple(_rehearsing(scene) for scene in spec.scenes[:1])
    session = assemble(spec.model_copy(update={"scenes": scenes, "sinks": ()}), tick, house)
    usual = fmean if session.windowed else _quick
    moments = [clock()]
    try:
        for frame in _rehearsed(session, spec):
            if frame.origin is Origin.INTERPOLATED:
                continue
            moments.append(clock())
            if _enough([after - before for before, after in pairwise(moments[UNCOUNTED:])], usual):
                break
    finally:
        session.close()
    return max(1e-6, usual([after - before for before, after in pairwise(moments[UNCOUNTED:])]))


def affordable(spec: RenderSpec, tick: Tick, house: House, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds that a painted frame takes, where there is a budget those that it takes once that is held.

    What can't be held even by the least that can be painted takes as long as that takes.
    """
    free = spec.model_copy(update={"budget": None})
    usual = measured(free, tick, house, clock)
    if spec.budget is None or 1000 * usual <= spec.budget or not adjustable(spec.scenes[0].backend):
        return usual
    scene = spec.scenes[0]
    least = rungs_of(spec, scene.backend, card_of(scene.backend))[-1]
    first = scene.keyframes[0]
    eased = first.model_copy(update={"options": {**first.options, **least.options}})
    scenes = (scene.model_copy(update={"keyframes": (eased, *scene.keyframes[1:])}),)
    cheap = measured(free.model_copy(update={"scenes": scenes}), tick, house, clock)
    return min(usual, max(cheap, spec.budget / 1000))


def _rehearsing(scene: Scene) -> Scene:
    """Return a scene without an end that keeps nothing of what comes in."""
    if not getattr(registry.resolve("sources", scene.source.name), "arriving", False):
        return scene.model_copy(update={"duration": None})
    return scene.model_copy(update={"duration": None, "source": ComponentSpec(name=scene.source.name)})


def _rehearsed(session: Session, spec: RenderSpec) -> Iterator[Frame]:
    """Give a session's frames; one whose pictures come from outside gets some that move, as a camera's do."""
    arriving = session.arriving
    scene = np.random.default_rng(0).integers(0, 256, (spec.height // 8 + 1, spec.width // 8 + 1, 3), np.uint8)
    scene = cv2.resize(scene, (spec.width, spec.height), interpolation=cv2.INTER_CUBIC)
    for step in count():
        if arriving is not None:
            arriving.feed(Frame(np.roll(scene, REHEARSED_PIXELS * step, axis=1), Fraction(0), step))
        frame = next(iter(session), None)
        if frame is None:
            return
        yield frame


def _quick(taken: Sequence[float]) -> float:
    return sorted(taken)[floor(QUICK * len(taken))]


def _enough(taken: Sequence[float], usual: Callable[[Sequence[float]], float]) -> bool:
    seconds = sum(taken)
    if len(taken) < FEWEST_FRAMES or (len(taken) < MOST_FRAMES and seconds <= MOST_SECONDS):
        return False
    return seconds > RESTLESS_SECONDS or median(taken) <= RESTLESS * usual(taken)


@dataclass
class Room:
    """What a live session takes: `load` is its share of the machine, None while that is being measured."""

    load: float | None = None


class Capacity:
    """The machine's time, shared out among live sessions."""

    def __init__(self) -> None:
        self._door = Condition()
        self._rooms: list[Room] = []
        self._costs: dict[str, float] = {}

    @contextmanager
    def room(self, spec: RenderSpec, measure: Callable[[], float]) -> Iterator[float]:
        """Keep room for a session while the block lasts; gives the rate it is to be painted at.

        `spec.paint_fps` is the most that is wanted; `measure` returns seconds a frame. Raises Busy where other sessions
        leave less than is worth looking at.
        """
        room, known = self._entered(spec)
        try:
            cost = self._cost(spec, known, measure)
            yield self._taken(room, spec.paint_fps, cost)
        finally:
            with self._door:
                self._rooms.remove(room)
                self._door.notify_all()

    @property
    def empty(self) -> bool:
        """True where no session is live."""
        return not self._rooms

    def better(self, rate: float, wanted: float, cost: float) -> float | None:
        """Return the rate that a session could be painted at now, None where that is not worth beginning another."""
        with self._door:
            possible = wanted if SHARE / cost >= wanted else plain_rate(SHARE / cost)
            return possible if len(self._rooms) == 1 and possible >= WORTH_TELLING * rate else None

    def refuse(self, spec: RenderSpec) -> None:
        """Raise Busy where it is known already that there is no room; what was never measured is not known."""
        with self._door:
            cost = self._costs.get(_key(spec))
            if cost is not None and all(room.load is not None for room in self._rooms):
                self._rate(spec.paint_fps, cost, [room for room in self._rooms if room.load])

    def _entered(self, spec: RenderSpec) -> tuple[Room, float | None]:
        """Take a place, after those that are being measured: two at once would measure each other."""
        room = Room()
        with self._door:
            self._door.wait_for(lambda: all(other.load is not None for other in self._rooms), WAIT_SECONDS)
            self._rooms.append(room)
            return room, self._costs.get(_key(spec)) if len(self._rooms) > 1 else None

    def _cost(self, spec: RenderSpec, known: float | None, measure: Callable[[], float]) -> float:
        cost = measure() if known is None else known
        with self._door:
            self._costs[_key(spec)] = cost
            while len(self._costs) > MOST_KNOWN:
                del self._costs[next(iter(self._costs))]
        return cost

    def _taken(self, room: Room, wanted: float, cost: float) -> float:
        with self._door:
            try:
                rate = self._rate(wanted, cost, [other for other in self._rooms if other is not room])
            except Busy:
                room.load = 0.0
                raise
            finally:
                self._door.notify_all()
            room.load = rate * cost
            return rate

    def _rate(self, wanted: float, cost: float, others: list[Room]) -> float:
        taken = sum(other.load or 0.0 for other in others)
        possible = SHARE * (1.0 - taken) / cost
        if others and possible < min(wanted, LEAST_RATE):
            least = min(wanted, LEAST_RATE)
            raise Busy(
                f"One more live session can't be shown in real time: there is room for {max(possible, 0):.1f} frames a "
                f"second and {least:g} are needed. End another, or ask for a smaller size."
            )
        return wanted if wanted <= possible else plain_rate(possible)


def plain_rate(rate: float) -> float:
    """Return the next lower rate that is easily said: halves from 10 on, tenths from 1 on, two digits below."""
    if rate >= 10:
        return floor(rate * 2 + _ROUNDING) / 2
    grain = 10 if rate >= 1 else 10 ** (1 - floor(log10(rate)))
    return floor(rate * grain + _ROUNDING) / grain


def _key(spec: RenderSpec) -> str:
    parts = (spec.scenes[0].backend, spec.vitality.backend, *spec.correctors, *spec.filters)
    form = f"{spec.width}x{spec.height} {spec.budget}"
    return " ".join([form, *(part.model_dump_json() for part in parts if part is not None)])
