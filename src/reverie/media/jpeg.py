"""JPEG: the one door, both ways."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from reverie.core.errors import InputError, shown
from reverie.core.frame import Image
from reverie.media.picture import MAX_PIXELS, MAX_SIDE

Subsampling = Literal["4:2:0", "4:4:4"]
QUALITY = 85
LONGEST_SIDE = 65_535

_SAMPLING: dict[Subsampling, int] = {
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
}


def encode_jpeg(image: Image, quality: int = QUALITY, subsampling: Subsampling = "4:2:0") -> bytes:
    """Return a picture `(height, width, 3)` uint8 RGB as a baseline JPEG file.

    `quality` is libjpeg's, 1 to 100; `4:4:4` keeps fine colour at about half again the size. Raises ValueError for
    another shape, another type or a side over 65,535 pixels.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"a picture must be (height, width, 3) uint8, not {image.shape} {image.dtype}")
    if not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, not {quality}")
    if not 0 < min(image.shape[:2]) <= max(image.shape[:2]) <= LONGEST_SIDE:
        raise ValueError(f"a JPEG can't be {image.shape[1]}x{image.shape[0]}")
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _SAMPLING[subsampling]]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()


def decode_jpeg(data: bytes, field: str = "image") -> Image:
    """Return a JPEG file's picture as `(height, width, 3)` uint8 RGB, as it lies in the file.

    Raises InputError, naming `field`, where the bytes are no JPEG, are cut short, or hold over 64 million pixels.
    """
    width, height = size_of(data, field)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InputError(field, f"{width}x{height}", "is too large: give at most 64 million pixels.")
    pixels = np.frombuffer(data, np.uint8)
    decoded = cv2.imdecode(pixels, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if decoded is None:
        raise _damaged(data, field)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def size_of(data: bytes, field: str = "image") -> tuple[int, int]:
    """Return a JPEG file's width and height from its header alone; InputError where it has none or has no end."""
    if not data.startswith(b"\xff\xd8") or b"\xff\xd9" not in data[-64:]:
        raise _damaged(data, field)
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = (int.from_bytes(data[place + at : place + at + 2], "big") for at in (5, 7))
            if width and height:
                return width, height
            break
        place += 1 if marker == 0xFF else 2 + max(length, 2)
    raise _damaged(data, field)


_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})
"""Markers between the frame headers that are none: tables of Huffman and arithmetic coding, and one kept free."""


def _damaged(data: bytes, field: str) -> InputError:
    return InputError(field, shown(data[:16]), "is no whole JPEG: send it again.")
