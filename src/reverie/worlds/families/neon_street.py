"""A street at night between towers of signs: wet ground that mirrors them, cables, lamps, haze at the far end."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import hash01, noise, smoothstep
from reverie.worlds.palette import Colour, mix, scale


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    horizon, vanish = dice.uniform(-0.28, -0.08), dice.uniform(-0.25, 0.25)
    layer = canvas.layer(3.0)
    ground = horizon - layer.y
    wet = (
        0.045 * noise(layer.x * 5, torch.log(ground.abs() + 0.05) * 6, canvas.noise_seed(1)) * (ground * 3).clamp(0, 1)
    )
    x, y = layer.x - vanish + wet, torch.where(ground > 0, horizon + ground, layer.y + 0 * layer.x) - horizon
    rise = y.clamp(0, 1.4)
    sky = canvas.ramp((0.42 * torch.exp(-rise * 1.3) * (0.5 + 0.6 * light.lit) + 0.04).clamp(0, 1))
    canvas.over(sky, torch.ones_like(x + y), SKY)
    glow = torch.exp(-(x.square() * 3 + y.square() * 5))
    canvas.shine(mix(palette.accent, palette.bright, 0.4), glow * 0.9)
    _skyline(canvas, x, y)
    for side in (-1.0, 1.0):
        _wall(canvas, side * x, y, side, dice)
    _street(canvas, layer.x - vanish, ground, layer.pixel)


def _skyline(canvas: Canvas, x: Tensor, y: Tensor) -> None:
    for k in range(2):
        cell = (x * (7 - 2 * k) + 0.37 * k).floor()
        height = 0.25 + 0.16 * k + 0.35 * hash01(cell, cell * 0, canvas.noise_seed(10 + k))[0]
        mask = smoothstep(-0.008, 0.008, height - y)
        canvas.over(scale(canvas.palette.deep, 0.75 - 0.3 * k), mask, 20.0)
        rows, columns = y * (34 - 8 * k), x * (42 - 12 * k)
        lit = hash01(columns.floor(), rows.floor(), canvas.noise_seed(12 + k))[1] > 0.62
        pane = (torch.remainder(columns, 1) > 0.35) & (torch.remainder(rows, 1) > 0.4) & lit
        canvas.shine(canvas.palette.bright, pane * mask * 0.4)


def _wall(canvas: Canvas, out: Tensor, y: Tensor, side: float, dice: random.Random) -> None:
    """Paint one side of the street: a wall in perspective, `out` is how far from the vanishing point on that side."""
    palette, seed = canvas.palette, canvas.noise_seed(20 if side > 0 else 40)
    near = out.clamp_min(1e-3)
    away = dice.uniform(0.30, 0.42) / near
    up = y / near
    block = (away * 1.7).floor()
    chance = hash01(block, block * 0, seed)
    height = 1.15 + 1.5 * chance[0]
    mask = smoothstep(0.0, 0.012, out - 0.10) * smoothstep(-0.01, 0.01, (height - up) * near)
    dark = canvas.ramp(
        (0.05 + 0.10 * chance[1] + 0.22 * smoothstep(0.8, 3.0, away)).clamp(0, 1),
        scale(palette.shadow, 0.5),
        palette.shadow,
        palette.deep,
    )
    canvas.over(dark, mask, 4.0)
    rows, columns = up * 7, away * 8.5
    pane = smoothstep(0.18, 0.26, (torch.remainder(columns, 1) - 0.5).abs().neg() + 0.5) * smoothstep(
        0.16, 0.26, (torch.remainder(rows, 1) - 0.5).abs().neg() + 0.5
    )
    fate = hash01(columns.floor(), rows.floor(), seed + 1)
    far = smoothstep(3.4, 1.6, away)
    canvas.shine(
        mix(palette.bright, palette.accent, 0.5), pane * (fate[0] > 0.66) * mask * far * (0.25 + 0.5 * fate[1])
    )
    _signs(canvas, (away, up), mask * far, seed)


def _signs(canvas: Canvas, place: tuple[Tensor, Tensor], mask: Tensor, seed: int) -> None:
    away, up = place
    palette = canvas.palette
    colours: tuple[Colour, ...] = (palette.accent, palette.spark, palette.glow)
    for k, colour in enumerate(colours):
        column = (away * 2.6 + 0.31 * k).floor()
        fate = hash01(column, column * 0, seed + 3 + k)
        u = torch.remainder(away * 2.6 + 0.31 * k, 1.0) - 0.5
        v = up - 0.35 - 0.85 * fate[0]
        tall, wide = 0.14 + 0.30 * fate[1], 0.16 + 0.10 * fate[2]
        inside = torch.minimum(tall - v.abs(), (wide - u.abs()) * 0.6)
        frame = torch.exp(-((inside - 0.03) / 0.018).square())
        glyph = ((torch.remainder(v * 9 + 3 * fate[2], 1) > 0.45) & (torch.remainder(u * 7 + fate[1], 1) > 0.35)) * (
            inside > 0.055
        )
        shown = (fate[3] > 0.38) * mask
        canvas.over(scale(colour, 0.22), smoothstep(-0.005, 0.005, inside) * shown, 3.5)
        canvas.shine(colour, (frame * 1.3 + glyph * 0.9 + 0.30 * torch.exp(inside.clamp_max(0) * 9)) * shown)


def _street(canvas: Canvas, x: Tensor, ground: Tensor, pixel: float) -> None:
    palette = canvas.palette
    mask = (ground / pixel + 0.5).clamp(0, 1)
    near = ground.clamp_min(1e-3)
    asphalt = mix(palette.shadow, (0.0, 0.0, 0.0), 0.5)
    puddle = smoothstep(-0.2, 0.45, noise(x / near * 1.1, 1.5 / near, canvas.noise_seed(60)))
    canvas.veil(asphalt, mask * (0.78 - 0.48 * puddle))
    dash = smoothstep(0.05, 0.03, (x / near).abs()) * (
        torch.remainder(0.8 / near - canvas.camera.time * 0.3, 1.0) < 0.5
    )
    canvas.over(palette.bright, dash * mask * 0.65, 3.0)
