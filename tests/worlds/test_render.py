"""Worlds render: finite, repeatable, rich, and as the camera says."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from reverie.worlds.camera import Camera
from reverie.worlds.families import FAMILIES
from reverie.worlds.render import REST, render, render_with_depth
from reverie.worlds.style import STYLES
from reverie.worlds.weather import WEATHERS
from reverie.worlds.world import Family, Hue, Style, Time, Weather, World, random_world

SIZE = 64


def picture(world: World, camera: Camera = REST, size: int = SIZE) -> Tensor:
    return render(world, size, size, camera)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_in_every_style_is_finite_and_rich(family: Family, style: Style) -> None:
    image = picture(random_world(len(family) + len(style), family=family, style=style))
    assert image.shape == (3, SIZE, SIZE)
    assert image.dtype == torch.float32
    assert bool(image.isfinite().all())
    assert float(image.min()) >= 0
    assert float(image.max()) <= 1
    assert float(image.std()) >= 0.10


@pytest.mark.parametrize("weather", Weather)
@pytest.mark.parametrize("time", Time)
def test_every_time_and_weather(time: Time, weather: Weather) -> None:
    image = picture(World(Family.OCEAN, time, weather, seed=5))
    assert bool(image.isfinite().all())
    assert float(image.std()) >= 0.10


def test_tables_are_complete() -> None:
    assert set(STYLES) == set(Style)
    assert set(WEATHERS) == set(Weather)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_equal_worlds_give_equal_pictures_and_seeds_differ(family: Family) -> None:
    world = World(family, seed=11)
    assert torch.equal(picture(world), picture(World(family, seed=11)))
    assert float((picture(world) - picture(World(family, seed=12))).abs().mean()) > 0.02


def test_the_global_generator_is_left_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    picture(random_world(8, family=Family.CITY))
    assert torch.equal(torch.rand(4), expected)


def test_palettes_differ() -> None:
    pictures = [picture(World(palette=palette, seed=2)) for palette in Hue]
    for k, one in enumerate(pictures):
        for other in pictures[k + 1 :]:
            assert float((one - other).abs().mean()) > 0.04


def test_wide_pictures() -> None:
    image, depth = render_with_depth(World(Family.CITY, seed=1), 112, 64)
    assert image.shape == (3, 64, 112)
    assert depth.shape == (64, 112)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_depth_is_a_share(family: Family) -> None:
    _, depth = render_with_depth(World(family, seed=4), SIZE, SIZE)
    assert bool(depth.isfinite().all())
    assert float(depth.min()) >= 0
    assert float(depth.max()) <= 1


def test_landscapes_are_near_below_and_far_above() -> None:
    _, depth = render_with_depth(World(Family.FLOWER_FIELD, seed=4), SIZE, SIZE)
    assert float(depth[:8].mean()) > 0.9
    assert float(depth[-8:].mean()) < 0.7


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_small_zoom_is_a_small_change(family: Family) -> None:
    world = World(family, seed=6)
    still, moved = picture(world), picture(world, Camera(zoom=1.004))
    assert 0 < float((still - moved).abs().mean()) < 0.04


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_zoom_moves_the_content_as_a_zoom_does(family: Family) -> None:
    world = World(family, Time.SUNSET, Weather.CLEAR, seed=9)
    still, zoomed = picture(world, size=128), picture(world, Camera(zoom=2.0), size=128)
    enlarged = F.interpolate(still[None, :, 32:96, 32:96], (128, 128), mode="bilinear")[0]

    def away(a: Tensor, b: Tensor) -> float:
        a, b = (F.avg_pool2d(x[None], 4)[0] for x in (a, b))
        a, b = ((x - x.mean()) / x.std() for x in (a, b))
        return float((a - b).pow(2).mean())

    assert away(enlarged, zoomed) < 0.5 * away(still, zoomed)


def test_a_dolly_moves_the_near_more_than_the_far() -> None:
    world = World(Family.MOUNTAINS, Time.DAY, Weather.CLEAR, seed=3)
    change = (picture(world) - picture(world, Camera(dolly=0.3))).abs().mean(0)
    assert float(change[-16:].mean()) > 1.5 * float(change[:16].mean())


def test_time_passes() -> None:
    world = World(Family.OCEAN, seed=3)
    assert float((picture(world) - picture(world, Camera(time=1.0))).abs().mean()) > 0.003


def test_a_picture_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        render(World(), 16, 64)
