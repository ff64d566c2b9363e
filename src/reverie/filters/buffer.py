"""The filter that lets painting go on while what was painted is being looked at."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Thread

from reverie.core.frame import Frame

_POLL = 0.2


@dataclass(frozen=True)
class Buffer:
    """Frames in, the same frames out; those before are made in a thread of their own, at most `depth` ahead.

    Whatever upstream raises is raised to whoever reads. Every frame ahead is a frame's time that a wish is seen later.
    """

    depth: int

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames; leaving early ends what is upstream."""
        upstream = _Upstream(frames, self.depth)
        try:
            yield from upstream.frames()
        finally:
            upstream.stop()


class _Upstream:
    """The thread that asks for frames."""

    def __init__(self, frames: Iterator[Frame], depth: int) -> None:
        self._frames = frames
        self._made: Queue[Frame | None] = Queue(depth)
        self._stopped = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="reverie-upstream", daemon=True)
        self._thread.start()

    def frames(self) -> Iterator[Frame]:
        while (frame := self._made.get()) is not None:
            yield frame
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Ask for no more, and wait until the frame under way is done."""
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            for frame in self._frames:
                if not self._put(frame):
                    break
        except BaseException as error:
            self._error = error
        finally:
            if isinstance(self._frames, Generator):
                self._frames.close()
            self._put(None)

    def _put(self, frame: Frame | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._made.put(frame, timeout=_POLL)
            except Full:
                continue
            return True
        return False
