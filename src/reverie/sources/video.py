"""The frames of a film, by its own clock: for painting over what was recorded."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.clock import exact_rate, exact_seconds
from reverie.core.frame import Frame, Image, Motion
from reverie.core.protocols import State
from reverie.core.spec import RenderSpec, Scene
from reverie.media.geometry import fit
from reverie.media.video import read_frames

_COARSEST_CLOCK = Fraction(1, 200)
"""Seconds: half a tick of a GIF's clock, the coarsest there is."""


class VideoOptions(BaseModel):
    """Which film and which part of it.

    `path` is the film; `start` the second it begins at; `speed` how fast it runs: 0.5 takes twice as long.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    path: str
    start: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    speed: Annotated[float, Field(ge=0.01, le=100)] = 1.0


class Video:
    """The source that plays a film; where the film ends, its last picture stays."""

    Options = VideoOptions
    resumable = True

    def __init__(self, options: VideoOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> VideoRun:  # noqa: ARG002
        """Open the film; InputError where it is none."""
        return VideoRun(self.options, spec.width, spec.height)


class VideoRun:
    """One showing of a film, fitted to a size in pixels."""

    def __init__(self, options: VideoOptions, width: int, height: int) -> None:
        self._path, self._size = options.path, (width, height)
        self._start, self._speed = exact_seconds(options.start), exact_rate(options.speed)
        self._origin: Fraction | None = None
        self._begin()

    def _begin(self) -> None:
        self._film = read_frames(self._path, "video")
        self._show(next(self._film))

    def _show(self, shown: tuple[Image, Fraction]) -> None:
        (self._picture, self._since), self._fitted = shown, False
        self._next = next(self._film, None)

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Return the picture the film shows at `time`; it begins when it is first asked, whenever that is."""
        self._origin = time if self._origin is None else self._origin
        moment = self._start + (time - self._origin) * self._speed + _COARSEST_CLOCK
        if moment < self._since:
            self.close()
            self._begin()
        while self._next is not None and self._next[1] <= moment:
            self._show(self._next)
        if not self._fitted:
            self._picture, self._fitted = fit(self._picture, *self._size), True
        return Frame(self._picture, time, 0 if last is None else last.index + 1, motion=motion)

    def state(self) -> State:
        """Return when it began; which picture is due follows from that and the time."""
        return {"origin": self._origin}

    def restore(self, state: State) -> None:
        """Begin when another did."""
        self._origin = state["origin"]

    def close(self) -> None:
        """Let go of the film."""
        self._film.close()
