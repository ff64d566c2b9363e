"""What moved is told from what changed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.measure.temporal import Follower, flicker, visible


@pytest.fixture(scope="module")
def texture() -> Image:
    coarse = np.random.default_rng(1).uniform(30, 220, (16, 20, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (200, 160), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def test_the_same_picture_has_not_moved(texture: Image) -> None:
    found = Follower().passage(texture, texture.copy())
    assert (found.change, found.warp_error, found.motion, found.camera) == (0, 0, 0, 0)


def test_what_a_camera_does_is_motion_and_no_error(texture: Image) -> None:
    found = Follower().passage(texture[:, :-4], texture[:, 4:])
    assert found.camera == pytest.approx(4 / 196, rel=0.1)
    assert found.motion == pytest.approx(4 / 196, rel=0.25)
    assert found.change > 0.01
    assert found.warp_error < 2e-4


def test_what_no_motion_explains_is_an_error(texture: Image) -> None:
    noise = 25 * np.random.default_rng(2).normal(size=texture.shape)
    other = np.clip(texture + noise, 0, 255).astype(np.uint8)
    found = Follower().passage(texture, other)
    assert found.warp_error == pytest.approx((25 / 255) ** 2, rel=0.35)


def test_what_leaves_the_picture_is_not_seen() -> None:
    flow = np.zeros((8, 10, 2), np.float32)
    flow[..., 0] = 4
    seen = visible(flow, -flow)
    assert seen[:, :6].all()
    assert not seen[:, 6:].any()


def test_two_flows_that_contradict_each_other_see_nothing() -> None:
    flow = np.full((8, 10, 2), 2.0, np.float32)
    assert not visible(flow, flow).any()


def test_even_change_does_not_flicker() -> None:
    assert flicker(np.linspace(0.0, 90.0, 10)) == pytest.approx(0.0)
    assert flicker(np.array([10.0, 16.0] * 5)) == pytest.approx(12.0)
    assert flicker(np.array([3.0, 9.0])) == 0.0
