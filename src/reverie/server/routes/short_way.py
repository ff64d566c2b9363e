"""The short way for scripts: one call, no ids, acting on the newest live session."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from reverie.authoring.wishes import ZOOM_RATE
from reverie.core.report import Rates
from reverie.core.timeline import Keyframe, MotionSpec, strongest
from reverie.engine.schedule import delivered
from reverie.jobs.store import Wanted
from reverie.server.body import ReceiptView, ShortParams, ShortPrompt, ShortStatus
from reverie.server.faults import BODY, Conflict, refusals
from reverie.server.routes.access import Room
from reverie.server.routes.keyframes import receipt_view
from reverie.server.studio import Studio

router = APIRouter(tags=["short way"])

MOTION = ("zoom", "pan", "rotate")
NOTHING_YET = "Nothing is live: start a session with POST /api/jobs."


@router.post("/update_prompt", operation_id="update_prompt", responses=refusals(*BODY, 409))
def update_prompt(asked: ShortPrompt, studio: Room) -> ReceiptView:
    """Have the current live session dream of something else."""
    return receipt_view(studio.current().insert(Keyframe(prompt=asked.prompt, blend=asked.blend)))


@router.post("/update_params", operation_id="update_params", responses=refusals(*BODY, 409))
def update_params(asked: ShortParams, studio: Room) -> ReceiptView:
    """Change settings of the current live session; what is left out stays as it is."""
    run = studio.current()
    given = {name: value for name, value in asked if value is not None}
    moving = {name: given.pop(name) for name in MOTION if name in given}
    if "zoom" in moving:
        moving["zoom"] = moving["zoom"] ** ZOOM_RATE
    motion = MotionSpec.model_validate({**run.motion().model_dump(), **moving}) if moving else None
    return receipt_view(run.insert(Keyframe(**given, motion=motion)))


@router.get("/status", operation_id="get_status", responses=refusals(409))
def get_status(studio: Room) -> ShortStatus:
    """Say what the current live session is doing; where nothing is live, how the last one ended."""
    if not studio.has_live():
        return _ended(studio)
    run = studio.current()
    view, state = run.view(), run.handle.state()
    vitals = None if state.vitals is None else asdict(state.vitals)
    return ShortStatus(
        id=run.job_id, state=view.state, prompt=view.prompt, frame=view.frame, fps=asdict(state.fps), vitals=vitals
    )


def _ended(studio: Studio) -> ShortStatus:
    """Return the last performance's end; Conflict where nothing was ever live."""
    last = next(iter(studio.page(Wanted(live=True, limit=1))), None)
    if last is None or last.live_state is None:
        raise Conflict(NOTHING_YET)
    played = studio.performance(last.id)
    scene = played.scenes[-1]
    return ShortStatus(
        id=last.id,
        state=last.live_state.state,
        prompt=strongest((key.prompt, 1.0) for key in scene.keyframes if key.prompt),
        frame=max(0, (delivered(played) or 0) - 1),
        fps=asdict(Rates()),
        vitals=None,
        error=last.error,
    )
