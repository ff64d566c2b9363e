from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import numpy as np
import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.stamp import stamped
from reverie.server.viewer.steering import steered
from reverie.server.viewer.watch import Watch

BLANK = np.zeros((64, 256, 3), np.uint8)


class Stream:
    """Pictures that come when the test says so; None ends it."""

    def __init__(self) -> None:
        self.coming: queue.Queue[Image | None] = queue.Queue(100)

    @contextmanager
    def __call__(self, over: Event) -> Iterator[Iterator[Image]]:
        yield iter(self._given(over))

    def _given(self, over: Event) -> Iterator[Image]:
        while not over.is_set():
            try:
                picture = self.coming.get(timeout=0.05)
            except queue.Empty:
                continue
            if picture is None:
                return
            yield picture

    def show(self, *frames: int) -> None:
        for frame in frames:
            self.coming.put(stamped(BLANK, frame, 100.0))


def clock() -> float:
    return 100.25


def test_it_holds_what_comes_and_knows_how_old_it_is() -> None:
    stream = Stream()
    stream.show(7)
    with Watch(stream, clock) as watch:
        stream.show(8, 9)
        assert watch.held(9, 10) == 100.25
        assert [(one.frame, one.age) for one in watch.seen()] == [(7, 0.25), (8, 0.25), (9, 0.25)]


def test_the_moment_is_that_of_the_first_picture_that_shows_it() -> None:
    moments = iter([1.0, 2.0, 3.0, 4.0])
    stream = Stream()
    stream.show(1, 2, 5, 6)
    with Watch(stream, lambda: next(moments)) as watch:
        assert watch.until(lambda: len(watch.seen()) == 4, 10)
        assert [watch.held(frame, 1) for frame in (1, 2, 3, 5, 6)] == [1.0, 2.0, 3.0, 3.0, 4.0]


def test_a_picture_without_a_stamp_is_counted_and_not_read() -> None:
    stream = Stream()
    stream.coming.put(BLANK)
    stream.show(1)
    with Watch(stream, clock) as watch:
        assert (len(watch.seen()), watch.unread) == (1, 1)
        watch.forget()
        assert (len(watch.seen()), watch.unread) == (0, 0)


def test_a_stream_that_ends_before_it_begins_is_said_in_words() -> None:
    stream = Stream()
    stream.coming.put(None)
    with pytest.raises(MachineError, match="No picture came"), Watch(stream, clock):
        pass


def test_whoever_steers_waits_for_the_frame_of_the_receipt() -> None:
    stream = Stream()
    stream.show(1)
    wishes = iter([2, 3, 4])

    def wish(keyframe: object, seconds: float) -> int:
        frame = next(wishes)
        stream.show(frame)
        return frame

    with Watch(stream) as watch:
        found = steered(watch, wish, 1.0, seed=3)
        assert len(found.granted) == len(watch.seen()) - 1 >= 1
        assert found.unanswered == 0
        assert min(found.granted) > 0


def test_a_wish_that_is_refused_is_unanswered() -> None:
    stream = Stream()
    stream.show(1)

    def refuse(keyframe: object, seconds: float) -> int:
        raise MachineError("no")

    with Watch(stream) as watch:
        assert steered(watch, refuse, 0.9).unanswered >= 1
