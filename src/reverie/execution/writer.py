"""Frames on their way to disk: sinks fed by a thread of their own, so that encoding overlaps painting."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from queue import Full, Queue
from threading import Thread

from reverie.core.errors import Cancelled, MachineError
from reverie.core.frame import Frame
from reverie.core.protocols import Sink

DEPTH = 3
"""Frames that may wait to be written; then painting waits too."""

_POLL = 0.2


class Writer:
    """Writes every frame to every sink, in order and at most three behind; what a sink raises reaches the caller."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._waiting: Queue[Frame | None] = Queue(DEPTH)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="reverie-writer", daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        """Hand a frame over; waits while three are waiting, and raises what a sink raised."""
        self._put(frame)

    def close(self) -> None:
        """Write what is waiting and close the sinks, which makes their files whole."""
        self._put(None)
        self._thread.join()
        self._raise()
        for sink in self._sinks:
            try:
                sink.close()
            except OSError as error:
                raise _understood(error) from error

    def abandon(self) -> None:
        """Stop writing and leave no file under its final name; never raises."""
        self._error = self._error or Cancelled("The writing was given up.")
        while self._thread.is_alive():
            self._offer(None)
            self._thread.join(_POLL)
        for sink in self._sinks:
            with suppress(Exception):
                sink.abandon()

    def _put(self, frame: Frame | None) -> None:
        while True:
            self._raise()
            if self._offer(frame):
                return

    def _offer(self, frame: Frame | None) -> bool:
        try:
            self._waiting.put(frame, timeout=_POLL)
        except Full:
            return False
        return True

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (frame := self._waiting.get()) is not None:
            if self._error is not None:
                continue
            try:
                for sink in self._sinks:
                    sink.write(frame)
            except BaseException as error:
                self._error = _understood(error)


def _understood(error: BaseException) -> BaseException:
    """Turn what the disk says into a sentence; the rest stays as it is."""
    if not isinstance(error, OSError):
        return error
    why = error.strerror or str(error)
    return MachineError(f"output: the film can't be written ({why}): make room or choose another place with -o.")
