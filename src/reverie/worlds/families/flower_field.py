"""A meadow in bloom that runs to far hills: drifts or rows of blossoms, some of them close enough to touch."""

from __future__ import annotations

import math
import random

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Plane, Stamp
from reverie.worlds.noise import fbm, hash01, noise, relief, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.shapes import crest
from reverie.worlds.sky import paint_sky


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    horizon = dice.uniform(-0.05, 0.38)
    paint_sky(canvas, horizon)
    _hills(canvas, horizon)
    rows = dice.random() < 0.35
    plane = canvas.plane(horizon, 1.0)
    blooms = _blooms(canvas, dice)
    _grass(canvas, plane, rows, blooms)
    for k, (cells, share) in enumerate(((3.4, 0.9), (5.5, 0.8), (9.0, 0.75))):
        _drift(canvas, plane, cells, share, rows, blooms, k)
    mist = torch.exp(-(((canvas.layer().y - horizon) / 0.09) ** 2))
    canvas.veil(canvas.light.haze, mist * 0.45 * canvas.light.murk)
    _close(canvas, dice, blooms)


def _blooms(canvas: Canvas, dice: random.Random) -> list[Colour]:
    palette = canvas.palette
    level = 0.34 + 0.66 * canvas.light.lit
    every = [
        palette.accent,
        palette.spark,
        mix(palette.glow, (1.0, 1.0, 1.0), 0.4),
        palette.body,
        palette.bright,
        mix(palette.accent, palette.spark, 0.5),
    ]
    dice.shuffle(every)
    return [scale(colour, level) for colour in every[:3]]


def _hills(canvas: Canvas, horizon: float) -> None:
    light, palette = canvas.light, canvas.palette
    for k, distance in enumerate((26.0, 17.0, 11.0)):
        layer = canvas.layer(distance)
        seed = canvas.noise_seed(20 + k)
        top = (
            horizon
            + 0.02
            + (0.17 - 0.05 * k) * (0.6 + noise(layer.x * 0.8 + 5 * k, layer.x * 0, seed))
            + 0.012 * noise(layer.x * 9, layer.x * 0, seed)
        )
        _, slope_x, slope_y = relief(layer.x, layer.y * 2, frequency=3.0, octaves=3, pixel=layer.pixel, seed=seed)
        level = light.shade + (light.lit - light.shade) * (0.42 + 0.16 * slope_x - 0.12 * slope_y - 0.08 * k).clamp(
            0, 1
        )
        green = canvas.ramp(
            level, palette.shadow, palette.local("#35603c", 0.55), palette.local("#8fb56a", 0.5), palette.glow
        )
        canvas.over(canvas.air(green, distance), crest(layer, top), distance)


def _patch(canvas: Canvas, x: Tensor, deep: Tensor) -> Tensor:
    """Which flower grows here: over 0.14 the first, over -0.16 the second, else the third."""
    return noise(x * 0.40, deep * 0.9, canvas.noise_seed(45))


def _grass(canvas: Canvas, plane: Plane, rows: bool, blooms: list[Colour]) -> None:
    light, palette = canvas.light, canvas.palette
    deep = torch.log(plane.z)
    footprint = canvas.layer().pixel * plane.z
    blade = fbm(
        plane.x * 2.2, deep * 1.0, frequency=2.4, octaves=4, pixel=footprint, seed=canvas.noise_seed(30), gain=0.6
    )
    swell = noise(plane.x * 0.35, deep * 0.9 - canvas.camera.time * 0.15, canvas.noise_seed(31))
    level = 0.38 + 0.30 * blade + 0.22 * swell
    if rows:
        level = level + 0.22 * torch.cos(plane.x * 5.0) * smoothstep(14.0, 5.0, plane.z)
    level = light.shade + (light.lit - light.shade) * level.clamp(0, 1) * 0.9
    green = canvas.ramp(
        level, palette.shadow, palette.local("#23512c", 0.6), palette.local("#78a845", 0.55), palette.glow
    )
    canvas.over(green, plane.mask, plane.distance)
    patch = torch.sin(plane.x * 2.5) * 0.6 if rows else _patch(canvas, plane.x, deep)
    far = canvas.ramp(0.5 + (patch + 0.01) * 2.0, blooms[2], blooms[1], blooms[0])
    # Farther than single flowers can be seen, a field is their colour.
    canvas.veil(far, plane.mask * smoothstep(1.2, 6.0, plane.z) * 0.72 * (0.75 + 0.25 * blade).clamp(0, 1))


