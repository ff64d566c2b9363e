"""Curtains of light over snow: folded bands that hang from the sky, hills, pines, and ice that mirrors them."""

from __future__ import annotations

import torch

from reverie.worlds.canvas import SKY, Canvas, Layer
from reverie.worlds.noise import fbm, noise, relief, smoothstep
from reverie.worlds.palette import mix, scale
from reverie.worlds.shapes import conifers, crest
from reverie.worlds.sky import star_field


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette = canvas.dice("layout"), canvas.palette
    base = dice.uniform(-0.5, -0.3)
    frozen = dice.random() < 0.5

    def view(distance: float) -> Layer:
        layer = canvas.layer(distance)
        return layer.reflected(base, 0.05, canvas.noise_seed(1), canvas.camera.time * 0.2) if frozen else layer

    sky = view(SKY)
    rise = ((sky.y - base) / (1 - base)).clamp(0, 1) + 0 * sky.x
    canvas.over(
        canvas.ramp(1 - rise, scale(palette.shadow, 0.5), palette.shadow, mix(palette.shadow, palette.deep, 0.8)),
        torch.ones_like(rise),
        SKY,
    )
    canvas.shine(
        palette.glow, star_field(sky.x, sky.y, sky.pixel, canvas.noise_seed(2), 1.0) * smoothstep(0.1, 0.4, rise)
    )
    for band in range(dice.randint(2, 4)):
        _curtain(canvas, sky, base, band)
    for k, distance in enumerate((9.0, 5.0)):
        _hill(canvas, view(distance), base, 0.20 - 0.10 * k, k)
    if frozen:
        layer = canvas.layer(3.0)
        canvas.veil(mix(palette.deep, palette.bright, 0.25), layer.cover(base - layer.y) * 0.30)
    _snow(canvas, base if frozen else base + 0.12, frozen)


def _curtain(canvas: Canvas, sky: Layer, base: float, band: int) -> None:
    dice, palette = canvas.dice(f"curtain{band}"), canvas.palette
    seed, time = canvas.noise_seed(10 + 5 * band), canvas.camera.time * 0.08
    fold = 0.30 * noise(sky.x * 0.8 + time, sky.x * 0 + band, seed) + 0.10 * noise(
        sky.x * 2.3 - time, sky.x * 0, seed + 1
    )
    foot = base + dice.uniform(0.28, 0.75) + fold
    up = sky.y - foot
    stretch = dice.uniform(0.45, 0.95)
    bend = sky.x + 0.35 * fold + 0.15 * up
    ray = (
        0.5
        + 0.5 * fbm(bend, bend * 0 + time * 2, frequency=5.5, octaves=3.5, pixel=sky.pixel, seed=seed + 2, gain=0.65)
    ).clamp(0, 1)
    body = smoothstep(-0.025, 0.03, up) * torch.exp(-up.clamp_min(0) / (stretch * (0.35 + 0.65 * ray)) * 2.4)
    amount = body * (0.25 + 1.15 * ray.pow(1.5)) * (0.55 + 0.55 * noise(sky.x * 0.6, sky.x * 0 + 3.0 * band, seed + 3))
    low, high = (
        mix(palette.bright, palette.spark, dice.uniform(0.2, 0.7)),
        mix(palette.body, palette.accent, dice.uniform(0.2, 0.8)),
    )
    canvas.shine(low, amount.clamp_min(0) * torch.exp(-up.clamp_min(0) * 2.5) * 1.9)
    canvas.shine(high, amount.clamp_min(0) * (1 - torch.exp(-up.clamp_min(0) * 2.5)) * 1.7)


def _hill(canvas: Canvas, layer: Layer, base: float, height: float, k: int) -> None:
    palette, seed = canvas.palette, canvas.noise_seed(60 + 5 * k)
    profile = (
        base
        + 0.02
        + height * (0.6 + 0.6 * noise(layer.x * 1.1 + 5 * k, layer.x * 0, seed))
        + 0.03 * noise(layer.x * 4.1, layer.x * 0, seed + 1)
    )
    _, slope_x, slope_y = relief(layer.x, layer.y, frequency=2.8, octaves=3, pixel=layer.pixel, seed=seed + 2)
    lit = (0.26 + 0.16 * (slope_x - slope_y)).clamp(0, 1)
    canvas.over(
        canvas.ramp(lit, palette.shadow, mix(palette.shadow, palette.deep, 0.7), palette.body, palette.bright),
        crest(layer, profile),
        layer.distance,
    )


def _snow(canvas: Canvas, height: float, frozen: bool) -> None:
    dice, palette, light = canvas.dice("snow"), canvas.palette, canvas.light
    for distance, drop, tall in ((2.6, 0.06, 0.30), (1.3, 0.42, 0.52)):
        layer = canvas.layer(distance)
        seed = canvas.noise_seed(int(90 + distance * 10))
        roll = 0.10 * noise(layer.x * 1.0, layer.x * 0, seed) + 0.03 * noise(layer.x * 3.1, layer.x * 0, seed + 1)
        ground = height - drop - (0.22 if frozen else 0.0) + roll
        below = (ground - layer.y).clamp_min(0)
        _, slope_x, slope_y = relief(layer.x, layer.y * 1.6, frequency=1.6, octaves=3, pixel=layer.pixel, seed=seed + 2)
        level = 0.40 + 0.18 * light.lit + 0.22 * (slope_x - slope_y) - 0.30 * below
        drift = canvas.ramp(level.clamp(0, 1), palette.shadow, palette.deep, palette.body, palette.bright, palette.glow)
        canvas.over(canvas.air(drift, distance), crest(layer, ground), distance)
        trees = conifers(
            layer, ground, dice.uniform(0.16, 0.30) / distance**0.5, tall * dice.uniform(0.8, 1.2), seed + 3
        )
        canvas.over(scale(palette.shadow, 0.45), trees, distance)
