"""Is it there."""

from __future__ import annotations

from fastapi import APIRouter

import reverie
from reverie.server.body import Healthy
from reverie.server.routes.access import Room

router = APIRouter(prefix="/api", tags=["system"])


@router.get("/health", operation_id="get_health")
async def get_health(studio: Room) -> Healthy:
    """Say that the server is there, and what it can't do just now."""
    return Healthy(version=reverie.__version__, trouble=studio.ledger.trouble or None)
