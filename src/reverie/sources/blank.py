"""No picture: every step starts from noise."""

from __future__ import annotations

from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from reverie.core.frame import Frame, Motion
from reverie.core.spec import RenderSpec, Scene


class BlankOptions(BaseModel):
    """There is nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Blank:
    """The source that has nothing to start from."""

    Options = BlankOptions
    resumable = True

    def __init__(self, options: BlankOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> Blank:  # noqa: ARG002
        """Return itself: there is no state."""
        return self

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:  # noqa: ARG002
        """Return None, whatever the moment."""
        return None

    def close(self) -> None:
        """Nothing is held open."""
