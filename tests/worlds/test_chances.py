"""What a world holds doesn't depend on where the camera looks."""

from __future__ import annotations

import random

import pytest
import torch

from reverie.worlds.camera import Camera
from reverie.worlds.canvas import Canvas
from reverie.worlds.families import FAMILIES
from reverie.worlds.world import Family, Time, Weather, World

ELSEWHERE = Camera(pan_x=40.0, pan_y=-30.0, dolly=0.5)
"""A view that leaves most single things outside."""


class Counted(Canvas):
    """A canvas that keeps the dice it lent out."""

    def dice(self, salt: str = "") -> random.Random:
        """Lend dice and remember them."""
        lent = super().dice(salt)
        self.__dict__.setdefault("lent", []).append(lent)
        return lent


def drawn(family: Family, seed: int, camera: Camera) -> list[object]:
    """State of every dice after painting: equal when the same number of chances was drawn."""
    world = World(family, Time.DUSK, Weather.CLEAR, seed=seed)
    canvas = Counted(world, 48, 32, camera, torch.device("cpu"))
    with torch.inference_mode():
        FAMILIES[family](canvas)
    return [lent.getstate() for lent in canvas.__dict__["lent"]]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_same_chances_are_drawn_wherever_the_camera_looks(family: Family) -> None:
    for seed in (1, 2):
        assert drawn(family, seed, Camera()) == drawn(family, seed, ELSEWHERE)
