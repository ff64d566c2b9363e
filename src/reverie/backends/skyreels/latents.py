"""Pictures and films as latents, on the scale that the network knows: mean 0 and deviation 1 a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from reverie.core.frame import Images
from reverie.media.tensor import from_images


@dataclass(frozen=True)
class Latents:
    """An autoencoder and its channels' means and deviations, `(1, C, 1, 1, 1)`."""

    vae: Any
    mean: Tensor
    deviation: Tensor

    @classmethod
    def of(cls, vae: Any) -> Latents:
        """Read means and deviations from the autoencoder's settings."""
        channels = (vae.config.latents_mean, vae.config.latents_std)
        mean, deviation = (
            torch.tensor(values, dtype=vae.dtype, device=vae.device).view(1, -1, 1, 1, 1) for values in channels
        )
        return cls(vae, mean, deviation)

    def film(self, frames: Images) -> Tensor:
        """Encode `(T, H, W, 3)` uint8 frames, T being 4k + 1, as `(1, C, k + 1, h, w)`."""
        return self.encoded(self.pictures(frames))

    def encoded(self, pictures: Tensor) -> Tensor:
        """Encode `(1, 3, T, H, W)` in -1..1; the likeliest latents, without chance."""
        found: Tensor = self.vae.encode(pictures).latent_dist.mode()
        return (found - self.mean) / self.deviation

    def pictures(self, frames: Images) -> Tensor:
        """Return frames as `(1, 3, T, H, W)` in -1..1."""
        return from_images(frames, self.vae.device, self.vae.dtype).mul(2).sub(1).transpose(0, 1)[None]

    def raw(self, latents: Tensor) -> Tensor:
        """Return latents on the autoencoder's own scale."""
        return latents.to(self.vae.dtype) * self.deviation + self.mean
