"""Answers without an end: every piece is sent within a deadline, and whoever does not read is let go of alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

SEND_SECONDS = 2.0


class EndlessResponse(Response):
    """Sends pieces as they come until there are no more, the reader leaves, or one piece takes over two seconds."""

    def __init__(self, pieces: AsyncGenerator[bytes, None], media_type: str) -> None:
        super().__init__(media_type=media_type, headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send everything; returning before the last piece closes the connection."""
        tasks = {asyncio.create_task(_left(receive)), asyncio.create_task(self._send(send))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        async with asyncio.timeout(SEND_SECONDS):
            await send(start)
        with suppress(TimeoutError):
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    body = {"type": "http.response.body", "body": piece, "more_body": True}
                    async with asyncio.timeout(SEND_SECONDS):
                        await send(body)
            async with asyncio.timeout(SEND_SECONDS):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
