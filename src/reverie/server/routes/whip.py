"""Pictures published into a live session: WebRTC by the WHIP standard (RFC 9725), as OBS and GStreamer send it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, cast

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reverie.core.errors import InputError
from reverie.execution.performed import takes_pictures
from reverie.jobs.intake import Taken
from reverie.jobs.live import LiveRun
from reverie.server.faults import Conflict, Fault, NotFound, answer, fault_of, refusals
from reverie.server.ingest.publishers import Publisher, Publishers, ufrag_of
from reverie.server.routes.access import JobId, Room
from reverie.server.routes.whep import ANSWERED, LATER_SECONDS, POSTED, SDP, WANTS, addresses, takes_sdp
from reverie.server.studio import Studio
from reverie.sinks.connections import Full, NoCodec

router = APIRouter(tags=["publishing"])

FRAGMENT = "application/trickle-ice-sdpfrag"
TAKES_NONE = "takes no pictures: begin a session by POST /api/specs with kind restyle."
NOBODY_WAITS = "No live session takes pictures: begin one by POST /api/specs with kind restyle, and POST /api/jobs."
ANSWERS = {**refusals(400, 404, 406, 409, 413, 415), 201: ANSWERED}
Accept = Annotated[str, Header()]


@router.post(
    "/api/jobs/{job_id}/whip",
    operation_id="publish_webrtc",
    status_code=201,
    response_class=Response,
    responses=ANSWERS,
    openapi_extra=POSTED,
)
async def publish_webrtc(job_id: JobId, studio: Room, request: Request, accept: Accept = "*/*") -> Response:
    """Publish into a live session by WebRTC: send an SDP offer that sends video, as H.264 or VP8; sound is not used.

    All addresses are in the answer; candidates in the offer or sent later are not needed. One publishes at a time:
    another is answered 409, until the first has left or sent nothing for five seconds.
    """
    run = await run_in_threadpool(fed, studio, job_id)
    return await _published(run, request, accept)


@router.post(
    "/whip",
    operation_id="publish_current",
    status_code=201,
    response_class=Response,
    responses=ANSWERS,
    openapi_extra=POSTED,
)
async def publish_current(studio: Room, request: Request, accept: Accept = "*/*") -> Response:
    """Publish into the newest live session that takes pictures: one address to type into OBS, once."""
    waiting = [run for run in await run_in_threadpool(studio.runs) if takes_pictures(run.job_spec)]
    if not waiting:
        raise Conflict(NOBODY_WAITS)
    return await _published(waiting[-1], request, accept)


@router.options("/api/jobs/{job_id}/whip", include_in_schema=False)
@router.options("/whip", include_in_schema=False)
async def describe_whip() -> Response:
    """Say what may be posted here."""
    return Response(status_code=204, headers={"accept-post": SDP, "allow": "POST, OPTIONS"})


@router.api_route("/api/jobs/{job_id}/whip", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/whip", methods=["GET", "HEAD"], include_in_schema=False)
async def nothing_to_read() -> Response:
    """Keep what the standard reserves."""
    return answer(405, Fault(message="There is nothing to read here: POST an SDP offer."), {"allow": "POST, OPTIONS"})


@router.delete(
    "/api/jobs/{job_id}/whip/{session}",
    operation_id="leave_publishing",
    response_class=Response,
    responses=refusals(404),
)
async def leave_publishing(job_id: JobId, session: str, request: Request) -> Response:
    """Stop publishing; the last picture stays until somebody publishes again."""
    await _found(request, job_id, session).closed()
    return Response(status_code=200)


@router.patch("/api/jobs/{job_id}/whip/{session}", include_in_schema=False)
async def trickle(
    job_id: JobId, session: str, request: Request, if_match: Annotated[str | None, Header()] = None
) -> Response:
    """Take candidates that a publisher finds later, which are not needed; refuse to begin ICE again."""
    publisher = _found(request, job_id, session)
    if if_match is None:
        return answer(428, Fault(message="Say which session is meant by If-Match.", field="if-match"))
    again = ufrag_of((await request.body()).decode("utf-8", "replace"))
    if if_match.strip() == "*" or again not in {"", publisher.ufrag}:
        fix = "ICE can't be begun again here: DELETE this session and POST another offer."
        return answer(422, Fault(message=fix, field="body"))
    if if_match.strip() != publisher.etag:
        return answer(412, Fault(message="If-Match is not this session's ETag.", field="if-match", value=if_match[:80]))
    return Response(status_code=204, headers={"etag": publisher.etag})


def fed(studio: Studio, job_id: str) -> LiveRun:
    """Return a live session that takes pictures; Conflict where it takes none or has ended, NotFound for none."""
    run = studio.run(job_id)
    if not takes_pictures(run.job_spec):
        raise Conflict(f"'{studio.get(job_id).title}' {TAKES_NONE}")
    return run


def publishers_of(request: Request) -> Publishers:
    """Return the WebRTC publishers of an app."""
    return cast(Publishers, request.app.state.publishers)


async def _published(run: LiveRun, request: Request, accept: str) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        return answer(415, Fault(message=f"The body's type must be {SDP}.", field="content-type"))
    if not takes_sdp(accept):
        return answer(406, Fault(message=WANTS, field="accept", value=accept[:80]))
    take, size = partial(run.intake.take, "whip"), (run.job_spec.width, run.job_spec.height)
    try:
        offer = (await request.body()).decode("utf-8", "strict")
        publisher, answered = await publishers_of(request).join(run.job_id, take, offer, addresses(request), size)
    except (InputError, UnicodeDecodeError) as error:
        fault = fault_of(error) if isinstance(error, InputError) else Fault(message="The offer is no text.")
        return answer(400, fault.model_copy(update={"field": "body"}))
    except NoCodec as error:
        return answer(406, fault_of(error))
    except Taken as error:
        return answer(409, fault_of(error))
    except Full as error:
        return answer(503, fault_of(error), {"retry-after": str(LATER_SECONDS)})
    place = f"/api/jobs/{run.job_id}/whip/{publisher.id}"
    headers = {"location": place, "etag": publisher.etag, "cache-control": "no-store"}
    return Response(answered, 201, headers, SDP)


def _found(request: Request, job_id: str, session: str) -> Publisher:
    publisher = publishers_of(request).find(session)
    if publisher is None or publisher.about != job_id:
        raise NotFound("session", session, "is no publisher here: it has left, or its session has ended.")
    return publisher
