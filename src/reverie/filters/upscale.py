"""Frames larger than they were: by Lanczos, or by a network whose weights are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reverie.core.frame import Frame, Image
from reverie.core.protocols import Filter
from reverie.core.spec import MAX_SIDE, RenderSpec, Side
from reverie.filters.resize import ResizeOptions, Sized

_Enlarge = Callable[[Image], Image]


class UpscaleOptions(BaseModel):
    """How much larger frames become, and by what.

    `scale` is how many times; `width` and `height` (pixels) are an exact size instead, of which two sides are cut where
    the shape is another. `weights` is a file of a network of Real-ESRGAN's kind, which enlarges by its own measure
    before the size is met; without one Lanczos does it. `tile` is the side that the network sees at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    scale: Annotated[float, Field(gt=0, le=8)] | None = None
    width: Side | None = None
    height: Side | None = None
    weights: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    tile: Annotated[int, Field(ge=32, le=2048)] = 256
    device: Annotated[str, Field(min_length=1, max_length=40)] = "cpu"

    @model_validator(mode="after")
    def _says_how_large(self) -> Self:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height go together: give both")
        if self.scale is not None and self.width is not None:
            raise ValueError("scale and a size exclude each other: give one")
        if self.scale is None and self.width is None and self.weights is None:
            raise ValueError("nothing says how large frames are to be: give scale, a size, or weights")
        return self


class Upscale:
    """The filter that enlarges every frame."""

    Options = UpscaleOptions

    def __init__(self, options: UpscaleOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> Filter:  # noqa: ARG002
        """Return the filter of one run, with its network loaded; InputError where there is none in the file."""
        return Enlarged(self.options, self._network())

    def _network(self) -> _Enlarge | None:
        if self.options.weights is None:
            return None
        from reverie.models.upscaler import Upscaler

        return Upscaler.load(self.options.weights, self.options.device, self.options.tile)


@dataclass(frozen=True)
class Enlarged:
    """Frames in, the same frames larger out."""

    options: UpscaleOptions
    network: _Enlarge | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the frames enlarged, nothing else about them changed."""
        return (replace(frame, image=self.enlarged(frame.image)) for frame in frames)

    def enlarged(self, image: Image) -> Image:
        """Return one picture, `(height, width, 3)` uint8, at the size wanted."""
        wanted = self._wanted(image)
        if self.network is not None:
            image = self.network(image)
        if wanted is None:
            return image
        return Sized(ResizeOptions(width=wanted[0], height=wanted[1])).sized(image)

    def _wanted(self, image: Image) -> tuple[int, int] | None:
        """Return the size that frames are to have, None where it is the network's."""
        to = self.options
        if to.width is not None and to.height is not None:
            return to.width, to.height
        if to.scale is None:
            return None
        return scaled(image, to.scale)


def scaled(image: Image, scale: float) -> tuple[int, int]:
    """Return a picture's width and height times `scale`, whole pixels within what a film can have."""
    height, width = image.shape[:2]
    return min(MAX_SIDE, max(16, round(width * scale))), min(MAX_SIDE, max(16, round(height * scale)))
