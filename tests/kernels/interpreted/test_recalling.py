"""Memory attention: in Triton's interpreter as in plain PyTorch, and as the network was taught."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reverie.kernels import recalling as plain
from reverie.kernels.on_triton import recalling as by_hand

DTYPES = (torch.float32, torch.float16, torch.bfloat16)
SHARP = torch.tensor(3.0)


def bank(
    count: int, asked: int, frames: int, each: int, width: int, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Whole eighths: sums of their products are exact in any order, so that equals are equal in both ways."""
    dice = torch.Generator().manual_seed(asked + frames + each)
    queries = torch.randint(-8, 9, (count, asked, width), generator=dice).to(dtype) / 8
    keys = torch.randint(-8, 9, (count, frames * each, width), generator=dice).to(dtype) / 8
    return queries, keys, torch.rand((count, frames * each, 6), generator=dice).to(dtype)


@given(
    shape=st.tuples(
        st.integers(1, 2), st.integers(1, 35), st.integers(1, 5), st.integers(1, 70), st.sampled_from((3, 16, 32))
    ),
    most=st.one_of(st.none(), st.integers(1, 7)),
    dtype=st.sampled_from(DTYPES),
)
def test_any_bank_is_recalled_as_the_reference_does(
    shape: tuple[int, int, int, int, int], most: int | None, dtype: torch.dtype
) -> None:
    queries, keys, looks = bank(*shape, dtype)
    made, wanted = (way.recalled(queries, keys, looks, SHARP, shape[3], most) for way in (by_hand, plain))
    assert torch.allclose(made, wanted, atol=1e-5)


@pytest.mark.parametrize("most", [None, 1, 2])
def test_of_all_equal_places_the_first_of_each_frame_has_its_say(most: int | None) -> None:
    looks = torch.arange(3 * 9 * 2.0).reshape(1, 27, 2)
    same = torch.ones((1, 5, 32)), torch.ones((1, 27, 32)), looks
    said = looks[0, ::9][:most].mean(0)
    for way in (by_hand, plain):
        assert torch.allclose(way.recalled(*same, SHARP, 9, most), said.expand(1, 5, 2))


def test_the_likest_frame_alone_is_what_it_looked_like() -> None:
    queries = torch.eye(8)[None]
    keys, looks = torch.cat([0.5 * queries, queries], 1), torch.rand((1, 16, 6))
    for way in (by_hand, plain):
        assert torch.equal(way.recalled(queries, keys, looks, SHARP, 8, 1), looks[:, 8:])


def test_a_bank_of_the_size_in_use() -> None:
    queries, keys, looks = bank(1, 64, 12, 64, 32, torch.float16)
    made, wanted = (way.recalled(queries, keys, looks, SHARP, 64) for way in (by_hand, plain))
    assert torch.allclose(made, wanted, atol=1e-5)
