"""A film from the command line: its plan, its progress, its last lines."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event as Stop
from typing import TYPE_CHECKING, TextIO

from reverie.cli.rendering import Order, delivered_size, prepare, tell
from reverie.core.errors import Cancelled
from reverie.core.frame import Image
from reverie.core.protocols import Tick
from reverie.core.report import Event
from reverie.core.spec import RenderSpec

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 5.0
"""Seconds between two plain lines of the same phase."""


def fulfil_film(
    spec: RenderSpec, order: Order, shelf: Path | None, notes: tuple[str, ...] = (), *, plan_only: bool = False
) -> int:
    """Make a film to where it was ordered, tell how it went, and return the exit code."""
    from reverie.execution.outputs import into_film
    from reverie.execution.signals import stopping
    from reverie.filming import saved

    if plan_only:
        print("\n".join(planned(into_film(spec, order.output), shelf)))
        return 0
    prepare(spec, order)
    try:
        with stopping(Stop()) as stop, shown_film() as tick:
            report = saved(spec, order.output, shelf=shelf, tick=tick, stop=stop)
    except Cancelled:
        print(
            "Stopped: the scenes that are finished are kept, and the same command goes on from them.", file=sys.stderr
        )
        return Cancelled.exit_code
    said = tuple(Event(0, 0.0, note) for note in notes)
    tell(replace(report, fallbacks=(*said, *report.fallbacks)), spec, order)
    return 0


def planned(spec: RenderSpec, root: Path | None) -> Iterator[str]:
    """Return lines that say what there is to do for a film, and what is on the shelf already."""
    from reverie.execution.identities import identities
    from reverie.execution.plan import film_frames, plan
    from reverie.execution.shelf import Shelf, usual_shelf
    from reverie.execution.works import made

    shelf = Shelf(usual_shelf(os.environ, Path.home()) if root is None else root)
    frames, (width, height) = film_frames(spec), delivered_size(spec)
    yield f"{frames} frames, {frames / spec.fps:.2f} s at {spec.fps:g} a second, {width}x{height}"
    yield "A scene has its seconds times the rate in frames, to the nearest; a transition takes its own off."
    for unit in plan(spec, identities(spec)):
        state = "on the shelf" if made(unit, shelf) is not None else "to do"
        yield f"  {unit.key:<18} {unit.frames:>6} frames  {unit.weight:>6.1%}  {state}"


@contextmanager
def shown_film(stream: TextIO | None = None) -> Iterator[Tick]:
    """Show how far a whole film is on a stream, stderr by default, for as long as the block lasts."""
    stream = sys.stderr if stream is None else stream
    if not stream.isatty():
        yield FilmLines(stream)
        return
    bar = FilmBar(stream)
    try:
        yield bar
    finally:
        bar.close()


class FilmLines:
    """Progress as plain lines: each phase when it begins, then one every five seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock, self._phase, self._said = stream, clock, "", 0.0

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:  # noqa: ARG002
        """Say how far the film is, if it is time to."""
        now = self._clock()
        if now - self._said < EVERY and (phase == self._phase or done not in (0.0, 1.0)):
            return
        self._phase, self._said = phase, now
        print(f"{phase} {done:4.0%}", file=self._stream, flush=True)


class FilmBar:
    """One bar for the whole film; its words are the phase."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._bar: Progress = Progress(
            TextColumn("{task.description}", style="dim"),
            BarColumn(bar_width=36, complete_style="magenta", finished_style="magenta"),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(file=stream),
            transient=True,
            refresh_per_second=8,
        )
        self._task = self._bar.add_task("planning", total=1.0)
        self._bar.start()

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:  # noqa: ARG002
        """Move the bar."""
        self._bar.update(self._task, completed=done, description=phase)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()
