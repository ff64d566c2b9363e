"""A model's settings as a film asks for them: the brief's defaults where the model takes them, its own otherwise."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError


class Setting(StrEnum):
    """Settings that a card has ranges for."""

    STEPS = "num_inference_steps"
    GUIDANCE = "guidance_scale"
    STRENGTH = "strength"


USUAL = {Setting.STEPS: Range(25, 1, 50), Setting.GUIDANCE: Range(7.5, 1, 20)}
"""What a film is made with where nothing else is asked, and what may be asked at most."""

CALLED = {Setting.STEPS: "steps"}


def settled(
    setting: Setting, asked: float | None, card: BackendCard, fallback: bool, note: Callable[[str], None]
) -> float | None:
    """Return what a model is told, None where it has no such setting.

    Outside the range it is refused with an InputError, or brought inside and noted where `fallback` allows it.
    """
    name = CALLED.get(setting, setting.value)
    if setting not in card.ranges:
        if asked is not None and not fallback:
            raise InputError(name, asked, f"is not a setting of {card.id}: leave it out.")
        if asked is not None:
            note(f"{name} {asked:g} is left out: {card.id} has no such setting")
        return None
    limits = _limits(setting, card.ranges[setting])
    if asked is None:
        usual = USUAL[setting].default if setting in USUAL else limits.default
        return usual if limits.minimum <= usual <= limits.maximum else limits.default
    try:
        limits.check(name, asked)
    except InputError:
        if not fallback:
            raise
        held = min(max(asked, limits.minimum), limits.maximum)
        note(f"{name} {asked:g} is outside {card.id}'s range: {held:g} is used")
        return held
    return asked


def _limits(setting: Setting, its: Range) -> Range:
    """Return a model's range within what a film may ask for, its own where the two have nothing in common."""
    most = USUAL.get(setting)
    if most is None or its.minimum > most.maximum or its.maximum < most.minimum:
        return its
    low, high = max(its.minimum, most.minimum), min(its.maximum, most.maximum)
    return Range(min(max(its.default, low), high), low, high)
