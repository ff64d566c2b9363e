"""Each loss is nought for what is wanted and positive for anything else, and sees what it is there for."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses import band_loss, energy_loss, huber, laplacian_bands, latent_loss, sharpness_loss, sharpness_map

LOSSES = [band_loss, sharpness_loss, energy_loss, huber]


def picture(seed: int = 0) -> Tensor:
    return torch.rand(2, 3, 34, 34, generator=torch.Generator().manual_seed(seed))[..., :32, :32] * 2 - 1


def stripes(phase: int) -> Tensor:
    columns = ((torch.arange(48) + phase) // 2 % 2).float() * 2 - 1
    return columns.expand(1, 3, 48, 48)


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_wanted_costs_nothing_and_all_else_does(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    assert float(loss(picture(), picture())) == pytest.approx(0.0, abs=1e-6)
    assert float(loss(picture(1), picture())) > 0.01


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_falls_where_its_gradient_points(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    made = picture(1).requires_grad_()
    before = loss(made, picture())
    (slope,) = torch.autograd.grad(before, made)
    assert loss(made - 0.05 * slope / slope.abs().max(), picture()) < before


def test_bands_add_up_to_the_picture() -> None:
    *bands, whole = laplacian_bands(picture())
    assert [band.shape[-1] for band in bands] == [32, 16, 8, 4]
    for band in reversed(bands):
        whole = band + functional.interpolate(whole, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(whole, picture())


def test_an_error_in_fine_detail_costs_more_than_the_same_in_tone() -> None:
    grey = torch.zeros(1, 3, 32, 32)
    rows = torch.arange(32)
    checks = ((rows[:, None] + rows) % 2 * 2 - 1) * 0.1
    assert float(band_loss(grey + checks, grey)) > 2 * float(band_loss(grey + 0.1, grey))


def test_sharpness_falls_with_blur_and_does_not_depend_on_where_the_detail_is() -> None:
    blurred = functional.avg_pool2d(stripes(0), 3, stride=1, padding=1)
    assert float(sharpness_map(blurred).mean()) < 0.5 * float(sharpness_map(stripes(0)).mean())
    moved, softer = sharpness_loss(stripes(1), stripes(0)), sharpness_loss(blurred, stripes(0))
    assert float(moved) < 0.25 * float(softer)


def white(channels: int = 4, side: int = 32) -> Tensor:
    return torch.randn(64, channels, side, side, generator=torch.Generator().manual_seed(3)).clamp(-2.5, 2.5)


def test_white_latents_cost_next_to_nothing() -> None:
    assert float(latent_loss(white())) < 0.05


@pytest.mark.parametrize(
    "spoil",
    [
        lambda latents: latents + 0.7,
        lambda latents: latents * torch.tensor([1.0, 1.0, 1.0, 0.1])[:, None, None],
        lambda latents: torch.cat([latents[:, :1], latents[:, :1], latents[:, 2:]], dim=1),
        lambda latents: 3.0 * latents,
        lambda latents: latents + functional.pad(torch.zeros(1, 1, 26, 26), (3, 3, 3, 3), value=4.0),
    ],
    ids=["moved", "a channel of small deviation", "two channels alike", "beyond the clamp", "a frame at the border"],
)
def test_latents_that_are_not_white_cost_more(spoil: Callable[[Tensor], Tensor]) -> None:
    assert float(latent_loss(spoil(white()))) > float(latent_loss(white())) + 0.1


def test_huber_grows_like_the_distance_when_far_and_its_square_when_near() -> None:
    zero = torch.zeros(4)
    assert float(huber(zero + 10.0, zero)) == pytest.approx(10.0 - 0.05, abs=1e-3)
    assert float(huber(zero + 0.005, zero)) == pytest.approx(0.005**2 / (2 * 0.05), rel=0.01)


def test_energy_falls_with_blur_and_contrast_and_does_not_depend_on_where_the_detail_is() -> None:
    moved = energy_loss(picture().roll(8, 3), picture())
    blurred = energy_loss(functional.avg_pool2d(picture(), 3, stride=1, padding=1), picture())
    assert float(moved) < 0.25 * float(blurred)
    assert float(energy_loss(picture() * 0.5, picture())) == pytest.approx(math.log(2), rel=0.2)
