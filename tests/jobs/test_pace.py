"""Progress never falls, and time left comes from what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.execution.plan import plan
from reverie.jobs.job import UnitState
from reverie.jobs.pace import NEARLY, Pace
from tests.execution.failing import film


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


PLAN = [replace(unit, weight=0.2) for unit in plan(film(scenes=2))]


def test_time_left_is_what_remains_by_what_was_measured() -> None:
    clock = Clock()
    pace = Pace(PLAN, clock=clock)
    assert pace.time_left is None, "nothing was measured"
    pace.begin(PLAN[0], 1)
    clock.now = 10.0
    pace.tick(0.5)
    assert pace.progress == pytest.approx(0.1)
    assert pace.time_left == pytest.approx(10 + 4 * 20)
    clock.now = 20.0
    pace.end(PLAN[0], UnitState.DONE)
    pace.begin(PLAN[1], 1)
    clock.now = 22.0
    pace.end(PLAN[1], UnitState.DONE)
    assert pace.time_left == pytest.approx(20 + 2 + 11), "a kind that is not measured takes the mean"


def test_waiting_is_not_measured() -> None:
    clock = Clock()
    pace = Pace(PLAN, clock=clock)
    pace.begin(PLAN[0], 1)
    clock.now = 5.0
    pace.hold(True)
    clock.now = 1000.0
    pace.hold(False)
    clock.now = 1005.0
    pace.tick(0.5)
    assert pace.time_left == pytest.approx(10 + 4 * 20)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["begin", "tick", "end"]), st.floats(0, 1)), max_size=60))
def test_progress_never_falls_and_is_never_whole(steps: list[tuple[int, str, float]]) -> None:
    pace, before = Pace(PLAN, (0.5, 1.0)), 0.0
    for number, what, done in steps:
        unit = PLAN[number]
        if what == "begin":
            pace.begin(unit, 1)
        elif what == "tick":
            pace.tick(done)
        else:
            pace.end(unit, UnitState.DONE)
        assert before <= pace.progress <= NEARLY
        before = pace.progress


def test_what_was_found_counts_as_done() -> None:
    pace = Pace(PLAN)
    for unit in PLAN[:3]:
        pace.end(unit, UnitState.REUSED)
    assert pace.progress == pytest.approx(0.6)
    assert [view.state for view in pace.views()] == [UnitState.REUSED] * 3 + [UnitState.WAITING] * 2
