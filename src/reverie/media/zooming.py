"""A plane seen from nearer or further away, with the blur of the motion."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

_DOUBLINGS = 3


def zoomed(plane: npt.NDArray[np.uint8], way: float, speed: float = 0.0) -> npt.NDArray[np.uint8]:
    """Return a plane whose size is doubled `way` times about its middle; beyond its borders it is mirrored.

    `speed` is how far it goes while the shutter is open, in the same measure. Eight pictures on that way are laid over
    one another by averaging three times with what is twice as far away, which costs three.
    """
    shown = _scaled(plane, way - speed / 2)
    for doubling in range(_DOUBLINGS):
        step = speed * 2**doubling / 2**_DOUBLINGS
        if abs(step) * max(plane.shape) > 0.5:
            shown = np.asarray(cv2.addWeighted(shown, 0.5, _scaled(shown, step), 0.5, 0), np.uint8)
    return shown


def _scaled(plane: npt.NDArray[np.uint8], way: float) -> npt.NDArray[np.uint8]:
    height, width = plane.shape
    scale = 2**way
    place = np.array([[scale, 0, (1 - scale) * (width - 1) / 2], [0, scale, (1 - scale) * (height - 1) / 2]])
    return np.asarray(cv2.warpAffine(plane, place, (width, height), borderMode=cv2.BORDER_REFLECT_101), np.uint8)
