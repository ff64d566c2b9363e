"""WebRTC by the WHEP standard: an offer is posted, an answer comes back, and an address to end it by."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal, cast

from aioice.ice import get_host_addresses
from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reverie.core.errors import InputError
from reverie.server.faults import Fault, NotFound, answer, fault_of, refusals
from reverie.server.routes.access import JobId, Room
from reverie.server.routes.preview import hub_of
from reverie.sinks.connections import Full, NoCodec
from reverie.sinks.webrtc import CODECS, Peer, Peers

router = APIRouter(prefix="/api/jobs/{job_id}/whep", tags=["previews"])

SDP = "application/sdp"
LATER_SECONDS = 10
POSTED = {"requestBody": {"required": True, "content": {SDP: {"schema": {"type": "string"}}}}}
ANSWERED = {
    "description": "The answer. `Location` is the address to `DELETE`.",
    "content": {SDP: {"schema": {"type": "string"}}},
    "headers": {"Location": {"schema": {"type": "string"}}},
}
WANTS = "An answer comes as application/sdp: accept that."


@router.post(
    "",
    operation_id="watch_webrtc",
    status_code=201,
    response_class=Response,
    responses={**refusals(400, 404, 406, 409, 413, 415), 201: ANSWERED},
    openapi_extra=POSTED,
)
async def watch_webrtc(
    job_id: JobId,
    studio: Room,
    request: Request,
    accept: Annotated[str, Header()] = "*/*",
    codec: Annotated[Literal["H264", "VP8"] | None, Query(description="The codec; else the first both know.")] = None,
) -> Response:
    """Watch a live session by WebRTC: send an SDP offer that receives video, as H.264 or VP8.

    All addresses are in the answer; candidates in the offer or sent later are not needed, and no other server is
    asked for anything.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        return answer(415, Fault(message=f"The body's type must be {SDP}.", field="content-type"))
    if not takes_sdp(accept):
        return answer(406, Fault(message=WANTS, field="accept", value=accept[:80]))
    hub = await run_in_threadpool(hub_of, studio, job_id)
    try:
        offer = (await request.body()).decode("utf-8", "strict")
        reached = addresses(request)
        peer, answered = await peers_of(request).join(hub, job_id, offer, reached, _codecs(codec))
    except (InputError, UnicodeDecodeError) as error:
        fault = fault_of(error) if isinstance(error, InputError) else Fault(message="The offer is no text.")
        return answer(400, fault.model_copy(update={"field": "body"}))
    except NoCodec as error:
        return answer(406, fault_of(error))
    except Full as error:
        return answer(503, fault_of(error), {"retry-after": str(LATER_SECONDS)})
    place = f"/api/jobs/{job_id}/whep/{peer.id}"
    return Response(answered, 201, {"location": place, "cache-control": "no-store"}, SDP)


@router.options("", include_in_schema=False)
async def describe_whep() -> Response:
    """Say what may be posted here."""
    return Response(status_code=204, headers={"accept-post": SDP, "allow": "POST, OPTIONS"})


@router.delete("/{session}", operation_id="leave_webrtc", response_class=Response, responses=refusals(404))
async def leave_webrtc(job_id: JobId, session: str, request: Request) -> Response:
    """Stop watching."""
    await _found(request, job_id, session).closed()
    return Response(status_code=200)


@router.patch("/{session}", include_in_schema=False)
async def trickle(job_id: JobId, session: str, request: Request) -> Response:
    """Take candidates that a viewer finds later: they are not needed, since its own first call shows where it is."""
    _found(request, job_id, session)
    return Response(status_code=204)


def peers_of(request: Request) -> Peers:
    """Return the WebRTC viewers of an app."""
    return cast(Peers, request.app.state.peers)


def _found(request: Request, job_id: str, session: str) -> Peer:
    peer = peers_of(request).find(session)
    if peer is None or peer.about != job_id:
        raise NotFound("session", session, "is no viewer here: it has left, or its session has ended.")
    return peer


def _codecs(codec: str | None) -> tuple[str, ...]:
    return (codec,) if codec else CODECS


def takes_sdp(accept: str) -> bool:
    """True where an `Accept` header takes an answer in SDP."""
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    return any(kind in {"", "*/*", "application/*", SDP} for kind in kinds)


def addresses(request: Request) -> list[str]:
    """Return the addresses a viewer may find us at: where it reached us.

    A browser on this machine calls from the address of a network, never from loopback, and some systems don't let
    such calls through to loopback: then all our addresses are offered.
    """
    reached = (request.scope.get("server") or ("127.0.0.1",))[0]
    try:
        here = ipaddress.ip_address(reached)
    except ValueError:
        return get_host_addresses(use_ipv4=True, use_ipv6=True)
    return [reached, *get_host_addresses(use_ipv4=True, use_ipv6=True)] if here.is_loopback else [reached]
