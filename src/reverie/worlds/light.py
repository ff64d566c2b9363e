"""The light of a world: where it comes from, its colour, what it does to the air and to the finished picture."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from reverie.worlds.palette import Colour, Palette, mix, ramp
from reverie.worlds.world import Time, Weather


@dataclass(frozen=True)
class Hour:
    """What a time of day does: ladder levels (0..1) of sky and land, height of the sun, stars, warmth, haze."""

    top: float
    middle: float
    horizon: float
    warmth: float
    sun: tuple[float, float]
    disc: float
    stars: float
    shade: float
    lit: float
    haze: float


HOURS: dict[Time, Hour] = {
    Time.DAWN: Hour(0.42, 0.68, 0.92, 0.45, (0.10, 0.30), 0.085, 0.0, 0.20, 0.80, 0.75),
    Time.DAY: Hour(0.46, 0.64, 0.88, 0.05, (0.55, 0.85), 0.070, 0.0, 0.20, 0.92, 0.35),
    Time.SUNSET: Hour(0.22, 0.46, 0.74, 0.70, (0.02, 0.16), 0.120, 0.1, 0.08, 0.66, 0.45),
    Time.DUSK: Hour(0.10, 0.28, 0.58, 0.25, (-0.30, -0.20), 0.0, 0.5, 0.04, 0.42, 0.45),
    Time.NIGHT: Hour(0.02, 0.13, 0.32, 0.00, (0.40, 0.75), 0.075, 1.0, 0.01, 0.36, 0.25),
}


@dataclass(frozen=True)
class Light:
    """Light of one world. Positions are world units (half picture heights, y up, from the middle of the picture).

    sun_x, sun_height: place of sun or moon; the height counts from the horizon the family chooses. disc: its radius,
    0 for none in sight. sky: colours from zenith to horizon. key: colour of direct light. haze: colour of far air,
    `murk` 0..1 how much of it. shade, lit: ladder levels of things in shadow and in light. dark: 0 by day, 1 at night
    (lamps are lit).
    """

    sun_x: float
    sun_height: float
    disc: float
    sky: tuple[Colour, ...]
    key: Colour
    haze: Colour
    murk: float
    shade: float
    lit: float
    stars: float
    dark: float
    moon: bool


def light_of(time: Time, weather: Weather, palette: Palette, dice: random.Random) -> Light:
    """The light at this time in this weather, with the sun's place drawn from `dice`."""
    hour = HOURS[time]
    storm = 0.55 if weather is Weather.STORM else 0.85 if weather in (Weather.RAIN, Weather.SNOW) else 1.0
    warm = palette.accent
    horizon = mix(palette.tone(hour.horizon * (0.5 + 0.5 * storm)), warm, hour.warmth * 0.75)
    middle = mix(palette.tone(hour.middle * storm), warm, hour.warmth * 0.25)
    top = palette.overhead(hour.top * storm)
    moon = time is Time.NIGHT
    key = palette.tone(0.92) if moon else mix(palette.glow, warm, 0.25 + 0.6 * hour.warmth)
    return Light(
        sun_x=dice.uniform(-0.65, 0.65),
        sun_height=dice.uniform(*hour.sun),
        disc=hour.disc * dice.uniform(0.85, 1.25),
        sky=(top, mix(top, middle, 0.45), middle, mix(middle, horizon, 0.65), horizon),
        key=key,
        haze=mix(horizon, middle, 0.35),
        murk=min(1.0, hour.haze + (0.4 if weather is Weather.MIST else 0.1 if weather is not Weather.CLEAR else 0.0)),
        shade=hour.shade,
        lit=hour.lit * (0.6 + 0.4 * storm),
        stars=hour.stars * (1.0 if weather is Weather.CLEAR else 0.3),
        dark={Time.NIGHT: 1.0, Time.DUSK: 0.85, Time.SUNSET: 0.45}.get(time, 0.0),
        moon=moon,
    )


