"""Under a shallow sea: shafts of light, corals of many shapes on mounds of rock, weed, and shoals of fish."""

from __future__ import annotations

import math
import random

import torch
from torch import Tensor

from reverie.worlds.canvas import SKY, Canvas, Stamp
from reverie.worlds.noise import fbm, noise, relief, smoothstep
from reverie.worlds.palette import Colour, mix, scale
from reverie.worlds.shapes import crest


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    open_water(canvas)
    floor = dice.uniform(-0.62, -0.35)
    _shoal(canvas, dice, 9.0, dice.randint(8, 18), 0.055)
    for k, distance in enumerate((9.0, 5.0, 3.0, 1.8)):
        share = k / 3
        height = floor + 0.30 * (1 - share) - 0.42 * share**1.3
        top = _mound(canvas, distance, height, k)
        _garden(canvas, dice, top, distance, 3 + 2 * k)
        if k == 1:
            _shoal(canvas, dice, 4.0, dice.randint(4, 10), 0.085)
    _shoal(canvas, dice, 1.6, dice.randint(1, 3), 0.17)
    _bubbles(canvas, dice)


def open_water(canvas: Canvas, level: float = 1.0) -> None:
    """The water itself: bright above, deep below, with shafts of light from the surface and its ripples at the top."""
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer()
    lit = (0.30 + 0.70 * light.lit) * level
    up = ((layer.y + 1) / 2).clamp(-0.2, 1.2)
    murky = 0.12 * noise(layer.x * 0.7, layer.y * 0.9, canvas.noise_seed(2))
    water = canvas.ramp(
        (up**1.25 * 1.05 + murky) * (0.35 + 0.65 * lit),
        palette.shadow,
        palette.deep,
        mix(palette.deep, palette.body, 0.7),
        palette.body,
        palette.bright,
    )
    canvas.over(water, torch.ones((), device=canvas.device), SKY)
    source = light.sun_x * 0.8, 1.5
    angle = torch.atan2(layer.x - source[0], source[1] - layer.y)
    wander = canvas.camera.time * 0.05
    shafts = fbm(
        angle * 2.4 + wander,
        layer.y * 0.08 + wander,
        frequency=2.6,
        octaves=2.6,
        pixel=layer.pixel,
        seed=canvas.noise_seed(3),
    )
    fall = smoothstep(-1.1, 0.9, layer.y)
    side = torch.exp(-((angle / 0.75) ** 2))
    canvas.shine(mix(light.key, palette.bright, 0.35), smoothstep(0.0, 0.75, shafts) * fall * side * 0.85 * lit)
    glow = torch.exp(-(((layer.x - source[0]) / 0.7) ** 2) - ((layer.y - 1.15) / 0.45) ** 2)
    canvas.shine(mix(light.key, palette.glow, 0.5), glow * 1.1 * lit)


def _mound(canvas: Canvas, distance: float, height: float, k: int) -> Tensor:
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(distance)
    seed = canvas.noise_seed(20 + k)
    row = layer.x * 0
    profile = (
        height
        + 0.22 * noise(layer.x * 0.9 + 3 * k, row, seed)
        + 0.08 * noise(layer.x * 3, row, seed + 1)
        + 0.03 * noise(layer.x * 8, row, seed + 2)
    )
    rough, slope_x, slope_y = relief(
        layer.x, layer.y * 1.2, frequency=3.4, octaves=3.2, pixel=layer.pixel, seed=seed + 3
    )
    below = (profile - layer.y).clamp_min(0)
    lit = (0.50 - 0.28 * slope_y + 0.15 * slope_x + 0.12 * rough - 0.45 * below).clamp(0, 1)
    rock = canvas.ramp(
        light.shade + (light.lit - light.shade) * lit * 0.85,
        palette.shadow,
        palette.deep,
        palette.local("#7a6a7d", 0.55),
        palette.bright,
    )
    caustic = 1 - (noise(layer.x * 5, layer.y * 9 + canvas.camera.time * 0.4, seed + 5)).abs() * 3.2
    canvas.over(_water_between(canvas, rock, distance), crest(layer, profile), distance)
    canvas.shine(light.key, caustic.clamp(0, 1) ** 2 * crest(layer, profile) * torch.exp(-below * 6) * 0.40 * light.lit)
    return profile


