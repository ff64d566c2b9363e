"""Lists of jobs are of what they are at the moment they are asked for, saved or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reverie.jobs.job import Job, JobState, now
from reverie.jobs.ledger import Ledger
from reverie.jobs.store import Store, Wanted
from reverie.server.rows import Rows
from tests.jobs.performers import film

IDS = [f"{number:016}" for number in range(8)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "reverie.db")
    for number in IDS:
        store.add(Job(id=number, title="a reef", live=False, created_at=now(), spec=film(), state=JobState.RUNNING))
    yield store
    store.close()


@contextmanager
def nothing_is_saved(store: Store) -> Iterator[Rows]:
    """Give rows whose changes stay in memory: another program writes in the database all the time."""
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ledger = Ledger(store)
    try:
        yield Rows(store, ledger)
    finally:
        other.execute("ROLLBACK")
        other.close()
        ledger.close()


def ids(jobs: list[Job]) -> list[str]:
    return [job.id for job in jobs]


def job(store: Store, number: int) -> Job:
    found = store.get(IDS[number])
    assert found is not None
    return found


def test_what_has_just_ended_is_among_the_ended_and_no_more_among_those_under_way(store: Store) -> None:
    with nothing_is_saved(store) as rows:
        for number in (2, 5):
            rows.begin(job(store, number))
            rows.end(IDS[number])
            rows.update(job(store, number), state=JobState.SUCCEEDED)
        rows.update(job(store, 6), deleted_at=now())
        rows.update(job(store, 7), favourite=True)
        assert ids(rows.page(Wanted(state=JobState.SUCCEEDED))) == [IDS[5], IDS[2]]
        assert ids(rows.page(Wanted(state=JobState.RUNNING))) == [IDS[7], IDS[4], IDS[3], IDS[1], IDS[0]]
        assert ids(rows.page(Wanted(favourite=True))) == [IDS[7]]
        assert IDS[6] not in ids(rows.page(Wanted()))
        assert rows.page(Wanted())[1].state is JobState.SUCCEEDED


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_are_full_as_long_as_there_are_more(store: Store, limit: int) -> None:
    with nothing_is_saved(store) as rows:
        for number in (1, 4, 5, 6):
            rows.update(job(store, number), state=JobState.FAILED)
        found, after = list[str](), None
        while page := ids(rows.page(Wanted(state=JobState.RUNNING, after=after, limit=limit))):
            found += page
            after = page[-1]
            assert len(page) == limit or len(found) == 4
        assert found == [IDS[7], IDS[3], IDS[2], IDS[0]]
