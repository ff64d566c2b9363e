"""What happens to a job: by server-sent events, by WebSocket, by asking now and then; all from one log."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from reverie.core.errors import ReverieError
from reverie.server.body import Events, EventView
from reverie.server.events import LARGEST_ID, Follower, as_server_sent, resume_point
from reverie.server.faults import fault_of, refusals
from reverie.server.routes.access import JobId, Room
from reverie.server.stream import SEND_SECONDS, EndlessResponse

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["events"])

STREAM = {"description": "Server-sent events, or `Events` with `poll=1`.", "content": {"text/event-stream": {}}}
MOST = 500


@router.get(
    "/events",
    operation_id="follow_events",
    response_model=Events,
    responses={**refusals(404, 422), 200: STREAM, 204: {"description": "It has ended, and all was told."}},
)
async def follow_events(
    job_id: JobId,
    studio: Room,
    after: Annotated[int | None, Query(ge=0, lt=LARGEST_ID, description="The last id that is known.")] = None,
    poll: Annotated[bool, Query(description="Answer at once with what there is.")] = False,
    last_event_id: Annotated[str | None, Header(description="What a browser sends to resume.")] = None,
) -> Any:
    """Follow a job from an id on: nothing is missed and nothing is told twice, a restart of the server included."""
    await run_in_threadpool(studio.get, job_id)
    begin = resume_point(last_event_id, after)
    if poll:
        found = await run_in_threadpool(studio.ledger.read, job_id, begin, MOST)
        items = [EventView.model_validate(event.public()) for event in found]
        return Events(items=items, next=items[-1].id if items else begin)
    follower = Follower(studio, job_id, begin)
    ended = begin and not studio.ledger.followed(job_id)
    if ended and not await run_in_threadpool(studio.ledger.read, job_id, begin, 1):
        return Response(status_code=204)
    return EndlessResponse(as_server_sent(follower), "text/event-stream")


@router.websocket("/events.ws")
async def follow_events_by_socket(socket: WebSocket, job_id: str, studio: Room, after: str = "0") -> None:
    """Send the same events as JSON texts; what the reader sends is not read."""
    await socket.accept()
    try:
        await run_in_threadpool(studio.get, job_id)
    except ReverieError as error:
        await socket.send_json(fault_of(error).model_dump())
        await socket.close(1008)
        return
    sending = asyncio.create_task(_send(socket, Follower(studio, job_id, resume_point(after))))
    leaving = asyncio.create_task(_left(socket))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send(socket: WebSocket, follower: Follower) -> None:
    async for batch in follower.batches():
        for event in batch:
            await asyncio.wait_for(socket.send_json(event.public()), SEND_SECONDS)
    await asyncio.wait_for(socket.close(1000), SEND_SECONDS)


async def _left(socket: WebSocket) -> None:
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
    except (WebSocketDisconnect, RuntimeError):
        return
