"""Jobs that render a film: one at a time, waiting between two frames for as long as a live session has the device."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Any, NamedTuple

from reverie.core.errors import Cancelled, ReverieError
from reverie.core.protocols import Handle
from reverie.core.spec import RenderSpec
from reverie.jobs.job import Job
from reverie.jobs.live import Ending, House

MOST_QUEUED = 1000
WAITING = "waiting for the live session to end"
RENDERING = "rendering"


def _unheard(kind: str, data: Mapping[str, Any]) -> None:
    """Leave what a film's session tells of itself to its report."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film to be rendered; `ended` is called when it is done, whatever became of it.

    `first` is the film that it starts from, rendered before it where that is not there yet. Both specs have a sink.
    """

    job: Job
    ended: Callable[[Job, Ending], None]
    first: RenderSpec | None = None

    def parts(self) -> list[Part]:
        """Return what is to be rendered, in order."""
        if self.first is None or Path(self.first.sinks[0].options["path"]).is_file():
            return [Part(self.job.spec, 0.0, 1.0)]
        return [Part(self.first, 0.0, 0.5), Part(self.job.spec, 0.5, 1.0)]


class Part(NamedTuple):
    """A spec, and the share of the job's progress that it begins and ends at."""

    spec: RenderSpec
    begin: float
    end: float


class Renders:
    """The queue of films. `busy` says whether a live session has the device; call `wake` when that changes."""

    def __init__(self, house: House, busy: Callable[[], bool], changed: Callable[[Job, str, float], None]) -> None:
        self._house, self._busy, self._changed = house, busy, changed
        self._waiting: deque[Film] = deque(maxlen=MOST_QUEUED)
        self._door = Condition()
        self._current: str | None = None
        self._handle: Handle | None = None
        self._cancelled: set[str] = set()
        self._closing = False
        self._thread = Thread(target=self._work, name="reverie-renders", daemon=True)
        self._thread.start()

    @property
    def length(self) -> int:
        """How many films wait."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """True where no more films can wait."""
        return len(self._waiting) >= MOST_QUEUED

    def add(self, film: Film) -> None:
        """Put a film at the end of the queue."""
        with self._door:
            self._waiting.append(film)
            self._door.notify_all()

    def cancel(self, job_id: str) -> None:
        """Have a film stop after the frame under way, or never begin."""
        with self._door:
            self._cancelled.add(job_id)
            handle = self._handle if self._current == job_id else None
            self._door.notify_all()
        if handle is not None:
            handle.cancel()

    def wake(self) -> None:
        """Look again whether the device is free."""
        with self._door:
            self._door.notify_all()

    def close(self, timeout: float) -> None:
        """Stop the film under way and begin no other; what waits stays queued."""
        with self._door:
            self._closing = True
            handle = self._handle
            self._door.notify_all()
        if handle is not None:
            handle.cancel()
        self._thread.join(timeout)

    def _work(self) -> None:
        while (found := self._next()) is not None:
            ending = self._rendered(found)
            with self._door:
                self._current = self._handle = None
                self._cancelled.discard(found.job.id)
            with suppress(Exception):  # what is wrong with one film's record keeps no other from being rendered
                found.ended(found.job, ending)

    def _next(self) -> Film | None:
        with self._door:
            while not self._closing:
                withdrawn = next((film for film in self._waiting if film.job.id in self._cancelled), None)
                found = withdrawn or (self._waiting[0] if self._waiting and not self._busy() else None)
                if found is not None:
                    self._waiting.remove(found)
                    self._current = found.job.id
                    return found
                self._door.wait()
            return None

    def _rendered(self, film: Film) -> Ending:
        ending = Ending(None, True, None)
        if film.job.id in self._cancelled:
            return ending
        for part in film.parts():
            ending = self._played(film.job, part)
            if ending.error or ending.cancelled:
                break
        return ending

    def _played(self, job: Job, part: Part) -> Ending:
        try:
            self._changed(job, RENDERING, part.begin)
            handle = self._house.submit(part.spec, self._tick(job, part), _unheard)
            with self._door:
                self._handle = handle
                stop = job.id in self._cancelled or self._closing
            if stop:
                handle.cancel()
            report = handle.result()
            return Ending(None, report.cancelled, report)
        except Cancelled:
            return Ending(None, True, None)
        except ReverieError as error:
            return Ending(str(error), False, None)
        except Exception as error:
            return Ending(f"The render broke ({type(error).__name__}: {error}): try again.", False, None)

    def _tick(self, job: Job, part: Part) -> Callable[..., None]:
        reached = part.begin

        def tick(phase: str, done: float, preview: object = None) -> None:  # noqa: ARG001
            nonlocal reached
            if phase != "dreaming":
                return  # in the middle of a frame it has the weights, which the live session may need
            reached = max(reached, part.begin + min(1.0, done) * (part.end - part.begin))
            if self._busy():
                self._changed(job, WAITING, reached)
                self._wait_for_device(job)
            self._changed(job, RENDERING, reached)

        return tick

    def _wait_for_device(self, job: Job) -> None:
        with self._door:
            while self._busy() and not self._closing and job.id not in self._cancelled:
                self._door.wait(0.5)
