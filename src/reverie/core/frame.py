"""The one thing that flows: a picture and its moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""One picture: `(height, width, 3)` uint8, sRGB."""

Images = npt.NDArray[np.uint8]
"""A run of pictures: `(frames, height, width, 3)` uint8, sRGB."""


class Origin(StrEnum):
    """How a frame came about."""

    PAINTED = "painted"
    INTERPOLATED = "interpolated"
    HELD = "held"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class Motion:
    """Camera motion as a rate, so that the look does not depend on the frame rate.

    `zoom` is a ratio per second (1.05 a frame at 10 frames a second is 1.63), `pan` shares of the width and the
    height per second (right and down are positive), `rotate` degrees per second, counter-clockwise.
    """

    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    rotate: float = 0.0

    @classmethod
    def per_frame(cls, zoom: float, fps: float) -> Motion:
        """Turn a zoom per frame at `fps` frames a second into the rate it amounts to."""
        return cls(zoom=zoom**fps)

    def over(self, seconds: float) -> Motion:
        """Return what this rate amounts to over a stretch of time: zoom factor, shares, degrees."""
        return Motion(self.zoom**seconds, (self.pan[0] * seconds, self.pan[1] * seconds), self.rotate * seconds)

    def blended(self, other: Motion, weight: float) -> Motion:
        """Return the motion `weight` (0..1) of the way to `other`; zoom is blended by its logarithm."""
        keep = 1.0 - weight
        return Motion(
            self.zoom**keep * other.zoom**weight,
            (keep * self.pan[0] + weight * other.pan[0], keep * self.pan[1] + weight * other.pan[1]),
            keep * self.rotate + weight * other.rotate,
        )

    @property
    def still(self) -> bool:
        """True where nothing moves."""
        return self == STILL

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Motion:
        """Build a motion from a mapping with any of `zoom`, `pan`, `rotate`; unknown names raise TypeError."""
        known = {field.name for field in fields(cls)}
        if unknown := set(values) - known:
            raise TypeError(f"unknown motion {sorted(unknown)}")
        return cls(**values)


STILL = Motion()


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and its moment.

    `image` is `(height, width, 3)` uint8 RGB, `time` exact seconds from the film's start, `index` counts from 0,
    `cut` marks the first frame of a new shot, `motion` is the camera's rate since the last painted frame, `blooming`
    says that a spark's seed is laid into it.
    """

    image: Image
    time: Fraction
    index: int
    cut: bool = False
    origin: Origin = Origin.PAINTED
    motion: Motion = STILL
    blooming: bool = False
