"""A number along the upper edge of a picture, that lives through any codec, any size, and a browser's own reading.

Ten blocks of light or dark, and the same ten turned round: what is not whole is not read. The strip is a sixteenth of
the picture's height, each block a twentieth of its width or height, whichever is less, in the middle of its width: a
picture that is cut to a square still bears it. Only the middle of a block counts.
"""

from __future__ import annotations

import cv2
import numpy as np

from reverie.core.frame import Image

BITS = 10
COUNT = 1 << BITS
STRIP = 16
_CELL, _DARK, _LIGHT, _MIDDLE = 4, 24, 232, 128
_LUMA = (0.299, 0.587, 0.114)


def tallied(image: Image, number: int) -> Image:
    """Return a copy of a picture that bears a number, modulo 1024."""
    height, width = image.shape[:2]
    bits = [(number % COUNT) >> place & 1 for place in range(BITS)]
    blocks = np.array([_LIGHT if bit else _DARK for bit in (*bits, *(1 - bit for bit in bits))], np.uint8)
    marked, (left, side) = image.copy(), _place(width, height)
    marked[: max(2, height // STRIP), left : left + side] = blocks[np.arange(side) * 2 * BITS // side][None, :, None]
    return marked


def read_tally(image: Image) -> int | None:
    """Return the number that a picture bears, None where it bears none that is whole."""
    height, width = image.shape[:2]
    left, side = _place(width, height)
    strip = image[: max(2, height // STRIP), left : left + side]
    small = cv2.resize(strip, (2 * BITS * _CELL, _CELL), interpolation=cv2.INTER_AREA).astype(np.float32)
    cells = small[1:-1].reshape(_CELL - 2, 2 * BITS, _CELL, 3)[:, :, 1:-1].mean(axis=(0, 2)) @ np.array(_LUMA)
    bits = [bool(level > _MIDDLE) for level in cells]
    if any(one is other for one, other in zip(bits[:BITS], bits[BITS:], strict=True)):
        return None
    return sum(bit << place for place, bit in enumerate(bits[:BITS]))


def _place(width: int, height: int) -> tuple[int, int]:
    side = min(width, height)
    return (width - side) // 2, side
