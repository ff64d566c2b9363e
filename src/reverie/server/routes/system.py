"""This machine, and what runs on it."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Request

from reverie.server.faults import refusals
from reverie.server.machine import Machine, System

router = APIRouter(prefix="/api", tags=["system"])


@router.get("/system", operation_id="get_system", responses=refusals())
def get_system(request: Request) -> System:
    """Return the device, its memory and time, the disk, models, sessions, past jobs, versions and doctor's facts."""
    return cast(Machine, request.app.state.machine).look()
