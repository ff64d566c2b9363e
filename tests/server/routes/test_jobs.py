"""Jobs over HTTP: begun, listed page by page, recorded, pictured, stopped, removed, brought back, rendered again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from reverie.core.spec import RenderSpec
from tests.jobs.performers import film, live_spec
from tests.server.house import JSON, begin, served
from tests.server.waiting import until


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        yield client


def rendered(client: TestClient, spec: RenderSpec | None = None) -> str:
    job = begin(client, spec or film(0.5))
    until(lambda: client.get(f"/api/jobs/{job}").json()["state"] == "succeeded")
    return job


def pictured(client: TestClient, job: str) -> None:
    until(lambda: client.post(f"/api/jobs/{job}/snapshot").status_code == 201)


def test_wishes_become_a_spec_and_the_spec_a_job(client: TestClient) -> None:
    spec = client.post("/api/specs", json={"prompt": "a reef", "seconds": 1, "size": [64, 64], "seed": 5}).json()
    assert (spec["seed"], spec["width"], spec["scenes"][0]["duration"]) == (5, 64, 1.0)
    answer = client.post("/api/jobs?title=Mine", json=spec)
    assert (answer.status_code, answer.json()["title"]) == (201, "Mine")
    assert answer.headers["location"] == f"/api/jobs/{answer.json()['id']}"
    assert RenderSpec.model_validate(answer.json()["spec"]) == RenderSpec.model_validate(spec)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "a", "size": "huge"}, "size"),
        ({"prompt": "a", "model": "/etc"}, "model"),
        ({"prompt": "a", "strength": 7}, "strength"),
        ({"prompt": "a", "sprkle": 7}, "sprkle"),
        ({"prompt": "a", "image": "/etc/passwd"}, "image"),
        ({"prompt": "a", "at": ["soon"]}, "at"),
    ],
)
def test_wishes_that_can_not_be_granted_name_their_field(client: TestClient, wish: dict[str, Any], field: str) -> None:
    answer = client.post("/api/specs", json=wish)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_history_comes_page_by_page(client: TestClient) -> None:
    ids = [rendered(client) for _ in range(5)]
    found, after = list[str](), None
    while True:
        page = client.get("/api/jobs", params={"limit": 2, **({"after": after} if after else {})}).json()
        found += [job["id"] for job in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == ids[::-1]
    assert client.get("/api/jobs?live=true").json() == {"items": [], "next": None}
    assert len(client.get("/api/jobs?state=succeeded").json()["items"]) == 5
    assert client.get("/api/jobs?state=lost").json()["field"] == "state"


def test_a_live_session_is_steered_recorded_and_kept(client: TestClient) -> None:
    job = begin(client)
    receipt = client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "a city", "strength": 0}).json()
    assert receipt["keyframe"]["strength"] == 0
    assert client.post(f"/api/jobs/{job}/spark").json()["frame"] >= receipt["frame"]
    assert client.post(f"/api/jobs/{job}/record", json={"on": True}).json()["live_state"]["recording"]
    pictured(client, job)
    client.post(f"/api/jobs/{job}/record", json={"on": False})
    spec = client.get(f"/api/jobs/{job}/spec").json()
    assert [key["prompt"] for key in spec["scenes"][0]["keyframes"]] == ["a reef", "a city", None]
    ended = client.post(f"/api/jobs/{job}/cancel").json()
    assert ended["state"] == "cancelled"
    assert {"recording", "snapshot", "report"} <= {file["kind"] for file in ended["files"]}
    kept = client.get(f"/api/jobs/{job}/spec").json()
    assert kept["scenes"][0]["keyframes"] == spec["scenes"][0]["keyframes"]
    assert client.get(f"/api/jobs/{job}/report").json()["cancelled"]
    assert client.post(f"/api/jobs/{job}/spark").status_code == 409


def test_files_are_sent_whole_and_in_part_and_never_run_in_a_page(client: TestClient) -> None:
    job = rendered(client)
    url = f"/api/jobs/{job}/files/film.mp4"
    whole = client.get(url)
    assert whole.status_code == 200
    assert whole.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in whole.headers["content-security-policy"]
    part = client.get(url, headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, whole.content[4:8])
    assert client.get(url, headers={"range": "bytes=999999999-"}).status_code == 416
    for name in ("..%2f..%2freverie.db", "film.mp4.part", "reverie.db", "%2e%2e"):
        assert client.get(f"/api/jobs/{job}/files/{name}").status_code == 404


def test_a_job_is_renamed_removed_and_brought_back(client: TestClient) -> None:
    job = rendered(client)
    assert client.patch(f"/api/jobs/{job}", json={"title": "Mine"}).json()["title"] == "Mine"
    assert client.delete(f"/api/jobs/{job}").status_code == 204
    assert client.get(f"/api/jobs/{job}").status_code == 404
    assert client.delete(f"/api/jobs/{job}").status_code == 404
    assert client.post(f"/api/jobs/{job}/restore").json()["title"] == "Mine"
    assert client.post(f"/api/jobs/{'0' * 16}/restore").status_code == 404


def test_a_film_is_replayed_and_performed_again(client: TestClient) -> None:
    job = rendered(client)
    again = client.post(f"/api/jobs/{job}/again", json={"mode": "replay"})
    assert (again.status_code, again.json()["title"]) == (201, "a reef, replayed")
    assert again.json()["spec"] == client.get(f"/api/jobs/{job}/spec").json()
    other = client.post(f"/api/jobs/{job}/again", json={"mode": "again", "seed": 9}).json()
    assert other["spec"]["seed"] == 9


def test_what_is_no_spec_is_refused_by_its_field(client: TestClient) -> None:
    spec = live_spec().model_dump(mode="json")
    spec["scenes"][0]["keyframes"][0]["strength"] = 7
    answer = client.post("/api/jobs", json=spec).json()
    assert answer["field"] == "scenes.0.keyframes.0.strength"
    assert answer["value"] == 7
    assert "use 1 or less" in answer["message"]
    assert client.post("/api/jobs", content="[", headers=JSON).status_code == 400
    assert client.get("/api/jobs").json()["items"] == []
