"""Autoencoders from bytes to latents and back, for one picture `(1, H, W, 3)` uint8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from reverie.backends.diffusers_image.graphs.layers import Enlarging
from reverie.backends.diffusers_image.graphs.pairs import EnlargingPair, HalvingPair
from reverie.backends.diffusers_image.graphs.rewritten import NotRewritten


class TinyEncoder(nn.Module):
    """AutoencoderTiny's encoder: bytes in, latents `(1, C, h, w)` out."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.layers = nn.Sequential(*_joined(list(vae.encoder.layers)))

    def forward(self, image: Tensor) -> Tensor:
        """Encode."""
        latents: Tensor = self.layers(image.permute(0, 3, 1, 2).float() * (1 / 255))
        return latents


class TinyDecoder(nn.Module):
    """AutoencoderTiny's decoder: latents in, bytes out."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.layers = nn.Sequential(*_joined(list(vae.decoder.layers)))

    def forward(self, latents: Tensor) -> Tensor:
        """Decode; latents are pressed into -3..3 as the library does."""
        return _bytes(self.layers(torch.tanh(latents / 3) * 3))


class WideEncoder(nn.Module):
    """AutoencoderKL's encoder: bytes in, the middle of the latents' distribution out."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, image: Tensor) -> Tensor:
        """Encode."""
        moments = self.vae.encoder(image.permute(0, 3, 1, 2).float() * (2 / 255) - 1)
        moments = moments if self.vae.quant_conv is None else self.vae.quant_conv(moments)
        middle: Tensor = moments.chunk(2, dim=1)[0]
        return middle


class WideDecoder(nn.Module):
    """AutoencoderKL's decoder: latents in, bytes out."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: Tensor) -> Tensor:
        """Decode."""
        ready = latents if self.vae.post_quant_conv is None else self.vae.post_quant_conv(latents)
        return _bytes(self.vae.decoder(ready) / 2 + 0.5)


def coders(vae: Any) -> tuple[nn.Module, nn.Module]:
    """Return encoder and decoder of an autoencoder of either kind."""
    return (
        (TinyEncoder(vae), TinyDecoder(vae)) if hasattr(vae.encoder, "layers") else (WideEncoder(vae), WideDecoder(vae))
    )


def _bytes(picture: Tensor) -> Tensor:
    return (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def _joined(layers: list[nn.Module]) -> Iterator[nn.Module]:
    """Walk through layers, giving a doubling or halving and the convolutions around it as one."""
    index = 0
    while index < len(layers):
        here, after = layers[index], [*layers[index + 1 : index + 3], nn.Identity(), nn.Identity()]
        if isinstance(here, nn.Upsample):
            if here.mode != "nearest" or here.scale_factor != 2.0 or not isinstance(after[0], nn.Conv2d):
                raise NotRewritten("upsampling")
            if isinstance(after[1], nn.Conv2d) and after[0].bias is None:
                yield EnlargingPair(after[0], after[1])
                index += 3
            else:
                yield Enlarging(after[0])
                index += 2
        elif isinstance(here, nn.Conv2d) and isinstance(after[0], nn.Conv2d) and after[0].stride == (2, 2):
            yield HalvingPair(here, after[0])
            index += 2
        else:
            yield here
            index += 1
