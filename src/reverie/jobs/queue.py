"""Films that are made: each in a thread of its own, as many at once as fit, waiting while something is live."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread

from reverie.execution.crew import Workshop
from reverie.jobs.filming import WAITING, Film, Making, Told
from reverie.jobs.line import Line, Room
from reverie.jobs.live import Ending
from reverie.jobs.units import Units

MOST_QUEUED = 1000

LOOK = 0.25
"""Seconds between two looks at who has the device while films are being made."""

__all__ = ["MOST_QUEUED", "WAITING", "Film", "Renders"]


class Renders:
    """The queue of films. `busy` says whether a live session has the device; call `wake` when that changes."""

    def __init__(
        self,
        workshop: Workshop,
        book: Units,
        busy: Callable[[], bool],
        told: Told,
        room: Room = Room(),  # noqa: B008
    ) -> None:
        self._workshop, self._book, self._busy, self._told, self._room = workshop, book, busy, told, room
        self._line = Line()
        self._door = Condition()
        self._makings: dict[str, Making] = {}
        self._threads: set[Thread] = set()
        self._closing = False
        self._thread = Thread(target=self._work, name="reverie-renders", daemon=True)
        self._thread.start()

    @property
    def length(self) -> int:
        """How many films wait."""
        return len(self._line)

    @property
    def full(self) -> bool:
        """True where no more films can wait."""
        return len(self._line) >= MOST_QUEUED

    def add(self, film: Film) -> None:
        """Put a film in the queue."""
        with self._door:
            self._line.add(film)
            self._door.notify_all()

    def cancel(self, job_id: str) -> None:
        """Have a film stop after the step under way, or never begin."""
        with self._door:
            making = self._makings.get(job_id)
            withdrawn = self._line.take(job_id) if making is None else None
        if making is not None:
            making.cancel()
        if withdrawn is not None:
            _ended(withdrawn, Ending(None, True, None))

    def wake(self) -> None:
        """Look again whether the device is free."""
        with self._door:
            makings = list(self._makings.values())
            self._door.notify_all()
        for making in makings:
            making.mind()

    def close(self, timeout: float) -> None:
        """Stop the films under way and begin no other; what waits stays queued."""
        with self._door:
            self._closing = True
            makings, threads = list(self._makings.values()), list(self._threads)
            self._door.notify_all()
        for making in makings:
            making.cancel()
        for thread in (self._thread, *threads):
            thread.join(timeout)

    def _work(self) -> None:
        while True:
            with self._door:
                if self._closing:
                    return
                film = (
                    None if self._busy() else self._line.next([one.film for one in self._makings.values()], self._room)
                )
                if film is None:
                    self._door.wait(LOOK if self._makings or len(self._line) else None)
                else:
                    self._begin(film)
                makings = list(self._makings.values())
            for making in makings:
                making.mind()

    def _begin(self, film: Film) -> None:
        making = Making(film, self._workshop, self._book, self._told, self._busy)
        thread = Thread(target=self._make, args=(making,), name=f"reverie-film-{film.job.id}", daemon=True)
        self._makings[film.job.id] = making
        self._threads.add(thread)
        thread.start()

    def _make(self, making: Making) -> None:
        ending = making.run()
        with self._door:
            self._makings.pop(making.film.job.id, None)
            self._threads = {thread for thread in self._threads if thread.is_alive()}
            self._door.notify_all()
        _ended(making.film, ending)


def _ended(film: Film, ending: Ending) -> None:
    with suppress(Exception):  # what is wrong with one film's record keeps no other from being made
        film.ended(film.job, ending)
