"""How much a caller may send, counted as it arrives: no header is believed, and no body is waited for for ever."""

from __future__ import annotations

import asyncio

from reverie.server.guard.asgi import Message, Receive, Scope, Send, answer, problem, value
from reverie.server.guard.rules import media_types

PATIENCE = 30.0
"""Seconds in which the next bytes of a body must come."""

_JSON = [(b"content-type", b"application/json"), (b"connection", b"close")]


def has_body(scope: Scope) -> bool:
    """True where a request says that it has a body."""
    return value(scope, b"content-length") not in {"", "0"} or bool(value(scope, b"transfer-encoding"))


def wrong_type(scope: Scope) -> str | None:
    """Return the type of a body that its path does not take, None where it does or there is no body."""
    if not has_body(scope):
        return None
    given = value(scope, b"content-type").partition(";")[0].strip().lower()
    return None if given.startswith(media_types(scope["path"])) else given


class Body:
    """A request's body on its way to the application, cut off where it grows too long or stops coming.

    Whoever cuts answers: 413 or 408 in words, unless the application has begun its own answer; what the application
    still says then is not heard.
    """

    def __init__(
        self, receive: Receive, send: Send, limit: int, patience: float = PATIENCE, *, empty: bool = False
    ) -> None:
        self._receive, self._send, self._limit, self._patience = receive, send, limit, patience
        self._taken, self._whole, self._begun, self._cut = 0, empty, False, False

    async def receive(self) -> Message:
        """Give the next piece, or say that the caller has gone where this body was cut off."""
        if self._cut:
            return {"type": "http.disconnect"}
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience)
        except TimeoutError:
            return await self._cut_off(408, f"Nothing of the body came for {self._patience:g} s: send it again.")
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._taken > self._limit:
            return await self.too_long()
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the application says."""
        if self._cut:
            return
        if not self._begun and not self._whole:
            # What is refused before it was read to its end is not read on for ever, and then thrown away.
            message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
        self._begun = True
        await self._send(message)

    async def too_long(self) -> Message:
        """Refuse the rest of the body."""
        return await self._cut_off(413, f"The body is over {shown(self._limit)}, the most this address takes.")

    async def _cut_off(self, status: int, sentence: str) -> Message:
        self._cut = True
        if not self._begun:
            await answer(self._send, status, problem(sentence), _JSON)
        return {"type": "http.disconnect"}


class Talk:
    """What a WebSocket's caller says, ended where one message is too long."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._limit = receive, send, limit

    async def receive(self) -> Message:
        """Give the next message."""
        message = await self._receive()
        said = message.get("bytes") or (message.get("text") or "").encode("utf-8", "replace")
        if len(said) <= self._limit:
            return message
        await self._send({"type": "websocket.close", "code": 1009})
        return {"type": "websocket.disconnect", "code": 1009}


def shown(count: int) -> str:
    """Write a number of bytes for people."""
    return f"{count / 2**20:g} MB" if count >= 2**20 else f"{count / 2**10:g} kB"
