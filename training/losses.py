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


BORDER = 2
"""Latent pixels from the edge, where padding shows, that are left out where latents are measured."""


def latent_loss(latents: Tensor, most: float = 3.0) -> Tensor:
    """Return how far latents are from white: channels with mean 0, deviation 1 and nothing in common, alike everywhere.

    Noise of one strength for all is what a denoiser is taught with, so a channel or a direction of small deviation is
    lost first. Measured away from the borders, whose values are then held to no more than the rest: an encoder
    otherwise meets a demand for deviation at its padding, and nowhere else.
    """
    inner = latents[..., BORDER:-BORDER, BORDER:-BORDER]
    mean = inner.mean((0, 2, 3), keepdim=True)
    rest = (inner - mean).transpose(0, 1).flatten(1)
    covariance = rest @ rest.T / rest.shape[1]
    common = (covariance - torch.eye(len(covariance), device=latents.device)).square().sum() / len(covariance)
    energy = (latents.square().mean((0, 1)) - 1.5).clamp(min=0)
    pattern = latents.mean(0)
    tails = (latents.abs() - most).clamp(min=0).square().mean()
    return mean.square().mean() + common + energy.square().mean() + pattern.square().mean() + tails


def energy_loss(made: Tensor, wanted: Tensor, least: float = 0.02) -> Tensor:
    """Return how far the energy of each channel's bands is from what is wanted, in nepers, picture by picture.

    The average of all pictures that a prompt allows is flat and soft. The root mean square of each band (of
    `(N, C, H, W)`) tells that at once, and nothing of where the detail should be. Bands weaker than `least` count
    as that.
    """
    pairs = zip(laplacian_bands(made), laplacian_bands(wanted), strict=True)
    return torch.stack([(_energy(a, least) - _energy(b, least)).abs().mean() for a, b in pairs]).mean()


def _energy(band: Tensor, least: float) -> Tensor:
    rest = band - band.mean((2, 3), keepdim=True)
    return 0.5 * (rest.square().mean((2, 3)) + least**2).log()


def huber(made: Tensor, wanted: Tensor, knee: float = 0.05) -> Tensor:
    """Return the pseudo-Huber distance of consistency training (Song & Dhariwal 2023, eq. 7), averaged."""
    return ((made - wanted).square() + knee**2).sqrt().mean() - knee
