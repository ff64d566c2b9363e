"""A cave lit by its crystals: clusters of faceted spikes from floor and roof, a glowing pool, dark rock around."""

from __future__ import annotations

import math
import random

import torch

from reverie.worlds.canvas import SKY, Canvas
from reverie.worlds.noise import fbm, noise, relief
from reverie.worlds.palette import Colour, mix, scale


def paint(canvas: Canvas) -> None:
    """Paint it."""
    dice = canvas.dice("layout")
    _depths(canvas, dice)
    squeeze = dice.uniform(0.55, 1.5)
    for k, distance in enumerate((7.0, 4.2, 2.6, 1.5)):
        share = k / 3
        _rock(canvas, distance, 0.42 + 0.60 * share, squeeze, k)
        for _ in range(dice.randint(2, 3)):
            _cluster(canvas, distance, share, dice)


def _depths(canvas: Canvas, dice: random.Random) -> None:
    palette, light = canvas.palette, canvas.light
    layer = canvas.layer(12.0)
    x, y = layer.x - dice.uniform(-0.2, 0.2), layer.y - dice.uniform(-0.1, 0.15)
    away = (x.square() + (1.3 * y).square()).sqrt()
    wall = fbm(layer.x, layer.y, frequency=2.2, octaves=4, pixel=layer.pixel, seed=canvas.noise_seed(1))
    level = 0.62 * torch.exp(-away * 2.1) + 0.10 * wall + 0.06
    canvas.over(canvas.ramp(level.clamp(0, 1)), torch.ones_like(away), SKY)
    canvas.shine(mix(palette.bright, palette.spark, 0.3), 0.9 * torch.exp(-away * 3.2) * (0.5 + 0.6 * light.lit))


def _rock(canvas: Canvas, distance: float, opening: float, squeeze: float, k: int) -> None:
    palette, seed = canvas.palette, canvas.noise_seed(20 + 5 * k)
    layer = canvas.layer(distance)
    angle = torch.atan2(layer.y * squeeze, layer.x / squeeze)
    radius = ((layer.x / squeeze).square() + (squeeze * layer.y).square()).sqrt()
    ragged = 0.22 * noise(2.2 * torch.cos(angle), 2.2 * torch.sin(angle), seed) + 0.09 * noise(
        6.5 * torch.cos(angle), 6.5 * torch.sin(angle), seed + 1
    )
    inside = radius - opening * 1.25 - ragged
    _, slope_x, slope_y = relief(
        layer.x, layer.y, frequency=2.6, octaves=4, pixel=layer.pixel, seed=seed + 2, gain=0.55
    )
    facing = -(slope_x * layer.x + slope_y * layer.y) / radius.clamp_min(0.1)
    level = 0.10 + 0.22 * facing * torch.exp(-inside.clamp_min(0) * 2.0) + 0.22 * torch.exp(-inside.clamp_min(0) * 9)
    stone = canvas.ramp(level.clamp(0, 1), scale(palette.shadow, 0.5), palette.shadow, palette.deep, palette.body)
    canvas.over(stone * (1.0 - 0.14 * k), layer.cover(inside), distance)


def _cluster(canvas: Canvas, distance: float, share: float, dice: random.Random) -> None:
    aspect, palette = canvas.aspect, canvas.palette
    hanging = dice.random() < 0.38
    foot = (dice.uniform(-0.95, 0.95) * aspect, (0.95 if hanging else -0.92) * (0.55 + 0.45 * share))
    one, other = dice.sample([palette.bright, palette.accent, palette.spark, palette.body], 2)
    colour = mix(one, other, dice.uniform(0.1, 0.5))
    size = dice.uniform(0.55, 0.95) * (0.55 + 0.6 * share)
    for _ in range(dice.randint(4, 7)):
        lean = dice.uniform(-0.75, 0.75)
        tall = size * dice.uniform(0.45, 1.0) * (1 - 0.35 * abs(lean))
        at = (foot[0] + 0.28 * size * lean + dice.uniform(-0.05, 0.05), foot[1])
        turn = lean * 0.8 + (math.pi if hanging else 0.0)
        _spike(canvas, distance, at, turn, tall, dice.uniform(0.13, 0.21), colour, dice)


def _spike(
    canvas: Canvas,
    distance: float,
    at: tuple[float, float],
    turn: float,
    tall: float,
    width: float,
    colour: Colour,
    dice: random.Random,
) -> None:
    dark, bright = dice.uniform(-0.4, 0.0), dice.uniform(0.2, 0.6)
    stamp = canvas.stamp(canvas.layer(distance), at, tall)
    if stamp is None:
        return
    along = stamp.u * math.sin(turn) + stamp.v * math.cos(turn)
    across = stamp.u * math.cos(turn) - stamp.v * math.sin(turn)
    tip = (0.98 - along) * 0.62
    half = torch.minimum(torch.full_like(along, width), tip * width / 0.18 * 0.6)
    inside = torch.minimum(half - across.abs(), along + 0.05)
    edge = across / half.clamp_min(1e-3)
    facet = torch.where(edge < dark, 0.42, torch.where(edge < bright, 0.95, 0.62))
    facet = torch.where(along > 0.98 - 0.29, facet * 1.25, facet)
    body = canvas.colour(colour) * facet * (0.40 + 0.75 * along.clamp(0, 1)) * (0.75 + 0.45 * canvas.light.lit)
    mask = stamp.cover(inside)
    canvas.over(body, mask, distance, stamp)
    line = torch.exp(-((inside / (0.02 + stamp.pixel)) ** 2)) * mask
    canvas.shine(mix(colour, canvas.palette.glow, 0.6), line * 0.55 + mask * 0.22 * along.clamp(0, 1), stamp)
