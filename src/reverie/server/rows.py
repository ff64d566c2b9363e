"""Jobs as they are now: what is under way in memory first, then what is still to be written, then the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from typing import Any

from reverie.jobs.files import JOB_ID
from reverie.jobs.job import Job, JobState
from reverie.jobs.ledger import Ledger
from reverie.jobs.store import Store, Wanted
from reverie.server.faults import NotFound

_ANY = frozenset(JobState)
NO_JOB = "is no job here: GET /api/jobs lists them."


class Rows:
    """The jobs of one studio; every method may wait for the disk."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger
        self._lock = RLock()
        self._active: dict[str, Job] = {}

    def found(self, job_id: str) -> Job:
        """Return a job; NotFound where there is none, or it was deleted."""
        job = self.known(job_id)
        if job is None or job.deleted_at is not None:
            raise NotFound("id", job_id, NO_JOB)
        return job

    def known(self, job_id: str) -> Job | None:
        """Return a job, deleted ones too; memory is asked first, since what it no longer has is saved by then."""
        if not JOB_ID.fullmatch(job_id):
            return None
        return self.active(job_id) or self._ledger.noted(job_id) or self._store.get(job_id)

    def page(self, wanted: Wanted) -> list[Job]:
        """Return a page of jobs by what they are at this moment, be it saved or not; as long as there are enough."""
        with self._lock:
            now = {**self._ledger.unsaved(), **self._active}
        found: list[Job] = []
        after = wanted.after
        while len(found) < wanted.limit:
            rows = self._store.page(replace(wanted, after=after), now)
            found += [job for job in (now.get(row.id, row) for row in rows) if _is_wanted(job, wanted)]
            if len(rows) < wanted.limit:
                break
            after = rows[-1].id
        return found[: wanted.limit]

    def unfinished(self) -> list[Job]:
        """Return the jobs that wait or are under way at this moment."""
        with self._lock:
            return list(self._active.values())

    def active(self, job_id: str) -> Job | None:
        """Return a job that is under way or waits, None where it is neither."""
        with self._lock:
            return self._active.get(job_id)

    def begin(self, job: Job) -> None:
        """Keep a job in memory from now on."""
        with self._lock:
            self._active[job.id] = job

    def end(self, job_id: str) -> Job | None:
        """Keep a job in memory no longer, and return it."""
        with self._lock:
            return self._active.pop(job_id, None)

    def changed(self, job_id: str, change: Callable[[Job], Job | None]) -> tuple[Job, Job] | None:
        """Change a job that is under way, all at once; returns what it was and what it is, None where it stays."""
        with self._lock:
            before = self._active.get(job_id)
            after = None if before is None else change(before)
            if before is None or after is None:
                return None
            self._active[job_id] = after
        return before, after

    def update(self, job: Job, **changes: Any) -> Job:
        """Change a job, in memory and soon in the database."""
        with self._lock:
            changed = (self._active.get(job.id) or job).model_copy(update=changes)
            if job.id in self._active:
                self._active[job.id] = changed
        self._ledger.note(changed)
        return changed

    def tell(self, job: Job, kind: str, data: Mapping[str, Any]) -> None:
        """Write down that something happened to a job."""
        self._ledger.append(job.id, kind, data)


def _is_wanted(job: Job, wanted: Wanted) -> bool:
    """True where a job is what is asked for, in all that may change while it is under way."""
    states = _ANY if wanted.state is None else {wanted.state}
    marked = job.favourite if wanted.favourite is None else wanted.favourite
    return job.deleted_at is None and job.state in states and job.favourite == marked
