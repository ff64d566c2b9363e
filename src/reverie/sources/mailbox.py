"""Pictures that are pushed: the newest one waits to be taken, and whoever comes late sees none that is older."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from threading import Condition

import numpy as np
from pydantic import BaseModel, ConfigDict

from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.report import Arrivals
from reverie.core.spec import RenderSpec, Scene
from reverie.media.geometry import fit
from reverie.sources.kept import Keeping

STALLED_SECONDS, STALLED_TIMES = 1.0, 3.0
"""A silence counts as a stall from so many seconds on, and so many times what usually lies between two pictures."""

RECENT_SECONDS, RECENT = 4.0, 256
"""Over which the rate and the ages are counted, and how many pictures at most."""

LARGEST = 8192
_HOPS = ("waited", "painted", "shown")


class MailboxOptions(BaseModel):
    """Whether what comes in is kept, so that it can be shown again; `path` is where, as whoever performs it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep: bool = False
    path: str | None = None


class Mailbox:
    """The source whose pictures are fed to it while it is live."""

    Options = MailboxOptions
    arriving = True

    def __init__(self, options: MailboxOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> MailboxRun:
        """Begin to take pictures; InputError where nobody could give any, since the show is not live."""
        if not spec.live or len(spec.scenes) > 1:
            raise InputError(
                "source",
                f"mailbox ({scene.id})",
                "takes pictures only while a session of one scene is live, and what came in was not recorded: "
                "it can't be rendered again.",
            )
        run = MailboxRun(spec.width, spec.height)
        if self.options.keep and self.options.path is not None:
            run.keeping = Keeping(Path(self.options.path), spec.width, spec.height, exact_rate(spec.paint_fps))
        return run


class MailboxRun:
    """A mailbox of one, fitted to a size in pixels; `clock` returns seconds."""

    def __init__(self, width: int, height: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = (width, height), clock
        self._changed = Condition()
        self._newest: tuple[Image, float] | None = None
        self._serial = self._taken = self._dropped = 0
        self._fitted: Image | None = None
        self.keeping: Keeping | None = None
        self._came: deque[float] = deque(maxlen=RECENT)
        self._way: tuple[float, float] | None = None
        self._ages: deque[tuple[float, float, float]] = deque(maxlen=RECENT)

    def feed(self, frame: Frame) -> None:
        """Take a picture, `(height, width, 3)` uint8 of any size, in place of one that nobody took yet.

        Raises InputError where it is none.
        """
        image = _checked(frame.image)
        with self._changed:
            moment = self._clock()
            self._dropped += self._serial > self._taken
            self._newest = image, moment
            self._serial += 1
            self._came.append(moment)
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Return True as soon as there is a picture that nobody took, False where there is none after some seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._serial > self._taken, max(0.0, seconds))

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:  # noqa: ARG002
        """Return the newest picture, cut to the size, as held where it was taken before; None where none ever came."""
        with self._changed:
            newest, fresh = self._newest, self._serial > self._taken
            self._taken = self._serial
            if newest is not None and fresh:
                self._way = newest[1], self._clock()
        if newest is None:
            return None
        index, before = 0 if last is None else last.index + 1, self._fitted
        if fresh or before is None:
            self._fitted = fit(newest[0], *self._size)
        given = newest[0] if self._fitted is None else self._fitted
        # What is the same as before is nothing new: so it is when it is shown again, too.
        fresh = before is None or (fresh and not np.array_equal(before, given))
        if self.keeping is not None:
            self.keeping.keep(index, given)
        return Frame(given, time, index, origin=Origin.PAINTED if fresh else Origin.HELD)

    def shown(self) -> None:
        """Take note that what was made of the picture taken last is with whoever watches; a second time is none."""
        with self._changed:
            way, self._way = self._way, None
            if way is not None:
                now = self._clock()
                self._ages.append((way[1] - way[0], now - way[1], now - way[0]))

    @property
    def stalled(self) -> bool:
        """True where no picture came for longer than is usual."""
        with self._changed:
            if not self._came:
                return False
            between = [after - before for before, after in pairwise(self._came)]
            usual = median(between) if between else 0.0
            return self._clock() - self._came[-1] > max(STALLED_SECONDS, STALLED_TIMES * usual)

    def arrivals(self) -> Arrivals:
        """Return what came in so far, and how old pictures grow on their way."""
        with self._changed:
            newest, now, came = self._newest, self._clock(), tuple(self._came)
            counts, ages = (self._serial, self._dropped), tuple(self._ages)
        if newest is None:
            return Arrivals()
        recent = [moment for moment in came if moment > now - RECENT_SECONDS]
        span = recent[-1] - recent[0] if recent else 0.0
        return Arrivals(
            *counts,
            fps=(len(recent) - 1) / span if span else 0.0,
            width=newest[0].shape[1],
            height=newest[0].shape[0],
            silent=now - newest[1],
            ages=_percentiles(ages),
        )

    def close(self) -> None:
        """Make whole what was kept; what came in can still be asked for."""
        if self.keeping is not None:
            self.keeping.close()


def _checked(image: Image) -> Image:
    fits = image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
    if not fits or not all(1 <= side <= LARGEST for side in image.shape[:2]):
        given = f"{image.dtype} {image.shape}"
        raise InputError("frame", given, f"is no picture: give uint8 (height, width, 3) of up to {LARGEST} a side.")
    return image


def _percentiles(ages: tuple[tuple[float, float, float], ...]) -> dict[str, dict[str, float]]:
    if not ages:
        return {}
    half, most = np.percentile(np.asarray(ages) * 1000, (50, 95), axis=0)
    return {hop: {"p50": float(half[place]), "p95": float(most[place])} for place, hop in enumerate(_HOPS)}
