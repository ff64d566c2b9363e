"""What an ASGI server and an application say to one another, as far as the guard needs it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def values(scope: Scope, name: bytes) -> list[str]:
    """Return every value of a header, in the order they came; `name` in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def value(scope: Scope, name: bytes) -> str:
    """Return a header's first value, "" where there is none."""
    return next(iter(values(scope, name)), "")


def problem(message: str, field: str | None = None, given: object = None) -> bytes:
    """Return the body of a refusal: the one shape that every error of the server has."""
    return json.dumps({"message": message, "field": field, "value": given}).encode()


async def answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a whole answer."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def turn_away(scope: Scope, receive: Receive, send: Send, status: int, body: bytes) -> None:
    """Refuse a WebSocket before it is accepted, in words where the server can say them."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
