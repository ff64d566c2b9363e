"""What one picture is made from, and what makes it: the line between the run's state and the machine that computes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from reverie.backends.diffusers_image.schedule import Step
from reverie.backends.diffusers_image.words import Embedding, Ids
from reverie.core.frame import Image

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guide:
    """What steers a picture.

    `states` is `(N, tokens, width)` and `pooled` `(N, width)` or None, with N 1, or 2 where the picture is to be pushed
    away from the second by `push`: output + push * (output - second output). `scale` is the guidance embedded in
    the network, None where it has none. Guides of one `key` are the same.
    """

    key: Hashable
    states: Floats
    pooled: Floats | None = None
    push: float = 0.0
    scale: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to paint: from `image`, or from noise alone where it is None.

    `noise` is `(steps, C, h, w)`; the first joins the input, each later one the step before its own, where that asks
    for fresh noise.
    """

    image: Image | None
    noise: Floats
    steps: tuple[Step, ...]
    guide: Guide


Before = Callable[[int], None]
"""Called before every evaluation of the network with its number; may raise to stop."""


class Brush(Protocol):
    """The painting machinery of one run, for pictures of one size."""

    def prepare(self, guide: Guide, steps: tuple[Step, ...]) -> None:
        """Make ready for pictures with such a guide and such steps, so that the first is as fast as the others."""
        ...

    def paint(self, order: Order, before: Before) -> Image:
        """Return `(height, width, 3)` uint8; raises NotFinite where the network's numbers are no picture."""
        ...

    def close(self) -> None:
        """Give back memory."""
        ...


class Runtime(Protocol):
    """A loaded model on one kind of machinery; shared by any number of brushes."""

    environment: Mapping[str, Any]

    def encode(self, ids: Sequence[Ids]) -> Embedding:
        """Return the embedding of a prompt's pieces, one array for each text encoder."""
        ...

    def brush(self, width: int, height: int) -> Brush:
        """Return a brush for pictures of a size."""
        ...


def guidance_embedding(scale: float, width: int) -> Floats:
    """Return a latent consistency model's embedding `(1, width)` of a guidance scale.

    Sinusoids of 1000 (scale - 1), as published with the models (Luo et al. 2023).
    """
    half = width // 2
    rates = np.exp(np.arange(half, dtype=np.float32) * -(np.log(10000.0) / max(half - 1, 1)))
    angles = 1000.0 * np.float32(scale - 1.0) * rates
    embedded = np.concatenate([np.sin(angles), np.cos(angles), np.zeros(width - 2 * half)])
    return np.asarray(embedded[None], np.float32)


def time_ids(height: int, width: int) -> Floats:
    """Return what SDXL is told of a picture: its size, no crop, and its size again, `(1, 6)`."""
    return np.asarray([[height, width, 0, 0, height, width]], np.float32)
