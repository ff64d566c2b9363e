"""Videos for clients of OpenAI's API: asked for, followed, fetched, remixed, gone on from, repainted, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from reverie.core.errors import InputError, MachineError
from reverie.core.spec import RenderSpec, Scene
from reverie.jobs.job import Job, JobState
from reverie.jobs.store import Asked, Wanted
from reverie.media.picture import encode_webp, open_picture
from reverie.server.faults import BODY, Conflict, NotBuilt, NotFound, refusals
from reverie.server.openai_shape.forms import Form, form_of, kept_picture
from reverie.server.openai_shape.refusals import shaped
from reverie.server.openai_shape.videos import (
    PREFIX,
    Deleted,
    Edit,
    Video,
    Videos,
    VideoWish,
    asked,
    film_wish,
    job_id,
    known_model,
    remember,
    seconds,
    video_of,
    written,
)
from reverie.server.repeats import asked_by
from reverie.server.routes.access import Room
from reverie.server.studio import Studio

router = APIRouter(prefix="/v1/videos", tags=["openai"])

VideoId = Annotated[str, Path(description="A video's id.", max_length=64)]
POLL = "openai-poll-after-ms"
SOONEST, LATEST = 500, 5000
"""Milliseconds after which a client may ask again."""

USUAL_EXTENSION = 4.0
FILMS = ("film", "render")
MOST_PAGE = 200

VARIANTS = {"thumbnail": ("poster", "image/webp"), "spritesheet": ("sprite", "image/jpeg")}
Variant = Literal["video", "thumbnail", "spritesheet"]


def _body(kind: type[VideoWish] | type[Edit], file_field: str) -> dict[str, Any]:
    """Say in the document that a body comes as JSON or as a form with a file."""
    schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    plain = {
        "type": "object",
        "required": schema.get("required", []),
        "properties": {name: {"type": "string"} for name in schema["properties"] if name != file_field},
    }
    plain["properties"][file_field] = {"type": "string", "format": "binary"}
    content = {"multipart/form-data": {"schema": plain}, "application/json": {"schema": {"type": "object"}}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "",
    operation_id="openai_create_video",
    openapi_extra=_body(VideoWish, "input_reference"),
    responses=shaped(refusals(*BODY, 409, 507)),
)
async def create_video(request: Request, studio: Room) -> Video:
    """Ask for a video, by a form or by JSON; the same request tried again by the client is the same video."""
    form = await form_of(request, studio.inputs.uploads, ("input_reference",))
    return await run_in_threadpool(_kept, _create, studio, form, asked_by(request, form.mark))


def _kept(make: Callable[[Studio, Form, Asked], Video], studio: Studio, form: Form, who: Asked) -> Video:
    """Make a video; where it is refused, or is one that was asked for before, the file that came with it goes."""
    needed: set[str] = set()
    try:
        video = make(studio, form, who)
        needed = set(studio.inputs.needed(studio.get(job_id(video.id)).spec))
        return video
    finally:
        for sent in set(form.files.values()) - needed:
            studio.inputs.uploads.remove(sent)


def _create(studio: Studio, form: Form, who: Asked) -> Video:
    wish = asked(VideoWish, form.fields)
    spec = written(film_wish(wish, _picture(studio, form, wish)), studio.inputs)
    return _begun(studio, spec, who, model=wish.model, prompt=wish.prompt)


def _picture(studio: Studio, form: Form, wish: VideoWish) -> str | None:
    """Return the id of the picture that a video begins with, None where it has none."""
    if (sent := form.files.get("input_reference")) is not None:
        return sent
    given = wish.input_reference
    if given is None:
        return None
    if (given.image_url is None) == (given.file_id is None):
        raise InputError("input_reference", None, "needs image_url or file_id, and not both.")
    if given.file_id is not None:
        return given.file_id
    return kept_picture(str(given.image_url), studio.inputs.uploads, "input_reference.image_url")


def _begun(studio: Studio, spec: RenderSpec, who: Asked, **said: str | None) -> Video:
    job = studio.create(spec, said.get("prompt") and str(said["prompt"])[:200], asked=who)
    remember(studio.home, job, **said)
    return video_of(studio.get(job.id), studio.home)


@router.get("", operation_id="openai_list_videos", responses=shaped(refusals(404, 422)))
def list_videos(
    studio: Room,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=0, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> Videos:
    """List the films of this studio as videos, newest first unless `order` says otherwise."""
    last = None if after is None else studio.get(job_id(after)).id
    found = _newest(studio, last, limit + 1) if order == "desc" else _oldest(studio, last, limit + 1)
    data = [video_of(job, studio.home) for job in found[:limit]]
    ends = (data[0].id, data[-1].id) if data else (None, None)
    return Videos(data=data, first_id=ends[0], last_id=ends[1], has_more=len(found) > limit > 0)


def _newest(studio: Studio, after: str | None, limit: int) -> list[Job]:
    return studio.page(Wanted(live=False, after=after, limit=limit))


def _oldest(studio: Studio, after: str | None, limit: int) -> list[Job]:
    found: list[Job] = []
    last: str | None = None
    while page := studio.page(Wanted(live=False, after=last, limit=MOST_PAGE)):
        found += [job for job in page if after is None or job.id > after]
        last = page[-1].id
        if len(page) < MOST_PAGE or (after is not None and last <= after):
            break
    return found[::-1][:limit]


@router.post(
    "/edits",
    operation_id="openai_edit_video",
    openapi_extra=_body(Edit, "video"),
    responses=shaped(refusals(*BODY, 404, 409)),
)
async def edit_video(request: Request, studio: Room) -> Video:
    """Repaint a video by a prompt: its length, its timing and its sound stay."""
    form = await form_of(request, studio.inputs.uploads, ("video",))
    return await run_in_threadpool(_kept, _edited, studio, form, asked_by(request, form.mark))


def _edited(studio: Studio, form: Form, who: Asked) -> Video:
    wish = asked(Edit, form.fields)
    source, named = _video(studio, form, wish)
    scene = {"prompt": wish.prompt, "clip": {"input": source}}
    said = {"scenes": [scene], "seed": wish.seed, "model": known_model(wish.model) or _model_of(studio, named)}
    spec = written({name: value for name, value in said.items() if value is not None}, studio.inputs)
    return _begun(studio, spec, who, prompt=wish.prompt, model=wish.model, remixed_from_video_id=named)


@router.post(
    "/extensions",
    operation_id="openai_extend_video",
    openapi_extra=_body(Edit, "video"),
    responses=shaped(refusals(*BODY, 404, 409)),
)
async def extend_video(request: Request, studio: Room) -> Video:
    """Go on from a video: what is there stays as it is; `seconds` of the answer is the whole length."""
    form = await form_of(request, studio.inputs.uploads, ("video",))
    return await run_in_threadpool(_kept, _extended, studio, form, asked_by(request, form.mark))


def _extended(studio: Studio, form: Form, who: Asked) -> Video:
    wish = asked(Edit, form.fields)
    source, named = _video(studio, form, wish)
    more = wish.seconds or USUAL_EXTENSION
    said = {
        "scenes": [{"prompt": wish.prompt, "duration": more}],
        "extend": {"input": source},
        "seed": wish.seed,
        "model": known_model(wish.model) or _model_of(studio, named),
    }
    spec = written({name: value for name, value in said.items() if value is not None}, studio.inputs)
    whole = f"{round(_length(studio, source, named) + more, 3):g}"
    return _begun(studio, spec, who, prompt=wish.prompt, model=wish.model, seconds=whole)


def _length(studio: Studio, source: str, named: str | None) -> float:
    if named is not None:
        return seconds(studio.get(job_id(named)).spec)
    return studio.inputs.uploads.get(source).duration or 0.0


def _video(studio: Studio, form: Form, wish: Edit) -> tuple[str, str | None]:
    """Return the input that a video is made from, and the id of the video that it is, None for a file."""
    if (sent := form.files.get("video")) is not None:
        return sent, None
    named = (wish.video or {}).get("id")
    if named is None:
        raise InputError("video", wish.video, 'is needed: send a file, or {"id": a video\'s id} as JSON.')
    if not named.startswith(PREFIX):
        return named, None
    return f"{job_id(named)}/{_film(studio, named)}", named


def _model_of(studio: Studio, named: str | None) -> str | None:
    """Return the model that painted a video, where it can go on from pictures."""
    return None if named is None else video_of(studio.get(job_id(named)), studio.home).model


def _film(studio: Studio, video_id: str) -> str:
    """Return the name of a finished video's file; Conflict where it is not there."""
    job = studio.get(job_id(video_id))
    names = [file.name for file in job.files if file.kind in FILMS]
    if job.state is not JobState.SUCCEEDED or not names:
        raise Conflict(f"'{job.title}' is not finished ({job.state}): ask for it when its status is completed.")
    return names[-1]


