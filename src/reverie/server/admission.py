"""What may be asked for from outside: known components with fitting options, and no paths into this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reverie.authoring import card_of
from reverie.core import catalogue, registry
from reverie.core.card import BackendCard
from reverie.core.errors import InputError, MachineError
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.inputs import Inputs

PATHS = ("path", "image", "video", "file", "folder", "weights", "checkpoint")
"""Options that name files."""

NOT_KEPT = (
    "takes pictures while a session is live, and what came into this one was not recorded: it can't be rendered again."
)

NO_PATH = 'is a path, which can\'t be given here: send the file to /api/uploads and give {"input": "its id"}.'


def admitted(spec: RenderSpec, inputs: Inputs) -> None:
    """Raise InputError, with the field's path, for the first thing that could not be rendered here."""
    if spec.sinks:
        raise InputError("sinks", spec.sinks[0].name, "can't be chosen here: leave sinks out.")
    replayable(spec)
    for field, _, component in _components(spec):
        _without_paths(field, component, inputs)
    heard = None if spec.sound is None else spec.sound.input
    if heard is not None and Path(heard).is_absolute() and not inputs.holds(Path(heard)):
        raise InputError("sound.input", heard, NO_PATH)
    for field, kind, component in _components(inputs.resolved(spec)):
        _checked(field, kind, component)
    for number, scene in enumerate(spec.scenes):
        card = _card(f"scenes.{number}.backend", scene.backend, spec.fallback)
        if card is None:
            continue
        card.check({"width": spec.width, "height": spec.height})
        for place, keyframe in enumerate(scene.keyframes):
            for name in ("strength", "guidance_scale"):
                value = getattr(keyframe, name)
                if value is not None and name in card.ranges and not spec.fallback:
                    _within(f"scenes.{number}.keyframes.{place}.{name}", card, name, value)


def replayable(spec: RenderSpec) -> None:
    """Raise InputError where a film is to repaint what came in from outside, which nobody kept."""
    for number, scene in enumerate(spec.scenes):
        if not spec.live and scene.source.name in registry.targets("sources") and _arriving(scene.source):
            raise InputError(f"scenes.{number}.source", scene.source.name, NOT_KEPT)


def _arriving(source: ComponentSpec) -> bool:
    return bool(getattr(registry.resolve("sources", source.name), "arriving", False))


def _components(spec: RenderSpec) -> Iterator[tuple[str, str, ComponentSpec]]:
    for number, scene in enumerate(spec.scenes):
        yield f"scenes.{number}.source", "sources", scene.source
        yield f"scenes.{number}.backend", "backends", scene.backend
    for kind in ("correctors", "filters"):
        for number, component in enumerate(getattr(spec, kind)):
            yield f"{kind}.{number}", kind, component
    if spec.vitality.backend is not None:
        yield "vitality.backend", "backends", spec.vitality.backend


def _without_paths(field: str, component: ComponentSpec, inputs: Inputs) -> None:
    for option in PATHS:
        value = component.options.get(option)
        if isinstance(value, str) and not inputs.holds(Path(value)):
            raise InputError(f"{field}.options.{option}", value, NO_PATH)


def _checked(field: str, kind: str, component: ComponentSpec) -> None:
    try:
        registry.options_of(kind, component)
    except InputError as error:
        option = error.field.removeprefix(f"{kind}.{component.name}").lstrip(".")
        unknown = error.field == kind
        name = f"{field}.name" if unknown else f"{field}.options.{option}".rstrip(".")
        raise InputError(name, error.value, error.fix) from None
    for option, model in _models(component) if kind == "backends" else ():
        if not catalogue.served(model):
            fix = f"is no model of this server: use {' or '.join(catalogue.names())}."
            raise InputError(f"{field}.options.{option}", model, fix)


def _models(component: ComponentSpec) -> Iterator[tuple[str, str]]:
    """Yield what a backend's options name as models, each with where it does."""
    model, loras = component.options.get("model"), component.options.get("loras")
    if isinstance(model, str):
        yield "model", model
    for number, lora in enumerate(loras if isinstance(loras, list | tuple) else ()):
        yield f"loras.{number}.model", str(lora["model"])


def _card(field: str, component: ComponentSpec, fallback: bool) -> BackendCard | None:
    try:
        return card_of(component)
    except InputError as error:
        raise InputError(f"{field}.options", error.value, error.fix) from None
    except MachineError:
        if not fallback:
            raise
        return None


def _within(field: str, card: BackendCard, name: str, value: float) -> None:
    try:
        card.ranges[name].check(name, value)
    except InputError as error:
        raise InputError(field, error.value, error.fix) from None
