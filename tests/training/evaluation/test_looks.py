"""Sharpness and colour of pictures whose figures are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reverie.core.frame import Image
from training.evaluation.looks import colourfulness, laplacian_variance, look


def flat(*colour: int) -> Image:
    return np.full((16, 16, 3), np.array(colour, np.uint8), np.uint8)


def checks() -> Image:
    odd = np.indices((16, 16)).sum(0) % 2
    return np.repeat((odd * 255).astype(np.uint8)[..., None], 3, axis=2)


def test_a_flat_picture_has_no_detail_and_a_chequered_one_the_most() -> None:
    assert laplacian_variance(flat(20, 90, 200)) == pytest.approx(0.0, abs=1e-9)
    assert laplacian_variance(checks()) == pytest.approx((4 * 255) ** 2)


def test_grey_has_no_colour_and_red_has_what_the_formula_says() -> None:
    assert colourfulness(checks()) == pytest.approx(0.0, abs=1e-9)
    assert colourfulness(flat(255, 0, 0)) == pytest.approx(0.3 * np.hypot(255, 127.5))


def test_renders_look_as_they_do_and_a_blur_looks_softer() -> None:
    real = [np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8) for seed in range(3)]
    assert look(real, real) == pytest.approx(dict.fromkeys(look(real, real), 1.0))
    blurred = look([np.asarray(cv2.GaussianBlur(image, (0, 0), 2), np.uint8) for image in real], real)
    assert blurred["laplacian_variance"] < 0.1
    assert blurred["deviation"] < 0.5


def test_one_flat_picture_among_good_ones_shows() -> None:
    real = [np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8) for seed in range(2)]
    found = look([real[0], np.full_like(real[1], 9)], real)
    assert found["lowest_deviation"] == 0.0
    assert found["deviation"] == pytest.approx(0.5, abs=0.01)
