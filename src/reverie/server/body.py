"""What is sent and answered over HTTP beside specs and jobs, typed, so that the page's types come from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.timeline import Keyframe, NegativePrompt, Prompt
from reverie.jobs.job import LONGEST_TITLE, Job


class Body(BaseModel):
    """What may be sent: nothing unknown, no number that is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Wish(Body):
    """What a dream may be asked for; what is left out is chosen and recorded."""

    prompt: Prompt
    live: bool = False
    seconds: Annotated[float, Field(gt=0)] | None = None
    fps: Annotated[float, Field(gt=0, le=240)] | None = None
    paint_fps: Annotated[float, Field(gt=0, le=240)] | None = None
    size: str | tuple[int, int] | None = None
    model: str | None = None
    steps: int | None = None
    strength: float | None = None
    guidance_scale: float | None = None
    negative_prompt: str | None = None
    zoom: float | None = None
    pan: tuple[float, float] | None = None
    rotate: float | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    at: list[str] | None = None
    fallback: bool | None = None


class Page(BaseModel):
    """Some jobs, newest first; `next` is what to ask `after` for more, null at the end."""

    items: list[Job]
    next: str | None


class ReceiptView(BaseModel):
    """The first frame whose conditioning holds a keyframe; `time` is seconds of the film."""

    keyframe: Keyframe
    frame: int
    time: float


class Recorded(Body):
    """Whether every frame goes into a film from now on."""

    on: bool


class Renamed(Body):
    """A job's new title, and whether it is a favourite; what is left out stays as it is."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)] | None = None
    favourite: bool | None = None


class Converted(Body):
    """The form a film is wanted in: a GIF, or its pictures as PNG in an archive."""

    kind: Literal["gif", "png"]


class Again(Body):
    """How a job is to be rendered again.

    `replay` gives the same bits, `remaster` repaints its film larger or slower, `again` has the same gestures and new
    pictures.
    """

    mode: Literal["replay", "remaster", "again"] = "replay"
    width: Annotated[int, Field(ge=16, le=8192)] | None = None
    height: Annotated[int, Field(ge=16, le=8192)] | None = None
    paint_fps: Annotated[float, Field(gt=0, le=240)] | None = None
    fps: Annotated[float, Field(gt=0, le=240)] | None = None
    steps: Annotated[int, Field(ge=1, le=1000)] | None = None
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    slower: Annotated[float, Field(ge=0.1, le=20)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    model: str | None = None


class EventView(BaseModel):
    """Something that happened; what else it says depends on its kind."""

    model_config = ConfigDict(extra="allow")

    id: int
    kind: str
    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Events(BaseModel):
    """What happened after an id; `next` is what to ask `after` next time."""

    items: list[EventView]
    next: int


class Healthy(BaseModel):
    """The server is there; `trouble` says what it can't do just now, null where all is well."""

    status: Literal["ok"] = "ok"
    version: str
    trouble: str | None = None


class ShortStatus(BaseModel):
    """What the current live session is doing, or how the last one ended; `fps` keeps its three rates apart.

    `state` is initialising, loading, running, self-correcting, stopped or failed, and `error` says why it failed.
    """

    id: str
    state: str
    prompt: str
    frame: int
    fps: dict[str, float]
    vitals: dict[str, Any] | None
    error: str | None = None


Share = Annotated[float, Field(ge=-10, le=10)]


class ShortParams(Body):
    """Settings that are changed from the next frame on; `zoom` is per frame at ten a second, as in a wish."""

    prompt: Prompt | None = None
    negative_prompt: NegativePrompt | None = None
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None
    zoom: Annotated[float, Field(ge=0.64, le=1.58)] | None = None
    pan: tuple[Share, Share] | None = None
    rotate: Annotated[float, Field(ge=-3600, le=3600)] | None = None
    blend: Annotated[float, Field(ge=0, le=600)] | None = None
    freeze: bool | None = None


class ShortPrompt(Body):
    """What to dream of from the next frame on."""

    prompt: Prompt
    blend: Annotated[float, Field(ge=0, le=600)] = 0.0
