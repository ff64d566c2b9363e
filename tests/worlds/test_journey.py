"""The camera's way: where worlds are entered and left, and what a zoom goes to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.frame import STILL, Motion
from reverie.worlds.camera import Camera
from reverie.worlds.journey import Course, Focus, places_of_interest

RATES = st.builds(
    Motion,
    st.floats(0.5, 2.0),
    st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
    st.floats(-30, 30),
)


def travelled(course: Course, motion: Motion, steps: int, seconds: float = 0.1) -> Camera:
    camera = course.begin(motion, 1.0)
    for _ in range(steps):
        camera = course.moved(camera, motion, seconds, 1.0)
    return camera


def test_a_zoom_in_enters_wide_and_leaves_deep() -> None:
    course, motion = Course(deep=5.0), Motion(zoom=2.0)
    assert course.begin(motion, 1.0).zoom == 1.0
    assert not course.spent(travelled(course, motion, 20), motion, 1.0)
    assert course.spent(travelled(course, motion, 24), motion, 1.0)


def test_a_zoom_out_enters_deep_and_leaves_wide() -> None:
    course, motion = Course(deep=5.0), Motion(zoom=0.5)
    assert course.begin(motion, 1.0).zoom == 5.0
    assert course.spent(travelled(course, motion, 24), motion, 1.0)


@pytest.mark.parametrize("pan", [(0.2, 0.0), (-0.2, 0.0), (0.0, 0.2), (0.0, -0.2)])
def test_a_pan_begins_at_its_far_side_and_ends(pan: tuple[float, float]) -> None:
    course, motion = Course(), Motion(pan=pan)
    camera = course.begin(motion, 1.0)
    assert not course.spent(camera, motion, 1.0)
    moved = course.moved(camera, motion, 0.2, 1.0)
    assert abs(moved.pan_x) + abs(moved.pan_y) < abs(camera.pan_x) + abs(camera.pan_y)
    assert course.spent(travelled(course, motion, 80), motion, 1.0)


def test_a_camera_at_rest_stays_and_the_world_lives_on() -> None:
    course = Course()
    camera = travelled(course, STILL, 1000)
    assert camera.time == pytest.approx(100.0)
    assert (camera.zoom, camera.pan_x, camera.roll) == (1.0, 0.0, 0.0)
    assert not course.spent(camera, STILL, 1.0)


@given(RATES)
def test_a_way_does_not_depend_on_the_frame_rate(motion: Motion) -> None:
    course = Course()
    fast = travelled(course, Motion(motion.zoom, rotate=motion.rotate), 40, 0.05)
    slow = travelled(course, Motion(motion.zoom, rotate=motion.rotate), 20, 0.1)
    assert fast.zoom == pytest.approx(slow.zoom)
    turned = (fast.roll - slow.roll + 180) % 360 - 180
    assert turned == pytest.approx(0, abs=1e-6)


@given(RATES)
def test_every_camera_can_be_rendered(motion: Motion) -> None:
    course = Course()
    camera = travelled(course, motion, 30)
    assert 0 <= camera.dolly <= 1.5 * course.dolly
    assert all(np.isfinite([camera.zoom, camera.pan_x, camera.pan_y, camera.roll]))


@given(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6), st.sampled_from([1.0, 2.0, 5.0, 1000.0]), st.floats(1.0, 6.0))
def test_a_focus_stays_where_it_was_on_the_picture(x: float, y: float, distance: float, zoom: float) -> None:
    camera = Focus(x, y, distance).framed(Course().at(Camera(zoom=zoom)))
    right, up = camera.shift(distance)
    size = camera.spread(distance) / camera.zoom
    assert (x - right) / size == pytest.approx(x, abs=1e-9)
    assert (y - up) / size == pytest.approx(y, abs=1e-9)


def test_interest_lies_where_detail_is_and_not_in_the_sky() -> None:
    detail, depth = np.zeros((41, 61)), np.full((41, 61), 0.5)
    depth[:20] = 1.0
    detail[15, 30], detail[25, 35] = 1.0, 0.8
    first, second = places_of_interest(detail, depth, 2)
    assert first.y == pytest.approx(-0.25)
    assert first.distance == pytest.approx(2.0)
    assert first.x == pytest.approx((35 / 30 - 1) * 61 / 41)
    assert (second.x - first.x) ** 2 + (second.y - first.y) ** 2 > 0.04


def test_a_flat_world_has_a_focus_too() -> None:
    (focus,) = places_of_interest(np.zeros((16, 16)), np.ones((16, 16)), 1)
    assert abs(focus.x) < 0.2
    assert abs(focus.y) < 0.2
