"""A tunnel that turns as it runs away: ribs and glowing strips on its wall, light at the far end."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, smoothstep
from reverie.worlds.palette import mix


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    layer = canvas.layer(8.0)
    x, y = layer.x - dice.uniform(-0.3, 0.3), layer.y - dice.uniform(-0.25, 0.25)
    radius = (x * x + y * y).sqrt().clamp_min(1e-3)
    depth = torch.log(1.7 / radius) * dice.uniform(1.7, 2.6) + canvas.camera.time * 0.5 + canvas.camera.dolly
    twist = dice.choice((-1, 1)) * dice.uniform(0.35, 1.0)
    angle = torch.atan2(y, x) + twist * torch.log(radius)
    sides = dice.randint(5, 12)
    wall = fbm(
        torch.cos(angle) * 1.3 + 0.2 * depth,
        torch.sin(angle) * 1.3 - 0.9 * depth,
        frequency=1.5,
        octaves=4,
        pixel=0.012,
        seed=canvas.noise_seed(1),
    )
    near = smoothstep(0.05, 1.15, radius)
    rib = _groove(depth * dice.choice((1.0, 1.5, 2.0)), 0.26)
    panel = _groove(angle * sides / math.tau, 0.14)
    tone = 0.16 + 0.34 * (0.5 + 0.5 * wall) + 0.30 * (1 - near) + 0.16 * torch.cos(angle - 1.2)
    canvas.over(canvas.ramp((tone * (0.75 + 0.4 * light.lit)).clamp(0, 0.85)), torch.ones_like(radius), SKY)
    canvas.over(mix(palette.shadow, (0.0, 0.0, 0.0), 0.35), (torch.maximum(rib, 0.75 * panel) * 0.88).clamp(0, 1), 6.0)
    strips = _strips(angle, depth, sides, canvas)
    canvas.shine(mix(palette.accent, palette.glow, 0.25), strips * (0.35 + 0.65 * (1 - near)))
    canvas.shine(palette.glow, 1.5 * torch.exp(-((radius / dice.uniform(0.10, 0.2)) ** 2)))
    canvas.shine(mix(palette.bright, palette.accent, 0.4), 0.75 * torch.exp(-radius * dice.uniform(3.0, 4.5)))


def _groove(turns: Tensor, width: float) -> Tensor:
    """Return 1 on lines at whole numbers, `width` of a turn wide, 0 between."""
    off = (turns - turns.round()).abs()
    return smoothstep(width / 2, width / 4, off)


def _strips(angle: Tensor, depth: Tensor, sides: int, canvas: Canvas) -> Tensor:
    """Return light along every few panels, broken into dashes that run into the depth."""
    dice = canvas.dice("strips")
    every = dice.choice((1, 2, 3))
    across = _groove(angle * sides / math.tau / every + 0.5 / every, 0.10)
    dash = smoothstep(-0.25, 0.25, torch.cos(depth * math.tau * dice.choice((0.5, 1.0))))
    return across * dash * 1.5
