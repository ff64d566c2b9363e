"""The filter that makes a session live: a frame is asked for when its moment has come, not before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reverie.core.frame import Frame

GRACE = 1.0
"""Steps by which a frame may be late and be caught up with; what goes beyond slips the clock."""

PAUSED_SECONDS = 3.0
"""A delay from which on nothing was painted at all: the machine slept, and no frame was dropped."""


@dataclass
class Pace:
    """Frames in, the same frames out, each at its moment on the wall clock.

    `rate` is delivered frames a second. The next frame is asked for at the moment it stands for: wishes that come until
    then are in it, and what is painted is shown at once. A frame that comes late slips the clock, never the timeline;
    `slipped` counts the steps. `wait` is given seconds and may raise to end the stream; `clock` returns seconds.
    """

    rate: Fraction
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    slipped: float = field(default=0.0, init=False)
    _zero: float = field(default=0.0, init=False)

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames at their pace."""
        begun = self.clock()
        expected: Fraction | None = None
        while True:
            if expected is None:
                self._zero = begun
            else:
                self._until(expected)
            frame = next(frames, None)
            if frame is None:
                return
            if expected is None:
                self._zero = self.clock() - float(frame.time)
            elif frame.time > expected:
                self._until(frame.time)
            yield frame
            expected = frame.time + 1 / self.rate

    def _until(self, moment: Fraction) -> None:
        """Wait for a moment of the film; where it has passed for long, let the film's clock be that much later."""
        step = float(1 / self.rate)
        due = self._zero + float(moment)
        late = self.clock() - due
        if late > PAUSED_SECONDS:
            # The machine slept: the film goes on from here, nothing is caught up with.
            self._zero += late
        elif late > GRACE * step:
            self._zero += late - GRACE * step
            self.slipped += late / step - GRACE
        elif late < -2 * step:
            # The clock went back, or the film leapt ahead: one step is the longest that is waited.
            self._zero = self.clock() + step - float(moment)
            self.wait(step)
        elif late < 0:
            self.wait(-late)
