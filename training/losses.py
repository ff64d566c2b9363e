"""What the stages minimise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def laplacian_bands(picture: Tensor, levels: int = 4) -> list[Tensor]:
    """Split `(N, C, H, W)` into band-pass pictures, finest first, and the rest (Burt & Adelson 1983)."""
    bands = []
    for _ in range(levels):
        low = functional.avg_pool2d(picture, 2)
        bands.append(picture - functional.interpolate(low, scale_factor=2, mode="bilinear", align_corners=False))
        picture = low
    return [*bands, picture]


def band_loss(made: Tensor, wanted: Tensor, finest: float = 4.0) -> Tensor:
    """Return the mean absolute error over Laplacian bands: the finest weighs `finest`, each coarser one half."""
    pairs = zip(laplacian_bands(made), laplacian_bands(wanted), strict=True)
    return torch.stack([(a - b).abs().mean() * max(1.0, finest / 2**level) for level, (a, b) in enumerate(pairs)]).sum()


def sharpness_map(picture: Tensor, window: int = 8) -> Tensor:
    """Return the root mean square of the luma's Laplacian in windows of `window` pixels, `(N, 1, H/w, W/w)`."""
    weights = picture.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    luma = (picture * weights).sum(1, keepdim=True)
    kernel = picture.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]).view(1, 1, 3, 3)
    return (functional.avg_pool2d(functional.conv2d(luma, kernel).square(), window) + 1e-6).sqrt()


def sharpness_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Return how far local sharpness is off, whatever the phase of the detail."""
    return (sharpness_map(made) - sharpness_map(wanted)).abs().mean()


def latent_loss(latents: Tensor) -> Tensor:
    """Return how far channel means and deviations are from 0 and 1, and how much lies beyond the decoder's clamp."""
    mean, deviation = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    return mean.square().mean() + (deviation - 1.0).square().mean() + (latents.abs() - 2.5).clamp(min=0).square().mean()


def huber(made: Tensor, wanted: Tensor, knee: float = 0.05) -> Tensor:
    """Return the pseudo-Huber distance of consistency training (Song & Dhariwal 2023, eq. 7), averaged."""
    return ((made - wanted).square() + knee**2).sqrt().mean() - knee
