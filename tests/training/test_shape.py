"""Latents weighed by what is seen of them: the picture stays, detail nobody sees grows small."""

from __future__ import annotations

import pytest
import torch
from diffusers import AutoencoderTiny
from torch import Tensor

from training.build import build_autoencoder
from training.presets import PRESETS
from training.shape import effect, fold, weighing


@pytest.fixture
def model() -> AutoencoderTiny:
    torch.manual_seed(0)
    return build_autoencoder(PRESETS["smoke"]).requires_grad_(False)


@pytest.fixture
def picture() -> Tensor:
    return torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_a_channel_that_the_decoder_ignores_has_no_effect(model: AutoencoderTiny) -> None:
    model.decoder.layers[0].weight[:, 1] = 0
    effects = effect(model, torch.zeros(2, 4, 8, 8))
    assert effects[1].abs().max() < 1e-8
    assert effects[0, 0] > 1e-4


def test_what_is_seen_keeps_its_size_and_what_is_not_grows_small() -> None:
    turn, _ = torch.linalg.qr(torch.randn(4, 4, generator=torch.Generator().manual_seed(2)))
    weights = weighing(turn @ torch.diag(torch.tensor([0.0001, 0.04, 0.04, 0.04])) @ turn.T)
    assert torch.linalg.eigvalsh(weights).tolist() == pytest.approx([0.05**0.5, 1, 1, 1], rel=1e-3)
    assert torch.allclose(weights, weights.T, atol=1e-6)


def test_no_power_leaves_latents_as_they_are() -> None:
    assert torch.allclose(weighing(torch.diag(torch.tensor([0.1, 0.2, 0.3, 0.4])), power=0), torch.eye(4), atol=1e-6)


def test_pictures_come_back_as_before(model: AutoencoderTiny, picture: Tensor) -> None:
    latents = model.encode(picture).latents * 1e-3
    model.encoder.layers[-1].weight *= 1e-3  # small latents, which the decoder's bound does not bend
    model.encoder.layers[-1].bias *= 1e-3
    before = model.decode(latents).sample
    weights = weighing(effect(model, latents))
    fold(model, weights)
    turned = model.encode(picture).latents
    assert torch.allclose(turned, torch.einsum("ab,nbhw->nahw", weights, latents), atol=1e-6)
    assert not torch.allclose(turned, latents, atol=1e-5)
    assert torch.allclose(model.decode(turned).sample, before, atol=1e-5)
