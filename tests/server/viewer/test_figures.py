from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.server.viewer.figures import Seen, Spread, figures, freezes, percentile


def regular(count: int, every: float = 0.1, age: float = 0.02) -> list[Seen]:
    return [Seen(number, age, number * every) for number in range(count)]


def test_a_stream_without_fault_has_none() -> None:
    found = figures(regular(101), [0.05, 0.07])
    assert (found.frames, found.drops, found.duplicates, found.late, found.freezes) == (101, 0, 0, 0, 0)
    assert found.fps == pytest.approx(10)
    assert (found.age.p50, found.interval.p99, found.steer.most, found.steered) == (20, 100, 70, 2)


def test_what_is_missing_twice_or_late_is_counted_apart() -> None:
    found = figures([Seen(n, 0.0, t) for t, n in enumerate([1, 2, 2, 5, 4, 6, 6, 6])], [])
    assert (found.frames, found.drops, found.duplicates, found.late) == (4, 1, 3, 1)


def test_nothing_seen_is_no_fault_of_arithmetic() -> None:
    found = figures([], [], unanswered=3)
    assert (found.frames, found.fps, found.unanswered, found.age) == (0, 0.0, 3, Spread(0, 0, 0, 0))


@pytest.mark.parametrize(
    ("intervals", "found"),
    [
        ([0.1] * 50, 0),
        ([0.1] * 50 + [0.29], 0),
        ([0.1] * 50 + [0.31], 1),
        ([0.02] * 50 + [0.169], 0),
        ([0.02] * 50 + [0.171], 1),
        ([0.1] * 50 + [0.4, 0.1, 0.4], 2),
        ([], 0),
        ([5.0], 0),
    ],
)
def test_a_freeze_stands_out_against_what_came_before(intervals: list[float], found: int) -> None:
    assert freezes(intervals) == found


@given(st.lists(st.floats(0, 10), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_has_its_share_under_it(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


@given(st.lists(st.integers(0, 50), max_size=60))
def test_every_number_is_seen_new_twice_or_late(numbers: list[int]) -> None:
    found = figures([Seen(number, 0.0, float(at)) for at, number in enumerate(numbers)], [])
    assert found.frames + found.duplicates + found.late == len(numbers)
    assert found.drops >= 0


def test_a_row_tells_the_same_as_the_facts() -> None:
    found = figures(regular(31), [0.05])
    assert found.row("mjpeg")["age_p99"] == found.facts()["age"]["p99"] == 20
    assert found.row("mjpeg")["transport"] == "mjpeg"
