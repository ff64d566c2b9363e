"""Rows: what was written is there again, and what can't be is a sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, inspect

from reverie.jobs import database
from reverie.jobs.database import StoreFault
from reverie.jobs.job import Job, JobEvent, JobState, new_id, now
from reverie.jobs.store import Changes, Store, Wanted
from reverie.jobs.tables import METADATA
from tests.jobs.performers import film, live_spec


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "reverie.db")
    yield store
    store.close()


def a_job(**changes: object) -> Job:
    return Job.model_validate(
        {"id": new_id(), "title": "a reef", "live": True, "created_at": now(), "spec": live_spec(), **changes}
    )


def happened(number: int, kind: str = "spark") -> JobEvent:
    return JobEvent(id=number, kind=kind, at=now(), data={"frame": number})


def test_a_job_is_read_as_it_was_written(store: Store) -> None:
    job = a_job(error="odd \u2019 \u2028 words", started_at=now(), progress=0.25, phase="loading")
    store.add(job)
    found = store.get(job.id)
    assert found is not None
    assert found.model_dump(exclude={"created_at", "started_at"}) == job.model_dump(
        exclude={"created_at", "started_at"}
    )
    assert abs(found.created_at - job.created_at) < timedelta(milliseconds=1)
    assert store.get("0" * 16) is None


def test_pages_are_newest_first_and_leave_out_what_is_not_asked(store: Store) -> None:
    ids = [f"{number:016}" for number in range(7)]
    for number, one in enumerate(ids):
        state = JobState.FAILED if number % 2 else JobState.SUCCEEDED
        store.add(a_job(id=one, state=state, live=number < 4, deleted_at=now() if number == 6 else None))
    first = store.page(Wanted(limit=4))
    assert [job.id for job in first] == ids[5:1:-1]
    assert [job.id for job in store.page(Wanted(after=first[-1].id))] == ids[1::-1]
    assert [job.id for job in store.page(Wanted(state=JobState.FAILED, live=True))] == [ids[3], ids[1]]
    assert store.deleted() == [ids[6]]


def test_a_batch_is_written_together_and_twice_is_once(store: Store) -> None:
    job = a_job()
    store.add(job)
    batch = Changes(
        jobs=(job.model_copy(update={"state": JobState.RUNNING}),),
        events=((job.id, happened(1)), (job.id, happened(2))),
        reserved={job.id: 100},
        performances={job.id: film()},
    )
    store.save(batch)
    store.save(batch)
    assert [event.id for event in store.events(job.id, 0, None, 10)] == [1, 2]
    assert [event.id for event in store.events(job.id, 0, 2, 10)] == [1]
    assert store.next_event(job.id) == 101
    assert store.performance(job.id) == film()
    assert [running.id for running in store.unfinished()] == [job.id]


def test_removing_takes_the_events_too(store: Store) -> None:
    job = a_job()
    store.add(job)
    store.save(Changes(events=((job.id, happened(1)),)))
    store.remove(job.id)
    assert store.get(job.id) is None
    assert store.events(job.id, 0, None, 10) == []


def test_outcomes_count_and_time_what_ended(store: Store) -> None:
    began = now()
    for seconds in (2, 4):
        ended = began + timedelta(seconds=seconds)
        store.add(a_job(state=JobState.SUCCEEDED, started_at=began, finished_at=ended))
    (outcome,) = store.outcomes()
    assert (outcome.live, outcome.state, outcome.count) == (True, JobState.SUCCEEDED, 2)
    assert outcome.seconds == pytest.approx(3, abs=0.01)
    assert len(store.finished(1)) == 1


def test_the_migrations_make_the_tables_that_are_used(tmp_path: Path) -> None:
    Store(tmp_path / "reverie.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'reverie.db'}")
    found = inspect(engine)
    for name, table in METADATA.tables.items():
        columns = {
            (column["name"], str(column["type"]), bool(column["nullable"])) for column in found.get_columns(name)
        }
        assert columns == {(column.name, str(column.type), bool(column.nullable)) for column in table.columns}
    assert found.get_table_names() == sorted([*METADATA.tables, "alembic_version"])
    engine.dispose()


def test_a_folder_of_a_newer_reverie_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "reverie.db"
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreFault, match="newer Reverie"):
        Store(path)
    assert list(tmp_path.glob("*.broken*")) == []


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_database_is_set_aside_and_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reverie.db"
    path.write_bytes(content)
    store = Store(path)
    assert "set aside" in store.notice
    assert [aside.read_bytes() for aside in tmp_path.glob("*.broken-*")] == [content]
    store.add(a_job())
    store.close()


def test_a_locked_database_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "reverie.db"
    store = Store(path, 0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreFault, match="another program has it locked"):
            store.add(a_job())
        assert store.page(Wanted()) == []
    finally:
        other.execute("ROLLBACK")
        other.close()
    store.add(a_job())
    store.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_database_that_may_not_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "reverie.db"
    Store(path).close()
    path.chmod(0o400)
    with pytest.raises(StoreFault, match="may not be written to"):
        Store(path).add(a_job())


def test_many_threads_write_at_once(store: Store) -> None:
    faults: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                store.add(a_job())
                store.page(Wanted(limit=3))
        except BaseException as error:
            faults.append(error)

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(store.page(Wanted(limit=200))) == 80


def test_waiting_for_a_lock_is_shorter_than_patience() -> None:
    assert database.BUSY_SECONDS < 5


def test_more_askers_than_connections_are_told_in_a_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path / "reverie.db", 0.2)
    held = [store._engine.connect() for _ in range(16)]
    with pytest.raises(StoreFault, match="too many ask for it at once"):
        store.page(Wanted())
    for connection in held:
        connection.close()
    assert store.page(Wanted()) == []
    store.close()


def test_a_database_that_breaks_while_it_is_open_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "reverie.db"
    store = Store(path)
    store.close()
    path.write_bytes(b"nonsense" * 1000)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    with pytest.raises(StoreFault, match="can't be used"):
        store.page(Wanted())
    store.close()
