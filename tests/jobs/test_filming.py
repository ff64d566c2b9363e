"""Films made unit by unit: what is there is not made again, what fails is eased, what is told is so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reverie.core import catalogue, registry
from reverie.execution.crew import Heard
from reverie.execution.here import Here
from reverie.execution.process import Patience, Processes
from reverie.execution.trouble import Failed, Kind
from reverie.jobs.job import UnitState
from reverie.media.film import read_frames
from tests.execution.failing import film, install
from tests.jobs.hall import Hall
from tests.jobs.hall import hall as opened
from tests.server.waiting import until

WORKER = (sys.executable, "-m", "tests.execution.failing")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.BUILT_IN, "backends", dict(registry.BUILT_IN["backends"]))
    models = dict(catalogue.MODELS)
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    install()
    yield
    catalogue.MODELS.clear()
    catalogue.MODELS.update(models)
    registry.targets.cache_clear()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened(tmp_path, Here(tmp_path / "work")) as found:
        yield found


def states(hall: Hall, job: str) -> set[UnitState]:
    return {row.state for row in hall.units.of(job)}


def test_a_film_is_made_of_units_and_progress_only_grows(hall: Hall) -> None:
    job, ending = hall.made(film(scenes=3))
    assert ending.error is None
    assert ending.report is not None
    assert sum(ending.report.frames.values()) == 10
    assert len(list(read_frames(hall.path(job)))) == 10
    assert (hall.path(job).with_name("poster.jpg")).is_file()
    told = hall.told[job]
    done = [how.progress for how in told]
    assert done == sorted(done)
    assert 0.9 < done[-1] < 1
    assert {"painting", "joining", "saving"} <= {how.phase for how in told}
    assert any(how.time_left is not None for how in told)
    assert states(hall, job) == {UnitState.DONE}


def test_what_is_there_is_not_made_again(hall: Hall) -> None:
    first, _ = hall.made(film(scenes=2))
    second, _ = hall.made(film(scenes=2))
    assert states(hall, second) == {UnitState.REUSED}
    assert hall.path(first).read_bytes() == hall.path(second).read_bytes()
    spec = film(scenes=2)
    key = spec.scenes[1].keyframes[0].model_copy(update={"prompt": "another"})
    scene = spec.scenes[1].model_copy(update={"keyframes": (key,)})
    third, _ = hall.made(spec.model_copy(update={"scenes": (spec.scenes[0], scene)}))
    made = {row.key for row in hall.units.of(third) if row.state is UnitState.DONE}
    assert made == {"scene-2/paint", "scene-2/finish", "join"}, "editing one scene paints only that one"


@pytest.mark.parametrize(
    ("told", "rungs"),
    [
        ({"how": "memory", "tile": 256, "most_tile": 128}, ["tiles"]),
        ({"how": "memory", "offload_helps": True}, ["offload"]),
        ({"how": "memory", "offload": True, "most_pixels": 64 * 64}, ["canvas"]),
        ({"how": "memory", "offload": True, "size": "large", "most_pixels": 10}, ["canvas", "model"]),
        ({"how": "missing"}, ["model"]),
        ({"device": "cuda", "offload": True}, ["offload"]),
        ({"broken": 2, "fallback": True}, ["placeholder"]),
    ],
)
def test_what_fails_is_eased_and_said(hall: Hall, told: dict[str, Any], rungs: list[str]) -> None:
    job, ending = hall.made(film((128, 128), **told))
    assert ending.error is None
    assert [rung.name for rung in hall.rungs[job]] == rungs
    size = {frame.shape for frame, _ in read_frames(hall.path(job))}
    assert size == {(128, 128, 3)}, "whatever it was painted at"


def test_no_gpu_is_the_processors_work(hall: Hall) -> None:
    job, ending = hall.made(film(device="cuda"))
    assert ending.error is None
    assert [rung.name for rung in hall.rungs[job]] == ["offload"]
    assert "NVIDIA" in hall.rungs[job][0].words


def test_one_frame_is_the_placeholders_and_the_rest_the_models(hall: Hall) -> None:
    plain, _ = hall.made(film())
    job, _ = hall.made(film(broken=2, fallback=True))
    pairs = zip(read_frames(hall.path(plain)), read_frames(hall.path(job)), strict=True)
    apart = [abs(one.astype(int) - other).mean() for (one, _), (other, _) in pairs]
    assert apart[2] > 4 * max(*apart[:2], 1), apart
    assert hall.rungs[job][0].frame == 2


def test_parameters_out_of_range_are_refused_or_brought_inside(hall: Hall) -> None:
    _, refused = hall.made(film(strength=0.99))
    assert refused.error is not None
    assert "outside" in refused.error
    _, clamped = hall.made(film(strength=0.99, fallback=True))
    assert clamped.error is None
    assert clamped.report is not None
    assert any("strength" in event.reason for event in clamped.report.fallbacks)


def test_where_nothing_helps_the_film_fails_in_words_and_the_next_is_made(hall: Hall) -> None:
    _, ending = hall.made(film(how="odd"))
    assert ending.error == "The model painted nothing."
    assert hall.made(film())[1].error is None


def test_a_worker_that_dies_takes_only_its_film(tmp_path: Path) -> None:
    with opened(tmp_path, Processes(tmp_path / "work", WORKER)) as hall:
        job, ending = hall.made(film(how="die", frame=1, offload=True))
        assert ending.error is None
        paint = next(row for row in hall.units.of(job) if row.key == "scene-1/paint")
        assert 4 <= paint.attempt <= 11, "some deaths, and another model that lives"
        assert [rung.name for rung in hall.rungs[job]] == ["model"]
        assert "SIGKILL" in hall.rungs[job][0].words


def test_a_step_that_never_ends_is_ended(tmp_path: Path) -> None:
    patience = Patience(frame=3.0)
    with opened(tmp_path, Processes(tmp_path / "work", WORKER, patience)) as hall:
        job, ending = hall.made(film(how="hang", frame=2, only=True, fallback=True))
        assert ending.error is None
        assert [rung.name for rung in hall.rungs[job]][-1] == "model"
        assert "took more than 3 s" in hall.rungs[job][-1].words


def test_a_film_is_stopped_within_a_step_and_goes_on_where_it_was(hall: Hall) -> None:
    job = hall.ask(film(scenes=3))
    until(lambda: any(row.state is UnitState.DONE for row in hall.units.of(job)), 30)
    hall.renders.cancel(job)
    until(lambda: job in hall.endings, 30)
    assert hall.endings[job].cancelled
    assert not hall.path(job).exists()
    assert UnitState.RUNNING not in states(hall, job)
    again, _ = hall.made(film(scenes=3))
    assert UnitState.REUSED in states(hall, again)


def test_a_film_waits_while_something_is_live(hall: Hall) -> None:
    job = hall.ask(film(scenes=3))
    until(lambda: hall.told[job], 30)
    hall.live.set()
    hall.renders.wake()
    until(lambda: hall.told[job][-1].phase == "waiting", 30)
    assert hall.told[job][-1].time_left is None
    before = len(hall.told[job])
    assert job not in hall.endings
    hall.live.clear()
    hall.renders.wake()
    until(lambda: job in hall.endings, 60)
    assert hall.endings[job].error is None
    assert len(hall.told[job]) > before


def test_whoever_dies_while_a_film_is_shown_is_followed_by_another(tmp_path: Path) -> None:
    class Mortal(Here):
        deaths = 2

        def crew(self, job_id: str) -> Any:
            hands = super().crew(job_id)
            show = hands.show

            def showing(film: Path, heard: Heard) -> None:
                if Mortal.deaths:
                    Mortal.deaths -= 1
                    raise Failed(Kind.CRASH, "The worker died (signal SIGKILL).")
                show(film, heard)

            hands.show = showing  # type: ignore[method-assign]
            return hands

    with opened(tmp_path, Mortal(tmp_path / "work")) as hall:
        job, ending = hall.made(film())
        assert (ending.error, Mortal.deaths) == (None, 0)
        assert hall.path(job).with_name("poster.jpg").is_file()
