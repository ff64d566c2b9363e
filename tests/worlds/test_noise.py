"""Noise is a smooth function of place with a known range."""

from __future__ import annotations

import torch

from reverie.worlds.noise import fbm, hash01, noise, relief, ridged, smoothstep, worley

AXIS = torch.linspace(-40, 40, 200)
X, Y = AXIS[None], AXIS[:, None]
PIXEL = 2 / 256


def test_noise_is_repeatable_centred_and_depends_on_the_seed() -> None:
    one = noise(X, Y, 3)
    assert one.shape == (200, 200)
    assert torch.equal(one, noise(X, Y, 3))
    assert float((one - noise(X, Y, 4)).abs().mean()) > 0.1
    assert abs(float(one.mean())) < 0.05
    assert 0.7 < float(one.abs().max()) < 1.6


def test_noise_is_smooth_across_the_edge_of_its_tile() -> None:
    fine = torch.linspace(-1, 70, 7000)[None]
    steps = noise(fine, torch.zeros(1, 1), 1).diff(dim=1).abs()
    assert float(steps.max()) < 0.06


def test_fbm_and_ridged_stay_in_range() -> None:
    wide = fbm(X, Y, frequency=1.0, octaves=4, pixel=PIXEL, seed=1)
    assert float(wide.abs().max()) < 2.2
    crests = ridged(X, Y, frequency=1.0, octaves=4, pixel=PIXEL, seed=1)
    assert float(crests.min()) >= 0
    assert float(crests.max()) <= 1


def test_a_nearer_view_shows_more_detail() -> None:
    near = torch.linspace(0, 0.5, 256)[None], torch.linspace(0, 0.5, 256)[:, None]
    coarse = fbm(*near, frequency=1.0, octaves=3, pixel=PIXEL, seed=2)
    fine = fbm(*near, frequency=1.0, octaves=3, pixel=PIXEL / 8, seed=2)

    def bends(field: torch.Tensor) -> float:
        return float(field.diff(n=2, dim=1).abs().mean())

    assert bends(fine) > 1.5 * bends(coarse)


def test_detail_appears_gradually() -> None:
    place = torch.linspace(0, 1, 64)[None], torch.linspace(0, 1, 64)[:, None]
    last = fbm(*place, frequency=2.0, octaves=3.0, pixel=PIXEL, seed=2)
    for step in range(1, 30):
        following = fbm(*place, frequency=2.0, octaves=3.0, pixel=PIXEL / 1.07**step, seed=2)
        assert float((following - last).abs().max()) < 0.06
        last = following


def test_relief_has_the_height_of_fbm() -> None:
    height, slope_x, slope_y = relief(X, Y, frequency=0.7, octaves=3, pixel=PIXEL, seed=5)
    assert torch.allclose(height, fbm(X, Y, frequency=0.7, octaves=3, pixel=PIXEL, seed=5), atol=1e-5)
    assert slope_x.shape == slope_y.shape == height.shape


def test_a_map_of_pixels_gives_what_a_number_gives() -> None:
    even = torch.full((200, 200), PIXEL)
    a = fbm(X, Y, frequency=1.0, octaves=4, pixel=even, seed=1)
    b = fbm(X, Y, frequency=1.0, octaves=4, pixel=PIXEL, seed=1)
    assert torch.allclose(a, b, atol=1e-4)


def test_worley_finds_the_nearest_first() -> None:
    first, second, i, j = worley(X, Y, 2)
    assert bool((first <= second).all())
    assert torch.equal(i, i.round())
    assert torch.equal(j, j.round())


def test_hashes_are_even() -> None:
    dice = hash01(torch.arange(100.0)[None], torch.arange(100.0)[:, None], 9)
    assert dice.shape == (4, 100, 100)
    assert abs(float(dice.mean()) - 0.5) < 0.02


def test_smoothstep_rises_and_falls() -> None:
    place = torch.tensor([0.0, 0.5, 1.0])
    assert smoothstep(0.0, 1.0, place).tolist() == [0.0, 0.5, 1.0]
    assert smoothstep(1.0, 0.0, place).tolist() == [1.0, 0.5, 0.0]
