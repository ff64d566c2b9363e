"""Folded light: waves that bend one another, coloured by their height."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, tau

import cv2
import numpy as np
import numpy.typing as npt

from reverie.backends.placeholder.drift import Sheet
from reverie.core.frame import Image

Plane = npt.NDArray[np.float32]

_COARSE = 4
"""Heights are computed on every fourth pixel: they have nothing finer."""

_HEIGHTS, _LINES, _BEND = 4096, 9, 0.11
_TONES = ((0.2, 0.07), (0.36, 0.12), (0.55, 0.15), (0.76, 0.12), (0.93, 0.05))
"""Lightness and chroma (Oklch) from the depths to the heights."""


@dataclass(frozen=True, slots=True)
class Look:
    """What makes one prompt's light its own: a colour for every height, `(4096, 3)` uint8, and a number for chance."""

    colours: npt.NDArray[np.uint8]
    chance: int


@lru_cache(maxsize=16)
def look_of(prompt: str, seed: int) -> Look:
    """Return the look that a prompt has under a seed: from a dark blue, violet or red on to its lighter neighbours."""
    random = np.random.default_rng([seed, zlib.crc32(prompt.encode("utf-8", "replace"))])
    hue, turn = random.uniform(0.62, 1.02), random.choice([-1, 1]) * random.uniform(0.06, 0.12)
    tones = [_oklch(light, chroma, hue + turn * step) for step, (light, chroma) in enumerate(_TONES)]
    return Look(_colours(np.asarray(tones, np.float32)), int(random.integers(2**32)))


@lru_cache(maxsize=32)
def _waves(chance: int, sheet: int) -> Plane:
    """Return a sheet's waves, `(5, 4)`: direction in radians, waves a height, phase in radians, radians a second."""
    random = np.random.default_rng([chance, sheet % 2**32])
    speeds = random.uniform(0.2, 0.6, 5) * random.choice([-1, 1], 5)
    waves = [random.uniform(0, tau, 5), random.uniform(0.5, 1.6, 5), random.uniform(0, tau, 5), speeds]
    return np.asarray(np.stack(waves, axis=1), np.float32)


def _colours(tones: Plane) -> npt.NDArray[np.uint8]:
    """Return the colour of every height: the tones from dark to light, and a fine bright line at every ninth of it."""
    heights = np.linspace(0, 1, _HEIGHTS)
    places = heights * (len(tones) - 1)
    smooth = np.stack([np.interp(places, np.arange(len(tones)), channel) for channel in tones.T], axis=1)
    line = np.clip(np.abs(heights * _LINES % 1 - 0.5) * 14 - 6, 0, 1) * (0.14 + 0.28 * heights)
    return np.asarray(np.rint(smooth + (255 - smooth) * line[:, None]), np.uint8)


def _oklch(lightness: float, chroma: float, hue: float) -> list[float]:
    """Return sRGB, 0..255, of lightness, chroma and hue in turns (Oklab: Björn Ottosson, 2020)."""
    a, b = chroma * np.cos(tau * hue), chroma * np.sin(tau * hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.array(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ]
    ).clip(0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [float(value) for value in 255 * coded]


def light(look: Look, sheets: list[Sheet], size: tuple[int, int], seconds: float) -> Image:
    """Paint the light of all sheets in view, `(H, W, 3)` uint8."""
    width, height = size
    columns, rows = ceil(width / _COARSE) + 1, ceil(height / _COARSE) + 1
    total = sum(
        (
            sheet.share * _folds(_waves(look.chance, sheet.number), sheet, (columns, rows), height, seconds)
            for sheet in sheets
        ),
        start=np.zeros((rows, columns), np.float32),
    )
    spread = sum(sheet.share**2 for sheet in sheets) ** 0.5
    heights = (0.5 + 0.5 * np.tanh(total / (2.1 * spread))) * (_HEIGHTS - 1)
    full = cv2.resize(heights, (columns * _COARSE, rows * _COARSE), interpolation=cv2.INTER_CUBIC)[:height, :width]
    return np.asarray(look.colours[np.clip(full, 0, _HEIGHTS - 1).astype(np.uint16)], np.uint8)


def _folds(waves: Plane, sheet: Sheet, grid: tuple[int, int], height: int, seconds: float) -> Plane:
    """Return one sheet's heights on a coarse grid over the picture."""
    back = np.linalg.inv(np.vstack([sheet.place, [0, 0, 1]])).astype(np.float32) / np.float32(height)
    rows, columns = np.mgrid[0 : grid[1], 0 : grid[0]].astype(np.float32) * np.float32(_COARSE)
    x = back[0, 0] * columns + back[0, 1] * rows + back[0, 2]
    y = back[1, 0] * columns + back[1, 1] * rows + back[1, 2]
    total: Plane = np.zeros((grid[1], grid[0]), np.float32)
    for number, (direction, pace, phase, speed) in enumerate(waves):
        wave = np.sin(
            tau * pace * (x * np.cos(direction) + y * np.sin(direction)) + phase + speed * np.float32(seconds)
        )
        total += wave
        x, y = (x, y + _BEND * wave) if number % 2 else (x + _BEND * wave, y)
    return total
