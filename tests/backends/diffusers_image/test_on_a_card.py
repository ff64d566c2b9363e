"""What a graphics card does otherwise than the processor, by the kernels' references on the processor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from reverie.backends.diffusers_image.fusing import Normalise, fuse
from reverie.backends.diffusers_image.pixels import OnDevice, OnHost, pixels_for
from reverie.core.errors import NotFinite
from reverie.kernels.normalising import group_norm_silu
from reverie.models.checkpoint import open_checkpoint
from reverie.models.network import load_network
from tests import checkpoints

KINDS: dict[str, Callable[[Path], Path]] = {"ours": checkpoints.save_ours, "lcm": checkpoints.save_lcm}
PICTURE = np.random.default_rng(1).integers(0, 256, (24, 40, 3), np.uint8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_pictures_are_converted_alike_on_the_device_and_on_the_host(dtype: torch.dtype) -> None:
    ways = OnHost("cpu", dtype), OnDevice("cpu", dtype)
    host, device = (way.planes(PICTURE) for way in ways)
    near = 1e-6 if dtype is torch.float32 else 0.008
    assert torch.allclose(host.float(), device.float(), atol=near)
    assert host.dtype is device.dtype is dtype
    assert host.stride() == device.stride()
    painted = [way.picture(device.clone()).astype(int) for way in ways]
    assert np.abs(painted[0] - painted[1]).max() <= 1
    assert np.array_equal(painted[1], PICTURE)


@pytest.mark.parametrize("way", [OnHost("cpu", torch.float32), OnDevice("cpu", torch.float32)])
def test_what_is_no_picture_is_refused_either_way(way: OnHost | OnDevice) -> None:
    planes = way.planes(PICTURE)
    planes[0, 1, 3, 7] = float("nan")
    with pytest.raises(NotFinite):
        way.picture(planes)


def test_a_picture_that_may_not_be_written_to_is_read_all_the_same() -> None:
    kept = PICTURE[:, ::2]
    kept.flags.writeable = False
    assert np.array_equal(OnDevice("cpu", torch.float32).picture(OnDevice("cpu", torch.float32).planes(kept)), kept)


def test_the_processors_own_way_is_as_it_was_and_the_cards_says_how_it_computes() -> None:
    assert isinstance(pixels_for("cpu", torch.float32), OnHost)
    assert isinstance(pixels_for("mps", torch.float32), OnHost)
    assert pixels_for("cpu", torch.float32).environment == {}
    assert isinstance(pixels_for("cuda:0", torch.float16), OnDevice)
    assert set(pixels_for("cuda:0", torch.float16).environment) == {"to_planes", "to_pictures"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_network_that_normalises_and_activates_in_one_paints_the_same(kind: str, tmp_path: Path) -> None:
    network = load_network(open_checkpoint(KINDS[kind](tmp_path / kind)), "cpu", torch.float32)
    dice = torch.Generator().manual_seed(0)
    config: Any = network.unet.config
    for parameter in network.unet.parameters():  # at first all norms scale by one and shift by nothing
        parameter.add_(0.05 * torch.randn(parameter.shape, generator=dice))
    latents = torch.randn((2, config.in_channels, 8, 8), generator=dice)
    words = torch.randn((2, 7, config.cross_attention_dim), generator=dice)
    more = {"timestep_cond": torch.randn((2, config.time_cond_proj_dim), generator=dice)}
    given = (latents, torch.tensor([7, 300]), words)
    names = list(network.unet.state_dict())
    with torch.inference_mode():
        before = network.unet(*given, **more).sample
        used: list[int] = []
        assert fuse(network.unet, counted(used)) > 3
        after = network.unet(*given, **more).sample
    assert len(used) > 6
    assert torch.allclose(before, after, rtol=1e-3, atol=1e-4)
    assert list(network.unet.state_dict()) == names


def test_blocks_built_otherwise_keep_their_own_way() -> None:
    from diffusers.models.resnet import ResnetBlock2D

    odd = [
        ResnetBlock2D(in_channels=8, temb_channels=4, groups=2, non_linearity="relu"),
        ResnetBlock2D(in_channels=8, temb_channels=4, groups=2, up=True),
        ResnetBlock2D(in_channels=8, temb_channels=4, groups=2, down=True),
        nn.GroupNorm(2, 8),
    ]
    assert fuse(nn.ModuleList(odd), group_norm_silu) == 0
    assert fuse(ResnetBlock2D(in_channels=8, temb_channels=None, groups=2), group_norm_silu) == 1


def counted(used: list[int]) -> Normalise:
    def run(features: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, groups: int, eps: float) -> torch.Tensor:
        used.append(groups)
        return group_norm_silu(features, weight, bias, groups, eps)

    return run