@router.post("/characters", operation_id="openai_create_character", responses=shaped(refusals(501)))
async def create_character() -> Video:
    """Characters are not kept here; the answer says so."""
    raise NotBuilt("Characters can't be kept here: describe them in the prompt, or begin with a picture of them.")


@router.get("/characters/{character_id}", operation_id="openai_get_character", responses=shaped(refusals(501)))
async def get_character(character_id: str) -> Video:  # noqa: ARG001
    """Characters are not kept here; the answer says so."""
    raise NotBuilt("Characters can't be kept here: describe them in the prompt, or begin with a picture of them.")


@router.get("/{video_id}", operation_id="openai_get_video", responses=shaped(refusals(404)))
def get_video(video_id: VideoId, studio: Room, response: Response) -> Video:
    """Return a video as it is now; a header says when to ask again."""
    job = studio.get(job_id(video_id))
    if not job.state.final:
        response.headers[POLL] = str(_patience(job))
    return video_of(job, studio.home)


def _patience(job: Job) -> int:
    """Return after how many milliseconds there will be something new: a tenth of what is left, where that is known."""
    left = job.time_left
    usual = 1000.0 if left is None else left * 100
    return int(min(LATEST, max(SOONEST, usual)))


@router.delete("/{video_id}", operation_id="openai_delete_video", responses=shaped(refusals(404)))
def delete_video(video_id: VideoId, studio: Room) -> Deleted:
    """Delete a video, stopped first where it is being made; for ten seconds the studio can restore it."""
    studio.delete(job_id(video_id))
    return Deleted(id=video_id)


