"""Ids, moments and titles of jobs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

from reverie.jobs.files import JOB_ID
from reverie.jobs.job import Job, JobEvent, JobState, new_id, now, stamp, title_of
from tests.jobs.performers import live_spec


def test_ids_are_plain_differ_and_sort_by_time() -> None:
    ids = []
    for _ in range(5):
        ids.append(new_id())
        time.sleep(0.002)
    assert ids == sorted(ids)
    assert len(set(ids)) == 5
    assert all(JOB_ID.fullmatch(one) for one in ids)


def test_a_moment_is_written_in_utc() -> None:
    there = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(there) == "2026-01-02T01:04:05.678Z"
    assert datetime.fromisoformat(stamp(there)) == there
    assert now().tzinfo is UTC


def test_a_job_is_called_by_its_first_prompt_and_survives_json() -> None:
    job = Job(id=new_id(), title=title_of(live_spec("a reef")), live=True, created_at=now(), spec=live_spec("a reef"))
    assert job.title == "a reef"
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_an_event_keeps_its_own_id_and_kind_whatever_it_says() -> None:
    event = JobEvent(id=3, kind="file", at=now(), data={"kind": "forged", "id": 9, "name": "a"})
    assert (event.public()["id"], event.public()["kind"], event.public()["name"]) == (3, "file", "a")


def test_three_states_are_final() -> None:
    assert [state for state in JobState if state.final] == [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED]
