"""A whole server on a real port, and readers of the kinds that come: those who read and those who do not."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from reverie.server.app import create_app
from reverie.server.guard import Guard
from reverie.server.running import Certificate
from reverie.server.studio import Studio
from reverie.server.wire import HTTP
from reverie.sinks.hub import Hub
from tests.jobs.performers import live_spec, submit
from tests.server.house import OPEN

POOL = ("AnyIO worker thread", "asyncio_")
POOL_LIMIT = 72
"""Forty of AnyIO's, and thirty-two of asyncio's at most."""


class Theatre:
    """A server under way: `url`, `port`, its studio, and a session that plays."""

    def __init__(self, app: FastAPI, studio: Studio, port: int) -> None:
        self.app, self.studio, self.port = app, studio, port
        self.url = f"http://127.0.0.1:{port}"

    def begin(self, **changes: Any) -> str:
        """Begin a live session and return its id."""
        return self.studio.create(live_spec(**changes)).id

    def hub(self, job: str) -> Hub:
        hub = self.studio.run(job).hub
        assert isinstance(hub, Hub)
        return hub

    def connect(self, path: str, receive_buffer: int | None = None, more: str = "") -> socket.socket:
        """Ask for something on a raw socket and read nothing of the answer yet."""
        reader = socket.socket()
        if receive_buffer is not None:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        reader.settimeout(10)
        reader.connect(("127.0.0.1", self.port))
        reader.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{more}\r\n".encode())
        return reader


@contextmanager
def opened(
    folder: Path, guard: Guard = OPEN, perform: Any = submit, certificate: Certificate | None = None
) -> Iterator[Theatre]:
    """Serve from a thread for as long as the block lasts."""
    studio = Studio(folder, perform, Hub)
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(studio, guard)
    config = uvicorn.Config(
        app, http=HTTP, log_level="critical", lifespan="on", timeout_graceful_shutdown=1, **_tls(certificate)
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    theatre = Theatre(app, studio, listening.getsockname()[1])
    try:
        until(lambda: server.started)
        yield theatre
    finally:
        studio.end()
        server.should_exit = True
        thread.join(20)
        listening.close()


def _tls(certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        return {}
    return {"ssl_certfile": certificate.certfile, "ssl_keyfile": certificate.keyfile}


def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.005)


def own_threads() -> int:
    """Count the threads that are not the framework's pool: it keeps what a busy moment called for, up to its limit."""
    names = [thread.name for thread in enumerate_threads()]
    pooled = [name for name in names if name.startswith(POOL)]
    assert len(pooled) <= POOL_LIMIT, "the pool has no end"
    return len(names) - len(pooled)


__all__ = ["Theatre", "httpx", "opened", "own_threads", "until"]
