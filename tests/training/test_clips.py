"""A clip is one journey, painted twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reverie.worlds.camera import Camera
from reverie.worlds.world import Style, random_world
from training.clips import LENGTH, Clips, filmed, journey, paint, repainted


def test_a_journey_goes_evenly_or_rests() -> None:
    journeys = [journey(seed) for seed in range(80)]
    assert {len(cameras) for cameras in journeys} == {LENGTH}
    resting = [cameras for cameras in journeys if len({camera.zoom for camera in cameras}) == 1]
    assert 8 <= len(resting) <= 36
    for cameras in journeys:
        steps = np.diff([np.log(camera.zoom) for camera in cameras])
        assert np.ptp(steps) < 1e-9
        assert np.diff([camera.time for camera in cameras]) == pytest.approx(1 / 12)


def test_the_same_place_is_painted_in_another_way() -> None:
    for seed in range(20):
        world = random_world(seed)
        other = repainted(world)
        assert (other.family, other.weather, other.seed) == (world.family, world.weather, world.seed)
        assert other.palette != world.palette
        assert other.style != world.style
    plain = [filmed(random_world(seed)).style == Style.PAINTING for seed in range(100)]
    assert 0.5 < np.mean(plain) < 0.85


def test_both_ways_are_of_one_camera_and_come_in_order(tmp_path: Path) -> None:
    given, wanted = paint(0, 32, "train")
    assert given.shape == wanted.shape == (LENGTH, 32, 32, 3)
    assert not np.array_equal(given, wanted)
    assert np.array_equal(given, paint(0, 32, "train")[0])
    np.save(tmp_path / "given.npy", np.stack([given, wanted]))
    np.save(tmp_path / "wanted.npy", np.stack([wanted, given]))
    clips = Clips.open(tmp_path)
    assert len(clips) == 2
    first, second = clips.batch([1, 0])
    assert first.shape == (LENGTH, 2, 3, 32, 32)
    assert np.array_equal((second[3, 1].permute(1, 2, 0) * 255).round().byte().numpy(), wanted[3])
    assert isinstance(journey(3)[0], Camera)
