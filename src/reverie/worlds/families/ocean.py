"""Open sea to the horizon: swell, a path of light, and a shore, sea stacks, a sail or a lighthouse by chance."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reverie.worlds.canvas import Canvas, Plane
from reverie.worlds.noise import fbm, noise, relief, ridged, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.shapes import crest
from reverie.worlds.sky import paint_sky
from reverie.worlds.world import Weather


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    horizon = dice.uniform(-0.15, 0.32)
    kind = dice.choice(("open", "coast", "beach", "stacks", "sail", "lighthouse"))
    paint_sky(canvas, horizon)
    if kind in ("coast", "lighthouse", "beach"):
        _coast(canvas, horizon)
    water(
        canvas, horizon, rough={Weather.STORM: 1.6, Weather.RAIN: 1.2, Weather.MIST: 0.6}.get(canvas.world.weather, 0.9)
    )
    PROPS[kind](canvas, horizon)


def water(canvas: Canvas, horizon: float, rough: float = 1.0, eye: float = 1.2) -> None:
    """Sea from y = `horizon` down, lit by the sky and the sun or moon of this world. rough: 0 calm … 2 wild."""
    light, palette = canvas.light, canvas.palette
    plane = canvas.plane(horizon, eye)
    time = canvas.camera.time
    sky = canvas.layer()
    x, z = plane.x * 0.55, plane.z + 0.35 * noise(plane.x * 0.3, plane.z * 0.15, canvas.noise_seed(11))
    footprint = sky.pixel * plane.z**1.55
    seed = canvas.noise_seed(10)
    height, slope_x, slope_z = relief(
        x, z - time * 0.5, frequency=1.35, octaves=5, pixel=footprint, seed=seed, gain=0.64
    )
    facing = (slope_z * rough).clamp(-1.4, 1.4)
    grazing = (0.18 + 0.60 * plane.z / (plane.z + 2.2)).clamp(0, 0.8)
    mirror = (grazing + 0.34 * facing).clamp(0, 1)
    up = ((0.06 + 0.5 * (facing + 0.3).clamp_min(0)) * 1.1).clamp(0, 1)
    seen = canvas.ramp(1 - up, *light.sky)
    body = canvas.ramp(
        (0.45 + 0.35 * height - 0.35 * facing).clamp(0, 1),
        mix(palette.shadow, light.sky[0], 0.25),
        mix(palette.deep, palette.tone(light.lit * 0.55), 0.45),
        mix(palette.body, palette.tone(light.lit * 0.85), 0.5),
    )
    sea = torch.lerp(body, seen, mirror)
    canvas.over(sea, plane.mask, plane.distance)
    _path(canvas, plane, horizon, facing + 0.4 * slope_x)
    foam = smoothstep(0.62, 1.05, height + 0.30 * facing + 0.22 * rough) * smoothstep(9.0, 2.0, plane.z)
    lace = 0.55 - 3.0 * fbm(x * 1.5, z, frequency=2.2, octaves=3, pixel=footprint, seed=seed + 3).abs()
    canvas.veil(palette.tone(0.35 + 0.6 * light.lit), plane.mask * foam * smoothstep(-0.25, 0.45, lace) * 0.85)
    band = torch.exp(-(((sky.y - horizon) / 0.05) ** 2)) * (0.25 + 0.5 * light.murk)
    canvas.veil(light.haze, band)


def _path(canvas: Canvas, plane: Plane, horizon: float, facing: Tensor) -> None:
    light = canvas.light
    sky = canvas.layer()
    under = (horizon - sky.y).clamp_min(0)
    width = 0.10 + light.disc + 0.30 * under
    lane = torch.exp(-(((sky.x - light.sun_x) / width) ** 2)) * plane.mask
    glints = smoothstep(0.18, 0.62, facing)
    strength = 1.5 if light.disc else 0.6
    if canvas.world.weather in (Weather.STORM, Weather.RAIN):
        strength *= 0.45
    canvas.shine(light.key, lane * (glints * strength + 0.16))


def _coast(canvas: Canvas, horizon: float) -> None:
    dice = canvas.dice("coast")
    side = dice.choice((-1.0, 1.0))
    for k, distance in enumerate((24.0, 14.0)):
        layer = canvas.layer(distance)
        reach = (layer.x * side - dice.uniform(-0.7, 0.3)).clamp(-1, 1.5)
        saw = ridged(
            layer.x, layer.x * 0 + k, frequency=1.3, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(30 + k)
        )
        top = horizon - 0.02 + (0.20 - 0.06 * k) * smoothstep(-0.2, 0.6, reach) * saw * 1.6
        tone = canvas.palette.tone(canvas.light.shade + 0.30 * canvas.light.lit)
        canvas.over(canvas.air(tone, distance), crest(layer, top), distance)


def _beach(canvas: Canvas, _horizon: float) -> None:
    light, palette = canvas.light, canvas.palette
    dice = canvas.dice("beach")
    layer = canvas.layer(1.4)
    slant = dice.uniform(-0.25, 0.25)
    breath = 0.03 * math.sin(canvas.camera.time * 0.8)
    shore = -0.62 + breath + slant * layer.x + 0.07 * noise(layer.x * 1.6, layer.x * 0, canvas.noise_seed(40))
    shore = shore + 0.018 * noise(layer.x * 6, layer.x * 0, canvas.noise_seed(41))
    inside = shore - layer.y
    _, slope_x, slope_y = relief(
        layer.x, layer.y * 3, frequency=2.5, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(42)
    )
    wet = smoothstep(0.22, 0.0, inside)
    dry = canvas.ramp(
        (light.shade + (light.lit - light.shade) * (0.62 + 0.25 * slope_y + 0.15 * slope_x - 0.42 * wet)).clamp(0, 1),
        palette.shadow,
        palette.local("#6b4f3a", 0.6),
        palette.local("#d9b98a", 0.7),
        palette.glow,
    )
    gloss = canvas.ramp((inside * 2.5).clamp(0, 1), light.sky[-1], light.sky[2])
    sand = torch.lerp(dry, gloss, wet * 0.55)
    canvas.over(sand, layer.cover(inside), 1.4)
    lace = fbm(layer.x, layer.y * 2, frequency=5, octaves=2.5, pixel=layer.pixel, seed=canvas.noise_seed(43))
    white = palette.tone(0.4 + 0.58 * light.lit)
    for offset, width, strength in ((0.0, 0.035, 0.95), (-0.13, 0.045, 0.7), (-0.30, 0.03, 0.55)):
        line = inside - offset + 0.03 * noise(layer.x * 3, layer.x * 0 + offset * 9, canvas.noise_seed(44))
        surf = smoothstep(-width * 1.6, 0.0, line) * smoothstep(width * 0.5, 0.0, line)
        canvas.veil(white, surf * smoothstep(-0.5, 0.2, lace) * strength)


def _stacks(canvas: Canvas, horizon: float) -> None:
    light, palette = canvas.light, canvas.palette
    dice = canvas.dice("stacks")
    for k in range(dice.randint(2, 4)):
        distance = (9.0, 6.0, 4.0, 2.6)[k]
        layer = canvas.layer(distance)
        x, foot = dice.uniform(-0.9, 0.9) * canvas.aspect, horizon - 0.9 / distance
        wide, tall = dice.uniform(0.5, 0.9) / distance**0.6, dice.uniform(0.9, 1.7) / distance**0.7
        stamp = canvas.stamp(layer, (x, foot + tall * 0.5), max(wide, tall) * 0.9)
        if stamp is None:
            continue
        radius = max(wide, tall) * 0.9
        u, v = stamp.u * radius, (stamp.v * radius + tall * 0.5)
        rough, slope, _ = relief(
            u, v * 0.45, frequency=4.5, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(50 + k)
        )
        half = wide * 0.5 * (1.05 - 0.55 * (v / tall).clamp(0, 1) ** 1.5) * (1 + 0.35 * rough)
        top = tall * (0.85 + 0.18 * rough) - v
        inside = torch.minimum(torch.minimum(half - u.abs(), top), v + 0.015 * rough)
        side = 1.0 if light.sun_x > x else -1.0
        lit = (0.30 + 0.45 * side * (u / wide) + 0.38 * slope * side).clamp(0, 1)
        rock = canvas.ramp(
            light.shade + (light.lit - light.shade) * lit * 0.9,
            palette.shadow,
            palette.local("#5b4a45", 0.6),
            palette.bright,
        )
        canvas.over(canvas.air(rock, distance), (inside / layer.pixel + 0.5).clamp(0, 1), distance, stamp)
        spray = torch.exp(-((v / 0.03) ** 2)) * (wide * 0.62 - u.abs() > 0) * (0.6 + 0.4 * rough)
        canvas.over(palette.tone(0.4 + 0.55 * light.lit), spray.clamp(0, 0.9), distance, stamp)


def _sail(canvas: Canvas, horizon: float) -> None:
    dice, light = canvas.dice("sail"), canvas.light
    for _ in range(dice.choice((1, 1, 2, 3))):
        distance = dice.uniform(4.5, 8.0)
        layer = canvas.layer(distance)
        size = 1.5 / distance
        place = dice.uniform(-0.6, 0.6) * canvas.aspect, horizon - 0.45 / distance
        stamp = canvas.stamp(layer, (place[0], place[1] + size * 0.5), size * 1.1)
        if stamp is None:
            continue
        u, v = stamp.u * 1.1, stamp.v * 1.1 + 0.5
        hull = torch.minimum(0.10 - (v - 0.02).abs(), 0.34 + 0.5 * v - u.abs())
        main = torch.minimum(torch.minimum(u - 0.01, 0.42 * (1 - v) - u + 0.02), v - 0.16)
        fore = torch.minimum(torch.minimum(-u - 0.02, 0.30 * (0.85 - v) + u + 0.02), v - 0.2)
        sail = canvas.palette.tone(0.35 + 0.62 * light.lit)
        canvas.over(mix(sail, light.key, 0.5), stamp.cover(main), distance, stamp)
        canvas.over(mix(sail, canvas.palette.accent, 0.55), stamp.cover(fore), distance, stamp)
        canvas.over(mix(canvas.palette.shadow, canvas.palette.deep, 0.3), stamp.cover(hull), distance, stamp)
        ripple = torch.exp(-((u / 0.3) ** 2)) * smoothstep(-0.45, -0.08, v) * smoothstep(-0.06, -0.1, v)
        canvas.over(canvas.palette.shadow, ripple * 0.45, distance, stamp)


def _lighthouse(canvas: Canvas, horizon: float) -> None:
    dice, light, palette = canvas.dice("tower"), canvas.light, canvas.palette
    side = dice.choice((-1.0, 1.0))
    layer = canvas.layer(2.6)
    rise = smoothstep(-0.75, 0.5, layer.x * side - 0.25)
    rough, slope, _ = relief(layer.x, layer.y, frequency=3.5, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(55))
    top = (
        -1.25
        + (horizon + 1.12) * rise**0.7
        + 0.06 * noise(layer.x * 5, layer.x * 0, canvas.noise_seed(56)) * (0.3 + rise)
    )
    lit = (0.26 + 0.22 * slope - 0.12 * rough).clamp(0, 1)
    rock = canvas.ramp(
        light.shade + (light.lit - light.shade) * lit, palette.shadow, palette.local("#5f5148", 0.6), palette.bright
    )
    canvas.over(rock, crest(layer, top), 2.6)
    place = side * 0.72, horizon + 0.12
    stamp = canvas.stamp(layer, place, 0.5)
    if stamp is None:
        return
    u, v = stamp.u, stamp.v
    tower = torch.minimum(0.13 - 0.035 * v - u.abs(), torch.minimum(v + 0.75, 0.62 - v))
    band = smoothstep(-0.06, 0.06, torch.sin(v * 14.0))
    shade = (0.75 - 2.6 * u * (-side)).clamp(0.3, 1.0)
    white = canvas.colour(palette.tone(0.35 + 0.6 * light.lit)) * shade
    red = canvas.colour(mix(palette.accent, palette.spark, 0.5)) * (shade * (0.35 + 0.65 * light.lit))
    canvas.over(torch.lerp(white, red, band), stamp.cover(tower), 2.6, stamp)
    cap = torch.minimum(0.19 - (v - 0.60).abs() * 3, 0.17 - u.abs())
    roof = torch.minimum(0.86 - v - 1.2 * u.abs(), v - 0.74)
    canvas.over(palette.shadow, torch.maximum(stamp.cover(cap), stamp.cover(roof)), 2.6, stamp)
    lamp = torch.exp(-((u / 0.09) ** 2) - ((v - 0.69) / 0.07) ** 2)
    canvas.shine(mix(palette.accent, (1.0, 1.0, 1.0), 0.5), lamp * (1.0 + 1.5 * light.dark), stamp)
    if light.dark > 0.3:
        _beam(canvas, (place[0], place[1] + 0.345), -side)


def _beam(canvas: Canvas, lamp: tuple[float, float], side: float) -> None:
    layer = canvas.layer(2.6)
    along, across = (layer.x - lamp[0]) * side, layer.y - lamp[1]
    cone = torch.exp(-((across / (0.015 + 0.09 * along.clamp_min(0))) ** 2)) * smoothstep(0.0, 0.1, along)
    canvas.shine(canvas.palette.accent, cone * 0.55 * torch.exp(-along.clamp_min(0) * 0.8) * canvas.light.dark)


def _nothing(_: Canvas, __: float) -> None:
    """Open sea."""


PROPS = {
    "open": _nothing,
    "coast": _nothing,
    "beach": _beach,
    "stacks": _stacks,
    "sail": _sail,
    "lighthouse": _lighthouse,
}
