"""The cache on disk gives back what was written, and which combinations are held out never changes."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from reverie.worlds.world import TABLES, random_world
from tests.training.caches import save_pictures
from training.pictures import HELD_OUT, Pictures, held_out


@pytest.fixture
def cache(tmp_path: Path) -> Pictures:
    return save_pictures(tmp_path / "cache")


def test_what_is_written_is_read(cache: Pictures) -> None:
    assert len(cache) == 12
    assert cache.array.shape == (12, 32, 32, 3)
    assert cache.worlds == [random_world(seed) for seed in range(12)]
    assert [int(row[0, 0, 0]) for row in cache.array] == list(range(12))


def test_pictures_are_taken_in_order_between_nought_and_one(cache: Pictures) -> None:
    taken = cache.take([5, 2])
    assert taken.shape == (2, 3, 32, 32)
    assert torch.equal((taken[:, 0, 0, 0] * 255).round(), torch.tensor([5.0, 2.0]))
    assert 0.99 < float(taken.max()) <= 1.0


def test_crops_are_cut_from_the_pictures(cache: Pictures) -> None:
    crops = cache.crops(40, 31, np.random.default_rng(0))
    assert crops.shape == (40, 3, 31, 31)
    whole = cache.take(range(12))
    cut = [whole[:, :, y : y + 31, x : x + 31] for y, x in product((0, 1), repeat=2)]
    every = torch.cat(cut).flatten(1)
    assert all((every == crop).all(1).any() for crop in crops.flatten(1))


def test_a_crop_may_be_the_whole_picture(cache: Pictures) -> None:
    assert cache.crops(2, 32, np.random.default_rng(0)).shape == (2, 3, 32, 32)


def test_a_cache_that_lost_worlds_is_refused(cache: Pictures, tmp_path: Path) -> None:
    path = tmp_path / "cache" / "worlds.json"
    path.write_text(json.dumps(json.loads(path.read_text())[:-1]))
    with pytest.raises(ValueError, match="12 pictures but 11 worlds"):
        Pictures(tmp_path / "cache")


def test_about_one_combination_in_sixteen_is_held_out() -> None:
    names = ("family", "palette", "style")
    rows = product(*(TABLES[name] for name in names))
    worlds = [random_world(0, **dict(zip(names, row, strict=True))) for row in rows]
    share = sum(map(held_out, worlds)) / len(worlds)
    assert 0.8 / HELD_OUT < share < 1.2 / HELD_OUT


def test_nothing_but_the_combination_decides_what_is_held_out() -> None:
    world = random_world(3)
    others = [random_world(seed, family=world.family, palette=world.palette, style=world.style) for seed in range(20)]
    assert len({other.weather for other in others}) > 1
    assert {held_out(other) for other in others} == {held_out(world)}
