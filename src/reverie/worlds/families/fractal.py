"""A Julia set: dark bodies whose shores curl into ever smaller copies, banded light flowing around them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import smoothstep
from reverie.worlds.palette import mix

_ROUNDS = 44
_ESCAPE = 64.0
_SHORES = (
    (-0.745, 0.113),
    (-0.8, 0.156),
    (-0.4, 0.6),
    (0.285, 0.01),
    (-0.123, 0.745),
    (-0.70176, -0.3842),
    (0.355, 0.355),
)


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice, palette, light = canvas.dice("layout"), canvas.palette, canvas.light
    layer = canvas.layer(30.0)
    angle = dice.uniform(0, math.tau)
    size = dice.uniform(1.0, 1.35)
    x = (layer.x * math.cos(angle) + layer.y * math.sin(angle)) * size + dice.uniform(-0.12, 0.12)
    y = (layer.y * math.cos(angle) - layer.x * math.sin(angle)) * size + dice.uniform(-0.12, 0.12)
    sway = 0.004 * math.sin(canvas.camera.time * 0.35)
    shore = dice.choice(_SHORES)
    escape, trap = _iterate(x, y, shore[0] + dice.uniform(-0.012, 0.012) + sway, shore[1] + dice.uniform(-0.012, 0.012))
    depth = (escape / _ROUNDS).clamp(0, 1)
    level = depth.pow(0.55)
    band = 0.5 + 0.5 * torch.cos(math.tau * (escape * dice.uniform(0.10, 0.16) + dice.random()))
    ground = canvas.ramp((level * 0.8 + 0.16 * band * level + 0.05).clamp(0, 1))
    canvas.over(ground, torch.ones_like(level), SKY)
    inside = smoothstep(0.93, 0.99, depth)
    ring = 0.5 + 0.5 * torch.cos(math.tau * (trap * dice.uniform(7.0, 11.0)).sqrt() * 1.6)
    tone = 0.06 + 0.62 * torch.exp(-trap * 5.0) + 0.20 * ring * torch.exp(-trap * 2.0)
    heart = canvas.ramp(tone.clamp(0, 1), palette.shadow, palette.deep, palette.body, palette.accent, palette.glow)
    canvas.over(heart * (0.55 + 0.5 * light.lit), inside, 10.0)
    rim = smoothstep(0.30, 0.75, depth) * (1 - inside)
    canvas.shine(mix(palette.accent, palette.spark, dice.random()), rim * (0.22 + 0.38 * band))
    canvas.shine(palette.glow, torch.exp(-trap * 34) * (0.5 + 0.2 * light.lit))


def _iterate(x: Tensor, y: Tensor, real: float, imaginary: float) -> tuple[Tensor, Tensor]:
    """Return smooth rounds until escape and the closest pass to the origin's cross (an orbit trap), of z² + c."""
    x, y = (axis.contiguous() for axis in torch.broadcast_tensors(x, y))
    rounds = torch.zeros_like(x)
    trap = torch.full_like(x, 1.0)
    for _ in range(_ROUNDS):
        squared_x, squared_y = x * x, y * y
        alive = squared_x + squared_y < _ESCAPE
        rounds += alive
        trap = torch.where(
            alive, torch.minimum(trap, torch.minimum(x.abs(), y.abs()) + 0.12 * (squared_x + squared_y)), trap
        )
        x, y = (
            torch.where(alive, squared_x - squared_y + real, x),
            torch.where(alive, 2 * x * y + imaginary, y),
        )
    size = (x * x + y * y).clamp_min(1.0001)
    gone = size >= _ESCAPE
    smooth = rounds - torch.log2(torch.log(size.clamp_min(_ESCAPE)) / math.log(_ESCAPE))
    return torch.where(gone, smooth, rounds), trap
