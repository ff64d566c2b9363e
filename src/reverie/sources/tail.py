"""The end of a clip, from which a scene goes on: its last picture moved by one delivered frame, never shown again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.clock import exact_rate
from reverie.core.frame import Frame, Image, Images, Motion
from reverie.core.spec import RenderSpec, Scene
from reverie.media.film import FilmReader
from reverie.media.geometry import fit, move
from reverie.media.tail import read_tail


class TailOptions(BaseModel):
    """`path` is the clip; `fps` the frames a second it is continued at, which is how far its end lies back.

    `joined` says that a film made of such a scene begins with the clip, as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    path: Annotated[str, Field(min_length=1)]
    fps: Annotated[float, Field(gt=0, le=240)] = 24.0
    joined: bool = True


class Tail:
    """The source that goes on where a clip ends."""

    Options = TailOptions
    resumable = True
    remembers = True

    def __init__(self, options: TailOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> TailRun:  # noqa: ARG002
        """Read the clip's end, cut to the spec's shape; InputError where it is no clip."""
        picture = fit(read_tail(self.options.path).picture, spec.width, spec.height)
        return TailRun(picture, 1 / exact_rate(self.options.fps), self.options.path)


@dataclass(frozen=True, slots=True)
class TailRun:
    """One continuation of the clip at `path`; `since` is how many seconds before the scene the picture was shown."""

    picture: Image
    since: Fraction
    path: str

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Return the clip's last picture, later the last frame, moved by `motion` (rates) to `time`."""
        seconds = self.since if last is None else time - last.time
        image = move(self.picture if last is None else last.image, motion.over(float(seconds)))
        return Frame(image, time, 0 if last is None else last.index + 1, motion=motion)

    def before(self, frames: int) -> Images:
        """Return the clip's last pictures, as many as are asked for or there are, cut to the scene's shape."""
        height, width = self.picture.shape[:2]
        with FilmReader(self.path, "video") as film:
            return np.stack([fit(picture, width, height) for picture, _ in film.end(frames)])

    def close(self) -> None:
        """Nothing is held open."""
