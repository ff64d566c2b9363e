"""Nine numbers of a picture whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.frame import Image
from reverie.measure.appearance import WORKING_WIDTH, appearance, histogram, histograms_apart, working


def plain(red: int, green: int, blue: int) -> Image:
    return np.full((48, 64, 3), (red, green, blue), np.uint8)


def test_one_grey_has_its_level_and_nothing_else() -> None:
    found = appearance(plain(100, 100, 100))
    assert (found.luma, found.contrast, found.detail, found.noise, found.entropy) == (100, 0, 0, 0, 0)
    assert (found.saturation, found.colourfulness, found.clipped) == (0, 0, 0)


def test_black_and_white_have_one_bit_and_are_clipped() -> None:
    halves = np.concatenate([plain(0, 0, 0), plain(255, 255, 255)], axis=1)
    found = appearance(halves)
    assert found.entropy == pytest.approx(1.0)
    assert found.contrast == pytest.approx(127.5)
    assert found.clipped == 1.0


def test_colourfulness_is_the_published_formula() -> None:
    found = appearance(np.concatenate([plain(200, 100, 50), plain(50, 100, 200)], axis=1))
    # rg = 100 and -50, yb = 100 and -125: deviations 75 and 112.5, means 25 and -12.5.
    assert found.colourfulness == pytest.approx(np.hypot(75, 112.5) + 0.3 * np.hypot(25, 12.5))


@pytest.mark.parametrize("deviation", [3.0, 12.0])
def test_noise_is_told_in_levels(deviation: float) -> None:
    grey = 128 + deviation * np.random.default_rng(0).normal(size=(120, 160, 1))
    assert appearance(np.repeat(grey.round().astype(np.uint8), 3, axis=2)).noise == pytest.approx(deviation, rel=0.05)


def test_large_pictures_are_measured_small() -> None:
    assert working(np.zeros((1080, 1920, 3), np.uint8)).shape == (270, WORKING_WIDTH, 3)
    small = np.zeros((20, 30, 3), np.uint8)
    assert working(small) is small


@given(st.integers(0, 255), st.integers(0, 255))
def test_histograms_are_as_far_apart_as_they_share_nothing(first: int, second: int) -> None:
    apart = histograms_apart(histogram(plain(first, first, first)), histogram(plain(second, second, second)))
    assert apart == pytest.approx(0.0 if first // 4 == second // 4 else 1.0, abs=1e-6)
