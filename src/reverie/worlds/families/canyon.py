"""A river between banded cliffs that step back into the haze."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Layer
from reverie.worlds.noise import fbm, noise, ridged, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.sky import paint_sky


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    horizon = dice.uniform(-0.12, 0.1)
    paint_sky(canvas, horizon)
    _floor(canvas, horizon)
    gap = dice.uniform(-0.18, 0.18)
    walls = dice.randint(4, 5)
    for step in range(walls):
        share = step / (walls - 1)
        distance = 12.0 * (1 - share) + 1.6 * share
        opening = 0.10 + 0.95 * share**1.4
        height = 0.28 + 0.95 * share * dice.uniform(0.8, 1.1)
        for side in (-1, 1):
            _cliff(canvas, distance, side, gap * (1 - share), opening * dice.uniform(0.85, 1.15), height, horizon, step)


def _cliff(
    canvas: Canvas, distance: float, side: int, gap: float, opening: float, height: float, horizon: float, step: int
) -> None:
    layer, light = canvas.layer(distance), canvas.light
    seed = canvas.noise_seed(20 + 7 * step + side)
    y = layer.y
    reach = side * (layer.x - gap) - opening
    ledges = 0.24 * noise(y * 3.4, y * 0 + 0.5, seed) + 0.05 * noise(y * 13.0, y * 0 + 2.5, seed + 1)
    rough = 0.10 * fbm(layer.x * 0.4 + 3.0 * step, y * 1.2, frequency=3.0, octaves=4, pixel=layer.pixel, seed=seed + 2)
    slope = 0.22 * (y - horizon)
    face = reach - slope - ledges * 0.55 + rough
    rim = 0.10 * noise(layer.x * 2.3, layer.x * 0, seed + 3) + 0.03 * noise(layer.x * 9, layer.x * 0, seed + 4)
    top = horizon + height + rim - y
    mask = layer.cover(torch.minimum(face, top)) * layer.cover(y - horizon + 0.30 + 0.5 / distance)
    colour = _rock(canvas, layer, y, seed, face, lit=0.42 + 0.36 * light.lit if side < 0 else 0.62 + 0.42 * light.lit)
    canvas.over(canvas.air(colour, distance, 1.1), mask, distance)


def _rock(canvas: Canvas, layer: Layer, y: Tensor, seed: int, face: Tensor, lit: float) -> Tensor:
    palette = canvas.palette
    bend = 0.05 * noise(layer.x * 1.7, y * 1.1, seed + 5)
    bands = 0.5 + 0.5 * torch.sin((y + bend) * 34.0 + 2.0 * noise(y * 7.0, y * 0, seed + 6))
    crack = ridged(layer.x * 2.2, y * 0.7, frequency=2.4, octaves=3, pixel=layer.pixel, seed=seed + 7)
    edge = torch.exp(-((face / 0.05) ** 2))
    level = 0.22 + 0.30 * bands + 0.22 * crack + 0.25 * edge
    return (
        canvas.ramp(
            level.clamp(0, 1),
            palette.shadow,
            palette.deep,
            palette.body,
            palette.bright,
            mix(palette.bright, palette.accent, 0.5),
        )
        * lit
    )


def _floor(canvas: Canvas, horizon: float) -> None:
    palette, light = canvas.palette, canvas.light
    plane = canvas.plane(horizon)
    seed = canvas.noise_seed(11)
    sand = fbm(plane.x, plane.z, frequency=0.9, octaves=4, pixel=plane.pixel, seed=seed)
    ground: Colour = mix(palette.deep, palette.body, 0.45)
    canvas.over(
        canvas.ramp((0.35 + 0.3 * sand).clamp(0, 1), scale(ground, 0.6), ground, palette.bright),
        plane.mask,
        plane.distance,
    )
    course = 1.9 * noise(plane.z * 0.3, plane.z * 0, seed + 1) * (plane.z * 0.5).clamp(0, 3.0)
    width = 0.42 + 0.18 * noise(plane.z * 0.5, plane.z * 0, seed + 2)
    bank = width - (plane.x - course).abs()
    river = smoothstep(-0.06, 0.06, bank) * plane.mask
    glint = noise(plane.x * 2.5, plane.z * 0.9 + canvas.camera.time * 0.6, seed + 3)
    water = canvas.ramp(
        (0.45 + 0.35 * glint + 0.25 * smoothstep(2.0, 12.0, plane.z)).clamp(0, 1),
        palette.deep,
        palette.bright,
        canvas.light.sky[1],
    )
    canvas.over(water, river, plane.distance)
    canvas.shine(palette.glow, river * smoothstep(0.25, 0.7, glint) * 0.35 * light.lit)
