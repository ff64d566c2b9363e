"""A viewer at work: a thread of its own holds picture after picture, whoever waits for one is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from threading import Condition, Event, Thread
from typing import Protocol

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.stamp import read_stamp
from reverie.server.viewer.figures import Seen

PATIENCE = 90.0
"""Seconds in which a first picture must come: a large model loads for as long."""

MOST = 2_000_000
"""Pictures that are remembered: nineteen hours at thirty a second."""

Pictures = Callable[[Event], AbstractContextManager[Iterator[Image]]]
"""Opens a stream; what it gives ends when the event is set, or with an OSError."""


class Clock(Protocol):
    """Seconds since 1970, the same in the viewer and in what is viewed."""

    def __call__(self) -> float: ...  # noqa: D102


class Watch:
    """What one viewer saw so far; it watches while it is entered."""

    def __init__(self, pictures: Pictures, clock: Clock = time.time) -> None:
        self._pictures, self._clock = pictures, clock
        self._seen: list[Seen] = []
        self._changed, self._over = Condition(), Event()
        self._error: Exception | None = None
        self.unread = 0
        self._thread = Thread(target=self._run, name="reverie-viewer", daemon=True)

    def __enter__(self) -> Watch:
        """Watch until a first picture came; MachineError where none does."""
        self._thread.start()
        self.until(lambda: bool(self._seen), PATIENCE)
        if not self._seen:
            self._over.set()
            raise MachineError(f"No picture came: {self._error or f'none within {PATIENCE:g} s'}.")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join(PATIENCE)

    @property
    def over(self) -> bool:
        """True where the stream has ended."""
        return not self._thread.is_alive()

    def seen(self) -> list[Seen]:
        """Return what was seen so far, in the order it came."""
        with self._changed:
            return list(self._seen)

    def forget(self) -> None:
        """Begin anew: what was seen while everything started counts for nothing."""
        with self._changed:
            self._seen.clear()
            self.unread = 0

    def until(self, come: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so, asked after every picture; False where it is not so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: come() or self._error is not None, seconds) and come()

    def held(self, frame: int, seconds: float) -> float | None:
        """Return the moment from which on the viewer held a frame or a newer one; None where it did not in time."""
        if not self.until(lambda: bool(self._seen) and self._seen[-1].frame >= frame, seconds):
            return None
        with self._changed:
            newer = len(self._seen)
            while newer and self._seen[newer - 1].frame >= frame:
                newer -= 1
            return self._seen[newer].at

    def _run(self) -> None:
        try:
            with self._pictures(self._over) as pictures:
                for picture in pictures:
                    self._hold(picture)
                    if self._over.is_set():
                        return
        except Exception as error:
            self._end(error)
        else:
            self._end(None if self._over.is_set() else MachineError("the stream ended"))

    def _hold(self, picture: Image) -> None:
        now, stamp = self._clock(), read_stamp(picture)
        with self._changed:
            if stamp is None:
                self.unread += 1
            elif len(self._seen) < MOST:
                self._seen.append(Seen(stamp.frame, stamp.age(now), now))
            self._changed.notify_all()

    def _end(self, error: Exception | None) -> None:
        with self._changed:
            self._error = error
            self._changed.notify_all()
