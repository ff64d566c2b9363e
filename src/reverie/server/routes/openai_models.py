"""Models for clients of OpenAI's API: those of this server, by the names that requests take."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from reverie.core import catalogue
from reverie.server.faults import NotFound, refusals
from reverie.server.openai_shape.refusals import shaped
from reverie.server.routes.access import Room

router = APIRouter(prefix="/v1/models", tags=["openai"])


class Model(BaseModel):
    """A model by its name; `created` is when this server began."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "reverie"


class Models(BaseModel):
    """All models."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get("", operation_id="openai_list_models", responses=shaped(refusals()))
def list_models(studio: Room) -> Models:
    """List the models."""
    began = int(studio.began.timestamp())
    return Models(data=[Model(id=name, created=began) for name in catalogue.names()])


@router.get("/{model}", operation_id="openai_get_model", responses=shaped(refusals(404)))
def get_model(model: str, studio: Room) -> Model:
    """Return a model."""
    if not catalogue.served(model):
        raise NotFound("model", model[:80], f"is no model of this server: use {' or '.join(catalogue.names())}.")
    return Model(id=model, created=int(studio.began.timestamp()))
