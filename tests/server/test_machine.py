"""How past jobs went, in numbers that mean what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reverie.jobs.job import Job, JobState, new_id, now
from reverie.jobs.store import Outcome
from reverie.server.machine import past
from tests.jobs.performers import live_spec


def job(seconds: float, state: JobState = JobState.SUCCEEDED) -> Job:
    began = now()
    return Job(
        id=new_id(),
        title="a reef",
        live=False,
        state=state,
        created_at=began,
        started_at=began,
        finished_at=began + timedelta(seconds=seconds),
        spec=live_spec(),
    )


def test_before_the_first_job_nothing_is_claimed() -> None:
    told = past([], [])
    assert (told.total, told.success_rate, told.seconds, told.recent) == (0, None, None, [])


def test_a_live_session_that_was_stopped_went_well_and_a_withdrawn_film_counts_neither_way() -> None:
    outcomes = [
        Outcome(True, JobState.CANCELLED, 5, 0),
        Outcome(False, JobState.SUCCEEDED, 2, 0),
        Outcome(False, JobState.CANCELLED, 10, 0),
        Outcome(False, JobState.FAILED, 1, 0),
    ]
    told = past(outcomes, [])
    assert told.success_rate == pytest.approx(7 / 8)
    assert (told.total, told.cancelled, told.failed) == (18, 15, 1)


def test_times_are_of_what_succeeded() -> None:
    told = past([], [job(seconds) for seconds in range(1, 101)] + [job(9999, JobState.FAILED)])
    assert told.seconds is not None
    assert told.seconds.p50 == pytest.approx(50.5, abs=0.1)
    assert told.seconds.p95 == pytest.approx(95, abs=1)
    assert len(told.recent) == 20
    one = past([], [job(3)]).seconds
    assert one is not None
    assert (one.p50, one.p95) == (3, 3)
