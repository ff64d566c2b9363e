"""The wall clock: frames at their moments, and a clock that waits for pictures, never the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.frame import Frame
from reverie.filters.pace import Pace

IMAGE = np.zeros((2, 2, 3), np.uint8)
RATE = Fraction(10)


class Clock:
    """A clock that only painting and waiting moves."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def painted(clock: Clock, costs: list[float], begun: list[float]) -> Iterator[Frame]:
    for number, cost in enumerate(costs):
        begun.append(clock.now)
        clock.now += cost
        yield Frame(IMAGE, number / RATE, number)


def paced(costs: list[float]) -> tuple[list[float], list[float], Pace]:
    """Return when each frame was begun and when it was shown."""
    clock, begun, shown = Clock(), list[float](), list[float]()
    pace = Pace(RATE, clock.wait, clock)
    for _ in pace(painted(clock, costs, begun)):
        shown.append(clock.now)
    return begun, shown, pace


def test_a_frame_is_begun_at_its_moment_and_shown_when_it_is_there() -> None:
    begun, shown, pace = paced([0.03] * 20)
    assert np.diff(begun[1:]) == pytest.approx(0.1)
    assert np.subtract(shown, begun) == pytest.approx(0.03)
    assert pace.slipped == 0


def test_a_frame_that_is_a_little_late_is_caught_up_with() -> None:
    begun, _, pace = paced([0.03] * 5 + [0.17] + [0.03] * 5)
    assert begun[-1] - begun[1] == pytest.approx(0.9)
    assert pace.slipped == 0


def test_a_machine_that_is_too_slow_slips_the_clock_and_not_the_timeline() -> None:
    begun, _, pace = paced([0.2] * 30)
    assert np.diff(begun[1:]) == pytest.approx(0.2)
    assert pace.slipped == pytest.approx(27, abs=2)


def test_when_it_is_quick_again_it_does_not_race() -> None:
    begun, _, _ = paced([0.02] * 5 + [1.5] + [0.02] * 20)
    quick = [gap for gap in np.diff(begun[6:]) if gap < 0.09]
    assert len(quick) <= 2


def test_a_sleep_of_the_machine_is_no_drop() -> None:
    begun, _, pace = paced([0.02] * 5 + [8 * 3600.0] + [0.02] * 20)
    assert np.diff(begun[8:]) == pytest.approx(0.1)
    assert pace.slipped == 0


def test_a_machine_that_slept_while_it_waited_shows_one_frame_after_the_other() -> None:
    clock, begun = Clock(), list[float]()

    def wait(seconds: float) -> None:
        clock.wait(8 * 3600.0 if len(clock.waits) == 4 else seconds)

    pace = Pace(RATE, wait, clock)
    shown = [frame.index for frame in pace(painted(clock, [0.02] * 30, begun))]
    assert shown == list(range(30)), "none is left out, and none made up for"
    woken = next(number for number, gap in enumerate(np.diff(begun)) if gap > 3600)
    quick = [gap for gap in np.diff(begun[woken + 1 :]) if gap < 0.09]
    assert len(quick) <= 1
    assert np.diff(begun[woken + 3 :]) == pytest.approx(0.1)
    assert pace.slipped == 0


def test_a_clock_that_goes_back_makes_nobody_wait_long() -> None:
    clock = Clock()
    pace = Pace(RATE, clock.wait, clock)
    frames = pace(Frame(IMAGE, number / RATE, number) for number in range(20))
    for frame in frames:
        if frame.index == 5:
            clock.now -= 5000
    assert max(clock.waits) < 0.25
    assert len(clock.waits) >= 18


def test_frames_of_a_window_are_shown_one_after_the_other() -> None:
    clock, shown = Clock(), list[float]()
    pace = Pace(RATE, clock.wait, clock)
    for _ in pace(Frame(IMAGE, number / RATE, number) for number in range(8)):
        shown.append(clock.now)
    assert np.diff(shown) == pytest.approx(0.1)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60))
def test_every_frame_passes_once_whatever_the_clock_does(costs: list[float]) -> None:
    begun, shown, _ = paced(costs)
    assert len(begun) == len(shown) == len(costs)


def test_whoever_waits_may_end_the_stream() -> None:
    def enough(seconds: float) -> None:
        raise KeyboardInterrupt

    frames = Pace(RATE, enough)(Frame(IMAGE, number / RATE, number) for number in range(8))
    assert next(frames).index == 0
    with pytest.raises(KeyboardInterrupt):
        next(frames)
