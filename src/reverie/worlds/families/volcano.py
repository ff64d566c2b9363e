"""A cone against the sky with fire in its throat: lava down the flanks, a column of smoke lit from below, sparks."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Layer
from reverie.worlds.noise import fbm, noise, relief, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.shapes import crest
from reverie.worlds.sky import paint_sky, star_field

_FIRE: Colour = (1.0, 0.42, 0.10)


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    base, top = dice.uniform(-0.75, -0.5), dice.uniform(0.12, 0.42)
    centre, crater = dice.uniform(-0.35, 0.35), dice.uniform(0.10, 0.17)
    paint_sky(canvas, base)
    layer = canvas.layer(6.0)
    x = layer.x - centre
    _smoke(canvas, layer, centre, top)
    steep = dice.uniform(0.62, 0.85)
    profile = _cone(canvas, x, base, top, crater, steep)
    mask = crest(layer, profile)
    _flank(canvas, layer, x, profile, mask)
    _lava(canvas, layer, x, (base, top, crater), mask)
    _eruption(canvas, layer, x, top, crater)
    _ground(canvas, base)


def _hot(canvas: Canvas) -> Colour:
    return mix(_FIRE, canvas.palette.accent, 0.6)


def _cone(canvas: Canvas, x: Tensor, base: float, top: float, crater: float, steep: float) -> Tensor:
    rough = 0.05 * noise(x * 3.1, x * 0, canvas.noise_seed(1)) + 0.02 * noise(x * 9.3, x * 0, canvas.noise_seed(2))
    away = (x.abs() - crater).clamp_min(0)
    slope = (top - base) * torch.exp(-away / steep * 1.7) + base
    dip = 0.05 * smoothstep(crater, 0.0, x.abs())
    return slope - dip + rough * (away * 3).clamp(0.2, 1)


def _flank(canvas: Canvas, layer: Layer, x: Tensor, profile: Tensor, mask: Tensor) -> None:
    light, palette = canvas.light, canvas.palette
    below = profile - layer.y
    side = 1.0 if light.sun_x > 0 else -1.0
    spread = x / (0.25 + below.clamp_min(0))
    height, slope_x, _ = relief(
        spread * 1.6, below * 0.6, frequency=2.4, octaves=4, pixel=layer.pixel * 2, seed=canvas.noise_seed(4), gain=0.55
    )
    lit = (0.26 + 0.34 * side * slope_x + 0.20 * side * x.sign() * x.abs().clamp(0, 0.6) + 0.1 * height).clamp(0, 1)
    rock = canvas.ramp(light.shade + (light.lit - light.shade) * lit * 0.7, *palette.ladder[:4])
    canvas.over(canvas.air(scale(palette.shadow, 0.6), 2.0) * 0.35 + canvas.air(rock, 5.0) * 0.65, mask, 6.0)


def _lava(canvas: Canvas, layer: Layer, x: Tensor, place: tuple[float, float, float], mask: Tensor) -> None:
    dice, palette = canvas.dice("lava"), canvas.palette
    base, top, crater = place
    down = (top - layer.y).clamp_min(0) + 0 * x
    hot = _hot(canvas)
    for stream in range(dice.randint(2, 4)):
        start = dice.uniform(-0.8, 0.8) * crater
        lean = dice.uniform(-0.75, 0.75)
        reach = dice.uniform(0.35, 1.1) * (top - base)
        seed = canvas.noise_seed(30 + stream)
        wander = 0.10 * noise(down * 3.3, down * 0 + stream, seed) + 0.03 * noise(down * 11, down * 0, seed + 1)
        path = start + lean * down + wander * (down * 4).clamp(0, 1)
        width = 0.030 + 0.025 * down / max(reach, 0.1) * dice.uniform(0.4, 1.2)
        run = smoothstep(reach, reach * 0.8, down) * mask
        body = layer.soft(width - (x - path).abs(), 0.02) * run
        core = torch.exp(-(((x - path) / (0.45 * width)) ** 2)) * run
        canvas.over(canvas.ramp(core, scale(hot, 0.75), hot, mix(hot, (1.0, 0.95, 0.7), 0.7)), body, 5.9)
        canvas.shine(hot, (0.55 * torch.exp(-(((x - path) / 0.07) ** 2)) + 0.9 * core) * run)
    canvas.shine(
        mix(hot, palette.glow, 0.2), torch.exp(-(((x / (1.5 * crater)) ** 2) + ((layer.y - top) / 0.10) ** 2)) * 1.6
    )


def _smoke(canvas: Canvas, layer: Layer, centre: float, top: float) -> None:
    dice, palette = canvas.dice("smoke"), canvas.palette
    up = (layer.y - top).clamp_min(0) + 0 * layer.x
    lean = dice.uniform(-0.5, 0.5)
    x = layer.x - centre - lean * up * up
    width = 0.10 + 0.42 * up.pow(0.8)
    drift = canvas.camera.time * 0.10
    curl = fbm(
        x * 1.2,
        layer.y * 1.2 - drift,
        frequency=2.6,
        octaves=4,
        pixel=layer.pixel,
        seed=canvas.noise_seed(8),
        gain=0.55,
    )
    body = smoothstep(-0.12, 0.25, 1.0 - x.abs() / width + 0.75 * curl - 0.25) * smoothstep(-0.02, 0.05, layer.y - top)
    shade = canvas.ramp(
        (0.28 + 0.42 * curl + 0.25 * canvas.light.lit).clamp(0, 1),
        palette.shadow,
        palette.deep,
        mix(palette.body, palette.deep, 0.4),
        palette.bright,
    )
    canvas.over(canvas.air(shade, 4.0), (body * 0.93).clamp(0, 1), 9.0)
    canvas.shine(_hot(canvas), body * torch.exp(-up * 3.2) * (0.55 + 0.5 * curl).clamp(0, 1))


def _eruption(canvas: Canvas, layer: Layer, x: Tensor, top: float, crater: float) -> None:
    dice = canvas.dice("fire")
    hot = _hot(canvas)
    up = (layer.y - top + 0.03) + 0 * x
    tall = dice.uniform(0.22, 0.5)
    flicker = fbm(
        x * 3,
        layer.y * 2 - canvas.camera.time * 0.8,
        frequency=2.0,
        octaves=3,
        pixel=layer.pixel,
        seed=canvas.noise_seed(12),
    )
    flame = smoothstep(
        0.0, 0.5, (1 - up / tall) - (x / (crater * (0.9 + 1.2 * up / tall))).abs() + 0.6 * flicker
    ) * smoothstep(-0.05, 0.02, up)
    canvas.shine(hot, flame * 1.3)
    canvas.shine((1.0, 0.9, 0.6), flame * torch.exp(-((x / crater) ** 2) * 2 - up.clamp_min(0) * 7) * 1.2)
    fan = smoothstep(1.1, 0.2, (x.square() + up.square()).sqrt() / (2.4 * tall)) * (up > 0)
    canvas.shine(
        mix(hot, (1.0, 0.9, 0.6), 0.5),
        star_field(x * 1.3, layer.y * 1.3 - canvas.camera.time * 0.05, layer.pixel * 1.3, canvas.noise_seed(14), 2.0)
        * fan
        * 1.5,
    )


def _ground(canvas: Canvas, base: float) -> None:
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(2.0)
    seed = canvas.noise_seed(50)
    profile = (
        base
        - 0.02
        + 0.10 * noise(layer.x * 1.4, layer.x * 0, seed)
        + 0.04 * noise(layer.x * 5.2, layer.x * 0, seed + 1)
    )
    _, slope_x, slope_y = relief(layer.x, layer.y * 2, frequency=3.4, octaves=3, pixel=layer.pixel, seed=seed + 2)
    lit = light.shade + (light.lit - light.shade) * (0.15 + 0.25 * (slope_x + slope_y)).clamp(0, 1)
    mask = crest(layer, profile)
    canvas.over(canvas.ramp(lit, *palette.ladder[:4]) * 0.7, mask, 2.0)
    crack = fbm(layer.x, layer.y * 2.2, frequency=2.2, octaves=3, pixel=layer.pixel, seed=seed + 3)
    canvas.shine(
        _hot(canvas), mask * torch.exp(-((crack / 0.045) ** 2)) * smoothstep(0.0, 0.35, profile - layer.y) * 0.8
    )
