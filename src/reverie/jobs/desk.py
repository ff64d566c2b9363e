"""A data folder's jobs without its doors: read at any time, changed by the server that has the folder, or else here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from reverie.core.errors import InputError, MachineError
from reverie.jobs.files import Home
from reverie.jobs.job import Job, JobState, now
from reverie.jobs.lock import FolderLock
from reverie.jobs.orders import Order, Orders
from reverie.jobs.store import Changes, Store, Wanted
from reverie.jobs.units import Units

PATIENCE = 10.0
"""Seconds in which a server takes an order."""

LOOK = 0.1
PAGE = 200


class Desk:
    """The jobs of one data folder; InputError where there are none, and where a job is not known."""

    def __init__(self, data: Path) -> None:
        if not (data / "reverie.db").is_file():
            raise InputError("--data", str(data), "has no jobs: give the folder that `reverie serve` named.")
        self.home = Home(data)
        self.store = Store(self.home.database)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def page(self, state: JobState | None, limit: int) -> list[Job]:
        """Return the newest jobs with their files, newest first."""
        jobs = self.store.page(Wanted(state=state, limit=limit))
        return [job.model_copy(update={"files": self.home.listed(job.id)}) for job in jobs]

    def find(self, mark: str) -> Job:
        """Return the job of an id, or of the end of one that no other has; InputError where that is nobody's."""
        found = self.store.get(mark) or self._ending_with(mark)
        if found is None or found.deleted_at is not None:
            raise InputError("job", mark, "is no job here: `reverie jobs` lists them.")
        units = tuple(row.view() for row in Units(self.store).of(found.id))
        return found.model_copy(update={"files": self.home.listed(found.id), "units": units})

    def act(self, verb: str, job: Job) -> str:
        """Cancel, retry or remove a job and return what became of it, in words."""
        _possible(verb, job)
        try:
            lock = FolderLock(self.home.root)
        except MachineError:
            return self._ordered(Order(verb, job.id))
        try:
            return _HERE[verb](self, job)
        finally:
            lock.release()

    def _ending_with(self, mark: str) -> Job | None:
        matching: list[Job] = []
        after: str | None = None
        while mark and (page := self.store.page(Wanted(after=after, limit=PAGE))):
            matching += [job for job in page if job.id.endswith(mark)]
            after = page[-1].id
        if len(matching) > 1:
            raise InputError("job", mark, f"may be {matching[0].id} or {matching[1].id}: give more of it.")
        return matching[0] if matching else None

    def _ordered(self, order: Order) -> str:
        orders = Orders(self.store)
        orders.give(order)
        end = time.monotonic() + PATIENCE
        while orders.waiting():
            if time.monotonic() > end:
                raise MachineError("The server that has this data folder does not answer: look at it, and try again.")
            time.sleep(LOOK)
        return _SAID[order.verb]

    def _cancelled(self, job: Job) -> str:
        self._save(job.model_copy(update={"state": JobState.CANCELLED, "phase": "", "finished_at": now()}))
        return _SAID["cancel"]

    def _retried(self, job: Job) -> str:
        fresh = {"state": JobState.QUEUED, "error": None, "finished_at": None, "rungs": (), "progress": 0.0}
        self._save(job.model_copy(update=fresh))
        return "It waits: it is begun when the studio is opened."

    def _removed(self, job: Job) -> str:
        self.store.remove(job.id)
        self.home.remove(job.id)
        return _SAID["remove"]

    def _save(self, job: Job) -> None:
        self.store.save(Changes(jobs=(job,)))


def desk(data: Path) -> closing[Desk]:
    """Return a data folder's jobs for as long as a block lasts."""
    return closing(Desk(data))


def _possible(verb: str, job: Job) -> None:
    """Raise InputError where a job is not in the state for a verb."""
    if verb == "cancel" and job.state.final:
        raise InputError("job", job.id, f"has ended already ({job.state}): there is nothing to cancel.")
    if verb == "retry" and (job.live or job.state not in (JobState.FAILED, JobState.CANCELLED)):
        raise InputError("job", job.id, f"is {job.state}: only a film that failed or was cancelled can be tried again.")


_SAID: Mapping[str, str] = {
    "cancel": "It stops after the step under way.",
    "retry": "It waits its turn again; what it had finished is not made again.",
    "remove": "It is removed, its files too.",
}
_HERE: Mapping[str, Callable[[Desk, Job], str]] = {
    "cancel": Desk._cancelled,
    "retry": Desk._retried,
    "remove": Desk._removed,
}
VERBS = tuple(_SAID)
