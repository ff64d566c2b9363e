"""Films made in this process, each as one unit: a session that streams into a file, as `reverie dream` does it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Condition
from typing import Any

from reverie.core.errors import Cancelled, ReverieError
from reverie.core.protocols import Handle
from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.crew import Heard
from reverie.execution.plan import Unit
from reverie.execution.trouble import Failed, kind_of, sentence_of
from reverie.execution.works import Made
from reverie.jobs.live import Submit

DREAMING = "dreaming"
"""The phase between two frames: only here a film waits, since within a frame it has weights that others may need."""


def _unheard(kind: str, data: Mapping[str, Any]) -> None:
    """Leave what a film's session tells of itself to its report."""


class Whole:
    """A workshop with no units but the film itself; nothing is kept of one that did not come to its end."""

    def __init__(self, submit: Submit, folder: Path) -> None:
        self._submit, self._folder = submit, folder

    def plan(self, spec: RenderSpec) -> tuple[Unit, ...]:
        """Return the film as its only unit."""
        mark = hashlib.sha256(spec.model_dump_json().encode()).hexdigest()
        return (Unit("film", "paint", 0, spec, (), mark, 1.0, 1),)

    def ready(self, unit: Unit) -> Made | None:  # noqa: ARG002
        """Return nothing: a film that is there is not asked for again."""
        return None

    def crew(self, job_id: str) -> Alone:  # noqa: ARG002
        """Return who makes it."""
        return Alone(self._submit)

    def deliver(
        self,
        spec: RenderSpec,  # noqa: ARG002
        units: tuple[Unit, ...],  # noqa: ARG002
        results: Mapping[str, Made],
        seconds: float,  # noqa: ARG002
    ) -> Report:
        """Return the report: the film is where it belongs already."""
        return results["film"].report

    def preview(self, job_id: str) -> Path:
        """Return where there would be a picture, if one was kept."""
        return self._folder / f"{job_id}.jpg"

    def forget(self, job_id: str) -> None:
        """Nothing is kept."""

    def sweep(self) -> None:
        """Nothing is left behind."""


class Alone:
    """Makes a film by a session of this process."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._door = Condition()
        self._held = self._stopped = False
        self._handle: Handle | None = None

    def do(self, unit: Unit, heard: Heard) -> Made:
        """Render it; Cancelled where it was stopped, Failed where it broke."""
        try:
            handle = self._submit(unit.spec, self._ticking(heard.tick), _unheard)
            with self._door:
                self._handle, stopped = handle, self._stopped
            if stopped:
                handle.cancel()
            report = handle.result()
        except Cancelled:
            raise
        except ReverieError as error:
            raise Failed(kind_of(error), str(error)) from error
        except Exception as error:
            raise Failed(kind_of(error), sentence_of(error)) from error
        finally:
            self._handle = None
        if report.cancelled:
            raise Cancelled("Stopped.")
        return Made(Path(unit.spec.sinks[0].options["path"]), report)

    def show(self, film: Path, heard: Heard) -> None:
        """Leave it at that."""

    def convert(self, film: Path, target: Path, fps: float, heard: Heard) -> None:
        """Write a film in another form."""
        from reverie.execution.converting import convert

        convert(film, target, fps, heard.alive)

    def hold(self, held: bool) -> None:
        """Have it wait between two frames, or go on."""
        with self._door:
            self._held = held
            self._door.notify_all()

    def stop(self) -> None:
        """Have it end after the frame under way."""
        with self._door:
            self._stopped, handle = True, self._handle
            self._door.notify_all()
        if handle is not None:
            handle.cancel()

    def close(self) -> None:
        """What it held went with the session."""

    def _ticking(self, told: Callable[[str, float], None]) -> Callable[..., None]:
        def tick(phase: str, done: float, preview: object = None) -> None:  # noqa: ARG001
            if phase != DREAMING:
                return
            told("painting", done)
            with self._door:
                self._door.wait_for(lambda: not self._held or self._stopped)

        return tick
