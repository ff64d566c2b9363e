"""Videos of this shape: what may be asked for as a film's wishes, and a job as the object that is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from reverie.authoring.board import FilmWish, SceneWish
from reverie.authoring.film import film_spec
from reverie.core import catalogue, registry
from reverie.core.errors import InputError
from reverie.core.spec import RenderSpec, Transition
from reverie.core.timeline import NegativePrompt, Prompt
from reverie.execution.documents import write_whole
from reverie.execution.plan import film_frames
from reverie.jobs.files import Home
from reverie.jobs.inputs import Inputs
from reverie.jobs.job import Job, JobState
from reverie.server.faults import NotFound

T = TypeVar("T", bound=BaseModel)

PREFIX = "video_"
USUAL_SECONDS = 4.0
LONGEST = 600.0
ABOUT = "request.json"

Status = Literal["queued", "in_progress", "completed", "failed", "cancelled"]
STATUS: Mapping[JobState, Status] = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "in_progress",
    JobState.SUCCEEDED: "completed",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")


class VideoError(BaseModel):
    """Why a video failed."""

    code: str
    message: str


class Video(BaseModel):
    """A video as these clients know it; `seconds` is text, `progress` a whole number of percent."""

    id: str
    object: Literal["video"] = "video"
    model: str
    status: Status
    progress: int
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    prompt: str
    size: str
    seconds: str
    remixed_from_video_id: str | None
    error: VideoError | None


class Videos(BaseModel):
    """A page of videos."""

    object: Literal["list"] = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Deleted(BaseModel):
    """A video that is gone."""

    id: str
    deleted: Literal[True] = True
    object: Literal["video.deleted"] = "video.deleted"


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Reference(_Asked):
    """A picture to begin with: in a `data:` address, or brought before."""

    image_url: str | None = None
    file_id: str | None = None


class VideoWish(_Asked):
    """A video as it is asked for; `scenes` and all after it are Reverie's own.

    In a form, `scenes` and `transition` are JSON as text. `seconds` is the whole video's length, `num_frames` the same
    in frames; scenes that name no duration share it evenly.
    """

    prompt: Prompt
    model: str | None = None
    seconds: Annotated[float, Field(gt=0, le=LONGEST)] | None = None
    size: Annotated[str, Field(pattern=_SIZE.pattern)] | None = None
    input_reference: Reference | None = None
    scenes: tuple[SceneWish, ...] | None = None
    transition: Transition | None = None
    fps: Annotated[float, Field(ge=8, le=60)] | None = None
    num_frames: Annotated[int, Field(ge=1, le=36_000)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    negative_prompt: NegativePrompt | None = None
    num_inference_steps: Annotated[int, Field(ge=1, le=1000)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None

    @field_validator("scenes", "transition", mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        """Read what a form can only hold as text."""
        if not isinstance(value, str):
            return value
        if re.fullmatch(r"[a-z]+", value):
            return {"kind": value}
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("it is no valid JSON: mend it") from None

    @field_validator("scenes", mode="before")
    @classmethod
    def _prompts(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple({"prompt": scene} if isinstance(scene, str) else scene for scene in value) or None
        return value


class Edit(_Asked):
    """A video that is made from another one."""

    prompt: Prompt
    video: dict[str, str] | None = None
    seconds: Annotated[float, Field(gt=0, le=LONGEST)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    model: str | None = None


def asked(kind: type[T], fields: Mapping[str, Any]) -> T:
    """Return what was asked for, checked; InputError names the first field that is not accepted."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise registry.from_validation(error) from None


def known_model(name: str | None) -> str | None:
    """Return a model's name; InputError where this server has none of that name."""
    if name is not None and not catalogue.served(name):
        raise InputError("model", name, f"is no model of this server: use {' or '.join(catalogue.names())}.")
    return name


def film_wish(wish: VideoWish, picture: str | None) -> FilmWish:
    """Return a video's wishes as a film's; `picture` is the id of the picture it begins with."""
    scenes = [scene.model_dump(exclude_unset=True) for scene in wish.scenes or (SceneWish(prompt=wish.prompt),)]
    if picture is not None:
        scenes[0]["image"] = {"input": picture}
    said: dict[str, Any] = {
        "scenes": _timed(scenes, wish),
        "model": known_model(wish.model),
        "size": wish.size,
        "fps": wish.fps,
        "frames": wish.num_frames if len(scenes) == 1 else None,
        "seed": wish.seed,
        "negative_prompt": wish.negative_prompt,
        "steps": wish.num_inference_steps,
        "guidance_scale": wish.guidance_scale,
        "transition": wish.transition.model_dump(exclude_unset=True) if wish.transition else None,
    }
    return asked(FilmWish, {name: value for name, value in said.items() if value is not None})


