"""A recording begins at its own zero, and is whole whoever ends it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Frame
from reverie.jobs.recording import Recording


class Film:
    def __init__(self, room: int = 1000, closes: bool = True) -> None:
        self.frames: list[Frame] = []
        self.ends: list[str] = []
        self.room, self.closes = room, closes

    def write(self, frame: Frame) -> None:
        if len(self.frames) >= self.room:
            raise MachineError("The disk is full.")
        self.frames.append(frame)

    def close(self) -> None:
        if not self.closes:
            raise MachineError("The disk is full.")
        self.ends.append("closed")

    def abandon(self) -> None:
        self.ends.append("abandoned")


def frame(index: int) -> Frame:
    return Frame(np.zeros((2, 2, 3), dtype=np.uint8), Fraction(index, 12), index)


def test_its_time_begins_with_its_first_frame() -> None:
    film = Film()
    recording = Recording(film)
    for index in (720, 721, 722):
        recording.write(frame(index))
    recording.close()
    assert [(one.time, one.index) for one in film.frames] == [(Fraction(n, 12), n) for n in range(3)]
    assert film.ends == ["closed"]


def test_a_session_that_breaks_leaves_it_whole_and_a_late_frame_is_left_out() -> None:
    film = Film()
    recording = Recording(film)
    recording.write(frame(5))
    recording.abandon()
    recording.close()
    recording.write(frame(6))
    assert film.ends == ["closed"]
    assert len(film.frames) == 1


def test_without_a_frame_there_is_no_film() -> None:
    film = Film()
    Recording(film).close()
    assert film.ends == ["abandoned"]


def test_a_full_disk_ends_it_once_and_what_was_written_is_whole() -> None:
    film = Film(room=2)
    recording = Recording(film)
    recording.write(frame(0))
    recording.write(frame(1))
    with pytest.raises(MachineError):
        recording.write(frame(2))
    recording.write(frame(3))
    recording.close()
    assert (recording.fault, film.ends, len(film.frames)) == ("The disk is full.", ["closed"], 2)


def test_what_can_not_be_made_whole_is_taken_away() -> None:
    film = Film(closes=False)
    recording = Recording(film)
    recording.write(frame(0))
    with pytest.raises(MachineError):
        recording.close()
    recording.close()
    assert film.ends == ["abandoned"]
