from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from reverie.backends.diffusers_image.graphs.autoencoder import coders
from reverie.backends.diffusers_image.graphs.denoiser import Denoiser, Teller
from reverie.backends.diffusers_image.graphs.layers import ChannelNorm, Enlarging
from reverie.backends.diffusers_image.graphs.pairs import EnlargingPair, HalvingPair
from reverie.backends.diffusers_image.graphs.reader import Reader
from reverie.backends.diffusers_image.graphs.rewritten import NotRewritten
from reverie.backends.diffusers_image.on_torch import encode
from reverie.backends.diffusers_image.painting import guidance_embedding, time_ids
from reverie.models.checkpoint import open_checkpoint
from reverie.models.network import Network, load_network
from tests import checkpoints

KINDS: dict[str, Callable[[Path], Path]] = {
    "ours": checkpoints.save_ours,
    "lcm": checkpoints.save_lcm,
    "turbo": checkpoints.save_turbo,
    "xl": checkpoints.save_xl,
}


@pytest.fixture(scope="module", params=list(KINDS))
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder = KINDS[request.param](tmp_path_factory.mktemp("models") / request.param)
    return load_network(open_checkpoint(folder), "cpu", torch.float32)


@pytest.fixture(autouse=True)
def _same_numbers_and_no_gradients() -> Any:
    torch.manual_seed(0)
    with torch.no_grad():
        yield


def close(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("guides", [1, 2])
def test_the_rewritten_network_computes_the_same(network: Network, guides: int) -> None:
    unet: Any = network.unet
    x, time = torch.randn(guides, 4, 8, 12), torch.tensor([499.0])
    states = torch.randn(guides, 7, unet.config.cross_attention_dim)
    more: list[torch.Tensor] = []
    words: dict[str, Any] = {}
    if width := unet.config.time_cond_proj_dim:
        more.append(torch.from_numpy(guidance_embedding(3.0, width)))
        words["timestep_cond"] = more[0].expand(guides, -1)
    if unet.config.addition_embed_type == "text_time":
        more += [torch.randn(guides, 16), torch.from_numpy(time_ids(32, 48))]
        words["added_cond_kwargs"] = {"text_embeds": more[0], "time_ids": more[1].expand(guides, -1)}
    expected = unet(x, time, encoder_hidden_states=states, **words).sample
    denoiser = Denoiser(unet)
    assert close(denoiser(x, *Teller(unet, denoiser)(time, states, *more)), expected)


def test_the_rewritten_text_encoders_read_the_same(network: Network) -> None:
    ids = [torch.randint(0, 300, (1, 12)) for _ in network.encoders]
    for pieces, encoder in zip(ids, network.encoders, strict=True):
        config: Any = encoder.config
        pieces[0, 5:] = config.eos_token_id
    expected = encode(network, [pieces.numpy() for pieces in ids], "cpu")
    read = Reader(network.encoders)(*ids)
    assert close(read[0][0], torch.from_numpy(expected.states))
    assert (expected.pooled is None) == (len(read) == 1)
    if expected.pooled is not None:
        assert close(read[1][0], torch.from_numpy(expected.pooled))


def test_the_rewritten_autoencoders_code_the_same(network: Network) -> None:
    vae: Any = network.vae
    encoder, decoder = coders(vae)
    image = torch.randint(0, 256, (1, 24, 32, 3), dtype=torch.uint8)
    encoded = vae.encode(image.permute(0, 3, 1, 2).float() / 127.5 - 1)
    latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    assert close(encoder(image), latents)
    expected = (vae.decode(latents).sample / 2 + 0.5).clamp(0, 1) * 255
    assert (decoder(latents).permute(0, 3, 1, 2).float() - expected).abs().max() <= 0.5001


@pytest.mark.parametrize(("groups", "channels"), [(4, 16), (16, 16), (1, 8), (8, 48)])
def test_a_norm_by_channels_is_the_group_norm(groups: int, channels: int) -> None:
    norm = nn.GroupNorm(groups, channels, eps=1e-6)
    norm.weight.data, norm.bias.data = torch.randn(channels), torch.randn(channels)
    x = 3 * torch.randn(2, channels, 5, 7) + 1
    assert close(ChannelNorm(norm)(x), norm(x))
    scale, shift = torch.randn(2, 1, channels, 1, 1)
    plain = (norm(x) - norm.bias.view(1, -1, 1, 1)) / norm.weight.view(1, -1, 1, 1)
    assert torch.allclose(ChannelNorm(norm)(x, scale, shift), plain * scale + shift, atol=1e-4)


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (5, 3)])
def test_doubling_and_convolution_are_one(size: tuple[int, int]) -> None:
    conv = nn.Conv2d(6, 5, 3, padding=1)
    x = torch.randn(2, 6, *size)
    doubled = nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
    assert close(Enlarging(conv)(x), conv(doubled))


@pytest.mark.parametrize("size", [(2, 2), (3, 8), (7, 5)])
def test_pairs_of_convolutions_are_one_up_to_the_last_pixel(size: tuple[int, int]) -> None:
    first, second = nn.Conv2d(6, 8, 3, padding=1, bias=False), nn.Conv2d(8, 3, 3, padding=1)
    x = torch.randn(2, 6, *size)
    expected = second(first(nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")))
    assert close(EnlargingPair(first, second)(x), expected)
    one, two = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 6, 3, padding=1, stride=2, bias=False)
    x = torch.randn(2, 3, 2 * size[0], 2 * size[1])
    assert close(HalvingPair(one, two)(x), two(one(x)))


@pytest.mark.parametrize(
    "change",
    [
        {"down_block_types": ("AttnDownBlock2D", "CrossAttnDownBlock2D")},
        {"mid_block_type": "UNetMidBlock2D"},
        {"mid_block_type": None},
        {"only_cross_attention": True},
        {"center_input_sample": True},
    ],
)
def test_networks_with_other_parts_are_left_to_their_library(change: dict[str, Any]) -> None:
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        unet = UNet2DConditionModel(**{**checkpoints.TINY_UNET, **change})
    with pytest.raises(NotRewritten):
        Denoiser(unet)
