"""A rose of many petals: rings of leaves, beads and rays about a bright heart, on a quiet ground."""

from __future__ import annotations

import math
import random

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas, Layer
from reverie.worlds.noise import fbm, smoothstep
from reverie.worlds.palette import Colour, mix


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    layer = canvas.layer(4.0)
    x, y = layer.x + 0 * layer.y, layer.y + 0 * layer.x
    radius = (x * x + y * y).sqrt().clamp_min(1e-4)
    angle = torch.atan2(y, x) + 0.06 * canvas.camera.time
    ground = fbm(x, y, frequency=1.2, octaves=3, pixel=layer.pixel, seed=canvas.noise_seed(1))
    level = 0.10 + 0.10 * ground + 0.16 * torch.exp(-radius * 1.1)
    canvas.over(canvas.ramp(level.clamp(0, 1)) * (0.6 + 0.5 * light.lit), torch.ones_like(radius), SKY)
    petals = dice.choice((6, 8, 9, 10, 12, 16))
    rings = dice.randint(4, 6)
    colours = _colours(canvas, dice)
    for ring in range(rings):
        outer = 0.98 * (1 - ring / (rings + 0.4)) * dice.uniform(0.94, 1.04)
        _ring(
            canvas, layer, (radius, angle), outer, petals * dice.choice((1, 1, 2)), colours[ring % len(colours)], dice
        )
    heart = layer.cover(0.09 - radius)
    canvas.over(palette.glow, heart, 4.0)
    canvas.shine(palette.accent, torch.exp(-((radius / 0.16) ** 2)) * (0.8 + 0.4 * light.lit))


def _colours(canvas: Canvas, dice: random.Random) -> list[Colour]:
    palette = canvas.palette
    colours = [
        palette.body,
        mix(palette.bright, palette.accent, 0.55),
        palette.deep,
        palette.bright,
        mix(palette.body, palette.spark, 0.5),
    ]
    dice.shuffle(colours)
    return colours


def _ring(
    canvas: Canvas,
    layer: Layer,
    polar: tuple[Tensor, Tensor],
    outer: float,
    count: int,
    colour: Colour,
    dice: random.Random,
) -> None:
    radius, angle = polar
    turn = dice.choice((0.0, 0.5))
    part = torch.remainder(angle * count / math.tau + turn, 1.0) * 2 - 1
    shape = dice.choice(_SHAPES)(part, dice.uniform(0.75, 1.5))
    inner = outer * dice.uniform(0.50, 0.66)
    edge = inner + (outer - inner) * shape
    inside = edge - radius
    mask = layer.cover(inside)
    across = ((radius - inner) / (outer - inner)).clamp(0, 1)
    shade = 0.55 + 0.55 * across - 0.25 * part.abs()
    canvas.over(canvas.colour(colour) * shade, mask, 4.0)
    vein = torch.exp(-((part / 0.09) ** 2)) * mask * smoothstep(0.0, 0.4, across)
    canvas.over(mix(colour, canvas.palette.shadow, 0.7), vein * 0.7, 4.0)
    line = torch.exp(-((inside / (0.012 + layer.pixel)) ** 2))
    canvas.over(mix(canvas.palette.glow, canvas.palette.bright, 0.3), line * 0.85, 4.0)
    canvas.shine(canvas.palette.accent, line * 0.35)
    if dice.random() < 0.6:
        _beads(canvas, layer, radius, part, inner + 0.72 * (outer - inner), outer / count)


def _beads(canvas: Canvas, layer: Layer, radius: Tensor, part: Tensor, at: float, size: float) -> None:
    along = part * at * size * math.pi / max(at, 0.05)
    distance = ((radius - at) ** 2 + along**2).sqrt()
    bead = layer.cover(min(0.045, 0.55 * size) - distance)
    canvas.over(canvas.palette.glow, bead, 4.0)
    canvas.shine(canvas.palette.spark, bead * 0.5)


def _leaf(part: Tensor, power: float) -> Tensor:
    return (1 - part.abs().pow(power)).clamp_min(0)


def _round(part: Tensor, _power: float) -> Tensor:
    return (1 - part.square()).clamp_min(0).sqrt()


def _ray(part: Tensor, power: float) -> Tensor:
    return (1 - part.abs()).pow(1.0 + power)


def _lotus(part: Tensor, _power: float) -> Tensor:
    return (torch.cos(part * math.pi / 2).clamp_min(0)).pow(0.6) * (0.82 + 0.18 * torch.exp(-((part / 0.2) ** 2)))


_SHAPES = (_leaf, _round, _ray, _lotus)
