"""Decoding as latents come is decoding the whole film, and can be taken up anywhere."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLWan

from reverie.backends.skyreels.decoding import REACH, Decoding


@pytest.fixture(scope="module")
def vae() -> AutoencoderKLWan:
    torch.manual_seed(1)
    # As deep as the published one, so that it reaches back as far.
    return AutoencoderKLWan(base_dim=3, z_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=2).eval().requires_grad_(False)


def latents(count: int) -> torch.Tensor:
    return torch.randn(1, 4, count, 2, 2, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("cuts", [[7], [1, 6], [3, 1, 3], [1] * 7])
def test_in_pieces_it_is_what_it_is_whole(vae: AutoencoderKLWan, cuts: list[int]) -> None:
    decoding, film = Decoding(vae), latents(7)
    made = np.concatenate([decoding.frames(piece) for piece in film.split(cuts, dim=2)])
    whole = vae.decode(film).sample[0].permute(1, 2, 3, 0)
    assert len(made) == 25
    np.testing.assert_allclose(made, (whole.numpy() + 1) * 127.5, atol=0.51)


@pytest.mark.parametrize("behind", [2, REACH + 9])
def test_it_is_taken_up_to_the_bit(vae: AutoencoderKLWan, behind: int) -> None:
    film = latents(behind + 3)
    decoding = Decoding(vae)
    decoding.frames(film[:, :, :behind])
    assert decoding.past is not None
    again = Decoding(vae)
    again.resume(decoding.past)
    np.testing.assert_array_equal(again.frames(film[:, :, behind:]), decoding.frames(film[:, :, behind:]))


def test_its_reach_is_no_less_than_what_is_remembered(vae: AutoencoderKLWan) -> None:
    film, other = latents(REACH + 4), latents(REACH + 4)
    other[:, :, :3] += 1.0
    one, two = (Decoding(vae).frames(each)[-4:] for each in (film, other))
    np.testing.assert_array_equal(one, two)
