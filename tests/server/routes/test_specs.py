"""Films asked for over HTTP: the whole document of a storyboard, and refusals that name the field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from reverie.media.picture import encode_png
from tests.server.house import served


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as found:
        yield found


def film(*scenes: dict[str, Any], **wishes: Any) -> dict[str, Any]:
    return {"kind": "film", "model": "worlds", "scenes": list(scenes), **wishes}


def test_a_storyboard_becomes_a_document_with_its_transitions(client: TestClient) -> None:
    asked = film({"prompt": "a reef", "duration": 2, "transition": "wipe"}, {"prompt": "a moon"}, preset="high")
    spec = client.post("/api/specs", json=asked).json()
    assert [scene["keyframes"][0]["prompt"] for scene in spec["scenes"]] == ["a reef", "a moon"]
    assert (spec["scenes"][0]["transition"]["kind"], spec["fps"]) == ("wipe", 30.0)


def test_a_dream_is_asked_for_as_before(client: TestClient) -> None:
    spec = client.post("/api/specs", json={"prompt": "a reef", "model": "worlds", "seconds": 2}).json()
    assert spec["scenes"][0]["duration"] == 2


def test_a_picture_is_named_by_its_id_and_never_by_a_path(client: TestClient) -> None:
    picture = encode_png(np.full((90, 160, 3), 120, np.uint8))
    sent = client.put("/api/uploads/file", content=picture, headers={"content-type": "application/octet-stream"})
    given = {"input": sent.json()["id"]}
    spec = client.post("/api/specs", json=film({"prompt": "a reef", "image": given})).json()
    assert given in spec["scenes"][0]["source"]["options"].values()
    for wrong in ("/etc/passwd", {"input": "nobody"}):
        refused = client.post("/api/specs", json=film({"prompt": "a reef", "image": wrong}))
        assert refused.status_code == 422


@pytest.mark.parametrize(
    ("wishes", "field"),
    [({"upscale": "/etc/passwd"}, "upscale"), ({"preset": "enormous"}, "preset"), ({"model": "/etc"}, "model")],
)
def test_what_can_not_be_had_is_named(wishes: dict[str, str], field: str, client: TestClient) -> None:
    refused = client.post("/api/specs", json=film({"prompt": "a reef"}, **wishes))
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_a_live_restyle_is_asked_for_like_a_dream_and_takes_no_address(client: TestClient) -> None:
    asked = {"kind": "restyle", "prompt": "a watercolour garden", "size": [384, 216], "strength": 0.5}
    spec = client.post("/api/specs", json=asked).json()
    assert (spec["live"], spec["scenes"][0]["source"]["name"]) == (True, "mailbox")
    assert spec["scenes"][0]["keyframes"][0]["strength"] == 0.5
    for wish in ({"input": "rtsp://10.0.0.1/x"}, {"camera": "/dev/video0"}, {"address": "http://10.0.0.1/"}):
        refused = client.post("/api/specs", json={**asked, **wish})
        assert (refused.status_code, refused.json()["field"]) == (422, next(iter(wish)))
    for wrong in ({"strength": 3}, {"budget": "1h"}, {"budget": 0}, {"budget": 50, "model": "worlds"}):
        refused = client.post("/api/specs", json={**asked, **wrong})
        assert (refused.status_code, refused.json()["field"]) == (422, next(iter(wrong)))
    assert client.post("/api/specs", json={**asked, "budget": "50ms"}).json()["budget"] == 50


@pytest.mark.parametrize("address", ["rtsp://10.0.0.1/x", "/dev/video0", "http://169.254.169.254/", "0"])
def test_no_address_is_opened_for_a_page(address: str, client: TestClient) -> None:
    asked = {"kind": "restyle", "prompt": "a garden", "size": [64, 64]}
    spec = client.post("/api/specs", json=asked).json()
    for source in (
        {"name": "mailbox", "options": {"address": address}},
        {"name": "video", "options": {"path": address}},
        {"name": "camera", "options": {"path": address}},
    ):
        spec["scenes"][0]["source"] = source
        refused = client.post("/api/jobs", json=spec)
        assert refused.status_code == 422, refused.text
        assert refused.json()["field"].startswith("scenes.0.source")
