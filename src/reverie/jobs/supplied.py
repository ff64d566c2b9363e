"""Where specs that name files by id meet what needs paths: what performs live, and where films are made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reverie.core.protocols import Handle, Tick
from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.crew import Crew, Workshop
from reverie.execution.plan import Unit
from reverie.execution.works import Made
from reverie.jobs.inputs import Inputs
from reverie.jobs.live import Happened, Submit


def with_inputs(submit: Submit, inputs: Inputs) -> Submit:
    """Return what begins a session whose spec may name files by id; InputError where one of them is gone."""

    def supplied(spec: RenderSpec, tick: Tick, happened: Happened) -> Handle:
        return submit(inputs.resolved(spec), tick, happened)

    return supplied


class Supplied:
    """A workshop for specs that name files by id; a film is planned with their paths."""

    def __init__(self, workshop: Workshop, inputs: Inputs) -> None:
        self._workshop, self._inputs = workshop, inputs

    def plan(self, spec: RenderSpec) -> tuple[Unit, ...]:
        """Return a film's units; InputError where a file that it needs is gone."""
        return self._workshop.plan(self._inputs.resolved(spec))

    def ready(self, unit: Unit) -> Made | None:
        """Return what a unit made, where that is there already."""
        return self._workshop.ready(unit)

    def crew(self, job_id: str) -> Crew:
        """Return who makes a job's units."""
        return self._workshop.crew(job_id)

    def deliver(self, spec: RenderSpec, units: tuple[Unit, ...], results: Mapping[str, Made], seconds: float) -> Report:
        """Put a film where it belongs and return its report."""
        return self._workshop.deliver(spec, units, results, seconds)

    def preview(self, job_id: str) -> Path:
        """Return where the newest picture of a job is."""
        return self._workshop.preview(job_id)

    def forget(self, job_id: str) -> None:
        """Take away what was kept of a job while it was made."""
        self._workshop.forget(job_id)

    def sweep(self) -> None:
        """Take away what makers that died left behind."""
        self._workshop.sweep()
