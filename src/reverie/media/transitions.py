"""How one shot passes into the next, frame by frame, on the planes of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import cv2
import numpy as np

from reverie.core.spec import Transition
from reverie.media.planes import Plane, Planes


class Blend(Protocol):
    """Writes into `out` what is seen `progress` (0 the shot before, 1 the shot after) of the way between two shots."""

    def __call__(self, before: Planes, after: Planes, progress: float, out: Planes) -> None: ...  # noqa: D102


Make = Callable[[Transition, int, int], Blend]

EASINGS: Mapping[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "ease-in": lambda t: t * t,
    "ease-out": lambda t: t * (2 - t),
    "ease-in-out": lambda t: t * t * (3 - 2 * t),
}
"""Progress as shown by progress in time, both 0..1."""


def _mixed(before: Plane, after: Plane, share: float, out: Plane) -> None:
    cv2.addWeighted(before, 1 - share, after, share, 0, dst=out)


def _crossfade(_transition: Transition, _width: int, _height: int) -> Blend:
    def blend(before: Planes, after: Planes, progress: float, out: Planes) -> None:
        for one, other, into in zip(before, after, out, strict=True):
            _mixed(one, other, progress, into)

    return blend


KINDS: Mapping[str, Make] = {"crossfade": _crossfade}


def blend_of(transition: Transition, width: int, height: int) -> Blend:
    """Return what draws a transition between pictures of a size in pixels; what can be made ready is ready then."""
    drawn, easing = KINDS[transition.kind](transition, width, height), EASINGS[transition.easing]

    def blend(before: Planes, after: Planes, progress: float, out: Planes) -> None:
        drawn(before, after, float(np.clip(easing(progress), 0, 1)), out)

    return blend
