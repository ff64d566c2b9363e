"""What is worn stays a picture, and each picture is worn in its own way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from training.wear import history, moved, painters

Wear = Callable[[Tensor, torch.Generator], Tensor]


@pytest.fixture
def pictures() -> Tensor:
    coarse = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(coarse, scale_factor=6, mode="bicubic").clamp(0, 1)


@pytest.mark.parametrize("wear", [painters, history])
def test_pictures_are_worn_and_stay_pictures(wear: Wear, pictures: Tensor) -> None:
    worn = wear(pictures, torch.Generator().manual_seed(1))
    assert worn.shape == pictures.shape
    assert 0 <= float(worn.min()) <= float(worn.max()) <= 1
    assert torch.equal(worn, wear(pictures, torch.Generator().manual_seed(1)))
    assert not torch.equal(worn, wear(pictures, torch.Generator().manual_seed(2)))


def test_a_share_of_history_is_left_alone(pictures: Tensor) -> None:
    many = pictures.repeat(25, 1, 1, 1)
    worn = history(many, torch.Generator().manual_seed(3), share=0.3)
    alone = [torch.equal(one, other) for one, other in zip(worn, many, strict=True)]
    assert 0.55 < sum(alone) / len(alone) < 0.85
    assert torch.equal(history(many, torch.Generator().manual_seed(3), share=0.0), many)


def test_a_flow_says_where_each_pixel_is_taken_from(pictures: Tensor) -> None:
    flow = torch.zeros(4, 2, 48, 48)
    assert torch.allclose(moved(pictures, flow), pictures, atol=1e-5)
    flow[:, 0] = 3
    assert torch.allclose(moved(pictures, flow)[..., :-3], pictures[..., 3:], atol=1e-5)
    flow[:, 0], flow[:, 1] = 0, -2
    assert torch.allclose(moved(pictures, flow)[:, :, 2:], pictures[:, :, :-2], atol=1e-5)
