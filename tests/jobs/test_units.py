"""Unit rows: claimed once at a time, committed by the newest claim only, kept where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from reverie.execution.plan import Unit, plan
from reverie.jobs.job import Job, JobState, UnitState, new_id, now
from reverie.jobs.store import Store
from reverie.jobs.units import Claim, Units
from tests.execution.failing import film

JOB = "0" * 16


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "reverie.db")
    yield store
    store.close()


@pytest.fixture
def units(store: Store) -> Units:
    return Units(store)


def a_plan() -> tuple[Unit, ...]:
    return plan(film(scenes=2))


def test_a_plan_is_written_down_in_its_order(units: Units) -> None:
    rows = units.planned(JOB, a_plan())
    assert [row.key for row in rows] == ["scene-1/paint", "scene-1/finish", "scene-2/paint", "scene-2/finish", "join"]
    assert {(row.state, row.attempt) for row in rows} == {(UnitState.WAITING, 0)}


def test_the_same_plan_again_changes_nothing_and_another_only_what_is_other(units: Units) -> None:
    first = a_plan()
    units.planned(JOB, first)
    claim = units.claim(JOB, "scene-1/paint")
    assert units.commit(claim, 1.5)
    assert {row.key: row.state for row in units.planned(JOB, first)}["scene-1/paint"] is UnitState.DONE
    other = [replace(unit, fingerprint="f" * 64) if unit.key == "join" else unit for unit in first]
    rows = {row.key: row for row in units.planned(JOB, other)}
    assert (rows["scene-1/paint"].state, rows["scene-1/paint"].seconds) == (UnitState.DONE, 1.5)
    assert (rows["join"].state, rows["join"].fingerprint) == (UnitState.WAITING, "f" * 64)


def test_only_the_newest_claim_may_commit(units: Units) -> None:
    units.planned(JOB, a_plan())
    asleep, awake = units.claim(JOB, "join"), units.claim(JOB, "join")
    assert (asleep.fence, awake.fence, awake.attempt) == (1, 2, 2)
    assert not units.beat(asleep)
    assert not units.commit(asleep, 1.0)
    assert units.of(JOB)[-1].state is UnitState.RUNNING
    assert units.beat(awake)
    assert units.commit(awake, 1.0)
    assert not units.commit(awake, 1.0), "twice is once"
    units.found(JOB, "join")
    assert units.of(JOB)[-1].state is UnitState.DONE


def test_what_is_given_up_can_not_be_committed_any_more(units: Units) -> None:
    units.planned(JOB, a_plan())
    claim = units.claim(JOB, "join")
    units.give_up(JOB)
    assert not units.commit(claim, 1.0)
    assert units.of(JOB)[-1].state is UnitState.WAITING


def test_many_claim_at_once_and_one_commits(units: Units) -> None:
    units.planned(JOB, a_plan())
    claims: list[Claim] = []
    threads = [Thread(target=lambda: claims.append(units.claim(JOB, "join"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.fence for claim in claims) == list(range(1, 9))
    assert [units.commit(claim, 1.0) for claim in sorted(claims, key=lambda claim: claim.fence)] == [False] * 7 + [True]


def test_results_are_needed_until_their_film_is_done(store: Store, units: Units) -> None:
    job = Job(id=new_id(), title="a film", live=False, created_at=now(), spec=film(scenes=2))
    store.add(job)
    units.planned(job.id, a_plan())
    assert units.needed() == {unit.fingerprint for unit in a_plan()}
    store.add(job.model_copy(update={"id": new_id(), "state": JobState.SUCCEEDED}))
    store.remove(job.id)
    assert units.needed() == set()
    assert units.of(job.id) == []