@router.get(
    "/{video_id}/content",
    operation_id="openai_get_video_content",
    response_class=FileResponse,
    responses={**shaped(refusals(404, 409, 416)), 206: {"description": "A part of it."}},
)
def get_video_content(video_id: VideoId, studio: Room, variant: Variant = "video") -> Response:
    """Return the film, a small picture of it (WebP), or pictures from all of it side by side (JPEG)."""
    name = _film(studio, video_id)
    job = studio.get(job_id(video_id))
    if variant == "video":
        return FileResponse(studio.file(job.id, name), filename=f"{video_id}{name[name.rfind('.') :]}")
    kind, media_type = VARIANTS[variant]
    found = next((file.name for file in job.files if file.kind == kind or file.name.startswith(f"{kind}.")), None)
    if found is None:
        raise NotFound("variant", variant, "was not made for this video: ask for the video itself.")
    path = studio.file(job.id, found)
    if media_type == "image/webp" and path.suffix != ".webp":
        try:
            return Response(encode_webp(open_picture(path)), media_type=media_type)
        except InputError as error:
            raise MachineError(f"The thumbnail can't be read ({error.fix}): render the video again.") from None
    return FileResponse(path, media_type=media_type)


@router.post("/{video_id}/remix", operation_id="openai_remix_video", responses=shaped(refusals(*BODY, 404, 409)))
async def remix_video(video_id: VideoId, request: Request, studio: Room) -> Video:
    """Make a video again with other words: its scenes, their lengths, cameras and seeds stay."""
    form = await form_of(request, studio.inputs.uploads)
    return await run_in_threadpool(_remixed, studio, video_id, form, asked_by(request, f"{video_id} {form.mark}"))


def _remixed(studio: Studio, video_id: str, form: Form, who: Asked) -> Video:
    wish = asked(Edit, form.fields)
    before = studio.get(job_id(video_id))
    scenes = tuple(_retold(scene, wish.prompt) for scene in before.spec.scenes)
    spec = before.spec.model_copy(update={"scenes": scenes})
    model = video_of(before, studio.home).model
    return _begun(studio, spec, who, prompt=wish.prompt, model=model, remixed_from_video_id=video_id)


def _retold(scene: Scene, prompt: str) -> Scene:
    first, *later = scene.keyframes
    keyframes = (first.model_copy(update={"prompt": prompt}), *(key for key in later if key.prompt is None))
    return scene.model_copy(update={"keyframes": keyframes})
