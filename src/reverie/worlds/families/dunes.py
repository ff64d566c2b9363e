"""Sand in long waves: a lit side and a dark one to every crest, ripples near, a low sun."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Layer
from reverie.worlds.noise import noise, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.shapes import crest
from reverie.worlds.sky import paint_sky


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    horizon = dice.uniform(-0.1, 0.28)
    paint_sky(canvas, horizon)
    for place in range(dice.choice((1, 2, 3))):
        _pyramid(canvas, horizon, dice.uniform(-0.85, 0.85), dice.uniform(0.16, 0.42), place)
    count = dice.randint(5, 7)
    side = dice.choice((-1.0, 1.0))
    for k in range(count):
        share = k / (count - 1)
        distance = 14.0 * (1 - share) ** 1.5 + 1.3
        _dune(canvas, distance, horizon - 0.03 - 1.02 * share**1.25, 0.05 + 0.30 * share, side, k)


def _pyramid(canvas: Canvas, horizon: float, centre: float, height: float, k: int) -> None:
    layer, light, palette = canvas.layer(14.0 - k), canvas.light, canvas.palette
    x, up = layer.x - centre, layer.y - horizon + 0.05
    inside = (height - up) * 1.15 - x.abs()
    ridge = 0.22 * height - 0.22 * up
    dark = layer.cover(x - ridge) if light.sun_x < centre else layer.cover(ridge - x)
    course = 0.06 * torch.sin(up * 150.0 / max(1.0, 90 * layer.pixel))
    level = light.shade + (light.lit - light.shade) * (0.85 - 0.72 * dark + course)
    stone = canvas.ramp(level.clamp(0, 1), palette.shadow, palette.deep, palette.body, palette.bright, palette.glow)
    canvas.over(canvas.air(stone, 5.0), layer.cover(inside), 14.0 - k)


def _dune(canvas: Canvas, distance: float, height: float, swell: float, side: float, k: int) -> None:
    layer, light, palette = canvas.layer(distance), canvas.light, canvas.palette
    seed = canvas.noise_seed(10 + k)
    wave = noise(layer.x * 0.75 + 3 * k, layer.x * 0 + 0.5, seed) + 0.30 * noise(
        layer.x * 1.9, layer.x * 0 + k, seed + 1
    )
    profile = height + swell * wave
    below = (profile - layer.y).clamp_min(0)
    mask = crest(layer, profile)
    spine = _spine(layer, below, seed, side)
    ripple = torch.sin((layer.y * 1.5 + 0.5 * layer.x + 0.16 * noise(layer.x * 2.2, layer.y * 2.2, seed + 4)) * 60.0)
    seen = min(max((0.5 - layer.pixel * 60.0) / 0.25, 0.0), 1.0)
    ripple = ripple * (seen * seen * (3 - 2 * seen) * (0.06 if distance < 5 else 0.0))
    day = light.shade + (light.lit - light.shade) * (0.78 * (1 - spine) + 0.10 + ripple - 0.25 * below).clamp(0, 1)
    sand = canvas.ramp(
        day.clamp(0, 1),
        palette.shadow,
        palette.deep,
        palette.body,
        palette.bright,
        mix(palette.glow, palette.accent, 0.25),
    )
    edge = torch.exp(-((below / (0.008 + 1.2 * layer.pixel)) ** 2)) * mask
    canvas.over(canvas.air(sand, distance, 0.9), mask, distance)
    canvas.over(mix(palette.glow, light.key, 0.5), edge * 0.55 * light.lit, distance)
    dust = torch.exp(-below * 14) * mask * (0.20 + 0.2 * light.murk)
    canvas.veil(light.haze, dust * (1 - 0.6 * (distance < 3)))


def _spine(layer: Layer, below: Tensor, seed: int, side: float) -> Tensor:
    """Return how dark the slope is: 1 on the side away from the sun, with a winding edge down from every summit."""
    x = layer.x + side * below * 0.9
    fold = noise(x * 0.75 + 0.2 * noise(below * 3, x * 0, seed + 2), x * 0 + 0.5, seed)
    ahead = noise((x + side * 0.22) * 0.75, x * 0 + 0.5, seed)
    slope = (ahead - fold) / 0.22
    return smoothstep(-0.25, 0.35, slope + 0.35 * noise(x * 1.3, below * 2.0, seed + 3))
