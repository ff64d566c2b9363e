"""Rates and stretches of time as exact fractions, so that frames are counted and timed without rounding."""

from __future__ import annotations

from fractions import Fraction

from reverie.core.spec import RenderSpec

_FINEST_RATE = 1001
_FINEST_SECONDS = 1_000_000


def exact_rate(fps: float) -> Fraction:
    """Return frames a second as the fraction meant: 7.5 is 15/2, 29.97002997 is 30000/1001."""
    return Fraction(fps).limit_denominator(_FINEST_RATE)


def exact_seconds(seconds: float) -> Fraction:
    """Return seconds as the fraction meant, to the microsecond: 0.1 is 1/10."""
    return Fraction(seconds).limit_denominator(_FINEST_SECONDS)


def duration(spec: RenderSpec) -> Fraction | None:
    """Return the film's length in seconds, or None where a scene has no end."""
    lengths = [scene.duration for scene in spec.scenes]
    if None in lengths:
        return None
    return sum((exact_seconds(length) for length in lengths if length is not None), Fraction(0))


def frame_count(seconds: Fraction, rate: Fraction) -> int:
    """Return how many frames fill a stretch of time: seconds times rate to the nearest, one at least."""
    return max(1, round(seconds * rate))
