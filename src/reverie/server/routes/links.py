"""Addresses to hand out: they show a performance, for a while, and never steer it."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import Annotated, Literal, cast

import segno
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from reverie.server.body import Body
from reverie.server.faults import BODY, refusals
from reverie.server.guard import Access, Guard
from reverie.server.guard.beyond import found_at
from reverie.server.guard.names import LOOPBACK, Authority
from reverie.server.guard.tickets import MOST_SECONDS
from reverie.server.guard.visit import host
from reverie.server.routes.access import JobId, Room

router = APIRouter(prefix="/api", tags=["links"])

EVENING = 12 * 3600


class LinkWish(Body):
    """What a link is for: `watch` is the page without controls, `preview` the bare pictures for OBS, VLC or ffmpeg."""

    kind: Literal["watch", "preview"] = "watch"
    seconds: Annotated[int, Field(ge=1, le=MOST_SECONDS)] = EVENING


class Link(BaseModel):
    """An address that needs no token until it expires."""

    url: str
    expires_at: datetime


@router.post("/jobs/{job_id}/links", status_code=201, operation_id="create_link", responses=refusals(*BODY, 404))
def create_link(job_id: JobId, wish: LinkWish, studio: Room, request: Request) -> Link:
    """Sign an address at which a job can be watched."""
    studio.get(job_id)
    guard = cast(Guard, request.app.state.guard)
    expires = int(time.time()) + wish.seconds
    # An audience follows to the next performance; a player in somebody's studio shows what it was given.
    if wish.kind == "watch":
        way = f"/watch/{job_id}?token={guard.keys.ticket(Access.WATCH, None, expires)}"
    else:
        way = f"/api/jobs/{job_id}/preview.mjpeg?ticket={guard.keys.ticket(Access.PREVIEW, job_id, expires)}"
    return Link(url=base(request, guard) + way, expires_at=datetime.fromtimestamp(expires, UTC))


@router.get(
    "/qr",
    operation_id="get_qr",
    response_class=Response,
    responses={**refusals(422), 200: {"content": {"image/svg+xml": {}}, "description": "The code."}},
)
def get_qr(text: Annotated[str, Query(min_length=1, max_length=1000, description="What it says.")]) -> Response:
    """Return a QR code as SVG."""
    drawn = io.BytesIO()
    code = segno.make_qr(text.encode("utf-8", "replace").decode(), error="m")
    code.save(drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def base(request: Request, guard: Guard) -> str:
    """Return how this server's addresses begin for others; the name is one that the guard has let through."""
    called = host(request.scope) or Authority("127.0.0.1", None)
    name = called.name
    if name in LOOPBACK and not guard.open_door:
        name = guard.beyond or found_at() or name
    port = f":{called.port}" if called.port else ""
    return f"{request.scope['scheme']}://{name}{port}"
