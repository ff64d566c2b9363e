"""What is told of a piece of work beside its result: each frame's origin and motion, and how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reverie.core.clock import exact_rate
from reverie.core.frame import STILL, Frame, Image, Motion, Origin
from reverie.core.report import Event, Report

_REPORTS: TypeAdapter[Report] = TypeAdapter(Report)


class FrameNote(BaseModel):
    """What a painted frame was, but for its picture: see `core.frame.Frame`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: Origin
    motion: tuple[float, tuple[float, float], float] = (1.0, (0.0, 0.0), 0.0)

    @classmethod
    def of(cls, frame: Frame) -> FrameNote:
        """Note a frame."""
        return cls(origin=frame.origin, motion=(frame.motion.zoom, frame.motion.pan, frame.motion.rotate))

    def frame(self, image: Image, index: int, paint_fps: float) -> Frame:
        """Return the frame again, whose picture is `image`."""
        motion = Motion(*self.motion)
        return Frame(
            image, index / exact_rate(paint_fps), index, origin=self.origin, motion=STILL if motion.still else motion
        )


class Notes(BaseModel):
    """What lies beside a result: notes of its frames where a later unit needs them, and its report as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: tuple[FrameNote, ...] = ()
    report: str

    @classmethod
    def of(cls, report: Report, frames: tuple[FrameNote, ...] = ()) -> Notes:
        """Note how a unit went."""
        return cls(frames=frames, report=_REPORTS.dump_json(report).decode())

    def told(self) -> Report:
        """Return the report."""
        return _REPORTS.validate_json(self.report)


def merged(first: Report, later: Report, shift: tuple[int, float]) -> Report:
    """Return one report of two stretches of a film; `shift` is by how many frames and seconds the later one begins."""
    counts = Counter(first.frames) + Counter(later.frames)
    names = dict.fromkeys(name for name in (*first.backend.split(" and "), later.backend) if name)
    return replace(
        first,
        frames=dict(counts),
        vitals=(*first.vitals, *(replace(signs, time=signs.time + shift[1]) for signs in later.vitals)),
        sparks=(*first.sparks, *_moved(later.sparks, shift)),
        rerolls=(*first.rerolls, *_moved(later.rerolls, shift)),
        fallbacks=(*first.fallbacks, *_moved(later.fallbacks, shift)),
        hints=(*first.hints, *_moved(later.hints, shift)),
        backend=" and ".join(names),
        environment=first.environment or later.environment,
        latency=first.latency or later.latency,
    )


def _moved(events: Iterable[Event], shift: tuple[int, float]) -> Iterator[Event]:
    return (replace(event, frame=event.frame + shift[0], time=event.time + shift[1]) for event in events)
