"""Sizes by name, and what films are delivered as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from reverie.core.errors import InputError

SIZES: dict[str, tuple[int, int]] = {
    "square": (256, 256),
    "wide": (448, 256),
    "tall": (256, 448),
    "draft": (192, 192),
    "512": (512, 512),
    "912x512": (912, 512),
    "540p": (960, 544),
    "720p": (1280, 720),
}

_WRITTEN = re.compile(r"(-?\d{1,9})\s*[xX×]\s*(-?\d{1,9})")  # noqa: RUF001


def parse_size(text: str) -> tuple[int, int]:
    """Turn `WIDTHxHEIGHT` or a preset's name into pixels; InputError where it is neither."""
    if text in SIZES:
        return SIZES[text]
    if match := _WRITTEN.fullmatch(text.strip()):
        return int(match[1]), int(match[2])
    raise InputError("size", text, f"is neither WIDTHxHEIGHT, such as 448x256, nor one of {', '.join(SIZES)}.")


@dataclass(frozen=True, slots=True)
class Preset:
    """What a film is delivered as: pixels, frames a second, and bits a second."""

    width: int
    height: int
    fps: float
    bitrate: int


PRESETS: dict[str, Preset] = {
    "draft": Preset(854, 480, 24.0, 1_500_000),
    "standard": Preset(1280, 720, 30.0, 3_000_000),
    "high": Preset(1920, 1080, 30.0, 6_000_000),
    "premium": Preset(3840, 2160, 60.0, 15_000_000),
    "540p": Preset(960, 540, 24.0, 2_000_000),
    "720p": Preset(1280, 720, 24.0, 3_000_000),
    "8k": Preset(7680, 4320, 30.0, 40_000_000),
    "square": Preset(1080, 1080, 30.0, 5_000_000),
    "vertical": Preset(1080, 1920, 30.0, 6_000_000),
}
"""Qualities that films come in, by name."""


def find_preset(name: str) -> Preset:
    """Return a preset by its name, whatever its case; InputError with the nearest names where there is none."""
    if (found := PRESETS.get(name.lower())) is not None:
        return found
    near = get_close_matches(name.lower(), PRESETS) or list(PRESETS)
    raise InputError("preset", name, f"is not known: use {' or '.join(near)}.")
