"""The pace of pictures that come from outside: each is painted when it comes, and a silence is lived through."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reverie.core.frame import Frame
from reverie.core.protocols import Arriving

LOOK_SECONDS = 0.1
"""How long is waited at a time, before it is asked whether the show is to end."""

EARLY = LATE = 0.5
"""Steps by which a frame may come before and after its moment, so that it comes with its picture and not by the clock.

The moments lie where the input's rate has them; an input that is quicker or slower drifts through this window, and a
picture is dropped or a frame is held where it leaves it.
"""

GRACE = 1.0
"""Steps by which painting may be late; what goes beyond slips the clock."""


@dataclass
class Following:
    """Frames in, the same frames out, each asked for when a picture of `arriving` is there, or its moment has passed.

    `rate` is frames a second. `wait` is given seconds and may raise to end the stream; `clock` returns seconds.
    `slipped` counts the steps by which painting came late.
    """

    rate: Fraction
    arriving: Arriving
    wait: Callable[[float], None]
    clock: Callable[[], float] = time.monotonic
    slipped: float = field(default=0.0, init=False)
    _zero: float = field(default=0.0, init=False)

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames as their pictures come; the first waits for its own as long as that takes."""
        while not self.arriving.wait(LOOK_SECONDS):
            self.wait(0.0)
        self._zero = self.clock()
        for frame in frames:
            yield frame
            self._until(frame.time + 1 / self.rate)

    def _until(self, moment: Fraction) -> None:
        step = float(1 / self.rate)
        due = self._zero + float(moment)
        late = self.clock() - due
        if late > GRACE * step:
            self._zero += late - GRACE * step
            self.slipped += late / step - GRACE
            due = self.clock()
        if (early := due - EARLY * step - self.clock()) > 0:
            self.wait(early)
        while (left := due + LATE * step - self.clock()) > 0:
            self.wait(0.0)
            if self.arriving.wait(min(left, LOOK_SECONDS)):
                return
