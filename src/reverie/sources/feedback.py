"""The last picture, moved as the camera moves: what makes a dream endless."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from reverie.core.frame import Frame, Image, Motion
from reverie.core.spec import RenderSpec, Scene
from reverie.media.geometry import fit, move
from reverie.media.picture import open_picture


class FeedbackOptions(BaseModel):
    """`image` is the path of a picture to begin with; without one the first step starts from noise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image: str | None = None


class Feedback:
    """The source that gives back the last frame, moved by the time that has passed since."""

    Options = FeedbackOptions
    resumable = True

    def __init__(self, options: FeedbackOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> FeedbackRun:  # noqa: ARG002
        """Open the picture to begin with, cut to the spec's shape; InputError where it is none."""
        if self.options.image is None:
            return FeedbackRun(None)
        return FeedbackRun(fit(open_picture(self.options.image), spec.width, spec.height))


@dataclass(frozen=True, slots=True)
class FeedbackRun:
    """One run of feedback; all it needs is what it began with."""

    first: Image | None

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Return the last frame's picture moved by `motion` (rates) from its time to `time`.

        Where there is no last frame it is the picture to begin with, or None.
        """
        if last is None:
            return None if self.first is None else Frame(self.first, time, 0)
        seconds = float(time - last.time)
        image = last.image if seconds <= 0 else move(last.image, motion.over(seconds))
        return Frame(image, time, last.index + 1, motion=motion)

    def close(self) -> None:
        """Nothing is held open."""
