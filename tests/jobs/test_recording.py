"""A recording begins at its own zero, and is whole whoever ends it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from reverie.core.frame import Frame
from reverie.jobs.recording import Recording


class Film:
    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.ends: list[str] = []

    def write(self, frame: Frame) -> None:
        self.frames.append(frame)

    def close(self) -> None:
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
