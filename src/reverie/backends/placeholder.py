"""No model at all: drifting bands of light with the prompt written on them, for previews, tests and as a stand-in."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, tau

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pydantic import BaseModel, ConfigDict

from reverie.core.card import BackendCard, Range
from reverie.core.frame import Image, Images
from reverie.core.protocols import Tick
from reverie.core.report import Event
from reverie.core.spec import MAX_SIDE, RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.media.geometry import fit

CARD = BackendCard(
    id="placeholder",
    title="Placeholder: drifting light with the prompt written on it; no model",
    inputs=frozenset({"text", "image"}),
    size_multiple=2,
    ranges={
        "width": Range(256, 16, MAX_SIDE),
        "height": Range(256, 16, MAX_SIDE),
        "strength": Range(0.7, 0.0, 1.0),
    },
)

_TAG = "P L A C E H O L D E R"
_COARSE = 4
"""Heights are computed on every fourth pixel: they have nothing finer."""

_HEIGHTS, _LINES, _BEND, _SHADE = 4096, 9, 0.11, 0.7
_TONES = ((0.2, 0.07), (0.36, 0.12), (0.55, 0.15), (0.76, 0.12), (0.93, 0.05))
"""Lightness and chroma (Oklch) from the depths to the heights."""

Plane = npt.NDArray[np.float32]


class PlaceholderOptions(BaseModel):
    """There is nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Placeholder:
    """Paints what can't be mistaken for a model's work, yet moves and lives like one."""

    Options = PlaceholderOptions
    card = CARD

    def __init__(self, options: PlaceholderOptions) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: PlaceholderOptions) -> BackendCard:  # noqa: ARG003
        """Return the card, the same whatever the options."""
        return CARD

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> PlaceholderGeneration:  # noqa: ARG002
        """Begin a run; nothing is loaded."""
        return PlaceholderGeneration(spec.width, spec.height, 1.0 / spec.paint_fps)


class PlaceholderGeneration:
    """One run: light that drifts on with every step, in colours that follow from the first seed and the prompts."""

    num_frames = 1

    def __init__(self, width: int, height: int, seconds: float) -> None:
        self._size, self._seconds = (width, height), seconds
        self._steps = 0
        self._seed: int | None = None

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint the next picture, `(1, H, W, 3)` uint8; an input picture keeps a share of 1 - strength."""
        tick("painting", 0.0)
        self._seed = cond.seed if self._seed is None else self._seed
        now = self._steps * self._seconds
        self._steps += 1
        image = _mixed([(_light(self._look(prompt), self._size, now), weight) for prompt, weight in cond.prompts])
        if cond.frames is not None and cond.strength < 1:
            given = fit(cond.frames[-1], *self._size)
            image = _mixed([(image, cond.strength), (given, 1 - cond.strength)])
        for prompt, weight in cond.prompts:
            image = _lettered(image, prompt, weight)
        tick("painting", 1.0)
        return image[None]

    def _look(self, prompt: str) -> Look:
        return look_of(prompt, self._seed or 0)

    def events(self) -> list[Event]:
        """Return nothing: there is nothing to tell."""
        return []

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Look:
    """What makes one prompt's light its own: a colour for every height, `(4096, 3)` uint8, and waves `(n, 4)`.

    A wave is its direction in radians, its waves per picture height, its phase in radians and its speed in radians per
    second.
    """

    colours: npt.NDArray[np.uint8]
    waves: Plane


@lru_cache(maxsize=16)
def look_of(prompt: str, seed: int) -> Look:
    """Return the look that a prompt has under a seed: from a dark blue, violet or red on to its lighter neighbours."""
    random = np.random.default_rng([seed & 0xFFFFFFFFFFFFFFFF, zlib.crc32(prompt.encode("utf-8", "replace"))])
    hue, turn = random.uniform(0.62, 1.02), random.choice([-1, 1]) * random.uniform(0.06, 0.12)
    tones = [_oklch(light, chroma, hue + turn * step) for step, (light, chroma) in enumerate(_TONES)]
    waves = [
        random.uniform(0, tau, 7),
        random.uniform(0.35, 1.5, 7),
        random.uniform(0, tau, 7),
        random.uniform(0.5, 1.3, 7) * random.choice([-1, 1], 7),
    ]
    return Look(_colours(np.asarray(tones, np.float32)), np.stack(waves, axis=1).astype(np.float32))


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


def _light(look: Look, size: tuple[int, int], seconds: float) -> Image:
    """Paint folded light: waves that bend one another, coloured by their height, `(H, W, 3)` uint8."""
    width, height = size
    columns, rows = ceil(width / _COARSE) + 1, ceil(height / _COARSE) + 1
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) * np.float32(_COARSE / height)
    total: Plane = np.zeros((rows, columns), np.float32)
    for number, (direction, pace, phase, speed) in enumerate(look.waves):
        wave = np.sin(tau * pace * (x * np.cos(direction) + y * np.sin(direction)) + phase + speed * seconds)
        total += wave
        x, y = (x, y + _BEND * wave) if number % 2 else (x + _BEND * wave, y)
    heights = (0.5 + 0.5 * np.tanh(total / 2.6)) * (_HEIGHTS - 1)
    full = cv2.resize(heights, (columns * _COARSE, rows * _COARSE), interpolation=cv2.INTER_CUBIC)[:height, :width]
    return np.asarray(look.colours[np.clip(full, 0, _HEIGHTS - 1).astype(np.uint16)], np.uint8)


def _mixed(parts: list[tuple[Image, float]]) -> Image:
    image, shares = parts[0]
    for other, weight in parts[1:]:
        shares += weight
        share = weight / shares if shares else 0.0
        image = np.asarray(cv2.addWeighted(image, 1 - share, other, share, 0), np.uint8)
    return image


def _lettered(image: Image, prompt: str, weight: float) -> Image:
    """Write the prompt into the lower left and the tag above it, over a soft shadow."""
    height, width = image.shape[:2]
    first, light, ink = _letters(prompt, width, height)
    kept = image[first:] * (1 - (1 - light) * np.float32(weight))
    lettered = image.copy()
    lettered[first:] = kept + (255 - kept) * (ink * np.float32(weight)) + np.float32(0.5)
    return lettered


@lru_cache(maxsize=8)
def _letters(prompt: str, width: int, height: int) -> tuple[int, Plane, Plane]:
    """Return the first row that is touched, and from there on how much light stays and how white the letters are.

    Both are `(rows, W, 1)` from 0 to 1.
    """
    side = min(width, height)
    size, margin = max(9, round(side / 14)), round(side / 16)
    small, leading = max(7, round(size * 0.55)), round(size * 1.25)
    font, tag = ImageFont.load_default(size), ImageFont.load_default(small)
    sheet = Pillow.new("L", (width, height))
    draw = ImageDraw.Draw(sheet)
    lines = _wrapped(prompt, font, width - 2 * margin)
    top = height - margin - len(lines) * leading
    draw.text((margin, top - round(small * 1.9)), _TAG, fill=190, font=tag)
    for number, line in enumerate(lines):
        draw.text((margin, top + number * leading), line, fill=245, font=font)
    first = max(0, top - round(2.5 * size))
    fall = np.clip(np.arange(height - first, dtype=np.float32) / max(1.0, 2.5 * size), 0, 1)
    light = 1 - _SHADE * fall * fall * (3 - 2 * fall)
    ink = np.asarray(sheet, np.float32)[first:, :, None] / np.float32(255)
    return first, np.ascontiguousarray(np.broadcast_to(light[:, None, None], ink.shape), np.float32), ink


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int, most: int = 3) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines
