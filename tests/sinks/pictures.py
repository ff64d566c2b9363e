from __future__ import annotations

from fractions import Fraction
from threading import Event, Thread

import numpy as np

from reverie.core.frame import Frame, Image, Origin
from reverie.core.protocols import Sink


def picture(index: int, height: int = 64, width: int = 64) -> Image:
    """A picture whose grey says its number, modulo 200."""
    y, x = np.mgrid[0:height, 0:width]
    image = np.empty((height, width, 3), np.uint8)
    image[..., 0] = index % 200 + 20
    image[..., 1] = 40 + x * 160 // width
    image[..., 2] = 40 + y * 160 // height
    return image


def frame(index: int, fps: int = 30, height: int = 64, width: int = 64, origin: Origin = Origin.PAINTED) -> Frame:
    return Frame(picture(index, height, width), Fraction(index, fps), index, origin=origin)


class Show:
    """A fake session: writes numbered frames into a sink from a thread of its own until it is stopped."""

    def __init__(self, sink: Sink, fps: int = 50, size: tuple[int, int] = (64, 64)) -> None:
        self.sink, self.fps, self.size, self.frames = sink, fps, size, 0
        self._over = Event()
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.wait(1 / self.fps):
            self.sink.write(frame(self.frames, self.fps, *self.size))
            self.frames += 1

    def __enter__(self) -> Show:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.sink.close()
