"""Pictures that are alike, and pictures that were learnt by heart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.worlds.world import random_world
from tests.training.caches import save_pictures
from training.evaluation.variety import Known, alikeness, ms_ssim, rendered


def noise(seed: int, side: int = 192) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_a_picture_is_like_itself_and_unlike_noise() -> None:
    assert ms_ssim(noise(1), noise(1)) == pytest.approx(1.0, abs=1e-4)
    assert ms_ssim(noise(1), noise(2)) < 0.3


def test_the_more_it_is_blurred_the_less_alike_it_is() -> None:
    found = [ms_ssim(noise(1), np.asarray(cv2.GaussianBlur(noise(1), (0, 0), by), np.uint8)) for by in (0.5, 1.0, 2.0)]
    assert found == sorted(found, reverse=True)


def test_a_shift_of_light_costs_little_and_less_than_noise() -> None:
    darker = (noise(1) * 0.9).astype(np.uint8)
    assert 0.9 < ms_ssim(noise(1), darker) < 1.0


def test_all_pairs_count() -> None:
    assert alikeness([noise(1), noise(1)]) == pytest.approx(1.0, abs=1e-4)
    three = alikeness([noise(1), noise(1), noise(2)])
    assert three == pytest.approx((1 + 2 * ms_ssim(noise(1), noise(2))) / 3, abs=1e-3)


def test_other_seeds_are_other_renders_of_the_same_words() -> None:
    one, other = rendered(random_world(4), (1, 2), 32)
    assert one.shape == (32, 32, 3)
    assert (one != other).any()


def test_what_was_learnt_by_heart_is_found(tmp_path: Path) -> None:
    cache = save_pictures(tmp_path, count=30, side=64)
    known = Known.of(cache)
    copied = np.clip(np.array(cache.array[17]).astype(int) + 1, 0, 255).astype(np.uint8)
    index, far = known.nearest(copied)
    assert index == 17
    assert far < 2
    assert known.nearest(noise(99, 64))[1] > 20
