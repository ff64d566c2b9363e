from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.backends.diffusers_image.noise import EvolvingNoise, origins
from reverie.core.frame import STILL, Motion

SHAPE = (4, 48, 64)
ZOOM = Motion(zoom=1.05)


def run(
    renewal: float, moved: Motion, frames: int, seed: int = 0
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    noise = EvolvingNoise(SHAPE, renewal)
    return [noise.next(1, seed + index, moved)[0] for index in range(frames)]


def likeness(
    one: np.ndarray[tuple[int, ...], np.dtype[np.float32]], other: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize(
    "moved", [STILL, ZOOM, Motion(0.93), Motion(pan=(0.031, -0.02)), Motion(1.02, (0.01, 0.0), 3.0)]
)
def test_noise_stays_white_however_the_camera_moves(moved: Motion) -> None:
    last = run(0.1, moved, 60)[-1]
    assert abs(float(last.mean())) < 0.03
    assert float(last.std()) == pytest.approx(1.0, abs=0.03)
    for axis in (1, 2):
        assert abs(likeness(last, np.roll(last, 1, axis))) < 0.04


def test_noise_is_neither_frozen_nor_all_new() -> None:
    still = run(0.2, STILL, 8)
    assert likeness(still[3], still[4]) == pytest.approx(np.cos(0.2 * np.pi / 2), abs=0.02)
    assert likeness(still[0], still[7]) < 0.75
    assert likeness(*run(0.0, STILL, 2)) == pytest.approx(1.0)
    assert abs(likeness(*run(1.0, STILL, 2))) < 0.03


def test_noise_travels_with_the_camera() -> None:
    first, second = run(0.0, Motion(pan=(4 / 64, 0.0)), 2)
    assert likeness(first[:, :, 8:], second[:, :, 4:-4]) == pytest.approx(1.0)
    assert abs(likeness(first, second)) < 0.05
    edge = second[:, :, -4:]
    assert float(edge.std()) == pytest.approx(1.0, abs=0.12)


def test_slow_motion_is_not_rounded_away() -> None:
    frames = run(0.0, Motion(pan=(0.25 / 64, 0.0)), 81)
    best = max(range(40), key=lambda shift: likeness(frames[0][:, :, 10 + shift :], frames[-1][:, :, 10 : 64 - shift]))
    assert best == pytest.approx(20, abs=6)


def test_noise_follows_from_its_seeds_alone() -> None:
    assert all(np.array_equal(one, other) for one, other in zip(run(0.2, ZOOM, 4), run(0.2, ZOOM, 4), strict=True))
    assert not np.array_equal(run(0.2, ZOOM, 1, 0)[0], run(0.2, ZOOM, 1, 1)[0])


def test_beginning_anew_forgets_what_was() -> None:
    noise = EvolvingNoise(SHAPE, 0.2)
    noise.next(2, 1, STILL)
    anew = noise.next(2, 7, STILL, anew=True)
    assert np.array_equal(anew, EvolvingNoise(SHAPE, 0.2).next(2, 7, STILL))


def test_every_evaluation_has_noise_of_its_own_that_evolves() -> None:
    noise = EvolvingNoise(SHAPE, 0.2)
    first, second = noise.next(2, 1, STILL), noise.next(4, 2, STILL)
    assert second.shape == (4, *SHAPE)
    assert abs(likeness(first[0], first[1])) < 0.03
    assert likeness(first[1], second[1]) > 0.9
    assert abs(likeness(second[0], second[3])) < 0.03


@given(st.floats(0.5, 2.0), st.floats(-1, 1), st.floats(-1, 1), st.floats(-90, 90), st.integers(0, 2**32))
def test_no_value_is_ever_used_twice(zoom: float, across: float, down: float, turn: float, seed: int) -> None:
    places, unfilled = origins(12, 17, Motion(zoom, (across, down), turn), np.random.default_rng(seed))
    used = places[~unfilled]
    assert len(np.unique(used)) == used.size
    assert used.size == 0 or (used.min() >= 0 and used.max() < 12 * 17)
