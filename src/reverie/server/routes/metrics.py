"""Measures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from reverie.server.faults import refusals
from reverie.server.measures import registry_of
from reverie.server.routes.access import Room

router = APIRouter(tags=["system"])

TEXT = {"description": "Prometheus' text format.", "content": {"text/plain": {}}}


@router.get("/metrics", operation_id="get_metrics", response_class=Response, responses={**refusals(), 200: TEXT})
def get_metrics(studio: Room) -> Response:
    """Return what is measured, as Prometheus reads it."""
    return Response(generate_latest(registry_of(studio)), media_type=CONTENT_TYPE_LATEST)
