"""Frames between given ones: what is painted or filmed at one rate is delivered at another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.clock import duration, exact_rate, frame_count
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Filter
from reverie.core.spec import RenderSpec
from reverie.filters.ways import CAMERA, Kind, Way, find_way
from reverie.media.cuts import is_cut


class InterpolateOptions(BaseModel):
    """How frames are made between two; the rates are the spec's `paint_fps` and `fps`.

    `kind` is `camera` (along the camera's motion, which is known of what we paint), `flow` (along the motion that is
    seen: for footage and key pictures), `rife` (the published network, whose file is `weights`) or `none` (the earlier
    one is held). `cuts` is how shots are known: `told` by whoever painted them, or `found` in the pictures too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "camera"
    cuts: Literal["told", "found"] = "told"
    weights: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    device: Annotated[str, Field(min_length=1, max_length=40)] = "cpu"


class Interpolate:
    """The filter that delivers `fps` frames a second of what is painted at `paint_fps`."""

    Options = InterpolateOptions

    def __init__(self, options: InterpolateOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> Filter:
        """Return the filter of one run."""
        seconds, rate = duration(spec), exact_rate(spec.fps)
        total = None if seconds is None else frame_count(seconds, rate)
        way = find_way(self.options.kind, self.options.weights, self.options.device)
        return Beat(rate, 1 / exact_rate(spec.paint_fps), total, way, finds_cuts=self.options.cuts == "found")


@dataclass(frozen=True)
class Beat:
    """Painted frames in, frames at `rate` out: frame `n` is at exactly `n / rate` seconds.

    A painted frame whose time is a delivered frame's passes as it is, bit by bit. Between two painted frames there is
    what `way` makes of them. Nothing is made across a cut: up to it the earlier picture goes on alone. After the last
    painted frame it goes on alone as well, until `total` frames are delivered (where that is known) but for no longer
    than `painted`, the seconds a painted frame stands for: a film that is stopped early ends where its pictures end.
    """

    rate: Fraction
    painted: Fraction
    total: int | None = None
    way: Way = CAMERA
    finds_cuts: bool = False

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the delivered frames; each is given as soon as the painted frames it needs are there."""
        last: Frame | None = None
        number, cut = 0, False
        for frame in frames:
            frame = self._seen(last, frame)
            reached = ceil(frame.time * self.rate)
            if last is not None:
                for due in range(number, self._limited(reached)):
                    yield self._made(last, frame, due, cut)
                    cut = False
            number, cut, last = max(number, reached), cut or frame.cut, frame
            if self._limited(number) < number or number == self.total:
                return
            if number == frame.time * self.rate:
                yield replace(frame, index=number, cut=cut)
                number, cut = number + 1, False
        if last is not None:
            for due in range(number, self._limited(ceil((last.time + self.painted) * self.rate))):
                yield self._made(last, None, due, cut)
                cut = False

    def _limited(self, number: int) -> int:
        return number if self.total is None else min(number, self.total)

    def _made(self, before: Frame, after: Frame | None, number: int, cut: bool) -> Frame:
        time = number / self.rate
        if after is None or after.cut:
            image = self.way.alone(before, time)
            motion = before.motion
        else:
            image, motion = self.way.between(before, after, time), after.motion
        origin = Origin.HELD if self.way.holds else Origin.INTERPOLATED
        return Frame(image, time, number, cut=cut, origin=origin, motion=motion)

    def _seen(self, last: Frame | None, frame: Frame) -> Frame:
        """Return the frame, marked where a new shot is seen to begin with it."""
        if not self.finds_cuts or last is None or frame.cut or not is_cut(last.image, frame.image):
            return frame
        return replace(frame, cut=True)
