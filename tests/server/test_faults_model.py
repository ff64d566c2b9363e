"""A model that dies, in a whole server with real sessions: it is said in words, and the next session plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reverie.execution.executor import Executor
from tests.server.mortal import WORDS, mortals
from tests.server.theatre import Theatre, opened, until

LONG = 60.0


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    with mortals(), opened(tmp_path, perform=Executor().submit) as found:
        yield found


@pytest.fixture
def client(theatre: Theatre) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=theatre.url, timeout=LONG, trust_env=False) as found:
        yield found


def spec(dies: str, fallback: bool = False) -> dict[str, Any]:
    scene = {"keyframes": [{"prompt": "a reef"}], "backend": {"name": "mortal", "options": {"dies": dies}}}
    return {"width": 64, "height": 64, "live": True, "fps": 24, "fallback": fallback, "scenes": [scene]}


def begun(client: httpx.Client, dies: str, fallback: bool = False) -> str:
    answer = client.post("/api/jobs", json=spec(dies, fallback))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def job(client: httpx.Client, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/jobs/{job_id}").json()
    return found


def playing(client: httpx.Client, job_id: str) -> None:
    until(lambda: (job(client, job_id)["live_state"] or {}).get("frame", 0) > 3, LONG)


def over(client: httpx.Client, job_id: str) -> dict[str, Any]:
    until(lambda: job(client, job_id)["state"] != "running", LONG)
    return job(client, job_id)


def states(client: httpx.Client, job_id: str) -> list[dict[str, Any]]:
    told = client.get(f"/api/jobs/{job_id}/events?poll=1").json()["items"]
    return [event for event in told if event["kind"] == "state"]


def said_in_words(client: httpx.Client, job_id: str) -> None:
    ended = over(client, job_id)
    assert ended["state"] == "failed"
    assert WORDS in ended["error"]
    assert ended["error"].endswith(".")
    assert states(client, job_id)[-1]["state"] == "failed"
    assert states(client, job_id)[-1]["error"] == ended["error"]
    status = client.get("/status").json()
    assert (status["id"], status["state"], status["error"]) == (job_id, "failed", ended["error"])
    refused = client.post("/update_prompt", json={"prompt": "on"})
    assert refused.status_code == 409


def the_next_plays(client: httpx.Client) -> None:
    following = begun(client, "never")
    playing(client, following)
    status = client.get("/status").json()
    assert (status["id"], status["state"], status["error"]) == (following, "running", None)


def test_a_model_that_dies_in_a_step_ends_its_session_with_its_reason(client: httpx.Client) -> None:
    dying = begun(client, "step")
    playing(client, dying)
    with client.stream("GET", f"/api/jobs/{dying}/preview.mjpeg") as watched:
        pictures = watched.iter_raw()
        assert next(pictures)
        assert client.post(f"/api/jobs/{dying}/keyframes", json={"prompt": "now"}).status_code == 200
        assert sum(len(part) for part in pictures) >= 0, "a viewer's stream comes to its end"
    said_in_words(client, dying)
    status = client.get("/status").json()
    assert (status["prompt"], status["fps"]["new"]) == ("a reef", 0.0)
    assert status["frame"] > 3
    assert client.get(f"/api/jobs/{dying}/spec").json()["scenes"][0]["duration"] > 0
    the_next_plays(client)


def test_a_model_that_dies_when_it_starts_is_told_of_and_the_next_plays(client: httpx.Client) -> None:
    said_in_words(client, begun(client, "start"))
    the_next_plays(client)


def test_where_it_may_the_placeholder_plays_for_a_model_that_cannot_start(client: httpx.Client) -> None:
    eased = begun(client, "start", fallback=True)
    playing(client, eased)
    assert client.get("/status").json()["state"] == "running"
    told = client.get(f"/api/jobs/{eased}/events?poll=1").json()["items"]
    (fallback,) = [event for event in told if event["kind"] == "fallback"]
    assert "placeholder" in fallback["reason"]
    assert WORDS in fallback["reason"]
