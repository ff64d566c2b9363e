"""Six dreams to start from, each with the picture it begins with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
SIZE = (704, 400)
"""Pixels of the pictures beside this file; `docs/presets.py` paints them again."""


class Preset(NamedTuple):
    """A dream by its id, what to call it, and what to ask for."""

    id: str
    title: str
    prompt: str
    seed: int
    wishes: Mapping[str, Any]

    @property
    def picture(self) -> Path:
        """Where its picture is."""
        return FOLDER / f"{self.id}.jpg"


PRESETS = (
    Preset("reef", "Coral reef", "a coral reef at dusk", 2, {"zoom": 1.03}),
    Preset("islands", "Sky islands", "sky islands at sunrise, a digital painting", 5, {"zoom": 1.02}),
    Preset("street", "Neon street", "a neon street at night in the rain", 7, {"zoom": 1.04}),
    Preset("aurora", "Northern lights", "northern lights over snowy mountains", 3, {"zoom": 1.02}),
    Preset("volcano", "Volcano", "a volcano at sunset", 7, {"zoom": 1.03}),
    Preset("deep", "The deep", "the deep sea with glowing jellyfish", 7, {"zoom": 1.03}),
)
