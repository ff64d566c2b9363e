"""Pictures for clients of OpenAI's API, painted while they wait."""

from __future__ import annotations

import time
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from reverie.core.spec import RenderSpec
from reverie.server.admission import admitted
from reverie.server.faults import BODY, refusals
from reverie.server.openai_shape.images import ImageWish, Painter, Picture, Pictures, numbered, packed, spec_of, used
from reverie.server.openai_shape.refusals import shaped
from reverie.server.openai_shape.videos import delivered
from reverie.server.routes.access import Room
from reverie.server.studio import Studio

router = APIRouter(prefix="/v1/images", tags=["openai"])


async def painter_of(request: Request) -> Painter:
    """Return who paints an app's pictures."""
    return cast(Painter, request.app.state.painter)


@router.post("/generations", operation_id="openai_create_image", responses=shaped(refusals(*BODY)))
async def create_image(
    request: Request, wish: ImageWish, studio: Room, painter: Annotated[Painter, Depends(painter_of)]
) -> Pictures:
    """Paint up to ten pictures and return them in base64; while a live session has the device, wait a minute for it."""
    spec = await run_in_threadpool(_admitted, wish, studio)
    async with painter.turns.taken(request.is_disconnected):
        data = [await run_in_threadpool(_painted, painter, wish, numbered(spec, number)) for number in range(wish.n)]
    width, height = delivered(spec)
    return Pictures(
        created=int(time.time()),
        data=data,
        output_format=wish.output_format,
        quality=wish.quality or "auto",
        size=f"{width}x{height}",
        usage=used(wish, spec),
    )


def _admitted(wish: ImageWish, studio: Studio) -> RenderSpec:
    spec = spec_of(wish)
    admitted(spec, studio.inputs)
    return spec


def _painted(painter: Painter, wish: ImageWish, spec: RenderSpec) -> Picture:
    return packed(painter.paint(spec), wish)
