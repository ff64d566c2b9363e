"""Moving, mixing and setting right in one pass: in Triton's interpreter as in plain PyTorch, and as OpenCV moves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from reverie.kernels import warping as plain
from reverie.kernels.on_triton import warping as by_hand

NEAR = {torch.float32: 1e-5, torch.float16: 1e-3, torch.bfloat16: 8e-3}
FORMATS = (torch.contiguous_format, torch.channels_last)
SIDES = st.tuples(st.integers(1, 11), st.integers(1, 11))


def parts(size: tuple[int, int], small: tuple[int, int], dtype: torch.dtype, reach: float = 4) -> tuple[Tensor, ...]:
    dice = torch.Generator().manual_seed(size[0] * 16 + size[1])
    painted, shown = (torch.rand((1, 3, *size), generator=dice).to(dtype) for _ in range(2))
    ends = torch.tensor([size[1] - 1.0, size[0] - 1.0]).reshape(1, 2, 1, 1)
    places = torch.rand((1, 2, *size), generator=dice) * (ends + 2 * reach) - reach
    maps = (torch.rand((1, 3, *small), generator=dice).to(dtype) - 0.2 for _ in range(3))
    return painted, shown, places, *maps


@given(size=SIDES, small=SIDES, dtype=st.sampled_from(tuple(NEAR)), laid=st.sampled_from(FORMATS))
def test_any_size_is_as_the_reference_has_it(
    size: tuple[int, int], small: tuple[int, int], dtype: torch.dtype, laid: torch.memory_format
) -> None:
    painted, shown, *others = parts(size, small, dtype)
    painted, shown = (one.contiguous(memory_format=laid) for one in (painted, shown))
    made, wanted = (way.warp_blend(painted, shown, *others) for way in (by_hand, plain))
    assert made.stride() == painted.stride()
    assert torch.allclose(made.float(), wanted.float(), atol=NEAR[dtype])


def test_several_blocks_and_samples_lie_where_they_belong() -> None:
    two = [torch.cat([one, one.flip(2)]) for one in parts((11, 17), (4, 5), torch.float32)]
    assert torch.allclose(by_hand.warp_blend(*two), plain.warp_blend(*two), atol=1e-5)


@pytest.mark.parametrize("far", [1e3, 1e7, -1e7])
def test_from_far_outside_comes_the_border(far: float) -> None:
    painted, shown, places, *_ = parts((6, 7), (3, 3), torch.float32)
    none, whole = torch.zeros((1, 3, 3, 3)), torch.ones((1, 3, 3, 3))
    made = by_hand.warp_blend(painted, shown, torch.full_like(places, far), none, whole, none)
    corner = shown[..., -1:, -1:] if far > 0 else shown[..., :1, :1]
    assert torch.allclose(made, corner.expand_as(made), atol=1e-6)


def test_what_rests_and_is_kept_is_what_was_shown() -> None:
    painted, shown, *_ = parts((9, 10), (2, 2), torch.float32)
    rest = torch.stack(torch.meshgrid(torch.arange(10.0), torch.arange(9.0), indexing="xy"))[None]
    none, whole = torch.zeros((1, 3, 2, 2)), torch.ones((1, 3, 2, 2))
    assert torch.allclose(by_hand.warp_blend(painted, shown, rest, none, whole, none), shown, atol=1e-6)
    assert torch.allclose(by_hand.warp_blend(painted, shown, rest, whole, none, none), painted, atol=1e-6)


def test_pictures_move_as_opencv_moves_them() -> None:
    shown = np.random.default_rng(3).random((9, 12, 3)).astype(np.float32)
    places = np.random.default_rng(4).integers(-64, 16 * 32, (9, 12, 2)).astype(np.float32) / 32
    wanted = cv2.remap(shown, places, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    given = torch.from_numpy(shown).permute(2, 0, 1)[None]
    made = plain.moved(given, torch.from_numpy(places).permute(2, 0, 1)[None])
    assert np.abs(made[0].permute(1, 2, 0).numpy() - wanted).max() < 1e-4
