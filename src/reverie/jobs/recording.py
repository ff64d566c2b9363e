"""A recording of a live session: a film that begins when it is asked for, whole however the session ends."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from threading import RLock

from reverie.core.frame import Frame
from reverie.core.protocols import Sink


class Recording:
    """Passes frames on to a film whose time begins with its first frame; closing it twice is closing it once."""

    newest_only = False

    def __init__(self, film: Sink) -> None:
        self._film = film
        self._lock = RLock()
        self._start: tuple[Fraction, int] | None = None
        self._ended = False

    @property
    def empty(self) -> bool:
        """True while no frame was written."""
        return self._start is None

    def write(self, frame: Frame) -> None:
        """Write a frame at its time since the first one."""
        with self._lock:
            if self._ended:
                return
            time, index = self._start = self._start or (frame.time, frame.index)
            self._film.write(replace(frame, time=frame.time - time, index=frame.index - index))

    def close(self) -> None:
        """Make the film whole; without a frame there is none."""
        self._end(keep=not self.empty)

    def abandon(self) -> None:
        """Make the film whole all the same: what was seen is worth keeping, whatever ended it."""
        self._end(keep=not self.empty)

    def _end(self, keep: bool) -> None:
        with self._lock:
            if not self._ended:
                self._ended = True
                (self._film.close if keep else self._film.abandon)()
