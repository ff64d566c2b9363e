"""Frames at another size than they were painted at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.frame import Frame, Image
from reverie.core.protocols import Filter
from reverie.core.spec import RenderSpec, Side
from reverie.media.geometry import fit

KINDS: dict[str, int] = {"lanczos": cv2.INTER_LANCZOS4, "cubic": cv2.INTER_CUBIC, "nearest": cv2.INTER_NEAREST}
"""How growing pictures are filled in: sharpest, softer, and as the squares they are made of."""

_REACH = 0.6
"""Radius of sharpening in painted pixels: what is enlarged has nothing finer to sharpen."""


class ResizeOptions(BaseModel):
    """What frames become.

    `width` and `height` are in pixels; where the shape is another, two sides are cut. `kind` says how they grow
    (shrinking always averages), `sharpen` (0..2) how much a grown picture's edges are raised.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    width: Side
    height: Side
    kind: Literal["lanczos", "cubic", "nearest"] = "lanczos"
    sharpen: Annotated[float, Field(ge=0, le=2)] = 0.35


class Resize:
    """The filter that gives every frame one size."""

    Options = ResizeOptions

    def __init__(self, options: ResizeOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> Filter:  # noqa: ARG002
        """Return the filter of one run."""
        return Sized(self.options)


@dataclass(frozen=True)
class Sized:
    """Frames in, the same frames at another size out."""

    options: ResizeOptions

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames resized, nothing else about them changed."""
        return (replace(frame, image=self.sized(frame.image)) for frame in frames)

    def sized(self, image: Image) -> Image:
        """Return one picture, `(height, width, 3)` uint8, at the size wanted."""
        to = self.options
        resized = fit(image, to.width, to.height, enlarge=KINDS[to.kind])
        growth = max(to.width / image.shape[1], to.height / image.shape[0])
        if growth <= 1 or not to.sharpen or to.kind == "nearest":
            return resized
        soft = cv2.GaussianBlur(resized, (0, 0), _REACH * growth)
        return np.asarray(cv2.addWeighted(resized, 1 + to.sharpen, soft, -to.sharpen, 0), np.uint8)
