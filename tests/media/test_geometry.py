from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.frame import STILL, Image, Motion
from reverie.media.geometry import fit, move, placement

motions = st.builds(
    Motion,
    zoom=st.floats(0.5, 2.0),
    pan=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    rotate=st.floats(-90, 90),
)


def smooth(width: int, height: int, seed: int = 0) -> Image:
    noise = np.random.default_rng(seed).uniform(0, 255, (height // 16 + 2, width // 16 + 2, 3)).astype(np.float32)
    return np.clip(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def inside(image: Image, margin: int = 12) -> np.ndarray:
    return image[margin:-margin, margin:-margin].astype(int)


def homogeneous(matrix: np.ndarray) -> np.ndarray:
    return np.vstack([matrix, [0, 0, 1]])


def test_standing_still_gives_the_very_picture() -> None:
    image = smooth(64, 48)
    assert move(image, STILL) is image


def test_a_zoom_grows_about_the_centre_by_exactly_its_factor() -> None:
    x, y = placement(Motion(zoom=1.25), 101, 51) @ [50, 25, 1]
    assert (x, y) == pytest.approx((50, 25))
    x, y = placement(Motion(zoom=1.25), 101, 51) @ [70, 25, 1]
    assert (x, y) == pytest.approx((75, 25))


def test_a_camera_that_pans_right_and_down_sends_things_left_and_up() -> None:
    x, y = placement(Motion(pan=(0.1, 0.2)), 200, 100) @ [100, 50, 1]
    assert (x, y) == pytest.approx((80, 30))
    image = smooth(96, 64)
    moved = move(image, Motion(pan=(8 / 96, 4 / 64)))
    assert np.abs(moved[:-4, :-8].astype(int) - image[4:, 8:]).max() <= 1


def test_a_camera_that_rolls_counter_clockwise_turns_things_clockwise() -> None:
    x, y = placement(Motion(rotate=90), 101, 101) @ [100, 50, 1]
    assert (x, y) == pytest.approx((50, 100))


@given(motions)
def test_two_halves_are_the_whole_and_backwards_undoes_forwards(motion: Motion) -> None:
    def at(seconds: float) -> np.ndarray:
        return homogeneous(placement(motion.over(seconds), 256, 144))

    np.testing.assert_allclose(at(0.5) @ at(0.5), at(1.0), atol=1e-6)
    np.testing.assert_allclose(at(-1.0) @ at(1.0), np.eye(3), atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(1.01, 1.3), st.floats(-5, 5))
def test_a_move_shows_what_mathematics_says(zoom: float, rotate: float) -> None:
    """The picture is a known function of place, so what it must be after the move is known for every pixel."""

    def wave(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(128 + 60 * np.sin(x / 9) + 50 * np.cos(y / 7))

    y, x = np.mgrid[0:96, 0:128].astype(float)
    image = np.repeat(wave(x, y)[..., None], 3, axis=2).round().astype(np.uint8)
    back = np.linalg.inv(homogeneous(placement(Motion(zoom=zoom, rotate=rotate), 128, 96)))
    expected = wave(back[0, 0] * x + back[0, 1] * y + back[0, 2], back[1, 0] * x + back[1, 1] * y + back[1, 2])
    moved = move(image, Motion(zoom=zoom, rotate=rotate))
    assert np.abs(inside(moved)[..., 0] - inside(expected)).mean() < 1.0


def test_what_comes_in_from_outside_is_mirrored_and_never_black() -> None:
    image = np.full((32, 48, 3), 200, np.uint8)
    moved = move(image, Motion(zoom=0.5, pan=(0.3, -0.2), rotate=30))
    assert moved.shape == image.shape
    assert moved.min() >= 199


def test_many_zooms_in_a_row_stay_where_one_large_one_is() -> None:
    image = smooth(128, 128)
    steps = image
    for _ in range(5):
        steps = move(steps, Motion(zoom=1.05))
    assert np.abs(inside(steps) - inside(move(image, Motion(zoom=1.05**5)))).mean() < 2


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(16, 80), st.integers(16, 80))
def test_any_picture_fits_any_size(columns: int, rows: int, width: int, height: int) -> None:
    image = np.full((rows, columns, 3), (10, 120, 250), np.uint8)
    fitted = fit(image, width, height)
    assert fitted.shape == (height, width, 3)
    assert (fitted == (10, 120, 250)).all()


def test_fitting_cuts_evenly_and_never_squeezes() -> None:
    image = np.zeros((100, 300, 3), np.uint8)
    image[:, 100:200] = 255
    assert (fit(image, 50, 50)[:, 2:-2] == 255).all()


def test_the_right_size_is_the_very_picture() -> None:
    image = smooth(64, 48)
    assert fit(image, 64, 48) is image


def test_shrinking_averages_so_that_fine_stripes_turn_grey() -> None:
    stripes = np.zeros((64, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    shrunk = fit(stripes, 64, 16)
    assert np.abs(shrunk.astype(int) - 128).max() <= 1
