"""Words as they are set: lines, the letters of every script from the first font that has them, their shadow."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from reverie.core.errors import InputError

Layer = npt.NDArray[np.uint8]
"""`(h, w)`: how much of a place is covered, 0..255."""

FONTS = Path(__file__).with_name("fonts")
SHIPPED = tuple(
    FONTS / f"geist-{part}.woff2" for part in ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "vietnamese")
)

_SYSTEM = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "wqy-microhei.ttc",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "Arial Unicode.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "segoeui.ttf",
    "msyh.ttc",
    "YuGothM.ttc",
    "malgun.ttf",
    "Nirmala.ttf",
)
"""Fonts of other scripts that systems come with, in the order in which they are tried."""

_PLACES = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
}
_NOWHERE = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Setting:
    """How words are set: `size` in pixels, `weight` 100..900, `leading` in sizes, no line wider than `width` pixels."""

    size: int
    weight: int
    leading: float
    width: int
    centred: bool = True


def lines_of(text: str, setting: Setting) -> list[str]:
    """Break a text into lines that fit, at its own breaks and between words; a word too long stands alone."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and length(longer, setting.size, setting.weight) > setting.width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def drawn(lines: Sequence[str], setting: Setting, margin: int) -> Layer:
    """Return lines as a layer, with so many pixels of room around them."""
    lengths = [length(line, setting.size, setting.weight) for line in lines]
    step = round(setting.size * setting.leading)
    wide, high = round(max(lengths)) + 2 * margin, step * (len(lines) - 1) + round(setting.size * 1.3) + 2 * margin
    layer = Pillow.new("L", (max(1, wide), high))
    draw = ImageDraw.Draw(layer)
    for number, (line, long) in enumerate(zip(lines, lengths, strict=True)):
        across = margin + (max(lengths) - long) / 2 if setting.centred else float(margin)
        for run, font in _runs(line, setting.size, setting.weight):
            draw.text((across, margin + number * step + setting.size), run, fill=255, font=font, anchor="ls")
            across += font.getlength(run)
    return np.asarray(layer, np.uint8)


def shadow(layer: Layer, radius: float, strength: float) -> Layer:
    """Return what lies in a layer's shade: soft over `radius` pixels, `strength` times as dark as blurred."""
    soft = cv2.GaussianBlur(layer, (0, 0), max(0.3, radius))
    return np.asarray(cv2.convertScaleAbs(soft, alpha=strength), np.uint8)


def length(text: str, size: int, weight: int) -> float:
    """Return how many pixels a line takes."""
    return float(sum(font.getlength(run) for run, font in _runs(text, size, weight)))


def check_letters(text: str) -> None:
    """Raise InputError where no font here has a letter of a text."""
    for letter in text:
        _font_of(letter)


def _runs(line: str, size: int, weight: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    for path, letters in groupby(line, key=_font_of):
        yield "".join(letters), _font(path, size, weight)


@lru_cache(maxsize=4096)
def _font_of(letter: str) -> Path:
    if letter.isspace():
        return SHIPPED[0]
    for path in (*SHIPPED, *_of_the_system()):
        if _has(path, letter):
            return path
    raise InputError("title", letter, "is a letter that no font here has: install the Noto fonts, or change it.")


def _has(path: Path, letter: str) -> bool:
    font = _font(path, 16, 400)
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NOWHERE))


@lru_cache(maxsize=64)
def _font(path: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path in SHIPPED:
        font.set_variation_by_axes([weight])
    return font


@cache
def _of_the_system() -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for place in _PLACES.get(sys.platform, ()):
        for folder, _, names in os.walk(os.path.expanduser(place)):
            found |= {name: Path(folder, name) for name in names if name in _SYSTEM and name not in found}
    return tuple(found[name] for name in _SYSTEM if name in found)
