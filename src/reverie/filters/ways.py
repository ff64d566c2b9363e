"""The ways in which a picture between two others is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal, Protocol

import numpy as np

from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Image
from reverie.media import geometry
from reverie.media.flow import Pair

Kind = Literal["camera", "flow", "rife", "none"]

Network = Callable[[Image, Image, float], Image]
"""What paints the picture a share (0..1) of the way between two of one size."""


class Way(Protocol):
    """What shows a moment for which there is no picture; `holds` where it only repeats one."""

    holds: bool

    def between(self, before: Frame, after: Frame, time: Fraction) -> Image:
        """Return the picture of a moment between two frames of one shot."""
        ...

    def alone(self, before: Frame, time: Fraction) -> Image:
        """Return the picture of a moment after a frame that none of its shot follows."""
        ...


class _Moving:
    """Whatever goes on alone goes on along the camera's motion."""

    holds = False

    def alone(self, before: Frame, time: Fraction) -> Image:
        return geometry.move(before.image, before.motion.over(float(time - before.time)))


class Camera(_Moving):
    """Along the camera's motion: the earlier moved forwards and the later backwards, the one fading into the other."""

    def between(self, before: Frame, after: Frame, time: Fraction) -> Image:
        """Return the picture at a time; of two that are equal the later itself."""
        if np.array_equal(before.image, after.image):
            return after.image
        motion = STILL if after.image is before.image else after.motion
        way = motion.over(float(after.time - before.time))
        return geometry.between(before.image, after.image, way, _share(before, after, time))


class Flow(_Moving):
    """Along the motion that is seen in the two pictures, looked for once for all that lie between them."""

    def __init__(self) -> None:
        self._known: tuple[Image, Image, Pair] | None = None

    def between(self, before: Frame, after: Frame, time: Fraction) -> Image:
        """Return the picture at a time; pictures of two sizes can't be."""
        known = self._known
        if known is None or known[0] is not before.image or known[1] is not after.image:
            known = self._known = (before.image, after.image, Pair(before.image, after.image))
        return known[2].at(_share(before, after, time))


class Learned(_Moving):
    """As a network paints it."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def between(self, before: Frame, after: Frame, time: Fraction) -> Image:
        """Return the picture at a time; of two that are equal the later itself."""
        if np.array_equal(before.image, after.image):
            return after.image
        return self._network(before.image, after.image, _share(before, after, time))


class Held:
    """Not at all: the earlier one stays."""

    holds = True

    def between(self, before: Frame, after: Frame, time: Fraction) -> Image:  # noqa: ARG002
        """Return the earlier picture itself."""
        return before.image

    def alone(self, before: Frame, time: Fraction) -> Image:  # noqa: ARG002
        """Return the picture itself."""
        return before.image


CAMERA = Camera()


def find_way(kind: Kind, weights: str | None = None, device: str = "cpu") -> Way:
    """Return the way of a kind; InputError where `rife` has no file of weights, or another kind has one."""
    if kind != "rife" and weights is not None:
        raise InputError("weights", weights, f"does not go with kind '{kind}': leave it out, or ask for rife.")
    return _WAYS[kind](weights, device)


def _rife(weights: str | None, device: str) -> Way:
    if weights is None:
        raise InputError("weights", "", "is needed for rife: name its file, such as flownet_v4.25.pkl.")
    from reverie.models.interpolator import Rife

    return Learned(Rife.load(weights, device))


_WAYS: Mapping[Kind, Callable[[str | None, str], Way]] = {
    "camera": lambda weights, device: CAMERA,  # noqa: ARG005
    "flow": lambda weights, device: Flow(),  # noqa: ARG005
    "rife": _rife,
    "none": lambda weights, device: Held(),  # noqa: ARG005
}


def _share(before: Frame, after: Frame, time: Fraction) -> float:
    return float((time - before.time) / (after.time - before.time))
