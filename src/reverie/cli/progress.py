"""How far a render is: a bar with rate and time left on a terminal, a plain line now and then elsewhere.

Until the film's frames are counted each phase is shown by its name; from then on what single steps say is not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reverie.core.frame import Image
from reverie.core.protocols import Tick
from reverie.execution.local import DREAMING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 5.0
"""Seconds between two plain lines."""


@contextmanager
def shown_progress(frames: int, stream: TextIO | None = None) -> Iterator[Tick]:
    """Show a render of `frames` painted frames on a stream, stderr by default, for as long as the block lasts."""
    stream = sys.stderr if stream is None else stream
    if not stream.isatty():
        yield Lines(frames, stream)
        return
    bar = Bar(frames, stream)
    try:
        yield bar
    finally:
        bar.close()


class Lines:
    """Progress as plain lines: the start of each phase, then one every five seconds."""

    def __init__(self, frames: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._frames, self._stream, self._clock = frames, stream, clock
        self._phase, self._began, self._said = "", 0.0, 0.0

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:  # noqa: ARG002
        """Say how far a phase is, if it is time to; `preview` is not looked at."""
        if self._phase == DREAMING and phase != DREAMING:
            return
        now = self._clock()
        if phase != self._phase:
            self._phase, self._began, self._said = phase, now, now
            self._say(phase)
        elif phase == DREAMING and now - self._said >= EVERY:
            self._said, spent = now, now - self._began
            rate, left = done * self._frames / spent, spent * (1 - done) / done if done else 0.0
            self._say(f"{phase} {done:4.0%} · {rate:.1f} frames/s · {_clock(left)} left")

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Bar:
    """Progress as one line that fills: phase, bar, share, painted frames a second, time left."""

    def __init__(self, frames: int, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._frames = frames
        self._bar: Progress = Progress(
            TextColumn("{task.description}", style="dim"),
            BarColumn(bar_width=36, complete_style="magenta", finished_style="magenta"),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}", style="dim"),
            TimeRemainingColumn(),
            console=Console(file=stream),
            transient=True,
            refresh_per_second=8,
        )
        self._phase, self._began = "", 0.0
        self._task: TaskID | None = None
        self._bar.start()

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:  # noqa: ARG002
        """Move the bar; `preview` is not looked at."""
        if self._phase == DREAMING and phase != DREAMING:
            return
        now = time.monotonic()
        if phase != self._phase or self._task is None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._phase, self._began = phase, now
            self._task = self._bar.add_task(phase, total=1.0, rate="")
        spent = now - self._began
        counted = phase == DREAMING and spent > 0.5 and done > 0
        self._bar.update(
            self._task, completed=done, rate=f"{done * self._frames / spent:.1f} frames/s" if counted else ""
        )

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
