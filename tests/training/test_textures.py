"""Textures are pictures, each unlike the next, and the same from the same generator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from training.textures import dead_leaves, spectral_noise, strokes, textures

KINDS = [dead_leaves, spectral_noise, strokes, textures]


@pytest.mark.parametrize("kind", KINDS)
def test_a_texture_is_a_picture(kind: Callable[[int, int, torch.Generator], Tensor]) -> None:
    made = kind(6, 24, torch.Generator().manual_seed(0))
    assert made.shape == (6, 3, 24, 24)
    assert 0.0 <= float(made.min()) < float(made.max()) <= 1.0
    assert (made.std((2, 3)).mean(1) > 0.01).all()
    assert len({float(one.mean()) for one in made}) == 6


@pytest.mark.parametrize("kind", KINDS)
def test_the_generator_decides(kind: Callable[[int, int, torch.Generator], Tensor]) -> None:
    first, same, other = (kind(4, 16, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_any_number_can_be_asked_for(count: int) -> None:
    assert len(textures(count, 16, torch.Generator().manual_seed(0))) == count
