"""Rendering again: the three ways are kept apart, and each takes what suits it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reverie.core.errors import InputError
from reverie.core.timeline import Keyframe
from reverie.execution.documents import read_work
from reverie.jobs.job import JobState
from reverie.server.admission import admitted
from reverie.server.body import Again
from reverie.server.replays import render_again
from reverie.server.studio import Studio
from tests.jobs.performers import FakeHub, film, live_spec, submit
from tests.server.waiting import until


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(tmp_path, submit, FakeHub)
    yield studio
    studio.close()


@pytest.fixture
def performed(studio: Studio) -> str:
    job = studio.create(live_spec("a reef"))
    run = studio.run(job.id)
    run.record(True)
    run.insert(Keyframe(prompt="a city"))
    until(lambda: run.view().frame > 12)
    studio.cancel(job.id)
    return job.id


def test_a_replay_is_the_performance_as_long_as_it_was(studio: Studio, performed: str) -> None:
    job = render_again(studio, performed, Again(mode="replay"))
    spec = job.spec
    assert job.title == "a reef, replayed"
    assert spec == studio.performance(performed)
    assert (spec.scenes[0].duration or 0) > 1
    assert not spec.live
    admitted(spec, studio.inputs)


def test_performing_again_takes_another_seed_size_and_rate(studio: Studio, performed: str) -> None:
    again = Again(mode="again", seed=5, width=128, height=64, paint_fps=6)
    spec = render_again(studio, performed, again).spec
    assert (spec.seed, spec.width, spec.height, spec.paint_fps, spec.fps) == (5, 128, 64, 6, 12)
    assert [part.name for part in spec.filters] == ["interpolate"]
    assert [key.prompt for key in spec.scenes[0].keyframes] == ["a reef", "a city"]
    other = render_again(studio, performed, Again(mode="again", model="placeholder")).spec
    assert other.scenes[0].backend.name == "placeholder"
    assert other.seed != studio.performance(performed).seed
    for made in (spec, other):
        admitted(made, studio.inputs)


def test_a_performance_is_rendered_from_its_beginning_and_then_remastered(studio: Studio, performed: str) -> None:
    job = render_again(studio, performed, Again(mode="remaster", width=128, height=128, slower=2, strength=0.2))
    assert Path(job.spec.scenes[0].source.options["path"]) == studio.home.jobs / job.id / "render-001.mp4"
    assert (job.spec.width, job.spec.height) == (128, 128)
    until(lambda: studio.get(job.id).state.final)
    done = studio.get(job.id)
    assert (done.state, done.error, done.progress) == (JobState.SUCCEEDED, None, 1.0)
    assert [file.name for file in done.files] == ["film.mp4", "render-001.mp4", "report.json"]
    assert read_work(studio.file(job.id, "render-001.mp4")).scenes[0].source.name == "feedback"


def test_a_film_is_remastered_as_it_is(studio: Studio) -> None:
    job = studio.create(film(0.2))
    until(lambda: studio.get(job.id).state.final)
    spec = render_again(studio, job.id, Again(mode="remaster")).spec
    assert Path(spec.scenes[0].source.options["path"]) == studio.file(job.id, "film.mp4")


def test_a_remaster_that_is_refused_leaves_no_folder(studio: Studio, performed: str) -> None:
    before = set(studio.home.jobs.iterdir())
    with pytest.raises(InputError):
        render_again(studio, performed, Again(mode="remaster", width=8000, height=16))
    assert set(studio.home.jobs.iterdir()) == before


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"mode": "replay", "seed": 3}, "seed"),
        ({"mode": "replay", "width": 64, "height": 64}, "width"),
        ({"mode": "remaster", "seed": 3}, "seed"),
        ({"mode": "again", "strength": 0.5}, "strength"),
        ({"mode": "again", "width": 64}, "height"),
        ({"mode": "again", "model": "/etc"}, "model"),
        ({"mode": "again", "steps": 4}, "steps"),
        ({"mode": "again", "width": 8000, "height": 16}, "size"),
    ],
)
def test_what_does_not_go_together_is_refused(studio: Studio, asked: dict[str, Any], field: str) -> None:
    job = studio.create(film(0.2))
    until(lambda: studio.get(job.id).state.final)
    with pytest.raises(InputError) as refused:
        render_again(studio, job.id, Again.model_validate(asked))
    assert refused.value.field == field
