"""Films wait their turn: one at a time, and never while a live session has the device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from reverie.core.spec import RenderSpec
from reverie.execution.ladder import Rung
from reverie.execution.outputs import into_film
from reverie.jobs.files import Home
from reverie.jobs.filming import Progressed
from reverie.jobs.job import Job, new_id, now
from reverie.jobs.live import Ending
from reverie.jobs.queue import WAITING, Film, Renders
from reverie.jobs.store import Store
from reverie.jobs.units import Units
from reverie.jobs.whole import Whole
from tests.jobs.performers import film, submit
from tests.server.waiting import until


class Hall:
    """A queue, who is live, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.store = Store(self.home.database)
        self.live = Event()
        self.told: list[tuple[str, str, float]] = []
        self.ended: list[tuple[str, Ending]] = []
        self.renders = Renders(Whole(submit, folder), Units(self.store), self.live.is_set, self)

    def progressed(self, job: Job, how: Progressed) -> None:
        self.told.append((job.id, how.phase, how.progress))

    def eased(self, job: Job, rung: Rung) -> None:
        raise AssertionError(f"{job.id}: {rung.words}")

    def add(self, seconds: float = 0.5, prompt: str = "a reef", first: RenderSpec | None = None) -> str:
        job = Job(id=new_id(), title=prompt, live=False, created_at=now(), spec=film(seconds, prompt))
        path = self.home.folder(job.id) / "render.mp4"
        sunk = job.model_copy(update={"spec": into_film(job.spec, path)})
        before = None if first is None else into_film(first, path.with_name("render-001.mp4"))
        self.renders.add(Film(sunk, lambda job, ending: self.ended.append((job.id, ending)), before))
        return job.id


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    yield hall
    hall.live.clear()
    hall.renders.close(5)
    hall.store.close()


def test_films_are_rendered_one_after_the_other(hall: Hall) -> None:
    ids = [hall.add() for _ in range(3)]
    until(lambda: len(hall.ended) == 3)
    assert [job for job, _ in hall.ended] == ids
    assert all(ending == Ending(None, False, ending.report) for _, ending in hall.ended)
    order = [job for job, _, _ in hall.told]
    assert order == sorted(order, key=ids.index)


def test_a_film_waits_while_something_is_live_and_goes_on_afterwards(hall: Hall) -> None:
    first = hall.add(seconds=20)
    until(lambda: any(done > 0.02 for _, _, done in hall.told))
    hall.live.set()
    until(lambda: hall.told[-1][1] == WAITING)
    second = hall.add()
    assert hall.renders.length == 1
    hall.live.clear()
    hall.renders.wake()
    until(lambda: len(hall.ended) == 2)
    assert [job for job, _ in hall.ended] == [first, second]


def test_progress_only_grows(hall: Hall) -> None:
    hall.add(seconds=3)
    until(lambda: hall.ended)
    done = [share for _, _, share in hall.told]
    assert done == sorted(done)
    assert 0.99 < done[-1] < 1, "only a film that plays is done"


def test_a_film_can_be_withdrawn_before_and_while_it_is_rendered(hall: Hall) -> None:
    hall.live.set()
    waiting = hall.add()
    hall.renders.cancel(waiting)
    until(lambda: hall.ended)
    assert hall.ended[0][1] == Ending(None, True, None)
    hall.live.clear()
    running = hall.add(seconds=60)
    until(lambda: any(job == running for job, _, _ in hall.told))
    hall.renders.cancel(running)
    until(lambda: len(hall.ended) == 2)
    assert hall.ended[1][1].cancelled


def test_a_film_that_breaks_says_why_and_the_next_one_is_rendered(hall: Hall) -> None:
    for prompt in ("break", "refuse", "a reef"):
        hall.add(prompt=prompt)
    until(lambda: len(hall.ended) == 3)
    errors = [ending.error for _, ending in hall.ended]
    assert errors == ["The model broke.", "One more can't be shown.", None]


def test_what_a_film_starts_from_is_rendered_before_it_and_only_once(hall: Hall) -> None:
    job = hall.add(seconds=1, first=film(1))
    until(lambda: hall.ended)
    folder = hall.home.folder(job)
    assert sorted(path.name for path in folder.iterdir()) == ["render-001.mp4", "render.mp4"]
    done = [share for _, _, share in hall.told]
    assert done == sorted(done)
    assert any(0 < share < 0.5 for share in done)
    assert 0.99 < done[-1] < 1, "only a film that plays is done"


def test_what_a_film_starts_from_may_break(hall: Hall) -> None:
    job = hall.add(seconds=1, first=film(1, "break"))
    until(lambda: hall.ended)
    assert hall.ended[0][1].error == "The model broke."
    assert not (hall.home.folder(job) / "render.mp4").exists()
