"""The short way: no ids, the newest session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.house import begin, served


def test_it_steers_the_newest_session(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        begin(client)
        job = begin(client)
        assert client.post("/update_prompt", json={"prompt": "a city"}).json()["keyframe"]["prompt"] == "a city"
        status = client.get("/status").json()
        assert (status["id"], status["prompt"], status["state"]) == (job, "a city", "running")
        assert set(status["fps"]) == {"model", "new", "displayed"}


def test_settings_change_alone_and_the_camera_keeps_the_rest(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        begin(client)
        client.post("/update_params", json={"pan": [0.1, 0]})
        told = client.post("/update_params", json={"zoom": 1.05, "strength": 0.0}).json()["keyframe"]
        assert told["motion"]["zoom"] == pytest.approx(1.05**10)
        assert told["motion"]["pan"] == [0.1, 0.0]
        assert (told["strength"], told["prompt"], told["guidance_scale"]) == (0.0, None, None)


def test_with_nothing_live_it_says_so(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        for method, way in (("POST", "/update_prompt"), ("POST", "/update_params"), ("GET", "/status")):
            answer = client.request(method, way, json={"prompt": "a"} if method == "POST" else None)
            assert answer.status_code == 409
            assert "Nothing is live" in answer.json()["message"]
