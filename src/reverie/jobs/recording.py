"""A recording of a live session: a film that begins when it is asked for, whole however the session ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from threading import RLock

from reverie.core.frame import Frame
from reverie.core.protocols import Sink


class Recording:
    """Passes frames on to a film whose time begins with its first frame; closing it twice is closing it once.

    `tells` is called with the film before it is made whole, to have it say of itself what is known only then; `fault`
    says why no more can be written, None while all is well.
    """

    newest_only = False

    def __init__(self, film: Sink, tells: Callable[[Sink], None] | None = None) -> None:
        self._film, self._tells = film, tells
        self._lock = RLock()
        self._start: tuple[Fraction, int] | None = None
        self._ended = False
        self.fault: str | None = None

    @property
    def empty(self) -> bool:
        """True while no frame was written."""
        return self._start is None

    def write(self, frame: Frame) -> None:
        """Write a frame at its time since the first one; what the film raises is raised."""
        with self._lock:
            if self._ended or self.fault is not None:
                return
            time, index = self._start = self._start or (frame.time, frame.index)
            try:
                self._film.write(replace(frame, time=frame.time - time, index=frame.index - index))
            except Exception as error:
                self.fault = str(error)
                raise

    def close(self) -> None:
        """Make the film whole; without a frame there is none, and one that can't be made whole is taken away."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if self.empty:
                self._film.abandon()
                return
            try:
                if self._tells is not None:
                    self._tells(self._film)
                self._film.close()
            except Exception:
                with suppress(Exception):
                    self._film.abandon()
                raise

    def abandon(self) -> None:
        """Make the film whole all the same: what was seen is worth keeping, whatever ended it."""
        with suppress(Exception):
            self.close()
