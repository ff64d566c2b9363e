"""What a picture loses when it is painted smaller."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.measure.complexity import detail_lost


def flat(width: int = 128, height: int = 96) -> np.ndarray:
    ramp = np.linspace(60, 180, width)[None, :, None] + np.linspace(0, 20, height)[:, None, None]
    return np.repeat(ramp, 3, axis=2).astype(np.uint8)


def test_what_is_flat_loses_nothing_and_what_is_fine_much() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8)
    assert detail_lost(flat(), 0.5) < 1.5
    assert detail_lost(noise, 0.5) > 30


def test_one_fine_place_speaks_for_the_picture() -> None:
    picture = flat()
    picture[40:52, 60:76] = np.random.default_rng(1).integers(0, 256, (12, 16, 3), np.uint8)
    assert detail_lost(picture, 0.5) > 15 * detail_lost(flat(), 0.5)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.875, 0.75, 0.625]))
def test_the_smaller_it_is_painted_the_more_is_lost(seed: int, share: float) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)
    assert detail_lost(picture, 0.5) >= 0.9 * detail_lost(picture, share)
    assert detail_lost(picture, 1.0) == 0.0


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 500, 3), (17, 5, 3)])
def test_any_shape_has_an_answer(shape: tuple[int, int, int]) -> None:
    assert detail_lost(np.zeros(shape, np.uint8), 0.5) == 0.0
