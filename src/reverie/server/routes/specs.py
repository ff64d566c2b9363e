"""From wishes to the one document; nothing is started."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from reverie.authoring import dream_spec
from reverie.core import catalogue
from reverie.core.errors import InputError
from reverie.core.spec import RenderSpec
from reverie.server.body import Wish
from reverie.server.faults import BODY, refusals

router = APIRouter(prefix="/api", tags=["specs"])


@router.post("/specs", operation_id="write_spec", responses=refusals(*BODY))
def write_spec(wish: Wish) -> RenderSpec:
    """Return the spec of a dream: change it or not, and post it to /api/jobs."""
    if wish.model is not None and wish.model not in catalogue.MODELS:
        raise InputError("model", wish.model, f"is no model of this server: use {' or '.join(catalogue.MODELS)}.")
    asked: dict[str, Any] = {name: value for name, value in wish if value is not None}
    return dream_spec(asked.pop("prompt"), **asked)
