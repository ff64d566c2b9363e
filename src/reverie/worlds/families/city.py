"""A skyline in rows of towers, lit windows after dark, haze between the rows, and often water that doubles it."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Layer
from reverie.worlds.noise import hash01, noise, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.sky import paint_sky

ROWS = ((18.0, 0.11, 0.80), (10.0, 0.16, 0.72), (6.0, 0.22, 0.60), (3.6, 0.30, 0.44))
"""Distance, mean width and mean height of the towers of each row, far to near."""


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    waterfront = dice.random() < 0.65
    water = dice.uniform(-0.62, -0.38) if waterfront else -3.0
    base = max(water, -0.75)
    drift = canvas.camera.time * 0.3

    def view(distance: float) -> Layer:
        layer = canvas.layer(distance)
        return layer.reflected(water, 0.16, canvas.noise_seed(1), drift) if waterfront else layer

    paint_sky(canvas, base, view(1000.0))
    _dome(canvas, view(1000.0), base)
    grow = dice.uniform(0.85, 1.3)
    rows = ROWS[: dice.choice((3, 4))]
    for k, (distance, width, height) in enumerate(rows):
        _towers(canvas, view(distance), base, width * dice.uniform(0.85, 1.2), height * grow, k)
        _street_haze(canvas, view(distance), base, 1 - k / len(rows))
    if waterfront:
        _water(canvas, water)
    else:
        _street(canvas, base)


def _dome(canvas: Canvas, layer: Layer, base: float) -> None:
    up = (layer.y - base).clamp_min(0)
    canvas.shine(mix(canvas.palette.accent, canvas.palette.body, 0.5), torch.exp(-up / 0.4) * 0.30 * canvas.light.dark)


def _towers(canvas: Canvas, layer: Layer, base: float, width: float, height: float, k: int) -> None:
    """Two interleaved combs of towers, so that they overlap."""
    envelope = 0.62 + 0.55 * noise(layer.x * 0.7, layer.x * 0 + k, canvas.noise_seed(12))
    for half in (0.0, 0.5):
        seed = canvas.noise_seed(20 + 2 * k + int(2 * half))
        cell = (layer.x / width + half).floor()
        dice = hash01(cell, torch.zeros_like(cell), seed)
        more = hash01(cell, torch.ones_like(cell), seed)
        u = layer.x / width + half - cell - 0.5
        tall = height * envelope * (0.35 + 0.95 * dice[0] ** 1.4) * (0.82 if half else 1.0)
        body = 0.30 + 0.17 * dice[1]
        profile = _roof(u, body, tall, dice, more, width)
        inside = torch.minimum((body - u.abs()) * width, base + profile - layer.y)
        mask = layer.cover(inside)
        face = _face(canvas, layer, u, cell, (dice, more), base, seed)
        canvas.over(canvas.air(face, layer.distance, 1.1), mask, layer.distance)
        _lamps(canvas, layer, u, cell, (dice, more), base, mask, seed)


def _roof(u: Tensor, body: Tensor, tall: Tensor, dice: Tensor, more: Tensor, width: float) -> Tensor:
    step = 0.82 + 0.14 * dice[2]
    stepped = tall * torch.where(u.abs() < body * 0.62, 1.0, step)
    spire = torch.where(u.abs() < 0.03, tall * (1.0 + 0.28 * more[0]), stepped)
    slanted = tall * (0.9 + 0.2 * u / body * (more[1] - 0.5).sign())
    dome = tall - width * 0.5 * (body - (body**2 - u**2).clamp_min(0).sqrt())
    flat = tall.expand_as(stepped)
    kind = more[2]
    return torch.where(
        kind < 0.25, flat, torch.where(kind < 0.5, stepped, torch.where(kind < 0.7, spire, torch.where(kind < 0.85, slanted, dome)))
    )


def _face(canvas: Canvas, layer: Layer, u: Tensor, cell: Tensor, dice: tuple[Tensor, Tensor], base: float, seed: int) -> Tensor:
    light, palette = canvas.light, canvas.palette
    side = 1.0 if light.sun_x > 0 else -1.0
    turned = (u * side > (dice[0][3] - 0.5) * 0.35).float()
    up = ((layer.y - base) / 1.2).clamp(0, 1)
    level = light.shade + (light.lit - light.shade) * (0.10 + 0.42 * turned + 0.20 * up + 0.22 * (dice[1][3] - 0.5))
    wall = canvas.ramp(
        level,
        palette.shadow,
        mix(palette.deep, palette.local("#3d4657", 0.6), 0.4),
        mix(palette.body, palette.local("#8d8f98", 0.6), 0.4),
        palette.bright,
        palette.glow,
    )
    floors = smoothstep(0.1, -0.3, torch.cos(layer.y * (6.2832 / _storey(layer))))
    glass = mix(palette.tone(light.shade + 0.2), light.sky[1], 0.6)
    fade = min(max((_storey(layer) / layer.pixel - 2.2) / 2.0, 0.0), 1.0)
    return torch.lerp(wall, canvas.colour(glass), floors * 0.42 * fade)


def _storey(layer: Layer) -> float:
    return 0.078 / layer.distance**0.30


def _lamps(
    canvas: Canvas, layer: Layer, u: Tensor, cell: Tensor, dice: tuple[Tensor, Tensor], base: float, mask: Tensor, seed: int
) -> None:
    """Lit windows, some signs, and red lights on the roofs."""
    light, palette = canvas.light, canvas.palette
    if light.dark < 0.2:
        return
    storey = _storey(layer)
    columns = torch.floor(4 + 4 * dice[0][2])
    a, b = (u + 0.5) * columns, (layer.y - base) / storey
    i, j = a.floor(), b.floor()
    chance = hash01(i + cell * 9, j, seed + 7)
    on = (chance[0] < 0.12 + 0.40 * light.dark * dice[1][0]).float()
    pane = smoothstep(0.46, 0.28, (a - i - 0.5).abs()) * smoothstep(0.46, 0.26, (b - j - 0.5).abs())
    fade = min(max((storey / layer.pixel - 1.5) / 1.5, 0.0), 1.0)
    amount = on * (pane * fade + 0.28 * (1 - fade)) * (0.45 + 0.55 * chance[1])
    warm = mix(palette.accent, palette.glow, 0.35)
    cool = mix(palette.bright, palette.glow, 0.3)
    tint = torch.where((chance[2] * 0.4 + dice[1][1] * 0.6) < 0.62, canvas.colour(warm), canvas.colour(cool))
    tint = torch.where(chance[3] > 0.94, canvas.colour(palette.spark), tint)
    canvas.shine(tint, amount * mask * (0.7 + 0.7 * light.dark))
    sign = (dice[1][0] > 0.72) * layer.soft(0.02 - (u - 0.15).abs() * 0.25, 0.01) * smoothstep(0.12, 0.2, layer.y - base)
    sign = sign * smoothstep(0.55, 0.45, layer.y - base) * mask
    canvas.shine(torch.where(dice[0][1] > 0.5, canvas.colour(palette.spark), canvas.colour(palette.body)), sign * 1.4 * light.dark)


def _street_haze(canvas: Canvas, layer: Layer, base: float, share: float) -> None:
    up = (layer.y - base).clamp_min(0)
    glow = mix(canvas.light.haze, canvas.palette.accent, 0.35 * canvas.light.dark)
    canvas.veil(glow, torch.exp(-up / 0.22) * (0.22 + 0.5 * share * canvas.light.murk))


def _water(canvas: Canvas, water: float) -> None:
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(2.0)
    under = (water - layer.y).clamp_min(0)
    mask = layer.cover(water - layer.y)
    canvas.veil(mix(palette.shadow, light.sky[0], 0.35), mask * (0.25 + 0.40 * smoothstep(0.0, 0.6, under)))
    near = under + 0.04
    wave = noise(layer.x / near * 0.4, 5 * torch.log(near) + canvas.camera.time * 0.5, canvas.noise_seed(8))
    canvas.shine(light.key, mask * smoothstep(0.30, 0.75, wave) * 0.22)
    canvas.veil(palette.shadow, mask * smoothstep(0.25, 0.75, -wave) * 0.35)
    quay = layer.soft(0.016 - (layer.y - water - 0.006).abs(), 0.008)
    canvas.over(palette.shadow, quay * 0.8, 3.0)
    lamps = (torch.cos(layer.x * 19) * 0.5 + 0.5) ** 24 * torch.exp(-(((layer.y - water - 0.02) / 0.016) ** 2))
    canvas.shine(palette.accent, lamps * 1.2 * light.dark)


def _street(canvas: Canvas, base: float) -> None:
    """A park or a dark quarter of low roofs at the foot."""
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(1.6)
    top = base - 0.02 + 0.07 * noise(layer.x * 2.2, layer.x * 0, canvas.noise_seed(14)) + 0.03 * noise(layer.x * 8, layer.x * 0, 3)
    leaf = noise(layer.x * 7, layer.y * 9, canvas.noise_seed(15)) + 0.5 * noise(layer.x * 17, layer.y * 19, canvas.noise_seed(16))
    level = light.shade + (light.lit - light.shade) * (0.22 + 0.16 * leaf)
    trees = canvas.ramp(level, palette.shadow, palette.local("#2f4a35", 0.5), palette.body, palette.bright)
    canvas.over(trees, layer.cover(top - layer.y + 0.02 * leaf), 1.6)
    spots = smoothstep(0.72, 0.95, noise(layer.x * 9, layer.y * 9, canvas.noise_seed(17)))
    canvas.shine(palette.accent, spots * layer.cover(top - layer.y) * light.dark)
