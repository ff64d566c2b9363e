"""Change held softly, pixel by pixel, so that nothing flashes."""

from __future__ import annotations

from typing import Annotated, Self, cast

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from reverie.core.frame import Frame, Image
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning


class LimitOptions(BaseModel):
    """How much a pixel may change in one frame, as shares of white: freely up to `knee`, never more than `limit`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    knee: Annotated[float, Field(ge=0, le=1)] = 0.15
    limit: Annotated[float, Field(gt=0, le=1)] = 0.35

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.knee > self.limit:
            raise ValueError(f"knee {self.knee:g} is over limit {self.limit:g}; swap them")
        return self


class Limit:
    """Corrector that limits how far a pixel moves from the source picture in one frame."""

    Options = LimitOptions
    resumable = True

    def __init__(self, options: LimitOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> LimitCorrection:  # noqa: ARG002
        """Begin a run."""
        return LimitCorrection(self.options)


class LimitCorrection:
    """The state of one run: the table of allowed changes, which never changes."""

    def __init__(self, options: LimitOptions) -> None:
        self._allowed = allowed(options)

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image:  # noqa: ARG002
        """Return the picture with large changes to the source's held back; as it is where there is no source."""
        if source is None or source.image.shape != image.shape:
            return image
        up = cv2.LUT(cv2.subtract(image, source.image), self._allowed)
        down = cv2.LUT(cv2.subtract(source.image, image), self._allowed)
        return cast(Image, cv2.subtract(cv2.add(source.image, up), down))


def allowed(options: LimitOptions) -> npt.NDArray[np.uint8]:
    """Return what becomes of each change from 0 to 255 levels: itself up to the knee, then less, up to the limit."""
    wanted = np.arange(256) / 255.0
    room = max(options.limit - options.knee, 1e-9)
    beyond = options.knee + room * np.tanh((wanted - options.knee) / room)
    return np.rint(255.0 * np.where(wanted <= options.knee, wanted, beyond)).astype(np.uint8)
