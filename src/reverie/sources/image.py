"""A picture brought to life: the first frame is the picture, later ones go on from it as the camera moves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.frame import Frame, Motion
from reverie.core.frame import Image as Picture
from reverie.core.spec import RenderSpec, Scene
from reverie.media.geometry import fit, move
from reverie.media.picture import open_picture


class ImageOptions(BaseModel):
    """`path` is the picture: turned upright, its colours brought to sRGB, what is transparent laid over a ground."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1)]


class Image:
    """The source that begins with a picture; with a strength of 0 it is the first frame, bit by bit."""

    Options = ImageOptions
    resumable = True

    def __init__(self, options: ImageOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> ImageRun:  # noqa: ARG002
        """Open the picture, cut to the spec's shape; InputError where it is none."""
        return ImageRun(fit(open_picture(self.options.path), spec.width, spec.height))


@dataclass(frozen=True, slots=True)
class ImageRun:
    """One showing of a picture."""

    picture: Picture

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Return the picture, and after it the last frame moved by `motion` (rates) from its time to `time`."""
        if last is None:
            return Frame(self.picture, time, 0)
        seconds = float(time - last.time)
        image = last.image if seconds <= 0 else move(last.image, motion.over(seconds))
        return Frame(image, time, last.index + 1, motion=motion)

    def close(self) -> None:
        """Nothing is held open."""
