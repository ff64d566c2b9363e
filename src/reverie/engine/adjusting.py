"""Steps and painted pixels that change while a scene is painted: who takes them, and what may be asked for."""

from __future__ import annotations

from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import ADJUSTED, Keyframe
from reverie.engine.budget import Rung, ladder

STEPS, *SIDES = ADJUSTED


def adjustable(component: ComponentSpec) -> bool:
    """Return whether a backend's class says that steps and painted pixels may change (`core.protocols.Adjustable`)."""
    return bool(getattr(registry.resolve("backends", painter_of(component).name), "adjustable", False))


def painter_of(component: ComponentSpec) -> ComponentSpec:
    """Return the backend that paints most where one is made of others, such as the model whose frames are patched."""
    inner = component.options.get("backend")
    return component if inner is None else painter_of(ComponentSpec.model_validate(inner))


def check_adjusted(keyframe: Keyframe, card: BackendCard, size: tuple[int, int]) -> None:
    """Raise InputError where a keyframe asks for steps or pixels that a model can't paint for a canvas of a size."""
    asked = {name: keyframe.options[name] for name in ADJUSTED if name in keyframe.options}
    for name, value in asked.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(f"options.{name}", value, "is not a whole number: write one such as 4.")
    try:
        card.check(asked)
    except InputError as error:
        raise InputError(f"options.{error.field}", error.value, error.fix) from None
    for name, most in zip(SIDES, size, strict=True):
        if asked.get(name, 0) > most:
            raise InputError(f"options.{name}", asked[name], f"is more than the canvas has: use up to {most}.")


def rungs_of(spec: RenderSpec, component: ComponentSpec, card: BackendCard) -> tuple[Rung, ...]:
    """Return the ways to paint that a budget chooses from; InputError where the backend knows but one."""
    if not adjustable(component):
        raise InputError(
            "budget", spec.budget, f"can't be held by {card.id}, which paints in one way only: leave it out."
        )
    steps = painter_of(component).options.get(STEPS) or card.default(STEPS, 1)
    return ladder((spec.width, spec.height), int(steps), card)
