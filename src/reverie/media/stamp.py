"""A frame's number and moment, written into the picture itself, so that whoever holds the picture knows its age.

96 bits in blocks of 8x8 pixels, row by row from the top left corner: what JPEG and H.264 keep best is the mean of a
block. 24 of them are a checksum, so a stamp is read whole or not at all.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reverie.core.errors import InputError
from reverie.core.frame import Image

BLOCK = 8
BITS = 96
TICKS_PER_SECOND = 10_000
_MARGIN = 2
_DARK, _LIGHT, _MIDDLE = 24, 232, 128
_LUMA = np.array([0.299, 0.587, 0.114])
_INDEX_BYTES, _CLOCK_BYTES, _CHECK_BYTES = 4, 5, 3
_CLOCK_RANGE = 1 << (8 * _CLOCK_BYTES)


class Stamp(NamedTuple):
    """What is written: a frame's index, modulo 2³², and the clock in seconds, in steps of 0.1 ms modulo 3.5 years."""

    frame: int
    clock: float

    def age(self, now: float) -> float:
        """Return the seconds from the stamp's moment to `now`, negative where the clocks disagree."""
        span = _CLOCK_RANGE / TICKS_PER_SECOND
        return float((now - self.clock + span / 2) % span - span / 2)


def stamped(image: Image, index: int, clock: float) -> Image:
    """Return a copy of a picture with a stamp; InputError where the picture is too small to hold one."""
    height, width = image.shape[:2]
    columns, rows = _layout(width)
    if not columns or rows * BLOCK > height:
        raise InputError("stamp", f"{width}x{height}", "is too small a picture to be stamped: use 128x48 or larger.")
    bits = np.zeros(columns * rows, np.uint8)
    bits[:BITS] = np.unpackbits(np.frombuffer(_packed(index, clock), np.uint8))
    blocks = np.where(bits.reshape(rows, columns), _LIGHT, _DARK).astype(np.uint8)
    marked = image.copy()
    marked[: rows * BLOCK, : columns * BLOCK] = blocks.repeat(BLOCK, 0).repeat(BLOCK, 1)[..., None]
    return marked


def read_stamp(image: Image) -> Stamp | None:
    """Return the stamp that a picture, compressed or not, bears; None where it bears none that is whole."""
    columns, rows = _layout(image.shape[1])
    if not columns or rows * BLOCK > image.shape[0]:
        return None
    light = image[: rows * BLOCK, : columns * BLOCK].astype(np.float64) @ _LUMA
    blocks = light.reshape(rows, BLOCK, columns, BLOCK)[:, _MARGIN:-_MARGIN, :, _MARGIN:-_MARGIN]
    return _unpacked(blocks.mean(axis=(1, 3)) > _MIDDLE)


def _layout(width: int) -> tuple[int, int]:
    """Return how many columns and rows of blocks a stamp takes in a picture so wide."""
    columns = min(width // BLOCK, BITS)
    return columns, -(-BITS // columns) if columns else 0


def _packed(index: int, clock: float) -> bytes:
    ticks = round(clock * TICKS_PER_SECOND) % _CLOCK_RANGE
    said: bytes = (index % 2**32).to_bytes(_INDEX_BYTES, "big") + ticks.to_bytes(_CLOCK_BYTES, "big")
    return said + _checksum(said)


def _unpacked(blocks: npt.NDArray[np.bool_]) -> Stamp | None:
    found = np.packbits(blocks.reshape(-1)[:BITS]).tobytes()
    said, check = found[:-_CHECK_BYTES], found[-_CHECK_BYTES:]
    if _checksum(said) != check:
        return None
    ticks = int.from_bytes(said[_INDEX_BYTES:], "big")
    return Stamp(int.from_bytes(said[:_INDEX_BYTES], "big"), ticks / TICKS_PER_SECOND)


def _checksum(said: bytes) -> bytes:
    return zlib.crc32(said).to_bytes(4, "big")[:_CHECK_BYTES]
