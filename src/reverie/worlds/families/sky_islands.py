"""Islands that float: meadow and trees above, hanging rock below, waterfalls into a sea of clouds."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Stamp
from reverie.worlds.noise import fbm, noise, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.sky import paint_sky


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    paint_sky(canvas, -1.1)
    _clouds(canvas, 16.0, -0.42, 1)
    places = [
        (dice.uniform(-0.9, 0.9) * canvas.aspect, dice.uniform(-0.25, 0.7), dice.uniform(0.10, 0.2), 10.0)
        for _ in range(dice.randint(2, 4))
    ]
    places += [
        (dice.uniform(-0.8, 0.8) * canvas.aspect, dice.uniform(-0.2, 0.45), dice.uniform(0.22, 0.36), 5.0)
        for _ in range(dice.randint(1, 2))
    ]
    places.append((dice.uniform(-0.35, 0.35), dice.uniform(-0.12, 0.15), dice.uniform(0.48, 0.68), 2.5))
    for k, (x, y, size, distance) in enumerate(places):
        _island(
            canvas,
            (x, y + 0.015 * math.sin(canvas.camera.time * 0.5 + k)),
            size,
            distance,
            dice,
            k,
        )
    _clouds(canvas, 2.0, -0.86, 2)


def _clouds(canvas: Canvas, distance: float, height: float, k: int) -> None:
    layer, light, palette = canvas.layer(distance), canvas.light, canvas.palette
    seed, x = canvas.noise_seed(80 + k), layer.x + 0.03 * canvas.camera.time
    billow = fbm(x, layer.y * 1.4, frequency=2.0, octaves=4, pixel=layer.pixel, seed=seed, gain=0.55)
    inside = height + 0.22 * billow + 0.10 * noise(x * 0.9, x * 0, seed + 1) - layer.y
    top = torch.exp(-inside.clamp_min(0) * 5)
    tone = light.shade + (light.lit - light.shade) * (0.40 + 0.42 * top + 0.22 * billow)
    canvas.over(
        canvas.air(
            canvas.ramp(tone.clamp(0, 1), palette.deep, palette.body, palette.bright, palette.glow), distance, 0.8
        ),
        layer.soft(inside, 0.06),
        distance,
    )


def _island(canvas: Canvas, at: tuple[float, float], size: float, distance: float, dice: random.Random, k: int) -> None:
    deep = dice.uniform(0.75, 1.2)
    trees = [Tree.drawn(canvas, dice) for _ in range(dice.randint(3, 6))]
    fall = dice.uniform(-0.55, 0.55) if dice.random() < 0.65 else None
    stamp = canvas.stamp(canvas.layer(distance), at, size * 1.9)
    if stamp is None:
        return
    u, v = stamp.u * 1.9, stamp.v * 1.9
    seed = canvas.noise_seed(100 + 11 * k)
    width = (1 - u.abs()).clamp_min(0)
    ground = 0.10 * width.sqrt() + 0.06 * noise(u * 2.1, u * 0, seed) * width
    ragged = 0.22 * noise(u * 3.0, u * 0 + 1, seed + 1) + 0.10 * noise(u * 8.0, u * 0, seed + 2)
    depth = (1.05 * width.pow(1.35) * (1 + ragged) + 0.22 * width.sqrt()) * deep
    rock = torch.minimum(torch.minimum(ground - v, v + depth), (1 - u.abs()) * 2)
    _rock(canvas, stamp, (u, v), rock, ground, distance, seed)
    for number, tree in enumerate(trees):
        _tree(canvas, tree, at, size, distance, seed + 20 + number)
    if fall is not None:
        _fall(canvas, stamp, (u, v), fall, distance, seed)


def _rock(
    canvas: Canvas,
    stamp: Stamp,
    place: tuple[Tensor, Tensor],
    inside: Tensor,
    ground: Tensor,
    distance: float,
    seed: int,
) -> None:
    (u, v), light, palette = place, canvas.light, canvas.palette
    side = 1.0 if light.sun_x > 0 else -1.0
    crack = noise(u * 5 + 0.5 * noise(v * 4, u, seed + 3), v * 1.7, seed + 4)
    level = light.shade + (light.lit - light.shade) * (0.34 + 0.22 * crack + 0.24 * side * u + 0.16 * v).clamp(0, 1)
    stone = canvas.ramp(level, palette.shadow, palette.deep, palette.body, palette.bright)
    mask = stamp.cover(inside / 1.9)
    canvas.over(canvas.air(stone, distance * 0.8), mask, distance, stamp)
    grass = smoothstep(0.15, 0.05, ground - v + 0.06 * noise(u * 9, u * 0, seed + 5)) * mask
    meadow = mix(mix(palette.body, palette.bright, 0.5), palette.local("#5fae3f", 0.6), 0.45)
    canvas.over(canvas.air(canvas.colour(meadow) * (0.45 + 0.65 * light.lit), distance * 0.8), grass, distance, stamp)


@dataclass(frozen=True)
class Tree:
    """A round tree: where it stands on the island and how big it is, in island widths, and its leaves' colour."""

    at: float
    size: float
    leaf: Colour

    @classmethod
    def drawn(cls, canvas: Canvas, dice: random.Random) -> Tree:
        """Draw one."""
        palette = canvas.palette
        at, size = dice.uniform(-0.65, 0.65), dice.uniform(0.10, 0.24)
        own = mix(palette.deep, palette.accent, dice.uniform(0.1, 0.6))
        return cls(at, size, mix(own, palette.local("#3f8a3a", 0.6), 0.35))


def _tree(canvas: Canvas, tree: Tree, island: tuple[float, float], width: float, distance: float, seed: int) -> None:
    light, size = canvas.light, tree.size
    foot = 0.10 * (1 - abs(tree.at)) ** 0.5
    middle = island[0] + tree.at * width, island[1] + (foot + 0.9 * size) * width
    stamp = canvas.stamp(canvas.layer(distance), middle, 1.25 * size * width)
    if stamp is None:
        return
    x, y = stamp.u * 1.25, stamp.v * 1.25 + 0.9
    trunk = torch.minimum(0.10 - x.abs(), torch.minimum(y + 0.2, 1.0 - y))
    puff = 0.62 + 0.16 * noise(x * 2.2, y * 2.2, seed) - (x.square() + (1.15 * (y - 1.15)).square()).sqrt()
    shade = (0.5 + 0.35 * x * (1 if light.sun_x > 0 else -1) + 0.35 * (y - 1.1)).clamp(0.15, 1.1)
    canvas.over(scale(canvas.palette.shadow, 0.8), stamp.cover(trunk / 1.25), distance, stamp)
    crown = canvas.air(canvas.colour(tree.leaf) * (0.35 + 0.9 * shade * light.lit), distance * 0.7)
    canvas.over(crown, stamp.cover(puff / 1.25), distance, stamp)


def _fall(canvas: Canvas, stamp: Stamp, place: tuple[Tensor, Tensor], at: float, distance: float, seed: int) -> None:
    u, v = place
    down = (0.06 - v).clamp_min(0)
    wide = 0.045 + 0.05 * down
    body = smoothstep(1.0, 0.4, (u - at).abs() / wide) * smoothstep(1.65, 0.5, down) * (v < 0.08)
    stripe = 0.65 + 0.35 * noise((u - at) * 30, v * 3 + 1.2 * canvas.camera.time, seed + 9)
    canvas.over(mix(canvas.palette.glow, canvas.light.key, 0.3), body * stripe * 0.85, distance, stamp)
