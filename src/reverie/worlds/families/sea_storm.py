"""Waves like hills under a torn sky: crests that break, spray, lightning, sometimes a ship that leans into it."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, noise, relief, smoothstep
from reverie.worlds.palette import mix, scale
from reverie.worlds.shapes import crest


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    horizon = dice.uniform(-0.05, 0.22)
    _sky(canvas, horizon, dice)
    ship = dice.random() < 0.55
    for k in range(6):
        share = k / 5
        _wave(canvas, 11.0 * (1 - share) ** 1.6 + 1.3, horizon - 0.02 - 0.95 * share**1.2, 0.07 + 0.24 * share, k)
        if ship and k == 2:
            _ship(canvas, horizon, dice)


def _sky(canvas: Canvas, horizon: float, dice: random.Random) -> None:
    light, sky = canvas.light, canvas.layer()
    rise = (sky.y - horizon).clamp_min(0) + 0 * sky.x
    near = 0.25 + rise
    torn, slope_x, slope_y = relief(
        sky.x / near * 0.5 + canvas.camera.time * 0.02,
        1.6 / near,
        frequency=1.3,
        octaves=5,
        pixel=sky.pixel,
        seed=canvas.noise_seed(1),
        gain=0.56,
    )
    gap = torch.exp(-(((sky.x - dice.uniform(-0.5, 0.5)) / 0.55) ** 2) - (rise / 0.45) ** 2)
    level = 0.20 + 0.20 * torn + 0.16 * (slope_x - slope_y) + 0.55 * gap * (0.35 + 0.65 * light.lit)
    canvas.over(canvas.ramp(level.clamp(0, 1)), torch.ones_like(level), SKY)
    for k in range(dice.randint(1, 3)):
        _bolt(canvas, dice.uniform(-0.9, 0.9) * canvas.aspect, horizon, canvas.noise_seed(30 + k))


def _bolt(canvas: Canvas, start: float, horizon: float, seed: int) -> None:
    sky = canvas.layer()
    y = sky.y
    path = (
        start
        + 0.22 * noise(y * 2.1, y * 0, seed)
        + 0.09 * noise(y * 6.3, y * 0, seed + 1)
        + 0.035 * noise(y * 17, y * 0, seed + 2)
    )
    away = (sky.x - path).abs()
    inside = smoothstep(-0.02, 0.05, y - horizon)
    canvas.shine((0.92, 0.94, 1.0), torch.exp(-((away / 0.010) ** 2)) * inside * 2.2)
    canvas.shine(
        mix(canvas.palette.glow, canvas.palette.spark, 0.4),
        (torch.exp(-away * 9) * 0.55 + torch.exp(-away * 2.2) * 0.22) * inside,
    )


def _wave(canvas: Canvas, distance: float, height: float, swell: float, k: int) -> None:
    layer, palette, light = canvas.layer(distance), canvas.palette, canvas.light
    seed, roll = canvas.noise_seed(50 + 7 * k), canvas.camera.time * 0.15
    x = layer.x + roll * (0.5 + 0.2 * k)
    heave = noise(x * 0.85 + 4 * k, x * 0, seed)
    peak = (
        heave.clamp_min(0).pow(1.4)
        - 0.45 * (-heave).clamp_min(0)
        + 0.16 * noise(x * 2.7, x * 0, seed + 1)
        + 0.05 * noise(x * 8, x * 0, seed + 2)
    )
    profile = height + swell * 1.5 * peak
    below = (profile - layer.y).clamp_min(0)
    _, slope_x, slope_y = relief(
        x * 0.9 + below * 0.8,
        layer.y * 1.9 + 0.5 * peak,
        frequency=2.4,
        octaves=4,
        pixel=layer.pixel,
        seed=seed + 3,
        gain=0.55,
    )
    thin = torch.exp(-below * 6.0) * smoothstep(0.05, 0.6, peak)
    level = 0.10 + 0.16 * (slope_x - slope_y) + 0.30 * thin * (0.5 + 0.5 * light.lit) + 0.07 * light.lit
    water = canvas.ramp(
        level.clamp(0, 1), scale(palette.shadow, 0.7), palette.shadow, palette.deep, palette.body, palette.bright
    )
    mask = crest(layer, profile)
    canvas.over(canvas.air(water, distance), mask, distance)
    _foam(canvas, (x, below, peak), mask, distance, seed, layer.pixel)


def _foam(
    canvas: Canvas, place: tuple[Tensor, Tensor, Tensor], mask: Tensor, distance: float, seed: int, pixel: float
) -> None:
    x, below, peak = place
    lace = fbm(x * 1.2 + 0.6 * below, below * 2.6, frequency=4.2, octaves=3, pixel=pixel, seed=seed + 4, gain=0.6)
    high = smoothstep(0.18, 0.55, peak)
    cap = smoothstep(0.12 * 1.0, 0.0, below - 0.10 * high * (1 + lace)) * high
    streak = smoothstep(0.30, 0.55, lace) * torch.exp(-below * 3.0) * 0.75 * smoothstep(-0.1, 0.4, peak)
    white = mix(canvas.palette.glow, canvas.light.key, 0.25)
    canvas.over(canvas.air(white, distance, 0.7), (torch.maximum(cap, streak) * mask).clamp(0, 1) * 0.95, distance)


def _ship(canvas: Canvas, horizon: float, dice: random.Random) -> None:
    layer, palette = canvas.layer(5.0), canvas.palette
    at, size, lean = dice.uniform(-0.55, 0.55), dice.uniform(0.16, 0.26), dice.uniform(-0.3, 0.3)
    x, y = (layer.x - at) / size, (layer.y - horizon + 0.10) / size
    x, y = x + lean * y, y - lean * x
    hull = torch.minimum(torch.minimum(0.22 - (y + 0.05).abs(), 1.0 + 0.5 * y - x.abs()), y + 0.27 + 0 * x)
    sails = torch.full_like(hull, -1.0)
    for mast, tall in ((-0.55, 1.35), (0.0, 1.75), (0.55, 1.3)):
        pole = torch.minimum(0.035 - (x - mast).abs(), torch.minimum(y, tall - y))
        sheet = torch.minimum(
            0.24 * (1.15 - 0.4 * y / tall) - (x - mast - 0.10).abs(), torch.minimum(y - 0.28, 0.93 * tall - y)
        )
        sails = torch.maximum(sails, torch.maximum(pole, sheet))
    canvas.over(canvas.air(mix(palette.body, palette.glow, 0.35), 4.0), layer.cover(sails * size), 5.0)
    canvas.over(scale(palette.shadow, 0.6), layer.cover(hull * size), 5.0)
    canvas.shine(palette.accent, torch.exp(-((x - 0.9).square() + (y - 0.2).square()) * 40) * 1.2)
