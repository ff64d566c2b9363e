"""Group normalisation and SiLU: in Triton's interpreter as in plain PyTorch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from reverie.kernels import normalising as plain
from reverie.kernels.on_triton import normalising as by_hand

NEAR = {torch.float32: 2e-5, torch.float16: 2e-3, torch.bfloat16: 1.6e-2}
FORMATS = (torch.contiguous_format, torch.channels_last)


def close(one: torch.Tensor, other: torch.Tensor) -> bool:
    near = NEAR[one.dtype]
    return torch.allclose(one.float(), other.float(), rtol=near, atol=near)


@given(
    samples=st.integers(1, 2),
    groups=st.integers(1, 3),
    each=st.integers(1, 5),
    size=st.tuples(st.integers(1, 11), st.integers(1, 11)),
    dtype=st.sampled_from(tuple(NEAR)),
    laid=st.sampled_from(FORMATS),
    seed=st.integers(0, 99),
)
def test_any_shape_is_as_the_reference_has_it(
    samples: int,
    groups: int,
    each: int,
    size: tuple[int, int],
    dtype: torch.dtype,
    laid: torch.memory_format,
    seed: int,
) -> None:
    assume(samples * each * size[0] * size[1] > 1)  # torch has no norm of a single number
    dice = torch.Generator().manual_seed(seed)
    shape = (samples, groups * each, *size)
    features = (1 + torch.randn(shape, generator=dice)).to(dtype).contiguous(memory_format=laid)
    weight, bias = (torch.randn(shape[1], generator=dice).to(dtype) for _ in range(2))
    made = by_hand.group_norm_silu(features, weight, bias, groups)
    wanted = plain.group_norm_silu(features, weight, bias, groups)
    assert close(made, wanted)
    assert made.stride() == features.stride()


@pytest.mark.parametrize("laid", FORMATS)
@pytest.mark.parametrize("dtype", tuple(NEAR))
def test_groups_of_several_pieces_are_joined(laid: torch.memory_format, dtype: torch.dtype) -> None:
    features = torch.randn((1, 6, 21, 39)).to(dtype).contiguous(memory_format=laid)
    weight, bias = torch.randn(6), torch.randn(6)
    made = by_hand.group_norm_silu(features, weight, bias, 2)
    assert close(made, plain.group_norm_silu(features, weight, bias, 2))


def test_every_sample_is_scaled_and_shifted_by_its_own() -> None:
    features = torch.randn((3, 4, 5, 7))
    weight, bias = torch.randn((3, 4)), torch.randn((3, 4))
    made = by_hand.group_norm_silu(features, weight, bias, 2)
    assert close(made, plain.group_norm_silu(features, weight, bias, 2))
    alone = [by_hand.group_norm_silu(features[n : n + 1], weight[n], bias[n], 2) for n in range(3)]
    assert close(made, torch.cat(alone))


@pytest.mark.parametrize("value", [0.0, 3.5, -6e4])
def test_what_is_all_equal_becomes_the_shift(value: float) -> None:
    features = torch.full((1, 4, 33, 35), value)
    weight, bias = torch.ones(4), torch.tensor([0.0, 1.0, -1.0, 2.0])
    made = by_hand.group_norm_silu(features, weight, bias, 2)
    wanted = torch.nn.functional.silu(bias).reshape(1, 4, 1, 1).expand_as(made)
    assert torch.allclose(made, wanted, atol=2e-2 if abs(value) > 1e4 else 1e-5)


def test_a_mean_far_from_zero_costs_no_precision() -> None:
    features = 4096 + torch.randn((1, 4, 40, 40))
    weight, bias = torch.ones(4), torch.zeros(4)
    made = by_hand.group_norm_silu(features, weight, bias, 1)
    exact = torch.nn.functional.group_norm(features.double(), 1).mul(1.0)
    assert torch.allclose(made.double(), torch.nn.functional.silu(exact), atol=2e-3)


def test_features_that_lie_otherwise_are_read_all_the_same() -> None:
    features = torch.randn((1, 8, 6, 5))[:, ::2]
    weight, bias = torch.randn(4), torch.randn(4)
    made = by_hand.group_norm_silu(features, weight, bias, 2)
    assert close(made, plain.group_norm_silu(features, weight, bias, 2))


def test_nothing_makes_nothing() -> None:
    none = torch.zeros((0, 4, 2, 2))
    assert by_hand.group_norm_silu(none, torch.ones(4), torch.ones(4), 2).shape == none.shape