def _drift(canvas: Canvas, plane: Plane, cells: float, share: float, rows: bool, blooms: list[Colour], k: int) -> None:
    """Blossoms on the plane: in (x, log z) a disc stays a disc on the picture, and shrinks with distance by itself."""
    sway = 0.04 * math.sin(canvas.camera.time * 1.3 + k)
    a, b = (plane.x + sway) * cells + 0.37 * k, torch.log(plane.z.clamp_min(0.02)) * cells + 0.21 * k
    i, j = a.floor(), b.floor()
    dice = hash01(i, j, canvas.noise_seed(40 + k))
    u, v = a - i - 0.34 - 0.32 * dice[0], b - j - 0.34 - 0.32 * dice[1]
    radius = 0.20 + 0.13 * dice[2]
    pixel = canvas.layer().pixel * plane.z * cells
    far = (u * u + v * v).sqrt()
    petals = 1 + 0.16 * torch.cos(torch.atan2(v, u) * 5 + 6 * dice[3])
    seen = ((0.5 / pixel - 1.2) / 1.5).clamp(0, 1)
    mask = ((radius * petals - far) / pixel + 0.5).clamp(0, 1)
    patch = _patch(canvas, i / cells, j / cells) + 0.22 * (dice[3] - 0.5)
    if rows:
        patch = torch.sin(i / cells * 2.5) * 0.6 + 0.2 * (dice[3] - 0.5)
    there = (dice[2] * 0.6 + dice[0] * 0.4 < share) * seen * plane.mask
    tint = torch.where(
        patch > 0.14,
        canvas.colour(blooms[0]),
        torch.where(patch > -0.16, canvas.colour(blooms[1]), canvas.colour(blooms[2])),
    )
    shade = (0.72 + 0.5 * (v / radius).clamp(-1, 1)).clamp(0.3, 1.25)
    canvas.over(tint * shade, mask * there, plane.distance)
    eye = ((radius * 0.34 - far) / pixel + 0.5).clamp(0, 1) * there * (0.5 / pixel - 2.5).clamp(0, 1)
    canvas.over(
        scale(mix(canvas.palette.accent, canvas.palette.deep, 0.35), 0.4 + 0.6 * canvas.light.lit), eye, plane.distance
    )


def _close(canvas: Canvas, dice: random.Random, blooms: list[Colour]) -> None:
    count = dice.randint(7, 13)
    places = sorted((dice.random() for _ in range(count)), reverse=True)
    flower = FLOWERS[dice.choice(list(FLOWERS))]
    for height in places:
        distance = 1.0 + 0.9 * height
        place = dice.uniform(-1.05, 1.05) * canvas.aspect, -0.92 + 0.50 * height + dice.uniform(-0.05, 0.05)
        size = dice.uniform(0.13, 0.19) * (1.15 - 0.55 * height)
        lean = dice.uniform(-0.25, 0.25) + 0.05 * math.sin(canvas.camera.time * 1.1 + place[0] * 3)
        _stem(canvas, place, size, distance, lean)
        bloom, turn = dice.choice(blooms), dice.uniform(0, 6.3)
        stamp = canvas.stamp(canvas.layer(distance), place, size * 1.25)
        if stamp is not None:
            flower(canvas, stamp, bloom, turn)


