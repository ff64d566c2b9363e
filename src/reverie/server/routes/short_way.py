"""The short way for scripts: one call, no ids, acting on the newest live session."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from reverie.authoring.wishes import ZOOM_RATE
from reverie.core.timeline import Keyframe, MotionSpec
from reverie.server.body import ReceiptView, ShortParams, ShortPrompt, ShortStatus
from reverie.server.faults import BODY, refusals
from reverie.server.routes.access import Room
from reverie.server.routes.keyframes import receipt_view

router = APIRouter(tags=["short way"])

MOTION = ("zoom", "pan", "rotate")


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
    """Say what the current live session is doing."""
    run = studio.current()
    view, state = run.view(), run.handle.state()
    vitals = None if state.vitals is None else asdict(state.vitals)
    return ShortStatus(
        id=run.job_id, state=view.state, prompt=view.prompt, frame=view.frame, fps=asdict(state.fps), vitals=vitals
    )
