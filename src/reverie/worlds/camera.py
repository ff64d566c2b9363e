"""Where the picture is seen from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Camera:
    """A view into a world; the default is the picture as composed.

    zoom: optical, > 0: everything grows by this factor about the centre of the picture.
    pan_x, pan_y: the camera's place in half picture heights; the nearest layer moves by all of it, the sky by a third.
    roll: turn about the centre in degrees, counter-clockwise for the camera.
    dolly: how far the camera has gone into the picture, in units of the nearest layer's distance (which is 1): a layer
    at distance z grows by z / (z - dolly), so near things grow faster and the sky not at all.
    time: seconds of the world's own life (clouds drift, waves roll, lights breathe).
    """

    zoom: float = 1.0
    pan_x: float = 0.0
    pan_y: float = 0.0
    roll: float = 0.0
    dolly: float = 0.0
    time: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a zoom that shows nothing."""
        if not self.zoom > 0:
            raise ValueError(f"camera: zoom must be over 0, not {self.zoom}")

    def shift(self, distance: float) -> tuple[float, float]:
        """Offset, in half picture heights, of a layer at `distance` >= 1 that the pan causes."""
        share = 0.33 + 0.67 / distance
        return self.pan_x * share, self.pan_y * share

    def spread(self, distance: float) -> float:
        """How much of a layer's width is in view: 1 without dolly, less when the camera came nearer."""
        return max(distance - self.dolly, 0.12 * distance) / distance
