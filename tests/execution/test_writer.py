"""Frames handed to sinks by a thread of their own."""

from __future__ import annotations

import errno
from fractions import Fraction
from threading import Event

import numpy as np
import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Frame
from reverie.execution.writer import DEPTH, Writer


class Shelf:
    """A sink that remembers; it fails at a frame, or waits for leave to write."""

    def __init__(self, fails_at: int | None = None, error: Exception | None = None, leave: Event | None = None) -> None:
        self.frames: list[int] = []
        self.ended = ""
        self._fails_at, self._error, self._leave = fails_at, error or RuntimeError("broken"), leave

    def write(self, frame: Frame) -> None:
        if self._leave is not None:
            self._leave.wait(5)
        if frame.index == self._fails_at:
            raise self._error
        self.frames.append(frame.index)

    def close(self) -> None:
        self.ended += "closed"

    def abandon(self) -> None:
        self.ended += "abandoned"


def frame(index: int) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), Fraction(index, 24), index)


def write_all(writer: Writer, frames: int) -> None:
    for index in range(frames):
        writer.write(frame(index))


def test_every_sink_gets_every_frame_in_order_and_is_closed() -> None:
    shelves = [Shelf(), Shelf()]
    writer = Writer(shelves)
    write_all(writer, 20)
    writer.close()
    assert [(shelf.frames, shelf.ended) for shelf in shelves] == [(list(range(20)), "closed")] * 2


def test_at_most_a_few_frames_wait() -> None:
    leave = Event()
    writer = Writer([Shelf(leave=leave)])
    write_all(writer, DEPTH + 1)
    assert not writer._offer(frame(99))
    leave.set()
    writer.close()


def test_what_a_sink_raises_reaches_the_caller_and_nothing_is_closed() -> None:
    shelf = Shelf(fails_at=2)
    writer = Writer([shelf])
    with pytest.raises(RuntimeError, match="broken"):
        write_all(writer, 50)
    writer.abandon()
    assert shelf.frames == [0, 1]
    assert shelf.ended == "abandoned"


def test_a_full_disk_is_the_machines_fault_in_a_sentence() -> None:
    writer = Writer([Shelf(fails_at=0, error=OSError(errno.ENOSPC, "No space left on device"))])
    writer.write(frame(0))
    with pytest.raises(MachineError, match=r"^output: .*No space left on device.*make room"):
        writer.close()
    writer.abandon()


def test_abandoning_stops_a_sink_that_has_frames_waiting() -> None:
    leave = Event()
    shelf = Shelf(leave=leave)
    writer = Writer([shelf])
    write_all(writer, DEPTH)
    leave.set()
    writer.abandon()
    assert shelf.ended == "abandoned"
