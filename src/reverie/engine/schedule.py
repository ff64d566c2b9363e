"""Which frames belong to which scene, in exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

from reverie.core.clock import duration, exact_rate, exact_seconds, frame_count
from reverie.core.spec import RenderSpec


@dataclass(frozen=True, slots=True)
class Stretch:
    """A scene's frames: `start` is its exact second in the film, `first` its first frame, `end` one past its last.

    `end` None is without end.
    """

    start: Fraction
    first: int
    end: int | None


def delivered(spec: RenderSpec) -> int | None:
    """Return how many frames a film delivers: seconds times the rate, None where it has no end.

    Without any filter the painted frames are what is delivered.
    """
    seconds = duration(spec)
    return None if seconds is None else frame_count(seconds, exact_rate(spec.fps if spec.filters else spec.paint_fps))


def stretches(spec: RenderSpec) -> tuple[Stretch, ...]:
    """Return each scene's painted frames; the last scene has as many as the last delivered frame needs after it."""
    rate = exact_rate(spec.paint_fps)
    lengths = [exact_seconds(scene.duration or 0) for scene in spec.scenes]
    starts = list(accumulate(lengths[:-1], initial=Fraction(0)))
    firsts = [ceil(start * rate) for start in starts]
    count = delivered(spec)
    shown = exact_rate(spec.fps) if spec.filters else rate
    last = None if count is None else ceil((count - 1) * rate / shown) + 1
    bounds = pairwise([*firsts, last])
    return tuple(Stretch(start, first or 0, end) for start, (first, end) in zip(starts, bounds, strict=True))
