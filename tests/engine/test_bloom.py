from __future__ import annotations

import numpy as np
import pytest

from reverie.core.frame import STILL, Motion
from reverie.engine.bloom import laid, mixed, seen
from reverie.engine.spark import Layer
from reverie.media.geometry import move
from tests.engine.pictures import picture, plain


def test_a_seed_is_all_there_in_the_middle_and_falls_off_as_a_gaussian() -> None:
    result = laid(plain(0, 65), plain(200, 65), radius=0.5, weight=1.0).astype(float) / 200
    assert result[32, 32, 0] == 1
    assert result[32, 64, 0] == pytest.approx(np.exp(-0.5 / 0.5**2), abs=0.01)
    assert result[0, 0, 0] == pytest.approx(np.exp(-1.0 / 0.5**2), abs=0.01)


def test_a_larger_radius_covers_more() -> None:
    covered = [laid(plain(0), plain(255), radius, 1.0).mean() for radius in (0.1, 0.3, 0.8)]
    assert covered == sorted(covered)
    assert covered[0] < 8
    assert covered[-1] > 128


def test_no_weight_changes_nothing() -> None:
    image = picture()
    assert (laid(image, plain(0), 0.8, 0.0) == image).all()
    assert mixed(image, plain(0), 0.0) is image
    assert (mixed(image, plain(0), 1.0) == plain(0)).all()


def test_the_mask_follows_the_picture_s_shape() -> None:
    wide = np.zeros((33, 65, 3), dtype=np.uint8)
    result = laid(wide, np.full_like(wide, 200), 0.5, 1.0)
    assert result[16, 64, 0] == result[32, 32, 0]


def layer(age: int) -> Layer:
    return Layer(radius=0.5, weight=1.0, over=0.0, age=age)


def test_a_seed_moves_with_the_camera_and_is_itself_at_age_0() -> None:
    motion, image = Motion(zoom=1.6, pan=(0.1, 0.0)), picture()
    assert (seen(image, layer(0), motion, 0.1) == image).all()
    assert (seen(image, layer(5), motion, 0.1) == move(image, motion.over(0.5))).all()
    assert (seen(image, layer(-5), motion, 0.1) == move(image, motion.over(-0.5))).all()
    assert (seen(image, layer(-19), STILL, 0.1) == image).all()


def test_however_fast_the_camera_is_a_seed_is_never_a_point() -> None:
    fastest = seen(picture(), layer(-19), Motion(zoom=100.0), 1.0)
    assert fastest.std() > 5
