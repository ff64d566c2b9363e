"""What is said, once, to whoever performs at a rate that was measured while the machine was busier than it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from reverie.core.spec import RenderSpec


@dataclass
class Advice:
    """Asked frame after frame.

    `playing` has the rate a session is painted at, `possible` returns the one it could be painted at now by the seconds
    a frame takes, None where that is not worth telling. It is asked every so many `seconds` of the show.
    """

    playing: RenderSpec
    possible: Callable[[float], float | None]
    seconds: float
    _given: bool = field(default=False, init=False)

    def at(self, frame: int, takes: Callable[[], float]) -> str | None:
        """Return what is to be said at a frame; `takes` returns the seconds that painting one takes by now."""
        if self._given or frame == 0 or frame % ceil(self.seconds * self.playing.fps):
            return None
        better = self.possible(takes())
        if better is None:
            return None
        self._given = True
        rate = self.playing.paint_fps
        return f"painted at {rate:g} frames a second, as measured at the start; begin another to have {better:g}"
