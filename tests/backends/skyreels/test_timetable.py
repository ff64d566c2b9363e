"""Every block takes every step once, in order, and never before the one ahead of it is far enough."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reverie.backends.skyreels.timetable import timetable

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 12), st.integers(0, 4), st.integers(0, 8))


@given(SIZES)
def test_each_new_block_moves_through_all_steps_in_order(sizes: tuple[int, int, int, int]) -> None:
    steps, blocks, known, ar_step = sizes
    turns = timetable(steps, blocks, known, ar_step)
    for block in range(known, blocks):
        places = [turn.places[block] for turn in turns for begin, end in turn.runs if begin <= block < end]
        assert places == list(range(steps))
    assert all(turn.places[:known] == (steps,) * min(known, blocks) for turn in turns)


@given(SIZES)
def test_it_takes_no_more_evaluations_than_it_must(sizes: tuple[int, int, int, int]) -> None:
    steps, blocks, known, ar_step = sizes
    expected = steps + (blocks - known - 1) * min(ar_step, steps) if known < blocks else 0
    assert len(timetable(steps, blocks, known, ar_step)) == expected


@given(SIZES)
def test_who_comes_later_is_never_ahead(sizes: tuple[int, int, int, int]) -> None:
    steps, blocks, known, ar_step = sizes
    for turn in timetable(steps, blocks, known, ar_step):
        assert all(before >= after for before, after in pairwise(turn.places))
        assert turn.runs


def test_thirty_steps_over_five_blocks_five_apart_are_fifty_evaluations() -> None:
    assert len(timetable(30, 5, 0, 5)) == 50
