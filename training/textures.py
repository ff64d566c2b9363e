"""Pictures of nothing in particular, so that the autoencoder carries real footage too, made as training goes."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def dead_leaves(count: int, size: int, generator: torch.Generator, leaves: int = 60) -> Tensor:
    """Return `(count, 3, size, size)` of overlapping discs and boxes, 0..1 (Lee, Mumford & Huang 2001)."""
    axis = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    picture = torch.rand(count, 3, 1, 1, generator=generator).expand(count, 3, size, size).clone()
    for _ in range(leaves):
        place, turn, reach, box, colour = _leaf(count, generator)
        u, v = x - place[:, 0], y - place[:, 1]
        u, v = u * turn.cos() + v * turn.sin(), v * turn.cos() - u * turn.sin()
        distance = torch.where(box, torch.maximum(u.abs(), 1.6 * v.abs()), (u * u + v * v).sqrt())
        inside = ((reach - distance) * size / 2 + 0.5).clamp(0, 1)[:, None]
        picture = picture * (1 - inside) + inside * (colour[:, :3] + colour[:, 3:] * u[:, None])
    return picture.clamp(0, 1)


def _leaf(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    draw = torch.rand(count, 12, 1, 1, generator=generator)
    reach = 0.03 / (0.04 + draw[:, 3]) * 0.6
    colour = torch.cat([draw[:, 5:8], draw[:, 8:11] - 0.5], dim=1)
    return draw[:, :2] * 2.4 - 1.2, draw[:, 2] * math.pi, reach, draw[:, 4] < 0.4, colour


def spectral_noise(count: int, size: int, generator: torch.Generator) -> Tensor:
    """Return coloured noise whose amplitude falls as 1/f to a power of 0.8 to 1.8, 0..1."""
    frequency = torch.fft.fftfreq(size)[:, None].square() + torch.fft.rfftfreq(size)[None].square()
    power = 0.4 + 0.5 * torch.rand(count, 1, 1, 1, generator=generator)
    spectrum = torch.fft.rfft2(torch.randn(count, 3, size, size, generator=generator))
    noise = torch.fft.irfft2(spectrum / (frequency + 1e-4).pow(power), s=(size, size))
    noise = noise / noise.std((1, 2, 3), keepdim=True)
    tint = torch.randn(count, 3, 3, generator=generator) * 0.35 + torch.eye(3)
    return (0.5 + 0.2 * torch.einsum("ncd,ndhw->nchw", tint, noise)).clamp(0, 1)


def strokes(count: int, size: int, generator: torch.Generator, lines: int = 24) -> Tensor:
    """Return thin lines and curves over flat colours, like writing and wires, 0..1."""
    axis = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    ground = torch.rand(count, 3, 2, 2, generator=generator)
    picture = functional.interpolate(ground, size=(size, size), mode="bilinear", align_corners=True)
    for _ in range(lines):
        draw = torch.rand(count, 9, 1, 1, generator=generator)
        angle = draw[:, 0] * math.pi
        along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
        bend = across - (draw[:, 1] * 2 - 1) - 0.3 * (draw[:, 2] - 0.5) * (6 * draw[:, 3] * along).sin()
        width = (1.0 + 3.0 * draw[:, 4]) / size
        inside = ((width - bend.abs()) * size / 2 + 0.5).clamp(0, 1) * (along - draw[:, 8] < 0.4)
        picture = picture * (1 - inside[:, None]) + inside[:, None] * draw[:, 5:8]
    return picture


def textures(count: int, size: int, generator: torch.Generator) -> Tensor:
    """Return a mixture of all kinds, `(count, 3, size, size)` in 0..1."""
    parts = [count // 2, count // 4, count - count // 2 - count // 4]
    kinds = (dead_leaves, spectral_noise, strokes)
    made = [kind(part, size, generator) for kind, part in zip(kinds, parts, strict=True) if part]
    return torch.cat(made)
