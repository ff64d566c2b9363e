"""A whole server in a test: the real app and gate, with sessions that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from reverie.core.spec import RenderSpec
from reverie.server.app import create_app
from reverie.server.guard import Guard
from reverie.server.studio import Studio
from reverie.sinks.hub import Hub
from tests.jobs.performers import live_spec, submit

SECRET = b"s" * 32
TOKEN = "director-director"
HERE = "http://127.0.0.1:8000"
OPEN = Guard.on_loopback(SECRET)
PRIVATE = Guard.at("0.0.0.0", secret=SECRET, token=TOKEN)


def app_in(folder: Path, guard: Guard = OPEN, perform: Any = submit) -> FastAPI:
    return create_app(Studio(folder, perform, Hub), guard)


@contextmanager
def served(folder: Path, guard: Guard = OPEN, **more: Any) -> Iterator[TestClient]:
    """Give a client of a server that lives as long as the block; `perform` and the client's own settings in `more`."""
    app = app_in(folder, guard, more.pop("perform", submit))
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 50_000), **more) as client:
        yield client


def begin(client: TestClient, spec: RenderSpec | None = None) -> str:
    """Begin a live session and return its id."""
    answer = client.post("/api/jobs", content=(spec or live_spec()).model_dump_json(), headers=JSON)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


JSON = {"content-type": "application/json"}
