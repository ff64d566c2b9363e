"""The network speaks the hub's language: guidance as LCM embeds it, latents in and velocity out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from diffusers import LatentConsistencyModelPipeline

from training.build import TOKENS, build_autoencoder
from training.network import Painter, embed_guidance
from training.presets import PRESETS

SMOKE = PRESETS["smoke"]


@pytest.fixture(scope="module")
def painter() -> Painter:
    torch.manual_seed(0)
    return Painter(SMOKE, vocabulary=40, end=1, padding=1).eval()


@pytest.mark.parametrize("width", [16, 64, 256])
def test_guidance_is_embedded_as_the_hub_does(width: int) -> None:
    guidance = torch.tensor([0.0, 0.5, 2.0, 11.0])
    theirs = LatentConsistencyModelPipeline.get_guidance_scale_embedding(SimpleNamespace(), guidance, width)
    torch.testing.assert_close(embed_guidance(guidance, width), theirs, rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def test_what_comes_out_is_shaped_as_what_went_in(painter: Painter) -> None:
    noised, steps = torch.randn(2, SMOKE.latent_channels, 8, 12), torch.tensor([10, 900])
    states = painter.read(torch.randint(0, 40, (2, TOKENS)))
    assert states.shape == (2, TOKENS, SMOKE.text_width)
    made = painter(noised, steps, states)
    assert made.shape == noised.shape
    assert torch.isfinite(made).all()


@torch.inference_mode()
def test_an_untrained_network_hears_words_and_not_yet_guidance(painter: Painter) -> None:
    noised, steps = torch.randn(1, SMOKE.latent_channels, 8, 8), torch.tensor([400])
    first, second = (painter.read(torch.full((1, TOKENS), word)) for word in (5, 6))
    made = painter(noised, steps, first)
    assert not torch.allclose(made, painter(noised, steps, second), atol=1e-5)
    torch.testing.assert_close(made, painter(noised, steps, first, torch.tensor([3.0])))


@pytest.mark.parametrize("name", PRESETS)
@torch.inference_mode()
def test_latents_have_a_quarter_of_the_sides(name: str) -> None:
    model = build_autoencoder(PRESETS[name])
    latents = model.encode(torch.rand(1, 3, 32, 48) * 2 - 1).latents
    assert latents.shape == (1, PRESETS[name].latent_channels, 8, 12)
    assert model.decode(latents).sample.shape == (1, 3, 32, 48)
