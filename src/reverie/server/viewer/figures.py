"""What a viewer saw, in figures: how old, what was missing, what stood still, how soon a wish was granted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple

REMEMBERED = 30
"""How many intervals the mean of a freeze is of."""

FREEZE_SHARE, FREEZE_SECONDS = 3.0, 0.150
"""A freeze is an interval of max(3 means, mean + 150 ms): `freezeCount` of the W3C's webrtc-stats."""


class Seen(NamedTuple):
    """A picture as a viewer came to hold it: the frame's number, its age, and the moment, both in seconds."""

    frame: int
    age: float
    at: float


@dataclass(frozen=True)
class Spread:
    """How something is spread, in milliseconds; all 0 where there was nothing."""

    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """Measure some durations in seconds."""
        return cls(*(round(1000 * percentile(seconds, share), 1) for share in (0.5, 0.95, 0.99, 1.0)))


@dataclass(frozen=True)
class Figures:
    """What came of watching: frames a second counts new frames only, `unread` pictures whose stamp was not whole."""

    seconds: float
    frames: int
    fps: float
    age: Spread
    interval: Spread
    steer: Spread
    steered: int
    unanswered: int
    drops: int
    duplicates: int
    late: int
    freezes: int
    unread: int

    def row(self, name: str) -> dict[str, Any]:
        """Return one row of a table, for people who compare transports."""
        return {
            "transport": name,
            "fps": round(self.fps, 1),
            "age_p50": self.age.p50,
            "age_p95": self.age.p95,
            "age_p99": self.age.p99,
            "steer_p50": self.steer.p50,
            "steer_p95": self.steer.p95,
            "steered": self.steered,
            "drops": self.drops,
            "duplicates": self.duplicates,
            "freezes": self.freezes,
            "longest_gap": self.interval.most,
        }

    def facts(self) -> dict[str, Any]:
        """Return everything, for those who want to know more."""
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0..1) of all are no larger than; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def fresh(seen: Sequence[Seen]) -> list[Seen]:
    """Return the pictures that were newer than all before them: what came twice or late shows nothing new."""
    found: list[Seen] = []
    for one in seen:
        if not found or one.frame > found[-1].frame:
            found.append(one)
    return found


def intervals(seen: Sequence[Seen]) -> list[float]:
    """Return the seconds between one new picture and the next."""
    return [after.at - before.at for before, after in pairwise(fresh(seen))]


def freezes(gaps: Sequence[float]) -> int:
    """Count the intervals that stood out against the mean of those before them, the longest ones a person sees."""
    found = 0
    for number in range(1, len(gaps)):
        before = gaps[max(0, number - REMEMBERED) : number]
        mean = sum(before) / len(before)
        found += gaps[number] >= max(FREEZE_SHARE * mean, mean + FREEZE_SECONDS)
    return found


def figures(seen: Sequence[Seen], steers: Sequence[float], unanswered: int = 0, unread: int = 0) -> Figures:
    """Sum up what was seen; `steers` has the seconds from a wish to its picture."""
    new, gaps = fresh(seen), intervals(seen)
    seconds = new[-1].at - new[0].at if new else 0.0
    numbers = {one.frame for one in seen}
    return Figures(
        seconds=seconds,
        frames=len(new),
        fps=len(gaps) / seconds if seconds else 0.0,
        age=Spread.of([one.age for one in new]),
        interval=Spread.of(gaps),
        steer=Spread.of(steers),
        steered=len(steers),
        unanswered=unanswered,
        drops=max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0,
        duplicates=len(seen) - len(numbers),
        late=len(numbers) - len(new),
        freezes=freezes(gaps),
        unread=unread,
    )
