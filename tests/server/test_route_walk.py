"""Every route and WebSocket of the real app is behind the gate: found by walking, counted so that none is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketDenialResponse

from reverie.server.guard.rules import SOCKET, asked
from reverie.server.guard.tickets import Access
from tests.server.house import PRIVATE, SECRET, TOKEN, app_in

LEAST = 40
"""The walk found at least so many when this was written: one that finds fewer has lost its way."""

JOB = "0123456789abcdef"
WATCHED = {
    "GET /api/health",
    "GET /api/jobs",
    "GET /api/jobs/{job_id}",
    "GET /api/jobs/{job_id}/events",
    f"{SOCKET} /api/jobs/{{job_id}}/events.ws",
    "GET /status",
    "GET /stream",
    "GET /api/jobs/{job_id}/preview.mjpeg",
    "GET /api/jobs/{job_id}/preview.jpg",
    f"{SOCKET} /api/jobs/{{job_id}}/preview.ws",
    "POST /api/jobs/{job_id}/whep",
    "OPTIONS /api/jobs/{job_id}/whep",
    "DELETE /api/jobs/{job_id}/whep/{session}",
    "PATCH /api/jobs/{job_id}/whep/{session}",
    "GET /",
    "GET /watch/{rest}",
    "GET /system",
    "GET /history",
    "GET /assets/{rest}",
    "GET /{path}",
}
"""All that an audience may ask for. A route that is added here shows something to everybody who has a link."""


class Way(NamedTuple):
    """A route by its method and its path as it is declared."""

    method: str
    path: str

    @property
    def address(self) -> str:
        """The path with something in every blank."""
        filled = self.path.replace("{job_id}", JOB)
        return re.sub(r"\{[^}]+\}", "x", filled)


def walked(routes: Any) -> Iterator[Way]:
    """Give every way into an app, through routers within routers and what is mounted."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from walked(route.effective_candidates())
        elif hasattr(route, "original_route"):
            path = route.path or route.starlette_route.path
            yield from (Way(method, path) for method in sorted(route.methods or {SOCKET}))
        elif getattr(route, "routes", None):
            yield from (Way(way.method, route.path + way.path) for way in walked(route.routes))
        else:
            methods = getattr(route, "methods", None) or ({"GET"} if hasattr(route, "app") else {SOCKET})
            yield from (Way(method, route.path or "/") for method in sorted(methods))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    found = app_in(tmp_path_factory.mktemp("house"), PRIVATE)
    yield found
    found.state.studio.close()


@pytest.fixture(scope="module")
def ways(app: FastAPI) -> list[Way]:
    return sorted(set(walked(app.routes)))


def test_the_walk_sees_the_whole_house(app: FastAPI, ways: list[Way]) -> None:
    assert len(ways) >= LEAST
    told = {(method.upper(), path) for path, operations in app.openapi()["paths"].items() for method in operations}
    assert told <= {(way.method, way.path) for way in ways}
    assert any(way.method == SOCKET for way in ways)


def answered(client: TestClient, way: Way, **headers: str) -> int:
    """Knock at a way and return the status of what came back."""
    if way.method != SOCKET:
        return client.request(way.method, way.address, headers=headers).status_code
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        client.websocket_connect(f"ws://127.0.0.1:8000{way.address}", headers=headers),
    ):
        pass
    return int(denied.value.status_code)


def test_no_way_is_open_to_strangers(app: FastAPI, ways: list[Way]) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    right = f"Bearer {TOKEN}"
    found = {
        way: (
            answered(client, way),
            answered(client, way, authorization=right, host="evil.example"),
            answered(client, way, authorization=right, origin="null"),
            answered(client, way, authorization=right, origin="https://evil.example"),
        )
        for way in ways
    }
    assert {way: statuses for way, statuses in found.items() if statuses != (401, 421, 403, 403)} == {}


def test_an_audience_may_ask_for_this_and_nothing_else(app: FastAPI, ways: list[Way]) -> None:
    open_to_all = {way for way in ways if asked(way.method, way.address).needs < Access.STEER}
    reading = {f"{way.method} {way.path}".replace("HEAD", "GET", 1) for way in open_to_all}
    assert reading <= WATCHED
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    watches = f"Bearer {PRIVATE.keys.watch}"
    closed = [way for way in ways if way not in open_to_all]
    assert len(closed) > len(open_to_all)
    assert {way for way in closed if answered(client, way, authorization=watches) != 403} == set()


def test_a_route_without_a_guard_is_found_out() -> None:
    """The walk itself is tried on an app that has no gate."""
    bare = FastAPI()

    @bare.get("/api/secret")
    def secret() -> str:
        return SECRET.decode()

    client = TestClient(bare, base_url="http://127.0.0.1:8000")
    ways = list(walked(bare.routes))
    assert Way("GET", "/api/secret") in ways
    assert answered(client, Way("GET", "/api/secret")) == 200
