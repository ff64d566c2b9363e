"""Pictures to test the loop with."""

from __future__ import annotations

import numpy as np

from reverie.core.frame import Image
from tests.fakes import as_bytes, texture


def picture(seed: int = 0, side: int = 64, prompt: str = "a reef") -> Image:
    """Return a lively picture."""
    return as_bytes(texture(((prompt, 1.0),), seed, side, side))


def plain(level: int, side: int = 64) -> Image:
    """Return one flat grey."""
    return np.full((side, side, 3), level, dtype=np.uint8)
