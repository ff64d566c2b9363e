"""Clouds of glowing gas in deep space, dust lanes before them, clusters, bright stars, sometimes a planet."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, relief, ridged, smoothstep, warp
from reverie.worlds.palette import mix
from reverie.worlds.sky import star_field


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, light, palette = canvas.dice("layout"), canvas.light, canvas.palette
    layer = canvas.layer(60.0)
    bright = 0.55 + 0.75 * light.lit
    canvas.over(mix(palette.shadow, (0.0, 0.0, 0.02), 0.35), torch.ones((), device=canvas.device), SKY)
    canvas.shine(palette.glow, star_field(layer.x, layer.y, layer.pixel, canvas.noise_seed(3), 1.1) * 1.1)

    angle = dice.uniform(0, math.pi)
    cos, sin = math.cos(angle), math.sin(angle)
    drift = canvas.camera.time * 0.01
    u, v = layer.x * cos + layer.y * sin, layer.y * cos - layer.x * sin
    x, y = warp(u, v, amount=0.55, frequency=0.7, seed=canvas.noise_seed(1))
    x, y = warp(x + drift, y, amount=0.22, frequency=1.9, seed=canvas.noise_seed(2))
    stretch = dice.uniform(0.55, 1.0)
    heart = dice.uniform(-0.35, 0.35), dice.uniform(-0.3, 0.3)
    near = torch.exp(-((u - heart[0]) ** 2) / (0.75**2) - ((v - heart[1]) / stretch) ** 2 / (0.55**2))
    gas, slope_x, slope_y = relief(
        x * stretch, y, frequency=1.25, octaves=5.4, pixel=layer.pixel, seed=canvas.noise_seed(4), gain=0.56
    )
    density = smoothstep(-0.35, 0.75, gas + 0.75 * near - 0.25)
    _gas(canvas, density, gas, 0.5 * slope_x + 0.5 * slope_y, near, bright)
    _filaments(canvas, x, y, density, layer.pixel, bright)
    _dust(canvas, x, y, near, layer.pixel)
    place = heart[0] * cos - heart[1] * sin, heart[0] * sin + heart[1] * cos
    _cluster(canvas, place)
    if dice.random() < 0.4:
        _planet(canvas)


def _gas(canvas: Canvas, density: Tensor, gas: Tensor, slope: Tensor, near: Tensor, bright: float) -> None:
    palette = canvas.palette
    outer = canvas.ramp(
        (density * 0.9 + 0.18 * slope).clamp(0, 1), palette.shadow, palette.deep, palette.body, palette.bright
    )
    inner = canvas.ramp(
        (near * 0.75 + 0.25 * gas + 0.15 * slope).clamp(0, 1),
        palette.deep,
        mix(palette.body, palette.spark, 0.6),
        palette.accent,
        palette.glow,
    )
    tint = torch.lerp(outer, inner, smoothstep(0.15, 0.8, near + 0.35 * slope))
    canvas.over(tint * bright, density * 0.95, 80.0)
    canvas.shine(mix(palette.accent, palette.glow, 0.5), (near**2.2) * density * 0.55 * bright)


def _filaments(canvas: Canvas, x: Tensor, y: Tensor, density: Tensor, pixel: float, bright: float) -> None:
    vein = ridged(x, y, frequency=1.5, octaves=3.5, pixel=pixel, seed=canvas.noise_seed(6))
    amount = smoothstep(0.68, 0.92, vein) * density
    canvas.shine(mix(canvas.palette.bright, canvas.palette.glow, 0.4), amount * 0.55 * bright)


def _dust(canvas: Canvas, x: Tensor, y: Tensor, near: Tensor, pixel: float) -> None:
    lanes = fbm(x, y * 1.3, frequency=1.6, octaves=5, pixel=pixel, seed=canvas.noise_seed(8), gain=0.58)
    dark = smoothstep(0.10, 0.60, lanes) * (0.45 + 0.5 * near)
    canvas.veil(mix(canvas.palette.shadow, (0.0, 0.0, 0.0), 0.3), dark.clamp(0, 0.92))


def _cluster(canvas: Canvas, heart: tuple[float, float]) -> None:
    dice = canvas.dice("stars")
    for k in range(dice.randint(9, 16)):
        size = 0.11 * dice.random() ** 2.5 + 0.028
        spread = 0.35 if k % 2 else 0.9
        place = (
            heart[0] * (k % 2) + dice.gauss(0, spread) * canvas.aspect**0.5,
            heart[1] * (k % 2) + dice.gauss(0, spread * 0.8),
        )
        star(canvas, place, size, dice.choice(("glow", "bright", "accent")))


def star(canvas: Canvas, place: tuple[float, float], size: float, tint: str = "glow") -> None:
    """A bright star with a halo and four fine rays; `size` in world units, `tint` a colour of the palette."""
    layer = canvas.layer(40.0)
    stamp = canvas.stamp(layer, place, size * 4)
    if stamp is None:
        return
    u, v = stamp.u * 4, stamp.v * 4
    far = u * u + v * v
    thin = max(0.05, layer.pixel / size * 0.7)
    core = torch.exp(-far / max(0.16, thin) ** 2)
    rays = torch.exp(-((u / thin) ** 2) - v.abs() * 1.3) + torch.exp(-((v / thin) ** 2) - u.abs() * 1.3)
    rim = smoothstep(16.0, 8.0, far)
    colour = mix(getattr(canvas.palette, tint), (1.0, 1.0, 1.0), 0.35)
    canvas.shine(colour, (2.0 * core + 0.75 * rays + 0.35 * torch.exp(-far / 0.8)) * rim, stamp)


def _planet(canvas: Canvas) -> None:
    dice, light, palette = canvas.dice("planet"), canvas.light, canvas.palette
    layer = canvas.layer(8.0)
    radius = dice.uniform(0.16, 0.48)
    place = dice.choice((-1, 1)) * dice.uniform(0.3, 0.75) * canvas.aspect, dice.uniform(-0.65, 0.55)
    stamp = canvas.stamp(layer, place, radius * 2.3)
    if stamp is None:
        return
    u, v = stamp.u * 2.3, stamp.v * 2.3
    far = (u * u + v * v).sqrt()
    height = (1 - far * far).clamp_min(0).sqrt()
    tilt = dice.uniform(-0.6, 0.6)
    band = v * math.cos(tilt) + u * math.sin(tilt)
    bands = fbm(
        u * 0.5 + band * 0.2,
        band * 2.2,
        frequency=1.6,
        octaves=4,
        pixel=layer.pixel / radius,
        seed=canvas.noise_seed(9),
    )
    sun = math.copysign(0.75, -place[0]), 0.35
    lit = (u * sun[0] + v * sun[1] + height * 0.45).clamp(0, 1)
    skin = canvas.ramp(
        (0.5 + 0.5 * bands), palette.deep, palette.body, mix(palette.bright, palette.accent, 0.4), palette.glow
    )
    canvas.over(skin * (0.04 + 0.96 * lit) * (0.6 + 0.4 * light.lit), stamp.cover(1 - far), 8.0, stamp)
    rim = torch.exp(-(((far - 1) / 0.07) ** 2)) * (u * sun[0] + v * sun[1] + 0.35).clamp_min(0)
    canvas.shine(palette.bright, rim * 0.9, stamp)
    if dice.random() < 0.5:
        along, across = u * math.cos(tilt) - v * math.sin(tilt), band / 0.28
        ring = (along**2 + across**2).sqrt()
        front = ((far > 1) | (across < 0)).float()
        lane = smoothstep(1.35, 1.45, ring) * smoothstep(2.2, 2.05, ring) * (0.55 + 0.45 * torch.cos(ring * 22))
        canvas.over(mix(palette.bright, palette.glow, 0.3), lane * front * 0.75, 8.0, stamp)
