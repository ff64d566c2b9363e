"""Who makes units of work, whatever the place: one crew a film, told what to make, held, stopped, and let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.plan import Unit
from reverie.execution.works import Made


@dataclass(frozen=True, slots=True)
class Heard:
    """What a crew says while it works: `tick(phase, done)` with the unit's own share, and `alive()` now and then."""

    tick: Callable[[str, float], None]
    alive: Callable[[], None]


class Crew(Protocol):
    """Makes one film's units, one after the other; `hold` and `stop` may be called from any thread.

    `do` raises Cancelled when it was stopped, and Failed. `show` makes a film's poster and sprite sheet in its folder,
    by which it is known that the film plays; `convert` writes a film in another form. What a crew held is free when
    `close` returns.
    """

    def do(self, unit: Unit, heard: Heard) -> Made: ...  # noqa: D102
    def show(self, film: Path, heard: Heard) -> None: ...  # noqa: D102
    def convert(self, film: Path, target: Path, fps: float, heard: Heard) -> None: ...  # noqa: D102
    def hold(self, held: bool) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Workshop(Protocol):
    """Where films are made: `plan` says of which units, `ready` what is there already, `crew` begins one for a job.

    `deliver` puts a film where its spec's sinks want it and returns its report. `preview` is where the newest picture
    of a job is, as JPEG; there may be none. `sweep` takes away what makers that died left behind: nobody works yet.
    """

    def plan(self, spec: RenderSpec) -> tuple[Unit, ...]: ...  # noqa: D102
    def ready(self, unit: Unit) -> Made | None: ...  # noqa: D102
    def crew(self, job_id: str) -> Crew: ...  # noqa: D102
    def deliver(  # noqa: D102
        self, spec: RenderSpec, units: tuple[Unit, ...], results: Mapping[str, Made], seconds: float
    ) -> Report: ...
    def preview(self, job_id: str) -> Path: ...  # noqa: D102
    def forget(self, job_id: str) -> None: ...  # noqa: D102
    def sweep(self) -> None: ...  # noqa: D102