def _water_between(canvas: Canvas, paint: Tensor | Colour, distance: float) -> Tensor:
    murk = 0.92 * (1 - math.exp(-(distance - 1) / 5.5))
    veil = mix(canvas.palette.deep, canvas.palette.body, 0.25 + 0.5 * canvas.light.lit)
    return torch.lerp(canvas.colour(paint), canvas.colour(veil), murk)


def _garden(canvas: Canvas, dice: random.Random, profile: Tensor, distance: float, count: int) -> None:
    layer, palette = canvas.layer(distance), canvas.palette
    warm, cool = mix(palette.accent, palette.spark, 0.5), mix(palette.spark, palette.body, 0.4)
    pale = mix(palette.accent, palette.glow, 0.4)
    tints = [palette.accent, palette.spark, palette.bright, palette.body, warm, cool, pale]
    width = canvas.camera.spread(distance) / canvas.camera.zoom * canvas.aspect
    shift = canvas.camera.shift(distance)[0]
    flat = profile.expand(canvas.height, canvas.width)[canvas.height // 2]
    for _ in range(count):
        x = dice.uniform(-1.05, 1.05) * canvas.aspect
        size = dice.uniform(0.22, 0.40) / distance**0.55
        shape, tint, chance = dice.choice(CORALS), dice.choice(tints), dice.random()
        column = int(((x - shift) / width + 1) / 2 * canvas.width)
        if not -canvas.width // 4 <= column < canvas.width * 5 // 4:
            continue
        foot = float(flat[min(max(column, 0), canvas.width - 1)]) - 0.03
        stamp = canvas.stamp(layer, (x, foot + size * 0.8), size)
        if stamp is not None:
            tint = scale(tint, 0.45 + 0.55 * canvas.light.lit)
            shape(canvas, stamp, tint, random.Random(chance))


def _put(canvas: Canvas, stamp: Stamp, tint: Colour, level: Tensor, inside: Tensor) -> None:
    """Lay a lit form: dark foot, bright rim."""
    dark = mix(scale(tint, 0.25), canvas.palette.shadow, 0.5)
    bright = mix(tint, (1.0, 1.0, 1.0), 0.38)
    painted = canvas.ramp(level, dark, scale(tint, 0.75), tint, bright)
    canvas.over(_water_between(canvas, painted, stamp.distance), stamp.cover(inside), stamp.distance, stamp)


def _capsule(
    u: Tensor, v: Tensor, a: tuple[float, float], b: tuple[float, float], wide: tuple[float, float]
) -> tuple[Tensor, Tensor]:
    du, dv = b[0] - a[0], b[1] - a[1]
    t = (((u - a[0]) * du + (v - a[1]) * dv) / (du * du + dv * dv + 1e-6)).clamp(0, 1)
    far = ((u - a[0] - t * du) ** 2 + (v - a[1] - t * dv) ** 2).sqrt()
    return wide[0] + (wide[1] - wide[0]) * t - far, t


def _branches(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    inside = torch.full_like(stamp.u, -1.0)
    level = torch.zeros_like(stamp.u)
    sway = 0.04 * math.sin(canvas.camera.time + dice.random() * 6)
    tips: list[tuple[float, float, float, float]] = [(0.0, -0.85, dice.uniform(-0.2, 0.2), 0.55)]
    for generation in range(3):
        grown = []
        for x, y, angle, length in tips:
            end = x + math.sin(angle) * length + sway * generation, y + math.cos(angle) * length
            wide = 0.10 * 0.75**generation
            form, t = _capsule(stamp.u, stamp.v, (x, y), end, (wide, wide * 0.8))
            level = torch.where(form > inside, 0.25 + 0.17 * generation + 0.2 * t + 1.6 * form, level)
            inside = torch.maximum(inside, form)
            for turn in (-0.5, 0.45) if generation else (-0.75, 0.0, 0.7):
                grown.append((*end, angle + turn * dice.uniform(0.7, 1.2), length * dice.uniform(0.6, 0.8)))
        tips = grown
    _put(canvas, stamp, tint, level.clamp(0, 1), inside)


def _fan(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    u, v = stamp.u, stamp.v + 0.85
    far, angle = (u * u + v * v).sqrt(), torch.atan2(u, v)
    seed = dice.randrange(999)
    lobes = noise(angle * 2.2, torch.zeros_like(angle), seed)
    edge = 1.35 + 0.22 * lobes - 0.35 * angle.abs() ** 2.5 - far
    veins = noise(angle * 9 + 0.6 * noise(u * 3, v * 3, seed), far * 1.1, seed + 1)
    inside = torch.minimum(edge, 0.22 + 0.5 * (veins.abs() - 0.04) * (0.5 + far)) if dice.random() < 0.6 else edge
    _put(canvas, stamp, tint, (0.20 + 0.42 * far + 0.35 * veins).clamp(0, 1), inside)


def _dome(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    u, v = stamp.u * 1.05, (stamp.v + 0.8) * 1.05
    tall = dice.uniform(0.65, 1.0)
    far = (u * u + (v / tall) ** 2).sqrt()
    height = (1 - far * far).clamp_min(0).sqrt()
    maze = noise(u * 4.2 + 1.2 * noise(u * 3, v * 3, 7), v * 4.2, dice.randrange(999))
    level = 0.18 + 0.38 * height + 0.30 * (v / tall) + 0.34 * (maze.abs() * 2.2).clamp(0, 1) - 0.15
    _put(canvas, stamp, tint, level.clamp(0, 1), torch.minimum(0.95 - far, v + 0.1))


def _tubes(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    tubes = sorted(
        ((dice.uniform(-0.55, 0.55), dice.uniform(0.0, 0.75)) for _ in range(dice.randint(4, 6))),
        key=lambda tube: -tube[1],
    )
    for x, top in tubes:
        form, t = _capsule(stamp.u, stamp.v, (x * 0.45, -0.95), (x, top), (0.10, 0.17))
        _, across = form, (stamp.u - x * (0.45 + 0.55 * t)) / 0.17
        _put(
            canvas, stamp, tint, (0.15 + 0.5 * t - 0.25 * across).clamp(0, 1), torch.minimum(form, top + 0.03 - stamp.v)
        )
        mouth = 0.14 - (((stamp.u - x) ** 2) + ((stamp.v - top) * 2.6) ** 2).sqrt()
        _put(canvas, stamp, scale(tint, 0.45), torch.zeros_like(t) + 0.1, mouth)


def _table(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    u, v = stamp.u, stamp.v
    stalk = torch.minimum(0.10 + 0.25 * (v + 0.3).abs() ** 2 - (u * 0.9).abs() * 0.9, -0.1 - v)
    seed = dice.randrange(999)
    for height, wide in ((-0.25, 0.95), (0.08, 0.62)):
        rim = wide + 0.10 * noise(u * 4, v * 0 + height, seed)
        plate = torch.minimum(
            0.10 + 0.04 * noise(u * 7, v * 2, seed) - (v - height + 0.14 * u * u).abs(), rim - u.abs()
        )
        _put(canvas, stamp, tint, (0.45 + 2.6 * (v - height) + 0.25 * noise(u * 9, v * 9, seed)).clamp(0, 1), plate)
    _put(canvas, stamp, scale(tint, 0.7), torch.zeros_like(u) + 0.25, stalk)


def _weed(canvas: Canvas, stamp: Stamp, tint: Colour, dice: random.Random) -> None:
    for _ in range(dice.randint(3, 5)):
        x, tall, phase = dice.uniform(-0.5, 0.5), dice.uniform(0.8, 1.8), dice.uniform(0, 6)
        up = ((stamp.v + 0.95) / tall).clamp(0, 1)
        bend = x + 0.14 * up * torch.sin(stamp.v * 3.2 + phase + canvas.camera.time * 1.2)
        blade = 0.085 * (1 - up) ** 0.6 * (1 + 0.3 * torch.sin(stamp.v * 14 + phase)) - (stamp.u - bend).abs()
        leaf = mix(tint, canvas.palette.local("#3f9a55", 0.6), 0.6)
        _put(
            canvas,
            stamp,
            scale(leaf, 0.3 + 0.6 * canvas.light.lit),
            (0.25 + 0.6 * up),
            torch.minimum(blade, tall - 0.95 - stamp.v),
        )


CORALS = (_branches, _fan, _dome, _tubes, _table, _weed)


def _shoal(canvas: Canvas, dice: random.Random, distance: float, count: int, size: float) -> None:
    layer, palette = canvas.layer(distance), canvas.palette
    heart = dice.uniform(-0.6, 0.6) * canvas.aspect, dice.uniform(-0.05, 0.55)
    way = dice.choice((-1.0, 1.0))
    tint = scale(
        dice.choice((palette.accent, palette.spark, palette.glow, palette.bright)), 0.30 + 0.70 * canvas.light.lit
    )
    for k in range(count):
        swim = canvas.camera.time * way * 0.06
        bob = 0.02 * math.sin(canvas.camera.time * 2 + k)
        place = heart[0] + dice.gauss(0, 0.30) + swim, heart[1] + dice.gauss(0, 0.13) + bob
        stamp = canvas.stamp(layer, place, size * dice.uniform(0.75, 1.15))
        if stamp is not None:
            _fish(canvas, stamp, tint, way)


def _fish(canvas: Canvas, stamp: Stamp, tint: Colour, way: float) -> None:
    u, v = stamp.u * way, stamp.v
    wag = 0.10 * math.sin(canvas.camera.time * 9) * (-u).clamp_min(0)
    v = v + wag
    body = 0.42 * (1 - ((u - 0.12) / 0.80) ** 2).clamp_min(0) ** 0.75 - v.abs()
    tail = torch.minimum(0.06 + 0.75 * (-u - 0.55) - v.abs(), 0.95 + u)
    fin = torch.minimum(0.62 - v - 0.8 * (u - 0.05).abs(), v - 0.2)
    inside = torch.maximum(torch.maximum(body, torch.minimum(tail, -u - 0.5)), fin)
    level = 0.42 + 0.6 * v
    stripe = smoothstep(0.10, 0.05, ((u + 0.05).abs() - 0.0)) + smoothstep(0.10, 0.05, (u - 0.42).abs())
    _put(canvas, stamp, tint, (level + 0.5 * stripe).clamp(0, 1), inside)
    eye = 0.075 - ((u - 0.66) ** 2 + (v - 0.08) ** 2).sqrt()
    canvas.over(canvas.palette.shadow, stamp.cover(eye), stamp.distance, stamp)


def _bubbles(canvas: Canvas, dice: random.Random) -> None:
    layer = canvas.layer(1.5)
    x = dice.uniform(-0.9, 0.9) * canvas.aspect
    for k in range(dice.randint(5, 11)):
        size = dice.uniform(0.012, 0.032)
        height = (dice.uniform(-0.9, 1.1) + canvas.camera.time * 0.12 + 1.2) % 2.4 - 1.2
        stamp = canvas.stamp(layer, (x + 0.06 * math.sin(height * 7 + k) + dice.gauss(0, 0.04), height), size * 1.6)
        if stamp is None:
            continue
        far = (stamp.u**2 + stamp.v**2).sqrt() * 1.6
        rim = torch.exp(-(((far - 0.85) / 0.2) ** 2)) * 0.7 + torch.exp(
            -((stamp.u * 1.6 + 0.3) ** 2 + (stamp.v * 1.6 - 0.35) ** 2) / 0.06
        )
        canvas.shine(canvas.palette.glow, rim * 0.7, stamp)
