"""What "render again" makes of a job: a spec, and what to call it."""

from __future__ import annotations

from typing import Any

from reverie.authoring.verbs import Remaster, performed_again, remastered
from reverie.core.spec import RenderSpec
from reverie.server.body import Again
from reverie.server.faults import Conflict
from reverie.server.studio import Studio

TITLES = {"replay": "replayed", "remaster": "remastered", "again": "performed again"}


def replayed(studio: Studio, job_id: str, again: Again) -> tuple[RenderSpec, str]:
    """Return the spec and the title of a job that renders another again; InputError and Conflict say why not."""
    job = studio.get(job_id)
    spec = studio.performance(job_id).model_copy(update={"live": False, "sinks": ()})
    title = f"{job.title[:160]}, {TITLES[again.mode]}"
    if again.mode == "remaster":
        return _remastered(studio, job_id, spec, again), title
    if again.mode == "again":
        return performed_again(spec, again.seed), title
    return spec, title


def _remastered(studio: Studio, job_id: str, spec: RenderSpec, again: Again) -> RenderSpec:
    films = [file for file in studio.get(job_id).files if file.kind in ("recording", "render")]
    if not films:
        raise Conflict("There is no film of this job to remaster: record it, or replay it first.")
    size = None if again.width is None or again.height is None else (again.width, again.height)
    wish = {"size": size, "fps": again.fps, "strength": again.strength, "slower": again.slower}
    told: dict[str, Any] = {name: value for name, value in wish.items() if value is not None}
    return remastered(spec, studio.file(job_id, films[-1].name), Remaster(**told))
