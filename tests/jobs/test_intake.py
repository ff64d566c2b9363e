"""The one place from which a session is fed."""

from __future__ import annotations

import numpy as np
import pytest

from reverie.core.frame import Frame, Image
from reverie.jobs.intake import VANISHED_SECONDS, Intake, Taken

PICTURE: Image = np.zeros((8, 12, 3), np.uint8)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_has_the_place_until_it_leaves() -> None:
    fed: list[Frame] = []
    intake = Intake(fed.append)
    assert intake.by == ""
    first = intake.take("whip", lambda: None)
    with pytest.raises(Taken, match="one at a time"):
        intake.take("socket", lambda: None)
    first.feed(PICTURE)
    first.feed(PICTURE, (1920, 1080))
    assert (intake.by, intake.size, [frame.index for frame in fed]) == ("whip", (1920, 1080), [1, 2])
    first.leave()
    first.leave()
    assert intake.by == ""
    second = intake.take("socket", lambda: None)
    first.leave()
    assert intake.by == "socket"
    second.feed(PICTURE)
    assert intake.size == (12, 8)
    with pytest.raises(Taken, match="Another publishes"):
        first.feed(PICTURE)


def test_who_says_nothing_for_long_gives_the_place_to_the_next_and_to_nobody_before() -> None:
    clock, gone = Clock(), list[str]()
    intake = Intake(lambda frame: None, clock)
    first = intake.take("whip", lambda: gone.append("first"))
    clock.now += VANISHED_SECONDS - 0.1
    first.feed(PICTURE)
    clock.now += VANISHED_SECONDS - 0.1
    with pytest.raises(Taken):
        intake.take("whip", lambda: gone.append("second"))
    clock.now += 0.2
    first.feed(PICTURE)
    clock.now += VANISHED_SECONDS
    intake.take("whip", lambda: gone.append("third"))
    assert gone == ["first"]
    with pytest.raises(Taken):
        first.feed(PICTURE)
