"""What scenes can be made of: the page's forms are drawn from this."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from reverie.authoring import card_of
from reverie.core import catalogue, pulled, registry, shelf
from reverie.core.card import BackendCard
from reverie.core.errors import InputError, ReverieError
from reverie.core.spec import ComponentSpec
from reverie.server.faults import refusals

router = APIRouter(prefix="/api", tags=["components"])


class RangeView(BaseModel):
    """A setting's default and its limits."""

    default: float
    minimum: float
    maximum: float


class CardView(BaseModel):
    """Facts about a model: `size_multiple` in pixels, `vram_gib` in GiB."""

    id: str
    title: str
    inputs: list[str]
    size_multiple: int
    vram_gib: float
    network: bool
    license: str
    ranges: dict[str, RangeView]


class Component(BaseModel):
    """A plugin; `options_schema` is the JSON schema of its options."""

    name: str
    card: CardView | None
    options_schema: dict[str, Any]


class ShelfView(BaseModel):
    """What is known of a model that is pulled from the hub: sizes in units of 10⁹ bytes, None where nobody says.

    `restricted` licences are accepted once before it is pulled; `lacks` says why nothing here runs it; `commit` and
    `held_gb` are of what is on this machine, None where it is not.
    """

    kind: Literal["image", "video", "lora"] | None
    repository: str | None
    licence_url: str | None
    restricted: bool
    disk_gb: float | None
    memory_gb: dict[str, float]
    needs: list[str]
    lacks: str | None
    on_disk: bool
    commit: str | None
    held_gb: float | None


class ModelView(BaseModel):
    """A model by its name; `note` says why it is not ready; `shelf` is None for what comes with the package."""

    name: str
    title: str
    ready: bool
    license: str | None
    note: str | None
    card: CardView | None
    shelf: ShelfView | None = None


@router.get("/components", operation_id="list_components", responses=refusals())
def list_components() -> dict[str, list[Component]]:
    """List what is registered by kind: backends, sources, correctors, filters, sinks."""
    return {kind: [_component(kind, name) for name in sorted(registry.targets(kind))] for kind in registry.BUILT_IN}


@router.get("/models", operation_id="list_models", responses=refusals())
def list_models() -> list[ModelView]:
    """List the models by the names that wishes take, and the shelf: what can be pulled and what was."""
    others = [*shelf.rows(), *pulled.repositories()]
    return [*(_model(name) for name in catalogue.MODELS), *(_shelved(name) for name in others)]


def _component(kind: str, name: str) -> Component:
    try:
        schema = registry.resolve(kind, name).Options.model_json_schema()
    except (ImportError, InputError):
        return Component(name=name, card=None, options_schema={})
    card = None
    if kind == "backends":
        try:
            card = _card(card_of(ComponentSpec(name=name)))
        except ReverieError:
            card = None
    return Component(name=name, card=card, options_schema=schema)


def _model(name: str) -> ModelView:
    try:
        card = card_of(catalogue.find(name))
    except (ReverieError, ImportError) as error:
        return ModelView(name=name, title=name, ready=False, license=None, note=str(error), card=None)
    return ModelView(name=name, title=card.title, ready=True, license=card.license, note=None, card=_card(card))


def _shelved(name: str) -> ModelView:
    row, record = shelf.rows().get(name), pulled.record_of(name)
    known = (found.licence for found in (row, record) if found is not None)
    licence = next((one for one in known if one is not None), None)
    view = ShelfView(
        kind=None if row is None else row.kind,
        repository=next((found.repository for found in (row, record) if found is not None), None),
        licence_url=None if row is None else row.licence_url,
        restricted=shelf.restricts(licence),
        disk_gb=None if row is None else row.disk_gb,
        memory_gb={} if row is None else dict(row.memory_gb),
        needs=[] if row is None else list(row.needs),
        lacks=None if row is None else row.hindrance,
        on_disk=pulled.on_disk(name),
        commit=None if record is None else record.commit,
        held_gb=None if record is None else round(record.size / 1e9, 3),
    )
    model = _model(name)
    return model.model_copy(update={"title": row.title if row else model.title, "license": licence, "shelf": view})


def _card(card: BackendCard) -> CardView:
    ranges = {
        name: RangeView(default=limits.default, minimum=limits.minimum, maximum=limits.maximum)
        for name, limits in card.ranges.items()
    }
    return CardView(
        id=card.id,
        title=card.title,
        inputs=sorted(card.inputs),
        size_multiple=card.size_multiple,
        vram_gib=card.vram_gib,
        network=card.network,
        license=card.license,
        ranges=ranges,
    )
