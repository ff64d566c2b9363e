"""What all workshops that keep results on a shelf have in common: planning, finding, delivering, and tidiness."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.identities import identities
from reverie.execution.plan import Unit, plan
from reverie.execution.production import deliver, told
from reverie.execution.shelf import UNFINISHED, Shelf
from reverie.execution.works import Made, made


@dataclass(frozen=True)
class Shelved:
    """Results are on the shelf in `root`, beside the previews and last words of those who make them."""

    root: Path

    @property
    def shelf(self) -> Shelf:
        """Where results are."""
        return Shelf(self.root / "shelf")

    def plan(self, spec: RenderSpec) -> tuple[Unit, ...]:
        """Return a film's units; InputError where a scene has no end."""
        return plan(spec, identities(spec))

    def ready(self, unit: Unit) -> Made | None:
        """Return a unit's result where it is there."""
        return made(unit, self.shelf)

    def deliver(self, spec: RenderSpec, units: tuple[Unit, ...], results: Mapping[str, Made], seconds: float) -> Report:
        """Copy a film to where it is wanted, whole or not at all, and return its report."""
        files = deliver(spec, units, dict(results))
        return told(spec, units, dict(results), files, max(seconds, 1e-6))

    def preview(self, job_id: str) -> Path:
        """Return where a job's newest picture is."""
        return self.root / f"{job_id}.jpg"

    def forget(self, job_id: str) -> None:
        """Take away what is kept of a job beside its results."""
        for left in self.root.glob(f"{job_id}.*"):
            left.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Take away what makers that died left unfinished, and their previews and last words."""
        for left in (*self.root.glob("*.*"), *(self.shelf.root / UNFINISHED).glob("*")):
            with suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
