"""The living picture: as motion JPEG, as one JPEG, and by a WebSocket that also takes wishes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from reverie.core.errors import InputError, ReverieError
from reverie.core.registry import complaint
from reverie.core.timeline import Keyframe
from reverie.server.faults import Conflict, Fault, NotFound, fault_of, refusals, shown
from reverie.server.guard import may_steer
from reverie.server.routes.access import JobId, Room
from reverie.server.routes.keyframes import receipt_view
from reverie.server.stream import SEND_SECONDS, EndlessResponse
from reverie.server.studio import Studio
from reverie.sinks.audience import Place
from reverie.sinks.hub import Hub
from reverie.sinks.mjpeg import BROWSER_OPENING, MEDIA_TYPE, OPENING, EncodedFrame

router = APIRouter(tags=["previews"])

JPEG = "image/jpeg"
POSTER = "poster.jpg"
FRESH = {"cache-control": "no-store"}
STREAM = {"description": "One JPEG a part, the newest frame each time.", "content": {MEDIA_TYPE: {}}}
STILL = {"description": "The newest frame.", "content": {JPEG: {}}}
NONE_YET = {"description": "It is being made, and nothing is to be seen yet: ask again."}
Apart = Annotated[float, Query(ge=0.0, le=10.0)]
ONLY_WATCHES = Fault(message="This token may watch, and only the director's may steer.", field="authorization")


def hub_of(studio: Studio, job_id: str) -> Hub:
    """Return where the viewers of a live session are; Conflict where it has ended, NotFound where there is none."""
    return cast(Hub, studio.run(job_id).hub)


@router.get(
    "/api/jobs/{job_id}/preview.mjpeg",
    operation_id="watch_mjpeg",
    response_class=Response,
    responses={**refusals(404, 409), 200: STREAM},
)
async def watch_mjpeg(job_id: JobId, studio: Room, request: Request) -> Response:
    """Watch a live session in a browser's `<img>`, VLC, OBS or ffmpeg; who is slow sees fewer frames, never older."""
    hub = await run_in_threadpool(hub_of, studio, job_id)
    return EndlessResponse(parts(hub, request), MEDIA_TYPE)


@router.get("/stream", operation_id="watch_current", response_class=Response, responses={**refusals(409), 200: STREAM})
async def watch_current(studio: Room, request: Request) -> Response:
    """Watch the current live session as motion JPEG."""
    run = await run_in_threadpool(studio.current)
    return EndlessResponse(parts(cast(Hub, run.hub), request), MEDIA_TYPE)


async def parts(hub: Hub, request: Request) -> AsyncGenerator[bytes, None]:
    """Give the stream's pieces, as browsers want them or as programs do; all browsers say that they are Mozilla's."""
    browser = "Mozilla" in request.headers.get("user-agent", "")
    async with hub.jpeg.subscribe() as place:
        yield BROWSER_OPENING if browser else OPENING
        async for encoded in place:
            yield encoded.browser_part if browser else encoded.part


@router.get(
    "/api/jobs/{job_id}/preview.jpg",
    operation_id="get_picture",
    response_class=Response,
    responses={**refusals(404), 200: STILL, 204: NONE_YET},
)
def get_picture(job_id: JobId, studio: Room) -> Response:
    """Return the newest frame of a live session or of a film that is being made; of one that has ended, its poster."""
    try:
        encoded = hub_of(studio, job_id).jpeg.still()
    except Conflict:
        return _made(studio, job_id) or _poster(studio, job_id)
    if encoded is None:
        raise NotFound("id", job_id, "has no picture yet: ask again in a moment.")
    return Response(encoded.jpeg, media_type=JPEG, headers={**FRESH, "x-frame": str(encoded.index)})


def _made(studio: Studio, job_id: str) -> Response | None:
    """Return the newest picture of a film that is being made, None where there is none."""
    try:
        return Response(studio.films.workshop.preview(job_id).read_bytes(), media_type=JPEG, headers=FRESH)
    except OSError:
        return None


def _poster(studio: Studio, job_id: str) -> Response:
    going = not studio.rows.found(job_id).state.final
    try:
        path = studio.home.find(job_id, POSTER)
    except InputError:
        if going:
            return Response(status_code=204, headers=FRESH)
        raise NotFound("id", job_id, "has no picture: there is one as soon as something was painted.") from None
    return FileResponse(path, media_type=JPEG, headers={"cache-control": "private, max-age=60"})


@router.websocket("/api/jobs/{job_id}/preview.ws")
async def watch_by_socket(socket: WebSocket, job_id: str, studio: Room, apart: Apart = 0.0) -> None:
    """Send every newest frame as `>IId` (number, flags, seconds) and a JPEG; take keyframes as JSON texts.

    Flags: 1 held, 2 interpolated, 4 a placeholder's, 8 a spark blooms in it. A text is a keyframe with any `id`,
    answered with `{type: "receipt" | "error", id, …}`. A reader who takes nothing for two seconds is let go. `apart` is
    how many seconds lie between two frames at least: for whoever sees them all by WebRTC and sends wishes this way.
    """
    await socket.accept()
    try:
        hub = await run_in_threadpool(hub_of, studio, job_id)
    except ReverieError as error:
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            await _say(socket, None, fault_of(error))
            await socket.close(1008)
        return
    async with hub.jpeg.subscribe() as place:
        tasks = {asyncio.create_task(_show(socket, place, apart)), asyncio.create_task(_listen(socket, studio, job_id))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _show(socket: WebSocket, place: Place[EncodedFrame], apart: float) -> None:
    async for encoded in place:
        async with asyncio.timeout(SEND_SECONDS):
            await socket.send({"type": "websocket.send", "bytes": encoded.message})
        if apart:
            await asyncio.sleep(apart)
    async with asyncio.timeout(SEND_SECONDS):
        await socket.close(1000, "The session has ended.")


async def _listen(socket: WebSocket, studio: Studio, job_id: str) -> None:
    while True:
        said = await socket.receive()
        if said["type"] == "websocket.disconnect":
            return
        name, answer = await _answer(socket, studio, job_id, said.get("text"))
        await _say(socket, name, answer)


async def _answer(
    socket: WebSocket, studio: Studio, job_id: str, text: str | None
) -> tuple[Any, Fault | dict[str, Any]]:
    """Return the wish's own id, and its receipt or what is wrong with it."""
    name = None
    try:
        wish = _object(text)
        name = shown(wish.pop("id", None))
        if not may_steer(socket):
            return name, ONLY_WATCHES
        keyframe = Keyframe.model_validate(wish)
        receipt = await run_in_threadpool(lambda: studio.run(job_id).insert(keyframe))
    except ValidationError as error:
        return name, fault_of(complaint(dict(error.errors(include_url=False)[0])))
    except ReverieError as error:
        return name, fault_of(error)
    return name, {"type": "receipt", **receipt_view(receipt).model_dump(mode="json")}


def _object(text: str | None) -> dict[str, Any]:
    try:
        wish = json.loads(text or "", parse_constant=_no_number)
    except (ValueError, RecursionError):
        wish = None
    if not isinstance(wish, dict):
        raise InputError("message", text, 'is no JSON object: send a text such as {"id": 1, "prompt": "a reef"}.')
    return wish


def _no_number(name: str) -> None:
    raise ValueError(name)


async def _say(socket: WebSocket, name: Any, answer: Fault | dict[str, Any]) -> None:
    said = {"type": "error", **answer.model_dump()} if isinstance(answer, Fault) else answer
    async with asyncio.timeout(SEND_SECONDS):
        await socket.send_json({**said, "id": name})
