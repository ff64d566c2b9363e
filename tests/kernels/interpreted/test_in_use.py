"""The kernels where they are used, run by Triton's interpreter: chosen by themselves, and the picture is the same."""

from __future__ import annotations

from importlib import import_module

import pytest
import torch
from diffusers.models.resnet import ResnetBlock2D

from reverie.backends.diffusers_image.fusing import fuse
from reverie.kernels.choosing import BY_HAND, KERNELS, PLAINLY, Choice, chosen
from reverie.models.composing import Rules
from reverie.models.memory import Memory, Recorded
from reverie.models.memory_on_card import CardMemory, Seen


@pytest.mark.parametrize("name", list(KERNELS))
def test_every_kernel_proves_itself_and_is_chosen(name: str) -> None:
    assert (chosen(name, "cpu").by, chosen(name, "cpu").why) == (BY_HAND, "a graphics card and Triton are there")


def plainly(name: str) -> Choice:
    return Choice(name, getattr(import_module(f"reverie.kernels.{KERNELS[name]}"), name), PLAINLY, "")


def test_the_memorys_frame_is_the_one_of_the_references() -> None:
    torch.manual_seed(1)
    network = Memory().eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.add_(0.05 * torch.randn(parameter.shape))
    by_hand, plain = (CardMemory(network, (32, 48), (2, 3), Rules()) for _ in range(2))
    assert {one.by for one in by_hand.kernels.values()} == {BY_HAND}
    plain.kernels = {name: plainly(name) for name in plain.kernels}
    levels = [torch.randint(0, 256, (1, 32, 48, 3), dtype=torch.uint8) for _ in range(4)]
    painted, shown, given, past = levels
    seen = Seen(painted, shown, given, past, 48 * torch.rand((1, 2, 32, 48)))
    first = plain.begin(given, shown)
    bank = Recorded(torch.cat([first.keys, first.keys.flip(1)], 1), torch.cat([first.looks, first.looks + 0.1], 1))
    made, wanted = (card.settle(seen, bank) for card in (by_hand, plain))
    assert (made.picture.int() - wanted.picture.int()).abs().max() <= 1
    assert torch.allclose(made.keys, wanted.keys, atol=1e-5)
    assert torch.allclose(made.looks, wanted.looks, atol=1e-4)


@pytest.mark.parametrize("told", ["default", "scale_shift"])
def test_a_joined_residual_block_is_the_one_it_was(told: str) -> None:
    torch.manual_seed(2)
    block = ResnetBlock2D(in_channels=8, out_channels=12, temb_channels=6, groups=4, time_embedding_norm=told).eval()
    features, step = torch.randn((2, 8, 7, 5)), torch.randn((2, 6))
    with torch.inference_mode():
        before = block(features, step)
        assert fuse(block, chosen("group_norm_silu", "cpu").run) == 1
        assert torch.allclose(block(features, step), before, atol=1e-5)
