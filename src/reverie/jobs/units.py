"""Rows of units: claimed before they are made, committed when they are whole; only the newest claim may commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Update, delete, insert, select, update

from reverie.execution.plan import Unit
from reverie.jobs.database import faults
from reverie.jobs.job import JobState, UnitState, UnitView, now, stamp
from reverie.jobs.store import Store
from reverie.jobs.tables import JOBS, UNITS

LEASE = timedelta(seconds=30)
"""How long a claim is good for without a sign of life; who claims next does not ask."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make a unit: its `fence` is higher than that of every claim before, `attempt` counts them."""

    job: str
    key: str
    attempt: int
    fence: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it is written down."""

    key: str
    kind: str
    fingerprint: str
    state: UnitState
    attempt: int
    fence: int
    seconds: float

    def view(self) -> UnitView:
        """Return what is told of it."""
        done = 1.0 if self.state.final else 0.0
        return UnitView(key=self.key, kind=self.kind, state=self.state, progress=done, attempt=self.attempt)


class Units:
    """The units of all films; every method writes so that it stays, whatever happens to the machine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def planned(self, job_id: str, units: Sequence[Unit], prefix: str = "") -> list[UnitRow]:
        """Write a film's units down and return them; those that are the same as before stay as they are."""
        known = {row.key: row for row in self.of(job_id)}
        keep = {prefix + unit.key for unit in units if self._same(known.get(prefix + unit.key), unit)}
        gone = [key for key in known if key.startswith(prefix) and key not in keep]
        rows = [
            _row(job_id, number, prefix, unit, known)
            for number, unit in enumerate(units)
            if prefix + unit.key not in keep
        ]
        if rows or gone:
            with faults(self._store.path), self._store.durable.begin() as connection:
                connection.execute(delete(UNITS).where(UNITS.c.job == job_id, UNITS.c.key.in_(gone)))
                if rows:
                    connection.execute(insert(UNITS), rows)
        return self.of(job_id)

    def of(self, job_id: str) -> list[UnitRow]:
        """Return a job's units in their order."""
        query = select(UNITS).where(UNITS.c.job == job_id).order_by(UNITS.c.number, UNITS.c.key)
        with faults(self._store.path), self._store.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        names = ("key", "kind", "fingerprint", "attempt", "fence", "seconds")
        return [UnitRow(**{name: row[name] for name in names}, state=UnitState(row["state"])) for row in rows]

    def needed(self) -> set[str]:
        """Return the fingerprints that films which are not done yet still need."""
        states = [str(state) for state in JobState if not state.final]
        query = select(UNITS.c.fingerprint).join(JOBS, JOBS.c.id == UNITS.c.job).where(JOBS.c.state.in_(states))
        with faults(self._store.path), self._store.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def claim(self, job_id: str, key: str) -> Claim:
        """Take a unit to make it, from whoever had it before."""
        values = {
            "state": str(UnitState.RUNNING),
            "attempt": UNITS.c.attempt + 1,
            "fence": UNITS.c.fence + 1,
            "lease": stamp(now() + LEASE),
        }
        query = update(UNITS).where(UNITS.c.job == job_id, UNITS.c.key == key).values(values)
        with faults(self._store.path), self._store.durable.begin() as connection:
            row = connection.execute(query.returning(UNITS.c.attempt, UNITS.c.fence)).one()
        return Claim(job_id, key, int(row[0]), int(row[1]))

    def beat(self, claim: Claim) -> bool:
        """Say that a unit is still being made; False where another has claimed it."""
        with faults(self._store.path), self._store.engine.begin() as connection:
            done = connection.execute(_held(claim).values(lease=stamp(now() + LEASE)))
        return bool(done.rowcount)

    def commit(self, claim: Claim, seconds: float) -> bool:
        """Write down that a unit is whole on the disk; False, and nothing written, where another has claimed it."""
        values = {"state": str(UnitState.DONE), "lease": None, "seconds": seconds}
        with faults(self._store.path), self._store.durable.begin() as connection:
            done = connection.execute(_held(claim).values(values))
        return bool(done.rowcount)

    def found(self, job_id: str, key: str) -> None:
        """Write down that a unit's result was there already."""
        query = update(UNITS).where(UNITS.c.job == job_id, UNITS.c.key == key, UNITS.c.state != str(UnitState.DONE))
        with faults(self._store.path), self._store.durable.begin() as connection:
            connection.execute(query.values(state=str(UnitState.REUSED), lease=None))

    def give_up(self, job_id: str) -> None:
        """Have no unit of a job be claimed any more: its work ended otherwise than well."""
        query = update(UNITS).where(UNITS.c.job == job_id, UNITS.c.state == str(UnitState.RUNNING))
        with faults(self._store.path), self._store.durable.begin() as connection:
            connection.execute(query.values(state=str(UnitState.WAITING), lease=None, fence=UNITS.c.fence + 1))

    @staticmethod
    def _same(known: UnitRow | None, unit: Unit) -> bool:
        return known is not None and known.fingerprint == unit.fingerprint


def _held(claim: Claim) -> Update:
    return update(UNITS).where(
        UNITS.c.job == claim.job,
        UNITS.c.key == claim.key,
        UNITS.c.fence == claim.fence,
        UNITS.c.state == str(UnitState.RUNNING),
    )


def _row(job_id: str, number: int, prefix: str, unit: Unit, known: dict[str, UnitRow]) -> dict[str, object]:
    before = known.get(prefix + unit.key)
    return {
        "job": job_id,
        "key": prefix + unit.key,
        "number": number,
        "kind": unit.kind,
        "fingerprint": unit.fingerprint,
        "weight": unit.weight,
        "state": str(UnitState.WAITING),
        "attempt": 0 if before is None else before.attempt,
        "fence": 0 if before is None else before.fence,
        "lease": None,
        "seconds": 0.0,
    }
