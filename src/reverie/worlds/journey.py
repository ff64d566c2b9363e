"""A camera's way through one world after another, so that a zoom never ends and never runs out of detail."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reverie.core.frame import Motion
from reverie.worlds.camera import Camera

Plane = npt.NDArray[np.floating]

_MIDDLE, _LOW, _APART, _SKY_DEPTH = 0.55, 0.05, 0.25, 0.99
_PAN_REACH = (1.6, 0.5)
_PARALLAX = 1.4
"""The nearest layer moves by all of a pan and the sky by a third: this much more makes the middle keep pace."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What a zoom goes to: a point of the resting picture in world units, and how far away it is (1 = nearest)."""

    x: float = 0.0
    y: float = 0.0
    distance: float = 1000.0

    def framed(self, camera: Camera) -> Camera:
        """Return the camera with the pan that keeps this point where it was when the camera was wide."""
        share = 0.33 + 0.67 / self.distance
        gone = (1.0 - camera.spread(self.distance) / camera.zoom) / share
        return replace(camera, pan_x=camera.pan_x + self.x * gone, pan_y=camera.pan_y + self.y * gone)


def places_of_interest(detail: Plane, depth: Plane, count: int) -> list[Focus]:
    """Return points that may be worth going to, best first: rich in detail, near the middle, apart, and not the sky.

    `detail` (how much happens, >= 0) and `depth` (0 nearest .. 1 sky) are maps `(H, W)` of the world at rest.
    """
    rows, columns = detail.shape
    y, x = np.linspace(1, -1, rows)[:, None], np.linspace(-1, 1, columns)[None]
    middle = np.exp(-((x / _MIDDLE) ** 2 + ((y + _LOW) / _MIDDLE) ** 2))
    weight = (detail + 1e-3 * detail.max() + 1e-9) * middle * np.where(depth > _SKY_DEPTH, 0.15, 1.0)
    found = []
    for _ in range(count):
        row, column = np.unravel_index(int(weight.argmax()), weight.shape)
        across, up = float(x[0, column]), float(y[row, 0])
        distance = 1.0 / max(1.0 - float(depth[row, column]), 1e-3)
        found.append(Focus(across * columns / rows, up, distance))
        weight = np.where((x - across) ** 2 + (y - up) ** 2 < _APART**2, 0.0, weight)
    return found


@dataclass(frozen=True, slots=True)
class Course:
    """How far one world is travelled: to `deep` times its size, the camera walking `dolly` into it on the way."""

    deep: float = 3.0
    dolly: float = 0.3

    def begin(self, motion: Motion, aspect: float) -> Camera:
        """Return where a world is entered: wide when going in, deep when coming out, at the far side of a pan."""
        across, down = (_sign(share) * reach / 2 for share, reach in zip(motion.pan, _PAN_REACH, strict=True))
        return self.at(Camera(pan_x=-across * aspect, pan_y=down, zoom=self.deep if motion.zoom < 1 else 1.0))

    def moved(self, camera: Camera, motion: Motion, seconds: float, aspect: float) -> Camera:
        """Return the camera after some seconds of a motion (a rate), and the world as much older."""
        gone = motion.over(seconds)
        scale = _PARALLAX / camera.zoom
        right, down = gone.pan[0] * 2 * aspect * scale, gone.pan[1] * 2 * scale
        angle = math.radians(camera.roll)
        moved = replace(
            camera,
            zoom=camera.zoom * gone.zoom,
            pan_x=camera.pan_x + right * math.cos(angle) + down * math.sin(angle),
            pan_y=camera.pan_y + right * math.sin(angle) - down * math.cos(angle),
            roll=(camera.roll + gone.rotate) % 360.0,
            time=camera.time + seconds,
        )
        return self.at(moved)

    def at(self, camera: Camera) -> Camera:
        """Return the camera with the dolly that belongs to its depth."""
        depth = math.log(max(camera.zoom, 1.0)) / math.log(self.deep)
        return replace(camera, dolly=self.dolly * min(depth, 1.5))

    def spent(self, camera: Camera, motion: Motion, aspect: float) -> bool:
        """True where going on as now leads out of what the world has to show."""
        deeper = motion.zoom > 1 and camera.zoom >= self.deep
        wider = motion.zoom < 1 and camera.zoom <= 1.0
        aside = abs(camera.pan_x) > _PAN_REACH[0] * aspect or abs(camera.pan_y) > _PAN_REACH[1]
        return deeper or wider or (aside and motion.pan != (0.0, 0.0))


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))
