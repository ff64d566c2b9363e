"""A film whose units, or whose file, find no room: it ends in a sentence, and asked for again it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reverie.authoring.film import film_spec
from reverie.core.spec import RenderSpec
from reverie.execution.here import Here
from reverie.jobs.database import StoreFault
from reverie.jobs.job import UnitState, new_id
from reverie.media.film import read_frames
from tests.jobs.hall import Hall
from tests.jobs.hall import hall as opened

FULL = Path("/dev/full")


def film(scenes: int = 2) -> RenderSpec:
    prompts = [f"scene {number}" for number in range(scenes)]
    return film_spec(prompts, model="placeholder", size=(64, 48), fps=8.0, paint_fps=8.0, duration=0.25, seed=1)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened(tmp_path, Here(tmp_path / "work")) as found:
        yield found


@contextmanager
def no_more_pages(engine: Engine) -> Iterator[None]:
    """Let the database grow no further, which it hears as a full disk; it has one connection for what must stay."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


def test_a_database_without_room_says_so_and_writes_nothing_down_by_halves(hall: Hall) -> None:
    said = f"The database {hall.home.database.name} can't be used: the disk is full: make room."
    with no_more_pages(hall.store.durable), pytest.raises(StoreFault) as refused:
        hall.ask(film(scenes=60))
    assert str(refused.value) == said
    assert list(hall.store.unfinished()) == []
    job, ending = hall.made(film())
    assert ending.error is None
    units = hall.workshop.plan(film(scenes=60))
    with no_more_pages(hall.store.durable), pytest.raises(StoreFault) as refused:
        hall.units.planned(job, units, "again/")
    assert str(refused.value) == said
    assert {row.state for row in hall.units.of(job)} == {UnitState.DONE}, "all of a plan or nothing"
    assert len(hall.units.planned(job, units, "again/")) == len(units) + 5


@pytest.mark.skipif(not FULL.exists(), reason="needs the device that is always full")
def test_a_film_without_room_for_its_file_ends_in_a_sentence_and_nothing_is_made_twice(hall: Hall) -> None:
    asked = new_id()
    path = hall.path(asked)
    path.with_name("film.mp4.part").symlink_to(FULL)
    job = hall.ask(film(), id=asked)
    assert (ending := hall.awaited(job)).error is not None
    assert "the disk is full, make room" in ending.error
    assert not hall.path(job).exists()
    assert list(hall.path(job).parent.glob("*.part")) == []
    assert {row.state for row in hall.units.of(job)} == {UnitState.DONE}, "what is whole is committed"
    again, ending = hall.made(film())
    assert ending.error is None
    assert {row.state for row in hall.units.of(again)} == {UnitState.REUSED}
    assert len(list(read_frames(hall.path(again)))) > 0
