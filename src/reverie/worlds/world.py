"""What a world is: six words and a number, from which a picture follows.

The name tables are the vocabulary that captions, parser, probes and renderers share. Adding a family is one file and
one row: see `reverie.worlds.families`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from enum import StrEnum


class Family(StrEnum):
    """What is seen."""

    MOUNTAINS = "mountains"
    OCEAN = "ocean"
    SEA_STORM = "sea_storm"
    FOREST = "forest"
    JUNGLE = "jungle"
    CITY = "city"
    NEON_STREET = "neon_street"
    CORAL_REEF = "coral_reef"
    DEEP_SEA = "deep_sea"
    NEBULA = "nebula"
    GALAXY = "galaxy"
    DUNES = "dunes"
    AURORA = "aurora"
    VOLCANO = "volcano"
    FLOWER_FIELD = "flower_field"
    CANYON = "canyon"
    CRYSTAL_CAVE = "crystal_cave"
    SKY_ISLANDS = "sky_islands"
    VORTEX = "vortex"
    MANDALA = "mandala"
    FRACTAL = "fractal"


class Time(StrEnum):
    """Time of day."""

    DAWN = "dawn"
    DAY = "day"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    """What the air does."""

    CLEAR = "clear"
    MIST = "mist"
    RAIN = "rain"
    SNOW = "snow"
    STORM = "storm"


class Hue(StrEnum):
    """Name of a palette; the colours are in `reverie.worlds.palette`."""

    EMBER = "ember"
    GOLD = "gold"
    EMERALD = "emerald"
    AZURE = "azure"
    VIOLET = "violet"
    ROSE = "rose"
    ELECTRIC = "electric"
    SILVER = "silver"


class Style(StrEnum):
    """How it is painted; the effects are in `reverie.worlds.style`."""

    PAINTING = "painting"
    OIL = "oil"
    WATERCOLOUR = "watercolour"
    INK = "ink"
    PASTEL = "pastel"
    NEON = "neon"
    STAINED_GLASS = "stained_glass"
    LOW_POLY = "low_poly"


@dataclass(frozen=True)
class World:
    """One picture's description. Equal worlds give equal pictures on the same device.

    Plain strings are accepted for the names and turned into the enumerations; an unknown name raises ValueError.
    """

    family: Family = Family.MOUNTAINS
    time: Time = Time.SUNSET
    weather: Weather = Weather.CLEAR
    palette: Hue = Hue.AZURE
    style: Style = Style.PAINTING
    seed: int = 0

    def __post_init__(self) -> None:
        """Turn plain strings into the enumerations."""
        for name, table in TABLES.items():
            object.__setattr__(self, name, table(getattr(self, name)))


TABLES: dict[str, type[StrEnum]] = {
    "family": Family,
    "time": Time,
    "weather": Weather,
    "palette": Hue,
    "style": Style,
}


def random_world(seed: int, **fixed: str) -> World:
    """Draw a world: every field not in `fixed` is drawn evenly from its table, `seed` included as the world's own."""
    dice = random.Random(f"world:{seed}")
    drawn = {name: dice.choice(list(table)) for name, table in TABLES.items()}
    known = {field.name for field in fields(World)}
    if unknown := set(fixed) - known:
        raise ValueError(f"unknown field of a world: {sorted(unknown)}; known are {sorted(known)}")
    return World(**{**drawn, "seed": seed, **fixed})  # type: ignore[arg-type]
