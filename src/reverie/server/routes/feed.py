"""Pictures that are published by a WebSocket: JPEGs in, one answer for each, where WebRTC can't be had."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from reverie.core.errors import InputError, ReverieError
from reverie.jobs.intake import Seat, Taken
from reverie.jobs.live import LiveRun
from reverie.media.jpeg import decode_jpeg
from reverie.server.faults import fault_of
from reverie.server.routes.access import JobId, Room
from reverie.server.routes.whip import fed
from reverie.server.stream import SEND_SECONDS

router = APIRouter(tags=["publishing"])

OVER, LATER = 1008, 1013
MILLISECONDS = 1000
LOOK_SECONDS = 0.5


@router.websocket("/api/jobs/{job_id}/feed.ws")
async def publish_by_socket(socket: WebSocket, job_id: JobId, studio: Room) -> None:
    """Take JPEGs as binary messages, the newest of those that wait; each is answered with its number.

    `{type: "took", n, dropped, ms}` says that number `n` was fed, how many before it were passed over since the last
    answer, and what reading it took; `{type: "error", message, …}` that it was no picture. Keep at most two unanswered.
    """
    await socket.accept()
    lost, loop = asyncio.Event(), asyncio.get_running_loop()

    def gone() -> None:
        loop.call_soon_threadsafe(lost.set)

    try:
        run = await run_in_threadpool(fed, studio, job_id)
        seat = run.intake.take("socket", gone)
    except ReverieError as error:
        await _refused(socket, error)
        return
    try:
        await _taken(socket, run, seat, lost)
    finally:
        seat.leave()


class _Waiting:
    """The newest message that nobody read yet."""

    def __init__(self) -> None:
        self.there = asyncio.Event()
        self.count = 0
        self.data = b""

    def put(self, data: bytes) -> None:
        self.count += 1
        self.data = data
        self.there.set()


async def _taken(socket: WebSocket, run: LiveRun, seat: Seat, lost: asyncio.Event) -> None:
    waiting = _Waiting()
    tasks = {
        asyncio.create_task(_listen(socket, waiting)),
        asyncio.create_task(_feed(socket, seat, waiting)),
        asyncio.create_task(lost.wait()),
        asyncio.create_task(_ended(run)),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for error in (task.exception() for task in done if not task.cancelled()):
        if isinstance(error, ReverieError):
            await _refused(socket, error)
            return
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(LATER if lost.is_set() else 1000)


async def _ended(run: LiveRun) -> None:
    while not run.finished.is_set():
        await asyncio.sleep(LOOK_SECONDS)


async def _listen(socket: WebSocket, waiting: _Waiting) -> None:
    while True:
        said = await socket.receive()
        if said["type"] == "websocket.disconnect":
            return
        waiting.put(said.get("bytes") or (said.get("text") or "").encode("utf-8", "replace"))


async def _feed(socket: WebSocket, seat: Seat, waiting: _Waiting) -> None:
    before = 0
    while True:
        await waiting.there.wait()
        waiting.there.clear()
        count, data = waiting.count, waiting.data
        began = time.perf_counter()
        try:
            seat.feed(await run_in_threadpool(decode_jpeg, data, "message"))
        except InputError as error:
            await _say(socket, {"type": "error", "n": count, **fault_of(error).model_dump()})
        else:
            spent = round((time.perf_counter() - began) * MILLISECONDS, 1)
            await _say(socket, {"type": "took", "n": count, "dropped": count - before - 1, "ms": spent})
        before = count


async def _refused(socket: WebSocket, error: ReverieError) -> None:
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        await _say(socket, {"type": "error", "n": 0, **fault_of(error).model_dump()})
        await socket.close(LATER if isinstance(error, Taken) else OVER)


async def _say(socket: WebSocket, said: dict[str, Any]) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await socket.send_json(said)
