"""The log: told at once, saved a moment later, read from any point without a gap and without anything twice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reverie.jobs.job import Job, JobState, new_id, now
from reverie.jobs.ledger import KEPT, VITALS, Ledger
from reverie.jobs.store import Store
from tests.jobs.performers import live_spec
from tests.server.waiting import until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "reverie.db")
    yield store
    store.close()


@pytest.fixture
def ledger(store: Store) -> Iterator[Ledger]:
    ledger = Ledger(store)
    yield ledger
    ledger.close()


def opened(store: Store, ledger: Ledger) -> str:
    job = Job(id=new_id(), title="a reef", live=True, created_at=now(), spec=live_spec())
    store.add(job)
    ledger.begin(job.id)
    return job.id


def read_all(ledger: Ledger, job: str, after: int = 0, limit: int = 500) -> list[int]:
    found: list[int] = []
    while batch := ledger.read(job, after, limit):
        found += [event.id for event in batch]
        after = found[-1]
    return found


def test_what_is_told_is_there_at_once_and_on_disk_soon(store: Store, ledger: Ledger) -> None:
    job = opened(store, ledger)
    event = ledger.append(job, "spark", {"frame": 1})
    assert event is not None
    assert [one.public()["frame"] for one in ledger.read(job, 0)] == [1]
    until(lambda: store.events(job, 0, None, 10))
    assert store.events(job, 0, None, 10)[0].data == {"frame": 1}


def test_vitals_stay_in_memory_and_are_bounded(store: Store, ledger: Ledger) -> None:
    job = opened(store, ledger)
    for number in range(700):
        ledger.append(job, VITALS, {"frame": number})
    ledger.append(job, "spark", {})
    ledger.flush()
    assert [event.kind for event in store.events(job, 0, None, 10)] == ["spark"]
    assert len(read_all(ledger, job)) == 601


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(kinds=st.lists(st.sampled_from(["spark", VITALS, "flush"]), max_size=60), after=st.integers(0, 70))
def test_reading_from_any_point_gives_the_rest_in_order(
    store: Store, ledger: Ledger, kinds: list[str], after: int
) -> None:
    job = opened(store, ledger)
    first = ledger.last(job)
    for kind in kinds:
        if kind == "flush":
            ledger.flush()
        else:
            ledger.append(job, kind, {})
    told = list(range(first + 1, ledger.last(job) + 1))
    assert read_all(ledger, job, first + after, limit=7) == [one for one in told if one > first + after]


def test_what_memory_let_go_of_is_read_from_disk(store: Store, ledger: Ledger) -> None:
    job = opened(store, ledger)
    for number in range(KEPT + 300):
        ledger.append(job, "spark", {"frame": number})
    ledger.flush()
    ledger.append(job, VITALS, {})
    assert ledger.held(job, 0) is None
    assert ledger.held(job, KEPT + 299) is not None
    assert read_all(ledger, job) == list(range(1, KEPT + 302))


def test_ids_are_never_given_twice_even_those_that_were_not_saved(store: Store) -> None:
    ledger = Ledger(store)
    job = opened(store, ledger)
    for _ in range(50):
        ledger.append(job, VITALS, {})
    last = ledger.last(job)
    ledger.close()
    again = Ledger(store)
    again.begin(job)
    event = again.append(job, "state", {})
    assert event is not None
    assert event.id > last
    again.close()


def test_a_locked_database_holds_nobody_up_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "reverie.db", 0.2)
    ledger = Ledger(store, retry=0.1)
    job = opened(store, ledger)
    other = sqlite3.connect(tmp_path / "reverie.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    for number in range(2000):
        ledger.append(job, "spark", {"frame": number})
    assert time.monotonic() - began < 2
    assert len(read_all(ledger, job)) == 2000
    until(lambda: ledger.trouble, 10)
    assert "locked" in ledger.trouble
    other.execute("ROLLBACK")
    other.close()
    until(lambda: not ledger.trouble, 10)
    assert len(store.events(job, 0, None, 5000)) == 2000
    ledger.close()
    store.close()


def test_listeners_hear_of_everything_until_they_leave(store: Store, ledger: Ledger) -> None:
    job, heard = opened(store, ledger), list[int]()
    leave = ledger.listen(job, lambda: heard.append(1))
    ledger.append(job, "spark", {})
    leave()
    ledger.append(job, "spark", {})
    assert heard == [1]


def test_listeners_hear_of_the_end(store: Store, ledger: Ledger) -> None:
    job, followed = opened(store, ledger), list[bool]()
    ledger.listen(job, lambda: followed.append(ledger.followed(job)))
    ledger.end(job)
    assert followed == [False], "whoever waits for the next event would wait for a sign of life"


def test_a_closed_tape_is_let_go_of_when_nobody_listens(store: Store, ledger: Ledger) -> None:
    job = opened(store, ledger)
    leave = ledger.listen(job, lambda: None)
    ledger.append(job, "spark", {})
    ledger.end(job)
    ledger.flush()
    assert ledger.held(job, 0) is not None
    leave()
    ledger.flush()
    assert ledger.held(job, 0) is None
    assert [event.kind for event in ledger.read(job, 0)] == ["spark"]
    assert ledger.append(job, "spark", {}) is None


def test_rows_and_performances_are_saved_with_the_newest_winning(store: Store, ledger: Ledger) -> None:
    job_id = opened(store, ledger)
    job = store.get(job_id)
    assert job is not None
    ledger.note(job.model_copy(update={"state": JobState.RUNNING}))
    ledger.note(job.model_copy(update={"state": JobState.SUCCEEDED}))
    ledger.keep(job_id, live_spec("kept"))
    ledger.flush()
    saved = store.get(job_id)
    assert saved is not None
    assert saved.state is JobState.SUCCEEDED
    assert store.performance(job_id) == live_spec("kept")
    assert ledger.noted(job_id) is None


def test_many_threads_tell_at_once(store: Store, ledger: Ledger) -> None:
    job = opened(store, ledger)

    def tell() -> None:
        for _ in range(200):
            ledger.append(job, "spark", {})

    threads = [Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_all(ledger, job) == list(range(1, 1201))
