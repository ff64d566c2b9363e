"""Events over real connections: three ways, one log, no gap and nothing twice, whatever restarts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from reverie.core.timeline import Keyframe
from reverie.server.events import resume_point
from tests.server.theatre import Theatre, opened
from tests.server.waiting import until

Told = dict[str, Any]


def streamed(address: str, job: str, count: int, **headers: str) -> list[Told]:
    """Read so many server-sent events, checking that what is around the data agrees with it."""
    found: list[Told] = []
    url = f"{address}/api/jobs/{job}/events"
    with httpx.Client(timeout=30) as client, client.stream("GET", url, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        block: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                block[name] = value
            elif "data" in block:
                event = json.loads(block["data"])
                assert (str(event["id"]), event["kind"]) == (block["id"], block["event"])
                found.append(event)
                block = {}
            if len(found) >= count:
                break
    return found


def joined(theatre: Theatre, path: str) -> ClientConnection:
    """Open a socket. One that is left with more on its way than it holds reads no more, not even that all is over."""
    return connect(f"ws://127.0.0.1:{theatre.port}{path}", close_timeout=0.1)


def polled(theatre: Theatre, job: str, after: int = 0) -> tuple[list[Told], int]:
    answer = httpx.get(f"{theatre.url}/api/jobs/{job}/events", params={"poll": 1, "after": after})
    page = answer.raise_for_status().json()
    return page["items"], page["next"]


def wish(theatre: Theatre, job: str, number: int) -> None:
    run = theatre.studio.run(job)
    for count in range(number):
        run.insert(Keyframe(strength=count / (number + 1)))
        run.gestures.flush()


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    with opened(tmp_path) as theatre:
        yield theatre


def without_vitals(events: list[Told]) -> list[Told]:
    return [event for event in events if event["kind"] != "vitals"]


def test_the_three_ways_tell_the_same(theatre: Theatre) -> None:
    job = theatre.begin()
    wish(theatre, job, 5)
    by_asking, _ = polled(theatre, job)
    assert [event["kind"] for event in without_vitals(by_asking)] == ["state", *["keyframe"] * 5]
    assert streamed(theatre.url, job, len(by_asking)) == by_asking
    with joined(theatre, f"/api/jobs/{job}/events.ws") as socket:
        assert [json.loads(socket.recv(timeout=30)) for _ in by_asking] == by_asking


def test_a_reader_that_comes_back_misses_nothing_and_hears_nothing_twice(theatre: Theatre) -> None:
    job = theatre.begin()
    wish(theatre, job, 4)
    first = streamed(theatre.url, job, 2)
    wish(theatre, job, 3)
    second = streamed(theatre.url, job, 5, **{"Last-Event-ID": str(first[-1]["id"])})
    whole, _ = polled(theatre, job)
    assert [*first, *second] == whole[:7]
    with joined(theatre, f"/api/jobs/{job}/events.ws?after={first[-1]['id']}") as socket:
        assert json.loads(socket.recv(timeout=30)) == second[0]


def test_asking_page_by_page_gives_everything_once(theatre: Theatre) -> None:
    job = theatre.begin()
    wish(theatre, job, 30)
    found, after = list[int](), 0
    while True:
        items, after = polled(theatre, job, after)
        if not items:
            break
        found += [event["id"] for event in items]
    assert found == sorted(set(found))
    assert polled(theatre, job, 10**9) == ([], 10**9)


def test_what_happens_is_told_as_it_happens_and_the_end_ends_it(theatre: Theatre) -> None:
    job = theatre.begin()
    with joined(theatre, f"/api/jobs/{job}/events.ws") as socket:
        theatre.studio.run(job).insert(Keyframe(prompt="a city"))
        theatre.studio.cancel(job)
        told = [json.loads(text) for text in socket]
    assert told[-1]["kind"] == "state"
    assert told[-1]["state"] == "cancelled"
    assert "keyframe" in [event["kind"] for event in told]


def test_a_reader_of_what_has_ended_is_told_all_and_then_not_to_come_back(theatre: Theatre) -> None:
    job = theatre.begin()
    theatre.studio.cancel(job)
    whole, last = polled(theatre, job)
    assert streamed(theatre.url, job, len(whole)) == whole
    until(lambda: not theatre.studio.ledger.followed(job))
    url = f"{theatre.url}/api/jobs/{job}/events"
    assert httpx.get(url, headers={"Last-Event-ID": str(last)}).status_code == 204
    assert httpx.get(url, headers={"Last-Event-ID": "nonsense"}).text.count("data:") == len(without_vitals(whole))


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as before:
        job = before.begin()
        wish(before, job, 6)
        heard, last = polled(before, job)
    with opened(tmp_path) as after:
        rest, _ = polled(after, job, last)
        whole, _ = polled(after, job)
    assert [event["kind"] for event in without_vitals(rest)] == ["state"]
    assert without_vitals([*heard, *rest]) == whole


def test_unknown_jobs_are_said_to_be_unknown(theatre: Theatre) -> None:
    missing = "0" * 16
    answer = httpx.get(f"{theatre.url}/api/jobs/{missing}/events")
    assert (answer.status_code, answer.json()["field"]) == (404, "id")
    with joined(theatre, f"/api/jobs/{missing}/events.ws") as socket:
        assert json.loads(socket.recv(timeout=30))["value"] == missing
    assert httpx.get(f"{theatre.url}/api/jobs/{missing}/events", params={"after": -1}).status_code == 422


def test_readers_that_leave_are_forgotten(theatre: Theatre) -> None:
    job = theatre.begin()
    wish(theatre, job, 2)
    for _ in range(30):
        streamed(theatre.url, job, 1)
        with joined(theatre, f"/api/jobs/{job}/events.ws") as socket:
            socket.recv(timeout=30)
    until(lambda: theatre.studio.ledger.listeners(job) == 0)


def test_ending_the_server_ends_every_reader(tmp_path: Path) -> None:
    async def read(url: str) -> None:
        async with httpx.AsyncClient(timeout=20) as client, client.stream("GET", url) as answer:
            async for _ in answer.aiter_raw():
                pass

    async def evening(theatre: Theatre, job: str) -> None:
        readers = [asyncio.create_task(read(f"{theatre.url}/api/jobs/{job}/events")) for _ in range(5)]
        await asyncio.to_thread(until, lambda: theatre.studio.ledger.listeners(job) == 5)
        theatre.studio.end()
        await asyncio.wait_for(asyncio.gather(*readers), 10)

    with opened(tmp_path) as theatre:
        asyncio.run(evening(theatre, theatre.begin()))


@pytest.mark.parametrize(
    ("given", "point"),
    [(("7", 3), 7), ((None, 3), 3), (("x", None), 0), (("", 0), 0), (("-1",), 0), (("9" * 40,), 0), (("٣",), 0)],
)
def test_where_a_reader_goes_on(given: tuple[str | int | None, ...], point: int) -> None:
    assert resume_point(*given) == point


def test_while_every_thread_waits_the_server_still_says_that_it_is_there(theatre: Theatre) -> None:
    """The event loop waits neither for the model nor for the database, nor for a thread that could."""
    door, entered = Event(), Semaphore(0)

    def slow() -> None:
        entered.release()
        door.wait(20)

    theatre.app.add_api_route("/api/slow", slow, methods=["GET"])
    theatre.app.router.routes.insert(0, theatre.app.router.routes.pop())
    readers = [Thread(target=httpx.get, args=(f"{theatre.url}/api/slow",), kwargs={"timeout": 30}) for _ in range(60)]
    try:
        for reader in readers:
            reader.start()
        assert all(entered.acquire(timeout=20) for _ in range(40))
        assert httpx.get(f"{theatre.url}/api/health", timeout=10).json()["status"] == "ok"
    finally:
        door.set()
        for reader in readers:
            reader.join(30)
