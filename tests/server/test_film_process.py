"""A film from its request over HTTP to its file, by the real server and its workers, killed on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks.crashes import film
from reverie.media.film import read_frames
from tests.server.process import REAL, Process, serving, until

SPEC = json.loads(film(0.5).model_dump_json())


def job_of(server: Process, job: str) -> Any:
    return server.ask("GET", f"/api/jobs/{job}")[1]


def workers(server: Process) -> list[Any]:
    return list(psutil.Process(server.popen.pid).children())


def test_a_film_is_made_over_http_whatever_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, REAL) as server:
        status, asked = server.ask("POST", "/api/jobs", SPEC, **{"idempotency-key": "one"})
        assert (status, asked["state"], asked["fallbacks"]) == (201, "queued", [])
        job = asked["id"]
        until(lambda: any(unit["state"] == "done" for unit in job_of(server, job)["units"]), "a unit is done")
        status, picture = server.ask("GET", f"/api/jobs/{job}/preview.jpg")
        assert (status, picture[:2]) == (200, b"\xff\xd8")
        for worker in workers(server):
            worker.kill()
        server.popen.kill()
        server.popen.wait()
    with serving(tmp_path, REAL) as server:
        assert server.ask("POST", "/api/jobs", SPEC, **{"idempotency-key": "one"})[1]["id"] == job
        until(lambda: job_of(server, job)["state"] == "succeeded", "the film is made")
        found = job_of(server, job)
        assert {unit["state"] for unit in found["units"]} <= {"done", "reused"}
        assert (found["progress"], found["error"], found["time_left"]) == (1.0, None, None)
        assert {file["kind"] for file in found["files"]} == {"film", "poster", "sprite", "report"}
        assert len(list(read_frames(tmp_path / "jobs" / job / "film.mp4"))) == 14
        told = server.ask("GET", f"/api/jobs/{job}/events?poll=1")[1]["items"]
        shares = [event["progress"] for event in told if event["kind"] == "progress"]
        assert shares == sorted(shares)
        status, gif = server.ask("POST", f"/api/jobs/{job}/files", {"kind": "gif"})
        assert (status, gif["name"], gif["kind"]) == (201, "film.gif", "gif")
        assert server.ask("GET", f"/api/jobs/{job}/files/film.gif")[1][:4] == b"GIF8"
        assert server.ask("POST", f"/api/jobs/{job}/files", {"kind": "png"})[1]["name"] == "film.zip"
        assert server.end() == 0
    left = sorted(path.name for path in (tmp_path / "work").iterdir())
    assert left == ["shelf"], "previews and last words are gone"
