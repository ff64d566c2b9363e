"""Pictures to planes and back: in Triton's interpreter as in plain PyTorch."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reverie.kernels import converting as plain
from reverie.kernels.on_triton import converting as by_hand

DTYPES = (torch.float32, torch.float16, torch.bfloat16)
FORMATS = (torch.contiguous_format, torch.channels_last)
ULP = {torch.float32: 0.0, torch.float16: 0.0, torch.bfloat16: 0.004}
"""The interpreter cuts bfloat16 off where the reference rounds."""

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 37), st.integers(1, 29))


@given(size=SIZES, dtype=st.sampled_from(DTYPES), laid=st.sampled_from(FORMATS), seed=st.integers(0, 99))
def test_planes_are_the_references_and_laid_out_as_asked(
    size: tuple[int, int, int], dtype: torch.dtype, laid: torch.memory_format, seed: int
) -> None:
    dice = torch.Generator().manual_seed(seed)
    pictures = torch.randint(0, 256, (*size, 3), dtype=torch.uint8, generator=dice)
    made, wanted = (way.to_planes(pictures, dtype, laid) for way in (by_hand, plain))
    assert made.dtype is dtype
    assert made.is_contiguous(memory_format=laid)
    assert (made.float() - wanted.float()).abs().max() <= ULP[dtype]
    assert -1 <= made.float().min() <= made.float().max() <= 1


@given(size=SIZES, dtype=st.sampled_from(DTYPES), laid=st.sampled_from(FORMATS), seed=st.integers(0, 99))
def test_pictures_are_the_references(
    size: tuple[int, int, int], dtype: torch.dtype, laid: torch.memory_format, seed: int
) -> None:
    dice = torch.Generator().manual_seed(seed)
    count, rows, columns = size
    planes = (1.5 * torch.randn((count, 3, rows, columns), generator=dice)).to(dtype).contiguous(memory_format=laid)
    (made, whole), (wanted, _) = by_hand.to_pictures(planes), plain.to_pictures(planes)
    assert torch.equal(made, wanted)
    assert bool(whole)


@pytest.mark.parametrize("way", [by_hand, plain])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_level_comes_back(way: ModuleType, dtype: torch.dtype) -> None:
    pictures = torch.arange(256, dtype=torch.uint8).reshape(1, 16, 16, 1).repeat(1, 1, 1, 3)
    assert torch.equal(way.to_pictures(way.to_planes(pictures, dtype))[0], pictures)


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), float("-inf")])
def test_one_number_that_is_none_is_told_of_wherever_it_is(strange: float) -> None:
    planes = torch.zeros((2, 3, 33, 17))
    planes[1, 2, 32, 16] = strange
    (made, whole), (wanted, known) = by_hand.to_pictures(planes), plain.to_pictures(planes)
    assert not whole
    assert not known
    assert torch.equal(made, wanted)
    assert made[1, 32, 16].tolist() == [128, 128, 0]


def test_halves_go_to_the_even_level_and_what_is_outside_to_the_ends() -> None:
    # 127.5 times a number and one: 0.5, 1.5, 2.5 levels, and far outside.
    levels = torch.tensor([0.5, 1.5, 2.5, -4.0, 9e8, 255.4])
    planes = (levels / 127.5 - 1).double().repeat(3, 1).reshape(1, 3, 1, 6).float()
    made, _ = by_hand.to_pictures(planes)
    wanted, _ = plain.to_pictures(planes)
    assert torch.equal(made, wanted)
    assert made[0, 0, 3:, 0].tolist() == [0, 255, 255]


def test_a_part_of_a_larger_picture_is_read_as_it_lies() -> None:
    planes = torch.randn((1, 3, 20, 24))[:, :, 3:13, 5:16]
    assert torch.equal(by_hand.to_pictures(planes)[0], plain.to_pictures(planes)[0])
    pictures = torch.randint(0, 256, (1, 20, 24, 3), dtype=torch.uint8)[:, 3:13, 5:16]
    assert torch.equal(by_hand.to_planes(pictures, torch.float32), plain.to_planes(pictures, torch.float32))


def test_no_picture_makes_none() -> None:
    assert by_hand.to_planes(torch.zeros((0, 4, 4, 3), dtype=torch.uint8)).shape == (0, 3, 4, 4)
    assert by_hand.to_pictures(torch.zeros((0, 3, 4, 4)))[0].shape == (0, 4, 4, 3)
