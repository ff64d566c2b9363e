"""The one place from which a live session is fed: who has it, who may take it, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from threading import Lock

from reverie.core.errors import ReverieError
from reverie.core.frame import Frame, Image

VANISHED_SECONDS = 5.0
"""A publisher who sent nothing for so long gives the place to the next who asks for it, and to nobody before."""


class Taken(ReverieError):
    """Somebody else publishes."""


class Seat:
    """The right to feed a session, until it is left or lost to another; `by` names the way, such as `whip`."""

    def __init__(self, by: str, gone: Callable[[], None], place: Intake) -> None:
        self.by, self.gone, self._place = by, gone, place

    def feed(self, image: Image, size: tuple[int, int] | None = None) -> None:
        """Give a picture `(height, width, 3)` uint8; ReverieError where the place is lost or the session has ended.

        `size` is what it came in, width and height, where it was shrunk on the way.
        """
        self._place.give(self, image, size or (image.shape[1], image.shape[0]))

    def leave(self) -> None:
        """Give the place up; any number of times."""
        self._place.leave(self)


class Intake:
    """One session's place for a publisher; `feed` is the session's, `clock` returns seconds.

    Whoever sent nothing for `patience` seconds may lose it.
    """

    def __init__(self, feed: Callable[[Frame], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._feed, self._clock, self.patience = feed, clock, VANISHED_SECONDS
        self._lock = Lock()
        self._seat: Seat | None = None
        self._heard = 0.0
        self._count = 0
        self.size: tuple[int, int] = (0, 0)

    @property
    def by(self) -> str:
        """The way by which pictures come, empty where nobody publishes."""
        seat = self._seat
        return "" if seat is None else seat.by

    def take(self, by: str, gone: Callable[[], None]) -> Seat:
        """Take the place; Taken where somebody publishes who was heard of lately.

        `gone` is called, once and from any thread, when another has taken it.
        """
        seat = Seat(by, gone, self)
        with self._lock:
            before = self._seat
            if before is not None and self._clock() - self._heard < self.patience:
                raise Taken("Somebody publishes into this session already: end that first, one at a time can.")
            self._seat, self._heard = seat, self._clock()
        if before is not None:
            before.gone()
        return seat

    def give(self, seat: Seat, image: Image, size: tuple[int, int]) -> None:
        """Feed a picture for whoever has the place; Taken for anybody else."""
        with self._lock:
            if self._seat is not seat:
                raise Taken("Another publishes into this session now.")
            self._heard = self._clock()
            self._count += 1
            count, self.size = self._count, size
        self._feed(Frame(image, Fraction(0), count))

    def leave(self, seat: Seat) -> None:
        """Free the place where this seat has it."""
        with self._lock:
            if self._seat is seat:
                self._seat = None
