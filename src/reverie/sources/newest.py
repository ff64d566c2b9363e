"""The hop between what arrives and what is fed: the newest frame is made a picture, older ones never are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from typing import Generic, TypeVar

from reverie.core.errors import InputError, ReverieError
from reverie.core.frame import Image

T = TypeVar("T")

Given = tuple[Image, tuple[int, int]]
"""A picture, and the width and height it came in."""

Feed = Callable[[Image, tuple[int, int]], None]
"""Takes a picture; InputError where it is none, another ReverieError where no more are taken."""


class Newest(Generic[T]):
    """A mailbox of one with a thread that empties it: `picture` makes a picture of what was put, `feed` gets it.

    What can't be made a picture is passed over and counted in `damaged`. `over` is called once where no more are taken.
    """

    def __init__(self, feed: Feed, picture: Callable[[T], Given], over: Callable[[], None]) -> None:
        self._feed, self._picture, self._over = feed, picture, over
        self._changed = Condition()
        self._waiting: list[T] = []
        self._ended = False
        self.dropped = self.damaged = 0
        Thread(target=self._work, name="reverie-ingest", daemon=True).start()

    def put(self, frame: T) -> None:
        """Leave a frame in place of one that nobody took; from any thread, and without waiting."""
        with self._changed:
            self.dropped += len(self._waiting)
            self._waiting = [frame]
            self._changed.notify()

    def close(self) -> None:
        """Take no more; waits for nothing."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _work(self) -> None:
        while (frame := self._taken()) is not None:
            try:
                given = self._picture(frame)
            except Exception:  # whatever a damaged frame makes of its reader, the next one may be whole
                self.damaged += 1
                continue
            if not self._fed(*given):
                return

    def _taken(self) -> T | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if self._ended:
                return None
            return self._waiting.pop()

    def _fed(self, image: Image, size: tuple[int, int]) -> bool:
        try:
            self._feed(image, size)
        except InputError:
            self.damaged += 1
        except ReverieError:
            with suppress(RuntimeError):  # the event loop has gone
                self._over()
            return False
        return True
