"""Dreams to start from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from reverie.server.faults import NotFound, refusals
from reverie.server.presets import PRESETS

SIZE = "320x192"
"""As many pixels as 256x256, in the shape of a screen: what an ordinary processor paints live."""

router = APIRouter(prefix="/api", tags=["presets"])


class PresetView(BaseModel):
    """A dream to start from: post `wishes` to /api/specs; `picture` is the address of what it begins with."""

    id: str
    title: str
    prompt: str
    picture: str
    wishes: dict[str, Any]


@router.get("/presets", operation_id="list_presets", responses=refusals())
def list_presets() -> list[PresetView]:
    """List six dreams to start from."""
    return [
        PresetView(
            id=preset.id,
            title=preset.title,
            prompt=preset.prompt,
            picture=f"/api/presets/{preset.id}.jpg",
            wishes={"prompt": preset.prompt, "live": True, "size": SIZE, "seed": preset.seed, **preset.wishes},
        )
        for preset in PRESETS
    ]


@router.get(
    "/presets/{preset_id}.jpg",
    operation_id="get_preset_picture",
    response_class=FileResponse,
    responses={**refusals(404, 422), 200: {"content": {"image/jpeg": {}}, "description": "The picture."}},
)
def get_preset_picture(preset_id: str) -> FileResponse:
    """Return the picture that a dream begins with."""
    found = next((preset for preset in PRESETS if preset.id == preset_id), None)
    if found is None:
        raise NotFound("preset_id", preset_id, "is no dream to start from: GET /api/presets lists them.")
    return FileResponse(found.picture, media_type="image/jpeg", headers={"cache-control": "max-age=86400"})
