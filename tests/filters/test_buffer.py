"""Painting ahead in another thread: so far and no farther, and with nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Frame
from reverie.filters.buffer import Buffer

IMAGE = np.zeros((2, 2, 3), np.uint8)


def frames(count: int, made: list[int], ended: list[str]) -> Iterator[Frame]:
    try:
        for number in range(count):
            made.append(number)
            yield Frame(IMAGE, Fraction(number), number)
    finally:
        ended.append(threading.current_thread().name)


def test_every_frame_comes_through_in_order() -> None:
    made, ended = list[int](), list[str]()
    assert [frame.index for frame in Buffer(2)(frames(50, made, ended))] == list(range(50))
    assert ended == ["reverie-upstream"]


def test_no_more_than_its_depth_is_made_ahead() -> None:
    made, ended = list[int](), list[str]()
    stream = Buffer(3)(frames(1000, made, ended))
    next(stream)
    time.sleep(0.1)
    assert len(made) <= 3 + 2
    stream.close()  # type: ignore[attr-defined]
    assert ended == ["reverie-upstream"]
    assert not [thread for thread in threading.enumerate() if thread.name == "reverie-upstream"]


def test_what_breaks_upstream_reaches_whoever_reads_after_what_was_made() -> None:
    def breaking() -> Iterator[Frame]:
        yield Frame(IMAGE, Fraction(0), 0)
        raise MachineError("The model broke.")

    stream = Buffer(2)(breaking())
    assert next(stream).index == 0
    with pytest.raises(MachineError, match="model broke"):
        next(stream)
