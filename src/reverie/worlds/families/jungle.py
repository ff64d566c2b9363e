"""Great leaves before a bright clearing: palms and fans in many depths, vines, a fall of water, flowers."""

from __future__ import annotations

import math
import random

import torch

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, noise, smoothstep
from reverie.worlds.palette import Colour, mix, scale


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    _clearing(canvas, dice)
    for k, distance in enumerate((6.0, 3.6, 2.2, 1.3)):
        for _ in range(5 + 2 * k):
            _plant(canvas, distance, k, dice)
        _vines(canvas, distance, k, dice)


def _clearing(canvas: Canvas, dice: random.Random) -> None:
    palette, light = canvas.palette, canvas.light
    layer = canvas.layer(14.0)
    at = dice.uniform(-0.35, 0.35)
    away = ((layer.x - at).square() + 0.7 * (layer.y - 0.15).square()).sqrt()
    leaf = fbm(layer.x, layer.y, frequency=3.2, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(1), gain=0.6)
    level = (0.30 + 0.55 * light.lit) * torch.exp(-away * 0.9) + 0.14 * leaf + 0.06
    canvas.over(canvas.ramp(level.clamp(0, 1)), torch.ones_like(away), SKY)
    canvas.shine(light.key, torch.exp(-away * 3.0) * (0.25 + 0.5 * light.lit))
    if dice.random() < 0.5:
        fall = smoothstep(1.0, 0.55, ((layer.x - at) / (0.10 + 0.04 * (0.9 - layer.y))).abs()) * smoothstep(
            -0.6, -0.3, layer.y
        )
        stripe = 0.65 + 0.35 * noise(layer.x * 26, layer.y * 2 + canvas.camera.time, canvas.noise_seed(2))
        canvas.over(palette.glow, fall * stripe * 0.9, 13.0)


def _plant(canvas: Canvas, distance: float, k: int, dice: random.Random) -> None:
    palette, light = canvas.palette, canvas.light
    edge = 0.30 + 0.20 * k
    side = dice.choice((-1, 1))
    root = (
        side * dice.uniform(edge, 1.15) * canvas.aspect,
        dice.choice((dice.uniform(-1.1, -0.55), dice.uniform(0.75, 1.1))),
    )
    size = dice.uniform(0.30, 0.5) * (0.75 + 0.22 * k)
    green = mix(mix(palette.body, palette.bright, dice.uniform(0.0, 0.5)), palette.local("#3f9a45", 0.6), 0.4)
    colour = scale(green, (0.55 + 0.75 * light.lit) * (0.95 - 0.22 * k))
    inward = math.pi / 2 if root[1] < 0 else -math.pi / 2
    for _ in range(dice.randint(4, 6)):
        turn = inward + dice.uniform(-1.1, 1.1)
        _leaf(canvas, distance, root, turn, size * dice.uniform(0.7, 1.15), scale(colour, dice.uniform(0.7, 1.2)), dice)
    if dice.random() < 0.45:
        _flower(
            canvas,
            distance,
            (root[0] - side * 0.12, root[1] + (0.3 if root[1] < 0 else -0.3) * size / 0.4),
            0.07 + 0.03 * k,
            dice,
        )


def _leaf(
    canvas: Canvas,
    distance: float,
    root: tuple[float, float],
    turn: float,
    size: float,
    colour: Colour,
    dice: random.Random,
) -> None:
    bend, palm = dice.uniform(-0.25, 0.25), dice.random() < 0.45
    stamp = canvas.stamp(canvas.layer(distance), root, size)
    if stamp is None:
        return
    along = stamp.u * math.cos(turn) + stamp.v * math.sin(turn)
    across = stamp.v * math.cos(turn) - stamp.u * math.sin(turn) + bend * along.square()
    half = (0.30 if palm else 0.22) * (along.clamp(0, 1) * (1 - along).clamp_min(0) * 4).pow(0.8)
    comb = (torch.remainder((along - 0.55 * across.abs()) * 11, 1.0) - 0.5).abs() * 2
    inside = torch.minimum(half - across.abs(), torch.minimum(along, 1 - along))
    inside = torch.minimum(inside, (comb - 0.28) * 0.09 + 0.12 * (across.abs() < 0.035)) if palm else inside
    vein = torch.exp(-((across / 0.018) ** 2)) + 0.35 * smoothstep(0.75, 0.95, comb)
    shade = 0.62 + 0.5 * along.clamp(0, 1) + 0.35 * (across > 0) - 0.25
    canvas.over(canvas.air(canvas.colour(colour) * shade, distance, 0.9), stamp.cover(inside), distance, stamp)
    canvas.over(mix(colour, canvas.palette.glow, 0.35), stamp.cover(inside) * vein.clamp(0, 1) * 0.4, distance, stamp)


def _flower(canvas: Canvas, distance: float, at: tuple[float, float], size: float, dice: random.Random) -> None:
    turn, share = dice.uniform(0, 6), dice.random()
    stamp = canvas.stamp(canvas.layer(distance), at, size * 1.3)
    if stamp is None:
        return
    radius = (stamp.u.square() + stamp.v.square()).sqrt() * 1.3
    petal = 0.55 + 0.40 * torch.cos(torch.atan2(stamp.v, stamp.u) * 5 + turn)
    colour = mix(canvas.palette.accent, canvas.palette.spark, share)
    canvas.over(canvas.colour(colour) * (0.6 + 0.5 * radius), stamp.cover(petal - radius), distance, stamp)
    canvas.over(canvas.palette.glow, stamp.cover(0.2 - radius), distance, stamp)


def _vines(canvas: Canvas, distance: float, k: int, dice: random.Random) -> None:
    layer = canvas.layer(distance)
    for vine in range(2):
        at = dice.choice((-1, 1)) * dice.uniform(0.25 + 0.15 * k, 1.0) * canvas.aspect
        sway = 0.05 * noise(layer.y * 1.5, layer.y * 0 + vine, canvas.noise_seed(60 + 4 * k + vine))
        inside = 0.008 + 0.004 * k - (layer.x - at - sway).abs()
        mask = layer.cover(inside) * smoothstep(-0.5, -0.2, layer.y + 0.3 * dice.random())
        canvas.over(scale(canvas.palette.shadow, 0.8), mask, distance)
