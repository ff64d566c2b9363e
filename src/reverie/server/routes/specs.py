"""From wishes to the one document; nothing is started."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Discriminator, Tag

from reverie.authoring import dream_spec
from reverie.authoring.board import FilmWish, Given
from reverie.authoring.film import film_spec
from reverie.authoring.restyle import RestyleWish, restyle_spec
from reverie.core import catalogue
from reverie.core.errors import InputError
from reverie.core.spec import RenderSpec
from reverie.server.admission import NO_PATH
from reverie.server.body import Wish
from reverie.server.faults import BODY, refusals
from reverie.server.routes.access import Room
from reverie.server.studio import Studio

router = APIRouter(prefix="/api", tags=["specs"])


class FilmAsked(FilmWish):
    """A film of several scenes; its pictures and clips are named by what was sent to /api/uploads."""

    kind: Literal["film"]


class RestyleAsked(RestyleWish):
    """A live session that repaints what is fed to it."""

    kind: Literal["restyle"]


def _kind(asked: Any) -> str:
    """Return which of the three a body is; an instance is one of a kind's class or it is a dream."""
    kind = asked.get("kind") if isinstance(asked, dict) else getattr(asked, "kind", None)
    return kind if kind in {"film", "restyle"} else "dream"


Asked = Annotated[
    Annotated[FilmAsked, Tag("film")] | Annotated[RestyleAsked, Tag("restyle")] | Annotated[Wish, Tag("dream")],
    Discriminator(_kind),
]


@router.post("/specs", operation_id="write_spec", responses=refusals(*BODY))
def write_spec(asked: Asked, studio: Room) -> RenderSpec:
    """Return the spec of a dream, of a film (`kind` is "film") or of a live restyle (`kind` is "restyle").

    Change it or not, and post it to /api/jobs.
    """
    if asked.model is not None and not catalogue.served(asked.model):
        raise InputError("model", asked.model, f"is no model of this server: use {' or '.join(catalogue.names())}.")
    if isinstance(asked, FilmAsked):
        return _film(asked, studio)
    if isinstance(asked, RestyleAsked):
        return restyle_spec(**asked.model_dump(exclude={"kind"}, exclude_unset=True))
    said: dict[str, Any] = {name: value for name, value in asked if value is not None}
    return dream_spec(said.pop("prompt"), **said)


def _film(asked: FilmAsked, studio: Studio) -> RenderSpec:
    if asked.upscale is not None:
        raise InputError("upscale", asked.upscale, "is a path, which can't be given here: leave it out.")

    def find(given: Given) -> Path:
        if isinstance(given, str):
            raise InputError("input", given, NO_PATH)
        return studio.inputs.path(given["input"], "input", ("image", "video"))

    return film_spec(FilmWish(**asked.model_dump(exclude={"kind"}, exclude_unset=True)), find=find)