def _timed(scenes: list[dict[str, Any]], wish: VideoWish) -> list[dict[str, Any]]:
    """Give scenes without a duration their share of the whole, so that the video is as long as it was asked to be."""
    if len(scenes) == 1 and wish.num_frames is not None:
        return scenes
    rest = [scene for scene in scenes if "duration" not in scene]
    if len(scenes) > 1 and wish.seconds is None and wish.num_frames is None:
        return scenes
    fps = wish.fps or 24.0
    whole = wish.num_frames / fps if wish.num_frames else wish.seconds or USUAL_SECONDS
    overlap = 0.5 if wish.transition is None else wish.transition.overlap
    left = whole + overlap * (len(scenes) - 1) - sum(scene.get("duration", 0.0) for scene in scenes)
    if rest and left <= 0:
        raise InputError("seconds", wish.seconds, "is less than the scenes that name a duration take: give more.")
    for scene in rest:
        scene["duration"] = left / len(rest)
    if len(scenes) > 1 and wish.transition is None:
        for scene in scenes[:-1]:
            scene.setdefault("transition", {"kind": "crossfade", "duration": overlap})
    return scenes


def written(wish: FilmWish | Mapping[str, Any], inputs: Inputs) -> RenderSpec:
    """Return the spec of a film whose files are named by id; a path is refused."""

    def find(given: object) -> Any:
        if not isinstance(given, dict):
            raise InputError("input", given, "is a path, which can't be given here: send the file to /api/uploads.")
        return inputs.path(given["input"], "input")

    return film_spec(wish, find=find)


def job_id(video_id: str) -> str:
    """Return the id of a video's job; NotFound where it can be none."""
    if not video_id.startswith(PREFIX):
        raise NotFound("video_id", video_id[:80], "is no video here: GET /v1/videos lists them.")
    return video_id.removeprefix(PREFIX)


def remember(home: Home, job: Job, **said: str | None) -> None:
    """Write down beside a job's files what its spec can't say, such as what it remixes."""
    write_whole(home.folder(job.id) / ABOUT, json.dumps(said), "request")


def video_of(job: Job, home: Home) -> Video:
    """Return a job as a video."""
    said = _remembered(home, job.id)
    done = job.state is JobState.SUCCEEDED
    ended = None if job.finished_at is None or not done else int(job.finished_at.timestamp())
    width, height = delivered(job.spec)
    scene = job.spec.scenes[0]
    failed = job.state is JobState.FAILED
    return Video(
        id=PREFIX + job.id,
        model=said.get("model") or model_name(scene.backend.model_dump()),
        status=STATUS[job.state],
        progress=100 if done else min(99, int(job.progress * 100)),
        created_at=int(job.created_at.timestamp()),
        completed_at=ended,
        prompt=said.get("prompt") or scene.keyframes[0].prompt or "",
        size=f"{width}x{height}",
        seconds=said.get("seconds") or f"{seconds(job.spec):g}",
        remixed_from_video_id=said.get("remixed_from_video_id"),
        error=VideoError(code="generation_failed", message=job.error or "It failed.") if failed else None,
    )


def _remembered(home: Home, of: str) -> dict[str, str]:
    with suppress(OSError, ValueError):
        found = json.loads((home.jobs / of / ABOUT).read_text("utf-8"))
        return {name: value for name, value in found.items() if isinstance(value, str)}
    return {}


def model_name(backend: Mapping[str, Any]) -> str:
    """Return the name by which a backend is asked for: a model's, or its own."""
    for name in catalogue.names():
        component = catalogue.find(name)
        if component.name == backend["name"] and component.options.items() <= backend["options"].items():
            return name
    return str(backend["name"])


def delivered(spec: RenderSpec) -> tuple[int, int]:
    """Return the width and height that a film is delivered in."""
    sizes = [part.options for part in spec.filters if part.name == "resize"]
    return (int(sizes[-1]["width"]), int(sizes[-1]["height"])) if sizes else (spec.width, spec.height)


def seconds(spec: RenderSpec) -> float:
    """Return how long a film is; 0 where it has no end yet."""
    if any(scene.duration is None for scene in spec.scenes):
        return 0.0
    return round(film_frames(spec) / spec.fps, 3)
