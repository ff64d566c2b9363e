"""A film in other forms, made when they are asked for, by a crew of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Literal

from reverie.core.errors import MachineError
from reverie.execution.crew import Heard, Workshop
from reverie.execution.trouble import Failed
from reverie.jobs.files import Home
from reverie.jobs.job import Job, JobFile
from reverie.server.faults import Conflict
from reverie.server.films import FILM

Form = Literal["gif", "png"]
NAMES: Mapping[Form, str] = {"gif": "film.gif", "png": "film.zip"}


class Forms:
    """One studio's conversions, one at a time."""

    def __init__(self, home: Home, workshop: Workshop) -> None:
        self._home, self._workshop, self._turn = home, workshop, Lock()

    def made(self, job: Job, form: Form, stopped: Callable[[], bool]) -> JobFile:
        """Return a job's film in a form, made where it is not there yet; Conflict where there is no film to convert."""
        film, target = self._home.folder(job.id) / FILM, self._home.folder(job.id) / NAMES[form]
        if not film.is_file():
            raise Conflict(f"'{job.title}' has no film to convert: wait until it is made.")
        with self._turn:
            if not target.is_file():
                self._home.room()
                self._convert(job, film, target, stopped)
        return next(file for file in self._home.listed(job.id) if file.name == target.name)

    def _convert(self, job: Job, film: Path, target: Path, stopped: Callable[[], bool]) -> None:
        crew = self._workshop.crew(f"{job.id}-{target.suffix[1:]}")

        def alive() -> None:
            if stopped():
                crew.stop()

        try:
            crew.convert(film, target, job.spec.fps, Heard(lambda *_: alive(), alive))
        except Failed as failed:
            raise MachineError(failed.words) from None
        finally:
            crew.close()
            self._workshop.forget(f"{job.id}-{target.suffix[1:]}")
