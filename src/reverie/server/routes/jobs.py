"""Jobs: begun, listed, stopped, removed, brought back, rendered again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import FileResponse, Response

from reverie.core.spec import RenderSpec
from reverie.jobs.job import LONGEST_TITLE, MOST_PRIORITY, Job, JobFile, JobState
from reverie.jobs.store import Wanted
from reverie.server.body import Again, Converted, Page, Recorded, Renamed
from reverie.server.faults import BODY, refusals
from reverie.server.repeats import asked_by
from reverie.server.replays import render_again
from reverie.server.routes.access import JobId, Room

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

Title = Annotated[str | None, Query(min_length=1, max_length=LONGEST_TITLE, description="What to call it.")]

Priority = Annotated[int, Query(ge=-MOST_PRIORITY, le=MOST_PRIORITY, description="The higher, the sooner its turn.")]
Key = Annotated[str | None, Header(max_length=255, description="A name of the request: sent again, it is one job.")]


@router.post("", status_code=201, operation_id="create_job", responses=refusals(*BODY, 409))
def create_job(
    spec: RenderSpec,
    studio: Room,
    request: Request,
    response: Response,
    title: Title = None,
    priority: Priority = 0,
    idempotency_key: Key = None,  # noqa: ARG001
) -> Job:
    """Begin a live session, or put a film in the queue; the same request sent again is answered with the same job."""
    asked = asked_by(request, f"{title} {priority} {spec.model_dump_json()}")
    job = studio.create(spec, title, asked=asked, priority=priority)
    response.headers["location"] = f"/api/jobs/{job.id}"
    return job


@router.get("", operation_id="list_jobs", responses=refusals(422))
def list_jobs(
    studio: Room,
    state: JobState | None = None,
    live: bool | None = None,
    after: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    q: Annotated[str | None, Query(max_length=200, description="Words of the title or the prompts.")] = None,
    favourite: bool | None = None,
) -> Page:
    """List jobs, newest first."""
    items = studio.page(Wanted(state, live, after, limit, q, favourite))
    return Page(items=items, next=items[-1].id if len(items) == limit else None)


@router.get("/{job_id}", operation_id="get_job", responses=refusals(404, 422))
def get_job(job_id: JobId, studio: Room) -> Job:
    """Return a job as it is now."""
    return studio.get(job_id)


@router.patch("/{job_id}", operation_id="rename_job", responses=refusals(*BODY, 404))
def rename_job(job_id: JobId, renamed: Renamed, studio: Room) -> Job:
    """Give a job another title, or mark it as a favourite."""
    changes = {name: value for name, value in renamed if value is not None}
    return studio.change(job_id, **changes)


@router.post("/{job_id}/cancel", operation_id="cancel_job", responses=refusals(404, 422))
def cancel_job(job_id: JobId, studio: Room) -> Job:
    """Stop a job after the frame under way; what it made is kept."""
    return studio.cancel(job_id)


@router.post("/{job_id}/retry", operation_id="retry_job", responses=refusals(404, 409, 422))
def retry_job(job_id: JobId, studio: Room) -> Job:
    """Begin a film again that failed or was cancelled; what it had finished is not made again."""
    return studio.retry(job_id)


@router.post("/{job_id}/duplicate", status_code=201, operation_id="duplicate_job", responses=refusals(404, 409, 422))
def duplicate_job(job_id: JobId, studio: Room) -> Job:
    """Queue another film like this one."""
    return studio.duplicate(job_id)


@router.delete("/{job_id}", status_code=204, operation_id="delete_job", responses=refusals(404, 422))
def delete_job(job_id: JobId, studio: Room) -> Response:
    """Remove a job and its files; for ten seconds it can be restored."""
    studio.delete(job_id)
    return Response(status_code=204)


@router.post("/{job_id}/restore", operation_id="restore_job", responses=refusals(404, 422))
def restore_job(job_id: JobId, studio: Room) -> Job:
    """Bring a job back that was deleted less than ten seconds ago."""
    return studio.restore(job_id)


@router.post("/{job_id}/again", status_code=201, operation_id="render_again", responses=refusals(*BODY, 404, 409))
def render_job_again(job_id: JobId, again: Again, studio: Room) -> Job:
    """Render a job again: the same bits, its film repainted, or the same gestures with new pictures."""
    return render_again(studio, job_id, again)


@router.post("/{job_id}/record", operation_id="record_job", responses=refusals(*BODY, 404, 409))
def record_job(job_id: JobId, recorded: Recorded, studio: Room) -> Job:
    """Begin or end a recording of every painted frame."""
    studio.run(job_id).record(recorded.on)
    return studio.get(job_id)


@router.post("/{job_id}/snapshot", status_code=201, operation_id="take_snapshot", responses=refusals(404, 409, 422))
def take_snapshot(job_id: JobId, studio: Room) -> JobFile:
    """Save the newest picture as PNG."""
    return studio.run(job_id).snapshot()


@router.get("/{job_id}/spec", operation_id="get_spec", responses=refusals(404, 422))
def get_spec(job_id: JobId, studio: Room) -> RenderSpec:
    """Return the spec that replays what was shown so far."""
    return studio.performance(job_id)


@router.get(
    "/{job_id}/report",
    operation_id="get_report",
    response_model=dict[str, Any],
    responses=refusals(404, 409, 422),
)
def get_report(job_id: JobId, studio: Room) -> Response:
    """Return how it went so far, as `--report` writes it."""
    return Response(studio.report(job_id), media_type="application/json")


@router.post("/{job_id}/files", status_code=201, operation_id="convert_film", responses=refusals(*BODY, 404, 409))
def convert_film(job_id: JobId, converted: Converted, studio: Room) -> JobFile:
    """Make a film's GIF, or an archive of its pictures; one that is there already is answered at once."""
    return studio.form(job_id, converted.kind)


@router.get(
    "/{job_id}/files/{name}",
    operation_id="get_file",
    response_class=FileResponse,
    responses={**refusals(404, 416, 422), 206: {"description": "A part of it."}},
)
def get_file(job_id: JobId, name: str, studio: Room, request: Request) -> Response:  # noqa: ARG001
    """Return a file of a job, or the range of it that is asked for."""
    path = studio.file(job_id, name)
    headers = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
    return FileResponse(path, filename=path.name, headers=headers)
