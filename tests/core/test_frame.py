from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.frame import STILL, Motion

motions = st.builds(
    Motion,
    zoom=st.floats(0.1, 10),
    pan=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    rotate=st.floats(-360, 360),
)


def values(motion: Motion) -> tuple[float, float, float, float]:
    return (motion.zoom, *motion.pan, motion.rotate)


def near(first: Motion, second: Motion) -> bool:
    return values(first) == pytest.approx(values(second), rel=1e-6, abs=1e-6)


def test_a_zoom_of_a_frame_becomes_a_rate() -> None:
    assert Motion.per_frame(1.05, 10).zoom == pytest.approx(1.6289, abs=1e-4)


@given(st.floats(0.9, 1.1), st.integers(1, 60))
def test_a_zoom_of_a_frame_is_what_the_rate_gives_over_a_frame(zoom: float, fps: int) -> None:
    assert Motion.per_frame(zoom, fps).over(1 / fps).zoom == pytest.approx(zoom)


@given(motions, st.floats(0, 1), st.floats(0, 1))
def test_motions_over_two_stretches_make_the_motion_over_both(motion: Motion, first: float, second: float) -> None:
    one, two, both = motion.over(first), motion.over(second), motion.over(first + second)
    assert one.zoom * two.zoom == pytest.approx(both.zoom)
    assert one.rotate + two.rotate == pytest.approx(both.rotate)
    assert one.pan[0] + two.pan[0] == pytest.approx(both.pan[0])


@given(motions, motions)
def test_a_blend_begins_at_one_motion_and_ends_at_the_other(first: Motion, second: Motion) -> None:
    assert near(first.blended(second, 0), first)
    assert near(first.blended(second, 1), second)


@given(motions, motions, st.floats(0, 1))
def test_a_blend_is_the_same_from_either_side(first: Motion, second: Motion, weight: float) -> None:
    assert near(first.blended(second, weight), second.blended(first, 1 - weight))


@given(motions)
def test_no_time_is_no_motion(motion: Motion) -> None:
    assert motion.over(0).still


def test_still_is_what_nothing_moves_in() -> None:
    assert STILL.still
    assert not Motion(rotate=1).still


def test_a_motion_is_read_from_a_mapping() -> None:
    assert Motion.from_mapping({"zoom": 2.0, "rotate": 5.0}) == Motion(zoom=2.0, rotate=5.0)
    with pytest.raises(TypeError, match="tilt"):
        Motion.from_mapping({"tilt": 1})