def _stem(canvas: Canvas, place: tuple[float, float], size: float, distance: float, lean: float) -> None:
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(distance)
    length = size * 4.5
    stamp = canvas.stamp(layer, (place[0], place[1] - length / 2), length / 2 + size)
    if stamp is None:
        return
    radius = length / 2 + size
    v = stamp.v * radius - length / 2
    u = stamp.u * radius - lean * size * (v / length) ** 2 * 6
    green = palette.local("#3c7a34", 0.55)
    below = smoothstep(0.0, -0.02, v)
    leaf_at = (v / length + 0.55) * 3.2
    leaf = layer.cover(size * 0.30 * (1 - leaf_at**2).clamp_min(0) - (u - size * 0.28).abs()) * below
    canvas.over(scale(green, 0.30 + 0.60 * light.lit), leaf, distance, stamp)
    canvas.over(scale(green, 0.22 + 0.50 * light.lit), layer.cover(size * 0.055 - u.abs()) * below, distance, stamp)


def _daisy(canvas: Canvas, stamp: Stamp, tint: Colour, turn: float) -> None:
    u, v = stamp.u * 1.25, stamp.v * 1.25 * 1.12
    far, angle = (u * u + v * v).sqrt(), torch.atan2(v, u) + turn
    petal = torch.cos(angle * 6.5).abs()
    inside = 0.55 + 0.42 * petal**0.6 - far
    shade = (0.60 + 0.30 * petal + 0.28 * v + 0.15 * far).clamp(0.2, 1.2)
    canvas.over(canvas.colour(tint) * shade, stamp.cover(inside), stamp.distance, stamp)
    _eye(canvas, stamp, far, v, 0.27)


def _eye(canvas: Canvas, stamp: Stamp, far: Tensor, v: Tensor, radius: float) -> None:
    heart = mix(canvas.palette.accent, canvas.palette.deep, 0.25)
    level = (0.45 + 0.55 * canvas.light.lit) * (0.75 + 0.9 * v)
    canvas.over(canvas.colour(heart) * level, stamp.cover(radius - far), stamp.distance, stamp)


def _poppy(canvas: Canvas, stamp: Stamp, tint: Colour, turn: float) -> None:
    u, v = stamp.u * 1.25, stamp.v * 1.25 * 1.2
    far, angle = (u * u + v * v).sqrt(), torch.atan2(v, u) + turn
    edge = 0.90 + 0.08 * torch.cos(angle * 4) + 0.03 * torch.cos(angle * 11)
    fold = (torch.cos(angle * 4 + 1.4) * 0.5 + 0.5) ** 2
    shade = (0.50 + 0.45 * far + 0.22 * v - 0.28 * fold * (1 - far)).clamp(0.15, 1.25)
    canvas.over(canvas.colour(tint) * shade, stamp.cover(edge - far), stamp.distance, stamp)
    dark = smoothstep(0.40, 0.20, far) * 0.85
    canvas.over(canvas.palette.shadow, dark, stamp.distance, stamp)
    _eye(canvas, stamp, far, v, 0.12)


def _tulip(canvas: Canvas, stamp: Stamp, tint: Colour, _: float) -> None:
    u, v = stamp.u * 1.25, stamp.v * 1.25
    inside = torch.full_like(u, -1.0)
    shade = torch.zeros_like(u)
    for offset, tall, tone in ((-0.26, 0.85, 0.70), (0.26, 0.85, 0.78), (0.0, 0.72, 1.0)):
        body = 0.42 * (1 - ((v + 0.15) / 0.95) ** 2).clamp_min(0) ** 0.7 * (1.15 - 0.5 * (v + 0.4).clamp(0, 1))
        petal = torch.minimum(body - (u - offset * (0.6 + v * 0.4)).abs(), tall - v - 2.2 * (u - offset).abs() * 0.55)
        shade = torch.where(petal > 0, tone * (0.72 + 0.35 * v - 0.3 * (u - offset) ** 2), shade)
        inside = torch.maximum(inside, petal)
    canvas.over(canvas.colour(tint) * (shade + 0.1).clamp(0.15, 1.25), stamp.cover(inside), stamp.distance, stamp)


FLOWERS = {"daisy": _daisy, "poppy": _poppy, "tulip": _tulip}
