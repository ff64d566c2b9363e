"""One film being made: its units claimed, made and committed one after the other, and the ladder where one fails."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import NamedTuple, Protocol, TypeVar

from reverie.core.errors import Cancelled, ReverieError
from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.crew import Crew, Heard, Workshop
from reverie.execution.ladder import Fall, Rung, eased, next_rung
from reverie.execution.plan import Unit
from reverie.execution.trouble import Failed, Kind
from reverie.execution.works import Made
from reverie.jobs.job import Job, UnitState, UnitView
from reverie.jobs.live import Ending
from reverie.jobs.pace import Pace
from reverie.jobs.units import Claim, Units

Result = TypeVar("Result")

WAITING, SAVING = "waiting", "saving"

MOST_CRASHES, MOST_AT_A_FRAME = 10, 3
"""How often a unit's maker may die, in all and at the same frame, before something else is tried: a model that kills
its process does so at the same place, whatever kills processes does it anywhere."""

MOST_RUNGS = 24
"""How far down the ladder a film may go before it counts as one that can't be made."""

BEATING = 5.0
"""Seconds between two renewals of a claim."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film to be made: `job.spec` has a sink; `ended` is called when it is done, whatever became of it.

    `first` is the film that it starts from, made before it where that is not there yet. `gib` is the device memory that
    its largest model needs.
    """

    job: Job
    ended: Callable[[Job, Ending], None]
    first: RenderSpec | None = None
    gib: float = 0.0

    def parts(self) -> list[Part]:
        """Return what is to be made, in order."""
        if self.first is None or Path(self.first.sinks[0].options["path"]).is_file():
            return [Part(self.job.spec, 0.0, 1.0)]
        return [Part(self.first, 0.0, 0.5, "first/"), Part(self.job.spec, 0.5, 1.0)]


class Part(NamedTuple):
    """A spec, the share of the job's progress that it begins and ends at, and what its units' keys begin with."""

    spec: RenderSpec
    begin: float
    end: float
    prefix: str = ""


class Progressed(NamedTuple):
    """How far a film is."""

    phase: str
    progress: float
    time_left: float | None
    units: tuple[UnitView, ...]


class Told(Protocol):
    """Is told of a film's progress, and of each rung of the ladder that it takes."""

    def progressed(self, job: Job, how: Progressed) -> None: ...  # noqa: D102
    def eased(self, job: Job, rung: Rung) -> None: ...  # noqa: D102


