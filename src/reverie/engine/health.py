"""What well means for a run: the least that its pictures must have, partly learned from the run itself."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, radians
from types import MappingProxyType

from reverie.core.frame import Motion
from reverie.core.protocols import State
from reverie.core.spec import Thresholds
from reverie.core.state import retold, told
from reverie.core.timeline import Prompts
from reverie.measure import vitals

Level = Mapping[str, float]
"""Measures by name: brightness, darkness (what brightness lacks of 1), contrast, detail, saturation; see `measure`."""

WARM_UP = 2.5
"""Seconds after the beginning and after a change of prompt in which a run's healthy level is learned."""

LEARNING = 0.5
"""Time constant, in seconds, with which the level is learned meanwhile."""

MEMORY = 6.0
"""Time constant, in seconds, with which the level follows a healthy picture afterwards."""

STUNNED = 0.03
"""Share of the first picture's detail under which a picture is blurred, whatever has been learned since."""

ROOM = 0.6
"""No floor is over this share of what a picture painted from the prompt alone has: night may be night."""

CEILINGS: Level = MappingProxyType(
    {"brightness": 0.25, "darkness": 0.15, "contrast": 0.2, "detail": 1.0, "saturation": 0.2}
)
"""What is well whatever was before: going from noon to dusk is no illness."""

USUAL_TRAVEL = 0.25
"""Share of the picture by which the default motion, 1.05 a frame at 10 a second, moves its edges in a second."""

REPAINTED = 0.15
"""Share of the usual change that a repaint of strength 1 is expected to make by itself."""


def level(seen: vitals.Look) -> Level:
    """Measure one look at a picture."""
    brightness, contrast = vitals.tone(seen)
    return {
        "brightness": brightness,
        "darkness": 1.0 - brightness,
        "contrast": contrast,
        "detail": vitals.detail(seen),
        "saturation": vitals.saturation(seen),
    }


def floors(thresholds: Thresholds) -> Level:
    """Return the least of each measure that any picture must have."""
    return {
        "brightness": thresholds.dark,
        "darkness": 1.0 - thresholds.bright,
        "contrast": thresholds.flat,
        "detail": thresholds.blurred,
        "saturation": thresholds.grey,
    }


def expected_change(motion: Motion, strength: float) -> float:
    """Return how much a picture is expected to change within a second, as a share of what it does by default."""
    return min(1.0, max(REPAINTED * strength, travel(motion)))


def travel(motion: Motion) -> float:
    """Return by which share of the picture a motion moves its edges in a second, over that of the default motion."""
    zoom, turn = abs(log(motion.zoom)) / 2, abs(radians(motion.rotate)) / 2
    return (zoom + turn + abs(motion.pan[0]) + abs(motion.pan[1])) / USUAL_TRAVEL


_LEARNED = ("_left", "_changed", "_prompts", "_own", "_first_detail", "_fresh")


class Baseline:
    """A run's own healthy level, learned while it is well, and the least of each measure that follows from it.

    In the beginning the first picture's level holds at once, but for detail, which a repaint may soften a lot. After a
    change of prompt nothing is known, and the floors alone hold until the new level is learned.
    """

    def __init__(self, thresholds: Thresholds, fps: float) -> None:
        self._thresholds = thresholds
        self._floors = floors(thresholds)
        self._quick, self._slow = (1.0 - exp(-1.0 / (fps * seconds)) for seconds in (LEARNING, MEMORY))
        self._frames = self._left = round(WARM_UP * fps)
        self._changed = False
        self._prompts: Prompts | None = None
        self._own: dict[str, float] = {}
        self._first_detail = 0.0
        self._fresh: Level = {}

    def expect(self, prompts: Prompts) -> None:
        """Be told, once a frame, what is asked for; a change makes the level be learned anew."""
        self._left = max(0, self._left - 1)
        if self._prompts is not None and prompts != self._prompts:
            self._changed, self._left = True, self._frames
            self._own, self._fresh, self._first_detail = {}, {}, 0.0
        self._prompts = prompts

    def fresh(self, painted: Level) -> None:
        """Be told of a picture painted from the prompt alone: what it looks like cannot be an illness."""
        self._fresh = painted
        for name in self._own.keys() - {"detail"}:
            self._own[name] = min(self._own[name], painted[name])

    def learn(self, now: Level) -> None:
        """Follow a healthy picture."""
        self._first_detail = self._first_detail or now["detail"]
        for name, value in now.items():
            own = self._own.get(name, value)
            self._own[name] = own + self._pace(name) * (value - own)

    def least(self) -> Level:
        """Return the least of each measure that the next picture must have."""
        return {name: max(self._floor(name), min(CEILINGS[name], self._relative(name))) for name in CEILINGS}

    def state(self) -> State:
        """Return what was learned, see `core.protocols.Resumable`."""
        return told(self, _LEARNED)

    def restore(self, state: State) -> None:
        """Know what another had learned."""
        retold(self, _LEARNED, state)

    def _pace(self, name: str) -> float:
        return self._quick if self._left and (self._changed or name == "detail") else self._slow

    def _floor(self, name: str) -> float:
        return min(self._floors[name], ROOM * self._fresh.get(name, 1.0))

    def _relative(self, name: str) -> float:
        if self._left and self._changed:
            return 0.0
        own = self._own.get(name, 0.0)
        if name != "detail":
            return self._thresholds.fall * own
        return max(STUNNED * self._first_detail, 0.0 if self._left else self._thresholds.soften * own)
