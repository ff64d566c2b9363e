"""What becomes a scene: how the things nobody mentioned are drawn.

A row lists, most becoming first and with repeats for weight, the times, weathers, palettes and styles that look best.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from enum import StrEnum

from reverie.worlds.world import TABLES, Family

_OUTDOORS = ("sunset sunset dusk dawn day", "clear clear mist")
_STYLES = "painting painting painting painting painting oil"

_ROWS: dict[Family, tuple[str, str, str, str]] = {
    Family.MOUNTAINS: ("sunset dawn dusk day", "clear mist", "azure rose violet gold ember", _STYLES),
    Family.OCEAN: ("sunset sunset dawn dusk", "clear", "azure azure gold rose violet", _STYLES),
    Family.SEA_STORM: ("dusk sunset night day", "storm storm rain", "azure azure silver emerald violet", _STYLES),
    Family.FOREST: ("dawn sunset day", "mist mist clear", "emerald emerald gold ember", _STYLES),
    Family.JUNGLE: ("day dawn sunset", "mist clear", "emerald emerald emerald emerald azure", _STYLES),
    Family.CITY: ("dusk night sunset", "clear mist", "azure violet ember gold", _STYLES),
    Family.NEON_STREET: ("night night dusk", "rain rain clear", "electric electric electric violet azure", _STYLES),
    Family.CORAL_REEF: ("day day dusk dawn", "clear", "azure azure azure azure violet emerald", _STYLES),
    Family.DEEP_SEA: ("night dusk", "clear", "azure violet electric emerald", _STYLES),
    Family.NEBULA: ("night", "clear", "violet rose azure ember electric", _STYLES),
    Family.GALAXY: ("night", "clear", "azure violet gold rose", _STYLES),
    Family.DUNES: (*_OUTDOORS, "gold gold ember rose", _STYLES),
    Family.AURORA: ("night night dusk", "clear clear snow", "emerald emerald azure violet electric", _STYLES),
    Family.VOLCANO: ("night dusk sunset", "clear mist", "ember ember ember violet", _STYLES),
    Family.FLOWER_FIELD: ("day dawn sunset", "clear clear mist", "rose gold emerald azure violet", _STYLES),
    Family.CANYON: ("sunset dawn day", "clear clear mist", "ember ember gold rose", _STYLES),
    Family.CRYSTAL_CAVE: ("night dusk day", "clear mist", "violet azure electric emerald rose", _STYLES),
    Family.SKY_ISLANDS: ("sunset dawn day", "clear", "azure azure rose gold violet", _STYLES),
    Family.VORTEX: ("night dusk", "clear", "electric violet azure ember gold", _STYLES),
    Family.MANDALA: ("night dusk day", "clear", "gold violet rose electric azure", _STYLES),
    Family.FRACTAL: ("night dusk", "clear", "azure gold violet electric ember", _STYLES),
}

_HOURS: dict[str, str] = {
    "dawn": "rose gold azure violet",
    "day": "azure emerald gold rose",
    "sunset": "ember gold rose violet",
    "dusk": "violet azure rose",
    "night": "azure violet electric silver emerald",
}

SUITS: dict[Family, dict[str, tuple[str, ...]]] = {
    family: dict(zip(("time", "weather", "palette", "style"), (tuple(cell.split()) for cell in row), strict=True))
    for family, row in _ROWS.items()
}


def _weights(field: str, known: Mapping[str, str]) -> dict[str, float]:
    if field == "family":
        return {family: float(_fits(family, known)) for family in Family}
    suits = SUITS[Family(known["family"])][field]
    weights = {value: float(suits.count(value)) for value in dict.fromkeys(suits)}
    if field == "palette" and "time" in known:
        hours = _HOURS[known["time"]].split()
        weights = {value: weight * (3 if value in hours else 1) for value, weight in weights.items()}
    return weights


def _fits(family: Family, known: Mapping[str, str]) -> int:
    fitting = 1
    for field, value in known.items():
        fitting *= 1 + 3 * (value in SUITS[family][field])
    return fitting


def _drawn(field: str, known: Mapping[str, str], avoided: Collection[str], seed: int) -> str:
    weights = {value: weight for value, weight in _weights(field, known).items() if value not in avoided}
    if not weights:
        every: list[StrEnum] = list(TABLES[field])
        weights = {value: 1.0 for value in every if value not in avoided} or dict.fromkeys(every, 1.0)
    dice = random.Random(f"{field}:{known.get('family', '')}:{seed}")
    return dice.choices(list(weights), list(weights.values()))[0]


def complete(known: Mapping[str, str], avoided: Mapping[str, Collection[str]], seed: int) -> dict[str, str]:
    """Fill in the fields of a world that nobody spoke of: what becomes the family, nothing avoided, by the seed.

    Each field has dice of its own, so that naming one leaves the others as they were.
    """
    whole = dict(known)
    for field in TABLES:
        if field not in whole:
            whole[field] = _drawn(field, whole, avoided.get(field, ()), seed)
    return whole
