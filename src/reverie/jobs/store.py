"""Rows of jobs and events: short transactions, called from any thread but the event loop's and the model's."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, func, insert, or_, select, update

from reverie.core.spec import RenderSpec
from reverie.execution.ladder import Rung
from reverie.jobs.database import BUSY_SECONDS, durable, faults, opened
from reverie.jobs.job import Job, JobEvent, JobState, stamp
from reverie.jobs.tables import EVENTS, JOBS, UNITS

PLAIN = ("id", "title", "live", "phase", "progress", "error", "priority", "attempt", "favourite", "client")
SEARCHED = ("prompt", "text")
"""Fields of a spec in which words are looked for: prompts and titles."""

MOMENTS = ("created_at", "started_at", "finished_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for: all where a field is None; `after` is the last id of the page before.

    `words` are looked for in titles and in what was asked for, whatever their case.
    """

    state: JobState | None = None
    live: bool | None = None
    after: str | None = None
    limit: int = 50
    words: str | None = None
    favourite: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a job, and by which request: `key` is what the client calls it, `hash` that of what was sent.

    `again` is True where the client says that it sends the same request once more.
    """

    client: str = ""
    key: str | None = None
    hash: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What is written down together: rows, events by job, reserved ids by job, specs that replay what was live."""

    jobs: Sequence[Job] = ()
    events: Sequence[tuple[str, JobEvent]] = ()
    reserved: Mapping[str, int] = field(default_factory=dict)
    performances: Mapping[str, RenderSpec] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """True where there is something to write."""
        return bool(self.jobs or self.events or self.reserved or self.performances)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many jobs of a kind ended in a state, and how many seconds they took on average."""

    live: bool
    state: JobState
    count: int
    seconds: float


class Store:
    """The database of one data folder. Every method raises StoreFault where it can't be used."""

    def __init__(self, path: Path, patience: float = BUSY_SECONDS) -> None:
        self.path = path
        self._engine, self.notice = opened(path, patience)
        self._durable = durable(path, patience)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        self._durable.dispose()

    @property
    def engine(self) -> Engine:
        """Where rows are read, and written that may be lost with the machine's power."""
        return self._engine

    @property
    def durable(self) -> Engine:
        """Where rows are written that stay, whatever happens to the machine's power."""
        return self._durable

    def add(self, job: Job, asked: Asked | None = None) -> None:
        """Insert a job's row, and which request it was."""
        said = asked or Asked()
        who = {"client": said.client, "request_key": said.key, "request_hash": said.hash}
        with faults(self.path), self._durable.begin() as connection:
            connection.execute(insert(JOBS).values(**{**_row(job), **who}, reserved=0))

    def requested(self, asked: Asked) -> tuple[str, str] | None:
        """Return the id of the job that a client's key stands for, and the hash of what was sent for it."""
        query = select(JOBS.c.id, JOBS.c.request_hash).where(
            JOBS.c.client == asked.client, JOBS.c.request_key == asked.key
        )
        with faults(self.path), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (str(row[0]), str(row[1]))

    def alike(self, asked: Asked, since: datetime) -> str | None:
        """Return the newest job that a client asked for in the same words since a moment, None where there is none."""
        query = select(JOBS.c.id).where(
            JOBS.c.client == asked.client,
            JOBS.c.request_hash == asked.hash,
            JOBS.c.created_at >= stamp(since),
            JOBS.c.deleted_at.is_(None),
        )
        with faults(self.path), self._engine.connect() as connection:
            found = connection.execute(query.order_by(JOBS.c.id.desc()).limit(1)).scalar()
        return None if found is None else str(found)

    def save(self, changes: Changes) -> None:
        """Write a batch down, all in one transaction; an event that is there already stays as it is."""
        rows = [_event_row(job_id, event) for job_id, event in changes.events]
        with faults(self.path), self._engine.begin() as connection:
            for job in changes.jobs:
                connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(**_row(job)))
            if rows:
                connection.execute(insert(EVENTS).prefix_with("OR IGNORE"), rows)
            for job_id, limit in changes.reserved.items():
                connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(reserved=limit))
            for job_id, spec in changes.performances.items():
                values = {"performance": spec.model_dump_json()}
                connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(values))

    def get(self, job_id: str) -> Job | None:
        """Return a job, None where there is none; one that waits to be removed is returned with `deleted_at`."""
        with faults(self.path), self._engine.connect() as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.id == job_id)).mappings().first()
        return None if row is None else _job(row)

    def page(self, wanted: Wanted, unsaved: Collection[str] = ()) -> list[Job]:
        """Return a page of jobs, newest first, without those that wait to be removed.

        Of `unsaved` jobs more is known in memory: they are returned whatever is written here of what may change.
        """
        changing: list[ColumnElement[bool]] = [JOBS.c.deleted_at.is_(None)]
        if wanted.state is not None:
            changing.append(JOBS.c.state == str(wanted.state))
        if wanted.favourite is not None:
            changing.append(JOBS.c.favourite == wanted.favourite)
        query = select(JOBS).where(or_(and_(*changing), JOBS.c.id.in_(unsaved)))
        if wanted.live is not None:
            query = query.where(JOBS.c.live == wanted.live)
        if wanted.words:
            said = func.lower(JOBS.c.title).contains(wanted.words.lower(), autoescape=True)
            told = func.json_tree(JOBS.c.spec).table_valued("key", "value")
            prompt = func.lower(told.c.value).contains(wanted.words.lower(), autoescape=True)
            prompted = select(told.c.key).where(told.c.key.in_(SEARCHED), prompt).exists()
            query = query.where(or_(said, prompted))
        if wanted.after is not None:
            query = query.where(JOBS.c.id < wanted.after)
        with faults(self.path), self._engine.connect() as connection:
            rows = connection.execute(query.order_by(JOBS.c.id.desc()).limit(wanted.limit)).mappings().all()
        return [_job(row) for row in rows]

    def unfinished(self) -> Sequence[Job]:
        """Return the jobs that are queued or running, oldest first."""
        states = [str(state) for state in JobState if not state.final]
        with faults(self.path), self._engine.connect() as connection:
            rows = connection.execute(select(JOBS).where(JOBS.c.state.in_(states)).order_by(JOBS.c.id)).mappings().all()
        return [_job(row) for row in rows]

    def finished(self, limit: int) -> list[Job]:
        """Return the newest jobs that have ended, newest first."""
        states = [str(state) for state in JobState if state.final]
        query = select(JOBS).where(JOBS.c.state.in_(states), JOBS.c.deleted_at.is_(None))
        with faults(self.path), self._engine.connect() as connection:
            rows = connection.execute(query.order_by(JOBS.c.finished_at.desc()).limit(limit)).mappings().all()
        return [_job(row) for row in rows]

    def deleted(self) -> Sequence[str]:
        """Return the ids of jobs that wait to be removed."""
        with faults(self.path), self._engine.connect() as connection:
            return list(connection.execute(select(JOBS.c.id).where(JOBS.c.deleted_at.is_not(None))).scalars())

    def remove(self, job_id: str) -> None:
        """Take a job's row and events away for good."""
        with faults(self.path), self._engine.begin() as connection:
            connection.execute(delete(EVENTS).where(EVENTS.c.job == job_id))
            connection.execute(delete(UNITS).where(UNITS.c.job == job_id))
            connection.execute(delete(JOBS).where(JOBS.c.id == job_id))

    def events(self, job_id: str, after: int, before: int | None, limit: int) -> list[JobEvent]:
        """Return a job's stored events with `after` < id < `before`, oldest first."""
        query = select(EVENTS).where(EVENTS.c.job == job_id, EVENTS.c.id > after)
        if before is not None:
            query = query.where(EVENTS.c.id < before)
        with faults(self.path), self._engine.connect() as connection:
            rows = connection.execute(query.order_by(EVENTS.c.id).limit(limit)).mappings().all()
        return [_event(row) for row in rows]

    def next_event(self, job_id: str) -> int:
        """Return an id that no event of this job had yet."""
        with faults(self.path), self._engine.connect() as connection:
            last = connection.execute(select(func.max(EVENTS.c.id)).where(EVENTS.c.job == job_id)).scalar() or 0
            reserved = connection.execute(select(JOBS.c.reserved).where(JOBS.c.id == job_id)).scalar() or 0
        return int(max(last, reserved)) + 1

    def performance(self, job_id: str) -> RenderSpec | None:
        """Return the spec that replays a finished live session, None where none was kept."""
        with faults(self.path), self._engine.connect() as connection:
            text = connection.execute(select(JOBS.c.performance).where(JOBS.c.id == job_id)).scalar()
        return None if text is None else RenderSpec.model_validate_json(text)

    def outcomes(self) -> list[Outcome]:
        """Count the finished jobs of either kind by state, with the seconds they took."""
        took = (func.julianday(JOBS.c.finished_at) - func.julianday(JOBS.c.started_at)) * 86_400
        query = select(JOBS.c.live, JOBS.c.state, func.count(), func.avg(took)).group_by(JOBS.c.live, JOBS.c.state)
        with faults(self.path), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Outcome(bool(live), JobState(state), count, float(mean or 0)) for live, state, count, mean in rows]


