"""Films as jobs: queued, followed, ended, begun again, and taken up where a server that died left them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from reverie.core import registry
from reverie.core.errors import InputError, ReverieError
from reverie.core.spec import RenderSpec
from reverie.execution.crew import Workshop
from reverie.execution.ladder import Rung
from reverie.execution.outputs import into_film
from reverie.jobs.files import Home
from reverie.jobs.filming import Film, Progressed
from reverie.jobs.job import Job, JobState, UnitView, now
from reverie.jobs.ledger import Ledger
from reverie.jobs.line import Room
from reverie.jobs.live import Ending
from reverie.jobs.queue import Renders
from reverie.jobs.store import Asked, Changes, Store
from reverie.jobs.units import Units
from reverie.server.faults import Conflict
from reverie.server.rows import Rows

STEP = 0.005
"""The progress that is worth telling."""

FILM, FIRST = "film.mp4", "render-001.mp4"
"""A film, and beside a remastered one the film that it starts from."""

MOST_ATTEMPTS = 20
"""How often a film is taken up after its server died, for each unit that it has got: one that ends servers must not do
so for ever."""

TOO_OFTEN = "The server ended {} times while this was being made: it is not begun again by itself."

Finish = Callable[[str, Ending], None]


class Films:
    """A studio's films. `finish` writes down how one ended, `busy` says whether something live has the device."""

    def __init__(
        self,
        home: Home,
        store: Store,
        ledger: Ledger,
        rows: Rows,
        workshop: Workshop,
        *,
        busy: Callable[[], bool],
        finish: Finish,
        room: Room,
    ) -> None:
        self._home, self._store, self._ledger, self._rows = home, store, ledger, rows
        self._finish, self.workshop, self.ending = finish, workshop, False
        self._withdrawn: set[str] = set()
        self.units = Units(store)
        self.renders = Renders(workshop, self.units, busy, self, room)

    def queue(self, job: Job, first: RenderSpec | None, asked: Asked) -> None:
        """Put a new film in the queue; InputError where it has no end, Conflict where too many wait."""
        if any(scene.duration is None for scene in job.spec.scenes):
            raise InputError("scenes.0.duration", None, "has no end: give seconds, or make it live.")
        if self.renders.full:
            raise Conflict("Too many films wait already: try again when some are done.")
        self._store.add(job, asked)
        if first is not None:
            self._store.save(Changes(performances={job.id: first}))
        self.enqueue(job)

    def enqueue(self, job: Job) -> None:
        """Put a film that is written down in the queue."""
        self._ledger.begin(job.id)
        folder, first = self._home.folder(job.id), self._store.performance(job.id)
        self._rows.begin(job)
        sunk = job.model_copy(update={"spec": into_film(job.spec, folder / FILM)})
        self.renders.add(Film(sunk, self._ended, first and into_film(first, folder / FIRST), device_gib(job.spec)))

    def retry(self, job: Job) -> None:
        """Begin a film again that failed or was cancelled: what it had finished is not made again."""
        if job.live or job.state not in (JobState.FAILED, JobState.CANCELLED):
            raise Conflict(f"'{job.title}' can't be tried again: only a film that failed or was cancelled can.")
        if self.renders.full:
            raise Conflict("Too many films wait already: try again when some are done.")
        fresh = {
            "state": JobState.QUEUED,
            "phase": "",
            "error": None,
            "finished_at": None,
            "rungs": (),
            "progress": 0.0,
        }
        again = job.model_copy(update=fresh)
        self._ledger.begin(job.id)
        self._rows.begin(again)
        self._rows.update(again)
        self._rows.tell(again, "state", told(again))
        self.enqueue(again)

    def resume(self, job: Job) -> bool:
        """Take a film up that a server which died had begun; False where that was tried too often."""
        got = sum(row.state.final for row in self.units.of(job.id))
        if job.attempt >= MOST_ATTEMPTS * (got + 1):
            return False
        waiting = job.model_copy(update={"state": JobState.QUEUED, "phase": ""})
        self.enqueue(waiting)
        self._rows.update(waiting)
        return True

    def cancel(self, job_id: str) -> None:
        """Have a film stop after the step under way, or never begin."""
        self._withdrawn.add(job_id)
        self.renders.cancel(job_id)

    def views(self, job: Job) -> tuple[UnitView, ...]:
        """Return a film's units as they stand."""
        if job.units or job.live:
            return job.units
        with suppress(ReverieError):
            return tuple(row.view() for row in self.units.of(job.id))
        return ()

    # How a film goes

    def progressed(self, job: Job, how: Progressed) -> None:
        """Take how far a film is; told at most a few times a second."""
        changed = self._rows.changed(job.id, lambda before: _grown(before, how))
        if changed is None:
            return
        before, after = changed
        began = before.state is not JobState.RUNNING
        moved = before.phase != after.phase or after.progress - before.progress >= STEP or began
        states = [unit.state for unit in before.units] != [unit.state for unit in after.units]
        if not moved and not states:
            return
        self._rows.update(after)
        if began:
            self._rows.tell(after, "state", told(after))
        left = None if after.time_left is None else round(after.time_left, 1)
        data = {"phase": after.phase, "progress": round(after.progress, 4), "time_left": left}
        self._rows.tell(after, "progress", data)

    def eased(self, job: Job, rung: Rung) -> None:
        """Write down a rung of the ladder that a film takes."""
        changed = self._rows.changed(job.id, lambda now: now.model_copy(update={"rungs": (*now.rungs, rung)}))
        if changed is not None:
            self._rows.update(changed[1])
            self._rows.tell(job, "fallback", {"reason": rung.words, "rung": rung.name, "scene": rung.scene})

    def _ended(self, job: Job, ending: Ending) -> None:
        if self.ending and ending.cancelled and job.id not in self._withdrawn:
            self._put_back(job.id)
            return
        self._withdrawn.discard(job.id)
        if ending.report is not None:
            self._note_fallbacks(job.id, [event.reason for event in ending.report.fallbacks])
        for made in self._home.listed(job.id):
            self._ledger.append(job.id, "file", {"name": made.name, "file_kind": made.kind, "bytes": made.bytes})
        self._finish(job.id, ending)

    def _note_fallbacks(self, job_id: str, reasons: list[str]) -> None:
        """Have what a scene's own session fell back to be seen beside the rungs of the ladder."""
        found = [Rung(name="session", words=reason) for reason in dict.fromkeys(reasons)]

        def noted(job: Job) -> Job:
            fresh = tuple(rung for rung in found if rung.words not in job.fallbacks)
            return job.model_copy(update={"rungs": (*job.rungs, *fresh)})

        if found:
            self._rows.changed(job_id, noted)

    def _put_back(self, job_id: str) -> None:
        """Leave a film queued that the server's own end stopped: the next server goes on with it."""
        job = self._rows.end(job_id)
        if job is not None:
            self._ledger.note(job.model_copy(update={"state": JobState.QUEUED, "phase": ""}))
            self._ledger.end(job_id)


def _grown(before: Job, how: Progressed) -> Job:
    progress = max(before.progress, how.progress)
    changes: dict[str, Any] = {
        "state": JobState.RUNNING,
        "phase": how.phase,
        "progress": progress,
        "time_left": how.time_left,
        "units": how.units,
    }
    if before.state is not JobState.RUNNING:
        changes |= {"started_at": before.started_at or now(), "attempt": before.attempt + 1}
    return before.model_copy(update=changes)


def told(job: Job) -> dict[str, Any]:
    """Return what is told of a film's state."""
    return {"state": str(job.state), "phase": job.phase, "live_state": None, "error": job.error}


def device_gib(spec: RenderSpec) -> float:
    """Return the device memory that a film's largest model needs, in GiB; 0 where nobody can say."""
    most = 0.0
    for component in {scene.backend.model_dump_json(): scene.backend for scene in spec.scenes}.values():
        with suppress(ReverieError, ImportError, OSError):
            options = registry.options_of("backends", component)
            most = max(most, registry.resolve("backends", component.name).describe(options).vram_gib)
    return most
