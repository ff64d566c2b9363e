"""The run of a spec on this machine: a session, its sinks, progress, and a whole film even where it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from reverie.core import registry
from reverie.core.errors import Cancelled
from reverie.core.frame import Frame, Image
from reverie.core.protocols import Handle, Tick
from reverie.core.report import Rates, Report
from reverie.core.spec import RenderSpec
from reverie.execution.writer import Writer

if TYPE_CHECKING:
    from reverie.engine.assemble import House
    from reverie.engine.session import Session

DREAMING = "dreaming"
"""The phase whose `done` is the share of the film that is there; what a backend calls its own steps is another."""


def silent(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Take progress and say nothing."""


def submit(spec: RenderSpec, tick: Tick, on_event: Callable[[str, Mapping[str, Any]], None]) -> Handle:
    """Begin a session in a thread of its own, live or a film, and return its handle; `on_event` must not wait.

    Raises Busy where one more live session could not be shown in real time.
    """
    from reverie.execution.executor import this_machine

    return this_machine().submit(spec, tick, on_event)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who else has to do with a render: where it plays, who is given its session and each of its frames."""

    house: House
    began: Callable[[Session], None]
    seen: Callable[[Frame], None]


def render(spec: RenderSpec, *, tick: Tick = silent, stop: Event | None = None, watch: Watch | None = None) -> Report:
    """Render a spec into its sinks and return the report.

    Setting `stop` ends it after the frame under way: what was rendered becomes whole files, and the report says
    `cancelled`. Any other way of ending leaves no file. Raises InputError or MachineError, and Cancelled where it was
    stopped before there was a frame.
    """
    watched = _watched(tick, stop or Event())
    # Sinks come first: an output that can't be written is then known before any weight is loaded.
    writer = Writer([registry.create("sinks", sink).start(spec) for sink in spec.sinks])
    try:
        with started(spec, watched, None if watch is None else watch.house) as session:
            if watch is not None:
                watch.began(session)
            return _written(session, writer, watched, watch)
    except BaseException:
        writer.abandon()
        raise


@contextmanager
def started(spec: RenderSpec, tick: Tick = silent, house: House | None = None) -> Iterator[Session]:
    """Assemble a spec's session, and close it when the block ends."""
    from reverie.engine.assemble import ALONE, assemble

    session = assemble(spec, tick, house or ALONE)
    try:
        yield session
    finally:
        session.close()


def _written(session: Session, writer: Writer, tick: Tick, watch: Watch | None) -> Report:
    from reverie.engine.schedule import delivered

    began, frames, cancelled = time.perf_counter(), 0, False
    total = delivered(session.spec)
    try:
        for frame in session:
            writer.write(frame)
            if watch is not None:
                watch.seen(frame)
            frames += 1
            tick(DREAMING, min(1.0, frames / total) if total else 0.0, partial(_picture, frame))
    except Cancelled:
        cancelled = True
    if not frames:
        raise Cancelled("Stopped before the first frame: nothing was written.")
    writer.close()
    report = session.report()
    rates = _rates(report.fps, frames, time.perf_counter() - began)
    files = tuple(str(sink.options["path"]) for sink in report.spec.sinks if "path" in sink.options)
    # Where a film went is no part of what it shows, and a spec that replays it must not write over it.
    spec = report.spec.model_copy(update={"sinks": ()})
    return replace(report, spec=spec, fps=rates, files=files, cancelled=cancelled)


def _picture(frame: Frame) -> Image:
    return frame.image


def _rates(session: Rates, frames: int, seconds: float) -> Rates:
    """Count by the wall clock, encoding and all; the session knows how many frames it painted for each delivered."""
    displayed = frames / seconds
    return Rates(model=session.model, new=displayed * session.new / session.displayed, displayed=displayed)


def _watched(tick: Tick, stop: Event) -> Tick:
    def watched(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        if stop.is_set():
            raise Cancelled("Stopped.")
        tick(phase, done, preview)

    return watched
