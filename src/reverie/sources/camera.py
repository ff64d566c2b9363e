"""A camera, an address or a film that is followed: what comes is fed, what goes away is called for again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from threading import Event, Thread
from typing import Any, Protocol

from reverie.core.errors import ReverieError
from reverie.media.upright import Pictures
from reverie.sources.newest import Feed, Newest

SOONEST, LATEST = 0.5, 5.0
"""Seconds until something lost is called for again: at first, and at most, twice as long each time."""

LONGEST_WAIT = 1.0
"""Seconds between two frames of a film at most: times that leap are not believed."""


class Stream(Protocol):
    """Something that gives frames; see `media.streams.Stream`."""

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def rate(self) -> Fraction | None: ...  # noqa: D102
    def frames(self) -> Iterator[Any]: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


@dataclass
class Beat:
    """A film's own pace: each frame waits for its moment; without times, or with wrong ones, `rate` is kept."""

    rate: float
    wait: Callable[[float], object]
    clock: Callable[[], float] = time.monotonic
    _due: float | None = field(default=None, init=False)
    _last: float | None = field(default=None, init=False)

    def keep(self, time: float | None) -> None:
        """Wait for the moment of a frame; `time` is its own in seconds, None where it has none."""
        now = self.clock()
        step = None if time is None or self._last is None else time - self._last
        if step is None or not 0 <= step <= LONGEST_WAIT:
            step = 1 / self.rate
        self._last = time if time is not None else (self._last or 0.0) + step
        due = now if self._due is None else self._due + step
        # What came late is not made up for by haste.
        self._due = max(due, now - step)
        if due > now:
            self.wait(due - now)


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Habits:
    """How a stream is followed.

    `own` is True for a film, which plays at its own pace, and then again from its beginning where `loop` says so. What
    is lost is called for again after `soonest` seconds, and then after twice as long each time up to `latest`.
    """

    own: bool = False
    loop: bool = False
    soonest: float = SOONEST
    latest: float = LATEST


class Camera:
    """Follows a stream in a thread of its own until it is closed.

    `opened` opens it, and is called again whenever it is lost; `feed` gets pictures no larger than is needed for `size`
    (width and height); `tell` hears sentences for people; `over` is called at the end of a film.
    """

    def __init__(
        self,
        opened: Callable[[], Stream],
        feed: Feed,
        tell: Callable[[str], None],
        size: tuple[int, int],
        habits: Habits = Habits(),
        over: Callable[[], None] = _nothing,
    ) -> None:
        self._opened, self._tell, self._habits = opened, tell, habits
        self._over, self._ended = over, Event()
        self._first: Stream | None = None
        self._newest: Newest[Any] = Newest(feed, Pictures(size).sized, self._ended.set)
        self._said = ""
        self._thread = Thread(target=self._work, name="reverie-camera", daemon=True)

    def start(self, first: Stream | None = None) -> None:
        """Begin, with a stream that is open already where there is one."""
        self._first = first
        self._thread.start()

    def close(self, patience: float = 2.0) -> None:
        """End it; a device that hangs is left to its thread."""
        self._ended.set()
        self._newest.close()
        if self._thread.is_alive():
            self._thread.join(patience)

    @property
    def dropped(self) -> int:
        """How many frames were overtaken before a picture was made of them."""
        return self._newest.dropped

    def _work(self) -> None:
        habits = self._habits
        wait = habits.soonest
        while not self._ended.is_set():
            came, fault = self._followed()
            if habits.own and not (habits.loop and came):
                self._say(fault or "It has ended.")
                self._over()
                return
            if habits.own:
                continue
            wait = habits.soonest if came else min(habits.latest, 2 * wait)
            self._say(f"{fault} The last picture stays, and it is called for again.")
            self._ended.wait(wait)

    def _followed(self) -> tuple[int, str]:
        """Follow a stream to its end; return how many frames came, and what it ended by."""
        came = 0
        try:
            stream, self._first = self._first or self._opened(), None
        except ReverieError as error:
            return came, str(error)
        beat = Beat(float(stream.rate or 25), self._ended.wait)
        try:
            for frame in stream.frames():
                if self._ended.is_set():
                    break
                if self._habits.own:
                    beat.keep(frame.time)
                self._newest.put(frame)
                came += 1
                if came == 1:
                    self._say(f"It is there: {frame.width}x{frame.height}.")
        except ReverieError as error:
            return came, str(error)
        finally:
            stream.close()
        return came, ""

    def _say(self, sentence: str) -> None:
        if sentence != self._said and not self._ended.is_set():
            self._said = sentence
            self._tell(sentence)
