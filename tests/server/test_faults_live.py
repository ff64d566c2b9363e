"""A real session under strain: wishes without number, and a machine that sleeps."""

from __future__ import annotations

import json
import signal
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from websockets.sync.client import ClientConnection, connect

from reverie.server.guard import Keys
from reverie.server.guard.secret import studio_secret
from tests.server.process import REAL, Process, serving, until

WISHES = 1000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with serving(tmp_path_factory.mktemp("house"), REAL) as process:
        yield process


@pytest.fixture(scope="module")
def job(server: Process) -> str:
    return server.begin(server.dream())


def opened(server: Process, job: str) -> ClientConnection:
    address = f"ws://127.0.0.1:{server.port}/api/jobs/{job}/preview.ws"
    return connect(address, proxy=None, compression=None, close_timeout=0.1)


def keyframes(server: Process, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.ask("GET", f"/api/jobs/{job}/spec")[1]["scenes"][0]["keyframes"]
    return found


def test_a_thousand_wishes_at_once_become_one_a_frame_and_the_newest_wins(server: Process, job: str) -> None:
    memory, before = server.memory, server.frame(job)
    receipts: list[dict[str, Any]] = []
    with opened(server, job) as line:
        for number in range(WISHES):
            line.send(json.dumps({"id": number, "prompt": f"wish {number}", "strength": number / WISHES}))
        while len(receipts) < WISHES:
            said = line.recv(timeout=60)
            receipts += [json.loads(said)] if isinstance(said, str) else []
    assert {receipt["type"] for receipt in receipts} == {"receipt"}
    assert [receipt["id"] for receipt in receipts] == list(range(WISHES))
    named = [receipt["frame"] for receipt in receipts]
    assert named == sorted(named)
    until(lambda: keyframes(server, job)[-1]["prompt"] == "wish 999", "the newest wins")
    kept = keyframes(server, job)
    assert kept[-1]["strength"] == 0.999
    assert len(kept) <= server.frame(job) - before + 3
    assert len(kept) == len({key["time"] for key in kept})
    assert server.memory < memory + 60


def test_a_wish_that_is_wrong_is_answered_where_it_was_made(server: Process, job: str) -> None:
    bad = ['{"strength": NaN}', '{"strength": 7}', '{"surprise": 1}', "{", "[]", '"x"', '{"prompt": ""}']
    with opened(server, job) as line:
        for text in bad:
            line.send(text)
        answers: list[dict[str, Any]] = []
        while len(answers) < len(bad):
            said = line.recv(timeout=60)
            answers += [json.loads(said)] if isinstance(said, str) else []
    assert {answer["type"] for answer in answers} == {"error"}
    assert all(answer["message"].endswith(".") for answer in answers)
    assert [answer["field"] for answer in answers[1:3]] == ["strength", "surprise"]


def test_a_watcher_who_tries_to_steer_by_the_socket_of_the_preview(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("director-director")
    with serving(tmp_path / "data", REAL, ("--token-file", str(tmp_path / "token"))) as private:
        keys = Keys.made(studio_secret(tmp_path / "data"), "director-director")
        director = {"authorization": f"Bearer {keys.steer}"}
        wished = {"prompt": "a reef", "live": True, "model": "placeholder", "size": "128x128"}
        assert private.ask("POST", "/api/specs", wished)[0] == 401
        spec = private.ask("POST", "/api/specs", wished, **director)[1]
        way = f"/api/jobs/{private.ask('POST', '/api/jobs', spec, **director)[1]['id']}"
        watching = connect(
            f"ws://127.0.0.1:{private.port}{way}/preview.ws",
            additional_headers={"authorization": f"Bearer {keys.watch}"},
            proxy=None,
            close_timeout=0.1,
        )
        with watching as line:
            line.send('{"id": 7, "prompt": "mine"}')
            answer = next(json.loads(said) for said in line if isinstance(said, str))
            assert (answer["type"], answer["id"]) == ("error", 7)
            assert isinstance(next(iter(line)), bytes), "it goes on watching"
        kept = private.ask("GET", f"{way}/spec", **director)[1]["scenes"][0]["keyframes"]
        assert [key["prompt"] for key in kept] == ["a reef"]


@pytest.mark.skipif(sys.platform != "linux", reason="takes Linux's signals")
def test_a_machine_that_slept_goes_on_where_it_was(server: Process, job: str) -> None:
    process = psutil.Process(server.popen.pid)
    with opened(server, job) as line:

        def number() -> int:
            while True:
                said = line.recv(timeout=60)
                if isinstance(said, bytes):
                    return int(struct.unpack(">IId", said[:16])[0])

        before = [number() for _ in range(5)][-1]
        server.popen.send_signal(signal.SIGSTOP)
        until(lambda: process.status() == psutil.STATUS_STOPPED, "it sleeps")
        time.sleep(3)
        server.popen.send_signal(signal.SIGCONT)
        after = [number() for _ in range(20)]
    # Three seconds of frames were slept through: none of them is made up for, and none is left out of the timeline.
    assert after == sorted(after)
    assert after[0] - before < 60
    assert server.ask("GET", f"/api/jobs/{job}")[1]["state"] == "running"
    assert server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "awake"})[0] == 200


def test_a_film_under_way_gives_its_weights_to_whoever_plays(server: Process, job: str) -> None:
    spec = server.dream()
    server.ask("POST", f"/api/jobs/{job}/cancel")
    film = server.ask("POST", "/api/jobs", server.dream(live=False, seconds=8))[1]["id"]
    until(lambda: server.ask("GET", f"/api/jobs/{film}")[1]["state"] == "running", "the film is under way")
    live = server.begin(spec)
    shown = server.frame(live)
    until(lambda: server.frame(live) > shown + 20, "it plays")
    until(lambda: "waiting" in server.ask("GET", f"/api/jobs/{film}")[1]["phase"], "the film waits")
    server.ask("POST", f"/api/jobs/{live}/cancel")
    until(lambda: server.ask("GET", f"/api/jobs/{film}")[1]["state"] == "succeeded", "the film is made")
