"""A studio's day: begun, stopped, removed, brought back, and found again after a restart or a crash."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from reverie.core.errors import InputError, ReverieError
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import Keyframe
from reverie.jobs.database import StoreFault
from reverie.jobs.job import Job, JobEvent, JobState, new_id, now
from reverie.jobs.store import Changes, Store, Wanted
from reverie.server import heart
from reverie.server.faults import Conflict, NotFound
from reverie.server.studio import Studio
from tests.jobs.performers import FakeHub, film, live_spec, submit
from tests.server.waiting import until


@contextmanager
def opened(folder: Path) -> Iterator[Studio]:
    studio = Studio(folder, submit, FakeHub)
    try:
        yield studio
    finally:
        studio.close()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(tmp_path) as studio:
        yield studio


def test_a_live_session_runs_until_it_is_stopped(studio: Studio) -> None:
    job = studio.create(live_spec("a reef"), "My reef")
    assert (job.state, job.title, job.live) == (JobState.RUNNING, "My reef", True)
    assert job.live_state is not None
    assert job.live_state.state == "running"
    assert studio.current().job_id == job.id
    ended = studio.cancel(job.id)
    assert (ended.state, ended.error) == (JobState.CANCELLED, None)
    assert ended.live_state is not None
    assert ended.live_state.state == "stopped"
    assert studio.cancel(job.id).state is JobState.CANCELLED
    with pytest.raises(Conflict, match="has ended"):
        studio.run(job.id)
    with pytest.raises(Conflict, match="Nothing is live"):
        studio.current()


def test_what_was_performed_can_be_replayed(studio: Studio) -> None:
    job = studio.create(live_spec("a reef"))
    studio.run(job.id).insert(Keyframe(prompt="a city", strength=0.25))
    playing = studio.performance(job.id)
    studio.cancel(job.id)
    kept = studio.performance(job.id)
    assert kept.scenes[0].keyframes == playing.scenes[0].keyframes
    assert [key.prompt for key in kept.scenes[0].keyframes] == ["a reef", "a city"]
    assert not kept.live
    assert (kept.scenes[0].duration or 0) >= (playing.scenes[0].duration or 0) > 0


def test_a_film_is_queued_waits_for_the_live_session_and_is_rendered(studio: Studio) -> None:
    live = studio.create(live_spec())
    job = studio.create(film(0.5))
    assert job.state is JobState.QUEUED
    studio.cancel(live.id)
    until(lambda: studio.get(job.id).state is JobState.SUCCEEDED)
    done = studio.get(job.id)
    assert (done.progress, done.error) == (1.0, None)
    kinds = [event.kind for event in studio.ledger.read(job.id, 0)]
    assert kinds[0] == "state"
    assert {"progress", "file"} <= set(kinds)


def test_a_session_that_breaks_fails_in_words_and_the_next_one_plays(studio: Studio) -> None:
    job = studio.create(live_spec("a reef"))
    studio.run(job.id).insert(Keyframe(prompt="break"))
    until(lambda: studio.get(job.id).state is JobState.FAILED)
    assert studio.get(job.id).error == "The model broke."
    last = studio.ledger.read(job.id, 0)[-1]
    assert (last.kind, last.data["state"], last.data["error"]) == ("state", "failed", "The model broke.")
    assert studio.create(live_spec()).state is JobState.RUNNING


def test_a_session_that_is_refused_leaves_nothing(studio: Studio) -> None:
    with pytest.raises(ReverieError, match="can't be shown"):
        studio.create(live_spec("refuse"))
    assert studio.page(Wanted()) == []
    assert not studio.has_live()


def test_deleting_stops_hides_and_can_be_undone(studio: Studio) -> None:
    job = studio.create(live_spec())
    until(lambda: studio.run(job.id).hub.newest is not None)
    studio.run(job.id).snapshot()
    studio.delete(job.id)
    assert not studio.has_live()
    with pytest.raises(NotFound):
        studio.get(job.id)
    with pytest.raises(NotFound):
        studio.file(job.id, "snapshot-001.png")
    assert studio.page(Wanted()) == []
    back = studio.restore(job.id)
    assert (back.state, "snapshot-001.png" in [file.name for file in back.files]) == (JobState.CANCELLED, True)
    again = studio.restore(job.id)
    assert (again.id, again.state, again.deleted_at) == (back.id, back.state, None), "twice is once"


def test_what_was_deleted_is_gone_after_ten_seconds_or_a_restart(tmp_path: Path) -> None:
    assert heart.RESTORABLE.total_seconds() == 10
    with opened(tmp_path) as studio:
        job = studio.create(film(0.2))
        until(lambda: studio.get(job.id).state.final)
        studio.delete(job.id)
    with opened(tmp_path) as studio:
        with pytest.raises(NotFound):
            studio.restore(job.id)
        assert list(studio.home.jobs.iterdir()) == []


def test_history_is_there_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as studio:
        job = studio.create(live_spec("a reef"))
        studio.run(job.id).record(True)
        until(lambda: studio.run(job.id).view().frame > 5)
    with opened(tmp_path) as studio:
        found = studio.get(job.id)
        assert (found.state, found.phase) == (JobState.CANCELLED, "The server was stopped.")
        assert "recording-001.mp4" in [file.name for file in found.files]
        assert '"cancelled": true' in studio.report(job.id)
        events = studio.ledger.read(job.id, 0)
        assert [event.data["on"] for event in events if event.kind == "recording"] == [True, False]


def test_a_session_that_a_crash_interrupted_says_so_and_keeps_its_gestures(tmp_path: Path) -> None:
    crashed = Store(tmp_path / "reverie.db")
    spec = live_spec("a reef")
    job = Job(
        id=new_id(),
        title="a reef",
        live=True,
        state=JobState.RUNNING,
        created_at=now(),
        started_at=now(),
        spec=spec,
    )
    crashed.add(job)
    told = {"keyframe": {"time": 2.5, "prompt": "a city"}, "frame": 30, "time": 2.5}
    crashed.save(Changes(events=((job.id, JobEvent(id=7, kind="keyframe", at=now(), data=told)),)))
    crashed.close()
    with opened(tmp_path) as studio:
        found = studio.get(job.id)
        assert found.state is JobState.FAILED
        assert found.error is not None
        assert "server ended while this was live" in found.error
        assert found.live_state is not None
        assert found.live_state.state == "failed"
        last = studio.ledger.read(job.id, 7)[-1]
        assert (last.kind, last.data["error"]) == ("state", found.error)
        assert last.id > 7
        kept = studio.performance(job.id).scenes[0]
        assert [(key.time, key.prompt) for key in kept.keyframes] == [(0.0, "a reef"), (2.5, "a city")]


def test_films_that_were_waiting_are_rendered_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as studio:
        studio.create(live_spec())
        job = studio.create(film(0.2))
    with opened(tmp_path) as studio:
        until(lambda: studio.get(job.id).state is JobState.SUCCEEDED)


def test_a_second_studio_in_one_folder_is_refused_and_harms_nothing(studio: Studio, tmp_path: Path) -> None:
    job = studio.create(live_spec())
    with pytest.raises(ReverieError, match="another Reverie serves"):
        Studio(tmp_path, submit, FakeHub)
    assert studio.get(job.id).state is JobState.RUNNING


def test_a_locked_database_refuses_new_work_and_live_goes_on(studio: Studio, tmp_path: Path) -> None:
    job = studio.create(live_spec())
    other = sqlite3.connect(tmp_path / "reverie.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        receipt = studio.run(job.id).insert(Keyframe(prompt="a city"))
        with pytest.raises(StoreFault, match="locked"):
            studio.create(live_spec())
        assert studio.get(job.id).state is JobState.RUNNING
    finally:
        other.execute("ROLLBACK")
        other.close()
    until(lambda: any(event.data.get("frame") == receipt.frame for event in studio.store.events(job.id, 0, None, 99)))


def with_backend(**backend: Any) -> RenderSpec:
    spec = live_spec()
    scene = spec.scenes[0].model_copy(update={"backend": ComponentSpec(**backend)})
    return spec.model_copy(update={"scenes": (scene,)})


def with_source(**source: Any) -> RenderSpec:
    spec = live_spec()
    scene = spec.scenes[0].model_copy(update={"source": ComponentSpec(**source)})
    return spec.model_copy(update={"scenes": (scene,)})


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (live_spec(sinks=(ComponentSpec(name="file", options={"path": "x.mp4"}),)), "sinks"),
        (with_backend(name="nonesuch"), "scenes.0.backend.name"),
        (with_backend(name="worlds", options={"speed": 3}), "scenes.0.backend.options.speed"),
        (with_backend(name="diffusers_image", options={"model": "/etc"}), "scenes.0.backend.options.model"),
        (with_source(name="video", options={"path": "/etc/passwd"}), "scenes.0.source.options.path"),
        (live_spec(correctors=(ComponentSpec(name="colour", options={"x": 1}),)), "correctors.0.options.x"),
        (film().model_copy(update={"scenes": live_spec().scenes}), "scenes.0.duration"),
    ],
)
def test_what_can_not_be_rendered_is_refused_by_its_field(studio: Studio, spec: RenderSpec, field: str) -> None:
    with pytest.raises(InputError) as refused:
        studio.create(spec)
    assert refused.value.field == field
    assert studio.page(Wanted()) == []


def test_the_rate_that_was_measured_is_written_down(studio: Studio) -> None:
    def slow(spec: RenderSpec, tick: Any, happened: Any) -> Any:
        return submit(spec.model_copy(update={"paint_fps": 7.5, "fps": 7.5}), tick, happened)

    studio.close()
    measured = Studio(studio.home.root, slow, FakeHub)
    try:
        job = measured.create(live_spec())
        until(lambda: measured.store.get(job.id).spec.paint_fps == 7.5)  # type: ignore[union-attr]
    finally:
        measured.close()


def test_a_session_that_waits_to_be_let_in_is_said_to_be_on_its_way(tmp_path: Path) -> None:
    door, begun = Event(), Event()

    def waiting(spec: RenderSpec, tick: Any, happened: Any) -> Any:
        begun.set()
        door.wait(20)
        return submit(spec, tick, happened)

    studio = Studio(tmp_path, waiting, FakeHub)
    asking = Thread(target=studio.create, args=(live_spec(),))
    asking.start()
    try:
        assert begun.wait(20)
        (job,) = studio.page(Wanted())
        assert job.live_state is not None
        assert job.live_state.state == "initialising"
        with pytest.raises(Conflict, match="not there yet"):
            studio.run(job.id)
    finally:
        door.set()
        asking.join(20)
        studio.close()
