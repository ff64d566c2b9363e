"""Models by the name a person types, and the backend that runs each."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from reverie.core import pulled, shelf
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec

OURS = "reverie-tiny"
"""The model that we train."""

DEFAULT = "worlds"
"""What paints live, in films of several scenes and from pictures where nothing else is asked for."""

DREAMS = OURS
"""What paints a dream from words alone where nothing else is asked for: see docs/decisions/0010."""

MODELS: dict[str, ComponentSpec] = {
    OURS: ComponentSpec(name="diffusers_image", options={"model": OURS}),
    "worlds": ComponentSpec(name="worlds"),
    "placeholder": ComponentSpec(name="placeholder"),
    "openai-images": ComponentSpec(name="openai_images"),
}
"""What comes with the package; `core.shelf` has what can be pulled."""


def find(model: str) -> ComponentSpec:
    """Return the component of a model's name, of a pulled repository, or of a folder in the hub's format.

    Raises InputError where it is none of them, and, with the command that fetches it, where it is on the shelf but not
    on this machine.
    """
    if model in MODELS:
        return MODELS[model]
    if model in shelf.rows():
        return _from_the_shelf(shelf.runnable(shelf.rows()[model]))
    if model and Path(model).is_dir():
        folder = Path(model)
        return ComponentSpec(name=pulled.backend_of(folder), options={"model": str(folder)})
    if pulled.on_disk(model):
        return ComponentSpec(name=pulled.backend_of(pulled.folder_of(model)), options={"model": model})
    if pulled.REPOSITORY.fullmatch(model):
        fix = f"is no folder and was not pulled: `reverie models pull {model}` fetches a repository of that name."
        raise InputError("model", model, fix)
    near = get_close_matches(model, [*MODELS, *shelf.rows()]) or sorted(MODELS)
    raise InputError("model", model, f"is neither a model nor a folder: use {' or '.join(near)}.")


def served(model: str) -> bool:
    """True for names that a server paints with: what comes with the package, and what its owner pulled."""
    if model in MODELS:
        return True
    row = shelf.rows().get(model)
    return pulled.on_disk(model) and (row is None or row.kind == "lora" or row.hindrance is None)


def names() -> list[str]:
    """Return every name that a server paints with, what comes with the package first."""
    there = [name for name, row in shelf.rows().items() if row.kind != "lora" and served(name)]
    return [*MODELS, *there, *pulled.repositories()]


def _from_the_shelf(row: shelf.Row) -> ComponentSpec:
    if not pulled.on_disk(row.name):
        raise pulled.missing(row.name)
    return ComponentSpec(name=row.backend or "", options={"model": row.name})
