"""Films as jobs: begun again, copied, marked, found by words, and gone on with by the next server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from reverie.core.spec import ComponentSpec
from reverie.execution.here import Here
from reverie.jobs.job import Job, JobState, UnitState, new_id, now
from reverie.jobs.orders import Order, Orders
from reverie.jobs.store import Changes, Store, Wanted
from reverie.media.picture import encode_png
from reverie.server.faults import Conflict
from reverie.server.films import MOST_ATTEMPTS
from reverie.server.studio import Studio
from reverie.server.upkeep import Keep, Upkeep
from tests.jobs.performers import FakeHub, film, live_spec, submit
from tests.server.waiting import until


@contextmanager
def opened(folder: Path, *, units: bool = False) -> Iterator[Studio]:
    workshop = (lambda root: Here(root / "work")) if units else None
    studio = Studio(folder, submit, FakeHub, workshop=workshop)
    try:
        yield studio
    finally:
        studio.close()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(tmp_path) as studio:
        yield studio


def made(studio: Studio, seconds: float = 0.2, prompt: str = "a reef") -> Job:
    job = studio.create(film(seconds, prompt))
    until(lambda: studio.get(job.id).state.final, 60)
    return studio.get(job.id)


def test_a_film_that_failed_or_was_cancelled_is_begun_again(studio: Studio) -> None:
    broken = made(studio, prompt="break")
    assert (broken.state, broken.attempt) == (JobState.FAILED, 1)
    again = studio.retry(broken.id)
    assert (again.id, again.error) == (broken.id, None)
    until(lambda: studio.get(broken.id).state is JobState.FAILED)
    ends = [event.data["state"] for event in studio.ledger.read(broken.id, 0) if event.kind == "state"]
    assert ends[-1] == "failed"
    assert ends.count("queued") == 1
    with pytest.raises(Conflict, match="only a film that failed"):
        studio.retry(made(studio).id)
    live = studio.create(live_spec())
    studio.cancel(live.id)
    with pytest.raises(Conflict):
        studio.retry(live.id)


def test_a_film_is_copied(studio: Studio) -> None:
    first = made(studio)
    copy = studio.duplicate(first.id)
    assert (copy.id != first.id, copy.spec, copy.title) == (True, first.spec, "a reef, again")


def test_favourites_and_words_are_found(studio: Studio) -> None:
    reef, city = made(studio), made(studio, prompt="a City at night")
    studio.change(city.id, favourite=True)
    assert [job.id for job in studio.page(Wanted(favourite=True))] == [city.id]
    assert [job.id for job in studio.page(Wanted(words="cITY"))] == [city.id]
    studio.change(reef.id, title="100% blue")
    until(lambda: [job.id for job in studio.page(Wanted(words="100%"))] == [reef.id])
    assert studio.page(Wanted(words="worlds")) == [], "names of components are not words of a film"


def test_the_next_server_goes_on_with_a_film(tmp_path: Path) -> None:
    with opened(tmp_path) as studio:
        job = studio.create(film(600))
        until(lambda: studio.get(job.id).state is JobState.RUNNING)
    with opened(tmp_path) as studio:
        until(lambda: studio.get(job.id).state is JobState.RUNNING)
        found = studio.get(job.id)
        assert (found.error, found.attempt) == (None, 2)
        studio.cancel(job.id)
        until(lambda: studio.get(job.id).state is JobState.CANCELLED)


def test_what_a_server_that_died_had_made_is_not_made_again(tmp_path: Path) -> None:
    with opened(tmp_path, units=True) as studio:
        first = made(studio)
        assert {unit.state for unit in studio.get(first.id).units} == {UnitState.DONE}
        assert [file.kind for file in first.files] == ["film", "poster", "report", "sprite"]
    store = Store(tmp_path / "reverie.db")
    store.save(Changes(jobs=(first.model_copy(update={"state": JobState.RUNNING, "finished_at": None}),)))
    store.close()
    with opened(tmp_path, units=True) as studio:
        until(lambda: studio.get(first.id).state is JobState.SUCCEEDED, 60)
        assert [unit.attempt for unit in studio.get(first.id).units] == [1, 1, 1]


def test_a_film_that_ends_servers_is_not_taken_up_for_ever(tmp_path: Path) -> None:
    store = Store(tmp_path / "reverie.db")
    job = Job(
        id=new_id(), title="a", live=False, state=JobState.RUNNING, created_at=now(), spec=film(), attempt=MOST_ATTEMPTS
    )
    store.add(job)
    store.close()
    with opened(tmp_path) as studio:
        found = studio.get(job.id)
        assert found.state is JobState.FAILED
        assert "ended 20 times" in (found.error or "")


def test_orders_of_the_command_line_are_carried_out(studio: Studio) -> None:
    job = studio.create(film(600))
    Orders(studio.store).give(Order("cancel", job.id))
    Orders(studio.store).give(Order("dance", job.id))
    Orders(studio.store).give(Order("remove", "nobody"))
    until(lambda: studio.get(job.id).state is JobState.CANCELLED)
    until(lambda: Orders(studio.store).waiting() == 0)


def test_old_jobs_make_room_for_new_ones_and_favourites_stay(studio: Studio) -> None:
    jobs = [made(studio) for _ in range(4)]
    studio.change(jobs[0].id, favourite=True)
    studio.ledger.flush()
    old = jobs[1].model_copy(update={"finished_at": now() - timedelta(days=40)})
    studio.store.save(Changes(jobs=(old,)))
    Upkeep(studio, Keep(days=30)).sweep()
    assert [job.id for job in studio.page(Wanted())] == [jobs[3].id, jobs[2].id, jobs[0].id]
    size = sum(file.bytes for file in studio.get(jobs[3].id).files)
    Upkeep(studio, Keep(gib=1.5 * size / 2**30)).sweep()
    assert [job.id for job in studio.page(Wanted())] == [jobs[3].id, jobs[0].id]


def test_what_is_on_the_shelf_is_thrown_away_unless_a_film_needs_it(tmp_path: Path) -> None:
    with opened(tmp_path, units=True) as studio:
        job = made(studio)
        shelf = Here(tmp_path / "work").shelf
        assert shelf.size() > 0
        studio.ledger.flush()
        waits = job.model_copy(update={"state": JobState.QUEUED})
        studio.store.save(Changes(jobs=(waits,)))
        Upkeep(studio, Keep(shelf_gib=0)).sweep()
        assert shelf.size() > 0
        studio.store.save(Changes(jobs=(job,)))
        Upkeep(studio, Keep(shelf_gib=0)).sweep()
        assert shelf.size() == 0


def test_what_was_brought_is_thrown_away_when_nothing_needs_it_any_more(studio: Studio, tmp_path: Path) -> None:
    uploads = studio.inputs.uploads
    ids = [uploads.taken("a.png", picture(uploads.incoming())).id for _ in range(2)]
    source = ComponentSpec(name="image", options={"path": {"input": ids[0]}})
    scene = film(600).scenes[0].model_copy(update={"source": source})
    job = studio.create(film(600).model_copy(update={"scenes": (scene,)}))
    keep = Upkeep(studio, Keep(), today=lambda: now() + timedelta(days=31))
    keep.sweep()
    assert [upload.id for upload in uploads.listed()] == [ids[0]]
    studio.cancel(job.id)
    until(lambda: studio.get(job.id).state is JobState.CANCELLED)
    studio.ledger.flush()
    keep.sweep()
    assert uploads.listed() == []


def picture(path: Path) -> Path:
    path.write_bytes(encode_png(np.zeros((48, 64, 3), np.uint8)))
    return path
