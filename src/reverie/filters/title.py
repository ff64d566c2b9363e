"""Words over a scene: large in the middle, small at the lower left, or a line at the foot.

They come and go softly, move a little while they stay, and can be read on any ground: a shade that is soft for titles
and a plate for captions lie between them and the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from pydantic import ConfigDict

from reverie.core import spec as vocabulary
from reverie.core.frame import Frame, Image
from reverie.core.protocols import Filter
from reverie.core.spec import RenderSpec
from reverie.media.lettering import Layer, Setting, check_letters, drawn, lines_of, shadow

Style = Literal["title", "lower-third", "caption"]

INK = (255, 252, 246)
ACCENT = (244, 170, 82)

_COMING, _GOING = 0.6, 0.5
"""Seconds that words take to come and to go; less where they are shown for less than three times as long."""

_SHADED = np.rint(92 * (1 - np.exp(-np.arange(256) / 92))).astype(np.uint8)
"""What is in full shade: dark stays as it is, white becomes a grey on which our ink has a contrast of 7 to 1."""

_SMALLEST = 9
_MOST_LINES = 4


class TitleOptions(vocabulary.Title):
    """Text, style, start and duration as in a scene's title."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Words ready to be laid over a picture at `left`, `top`: what is ink, what is accent, what is in their shade.

    `drift` is how much larger they are at the end than at the beginning, `rise` how many pixels below their place they
    come from.
    """

    ink: Layer
    accent: Layer
    shade: Layer
    left: int
    top: int
    drift: float = 0.0
    rise: float = 0.0


class Title:
    """The filter that writes a scene's title."""

    Options = TitleOptions

    def __init__(self, options: TitleOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> Filter:
        """Return the filter of one run; InputError where no font has the letters."""
        check_letters(self.options.text)
        return Written(self.options, spec.scenes[0].duration)


@dataclass(frozen=True)
class Written:
    """Frames in, frames with words on them out; `length` is the scene's, in seconds."""

    options: TitleOptions
    length: float | None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames; those that have no words are passed on as they are."""
        for frame in frames:
            shown, age = self._shown(float(frame.time))
            if shown > 0:
                yield replace(frame, image=self.over(frame.image, shown, age))
            else:
                yield frame

    def _shown(self, time: float) -> tuple[float, float]:
        """Return how much of the words is there at a time, and how much of their stay is over, both 0..1."""
        begin, end = self.options.start, self._end()
        if not begin <= time < end:
            return 0.0, 0.0
        coming, going = min(_COMING, (end - begin) / 3), min(_GOING, (end - begin) / 3)
        there = min(1.0, (time - begin) / coming, (end - time) / going if np.isfinite(end) else 1.0)
        return there * there * (3 - 2 * there), (time - begin) / (end - begin) if np.isfinite(end) else 0.0

    def _end(self) -> float:
        whole = float("inf") if self.length is None else self.length
        return whole if self.options.duration is None else min(whole, self.options.start + self.options.duration)

    def over(self, image: Image, shown: float, age: float = 1.0) -> Image:
        """Return a picture with the words over it, as strong as `shown` (0..1) and as far on as `age` (0..1)."""
        height, width = image.shape[:2]
        words = _set(self.options.text, self.options.style, width, height)
        ink, accent, shade = (_moved(layer, words, shown, age) for layer in (words.ink, words.accent, words.shade))
        place = np.s_[words.top : words.top + ink.shape[0], words.left : words.left + ink.shape[1]]
        result = image.copy()
        part = image[place].astype(np.float32)
        part += (cv2.LUT(np.ascontiguousarray(image[place]), _SHADED) - part) * _weight(shade, shown)
        for layer, colour in ((accent, ACCENT), (ink, INK)):
            weight = _weight(layer, shown)
            part += (np.array(colour, np.float32) - part) * weight
        result[place] = np.rint(part).astype(np.uint8)
        return result


def _weight(layer: Layer, shown: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return layer[..., None].astype(np.float32) * np.float32(shown / 255)


def _moved(layer: Layer, words: Words, shown: float, age: float) -> Layer:
    height, width = layer.shape
    scale, fall = 1 + words.drift * (age - 1), words.rise * (1 - shown)
    if scale == 1 and not fall:
        return layer
    place = np.array([[scale, 0, (1 - scale) * width / 2], [0, scale, (1 - scale) * height / 2 + fall]])
    return np.asarray(cv2.warpAffine(layer, place, (width, height), flags=cv2.INTER_LINEAR), np.uint8)


@lru_cache(maxsize=8)
def _set(text: str, style: Style, width: int, height: int) -> Words:
    return STYLES[style](text, width, height)


def _title(text: str, width: int, height: int) -> Words:
    size = max(_SMALLEST, round(min(width * 0.085, height * 0.15)))
    lines, setting = _fitted(text, Setting(size, 600, 1.12, round(width * 0.84)))
    ink = drawn(lines, setting, round(setting.size * 1.4))
    shade = _shade(ink, setting.size * 0.4, setting.size * 0.1)
    left, top = (width - ink.shape[1]) // 2, (height - ink.shape[0]) // 2
    return _inside(Words(ink, np.zeros_like(ink), shade, left, top, drift=0.035), width, height)


def _lower_third(text: str, width: int, height: int) -> Words:
    size = max(_SMALLEST, round(min(width, height) * 0.062))
    lines, setting = _fitted(text, Setting(size, 560, 1.22, round(width * 0.6), centred=False))
    margin, bar = round(size * 1.8), max(2, round(size * 0.11))
    ink = drawn(lines, setting, margin)
    accent = np.zeros_like(ink)
    words_high = ink.shape[0] - 2 * margin
    accent[margin + round(size * 0.22) : margin + words_high, margin - 5 * bar : margin - 4 * bar] = 255
    both = np.maximum(ink, accent)
    shade = _shade(both, size * 0.5, size * 0.14)
    left, top = round(width * 0.06) + 5 * bar - margin, round(height * 0.93) + margin - ink.shape[0]
    return _inside(Words(ink, accent, shade, left, top, rise=size * 0.35), width, height)


def _caption(text: str, width: int, height: int) -> Words:
    size = max(_SMALLEST, round(min(width * 0.04, height * 0.052)))
    lines, setting = _fitted(text, Setting(size, 500, 1.28, round(width * 0.8)))
    margin = round(size * 0.9)
    ink = drawn(lines, setting, margin)
    plate = np.zeros_like(ink)
    inset = round(size * 0.35)
    corner = round(size * 0.35)
    high, wide = plate.shape
    box = np.s_[inset : high - inset, inset + corner : wide - inset - corner]
    plate[box] = 255
    plate[inset + corner : high - inset - corner, inset : wide - inset] = 255
    for across in (inset + corner, wide - inset - corner - 1):
        for down in (inset + corner, high - inset - corner - 1):
            cv2.circle(plate, (across, down), corner, 255, -1, cv2.LINE_AA)
    shade = np.asarray(cv2.convertScaleAbs(plate, alpha=0.92), np.uint8)
    left, top = (width - wide) // 2, round(height * 0.955) + inset - high
    return _inside(Words(ink, np.zeros_like(ink), shade, left, top), width, height)


STYLES: Mapping[Style, Callable[[str, int, int], Words]] = {
    "title": _title,
    "lower-third": _lower_third,
    "caption": _caption,
}


def _fitted(text: str, setting: Setting) -> tuple[list[str], Setting]:
    """Return the lines, set smaller where they would be too many or one too long."""
    while True:
        lines = lines_of(text, setting)
        room = Setting(setting.size, setting.weight, setting.leading, 10**9, setting.centred)
        widest = max(drawn([line], room, 0).shape[1] for line in lines)
        if (len(lines) <= _MOST_LINES and widest <= setting.width) or setting.size <= _SMALLEST:
            return lines, setting
        setting = replace(setting, size=max(_SMALLEST, round(setting.size * 0.9)))


def _shade(layer: Layer, wide: float, near: float) -> Layer:
    """Return a shade that is whole beside every stroke and soft further out; radii are in pixels."""
    return np.maximum(shadow(layer, wide, 2.4), shadow(layer, near, 4.0))


def _inside(words: Words, width: int, height: int) -> Words:
    """Cut off what would lie beyond the picture."""
    left, top = max(0, words.left), max(0, words.top)
    rows = np.s_[top - words.top : height - words.top, left - words.left : width - words.left]
    return replace(words, ink=words.ink[rows], accent=words.accent[rows], shade=words.shade[rows], left=left, top=top)
