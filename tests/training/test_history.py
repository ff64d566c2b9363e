"""Worn latents: some are left clean, and how worn the others are depends on the step."""

from __future__ import annotations

import torch
from torch import Tensor

from training.history import worn


def latents(count: int) -> Tensor:
    return torch.randn(count, 4, 8, 8, generator=torch.Generator().manual_seed(7))


def wear(clean: Tensor, step: int, share: float, seed: int = 0) -> Tensor:
    return worn(clean, torch.full((len(clean),), step), torch.Generator().manual_seed(seed), share)


def likeness(one: Tensor, other: Tensor) -> Tensor:
    """Return each channel's correlation, `(N, C)`."""
    first, second = (value.flatten(2) - value.flatten(2).mean(2, keepdim=True) for value in (one, other))
    return torch.cosine_similarity(first, second, dim=2)


def test_shape_and_kind_stay() -> None:
    clean = latents(3)
    result = wear(clean, 600, 0.5)
    assert result.shape == clean.shape
    assert result.dtype == clean.dtype
    assert torch.isfinite(result).all()


def test_about_the_share_asked_for_is_worn_and_the_rest_is_clean() -> None:
    clean = latents(600)
    same = (wear(clean, 700, 0.5) == clean).flatten(1).all(1)
    assert 0.42 < float(same.float().mean()) < 0.58
    assert torch.equal(wear(clean, 700, 0.0), clean)
    assert not (wear(clean, 700, 1.0) == clean).flatten(1).all(1).any()


def test_with_little_noise_a_picture_stays_itself_but_for_its_tint() -> None:
    clean = latents(32)
    assert float(likeness(wear(clean, 50, 1.0), clean).min()) > 0.999


def test_with_more_noise_it_is_softer_and_with_much_it_is_partly_another() -> None:
    clean = latents(64)
    means = [float(likeness(wear(clean, step, 1.0), clean).mean()) for step in (50, 300, 900)]
    assert means[0] > means[1] + 0.05 > means[2] + 0.1


def test_the_same_generator_wears_alike() -> None:
    clean = latents(8)
    assert torch.equal(wear(clean, 600, 0.5, seed=3), wear(clean, 600, 0.5, seed=3))
    assert not torch.equal(wear(clean, 600, 0.5, seed=3), wear(clean, 600, 0.5, seed=4))
