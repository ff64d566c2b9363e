"""What people brought: how long it is kept, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.files import Home
from reverie.jobs.inputs import Inputs
from reverie.jobs.job import Job, JobState, new_id
from reverie.jobs.retention import GIB, Limits, surplus
from reverie.jobs.uploads import Upload, Uploads
from tests.jobs.performers import live_spec

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Film = Callable[..., Job]


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(Home(tmp_path), Uploads(tmp_path))


def brought(days: float, gib: float = 1.0) -> Upload:
    return Upload(
        id=new_id(),
        name="a.png",
        bytes=int(gib * GIB),
        state="ready",
        created_at=NOW - timedelta(days=days),
        part_bytes=1,
    )


def film(upload: Upload, days: float, state: JobState = JobState.SUCCEEDED, favourite: bool = False) -> Job:
    scene = live_spec().scenes[0]
    source = ComponentSpec(name="image", options={"path": {"input": upload.id}})
    spec = RenderSpec(scenes=(scene.model_copy(update={"source": source, "duration": 1.0}),))
    asked = NOW - timedelta(days=days)
    return Job(id=new_id(), title="a", live=False, state=state, created_at=asked, spec=spec, favourite=favourite)


def test_what_nothing_used_for_long_goes_and_what_a_film_used_lately_stays(inputs: Inputs) -> None:
    old, used, new = brought(31), brought(200), brought(29)
    jobs = [film(used, 40), film(used, 3)]
    assert surplus([old, used, new], jobs, inputs, Limits(), NOW) == [old.id]
    assert surplus([old, used, new], jobs, inputs, Limits(), NOW + timedelta(days=2)) == [old.id, new.id]
    assert surplus([old, used, new], jobs, inputs, Limits(days=0), NOW) == []


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_what_a_job_needs_stays_however_old_and_large_it_is(inputs: Inputs, state: JobState) -> None:
    needed, other = brought(900, 50), brought(2, 50)
    assert surplus([needed, other], [film(needed, 800, state)], inputs, Limits(), NOW) == [other.id]
    assert surplus([needed], [film(needed, 800, favourite=True)], inputs, Limits(), NOW) == []


def test_the_longest_unused_makes_room(inputs: Inputs) -> None:
    first, second, third = (brought(days, 8) for days in (10, 9, 1))
    assert surplus([third, second, first], [], inputs, Limits(gib=20), NOW) == [first.id]
    assert surplus([third, second, first], [film(first, 2)], inputs, Limits(gib=20), NOW) == [second.id]
    assert surplus([third, second, first], [], inputs, Limits(gib=7), NOW) == [first.id, second.id, third.id]
    assert surplus([third, second, first], [], inputs, Limits(gib=0), NOW) == []


def test_what_came_just_now_stays_whatever_the_room(inputs: Inputs) -> None:
    assert surplus([brought(0.01, 500)], [], inputs, Limits(gib=1), NOW) == []


def test_what_is_old_makes_room_before_what_is_not(inputs: Inputs) -> None:
    old, kept = brought(60, 15), brought(3, 15)
    assert surplus([kept, old], [], inputs, Limits(gib=20), NOW) == [old.id]
