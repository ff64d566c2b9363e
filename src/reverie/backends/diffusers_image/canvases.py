"""What is painted when: steps and pixels may change from one picture to the next, and the film's size never does.

The noise is always the whole canvas's. A smaller picture takes some of its values, each once: they are as white and of
the same variance, they go on from picture to picture, and are all there again when the canvas is whole again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reverie.backends.diffusers_image.noise import Noise
from reverie.backends.diffusers_image.painting import Brush, Guide
from reverie.backends.diffusers_image.schedule import Step


@dataclass(frozen=True, slots=True)
class Asked:
    """How one picture is painted: network evaluations, and pixels `(width, height)`."""

    steps: int
    size: tuple[int, int]


class Canvases:
    """The brushes of one run, made when they are first needed; `whole` is how pictures are painted if nothing is said.

    `ready` may be called from another thread than `at`.
    """

    def __init__(self, whole: Asked, make: Callable[[int, int], Brush]) -> None:
        self.whole, self._make = whole, make
        self._brushes: dict[tuple[int, int], Brush] = {whole.size: make(*whole.size)}

    def asked(self, options: Mapping[str, Any]) -> Asked:
        """Return what live options ask for; nothing is painted larger than the film."""
        width, height = self.whole.size
        size = min(width, int(options.get("width", width))), min(height, int(options.get("height", height)))
        return Asked(int(options.get("num_inference_steps", self.whole.steps)), size)

    def at(self, size: tuple[int, int]) -> Brush:
        """Return the brush for pictures of a size."""
        brush = self._brushes.get(size)
        if brush is None:
            brush = self._brushes[size] = self._make(*size)
        return brush

    def ready(self, asked: Asked, guide: Guide, steps: tuple[Step, ...]) -> None:
        """Make a brush for a size that there is none for yet; it is there for `at` when it has all it needs."""
        if asked.size not in self._brushes:
            brush = self._make(*asked.size)
            brush.prepare(guide, steps)
            self._brushes.setdefault(asked.size, brush)

    def taken(self, noise: Noise, size: tuple[int, int]) -> Noise:
        """Return the whole canvas's noise `(N, C, H, W)` for pictures of a size, in latent places."""
        if size == self.whole.size:
            return noise
        rows, columns = (
            np.arange(count * part // of) * of // part
            for count, part, of in zip(noise.shape[2:], reversed(size), reversed(self.whole.size), strict=True)
        )
        return np.ascontiguousarray(noise[:, :, rows[:, None], columns])

    def close(self) -> None:
        """Give back memory."""
        for brush in self._brushes.values():
            brush.close()
