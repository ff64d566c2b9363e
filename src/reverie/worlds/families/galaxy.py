"""A spiral of stars seen aslant: a bright bulge, dusty arms with young clusters, deep space around."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, ridged, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.sky import star_field


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    layer = canvas.layer(60.0)
    flat = layer.x + layer.y
    canvas.over(mix(palette.shadow, (0.0, 0.0, 0.02), 0.6), torch.ones_like(flat), SKY)
    canvas.shine(palette.glow, star_field(layer.x, layer.y, layer.pixel, canvas.noise_seed(3), 0.8) * 0.9)
    lean, tilt = dice.uniform(0, math.pi), dice.uniform(0.34, 0.85)
    x, y = layer.x - dice.uniform(-0.2, 0.2), layer.y - dice.uniform(-0.15, 0.15)
    u, v = x * math.cos(lean) + y * math.sin(lean), (y * math.cos(lean) - x * math.sin(lean)) / tilt
    size = dice.uniform(1.05, 1.5)
    radius = ((u * u + v * v).sqrt() / size).clamp_min(1e-3)
    arms = _arms(canvas, u, v, radius, layer.pixel)
    disc = torch.exp(-radius * 1.9)
    gas = (disc * (0.18 + 1.35 * arms)).clamp(0, 1)
    tint = canvas.ramp(
        (gas * 1.25).clamp(0, 1), palette.shadow, palette.deep, palette.body, palette.bright, palette.glow
    )
    bright = 0.95 + 0.6 * light.lit
    canvas.over(tint * bright, smoothstep(0.02, 0.30, gas), 70.0)
    canvas.shine(mix(palette.bright, palette.spark, 0.35), gas * arms * 0.8 * bright)
    _clusters(canvas, u, v, arms * disc, layer.pixel)
    bulge = (u * u + (v * tilt * 1.25) ** 2).sqrt() / size
    canvas.shine(mix(palette.accent, palette.glow, 0.55), 1.9 * torch.exp(-((bulge / 0.13) ** 1.3)) * bright)
    canvas.shine(palette.accent, 0.55 * torch.exp(-bulge * 4.2))


def _arms(canvas: Canvas, u: Tensor, v: Tensor, radius: Tensor, pixel: float) -> Tensor:
    """Return how much arm there is, 0..1: logarithmic spirals, torn by noise, cut by dust."""
    dice = canvas.dice("arms")
    turns = dice.choice((-1, 1)) * dice.uniform(2.2, 3.6)
    phase = torch.atan2(v, u) + turns * torch.log(radius) + canvas.camera.time * 0.02
    torn = fbm(u, v, frequency=2.6, octaves=5, pixel=pixel, seed=canvas.noise_seed(5), gain=0.56)
    count = dice.choice((2, 2, 3, 4))
    wave = 0.5 + 0.5 * torch.cos(phase * count + 1.6 * torn)
    dust = ridged(u, v, frequency=2.2, octaves=4, pixel=pixel, seed=canvas.noise_seed(6))
    lane = smoothstep(0.45, 0.85, 0.5 + 0.5 * torch.cos(phase * count + 1.1 + 1.6 * torn)) * smoothstep(0.4, 0.8, dust)
    return (wave.pow(1.6) * (0.75 + 0.5 * torn) * (1 - 0.75 * lane)).clamp(0, 1)


def _clusters(canvas: Canvas, u: Tensor, v: Tensor, density: Tensor, pixel: float) -> None:
    stars = star_field(u * 1.8, v * 1.8, pixel * 1.8, canvas.noise_seed(9), 2.2)
    canvas.shine(mix(canvas.palette.spark, canvas.palette.glow, 0.5), stars * smoothstep(0.08, 0.4, density) * 1.3)
