"""A queue with a real workshop, and what it told: films made as the server makes them, without its doors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from reverie.core.spec import RenderSpec
from reverie.execution.crew import Workshop
from reverie.execution.ladder import Rung
from reverie.execution.outputs import into_film
from reverie.jobs.files import Home
from reverie.jobs.filming import Film, Progressed
from reverie.jobs.job import Job, new_id, now
from reverie.jobs.line import Room
from reverie.jobs.live import Ending
from reverie.jobs.queue import Renders
from reverie.jobs.store import Store
from reverie.jobs.units import Units
from tests.server.waiting import until

PATIENCE = 90.0


class Hall:
    """A queue, who is live, and what became of each film."""

    def __init__(self, folder: Path, workshop: Workshop, room: Room) -> None:
        self.home, self.workshop = Home(folder), workshop
        self.store = Store(self.home.database)
        self.units = Units(self.store)
        self.live = Event()
        self.told: dict[str, list[Progressed]] = {}
        self.rungs: dict[str, list[Rung]] = {}
        self.endings: dict[str, Ending] = {}
        self.renders = Renders(workshop, self.units, self.live.is_set, self, room)

    def progressed(self, job: Job, how: Progressed) -> None:
        self.told[job.id].append(how)

    def eased(self, job: Job, rung: Rung) -> None:
        self.rungs[job.id].append(rung)

    def ended(self, job: Job, ending: Ending) -> None:
        self.endings[job.id] = ending

    def path(self, job_id: str) -> Path:
        return self.home.folder(job_id) / "film.mp4"

    def ask(self, spec: RenderSpec, gib: float = 0.0, **more: object) -> str:
        """Put a film in the queue."""
        job = Job.model_validate(
            {"id": new_id(), "title": "a film", "live": False, "created_at": now(), "spec": spec, **more}
        )
        self.store.add(job)
        self.told[job.id], self.rungs[job.id] = [], []
        sunk = job.model_copy(update={"spec": into_film(spec, self.path(job.id))})
        self.renders.add(Film(sunk, self.ended, gib=gib))
        return job.id

    def made(self, spec: RenderSpec) -> tuple[str, Ending]:
        """Have a film made, and wait for it."""
        job = self.ask(spec)
        return job, self.awaited(job)

    def awaited(self, job: str) -> Ending:
        """Wait for a film."""
        until(lambda: job in self.endings, PATIENCE)
        return self.endings[job]


@contextmanager
def hall(folder: Path, workshop: Workshop, room: Room | None = None) -> Iterator[Hall]:
    """Give a queue for as long as the block lasts."""
    found = Hall(folder, workshop, room or Room())
    try:
        yield found
    finally:
        found.live.clear()
        found.renders.close(20)
        found.store.close()
