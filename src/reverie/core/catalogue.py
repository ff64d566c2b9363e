"""Models by the name a person types, and the backend that runs each."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

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


def find(model: str) -> ComponentSpec:
    """Return the component of a model's name or of a folder in the hub's format; InputError where it is neither."""
    if model in MODELS:
        return MODELS[model]
    if model and Path(model).is_dir():
        return ComponentSpec(name="diffusers_image", options={"model": str(Path(model))})
    near = get_close_matches(model, MODELS) or sorted(MODELS)
    raise InputError("model", model, f"is neither a model nor a folder: use {' or '.join(near)}.")
