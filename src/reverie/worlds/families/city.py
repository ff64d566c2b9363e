"""A skyline in rows of towers, lit windows after dark, haze between the rows, and often water that doubles it."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Comb:
    """One row of towers: where each pixel is in its tower (`u`, -0.5..0.5), which tower that is, and its chances."""

    layer: Layer
    base: float
    u: Tensor
    cell: Tensor
    dice: Tensor
    more: Tensor
    seed: int

    @property
    def storey(self) -> float:
        """Height of a storey in world units."""
        return float(0.078 / self.layer.distance**0.30)


def _towers(canvas: Canvas, layer: Layer, base: float, width: float, height: float, k: int) -> None:
    """Two interleaved combs of towers, so that they overlap."""
    envelope = 0.62 + 0.55 * noise(layer.x * 0.7, layer.x * 0 + k, canvas.noise_seed(12))
    for half in (0.0, 0.5):
        seed = canvas.noise_seed(20 + 2 * k + int(2 * half))
        cell = (layer.x / width + half).floor()
        dice, more = hash01(cell, torch.zeros_like(cell), seed), hash01(cell, torch.ones_like(cell), seed)
        comb = Comb(layer, base, layer.x / width + half - cell - 0.5, cell, dice, more, seed)
        tall = height * envelope * (0.35 + 0.95 * dice[0] ** 1.4) * (0.82 if half else 1.0)
        body = 0.30 + 0.17 * dice[1]
        profile = _roof(comb, body, tall, width)
        mask = layer.cover(torch.minimum((body - comb.u.abs()) * width, base + profile - layer.y))
        canvas.over(canvas.air(_face(canvas, comb), layer.distance, 1.1), mask, layer.distance)
        if canvas.light.dark > 0.2:
            _lamps(canvas, comb, mask)


def _roof(comb: Comb, body: Tensor, tall: Tensor, width: float) -> Tensor:
    u, more = comb.u, comb.more
    stepped = tall * torch.where(u.abs() < body * 0.62, 1.0, 0.82 + 0.14 * comb.dice[2])
    spire = torch.where(u.abs() < 0.03, tall * (1.0 + 0.28 * more[0]), stepped)
    slanted = tall * (0.9 + 0.2 * u / body * (more[1] - 0.5).sign())
    dome = tall - width * 0.5 * (body - (body**2 - u**2).clamp_min(0).sqrt())
    roof = tall.expand_as(stepped)
    for share, other in ((0.25, stepped), (0.5, spire), (0.7, slanted), (0.85, dome)):
        roof = torch.where(more[2] > share, other, roof)
    return roof


def _face(canvas: Canvas, comb: Comb) -> Tensor:
    light, palette, layer = canvas.light, canvas.palette, comb.layer
    side = 1.0 if light.sun_x > 0 else -1.0
    turned = (comb.u * side > (comb.dice[3] - 0.5) * 0.35).float()
    up = ((layer.y - comb.base) / 1.2).clamp(0, 1)
    # Nearer rows stand darker against the glow, most so when the light is low.
    weight = 1 - (0.25 + 0.3 * light.dark) * (1 - min(layer.distance / 16, 1.0))
    level = 0.10 + 0.42 * turned + 0.20 * up + 0.22 * (comb.more[3] - 0.5)
    wall = canvas.ramp(
        (light.shade + (light.lit - light.shade) * level) * weight,
        palette.shadow,
        mix(palette.deep, palette.local("#3d4657", 0.6), 0.4),
        mix(palette.body, palette.local("#8d8f98", 0.6), 0.4),
        palette.bright,
        palette.glow,
    )
    floors = smoothstep(0.1, -0.3, torch.cos(layer.y * (6.2832 / comb.storey)))
    glass = mix(palette.tone(light.shade + 0.2), light.sky[1], 0.6)
    fade = min(max((comb.storey / layer.pixel - 2.2) / 2.0, 0.0), 1.0)
    return torch.lerp(wall, canvas.colour(glass), floors * 0.42 * fade)


def _lamps(canvas: Canvas, comb: Comb, mask: Tensor) -> None:
    """Lit windows, warm and cool, and some signs."""
    light, palette = canvas.light, canvas.palette
    a, b = (comb.u + 0.5) * torch.floor(4 + 4 * comb.dice[2]), (comb.layer.y - comb.base) / comb.storey
    i, j = a.floor(), b.floor()
    chance = hash01(i + comb.cell * 9, j, comb.seed + 7)
    on = (chance[0] < 0.12 + 0.40 * light.dark * comb.more[0]).float()
    pane = smoothstep(0.46, 0.28, (a - i - 0.5).abs()) * smoothstep(0.46, 0.26, (b - j - 0.5).abs())
    fade = min(max((comb.storey / comb.layer.pixel - 1.5) / 1.5, 0.0), 1.0)
    amount = on * (pane * fade + 0.28 * (1 - fade)) * (0.45 + 0.55 * chance[1])
    warm, cool = mix(palette.accent, palette.glow, 0.35), mix(palette.bright, palette.glow, 0.3)
    is_warm = (chance[2] * 0.4 + comb.more[1] * 0.6) < 0.62
    tint = torch.where(is_warm, canvas.colour(warm), canvas.colour(cool))
    tint = torch.where(chance[3] > 0.94, canvas.colour(palette.spark), tint)
    canvas.shine(tint, amount * mask * (0.7 + 0.7 * light.dark))
    _signs(canvas, comb, mask)


def _signs(canvas: Canvas, comb: Comb, mask: Tensor) -> None:
    up = comb.layer.y - comb.base
    strip = (comb.more[0] > 0.72) * comb.layer.soft(0.02 - (comb.u - 0.15).abs() * 0.25, 0.01)
    amount = strip * smoothstep(0.12, 0.2, up) * smoothstep(0.55, 0.45, up) * mask
    tint = torch.where(comb.dice[1] > 0.5, canvas.colour(canvas.palette.spark), canvas.colour(canvas.palette.body))
    canvas.shine(tint, amount * 1.4 * canvas.light.dark)


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
    top = (
        base
        - 0.02
        + 0.07 * noise(layer.x * 2.2, layer.x * 0, canvas.noise_seed(14))
        + 0.03 * noise(layer.x * 8, layer.x * 0, 3)
    )
    leaf = noise(layer.x * 7, layer.y * 9, canvas.noise_seed(15)) + 0.5 * noise(
        layer.x * 17, layer.y * 19, canvas.noise_seed(16)
    )
    level = light.shade + (light.lit - light.shade) * (0.22 + 0.16 * leaf)
    trees = canvas.ramp(level, palette.shadow, palette.local("#2f4a35", 0.5), palette.body, palette.bright)
    canvas.over(trees, layer.cover(top - layer.y + 0.02 * leaf), 1.6)
    spots = smoothstep(0.72, 0.95, noise(layer.x * 9, layer.y * 9, canvas.noise_seed(17)))
    canvas.shine(palette.accent, spots * layer.cover(top - layer.y) * light.dark)
