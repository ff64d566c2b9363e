"""The page's files on their way to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.server.house import HERE, app_in

SCRIPT = "export const words = 'sea and sky';\n" * 400


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Reverie</title>")
    (static / "icon.svg").write_text("<svg/>")
    (static / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (static / "assets" / "geist.woff2").write_bytes(b"\0" * 500)
    app: FastAPI = app_in(tmp_path / "data")
    app.state.static = static
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 50_000)) as found:
        yield found


def test_scripts_are_sent_packed_to_those_who_can_unpack(client: TestClient) -> None:
    with client.stream("GET", "/assets/index-1a2b.js", headers={"accept-encoding": "gzip, br"}) as answer:
        sent = b"".join(answer.iter_raw())
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
        assert "javascript" in answer.headers["content-type"]
        assert "immutable" in answer.headers["cache-control"]
        assert len(sent) < len(SCRIPT) / 3
    assert client.get("/assets/index-1a2b.js", headers={"accept-encoding": "gzip"}).text == SCRIPT
    plain = client.get("/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert plain.text == SCRIPT
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"


def test_what_is_packed_already_and_what_may_change_is_sent_as_it_is(client: TestClient) -> None:
    for path in ("/assets/geist.woff2", "/icon.svg", "/history"):
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
    assert client.get("/icon.svg").headers["cache-control"] == "no-cache"
    assert client.get("/assets/gone.js").status_code == 404
