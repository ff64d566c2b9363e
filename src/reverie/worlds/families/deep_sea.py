"""The lightless deep: jellyfish that glow, drifting sparks, vents and rock far below, one shaft from above."""

from __future__ import annotations

import math
import random

import torch

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import noise, relief, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.shapes import crest
from reverie.worlds.sky import star_field


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    layer = canvas.layer()
    down = (0.5 - 0.5 * layer.y) + 0 * layer.x
    canvas.over(
        canvas.ramp(
            (0.42 - 0.40 * down) * (0.55 + 0.5 * light.lit),
            scale(palette.shadow, 0.4),
            palette.shadow,
            palette.deep,
            palette.body,
        ),
        torch.ones_like(down),
        SKY,
    )
    shaft = torch.exp(-(((layer.x - dice.uniform(-0.5, 0.5)) / (0.25 + 0.35 * down)) ** 2)) * torch.exp(-down * 2.2)
    canvas.shine(palette.bright, shaft * 0.55)
    for k, distance in enumerate((8.0, 4.0, 2.0)):
        _bed(canvas, distance, -0.62 - 0.13 * k, k)
    snow = canvas.layer(5.0)
    canvas.shine(
        palette.glow,
        0.45 * star_field(snow.x, snow.y + 0.03 * canvas.camera.time, snow.pixel, canvas.noise_seed(9), 1.2),
    )
    for _ in range(dice.randint(4, 8)):
        size = 0.07 + 0.30 * dice.random() ** 1.7
        place = dice.uniform(-0.9, 0.9) * canvas.aspect, dice.uniform(-0.35, 0.8)
        _jelly(canvas, place, size, mix(palette.accent, palette.spark, dice.random()), dice)


def _bed(canvas: Canvas, distance: float, height: float, k: int) -> None:
    palette, seed = canvas.palette, canvas.noise_seed(20 + 4 * k)
    layer = canvas.layer(distance)
    spires = smoothstep(0.35, 0.8, noise(layer.x * 2.6, layer.x * 0 + 0.5, seed + 3)) * (0.55 - 0.12 * k)
    profile = (
        height
        + 0.12 * noise(layer.x * 1.3, layer.x * 0, seed)
        + 0.05 * noise(layer.x * 4.7, layer.x * 0, seed + 1)
        + spires
    )
    _, slope_x, slope_y = relief(layer.x, layer.y * 0.7, frequency=3.0, octaves=4, pixel=layer.pixel, seed=seed + 2)
    level = 0.15 + 0.14 * (slope_x - slope_y) + 0.12 * torch.exp(-(profile - layer.y).clamp_min(0) * 8)
    rock = canvas.ramp(level.clamp(0, 1), scale(palette.shadow, 0.35), palette.shadow, palette.deep, palette.body)
    canvas.over(rock * (1.15 - 0.3 * k), crest(layer, profile), distance)
    vent = torch.exp(-((profile - layer.y - 0.02) / 0.03).square()) * smoothstep(0.2, 0.5, spires)
    canvas.shine(palette.accent, vent * 0.9)


def _jelly(canvas: Canvas, place: tuple[float, float], size: float, colour: Colour, dice: random.Random) -> None:
    distance = 1.2 + 0.5 / size
    bob = 0.03 * math.sin(canvas.camera.time * 0.9 + 9 * place[0])
    seed = dice.randrange(10_000)
    arms = [(dice.uniform(-0.75, 0.75), dice.uniform(1.2, 2.6)) for _ in range(dice.randint(4, 7))]
    stamp = canvas.stamp(canvas.layer(distance), (place[0], place[1] + bob), size * 3.0)
    if stamp is None:
        return
    u, v = stamp.u * 3.0, stamp.v * 3.0
    dome = 1 - (u / 1.0).square() - (v / 0.85).square()
    skirt = v + 0.12 * torch.cos(u * 9.0)
    bell = torch.where(v > -0.12, torch.minimum(dome, skirt + 0.2), torch.full_like(dome, -1.0))
    mask = stamp.cover(bell * 0.33)
    rim = torch.exp(-((dome / 0.28) ** 2)) * mask
    ribs = 0.5 + 0.5 * torch.cos(u / (1.1 - 0.6 * v.clamp(0, 1)) * 14)
    glow = canvas.palette.glow
    canvas.over(scale(colour, 0.55), mask * 0.55, distance, stamp)
    canvas.shine(colour, mask * (0.30 + 0.35 * ribs) + rim * 0.7, stamp)
    canvas.shine(mix(colour, glow, 0.6), torch.exp(-(u.square() + (v - 0.25).square()) * 5) * 0.9, stamp)
    below = (-v).clamp_min(0)
    for arm, (start, reach) in enumerate(arms):
        sway = 0.30 * noise(below * 1.7 + arm, below * 0 + 0.3 * canvas.camera.time, seed + arm) * below
        thread = (
            torch.exp(-(((u - start * (1 - 0.18 * below) - sway) / (0.055 + stamp.pixel * 2)) ** 2))
            * (v < 0.05)
            * smoothstep(reach, 0.2, below)
        )
        canvas.shine(mix(colour, glow, 0.25), thread * 0.75, stamp)
    canvas.shine(colour, torch.exp(-(u.square() + v.square()) * 0.9) * 0.35, stamp)
