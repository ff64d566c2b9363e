"""What the autoencoder eats, what it is marked by."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.training.caches import save_pictures
from training.autoencoder import Diet, Trip, Weights, losses, measure, travelled
from training.build import build_autoencoder
from training.presets import PRESETS


def test_a_batch_has_its_share_of_textures(tmp_path: Path) -> None:
    save_pictures(tmp_path)
    diet = Diet(tmp_path, size=16, share=0.25, seed=0)
    batch = diet.batch(8)
    assert batch.shape == (8, 3, 16, 16)
    assert 0.0 <= float(batch.min()) < float(batch.max()) <= 1.0
    crops = batch[:6]
    assert (crops.std((1, 2, 3)) > 0.2).all(), "the made-up pictures are noise from black to white"


def test_without_pictures_there_are_textures_alone() -> None:
    assert Diet(None, size=16, share=0.25, seed=0).batch(5).shape == (5, 3, 16, 16)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("anchored", [False, True])
def test_every_part_of_the_loss_teaches(again: bool, anchored: bool) -> None:
    torch.manual_seed(0)
    model, picture = build_autoencoder(PRESETS["smoke"]), torch.rand(2, 3, 32, 32) * 2 - 1
    weights = Weights(sharp=1.0, square=1.0, stay=1.0, jitter=0.05, anchor=1.0)
    trip = Trip(travelled(model, picture, 1), picture, torch.zeros(2, 4, 8, 8) if anchored else None)
    parts = losses(model, trip, weights, again=again)
    assert set(parts) == {"bands", "colour", "latent", "sharp", "square", *(["trip"] if again else [])}
    for part in parts.values():
        (slope,) = torch.autograd.grad(part, model.encoder.layers[0].weight, retain_graph=True)
        assert float(slope.abs().max()) > 0


def test_latents_that_stayed_cost_nothing() -> None:
    torch.manual_seed(0)
    model, picture = build_autoencoder(PRESETS["smoke"]), torch.rand(2, 3, 32, 32) * 2 - 1
    kept = model.encode(picture).latents.detach()
    weights = Weights(sharp=1.0, square=1.0, stay=1.0, jitter=0.0, anchor=1.0)
    cost = [losses(model, Trip(picture, picture, kept + by), weights, again=False)["latent"].item() for by in (0, 1)]
    assert cost == pytest.approx([0.0, 1.0])


def test_round_trips_are_measured_as_often_as_asked_for() -> None:
    torch.manual_seed(0)
    found = measure(build_autoencoder(PRESETS["smoke"]), torch.rand(2, 3, 16, 16) * 2 - 1, trips=(1, 3))
    assert set(found) == {"psnr_1", "sharp_1", "psnr_3", "sharp_3"}
    assert 0 < found["psnr_1"] < 30


def test_a_picture_travels_as_often_as_asked_for() -> None:
    torch.manual_seed(0)
    model, picture = build_autoencoder(PRESETS["smoke"]), torch.rand(2, 3, 16, 16) * 2 - 1
    once, twice = (travelled(model, picture, trips) for trips in (1, 2))
    assert not once.requires_grad
    torch.testing.assert_close(travelled(model, once, 1), twice)
    assert not torch.allclose(once, twice)
