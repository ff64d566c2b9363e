"""Wishes while it plays."""

from __future__ import annotations

from fastapi import APIRouter

from reverie.core.report import Receipt
from reverie.core.timeline import Keyframe
from reverie.server.body import ReceiptView
from reverie.server.faults import BODY, refusals
from reverie.server.routes.access import JobId, Room

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["steering"])


@router.post("/keyframes", operation_id="insert_keyframe", responses=refusals(*BODY, 404, 409))
def insert_keyframe(job_id: JobId, keyframe: Keyframe, studio: Room) -> ReceiptView:
    """Wish for something from a moment on, the next frame where none is named or it has passed."""
    return receipt_view(studio.run(job_id).insert(keyframe))


@router.post("/spark", operation_id="light_spark", responses=refusals(404, 409, 422))
def light_spark(job_id: JobId, studio: Room) -> ReceiptView:
    """Light a spark: a new picture blooms in the one that is shown."""
    return receipt_view(studio.run(job_id).insert(Keyframe(spark=True)))


def receipt_view(receipt: Receipt) -> ReceiptView:
    """Return a receipt as it is sent."""
    return ReceiptView(keyframe=receipt.keyframe, frame=receipt.frame, time=float(receipt.time))
