"""Whose turn it is: pictures are painted one after another, and beside no live session; who waits holds no thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from reverie.core.errors import Cancelled
from reverie.server.faults import Later

LONGEST = 540.0
"""Seconds that a client may wait for a picture: it gives up after ten minutes itself."""

PATIENCE = 60.0
"""Seconds that a picture waits for a live session to end."""

AGAIN = 30
"""Seconds after which it may be asked for again."""

MOST_WAITING = 16
LOOK = 0.25
LIVE = "A live session has the device: end it, or ask again when it has ended."

Gone = Callable[[], Awaitable[bool]]


class Turns:
    """A line of those who want pictures; `busy` says whether a live session has the device. Of one event loop only.

    A picture waits `patience` seconds for a live session to end, `most` of them at once, and may be asked for again
    `again` seconds after it was refused.
    """

    def __init__(
        self, busy: Callable[[], bool], patience: float = PATIENCE, most: int = MOST_WAITING, again: int = AGAIN
    ) -> None:
        self._busy, self.patience, self.most, self.again = busy, patience, most, again
        self._line: deque[object] = deque(maxlen=most)

    @asynccontextmanager
    async def taken(self, gone: Gone) -> AsyncIterator[None]:
        """Wait for the device and hold it; Later where that takes too long, Cancelled where the client has `gone`."""
        if len(self._line) >= self.most:
            raise Later(f"{self.most} others wait for pictures already: ask again later.", self.again)
        place = object()
        self._line.append(place)
        try:
            await self._reached(place, gone)
            yield
        finally:
            self._line.remove(place)

    async def _reached(self, place: object, gone: Gone) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        while (live := await run_in_threadpool(self._busy)) or self._line[0] is not place:
            if live and clock() - began >= self.patience:
                raise Later(LIVE, self.again)
            if clock() - began >= LONGEST:
                raise Later("Other pictures take too long: ask again later.", self.again)
            if await gone():
                raise Cancelled("The client did not wait for its picture.")
            await asyncio.sleep(LOOK)
