"""A given clip's facts, as far as a film's spec needs them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from reverie.core.clock import exact_rate
from reverie.core.errors import InputError

_RATES = (10.0, 12.0, 15.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0)
_ALIKE = 0.0015
"""How far from a usual rate one may be that was read off a coarse clock, as a share."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip: upright pixels, average frames a second, how many there are, and whether it has sound."""

    width: int
    height: int
    fps: float
    frames: int
    has_sound: bool

    @property
    def duration(self) -> float:
        """Seconds that all frames take."""
        return float(Fraction(self.frames) / exact_rate(self.fps))


def footage_of(path: Path, field: str) -> Footage:
    """Return a clip's facts; InputError where it is none that can be read."""
    from reverie.media.examine import examine

    facts = examine(path, field)
    if facts.kind != "video" or not facts.width or not facts.height or not facts.frames:
        raise InputError(field, str(path), "holds no moving pictures: give an MP4, MOV, WebM, MKV, AVI or GIF film.")
    rate = min(240.0, max(0.5, facts.fps or 25.0))
    near = min(_RATES, key=lambda usual: abs(usual - rate))
    fps = near if abs(near - rate) < _ALIKE * near else rate
    return Footage(facts.width, facts.height, fps, facts.frames, facts.has_sound)
