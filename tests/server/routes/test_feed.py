"""Publishing by WebSocket: JPEGs in, an answer for each that is taken, and one publisher at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from reverie.execution.executor import Executor
from reverie.media.jpeg import encode_jpeg
from tests.fakes import registered
from tests.server.fed import ABSENT, PATIENCE, begun, live, stands
from tests.server.theatre import Theatre, opened, until

SCENE = np.random.default_rng(5).integers(0, 256, (12, 16, 3), np.uint8).repeat(10, 0).repeat(10, 1)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with registered(), opened(tmp_path_factory.mktemp("theatre"), perform=Executor().submit) as found:
        yield found


@pytest.fixture
def job(theatre: Theatre) -> Iterator[str]:
    found = begun(theatre)
    stands(theatre, found, "waiting")
    yield found
    theatre.studio.cancel(found)


def line(theatre: Theatre, job: str) -> AbstractContextManager[ClientConnection]:
    return connect(f"ws://127.0.0.1:{theatre.port}/api/jobs/{job}/feed.ws")


def heard(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(socket.recv(PATIENCE))
    return found


def jpeg(step: int) -> bytes:
    return encode_jpeg(np.ascontiguousarray(np.roll(SCENE, step, axis=1)))


def test_every_picture_is_answered_and_what_is_none_is_named_and_passed_over(theatre: Theatre, job: str) -> None:
    with line(theatre, job) as socket:
        for step in range(1, 9):
            socket.send(jpeg(step))
            said = heard(socket)
            assert (said["type"], said["n"], said["dropped"]) == ("took", step, 0)
        socket.send(b"\xff\xd8 no picture")
        refused = heard(socket)
        assert (refused["type"], refused["n"], "no whole JPEG" in refused["message"]) == ("error", 9, True)
        socket.send("hello")
        assert heard(socket)["type"] == "error"
        socket.send(jpeg(30))
        assert heard(socket)["type"] == "took"
        until(lambda: live(theatre, job)["frame"] > 2)
        found = live(theatre, job)["input"]
        assert (found["by"], found["pictures"], found["width"], found["height"]) == ("socket", 9, 160, 120)
    until(lambda: live(theatre, job)["input"]["by"] == "")
    assert httpx.get(f"{theatre.url}/api/jobs/{job}/preview.jpg").status_code == 200


def test_whoever_sends_more_than_is_read_has_the_newest_taken(theatre: Theatre, job: str) -> None:
    with line(theatre, job) as socket:
        for step in range(200):
            socket.send(jpeg(step))
        answers: list[dict[str, Any]] = []
        while not answers or answers[-1]["n"] < 200:
            answers.append(heard(socket))
    assert sum(1 + said["dropped"] for said in answers) == 200
    assert [said["n"] for said in answers] == sorted(said["n"] for said in answers)


def test_one_publishes_at_a_time(theatre: Theatre, job: str) -> None:
    with line(theatre, job) as first:
        first.send(jpeg(1))
        heard(first)
        with line(theatre, job) as second:
            assert "publishes into this session already" in heard(second)["message"]
            with pytest.raises(ConnectionClosed) as closed:
                heard(second)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1013
        first.send(jpeg(2))
        assert heard(first)["type"] == "took"


@pytest.mark.parametrize(("source", "says"), [("feedback", "takes no pictures"), (None, "is no job")])
def test_where_nothing_can_be_fed_it_is_said(theatre: Theatre, source: str | None, says: str) -> None:
    job = ABSENT if source is None else begun(theatre, {"name": source})
    with line(theatre, job) as socket:
        assert says in heard(socket)["message"]
        with pytest.raises(ConnectionClosed):
            heard(socket)


def test_the_end_of_the_session_ends_the_line(theatre: Theatre, job: str) -> None:
    with line(theatre, job) as socket:
        socket.send(jpeg(1))
        heard(socket)
        httpx.post(f"{theatre.url}/api/jobs/{job}/cancel", timeout=PATIENCE)
        with pytest.raises(ConnectionClosed):
            heard(socket)
