"""What a studio does for order: the command line's orders are carried out, and the old makes room for the new."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from reverie.core.errors import ReverieError
from reverie.execution.shelf import Shelf
from reverie.jobs.files import Home
from reverie.jobs.inputs import Inputs
from reverie.jobs.job import Job, now
from reverie.jobs.orders import Orders
from reverie.jobs.retention import Limits, surplus
from reverie.jobs.store import Store, Wanted
from reverie.jobs.units import Units

GIB = 2**30
SWEEPING = 600.0
"""Seconds between two looks at what is old."""

PAGE = 200


@dataclass(frozen=True, slots=True)
class Keep:
    """What is kept: finished jobs for `days` and up to `gib` in all, favourites always; None keeps everything.

    Results from which films are made again quickly are kept up to `shelf_gib` and for `shelf_days`; what people
    brought by the limits of `uploads`.
    """

    days: float | None = None
    gib: float | None = None
    shelf_gib: float = 20.0
    shelf_days: float = 14.0
    uploads: Limits = field(default_factory=Limits)


class Unended(Protocol):
    """Who knows which jobs wait or are under way at this moment."""

    def unfinished(self) -> list[Job]: ...  # noqa: D102


class Kept(Protocol):
    """A studio, as far as it is kept in order."""

    home: Home
    store: Store
    inputs: Inputs

    @property
    def rows(self) -> Unended: ...  # noqa: D102

    def cancel(self, job_id: str) -> Job: ...  # noqa: D102
    def retry(self, job_id: str) -> Job: ...  # noqa: D102
    def delete(self, job_id: str) -> None: ...  # noqa: D102


class Upkeep:
    """The order of one studio; `look` is called twice a second, by a thread that may wait."""

    def __init__(
        self,
        studio: Kept,
        keep: Keep,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = now,
    ) -> None:
        self._studio, self._keep, self._clock, self._today = studio, keep, clock, today
        self._orders = Orders(studio.store)
        self._shelf = Shelf(studio.home.root / "work" / "shelf")
        self._swept: float | None = None
        self._verbs: Mapping[str, Callable[[str], object]] = {
            "cancel": studio.cancel,
            "retry": studio.retry,
            "remove": studio.delete,
        }

    def look(self) -> None:
        """Carry out what was ordered, and now and then throw away what is old."""
        for order in self._orders.take():
            with suppress(ReverieError, KeyError):
                self._verbs[order.verb](order.job)
        if self._swept is None or self._clock() - self._swept > SWEEPING:
            self._swept = self._clock()
            self.sweep()

    def sweep(self) -> None:
        """Throw away what is older or more than is to be kept."""
        for job_id in self._surplus():
            with suppress(ReverieError):
                self._studio.delete(job_id)
        with suppress(OSError, ReverieError):
            leased = Units(self._studio.store).needed()
            self._shelf.sweep(int(self._keep.shelf_gib * GIB), self._keep.shelf_days * 86_400, leased)
        self._sweep_uploads()

    def _sweep_uploads(self) -> None:
        """Throw away what was brought and is neither used nor to be kept; what is in use is asked for once more."""
        inputs = self._studio.inputs
        with suppress(OSError):
            inputs.uploads.sweep()
        brought = inputs.uploads.listed()
        for upload_id in surplus(brought, self._jobs(), inputs, self._keep.uploads, self._today()) if brought else []:
            with suppress(ReverieError):
                inputs.remove(upload_id, self._studio.rows.unfinished())

    def _surplus(self) -> list[str]:
        keep, total = self._keep, 0
        if keep.days is None and keep.gib is None:
            return []
        oldest = None if keep.days is None else self._today() - timedelta(days=keep.days)
        gone = []
        for job in (job for job in self._jobs() if job.state.final):
            size = sum(file.bytes for file in self._studio.home.listed(job.id))
            old = oldest is not None and (job.finished_at or job.created_at) < oldest
            total += size
            if not job.favourite and (old or (keep.gib is not None and total > keep.gib * GIB)):
                total -= size
                gone.append(job.id)
        return gone

    def _jobs(self) -> list[Job]:
        """Return every job, newest first."""
        found: list[Job] = []
        after: str | None = None
        while page := self._studio.store.page(Wanted(after=after, limit=PAGE)):
            found += page
            after = page[-1].id
        return found