def _row(job: Job) -> dict[str, Any]:
    plain = {name: getattr(job, name) for name in PLAIN}
    moments = {name: value and stamp(value) for name in MOMENTS for value in [getattr(job, name)]}
    rungs = json.dumps([rung.model_dump() for rung in job.rungs])
    return {**plain, **moments, "state": str(job.state), "spec": job.spec.model_dump_json(), "rungs": rungs}


def _job(row: Any) -> Job:
    moments = {name: row[name] and datetime.fromisoformat(row[name]) for name in MOMENTS}
    plain = {name: row[name] for name in (*PLAIN, "state")}
    rungs = tuple(Rung.model_validate(rung) for rung in json.loads(row["rungs"]))
    spec = RenderSpec.model_validate_json(row["spec"])
    return Job.model_validate({**plain, **moments, "spec": spec, "rungs": rungs})


def _event_row(job_id: str, event: JobEvent) -> dict[str, Any]:
    data = json.dumps(event.data, allow_nan=False)
    return {"job": job_id, "id": event.id, "kind": event.kind, "at": stamp(event.at), "data": data}


def _event(row: Any) -> JobEvent:
    at = datetime.fromisoformat(row["at"])
    return JobEvent(id=row["id"], kind=row["kind"], at=at, data=json.loads(row["data"]))
