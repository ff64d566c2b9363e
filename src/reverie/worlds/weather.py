"""What falls through the air between the eye and the scene: one small function a weather, in a table."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas
from reverie.worlds.noise import fbm, hash01, noise, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.world import Weather


def _clear(canvas: Canvas) -> None:
    """Nothing falls."""


def _mist(canvas: Canvas) -> None:
    layer = canvas.layer(6.0)
    drift = canvas.camera.time * 0.03
    bank = fbm(
        layer.x * 0.6 + drift, layer.y * 2.2, frequency=0.9, octaves=3, pixel=layer.pixel, seed=canvas.noise_seed(91)
    )
    far = 1 - canvas.nearness
    low = smoothstep(0.75, -0.7, layer.y)
    amount = (0.12 + 0.62 * low * smoothstep(-0.5, 0.6, bank)) * (0.30 + 0.70 * far)
    canvas.veil(mix(canvas.light.haze, canvas.palette.tone(0.5 + 0.4 * canvas.light.lit), 0.5), amount)


def _streaks(canvas: Canvas, distance: float, slant: float, amount: float, seed: int) -> Tensor:
    layer = canvas.layer(distance)
    fall = canvas.camera.time * (9.0 / distance)
    cos, sin = math.cos(slant), math.sin(slant)
    across, down = layer.x * cos + layer.y * sin, layer.y * cos - layer.x * sin
    scale = 14.0 * distance**0.5
    found = noise(across * scale, down * 1.5 + fall + 0.5 * noise(across * scale * 0.5, down * 0.1, seed + 3), seed)
    return smoothstep(0.38, 0.75, found) * amount


def _rain(canvas: Canvas) -> None:
    slant = canvas.dice("rain").uniform(-0.3, 0.3)
    pale = canvas.palette.tone(0.55 + 0.4 * canvas.light.lit)
    canvas.veil(canvas.light.haze, (0.30 * (1 - canvas.nearness)))
    for k, (distance, amount) in enumerate(((1.2, 0.42), (2.5, 0.30))):
        canvas.veil(pale, _streaks(canvas, distance, slant, amount, canvas.noise_seed(60 + k)))


def _snow(canvas: Canvas) -> None:
    canvas.veil(canvas.light.haze, 0.22 * (1 - canvas.nearness))
    white = mix(canvas.palette.glow, (1.0, 1.0, 1.0), 0.5)
    for k, (cells, radius) in enumerate(((3.0, 0.050), (5.5, 0.027), (9.0, 0.016))):
        canvas.veil(white, flakes(canvas, cells, radius, canvas.noise_seed(70 + k)) * (0.55 + 0.15 * k))


def flakes(canvas: Canvas, cells: float, radius: float, seed: int, fall: float = 1.0) -> Tensor:
    """Soft dots drifting down (or up, with a negative fall): snow, embers, spores, bubbles: 0..1, (H, W).

    cells: how many a world unit. radius: in world units.
    """
    layer = canvas.layer(1.0 + cells / 4)
    time = canvas.camera.time * fall
    u = layer.x * cells + 0.6 * noise(layer.y * 1.5 + time * 0.2, layer.x * 0.2, seed)
    v = layer.y * cells + time * cells * 0.25
    i, j = torch.broadcast_tensors(u.floor(), v.floor())
    dice = hash01(i, j, seed)
    size = (0.5 + 0.5 * dice[3]) * max(radius, 1.3 * layer.pixel) * cells
    far = ((u - i - 0.3 - 0.4 * dice[0]) ** 2 + (v - j - 0.3 - 0.4 * dice[1]) ** 2).sqrt()
    return smoothstep(1.0, 0.1, far / size) * (dice[2] > 0.5)


def _storm(canvas: Canvas) -> None:
    canvas.image *= 0.86
    slant = canvas.dice("rain").choice((-0.5, 0.5))
    canvas.veil(canvas.palette.tone(0.7), _streaks(canvas, 1.6, slant, 0.26, canvas.noise_seed(63)))


WEATHERS: dict[Weather, Callable[[Canvas], None]] = {
    Weather.CLEAR: _clear,
    Weather.MIST: _mist,
    Weather.RAIN: _rain,
    Weather.SNOW: _snow,
    Weather.STORM: _storm,
}
