"""Ranges of peaks behind one another, snow, haze in the valleys, pines, and often a lake that mirrors it all."""

from __future__ import annotations

from torch import Tensor

from reverie.worlds.canvas import Canvas, Layer
from reverie.worlds.noise import fbm, noise, relief, ridged, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.shapes import conifers, crest
from reverie.worlds.sky import paint_sky
from reverie.worlds.world import Weather


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    lake = dice.random() < 0.55
    water = dice.uniform(-0.5, -0.22) if lake else -2.0
    base = max(water, -0.45)
    drift = canvas.camera.time * 0.3

    def view(distance: float) -> Layer:
        layer = canvas.layer(distance)
        return layer.reflected(water, 0.10, canvas.noise_seed(1), drift) if lake else layer

    paint_sky(canvas, base, view(1000.0))
    tallest, count = dice.uniform(0.8, 1.25), dice.choice((3, 4))
    for k in range(count):
        distance = 16.0 * 0.55**k
        share = k / (count - 1)
        peak = tallest * (1 - 0.62 * share) * dice.uniform(0.85, 1.1)
        _range(canvas, view(distance), base, peak, share, k)
    if lake:
        _lake(canvas, water)
    _foreground(canvas, lake, dice.uniform(-1.08, -0.92) if lake else dice.uniform(-0.95, -0.75))


def _profile(canvas: Canvas, layer: Layer, base: float, peak: float, k: int) -> Tensor:
    seed = canvas.noise_seed(20 + k)
    lift = 0.55 + 0.45 * noise(layer.x * 0.8 + 7 * k, layer.x * 0 + 0.5, seed)
    saw = ridged(layer.x, layer.x * 0 + 3.3 * k, frequency=0.85, octaves=5.5, pixel=layer.pixel, seed=seed, gain=0.48)
    return base - 0.05 + peak * lift * (saw - 0.35) * 1.7


def _range(canvas: Canvas, layer: Layer, base: float, peak: float, share: float, k: int) -> None:
    light, palette = canvas.light, canvas.palette
    seed = canvas.noise_seed(40 + k)
    profile = _profile(canvas, layer, base, peak, k)
    below = profile - layer.y
    height, slope_x, slope_y = relief(
        layer.x + below * 0.35,
        layer.y * 0.75 + below * 0.2,
        frequency=2.6,
        octaves=4,
        pixel=layer.pixel,
        seed=seed,
        gain=0.6,
    )
    side = 1.0 if light.sun_x > 0 else -1.0
    lit = (0.42 + 0.36 * side * slope_x - 0.22 * slope_y + 0.1 * height).clamp(0, 1)
    rock = canvas.ramp(
        light.shade + (light.lit - light.shade) * lit * 0.85,
        *(mix(tone, palette.local("#6d5f63", 0.5), 0.25) for tone in palette.ladder[:4]),
    )
    snowline = base + peak * (0.34 if canvas.world.weather is not Weather.SNOW else 0.05)
    snow = smoothstep(0.0, 0.10, layer.y - snowline + 0.16 * height + 0.10 * slope_x * side) * (1.0 - 0.25 * share)
    white = canvas.ramp(
        lit, palette.tone(light.shade * 0.6 + light.lit * 0.35), mix(palette.tone(light.lit), light.key, 0.5)
    )
    rock = rock + (white - rock) * snow
    mist = smoothstep(0.45, -0.05, layer.y - base) * (0.75 - 0.5 * share) * (0.4 + 0.6 * light.murk)
    tinted = canvas.air(rock, layer.distance, 1.15)
    tinted = tinted + (canvas.colour(light.haze) - tinted) * mist
    canvas.over(tinted, crest(layer, profile), layer.distance)


def _lake(canvas: Canvas, water: float) -> None:
    light, palette = canvas.light, canvas.palette
    layer = canvas.layer(3.0)
    under = (water - layer.y).clamp_min(0)
    mask = layer.cover(water - layer.y)
    canvas.veil(mix(palette.deep, light.sky[0], 0.4), mask * (0.22 + 0.38 * smoothstep(0.0, 0.7, under)))
    near = under + 0.03
    glint = fbm(
        layer.x / near * 0.5,
        5 / near**0.5 + canvas.camera.time * 0.4,
        frequency=1.0,
        octaves=2,
        pixel=layer.pixel * 6,
        seed=canvas.noise_seed(9),
    )
    path = 0.25 + 0.75 * smoothstep(0.35, 0.0, (layer.x - light.sun_x).abs() - under * 0.3)
    canvas.shine(light.key, mask * smoothstep(0.25, 0.7, glint) * path * 0.5)
    canvas.over(light.haze, layer.soft(0.012 - (layer.y - water).abs(), 0.015) * 0.5, 6.0)


def _foreground(canvas: Canvas, lake: bool, height: float) -> None:
    light, palette = canvas.light, canvas.palette
    dice = canvas.dice("trees")
    for distance, up, tone in ((2.2, 0.14, 0.55), (1.3, 0.0, 0.25)):
        if lake and distance > 2:
            continue
        layer = canvas.layer(distance)
        seed = canvas.noise_seed(int(70 + distance * 10))
        roll = noise(layer.x * 0.9, layer.x * 0 + distance, seed) + 0.35 * noise(layer.x * 2.7, layer.x * 0, seed + 1)
        ground = height + up + 0.16 * roll + 0.14 * (layer.x * dice.choice((-1, 1))).clamp(-1.5, 1.5)
        _, slope_x, slope_y = relief(layer.x, layer.y * 2, frequency=5.0, octaves=3, pixel=layer.pixel, seed=seed + 5)
        lit = light.shade + (light.lit - light.shade) * (0.32 * tone + 0.25 * tone * (slope_x + slope_y)).clamp(0, 1)
        earth = canvas.ramp(lit, *(mix(tone_, palette.local("#3f6b3a", 0.6), 0.3) for tone_ in palette.ladder[:4]))
        canvas.over(canvas.air(earth, distance), crest(layer, ground), distance)
        trees = conifers(
            layer, ground, dice.uniform(0.09, 0.14) / distance**0.5, dice.uniform(0.24, 0.46) / distance**0.4, seed
        )
        bark = mix(palette.shadow, palette.local("#1d3a24", 0.5), 0.25 + 0.5 * (light.lit - 0.3))
        canvas.over(canvas.air(bark, distance + 1.0), trees, distance)
