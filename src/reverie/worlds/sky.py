"""Skies: gradient, stars, sun or moon, clouds, lightning. Every outdoor family starts with `paint_sky`."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas, Layer
from reverie.worlds.noise import hash01, relief, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.world import Time, Weather

CLOUDS: dict[Weather, tuple[float, float]] = {
    Weather.CLEAR: (0.10, 0.42),
    Weather.MIST: (0.25, 0.45),
    Weather.RAIN: (0.62, 0.75),
    Weather.SNOW: (0.45, 0.65),
    Weather.STORM: (0.75, 0.9),
}
"""How much of the sky is covered, least and most."""


def paint_sky(canvas: Canvas, horizon: float, layer: Layer | None = None) -> None:
    """Fill the canvas with the sky of its world above y = `horizon` (world units).

    layer: pass `canvas.layer().reflected(horizon)` to have the sky mirrored in water below the horizon.
    """
    layer = layer or canvas.layer()
    canvas.over(_gradient(canvas, layer, horizon), torch.ones((), device=canvas.device), SKY)
    if canvas.light.stars > 0.05:
        _stars(canvas, layer, horizon)
    _sun(canvas, layer, horizon)
    _clouds(canvas, layer, horizon)
    if canvas.world.weather is Weather.STORM:
        _lightning(canvas, layer, horizon)


def _gradient(canvas: Canvas, layer: Layer, horizon: float) -> Tensor:
    light = canvas.light
    height = ((layer.y - horizon) / 1.35).clamp(0, 1) ** 0.75
    sky = canvas.ramp(1 - height, *light.sky)
    around = torch.exp(
        -(((layer.x - light.sun_x) / 0.9) ** 2) - ((layer.y - horizon - max(light.sun_height, 0)) / 0.5) ** 2
    )
    return torch.lerp(sky, canvas.colour(mix(light.sky[-1], light.key, 0.7)), around * (0.35 if light.moon else 0.55))


def _sun(canvas: Canvas, layer: Layer, horizon: float) -> None:
    light = canvas.light
    place = light.sun_x, horizon + light.sun_height
    canvas.sun = canvas.screen(place)
    if not light.disc:
        return
    far = ((layer.x - place[0]) ** 2 + (layer.y - place[1]) ** 2).sqrt()
    shown = {Weather.STORM: 0.0, Weather.RAIN: 0.12, Weather.SNOW: 0.4, Weather.MIST: 0.7}.get(
        canvas.world.weather, 1.0
    )
    disc = layer.cover(light.disc - far) * shown
    canvas.over(mix(light.key, (1.0, 1.0, 1.0), 0.55), disc, SKY)
    if light.moon:
        bitten = layer.soft(
            light.disc * 0.92 - ((layer.x - place[0] - light.disc * 0.5) ** 2 + (layer.y - place[1]) ** 2).sqrt(), 0.05
        )
        canvas.over(mix(light.key, light.sky[0], 0.25), disc * bitten * 0.35, SKY)
    canvas.shine(light.key, (0.15 + 0.85 * shown) * (0.55 * torch.exp(-far / 0.12) + 0.30 * torch.exp(-far / 0.45)))


def _stars(canvas: Canvas, layer: Layer, horizon: float) -> None:
    height = smoothstep(0.0, 0.8, layer.y - horizon) * canvas.light.stars
    canvas.shine(canvas.palette.glow, star_field(layer.x, layer.y, layer.pixel, canvas.noise_seed(5)) * height)


def star_field(x: Tensor, y: Tensor, pixel: float, seed: int, density: float = 1.0) -> Tensor:
    """Stars of three sizes, 0..1: (H, W). Each size is round, soft and never smaller than a pixel and a half."""
    total: Tensor | float = 0.0
    for k, (cells, radius, rare) in enumerate(((5.0, 0.016, 0.55), (9.0, 0.010, 0.5), (16.0, 0.0075, 0.55))):
        u, v = x * cells, y * cells
        i, j = torch.broadcast_tensors(u.floor(), v.floor())
        dice = hash01(i, j, seed + 17 * k)
        far = ((u - i - 0.2 - 0.6 * dice[0]) ** 2 + (v - j - 0.2 - 0.6 * dice[1]) ** 2) / cells**2
        size = max(radius, 1.1 * pixel)
        bright = (dice[2] > 1 - rare * density) * (0.35 + 0.9 * dice[3] ** 3)
        total = total + bright * torch.exp(-far / (size * 0.55) ** 2)
    assert isinstance(total, Tensor)
    return total


def _clouds(canvas: Canvas, layer: Layer, horizon: float) -> None:
    dice, light = canvas.dice("clouds"), canvas.light
    cover = dice.uniform(*CLOUDS[canvas.world.weather])
    height = (layer.y - horizon).clamp_min(0.0) + 0.16
    drift = canvas.camera.time * 0.02
    # A cloud deck in perspective: wider and flatter towards the horizon.
    x, y = (layer.x - light.sun_x * 0.2) / (height + 0.35) + drift, 1.5 * torch.log(height * 3) + dice.uniform(0, 9)
    pixel = layer.pixel * 1.4
    density, _, slope = relief(x, y, frequency=1.15, octaves=5, pixel=pixel, seed=canvas.noise_seed(2), gain=0.55)
    thick = smoothstep(0.42 - cover, 0.95 - cover * 0.8, density + 0.12)
    thick = thick * smoothstep(0.0, 0.16, layer.y - horizon) * (0.92 if cover > 0.5 else 0.85)
    stormy = canvas.world.weather in (Weather.STORM, Weather.RAIN)
    under = canvas.light.sun_height < 0.35 and not stormy
    lit = (0.5 + (-0.55 if under else 0.55) * slope - 0.25 * thick + (0.12 if not stormy else -0.1)).clamp(0, 1)
    dark = mix(light.sky[1], canvas.palette.deep, 0.7 if stormy else 0.35)
    bright = mix(light.sky[-1], light.key, 0.15 if stormy else 0.65)
    if canvas.world.time is Time.NIGHT:
        bright = mix(light.sky[2], light.key, 0.35)
    canvas.over(canvas.ramp(lit, dark, mix(dark, bright, 0.45), bright), thick, SKY * 0.5)


def _lightning(canvas: Canvas, layer: Layer, horizon: float) -> None:
    dice = canvas.dice("lightning")
    strike = int(canvas.camera.time * 0.8)
    dice = canvas.dice(f"lightning{strike}")
    for _ in range(dice.choice((1, 1, 2))):
        x, y = dice.uniform(-0.8, 0.8) * canvas.aspect, 1.05
        while y > horizon:
            nx, ny = x + dice.gauss(0, 0.07), y - dice.uniform(0.08, 0.16)
            bolt(canvas, layer, (x, y), (nx, ny), 0.006)
            if dice.random() < 0.3:
                bolt(canvas, layer, (nx, ny), (nx + dice.uniform(-0.2, 0.2), ny - dice.uniform(0.1, 0.2)), 0.003)
            x, y = nx, ny


def bolt(canvas: Canvas, layer: Layer, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
    """A glowing stroke of light between two points."""
    centre = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    radius = length / 2 + 0.2
    stamp = canvas.stamp(layer, centre, radius)
    if stamp is None:
        return
    along = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    u, v = stamp.u * radius, stamp.v * radius
    t = (u * along[0] + v * along[1]).clamp(-length / 2, length / 2)
    far = ((u - t * along[0]) ** 2 + (v - t * along[1]) ** 2).sqrt()
    core = torch.exp(-((far / max(width, layer.pixel * 0.8)) ** 2))
    fall = smoothstep(0.2, 0.02, far)
    canvas.shine(
        mix(canvas.palette.glow, canvas.palette.bright, 0.4), (2.2 * core + 0.35 * torch.exp(-far / 0.05) * fall), stamp
    )
