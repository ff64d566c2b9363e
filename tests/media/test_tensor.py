from __future__ import annotations

import numpy as np
import pytest
import torch

from reverie.core.errors import NotFinite
from reverie.media.tensor import from_images, quantised


def test_every_value_survives_the_way_there_and_back() -> None:
    images = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)
    assert (quantised(from_images(images)) == images).all()
    assert (quantised(from_images(images, dtype=torch.bfloat16)).astype(int) - images < 2).all()


def test_arrays_and_tensors_of_any_layout_give_the_same() -> None:
    array = np.random.default_rng(0).uniform(-0.2, 1.2, (2, 3, 8, 12)).astype(np.float32)
    expected = np.clip(np.rint(array * 255), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
    tensor = torch.from_numpy(array)
    for pictures in (
        array,
        tensor,
        tensor.contiguous(memory_format=torch.channels_last),
        tensor.double().requires_grad_(),
    ):
        assert (quantised(pictures) == expected).all()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_one_number_that_is_none_is_caught(bad: float) -> None:
    array = np.full((1, 3, 4, 4), 0.5, np.float32)
    array[0, 1, 2, 3] = bad
    for pictures in (array, torch.from_numpy(array), torch.from_numpy(array).half()):
        with pytest.raises(NotFinite):
            quantised(pictures)


def test_values_outside_are_cut_off_however_large() -> None:
    array = np.array([-1e30, -0.001, 0.5, 1.001, 1e30, 1.0], np.float32).repeat(3).reshape(6, 3, 1, 1)
    assert quantised(array)[:, 0, 0, 0].tolist() == [0, 0, 128, 255, 255, 255]


def test_pictures_that_may_not_be_written_to_or_lie_backwards_are_taken() -> None:
    images = np.arange(48, dtype=np.uint8).reshape(1, 4, 4, 3)
    locked = images.copy()
    locked.flags.writeable = False
    for same in (locked, images[:, ::-1][:, ::-1]):
        assert (quantised(from_images(same)) == images).all()
    flipped = from_images(images[:, :, ::-1])
    assert flipped.is_contiguous()
    assert (quantised(flipped) == images[:, :, ::-1]).all()


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(T, 3, H, W\)"):
        quantised(np.zeros((3, 4, 4), np.float32))
