"""Sizes by name."""

from __future__ import annotations

import re

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
