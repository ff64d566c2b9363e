"""Moving a picture under the camera, and fitting one picture's shape to another's."""

from __future__ import annotations

import cmath
import math
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image, Motion

_TRACE = 1e-3
"""The weight of a picture where it has nothing to show: it counts only where the other has nothing either."""

_GAIN = 0.8
"""By how much the finest detail grows where all of a 3x3 blur's loss is added once."""

Matrix = npt.NDArray[np.float64]
"""An affine map `(2, 3)` between pixel positions of two pictures of one size."""


def placement(motion: Motion, width: int, height: int) -> Matrix:
    """Return where every pixel goes when the camera moves: `(2, 3)`, source to target, in pixels from the first.

    The camera that zooms makes things grow about the centre, that pans right sends them left, that rolls
    counter-clockwise turns them clockwise. The three act at once, as a flow z' = λz + v on the complex plane, whose
    solution is z(1) = z·e^λ + v·(e^λ - 1)/λ: so two moves of half the time are exactly one of the whole, and a move
    backwards undoes one forwards.
    """
    rate = complex(math.log(motion.zoom), math.radians(motion.rotate))
    turn = cmath.exp(rate)
    drift = -complex(motion.pan[0] * width, motion.pan[1] * height)
    shift = drift * ((turn - 1) / rate if abs(rate) > 1e-9 else 1)
    centre = complex((width - 1) / 2, (height - 1) / 2)
    offset = centre - turn * centre + shift
    return np.array([[turn.real, -turn.imag, offset.real], [turn.imag, turn.real, offset.imag]])


def warp(image: Image, placed: Matrix) -> Image:
    """Move a picture's pixels as `placement` says; what comes in from outside is the picture mirrored."""
    height, width = image.shape[:2]
    moved = cv2.warpAffine(image, placed, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


def move(image: Image, motion: Motion) -> Image:
    """Return the picture after a motion (already `Motion.over` some seconds): a new one, the same one if still."""
    if motion.still:
        return image
    return warp(image, placement(motion, image.shape[1], image.shape[0]))


def between(before: Image, after: Image, motion: Motion, share: float) -> Image:
    """Return the picture `share` (0..1) of the way from one to the other, `motion` (the whole way's) lying between.

    The earlier picture is moved forwards, the later one backwards, and the one fades smoothly into the other. Where one
    of them has nothing to show, since the camera had not come there yet or had left, the other stands alone. What a
    mixture loses in fine detail is raised again, so that sharpness does not beat with the painted frames.
    """
    weight = share * share * (3 - 2 * share)
    mixed = _mixed(before, after, motion, share, weight)
    return _sharpened(mixed, (1 - weight) * _fineness(before) + weight * _fineness(after))


def _mixed(before: Image, after: Image, motion: Motion, share: float, weight: float) -> Image:
    if motion.still:
        return np.asarray(cv2.addWeighted(before, 1 - weight, after, weight, 0), np.uint8)
    height, width = before.shape[:2]
    forwards = placement(motion.over(share), width, height)
    backwards = placement(motion.over(share - 1), width, height)
    early, late = _presence(forwards, width, height), _presence(backwards, width, height)
    return np.asarray(
        cv2.blendLinear(
            warp(before, forwards),
            warp(after, backwards),
            early * (1 - weight * late),
            late * (1 - (1 - weight) * early),
        ),
        np.uint8,
    )


def _fineness(image: Image) -> float:
    """Return how much fine detail a picture has: the spread of its green's Laplacian, in levels."""
    _, spread = cv2.meanStdDev(cv2.Laplacian(cv2.extractChannel(image, 1), cv2.CV_16S))
    return float(spread[0, 0])


def _sharpened(image: Image, fineness: float) -> Image:
    """Return the picture with its fine detail raised towards some measure of it, never lowered and never doubled."""
    has = _fineness(image)
    amount = min(1.0, (fineness / has - 1) / _GAIN) if has > 0 else 0.0
    if amount <= 0.02:
        return image
    soft = cv2.GaussianBlur(image, (3, 3), 0)
    return np.asarray(cv2.addWeighted(image, 1 + amount, soft, -amount, 0), np.uint8)


def _presence(placed: Matrix, width: int, height: int) -> npt.NDArray[np.float32]:
    """Return how much a moved picture has to show at every place, `(height, width)`: 1 inside, nearly 0 outside."""
    corners = np.array([[0, width - 1, 0, width - 1], [0, 0, height - 1, height - 1]])
    sources = np.linalg.solve(placed[:, :2], corners - placed[:, 2:])
    limits = np.array([[width - 1], [height - 1]])
    if (sources > -0.5).all() and (sources < limits + 0.5).all():
        return np.ones((height, width), np.float32)
    shown = cv2.warpAffine(_ramp(width, height), placed, (width, height), flags=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(shown, _TRACE), np.float32)


@lru_cache(maxsize=8)
def _ramp(width: int, height: int) -> npt.NDArray[np.float32]:
    """Return 1 with edges that fall off to nearly 0 over a twelfth of the shorter side."""
    soft = max(2.0, min(width, height) / 12)
    across, down = (np.minimum(np.arange(n) + 0.5, n - np.arange(n) - 0.5) / soft for n in (width, height))
    ramp = np.asarray(np.clip(np.minimum(across[None, :], down[:, None]), _TRACE, 1), np.float32)
    ramp.flags.writeable = False
    return ramp


def fit(image: Image, width: int, height: int, *, enlarge: int = cv2.INTER_CUBIC) -> Image:
    """Return the picture at another size, cut evenly at two sides where its shape is another.

    Shrinking averages areas, so that nothing flickers or aliases; growing uses `enlarge`, one of OpenCV's INTER_ kinds.
    """
    rows, columns = image.shape[:2]
    if (columns, rows) == (width, height):
        return image
    scale = max(width / columns, height / rows)
    keep_columns, keep_rows = min(columns, round(width / scale)), min(rows, round(height / scale))
    left, top = (columns - keep_columns) // 2, (rows - keep_rows) // 2
    part = image[top : top + max(1, keep_rows), left : left + max(1, keep_columns)]
    kind = cv2.INTER_AREA if scale < 1 else enlarge
    return np.asarray(cv2.resize(part, (width, height), interpolation=kind), np.uint8)


def resized(image: Image, width: int, height: int) -> Image:
    """Return the whole picture at another size, whatever that makes of its shape; it is `fit` where nothing is cut."""
    rows, columns = image.shape[:2]
    if (columns, rows) == (width, height):
        return image
    kind = cv2.INTER_AREA if width * height < columns * rows else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (width, height), interpolation=kind), np.uint8)
