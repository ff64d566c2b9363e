"""The prompt, written on the sheets of light: it comes nearer, passes and comes again."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from reverie.backends.placeholder.drift import Sheet
from reverie.core.frame import Image
from reverie.media.geometry import Matrix

_TAG = "P L A C E H O L D E R"
_MOST_LINES = 3
_SHADE = 0.6


def lettered(image: Image, prompt: str, weight: float, sheets: list[Sheet]) -> Image:
    """Return the picture with the prompt and the tag on every sheet, as strong as the sheet and `weight` (0..1)."""
    height, width = image.shape[:2]
    written = _written(prompt, width, height)
    seen = np.zeros((height, width, 2), np.float32)
    for sheet in sheets:
        place = sheet.place @ np.array([[1, 0, -width / 2], [0, 1, -height / 2 + _aside(sheet, height)], [0, 0, 1]])
        seen = np.maximum(seen, _laid(written, place, width, height) * np.float32(sheet.share * weight / 255))
    ink, shade = seen[..., :1], seen[..., 1:]
    kept = image * (1 - np.float32(_SHADE) * shade) * (1 - ink)
    return np.asarray(kept + 255 * ink + np.float32(0.5), np.uint8)


def _aside(sheet: Sheet, height: int) -> float:
    """Return how far a sheet's words lie from the middle, above and below it by turns, to pass one another."""
    return height * (0.14 if sheet.number % 2 else -0.14)


def _laid(written: npt.NDArray[np.uint8], place: Matrix, width: int, height: int) -> npt.NDArray[np.uint8]:
    # The sheet goes on for ever: what leaves the picture on one side comes in again, two pictures on.
    return np.asarray(cv2.warpAffine(written, place, (width, height), borderMode=cv2.BORDER_WRAP), np.uint8)


@lru_cache(maxsize=8)
def _written(prompt: str, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Return the words amid a sheet of twice the picture's sides: `(2H, 2W, 2)`, the letters and their shadow."""
    size = max(8, round(min(width, height) / 11))
    small, leading = max(6, round(size * 0.5)), round(size * 1.2)
    font, tag = ImageFont.load_default(size), ImageFont.load_default(small)
    sheet = Pillow.new("L", (2 * width, 2 * height))
    draw = ImageDraw.Draw(sheet)
    lines = _wrapped(prompt, font, width * 0.86)
    top = height - (len(lines) * leading + 2 * small) / 2
    for number, line in enumerate(lines):
        draw.text((width, top + number * leading), line, fill=250, font=font, anchor="ma")
    draw.text((width, top + len(lines) * leading + small * 0.7), _TAG, fill=200, font=tag, anchor="ma")
    ink = np.asarray(sheet, np.uint8)
    shade = np.minimum(cv2.GaussianBlur(ink, (0, 0), size * 0.45) * 2.2, 255)
    return np.stack([ink, shade.astype(np.uint8)], axis=2)


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1]} …"]
