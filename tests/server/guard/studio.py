"""A small application behind the gate, and callers of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import httpx

from reverie.server.guard import Gate, Guard, Keys, may_steer
from reverie.server.guard.asgi import Message, Receive, Scope, Send, answer

SECRET = b"s" * 32
TOKEN = "director-director"
KEYS = Keys.made(SECRET, TOKEN)
PRIVATE = Guard(keys=KEYS)
OPEN = Guard(keys=Keys.made(SECRET), open_door=True)
HERE = "http://127.0.0.1:8000"
NOW = 1_800_000_000.0


class Remembering:
    """An application that answers everything, accepts every socket, and remembers what reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.queries: list[bytes] = []
        self.bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope["path"])
        self.queries.append(scope.get("query_string", b""))
        await (self._talk(receive, send) if scope["type"] == "websocket" else self._answer(scope, receive, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "http.disconnect":
            self.bytes += len(message.get("body", b""))
            if not message.get("more_body"):
                steers = may_steer(SimpleNamespace(scope=scope))
                await answer(send, 200, f"steers: {steers}".encode(), [(b"content-type", b"text/plain")])
                return

    async def _talk(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message.get("text") or ""})


class Studio:
    """The application, the gate before it, and a clock that stands still."""

    def __init__(self, guard: Guard, reached_at: str = "127.0.0.1") -> None:
        self.app, self.guard, self.address = Remembering(), guard, reached_at
        self.gate = Gate(self.app, guard, now=lambda: NOW)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send one request and return the answer; `headers` may hold a header twice."""
        return asyncio.run(self._ask(method, path, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._served)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.request(method, path, **more)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.gate({**scope, "server": (self.address, 8000)}, receive, send)

    def knock(self, path: str, headers: Iterable[tuple[str, str]] = (), said: Iterable[str] = ()) -> list[Message]:
        """Open a WebSocket, say something, and return all that came back."""
        return asyncio.run(self._knock(path, [("host", "127.0.0.1:8000"), *headers], list(said)))

    async def _knock(self, path: str, headers: list[tuple[str, str]], said: list[str]) -> list[Message]:
        way, _, query = path.partition("?")
        scope = {
            "type": "websocket",
            "path": way,
            "query_string": query.encode(),
            "headers": [(name.encode(), text.encode()) for name, text in headers],
            "server": (self.address, 8000),
            "client": ("127.0.0.1", 50_000),
            "extensions": {"websocket.http.response": {}},
        }
        waiting: list[Message] = [
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": text} for text in said),
            {"type": "websocket.disconnect", "code": 1000},
        ]
        heard: list[Message] = []

        async def receive() -> Message:
            return waiting.pop(0)

        async def send(message: Message) -> None:
            heard.append(message)

        await self.gate(scope, receive, send)
        return heard


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
