"""Laying a seed picture into another under a Gaussian radial mask."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image, Motion
from reverie.engine.spark import Layer
from reverie.media.geometry import move

_FARTHEST = 8.0
"""How many times larger or smaller than painted a seed is ever shown, however fast the camera zooms."""


def laid(image: Image, seed: Image, radius: float, weight: float) -> Image:
    """Return `image` with `seed` laid over it: by `weight` at the centre, falling off as a Gaussian.

    `radius` is the standard deviation as a share of half the width and half the height.
    """
    height, width = image.shape[:2]
    share = weight * np.exp(_squared(height, width) * np.float32(-0.5 / radius**2))
    return _towards(image, seed, share[:, :, None])


def mixed(image: Image, other: Image, weight: float) -> Image:
    """Return the picture `weight` (0..1) of the way to another."""
    if weight == 0.0:
        return image
    return _towards(image, other, np.full((1, 1, 1), weight, dtype=np.float32))


def seen(seed: Image, layer: Layer, motion: Motion, frame: float) -> Image:
    """Return the seed as the camera sees it `layer.age` frames after it was painted; `frame` is seconds a frame."""
    moved = motion.over(layer.age * frame)
    zoom = min(max(moved.zoom, 1 / _FARTHEST), _FARTHEST)
    return move(seed, Motion(zoom, moved.pan, moved.rotate))


def _towards(image: Image, other: Image, share: npt.NDArray[np.float32]) -> Image:
    base = image.astype(np.float32)
    return np.asarray(np.rint(base + share * (other - base)), np.uint8)


@lru_cache(maxsize=4)
def _squared(height: int, width: int) -> npt.NDArray[np.float32]:
    """Squared distance to the centre, 1 in the middle of each side."""
    down = np.linspace(-1.0, 1.0, height, dtype=np.float32) ** 2
    across = np.linspace(-1.0, 1.0, width, dtype=np.float32) ** 2
    return down[:, None] + across[None, :]
