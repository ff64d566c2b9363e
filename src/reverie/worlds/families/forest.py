"""Tall trunks in rows that fade into light between them, shafts of sun, ferns and a path."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas, Layer
from reverie.worlds.noise import fbm, hash01, noise, smoothstep
from reverie.worlds.palette import mix, scale


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, light = canvas.dice("layout"), canvas.light
    horizon, lit_at = dice.uniform(-0.45, -0.2), dice.uniform(-0.4, 0.4)
    sky = canvas.layer()
    away = ((sky.x - lit_at).square() + 0.5 * (sky.y - horizon - 0.35).square()).sqrt()
    bright = 0.42 + 0.50 * light.lit
    canvas.over(canvas.ramp((bright * torch.exp(-away * 0.75) + 0.10).clamp(0, 1)), torch.ones_like(away), SKY)
    canvas.shine(light.key, 0.9 * torch.exp(-away * 2.4) * (0.3 + 0.6 * light.lit))
    _floor(canvas, horizon, lit_at)
    for k, distance in enumerate((13.0, 8.0, 5.0, 3.0, 1.7)):
        _row(canvas, distance, horizon, k)
        if k == 2:
            _shafts(canvas, lit_at)
    _canopy(canvas, dice.uniform(0.62, 0.85))


def _floor(canvas: Canvas, horizon: float, lit_at: float) -> None:
    palette, light = canvas.palette, canvas.light
    plane = canvas.plane(horizon)
    seed = canvas.noise_seed(5)
    moss = fbm(plane.x * 1.2, plane.z, frequency=1.3, octaves=4, pixel=plane.pixel, seed=seed)
    path = smoothstep(
        0.85, 0.45, (plane.x - lit_at * plane.z * 0.8 - 0.7 * noise(plane.z * 0.35, plane.z * 0, seed + 1)).abs()
    )
    level = 0.10 + 0.14 * moss + 0.30 * path * light.lit + 0.32 * smoothstep(2.0, 11.0, plane.z) * light.lit
    earth = canvas.ramp(
        level.clamp(0, 1),
        palette.shadow,
        palette.deep,
        mix(palette.body, palette.local("#4d6b35", 0.5), 0.3),
        palette.bright,
    )
    canvas.over(earth, plane.mask, plane.distance)


def _row(canvas: Canvas, distance: float, horizon: float, k: int) -> None:
    palette, seed = canvas.palette, canvas.noise_seed(20 + 9 * k)
    layer = canvas.layer(distance)
    foot = horizon - 0.62 / distance**0.55 + 0.12
    spacing = 0.28 + 0.22 * k
    for offset in (0.0, 0.5):
        trunk, side = _trunks(layer, spacing, 0.035 + 0.026 * k, foot, seed + int(10 * offset), offset)
        level = 0.06 + 0.16 * side + 0.05 * noise(layer.x * 24, layer.y * 2.4, seed + 3)
        bark = canvas.ramp(
            level.clamp(0, 1), scale(palette.shadow, 0.55), palette.shadow, palette.deep, palette.body, palette.bright
        )
        fog = canvas.air(bark, distance * 1.6 + 0.4, 1.25)
        canvas.over(torch.lerp(fog, canvas.colour(canvas.light.haze), 0.045 * (4 - k)), trunk, distance)
    _ferns(canvas, layer, foot, k, seed + 7)


def _trunks(layer: Layer, spacing: float, width: float, foot: float, seed: int, offset: float) -> tuple[Tensor, Tensor]:
    """Return the mask of a row of trunks with roots and boughs, and how much each point faces right, -1..1."""
    bend = 0.05 * noise(layer.y * 0.9, (layer.x / spacing).round() * 3.7, seed)
    x = layer.x + bend
    cell = (x / spacing + offset).floor()
    dice = hash01(cell, cell * 0, seed)
    centre = (cell - offset + 0.25 + 0.5 * dice[0]) * spacing
    flare = 1 + 1.6 * torch.exp(-(layer.y - foot).clamp_min(0) * 9) + 0.25 * (layer.y - foot).clamp(0, 1.5) * -0.4
    half = width * (0.55 + 0.9 * dice[1]) * flare * (dice[2] > 0.22)
    across = x - centre
    lean = across * (1 - 2 * (dice[3] > 0.5).float())
    bough_at = foot + 0.55 + 0.8 * dice[3]
    bough = half * 0.45 - (layer.y - bough_at - 0.9 * lean).abs() * 0.75
    bough = torch.where((lean > 0) & (lean < spacing * 0.42), bough, -torch.ones_like(bough))
    inside = torch.minimum(torch.maximum(half - across.abs(), bough), layer.y - foot)
    return layer.cover(inside) * (half > 0), (across / half.clamp_min(1e-3)).clamp(-1, 1)


def _ferns(canvas: Canvas, layer: Layer, foot: float, k: int, seed: int) -> None:
    palette = canvas.palette
    blade = (torch.remainder(layer.x * (16 - 2 * k) + 1.5 * noise(layer.x * 3, layer.y * 3, seed), 1.0) * 2 - 1).abs()
    mound = 0.10 + 0.05 * k + 0.07 * noise(layer.x * 2.1, layer.x * 0, seed + 1)
    inside = (
        foot
        + mound * (1 - 0.75 * blade) * smoothstep(-0.25, 0.35, noise(layer.x * 1.3, layer.x * 0, seed + 2))
        - layer.y
    )
    leaf = mix(mix(palette.deep, palette.shadow, 0.2 + 0.15 * k), palette.local("#3f7a38", 0.5), 0.35)
    shade = 0.55 + 0.75 * smoothstep(0.16, 0.0, inside) * canvas.light.lit
    canvas.over(canvas.air(canvas.colour(leaf) * shade, layer.distance * 1.3), layer.cover(inside), layer.distance)


def _shafts(canvas: Canvas, lit_at: float) -> None:
    layer, light = canvas.layer(6.0), canvas.light
    x, y = layer.x - lit_at, 1.25 - layer.y
    fan = x / (y + 0.6)
    beam = noise(fan * 6.5 + 0.05 * canvas.camera.time, fan * 0, canvas.noise_seed(70)) + 0.5 * noise(
        fan * 15.0, fan * 0, canvas.noise_seed(71)
    )
    amount = smoothstep(0.05, 0.75, beam) * torch.exp(-(fan * 1.3).square()) * smoothstep(1.9, 0.3, y)
    canvas.shine(light.key, amount * (0.25 + 0.65 * light.lit))


def _canopy(canvas: Canvas, height: float) -> None:
    palette, light = canvas.palette, canvas.light
    for k, distance in enumerate((4.0, 1.5)):
        layer = canvas.layer(distance)
        seed = canvas.noise_seed(80 + 3 * k)
        leaves = fbm(layer.x, layer.y, frequency=3.2, octaves=4, pixel=layer.pixel, seed=seed, gain=0.6)
        inside = layer.y - height - 0.12 * k + 0.30 * leaves
        tone = (0.14 + 0.22 * light.lit * smoothstep(0.25, -0.05, inside) + 0.12 * leaves) * (1 - 0.45 * k)
        green = canvas.ramp(
            tone.clamp(0, 1),
            scale(palette.shadow, 0.6),
            palette.deep,
            mix(palette.body, palette.local("#4f8a3a", 0.5), 0.3),
            palette.bright,
        )
        canvas.over(green, layer.soft(inside, 0.03), distance)
