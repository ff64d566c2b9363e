"""A studio on a socket of this machine, in this process, whose answers can get lost."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

from reverie.jobs.store import Wanted
from reverie.server.studio import Studio
from tests.server.house import app_in


class Lossy:
    """An app that does what it is asked, and then says that it failed, as often as `failures` says.

    `heard` are the requests that came, `answered` how many of them were truly answered.
    """

    def __init__(self, app: Any) -> None:
        self.app, self.failures, self.answered = app, 0, 0
        self.heard: list[tuple[str, str, dict[bytes, bytes]]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.heard.append((scope["method"], scope["path"], dict(scope["headers"])))
        if scope["method"] != "POST" or not self.failures:
            await self.app(scope, receive, send)
            self.answered += 1
            return
        self.failures -= 1

        async def unheard(message: Any) -> None:
            """Leave the answer unsaid."""

        await self.app(scope, receive, unheard)
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


class Server:
    """A studio on a socket, and clients of it."""

    def __init__(self, folder: Path) -> None:
        app = app_in(folder)
        self.studio: Studio = app.state.studio
        self.lossy = Lossy(app)
        config = uvicorn.Config(self.lossy, port=0, log_level="error", lifespan="on")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"

    def films(self) -> int:
        return len(self.studio.page(Wanted(live=False, limit=200)))

    def end(self) -> None:
        self.server.should_exit = True
        self.thread.join(30)
