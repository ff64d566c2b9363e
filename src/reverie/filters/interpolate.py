"""Frames between painted ones, along the camera's known motion: what is painted at one rate is delivered at another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np
from pydantic import BaseModel, ConfigDict

from reverie.core.clock import duration, exact_rate, frame_count
from reverie.core.frame import STILL, Frame, Image, Motion, Origin
from reverie.core.protocols import Filter
from reverie.core.spec import RenderSpec
from reverie.media.geometry import between, move


class InterpolateOptions(BaseModel):
    """There is nothing to choose: the rates are the spec's `paint_fps` and `fps`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interpolate:
    """The filter that delivers `fps` frames a second of what is painted at `paint_fps`."""

    Options = InterpolateOptions

    def __init__(self, options: InterpolateOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> Filter:
        """Return the filter of one run."""
        seconds, rate = duration(spec), exact_rate(spec.fps)
        total = None if seconds is None else frame_count(seconds, rate)
        return Beat(rate, 1 / exact_rate(spec.paint_fps), total)


@dataclass(frozen=True)
class Beat:
    """Painted frames in, frames at `rate` out: frame `n` is at exactly `n / rate` seconds.

    A painted frame whose time is a delivered frame's passes as it is, bit by bit. Between two painted frames the
    earlier one is moved forwards and the later one backwards by the motion between them, and the one fades into the
    other. Nothing fades across a cut: up to it the earlier picture moves on alone. After the last painted frame it
    moves on alone as well, until `total` frames are delivered (where that is known) but for no longer than `painted`,
    the seconds a painted frame stands for: a film that is stopped early ends where its pictures end.
    """

    rate: Fraction
    painted: Fraction
    total: int | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Return the delivered frames; each is given as soon as the painted frames it needs are there."""
        last: Frame | None = None
        number, cut = 0, False
        for frame in frames:
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
            image, motion = move(before.image, before.motion.over(float(time - before.time))), before.motion
        else:
            share = float((time - before.time) / (after.time - before.time))
            motion = STILL if after.image is before.image else after.motion
            image = _faded(before, after, motion, share)
        blooming = before.blooming and (after is None or after.blooming)
        return Frame(image, time, number, cut=cut, origin=Origin.INTERPOLATED, motion=motion, blooming=blooming)


def _faded(before: Frame, after: Frame, motion: Motion, share: float) -> Image:
    if np.array_equal(before.image, after.image):
        return after.image
    way = motion.over(float(after.time - before.time))
    return between(before.image, after.image, way, share)