class Making:
    """One film's making, in the thread that calls `run`; `busy` says whether a live session has the device."""

    def __init__(self, film: Film, workshop: Workshop, book: Units, told: Told, busy: Callable[[], bool]) -> None:
        self.film, self._workshop, self._book, self._told, self._busy = film, workshop, book, told, busy
        self._rungs: list[Rung] = list(film.job.rungs)
        self._door = Condition()
        self._crew: Crew | None = None
        self._cancelled = self._held = False
        self._pace = Pace(())
        self._phase = "loading"
        self._reached = film.job.progress

    def cancel(self) -> None:
        """Have it end after the step under way."""
        with self._door:
            self._cancelled, crew = True, self._crew
            self._door.notify_all()
        if crew is not None:
            crew.stop()

    def mind(self) -> None:
        """Look whether the device is free, and hold the work or let it go on."""
        with self._door:
            busy, crew = self._busy(), self._crew
            if busy == self._held:
                return
            self._held = busy
            self._pace.hold(busy)
            self._door.notify_all()
        if crew is not None:
            crew.hold(busy)
        self._tell()

    def run(self) -> Ending:
        """Make the film; how it ended is in the answer, nothing is raised."""
        ending = Ending(None, True, None)
        try:
            for part in self.film.parts():
                if self._cancelled:
                    return Ending(None, True, None)
                ending = Ending(None, False, self._made(part))
        except Cancelled:
            ending = Ending(None, True, None)
        except ReverieError as error:
            ending = Ending(str(error), False, None)
        except Exception as error:
            ending = Ending(f"The render broke ({type(error).__name__}: {error}): try again.", False, None)
        finally:
            self._let_go(ending)
        return ending

    def _let_go(self, ending: Ending) -> None:
        with self._door:
            crew, self._crew = self._crew, None
        if crew is not None:
            crew.close()
        with suppress(ReverieError):
            if ending.error is not None or ending.cancelled:
                self._book.give_up(self.film.job.id)
        with suppress(OSError):
            self._workshop.forget(self.film.job.id)

    def _made(self, part: Part) -> Report:
        while True:
            spec = eased(part.spec, self._rungs)
            units = self._workshop.plan(spec)
            failed = self._attempted(part, spec, units)
            if isinstance(failed, Report):
                return failed
            self._descend(spec, *failed)

    def _attempted(self, part: Part, spec: RenderSpec, units: tuple[Unit, ...]) -> Report | tuple[Unit, Failed]:
        """Return the report of a film, or the unit that could not be made and why."""
        job_id, began, results = self.film.job.id, time.monotonic(), dict[str, Made]()
        rows = {row.key: row for row in self._book.planned(job_id, units, part.prefix)}
        with self._door:
            self._pace = Pace(units, (part.begin, part.end))
            self._pace.hold(self._held)
        self._tell()
        found = [(unit, self._workshop.ready(unit)) for unit in units]
        for unit, made in found:
            if made is not None:
                results[unit.key] = made
                self._found(unit, part.prefix, rows[part.prefix + unit.key].state)
        for unit in units:
            if unit.key not in results:
                try:
                    results[unit.key] = self._one(unit, part.prefix)
                except Failed as failed:
                    return unit, failed
        return self._saved(part, spec, units, results, time.monotonic() - began)

    def _found(self, unit: Unit, prefix: str, state: UnitState) -> None:
        if not state.final:
            self._book.found(self.film.job.id, prefix + unit.key)
        self._pace.end(unit, state if state.final else UnitState.REUSED)
        self._tell()

    def _one(self, unit: Unit, prefix: str) -> Made:
        """Make one unit, again where its maker dies."""

        def attempt() -> tuple[Claim, Made, float]:
            claim = self._book.claim(self.film.job.id, prefix + unit.key)
            self._pace.begin(unit, claim.attempt)
            self.mind()
            began = time.monotonic()
            return claim, self._hired().do(unit, self._hearing(claim)), time.monotonic() - began

        claim, made, seconds = outlived(attempt)
        if not self._book.commit(claim, seconds):
            raise Failed(Kind.OTHER, f"The work on {unit.key} was taken over by another server: ask again.")
        self._pace.end(unit, UnitState.DONE)
        self._tell()
        return made

    def _hired(self) -> Crew:
        with self._door:
            if self._cancelled:
                raise Cancelled("Stopped.")
            if self._crew is None:
                self._crew = self._workshop.crew(self.film.job.id)
                self._crew.hold(self._held)
            return self._crew

    def _hearing(self, claim: Claim) -> Heard:
        beaten = time.monotonic()

        def alive() -> None:
            nonlocal beaten
            if time.monotonic() - beaten > BEATING:
                beaten = time.monotonic()
                with suppress(ReverieError):
                    self._book.beat(claim)

        def tick(phase: str, done: float) -> None:
            self._phase = phase
            self._pace.tick(done)
            self.mind()
            self._tell()
            alive()

        return Heard(tick, alive)

    def _saved(
        self, part: Part, spec: RenderSpec, units: tuple[Unit, ...], results: dict[str, Made], seconds: float
    ) -> Report:
        """Put the film in its folder; it counts as made when it plays."""
        self._phase = SAVING
        self._tell()
        report = self._workshop.deliver(spec, units, results, seconds)
        if not part.prefix:
            film, heard = Path(spec.sinks[0].options["path"]), Heard(lambda *_: self.mind(), lambda: None)
            outlived(lambda: self._hired().show(film, heard))
        return report

    def _descend(self, spec: RenderSpec, unit: Unit, failed: Failed) -> None:
        """Take the next rung of the ladder; Failed where there is none left."""
        scene = unit.scene if unit.kind == "paint" else None
        rung = next_rung(Fall(spec, scene, failed, self._rungs)) if len(self._rungs) < MOST_RUNGS else None
        if rung is None:
            raise failed
        self._rungs.append(rung)
        self._told.eased(self.film.job, rung)

    def _tell(self) -> None:
        with self._door:
            self._reached = max(self._reached, self._pace.progress)
            phase = WAITING if self._held else self._phase
            left = None if self._held else self._pace.time_left
            how = Progressed(phase, self._reached, left, self._pace.views())
        self._told.progressed(self.film.job, how)


def outlived(attempt: Callable[[], Result]) -> Result:
    """Return what an attempt comes to, made again where its maker died; Failed where that happens too often."""
    crashes: Counter[int | None] = Counter()
    while True:
        try:
            return attempt()
        except Failed as failed:
            crashes[failed.frame] += 1
            at_a_frame = failed.frame is not None and crashes[failed.frame] >= MOST_AT_A_FRAME
            if failed.kind is not Kind.CRASH or at_a_frame or crashes.total() >= MOST_CRASHES:
                raise
