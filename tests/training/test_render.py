"""The splits share no seed and no held-out combination."""

from __future__ import annotations

import numpy as np
import pytest

from reverie.worlds.camera import Camera
from training.pictures import HELD_OUT, held_out
from training.render import HELD_OUT_SEEDS, draw_camera, draw_world, painted

COUNT = 300


@pytest.mark.parametrize(("split", "unseen"), [("train", False), ("seeds", False), ("combinations", True)])
def test_held_out_combinations_are_in_their_own_split_only(split: str, unseen: bool) -> None:
    assert {held_out(draw_world(index, split)) for index in range(COUNT)} == {unseen}


def test_splits_share_no_seed() -> None:
    train, seeds, combinations = (
        {draw_world(index, split).seed for index in range(COUNT)} for split in ("train", "seeds", "combinations")
    )
    assert len(train) == len(seeds) == len(combinations) == COUNT
    assert not train & (seeds | combinations)
    assert max(train) < HELD_OUT_SEEDS <= min(seeds | combinations)
    assert not seeds & combinations


def test_training_sees_about_fifteen_in_sixteen_of_what_is_drawn() -> None:
    first = sum(draw_world(index, "train").seed == index * 1000 for index in range(COUNT))
    assert first / COUNT == pytest.approx(1 - 1 / HELD_OUT, abs=0.05)


def test_half_of_the_worlds_have_clear_weather_at_least() -> None:
    clear = sum(draw_world(index, "train").weather == "clear" for index in range(COUNT))
    assert 0.5 < clear / COUNT < 0.75


def test_half_of_the_cameras_are_wide_and_none_leaves_the_picture_behind() -> None:
    cameras = [draw_camera(seed) for seed in range(COUNT)]
    assert sum(camera == Camera() for camera in cameras) / COUNT == pytest.approx(0.5, abs=0.1)
    assert all(1.0 <= camera.zoom <= 2.0**1.6 for camera in cameras)
    assert max(abs(pan) for camera in cameras for pan in (camera.pan_x, camera.pan_y)) < 0.4


def test_pictures_are_painted_as_their_worlds_say() -> None:
    rows = list(painted(2, 32, "train", workers=1, device="cpu"))
    assert [world for world, _ in rows] == [draw_world(index, "train") for index in range(2)]
    for _, picture in rows:
        assert picture.shape == (32, 32, 3)
        assert picture.dtype == np.uint8
        assert picture.std() > 5
