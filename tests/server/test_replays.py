"""Rendering again: the three ways are kept apart, and each takes what suits it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reverie.core.errors import InputError
from reverie.core.timeline import Keyframe
from reverie.server.admission import admitted
from reverie.server.body import Again
from reverie.server.faults import Conflict
from reverie.server.replays import replayed
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
    spec, title = replayed(studio, performed, Again(mode="replay"))
    assert title == "a reef, replayed"
    assert spec == studio.performance(performed)
    assert (spec.scenes[0].duration or 0) > 1
    assert not spec.live
    admitted(spec, studio.home)


def test_performing_again_takes_another_seed_size_and_rate(studio: Studio, performed: str) -> None:
    again = Again(mode="again", seed=5, width=128, height=64, paint_fps=6)
    spec, _ = replayed(studio, performed, again)
    assert (spec.seed, spec.width, spec.height, spec.paint_fps, spec.fps) == (5, 128, 64, 6, 12)
    assert [part.name for part in spec.filters] == ["interpolate"]
    assert [key.prompt for key in spec.scenes[0].keyframes] == ["a reef", "a city"]
    other, _ = replayed(studio, performed, Again(mode="again", model="placeholder"))
    assert other.scenes[0].backend.name == "placeholder"
    assert other.seed != studio.performance(performed).seed
    for made in (spec, other):
        admitted(made, studio.home)


def test_a_remaster_starts_from_the_newest_film_and_may(studio: Studio, performed: str) -> None:
    spec, _ = replayed(studio, performed, Again(mode="remaster", width=128, height=128, slower=2, strength=0.2))
    assert spec.scenes[0].source.options["path"].endswith("recording-001.mp4")
    assert (spec.width, spec.height) == (128, 128)
    admitted(spec, studio.home)


def test_without_a_film_there_is_nothing_to_remaster(studio: Studio) -> None:
    job = studio.create(live_spec())
    with pytest.raises(Conflict, match="no film"):
        replayed(studio, job.id, Again(mode="remaster"))


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
        replayed(studio, job.id, Again.model_validate(asked))
    assert refused.value.field == field
