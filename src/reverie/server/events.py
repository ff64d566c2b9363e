"""A job's log as it is followed over the network: from any id on, without a gap and without anything twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

from starlette.concurrency import run_in_threadpool

from reverie.core.errors import ReverieError
from reverie.jobs.job import JobEvent
from reverie.jobs.ledger import VITALS
from reverie.server.studio import Studio

HEARTBEAT = 10.0
"""Seconds of silence after which a sign of life is sent, which also finds out who has gone."""

LARGEST_ID = 2**53


class Follower:
    """One reader of a job's events; `batches` gives what happened after an id, then what happens."""

    def __init__(self, studio: Studio, job_id: str, after: int) -> None:
        self._studio, self._job, self._after = studio, job_id, after

    async def batches(self, vitals: bool = True) -> AsyncGenerator[list[JobEvent], None]:
        """Give events in order until the job has ended and all are given; an empty batch is a sign of life."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        unlisten = self._studio.ledger.listen(self._job, lambda: loop.call_soon_threadsafe(woken.set))
        forget = self._studio.on_ending(lambda: loop.call_soon_threadsafe(woken.set))
        try:
            while not self._studio.ending:
                woken.clear()
                live = self._studio.ledger.followed(self._job)
                events = await self._read()
                if events:
                    self._after = events[-1].id
                    if shown := [event for event in events if vitals or event.kind != VITALS]:
                        yield shown
                elif not live:
                    return
                elif not await _heard(woken):
                    yield []
        finally:
            unlisten()
            forget()

    async def _read(self) -> list[JobEvent]:
        held = self._studio.ledger.held(self._job, self._after)
        if held is not None:
            return held
        return await run_in_threadpool(self._studio.ledger.read, self._job, self._after)


async def _heard(woken: asyncio.Event) -> bool:
    """Wait for something to happen; False where nothing did for long."""
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT)
    except TimeoutError:
        return False
    return True


async def as_server_sent(follower: Follower) -> AsyncGenerator[bytes, None]:
    """Give a follower's events as server-sent events."""
    yield b"retry: 1000\n\n"
    try:
        async for batch in follower.batches():
            yield b"".join(map(_server_sent, batch)) or b": still here\n\n"
    except ReverieError:
        return  # the reader comes back and resumes where it was


def _server_sent(event: JobEvent) -> bytes:
    data = json.dumps(event.public(), separators=(",", ":"))
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def resume_point(*given: str | int | None) -> int:
    """Return the id to go on after: the first that is a number, 0 where none is."""
    for value in given:
        text = str(value).strip() if value is not None else ""
        if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
    return 0
