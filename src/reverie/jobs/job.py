"""The record of a piece of work: what was asked, how far it is, and what it left behind."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from reverie.core.report import Stage
from reverie.core.spec import RenderSpec
from reverie.execution.ladder import Rung

FileKind = Literal["recording", "snapshot", "render", "report", "film", "poster", "sprite", "gif", "png", "input"]

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
LONGEST_TITLE = 200
MOST_PRIORITY = 100


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """True where nothing more will happen."""
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class JobFile(BaseModel):
    """A whole file that a job made; `bytes` is its size."""

    model_config = ConfigDict(frozen=True)

    name: str
    bytes: int
    kind: FileKind


class InputView(BaseModel):
    """What comes into a live session from outside.

    `by` is the way (`whip`, `socket`, `camera`), empty where nobody publishes; the rest is as in
    `core.report.Arrivals`: counts, frames a second, pixels, seconds since the newest, ages in milliseconds by hop.
    """

    model_config = ConfigDict(frozen=True)

    by: str = ""
    pictures: int = 0
    dropped: int = 0
    fps: float = 0.0
    width: int = 0
    height: int = 0
    silent: float | None = None
    ages: dict[str, dict[str, float]] = Field(default_factory=dict)


class LiveView(BaseModel):
    """What is known of a live session at this moment; `time` is seconds of the film.

    `input` is null where nothing comes from outside.
    """

    model_config = ConfigDict(frozen=True)

    state: Stage
    prompt: str = ""
    frame: int = 0
    time: float = 0.0
    frozen: bool = False
    recording: bool = False
    viewers: int = 0
    input: InputView | None = None


class UnitState(StrEnum):
    """Where a unit of a film stands; `reused` was there already, `done` was made for this film."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REUSED = "reused"

    @property
    def final(self) -> bool:
        """True where it need not be made any more."""
        return self in (UnitState.DONE, UnitState.REUSED)


class UnitView(BaseModel):
    """A piece of a film's work that is a checkpoint: `key` such as `scene-1/paint`, `progress` 0..1."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: str
    state: UnitState
    progress: float = 0.0
    attempt: int = 0


class Job(BaseModel):
    """A piece of work: all times are aware and in UTC, `progress` is 0..1 and only grows.

    `phase` of a film is waiting, loading, painting, interpolating, upscaling, joining or saving; `time_left` is in
    seconds, from rates measured so far, null where none is known; `attempt` counts how often it was begun;
    `fallbacks` says in words how it was eased to be made at all. `spec` is what was asked for: what a live session has
    become of it, wishes and all, is at `/api/jobs/{id}/spec`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: Annotated[str, Field(max_length=LONGEST_TITLE)]
    live: bool
    state: JobState = JobState.QUEUED
    phase: str = ""
    progress: Annotated[float, Field(ge=0, le=1)] = 0.0
    error: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    deleted_at: datetime | None = None
    files: tuple[JobFile, ...] = ()
    spec: RenderSpec
    live_state: LiveView | None = None
    priority: Annotated[int, Field(ge=-MOST_PRIORITY, le=MOST_PRIORITY)] = 0
    attempt: int = 0
    favourite: bool = False
    time_left: float | None = None
    units: tuple[UnitView, ...] = ()
    rungs: Annotated[tuple[Rung, ...], Field(exclude=True)] = ()
    client: Annotated[str, Field(exclude=True)] = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fallbacks(self) -> tuple[str, ...]:
        """How it was eased, in words."""
        return tuple(rung.words for rung in self.rungs)


class JobEvent(BaseModel):
    """Something that happened to a job; `id` grows with every event of the job and is never given twice."""

    model_config = ConfigDict(frozen=True)

    id: int
    kind: str
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """Return the event as it is sent: its own data beside id, kind and time."""
        return {**self.data, "id": self.id, "kind": self.kind, "at": stamp(self.at)}


def now() -> datetime:
    """Return this moment, aware and in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as ISO-8601 with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """Return a new job's id: sixteen letters and digits that sort by the time they were made."""
    moment = time.time_ns() // 1_000_000
    clock = "".join(_DIGITS[moment >> shift & 31] for shift in range(45, -1, -5))
    return clock + "".join(secrets.choice(_DIGITS) for _ in range(6))


def title_of(spec: RenderSpec) -> str:
    """Return what a job is called where nobody named it: its first prompt."""
    return (spec.scenes[0].keyframes[0].prompt or "A dream")[:LONGEST_TITLE]
