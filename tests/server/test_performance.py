"""A whole performance with real sessions: begun, steered, recorded, ended, rendered again, all over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from reverie.core.spec import RenderSpec
from reverie.execution.documents import read_work
from reverie.execution.local import submit
from reverie.media.video import read_metadata
from tests.server.house import JSON, served
from tests.server.waiting import until

WISHES = {"prompt": "a reef", "model": "placeholder", "live": True, "size": "64x64", "paint_fps": 20, "seed": 3}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, perform=submit) as client:
        yield client


def begun(client: TestClient) -> str:
    spec = client.post("/api/specs", json=WISHES).raise_for_status().json()
    assert (spec["live"], spec["scenes"][0]["duration"]) == (True, None)
    answer = client.post("/api/jobs", json=spec)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def live(client: TestClient, job: str) -> dict[str, Any]:
    return dict(client.get(f"/api/jobs/{job}").json()["live_state"])


def test_a_performance_is_kept_and_rendered_again(client: TestClient, tmp_path: Path) -> None:
    job = begun(client)
    until(lambda: live(client, job)["state"] == "running", 30)
    assert client.post(f"/api/jobs/{job}/record", json={"on": True}).json()["live_state"]["recording"]
    receipt = client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "a city"}).json()
    until(lambda: live(client, job)["frame"] > receipt["frame"] + 5)
    assert live(client, job)["prompt"] == "a city"
    ended = client.post(f"/api/jobs/{job}/cancel").json()
    assert (ended["state"], ended["error"]) == ("cancelled", None)
    assert {"recording-001.mp4", "report.json", "poster.jpg"} <= {file["name"] for file in ended["files"]}

    kept = RenderSpec.model_validate(client.get(f"/api/jobs/{job}/spec").json())
    wishes = [(key.prompt, key.time) for key in kept.scenes[0].keyframes]
    assert wishes == [("a reef", 0.0), ("a city", pytest.approx(receipt["time"]))]
    film = tmp_path / "jobs" / job / "recording-001.mp4"
    assert [key.prompt for key in read_work(film).scenes[0].keyframes] == ["a reef", "a city"]

    again = client.post(f"/api/jobs/{job}/again", json={"mode": "replay"}).json()["id"]
    until(lambda: client.get(f"/api/jobs/{again}").json()["state"] == "succeeded", 60)
    report = client.get(f"/api/jobs/{again}/report").json()
    assert sum(report["frames"].values()) == round((kept.scenes[0].duration or 0) * kept.fps)
    assert read_metadata(tmp_path / "jobs" / again / "film.mp4")


def test_a_spark_and_a_freeze_are_told(client: TestClient) -> None:
    job = begun(client)
    until(lambda: live(client, job)["state"] == "running", 30)

    def kinds() -> set[str]:
        told = client.get(f"/api/jobs/{job}/events?poll=1").json()["items"]
        return {event["kind"] for event in told}

    client.post(f"/api/jobs/{job}/spark")
    until(lambda: "spark" in kinds(), 20)
    client.post(f"/api/jobs/{job}/keyframes", json={"freeze": True})
    until(lambda: live(client, job)["frozen"], 20)
    until(lambda: {"state", "keyframe", "spark", "vitals"} <= kinds(), 20)


def test_a_model_that_is_not_here_is_refused_before_anything_begins(client: TestClient) -> None:
    spec = client.post("/api/specs", json=WISHES).json()
    spec["scenes"][0]["backend"] = {"name": "placeholder", "options": {"speed": 1}}
    answer = client.post("/api/jobs", json=spec, headers=JSON)
    assert (answer.status_code, answer.json()["field"]) == (422, "scenes.0.backend.options.speed")
    assert client.get("/api/jobs").json()["items"] == []
