"""Descriptions of worlds and of the camera."""

from __future__ import annotations

import pytest

from reverie.worlds.camera import Camera
from reverie.worlds.world import Family, Style, World, random_world


def test_plain_words_become_names() -> None:
    world = World("ocean", style="oil")  # type: ignore[arg-type]
    assert world.family is Family.OCEAN
    assert world.style is Style.OIL
    assert world == World(Family.OCEAN, style=Style.OIL)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="marmalade"):
        World("marmalade")  # type: ignore[arg-type]


def test_a_drawn_world_is_the_same_again_and_keeps_what_is_fixed() -> None:
    assert random_world(5) == random_world(5)
    assert random_world(5, family="city").family is Family.CITY
    assert len({random_world(seed) for seed in range(50)}) == 50
    with pytest.raises(ValueError, match="colour"):
        random_world(1, colour="red")


def test_a_dolly_reaches_the_near_first() -> None:
    camera = Camera(dolly=0.5)
    assert camera.spread(1.0) < camera.spread(4.0) < camera.spread(1000.0) <= 1.0
    assert camera.spread(0.4) > 0


def test_a_pan_moves_the_near_most() -> None:
    camera = Camera(pan_x=1.0)
    assert camera.shift(1.0)[0] == pytest.approx(1.0)
    assert camera.shift(1.0)[0] > camera.shift(5.0)[0] > camera.shift(1000.0)[0] > 0


@pytest.mark.parametrize("zoom", [0.0, -1.0, float("nan")])
def test_a_zoom_that_shows_nothing_is_refused(zoom: float) -> None:
    with pytest.raises(ValueError, match="zoom"):
        Camera(zoom=zoom)