def blur(image: Tensor, sigma: float) -> Tensor:
    """Soft blur of a (C, H, W) picture, `sigma` in heights of it; done at a smaller size, so cheap at any radius."""
    height, width = image.shape[-2:]
    step = max(1, min(int(sigma * height / 1.6), height // 4, width // 4))
    step = 2 ** int(math.log2(step))
    if height % step == 0 and width % step == 0:
        small = F.avg_pool2d(image[None], step) if step > 1 else image[None]
    else:
        small = F.interpolate(image[None], (max(4, height // step), max(4, width // step)), mode="area")
    reach = max(sigma * small.shape[-2], 0.3)
    radius = max(1, min(math.ceil(2.5 * reach), small.shape[-1] - 1, small.shape[-2] - 1))
    taps = torch.arange(-radius, radius + 1, dtype=torch.float32, device=image.device)
    kernel = torch.exp(-0.5 * (taps / reach) ** 2)
    kernel = (kernel / kernel.sum()).expand(image.shape[0], 1, 1, -1)
    small = F.conv2d(F.pad(small, (radius, radius, 0, 0), mode="replicate"), kernel, groups=image.shape[0])
    small = F.conv2d(
        F.pad(small, (0, 0, radius, radius), mode="replicate"), kernel.transpose(2, 3), groups=image.shape[0]
    )
    return F.interpolate(small, (height, width), mode="bicubic" if step > 2 else "bilinear", align_corners=False)[0]


def bloom(image: Tensor, strength: float = 0.5, threshold: float = 0.62) -> Tensor:
    """Bright parts bleed into their surroundings, near and far."""
    bright = (image - threshold).clamp_min(0) * 1.8
    near, far = blur(bright, 0.014), blur(bright, 0.06)
    return 1 - (1 - image.clamp_max(1)) * torch.exp(-(strength * (0.6 * near + 0.9 * far)).clamp_min(0))


def rays(mask: Tensor, centre: tuple[float, float], length: float = 0.75, passes: int = 4) -> Tensor:
    """Shafts of light: a (H, W) map of brightness smeared away from `centre` (grid units, -1..1, y down): (H, W)."""
    height, width = mask.shape
    shape = max(16, height // 3), max(16, width // 3)
    small = F.interpolate(mask[None, None], shape, mode="area")
    y = torch.linspace(-1, 1, shape[0], device=mask.device)[:, None].expand(shape)
    x = torch.linspace(-1, 1, shape[1], device=mask.device)[None].expand(shape)
    x, y = x - centre[0], y - centre[1]
    for k in range(passes):
        reach = length * 0.5 ** (k + 1)
        grid = torch.stack([centre[0] + x * (1 - reach), centre[1] + y * (1 - reach)], -1)
        moved = F.grid_sample(small, grid[None], padding_mode="border", align_corners=True)
        small = 0.5 * small + 0.5 * moved
    return F.interpolate(small, (height, width), mode="bicubic", align_corners=False)[0, 0].clamp_min(0)


def enliven(image: Tensor, least: float) -> Tensor:
    """Stretch a flat picture about its mean until its standard deviation is `least`, at most 2.2 times."""
    mean, deviation = image.mean(), image.std()
    return (image - mean) * (least / deviation.clamp_min(1e-3)).clamp(1.0, 2.2) + mean


def vignette(image: Tensor, strength: float = 0.28) -> Tensor:
    """Corners a little darker, so that the eye stays in."""
    y = torch.linspace(-1, 1, image.shape[1], device=image.device)[:, None]
    x = torch.linspace(-1, 1, image.shape[2], device=image.device)[None]
    return image * (1 - strength * ((x * x + y * y) * 0.5) ** 1.5)


def vivid(image: Tensor, colour: float = 1.16, punch: float = 0.22) -> Tensor:
    """More colour, most where there is little, and a gentle S-curve: (3, H, W) in 0..1 to the same."""
    luma = (0.2126 * image[0] + 0.7152 * image[1] + 0.0722 * image[2])[None]
    image = (luma + (image - luma) * colour).clamp(0, 1)
    return torch.lerp(image, image * image * (3 - 2 * image), punch)


def grade(image: Tensor, palette: Palette) -> Tensor:
    """Pull a picture towards the palette's ladder at equal brightness, by the palette's own hold."""
    luma = 0.2126 * image[0] + 0.7152 * image[1] + 0.0722 * image[2]
    return torch.lerp(image, ramp(luma.clamp(0, 1) ** 0.9, palette.ladder), palette.hold)
