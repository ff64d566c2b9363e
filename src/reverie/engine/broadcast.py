"""One stream to any number of sinks that come and go, none of which can hurt another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, RLock, Thread

from reverie.core.frame import Frame
from reverie.core.protocols import Sink

DEPTH = 3
"""Frames that may wait for a sink that takes every one; then painting waits too."""

CLOSING_SECONDS = 15.0
"""How long the end waits for a sink to write what it has and to be whole."""

_POLL = 0.2

Failed = Callable[[Sink, BaseException], None]


class Broadcast:
    """Gives every frame to every sink that is attached; from any thread but for `write`, which has one.

    A sink with `newest_only = True` takes a frame by swapping a reference and is given it at once. Any other gets every
    frame, in order, in a thread of its own, at most three behind: then `write` waits. A sink that raises is detached
    and given up alone, and `failed` is told.
    """

    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._lock = RLock()
        self._places: tuple[_Place, ...] = ()
        self._closed = False

    def attach(self, sink: Sink) -> None:
        """Give a sink every frame from the next one on; after the end it is closed at once."""
        with self._lock:
            if not self._closed:
                direct = getattr(sink, "newest_only", False)
                self._places = (*self._places, _Direct(sink) if direct else _Lossless(sink))
                return
        sink.close()

    def detach(self, sink: Sink) -> None:
        """Give a sink no more frames; returns when what was handed to it is written and it is closed."""
        with self._lock:
            found = next((place for place in self._places if place.sink is sink), None)
            if found is not None:
                self._places = tuple(place for place in self._places if place is not found)
        if found is not None:
            self._end(found)

    def write(self, frame: Frame, check: Callable[[], None]) -> None:
        """Pass a frame on; `check` is called while a sink makes it wait, and may raise to give up."""
        for place in self._places:
            try:
                place.give(frame, check)
            except SinkError as error:
                self._drop(place, error.reason)

    def close(self) -> None:
        """Write what waits and close every sink; those that fail are told of, none keeps another from it."""
        with self._lock:
            self._closed = True
            places, self._places = self._places, ()
        for place in places:
            self._end(place)

    def _end(self, place: _Place) -> None:
        try:
            place.end()
        except SinkError as error:
            self._failed(place.sink, error.reason)

    def _drop(self, place: _Place, reason: BaseException) -> None:
        with self._lock:
            here = place in self._places
            self._places = tuple(other for other in self._places if other is not place)
        if here:
            self._failed(place.sink, reason)


class SinkError(Exception):
    """A sink raised `reason`."""

    def __init__(self, reason: BaseException) -> None:
        self.reason = reason
        super().__init__(str(reason))


class _Direct:
    """A sink that holds one frame by itself."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def give(self, frame: Frame, check: Callable[[], None]) -> None:  # noqa: ARG002
        try:
            self.sink.write(frame)
        except Exception as error:
            with suppress(Exception):
                self.sink.abandon()
            raise SinkError(error) from error

    def end(self) -> None:
        try:
            self.sink.close()
        except Exception as error:
            raise SinkError(error) from error


class _Lossless:
    """A sink that gets every frame, written by a thread of its own."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._waiting: Queue[Frame] = Queue(DEPTH)
        self._ending = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="reverie-sink", daemon=True)
        self._thread.start()

    def give(self, frame: Frame, check: Callable[[], None]) -> None:
        while not self._ending.is_set():
            if self._error is not None:
                raise SinkError(self._error)
            try:
                self._waiting.put(frame, timeout=_POLL)
            except Full:
                check()
            else:
                return

    def end(self) -> None:
        self._ending.set()
        self._thread.join(CLOSING_SECONDS)
        if self._thread.is_alive():
            self._error = self._error or TimeoutError("it does not come to an end")
        if self._error is not None:
            raise SinkError(self._error)

    def _work(self) -> None:
        try:
            while not (self._ending.is_set() and self._waiting.empty()):
                with suppress(Empty):
                    self.sink.write(self._waiting.get(timeout=_POLL / 4))
            self.sink.close()
        except BaseException as error:
            self._error = error
            with suppress(Exception):
                self.sink.abandon()


_Place = _Direct | _Lossless
